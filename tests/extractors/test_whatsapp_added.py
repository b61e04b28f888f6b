"""WhatsApp on Android beyond the plain message: what hangs on it, the legacy schema, half a migration, public samples."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from corpus import corpus_file
from making.databases import AGUS, BUDI, GROUP, SITI, START, jid
from making.items import item_from_bytes
from making.whatsapp import MEDIA_PATH, make_full_msgstore, make_half_migrated_msgstore, make_legacy_msgstore

from triage.extractors.whatsapp_android import WhatsAppAndroid
from triage.model import Call, Message, Problem

PATH = "/data/data/com.whatsapp/databases/msgstore.db"


def extracted(data: bytes, path: str = PATH, companions: dict[str, bytes] | None = None) -> list[object]:
    return list(WhatsAppAndroid().extract(item_from_bytes(path, data, companions)))


@pytest.fixture
def full(tmp_path: Path) -> dict[str, object]:
    found = extracted(make_full_msgstore(tmp_path / "msgstore.db").read_bytes())
    assert not [each for each in found if isinstance(each, Problem)]
    return {each.where: each for each in found}


def milliseconds(stamp) -> int:
    return stamp.ns // 1_000_000 - START


def test_quote_edit_timer_view_once_and_forwarding(full: dict[str, Message]) -> None:
    assert (full["message._id=3"].quoted, full["message._id=3"].quoted_body) == (f"{2:032X}", "Selamat pagi, Budi")
    assert full["message._id=2"].identifier == f"{2:032X}"
    assert milliseconds(full["message._id=2"].edited_at) == 180_000
    assert milliseconds(full["message._id=3"].expires_at) == 86_400_000
    assert [number for number in range(2, 14) if full[f"message._id={number}"].view_once] == [4, 12]
    assert [number for number in range(2, 14) if full[f"message._id={number}"].forwarded] == [7]
    assert full["message._id=2"].raw_time == f"{START + 120_000} ms Unix"


def test_receipts_are_the_first_of_each(full: dict[str, Message]) -> None:
    sent, received = full["message._id=2"], full["message._id=3"]
    assert (milliseconds(sent.received_at), milliseconds(sent.read_at)) == (125_000, 140_000)
    assert (milliseconds(received.received_at), received.read_at) == (181_000, None)


def test_a_system_message_names_those_it_speaks_of(full: dict[str, Message]) -> None:
    assert full["message._id=9"].recipients == f"{jid(BUDI)}, {jid(AGUS)}"


def test_reactions_belong_to_a_message_even_where_it_is_gone(full: dict[str, Message]) -> None:
    one, withdrawn, bare = (full[f"message_add_on_reaction.message_add_on_row_id={number}"] for number in (1, 2, 4))
    assert (one.kind, one.body, one.quoted, one.sender, one.deleted) == ("reaction", "👍", f"{2:032X}", jid(BUDI), None)
    assert (withdrawn.body, withdrawn.quoted, withdrawn.sender, withdrawn.deleted) == (
        None,
        None,
        jid(SITI),
        "withdrawn",
    )
    assert (bare.body, bare.thread, bare.direction) == ("x", None, "unknown")


def test_votes(full: dict[str, Message]) -> None:
    vote = full["message_add_on_poll_vote_selected_option.rowid=1"]
    assert (vote.kind, vote.body, vote.direction, vote.thread) == ("poll vote", "Senin", "out", GROUP)


def test_text_left_in_the_index_of_what_is_gone_or_revoked(full: dict[str, Message]) -> None:
    left = {where: each.body for where, each in full.items() if each.deleted == "left in search index"}
    assert left == {
        "message_ftsv2_content.docid=6; message._id=6": "pesan yang ditarik",
        "message_ftsv2_content.docid=50": "pesan yang dihapus",
    }


def test_a_group_call_names_group_and_parties(full: dict[str, Call]) -> None:
    call = full["call_log._id=1"]
    assert (call.identifier, call.thread, call.recipients) == ("A1", GROUP, f"{jid(SITI)}, {jid(AGUS)}")


def test_a_second_space_is_another_account(tmp_path: Path) -> None:
    data = make_full_msgstore(tmp_path / "m.db").read_bytes()
    found = extracted(data, PATH.replace("/data/data/", "/data/user/150/"))
    assert {each.account for each in found} == {"user 150 (Secure Folder)"}


@pytest.mark.parametrize(
    "table", ["message_media", "message_quoted", "receipt_user", "message_add_on", "message_poll_option"]
)
def test_companions_without_their_message_or_none_at_all_cost_no_message(tmp_path: Path, table: str) -> None:
    path = make_full_msgstore(tmp_path / "m.db")
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"DROP TABLE {table}")
        database.commit()
    found = [each for each in extracted(path.read_bytes()) if isinstance(each, Message)]
    assert len([each for each in found if each.where.startswith("message._id=")]) == 12


def legacy(tmp_path: Path) -> dict[str, Message]:
    found = extracted(make_legacy_msgstore(tmp_path / "msgstore.db").read_bytes())
    assert not [each for each in found if isinstance(each, Problem)]
    return {each.where: each for each in found if isinstance(each, Message)}


def test_legacy_rows(tmp_path: Path) -> None:
    found = legacy(tmp_path)
    rows = [found[f"messages._id={number}"] for number in range(2, 13)]
    assert [each.kind for each in rows] == [
        "text", "text", "image", "location", "contact", "call", "system", "text", "revoked", "unknown (555)", "text",
    ]  # fmt: skip
    sent, answer, picture, place, card, _, event, group, gone, new, status = rows
    assert (sent.direction, sent.recipients, milliseconds(sent.received_at), milliseconds(sent.read_at)) == (
        "out",
        jid(BUDI),
        5,
        9,
    )
    assert (answer.quoted, answer.quoted_body, answer.forwarded, answer.sender) == ("L2", "Halo", True, jid(BUDI))
    assert (picture.attachment, picture.attachment_size, picture.body) == (MEDIA_PATH, 26, "Foto")
    assert (place.body, place.latitude, place.longitude, place.attachment, place.attachment_size) == (
        "Pasar Fiksi",
        -6.2,
        106.8,
        None,
        None,
    )
    assert card.body == f"Siti Contoh ({SITI})"
    assert (event.raw_kind, event.direction, event.sender, event.body) == (
        "status 6 action 11",
        "unknown",
        jid(BUDI),
        "Arisan",
    )
    assert (group.thread_name, group.sender, group.latitude) == ("Arisan", jid(SITI), None)
    assert (gone.deleted, new.body, new.raw_kind) == ("revoked", "jenis baru", "555")
    assert (status.thread, status.sender) == ("status@broadcast", jid(AGUS))


def test_calls_are_messages_until_there_is_a_call_log(tmp_path: Path) -> None:
    found = extracted(make_legacy_msgstore(tmp_path / "msgstore.db").read_bytes())
    (call,) = [each for each in found if isinstance(each, Call)]
    assert (call.identifier, call.party, call.duration_s, call.kind, call.outcome) == (
        "C1",
        jid(BUDI),
        61.0,
        "video",
        "answered",
    )


def test_half_a_migration_gives_each_message_once(tmp_path: Path) -> None:
    found = extracted(make_half_migrated_msgstore(tmp_path / "msgstore.db").read_bytes())
    messages = [each for each in found if isinstance(each, Message)]
    assert len(messages) == len({each.identifier for each in messages}) == 12 + 11
    assert "sudah pindah" not in {each.body for each in messages}


def test_a_deleted_message_is_read_from_the_state_before_the_log(tmp_path: Path) -> None:
    path = make_full_msgstore(tmp_path / "m.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=0; DELETE FROM message WHERE _id = 3;"
                               "UPDATE message SET message_type = 15, text_data = NULL WHERE _id = 2; UPDATE chat SET subject = 'Baru'")  # fmt: skip
        found = extracted(path.read_bytes(), companions={"-wal": path.with_name("m.db-wal").read_bytes()})
    gone = [(each.where, each.body) for each in found if getattr(each, "deleted", None) == "superseded"]
    assert gone == [("message._id=2", "Selamat pagi, Budi"), ("message._id=3", "Pagi! Rapat jam sembilan?")]


@pytest.mark.parametrize(
    ("parts", "messages", "first"),
    [
        (("wa_crypt", "msgstore.db"), 9, None),
        (("iped", "test_whatsAppMsgStore.db"), 74, "Eu ❤ minha FAMÍLIA ❤"),
        (("memacs", "msgstore.db"), 1, "Hello World!"),
    ],
)
def test_public_samples_of_the_legacy_schema(parts: tuple[str, str], messages: int, first: str | None) -> None:
    """Rows as the sqlite3 program counts them, the sentinel left out; text as it shows it."""
    found = extracted(corpus_file("chats", *parts).read_bytes())
    assert len(found) == messages
    assert all(isinstance(each, Message) for each in found)
    assert found[0].body == first


def test_a_public_dump_with_text_as_blobs_and_text_that_is_none(tmp_path: Path) -> None:
    """The dump of another program's tests: 42 messages beside the sentinel, one of them with half a character."""
    path = tmp_path / "m.db"
    with closing(sqlite3.connect(path)) as database:
        for name in ("msgstore.db.schema.sql", "test-database.sql"):
            database.executescript(corpus_file("chats", "wa_viewer", name).read_text(encoding="utf-8"))
        (rows,) = database.execute("SELECT count(*) FROM messages WHERE key_id <> '-1'").fetchone()
        database.commit()
    found = extracted(path.read_bytes())
    messages = {each.identifier: each for each in found if isinstance(each, Message)}
    assert len([each for each in found if isinstance(each, Message)]) == rows == 42
    assert messages["keyId-0005-001"].body == "Haha\\xed\\xa0\\xbd"
    assert messages["keyId-0004-001"].body.startswith("💞Handbook 2013💞")
    assert messages["keyId-0006-002"].quoted_body == "Text of first user"
    assert messages["keyId-0101-001"].attachment == "Media/WhatsApp Images/IMG-20170630-WA0003.jpg"
    calls = [(each.direction, each.duration_s) for each in found if isinstance(each, Call)]
    assert calls == [("out", 0.0), ("in", 0.0), ("in", 166.0), ("out", 330.0)]
