"""Text exports of Signal are Signal's, not WhatsApp's: both ways, and a public sample with its counts."""

import json

import pytest
from corpus import corpus_file
from making.items import item_from_bytes

from triage.extractors.signal_export import SignalExport
from triage.extractors.whatsapp_export import WhatsAppExport
from triage.model import Message, Zone

TEXT = """[2026-02-25, 13:13] Me: Halo
baris kedua
[2026-02-25, 13:14] Siti Contoh: ![foto](./media/2026-02-25-foto.jpg)
[2026-02-25, 13:15] Siti Contoh: Ya: besok
"""


def read(text: str, name: str = "/export/Siti Contoh/chat.md") -> list[Message]:
    item = item_from_bytes(name, text.encode())
    assert SignalExport().wants(item)
    assert not WhatsAppExport().wants(item)
    return list(SignalExport().extract(item))


def test_messages() -> None:
    own, picture, answer = read(TEXT)
    assert (own.app, own.thread, own.direction, own.sender, own.body) == (
        "Signal", "Siti Contoh", "out", None, "Halo\nbaris kedua")  # fmt: skip
    assert (own.sent_at.ns // 10**9, own.sent_at.zone, own.where) == (1_772_025_180, Zone.UNKNOWN, "line 1")
    assert (picture.direction, picture.sender, picture.kind, picture.attachment) == (
        "in", "Siti Contoh", "image", "./media/2026-02-25-foto.jpg")  # fmt: skip
    assert (answer.body, answer.raw_time) == ("Ya: besok", "2026-02-25, 13:15")


def test_without_an_owner_no_direction_is_said() -> None:
    assert {each.direction for each in read(TEXT.replace("Me:", "Budi:"))} == {"unknown"}


@pytest.mark.parametrize(
    "text",
    [
        "[2026-02-25 13:13:05] Budi: Halo\n[2026-02-25 13:13:09] Siti: Ya\n",
        "[25/02/26 13.13.05] Budi: Halo\n[25/02/26 13.13.09] Siti: Ya\n",
        "2026-02-25, 13:13 - Budi: Halo\n2026-02-25, 13:14 - Siti: Ya\n",
    ],
)
def test_exports_of_whatsapp_stay_what_they_are(text: str) -> None:
    item = item_from_bytes("/x/_chat.txt", text.encode())
    assert WhatsAppExport().wants(item)
    assert not SignalExport().wants(item)


def test_public_sample() -> None:
    folder = ("chats", "text_exports", "chat-miner", "signal")
    wanted = json.loads(corpus_file(*folder, "target.json").read_text(encoding="utf-8"))
    found = read(corpus_file(*folder, "test_export.txt").read_text(encoding="utf-8"), "/x/test_export.txt")
    assert sorted((each.sender, " ".join(each.body.split())) for each in found) == sorted(
        (each["author"], each["message"]) for each in wanted
    )
