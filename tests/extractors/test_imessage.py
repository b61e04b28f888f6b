"""A made sms.db against values written down by hand."""

import sqlite3
from contextlib import closing

import pytest
from making.apple_messages import OWN, make_sms_db
from making.databases import BUDI, SITI, START
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.extractors.imessage import AppleMessages
from triage.model import Message, Stamp


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Message]:
    path = tmp_path_factory.mktemp("sms") / "sms.db"
    item = item_from_bytes("/HomeDomain/Library/SMS/sms.db", make_sms_db(path).read_bytes())
    assert [each.name for each in wanted_by(item)] == ["apple-messages"]
    found = list(AppleMessages().extract(item))
    assert all(isinstance(each, Message) for each in found)
    return {each.where: each for each in found}


PART = "recoverable_message_part message_id=10 part_index=1"


def row(messages: dict[str, Message], number: int) -> Message:
    return messages[f"message.ROWID={number}"]


def test_every_row_is_there(messages: dict[str, Message]) -> None:
    others = {"attachment.ROWID=2", "deleted_messages.ROWID=1", PART}
    earlier = {f"message.ROWID=7 message_summary_info/ec/0/{number}" for number in (0, 1)}
    assert set(messages) == {f"message.ROWID={number}" for number in range(1, 13)} | others | earlier


def test_received_and_sent(messages: dict[str, Message]) -> None:
    first, second = row(messages, 1), row(messages, 2)
    assert (first.app, first.thread, first.sender, first.recipients, first.direction) == (
        "iMessage",
        BUDI,
        BUDI,
        OWN,
        "in",
    )
    assert first.sent_at == Stamp(START * 1_000_000 + 60_000_000_000)
    assert (first.raw_time, first.identifier) == (
        f"{(START // 1000 - 978307200) * 10**9 + 60 * 10**9} ns Cocoa",
        "GUID-1",
    )
    assert first.read_at == Stamp(START * 1_000_000 + 120_000_000_000)
    assert (second.body, second.sender, second.recipients, second.direction) == ("Halo juga", OWN, BUDI, "out")


def test_a_group(messages: dict[str, Message]) -> None:
    group = row(messages, 4)
    assert (group.app, group.thread, group.thread_name, group.sender, group.recipients) == (
        "SMS",
        "chat1",
        "Arisan",
        SITI,
        None,
    )
    assert row(messages, 10).recipients == f"{BUDI}, {SITI}"
    renamed = row(messages, 9)
    assert (renamed.kind, renamed.body, renamed.raw_kind) == ("system", "Arisan", "item_type 2")


def test_attachments(messages: dict[str, Message]) -> None:
    picture, sound = row(messages, 3), messages["attachment.ROWID=2"]
    assert (picture.kind, picture.attachment, picture.attachment_size, picture.body) == (
        "image", "Library/SMS/Attachments/aa/10/A1/IMG_0001.HEIC", 1234, None,
    )  # fmt: skip
    assert (sound.kind, sound.attachment, sound.identifier) == ("audio", "suara.caf", "GUID-3")


def test_reactions(messages: dict[str, Message]) -> None:
    heart, taken_back = row(messages, 5), row(messages, 6)
    assert (heart.kind, heart.body, heart.quoted, heart.deleted) == ("reaction", "\u2764\ufe0f", "GUID-1", None)
    assert (taken_back.kind, taken_back.body, taken_back.quoted) == ("reaction", "\U0001f44d", "GUID-2")
    assert (taken_back.deleted, taken_back.raw_kind) == ("withdrawn", "associated_message_type 3001")


def test_edits_and_unsent(messages: dict[str, Message]) -> None:
    earlier = [messages[f"message.ROWID=7 message_summary_info/ec/0/{number}"] for number in (0, 1)]
    assert [(each.body, each.deleted) for each in earlier] == [("jam 6", "edited"), ("jam 7", "edited")]
    assert earlier[1].sent_at == Stamp(START * 1_000_000 + 60_000_000_000, resolution=1000)
    assert (row(messages, 7).body, row(messages, 7).deleted) == ("jam 8", None)
    assert row(messages, 7).edited_at == Stamp(START * 1_000_000 + 540_000_000_000)
    assert (row(messages, 8).deleted, row(messages, 8).body) == ("revoked", None)


def test_links_answers_and_what_was_deleted(messages: dict[str, Message]) -> None:
    link = row(messages, 10)
    assert (link.kind, link.quoted, link.body) == ("link", "GUID-1", "Lihat")
    gone = row(messages, 11)
    assert (gone.deleted, gone.thread, gone.body) == ("recently deleted", BUDI, "sudah dihapus")
    assert (messages["deleted_messages.ROWID=1"].identifier, messages["deleted_messages.ROWID=1"].deleted) == (
        "GUID-99",
        "deleted",
    )


def test_what_the_row_does_not_say_stays_unknown(messages: dict[str, Message]) -> None:
    strange = row(messages, 12)
    assert (strange.direction, strange.sender, strange.recipients, strange.sent_at, strange.thread) == (
        "unknown",
        None,
        None,
        None,
        None,
    )
    assert strange.raw_time == "0 ns Cocoa"


def test_what_was_deleted_since_the_last_checkpoint_is_superseded(tmp_path) -> None:
    path = make_sms_db(tmp_path / "sms.db")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("DELETE FROM message WHERE ROWID = 1")
        database.execute("UPDATE message SET text = 'tanpa arah, diubah' WHERE ROWID = 12")
        database.commit()
        data, log = path.read_bytes(), (tmp_path / "sms.db-wal").read_bytes()
    found = list(AppleMessages().extract(item_from_bytes("sms.db", data, {"-wal": log})))
    gone = [(each.where, each.body) for each in found if each.deleted == "superseded"]
    assert gone == [("message.ROWID=1", "Halo"), ("message.ROWID=12", "tanpa arah")]
    assert [each.body for each in found if each.where == "message.ROWID=12"] == ["tanpa arah, diubah", "tanpa arah"]


def test_a_deleted_part_of_a_message(messages: dict[str, Message]) -> None:
    part = messages[PART]
    assert (part.body, part.deleted, part.quoted, part.direction, part.thread) == (
        "bagian yang dihapus", "recently deleted", "GUID-10", "out", BUDI)  # fmt: skip


def test_missing_row_numbers_are_told_as_they_are(tmp_path) -> None:
    path = make_sms_db(tmp_path / "sms.db")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM message WHERE ROWID IN (1, 5, 6, 11, 12)")
    found = list(AppleMessages().extract(item_from_bytes("sms.db", path.read_bytes())))
    told = [(each.where, each.raw_kind, each.deleted, each.body) for each in found if each.kind == "gap"]
    assert told == [
        ("message.ROWID=1 to 1", "1 row numbers missing", "rows missing", None),
        ("message.ROWID=5 to 6", "2 row numbers missing", "rows missing", None),
        ("message.ROWID=11 to 12", "2 row numbers missing", "rows missing", None),
    ]


def test_a_cut_file_says_nothing_of_missing_rows(tmp_path) -> None:
    data = make_sms_db(tmp_path / "sms.db").read_bytes()
    found = list(AppleMessages().extract(item_from_bytes("sms.db", data[: len(data) * 3 // 4])))
    assert [each for each in found if isinstance(each, Message) and each.kind == "gap"] == []
