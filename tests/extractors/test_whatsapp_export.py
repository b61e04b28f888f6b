"""Text exports: both systems, several languages' orders of a date, public samples with their counts."""

import json

import pytest
from corpus import corpus_file
from making.items import item_from_bytes

from triage.extractors.whatsapp_export import WhatsAppExport
from triage.model import Message, Stamp, Zone

ANDROID = """30/06/23 16.13 - Pesan dan panggilan terenkripsi secara end-to-end.
30/06/23 16.14 - Budi Fiksi: Halo
baris kedua

30/06/23 16.15 - +62 000 0000 002: IMG-20230630-WA0000.jpg (file terlampir)
keterangan
30/06/23 16.16 - Budi Fiksi: Pesan ini telah dihapus
30/06/23 16.17 - Budi Fiksi:
"""
APPLE = "\u200e[1/2/24, 4:05:06\u202fPM] Siti Contoh: Hi: there\r\n[1/2/24, 12:00:00\u202fAM] Siti Contoh: \u200e<attached: 00000012-PHOTO-2024-01-02.jpg>\r\n"


def read(text: str, name: str = "/x/Chat WhatsApp dengan Budi Fiksi.txt") -> list[Message]:
    item = item_from_bytes(name, text.encode())
    assert WhatsAppExport().wants(item)
    return list(WhatsAppExport().extract(item))


def wall(stamp: Stamp) -> tuple[int, Zone]:
    return stamp.ns // 10**9, stamp.zone


def test_android_in_indonesian() -> None:
    system, halo, picture, gone, empty = read(ANDROID)
    assert (system.kind, system.sender, system.where) == ("system", None, "line 1")
    assert (halo.sender, halo.body, halo.thread_name, halo.direction) == (
        "Budi Fiksi",
        "Halo\nbaris kedua\n",
        "Budi Fiksi",
        "unknown",
    )
    assert wall(halo.sent_at) == (1_688_141_640, Zone.UNKNOWN)  # 2023-06-30T16:14:00
    assert (halo.raw_time, halo.assumed, halo.sent_at.resolution) == ("30/06/23 16.14", None, 60 * 10**9)
    assert (picture.kind, picture.attachment, picture.where) == ("image", "IMG-20230630-WA0000.jpg", "line 5")
    assert (gone.deleted, empty.body, empty.sender) == ("revoked", None, "Budi Fiksi")


def test_ios_with_halves_of_the_day_and_a_colon_in_the_text() -> None:
    first, second = read(APPLE, "/x/WhatsApp Chat - Siti Contoh.zip/_chat.txt")
    assert (first.sender, first.body, first.thread_name) == ("Siti Contoh", "Hi: there", "Siti Contoh")
    assert (second.kind, second.attachment) == ("image", "00000012-PHOTO-2024-01-02.jpg")
    assert first.assumed is not None
    assert wall(first.sent_at)[0] % 86_400 == 16 * 3600 + 5 * 60 + 6
    assert wall(second.sent_at)[0] % 86_400 == 0


@pytest.mark.parametrize(
    ("lines", "date", "assumed"),
    [
        (("1/2/24, 10:00 - A: x", "13/2/24, 10:00 - A: y"), 1_706_781_600, False),  # 2024-02-01
        (("1/2/24, 10:00 - A: x", "1/13/24, 10:00 - A: y"), 1_704_189_600, False),  # 2024-01-02
        (("2024/01/02, 10:00 - A: x", "2024/01/03, 10:00 - A: y"), 1_704_189_600, False),
        (
            ("1/2/24, 10:00 - A: x", "2/1/24, 10:00 - A: y", "2/3/24, 10:00 - A: z"),
            1_704_189_600,
            False,
        ),  # rises as month, day
        (("1/2/24, 10:00 - A: x", "1/3/24, 10:00 - A: y"), 1_706_781_600, True),
    ],
)
def test_the_order_of_day_and_month(lines: tuple[str, ...], date: int, assumed: bool) -> None:
    found = read("\n".join(lines))
    assert (wall(found[0].sent_at)[0], found[0].assumed is not None) == (date, assumed)


def test_what_is_no_export() -> None:
    for text in (
        "Rapat 1/2/24, 10:00 - A: x\n",
        "1/2/24 catatan\n2/2/24 catatan\n",
        "",
        "a\n1/2/24, 10:00 - A: x\n1/2/24, 10:00 - A: x",
    ):
        assert not WhatsAppExport().wants(item_from_bytes("/x/a.txt", text.encode()))


@pytest.mark.parametrize(
    ("parts", "count", "senders"),
    [
        (("whatstk_lorem.txt",), 500, {"Mary", "Giuseppe", "+1 123 456 789", "John"}),
        (("whatstk_pokemon.txt",), None, {"Ash Ketchum", "Brock", "Misty", "Prof. Oak", "Pokemon Chat"}),
    ],
)
def test_public_exports(parts: tuple[str, ...], count: int | None, senders: set[str]) -> None:
    data = corpus_file("chats", "text_exports", *parts).read_text(encoding="utf-8")
    found = read(data)
    assert count is None or len(found) == count
    assert {each.sender for each in found if each.sender} >= senders - {"John"}
    assert all(each.sent_at for each in found)


@pytest.mark.parametrize("name", ["ddmmyy", "mmddyy", "yyyymmdd"])
def test_three_orders_of_one_chat_against_its_target(name: str) -> None:
    """The expected parse that another program's tests bring along: times and authors, newest first."""
    folder = ("chats", "text_exports", "chat-miner", "whatsapp")
    found = read(corpus_file(*folder, f"test_{name}_24hrs.txt").read_text(encoding="utf-8"))
    target = json.loads(corpus_file(*folder, "target.json").read_text(encoding="utf-8"))
    expected = sorted(each["timestamp"] for each in target)
    assert sorted(_iso(each.sent_at) for each in found if each.sender) == expected


def _iso(stamp: Stamp) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(stamp.ns / 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%S")
