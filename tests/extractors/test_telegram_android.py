"""Telegram on Android: objects of several layers, one of none, what lists and notifications keep; the owner."""

from pathlib import Path

import pytest
from corpus import corpus_file
from making import telegram
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.extractors.telegram_android import TelegramAndroid, is_secret
from triage.extractors.telegram_owner import TelegramOwner
from triage.model import Call, Contact, Message, Problem, Stamp

PATH = "/data/data/org.telegram.messenger/files/cache4.db"


def extracted(data: bytes, path: str = PATH, companions: dict[str, bytes] | None = None) -> list[object]:
    return list(TelegramAndroid().extract(item_from_bytes(path, data, companions)))


@pytest.fixture
def found(tmp_path: Path) -> list[object]:
    return extracted(telegram.make_cache4(tmp_path / "cache4.db").read_bytes())


@pytest.fixture
def messages(found: list[object]) -> dict[int, Message]:
    return {int(each.identifier): each for each in found if isinstance(each, Message)}


def test_columns_decide_dialog_time_and_direction(messages: dict[int, Message]) -> None:
    first, second = messages[1], messages[2]
    assert (first.thread, first.thread_name, first.direction, first.sender, first.sender_name) == (
        "101",
        "budi fiksi",
        "in",
        "101",
        "budi fiksi",
    )
    assert (first.sent_at, first.raw_time) == (
        Stamp((telegram.DATE + 1) * 10**9, resolution=10**9),
        f"{telegram.DATE + 1} s Unix",
    )
    assert (second.direction, second.sender, second.recipients) == ("out", None, "101")
    assert (second.body, second.quoted, second.quoted_body) == ("Balasan", "1", "kutipan")


def test_groups_forwards_and_secret_chats(messages: dict[int, Message]) -> None:
    group, secret = messages[3], messages[8]
    assert (group.thread, group.thread_name, group.sender, group.forwarded) == ("-55", "arisan", "101", True)
    assert (secret.body, secret.sender, secret.thread_name) == ("rahasia", "101", "budi fiksi")
    assert is_secret(telegram.SECRET)
    assert not is_secret(6_000_000_000)


def test_media(messages: dict[int, Message]) -> None:
    sent, file, place, card, received = (messages[number] for number in (4, 5, 6, 7, 13))
    assert (sent.kind, sent.attachment) == ("image", telegram.SENT)
    assert (received.kind, received.attachment) == ("image", "-555_121.jpg")
    assert (file.kind, file.attachment, file.attachment_size) == ("document", "laporan.pdf", 4096)
    assert (place.kind, place.latitude, place.longitude, place.body) == (
        "location",
        -6.2,
        106.8,
        "Pasar Fiksi, Jalan Contoh 1",
    )
    assert (card.kind, card.body) == ("contact", "Siti Contoh (+62 000 0000 002)")
    assert messages[1].raw_kind == "94345242"


def test_calls_and_actions(found: list[object], messages: dict[int, Message]) -> None:
    (call,) = [each for each in found if isinstance(each, Call)]
    assert (call.party, call.direction, call.kind, call.duration_s, call.outcome, call.raw_kind) == (
        "101",
        "out",
        "video",
        61.0,
        "answered",
        "hung up",
    )
    assert (messages[9].kind, messages[9].body) == ("system", "call")
    assert messages[12].body == "unknown (12345678)"


def test_an_older_layer_and_a_row_without_its_object(messages: dict[int, Message]) -> None:
    assert (messages[10].body, messages[10].raw_kind, messages[10].assumed) == ("lapisan lama", "85d6cbe2", None)
    assert (messages[11].body, messages[11].direction, messages[11].sender) == (None, "in", "101")


def test_what_lists_and_notifications_alone_keep(messages: dict[int, Message]) -> None:
    left, notified = messages[50], messages[99]
    assert (left.deleted, left.body, left.direction) == ("left in media list", "foto yang dihapus", "unknown")
    assert (notified.deleted, notified.body, notified.sender_name) == (
        "left in notifications",
        "pesan yang ditarik",
        "Budi",
    )
    assert messages[4].deleted is None


def test_what_was_to_be_sent_later(messages: dict[int, Message]) -> None:
    later = messages[60]
    assert (later.kind, later.direction, later.body, later.thread) == ("outbox", "out", "besok pagi", "101")
    assert later.sent_at == Stamp((telegram.DATE + 86_400) * 10**9, resolution=10**9)


def test_an_unknown_layer_is_read_by_its_date_and_named(tmp_path: Path) -> None:
    found = extracted(telegram.make_cache4(tmp_path / "c.db", unknown=True).read_bytes())
    by_date = next(each for each in found if getattr(each, "identifier", None) == "14")
    assert (by_date.body, by_date.raw_kind) == ("lapisan baru", "deadbeef")
    assert "row's date" in by_date.assumed
    (problem,) = [each for each in found if isinstance(each, Problem)]
    assert problem.message.startswith("1 objects of TL constructor deadbeef")


def test_contacts_and_accounts(found: list[object], tmp_path: Path) -> None:
    people = [(each.identifier, each.name, each.phone) for each in found if isinstance(each, Contact)]
    assert people == [("101", "Budi Fiksi", "+62 000 0000 001"), ("0", "Siti", None)]
    data = telegram.make_cache4(tmp_path / "c.db").read_bytes()
    assert {each.account for each in extracted(data, PATH.replace("files/", "files/account2/"))} == {"account 2"}
    assert {each.account for each in extracted(data, PATH.replace("/data/data/", "/data/user/10/"))} == {"user 10"}


def test_the_owner(tmp_path: Path) -> None:
    data = telegram.make_user_config(tmp_path / "userconfing.xml").read_bytes()
    (owner,) = TelegramOwner().extract(item_from_bytes("/x/userconfing.xml", data))
    assert (owner.identifier, owner.name, owner.phone) == ("900", "Pemilik Contoh (@pemilik)", "+620000000009")


def test_public_samples() -> None:
    """A user of layer 119 whose number is in clear elsewhere in the sample; a database without messages, all in its log."""
    data = corpus_file("chats", "iped", "test_telegramUserConfing.xml").read_bytes()
    (owner,) = TelegramOwner().extract(item_from_bytes("/x/userconfing.xml", data))
    assert (owner.identifier, owner.phone) == ("140478504", "+5561986143035")
    main = corpus_file("chats", "telegram_iped", "account1", "cache4.db").read_bytes()
    wal = corpus_file("chats", "telegram_iped", "account1", "cache4.db-wal").read_bytes()
    item = item_from_bytes(PATH, main, {"-wal": wal})
    assert [each.name for each in wanted_by(item)] == ["telegram-android"]
    assert list(TelegramAndroid().extract(item)) == []
