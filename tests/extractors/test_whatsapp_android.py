"""WhatsApp: every rule of the modern schema on a made database; public samples of the legacy one."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from making.databases import AGUS, BUDI, GROUP, PHOTO, SITI, START, jid, make_msgstore, make_notes
from making.items import item_from_bytes

from triage.extractors.whatsapp_android import WhatsAppAndroid
from triage.model import Call, Message, Problem, Stamp

PATH = "/data/data/com.whatsapp/databases/msgstore.db"


@pytest.fixture
def found(tmp_path: Path) -> list[object]:
    return extracted(make_msgstore(tmp_path / "msgstore.db").read_bytes())


@pytest.fixture
def messages(found: list[object]) -> dict[int, Message]:
    return {int(each.where.rpartition("=")[2]): each for each in found if isinstance(each, Message)}


def extracted(data: bytes, path: str = PATH) -> list[object]:
    return list(WhatsAppAndroid().extract(item_from_bytes(path, data)))


def test_every_row_but_the_sentinel(messages: dict[int, Message], found: list[object]) -> None:
    assert sorted(messages) == list(range(2, 14))
    assert not [each for each in found if isinstance(each, Problem)]
    assert {each.app for each in messages.values()} == {"WhatsApp"}
    assert {each.account for each in messages.values()} == {None}


def test_direction_sender_and_recipient(messages: dict[int, Message]) -> None:
    sent, received = messages[2], messages[3]
    assert (sent.direction, sent.sender, sent.recipients, sent.thread) == ("out", None, jid(BUDI), jid(BUDI))
    assert (received.direction, received.sender, received.recipients) == ("in", jid(BUDI), None)
    assert received.body == "Pagi! Rapat jam sembilan?"
    assert received.sent_at == Stamp((START + 3 * 60_000) * 1_000_000, resolution=1_000_000)


def test_groups_name_subject_and_sender(messages: dict[int, Message]) -> None:
    assert (messages[7].thread, messages[7].thread_name, messages[7].sender) == (GROUP, "Arisan", jid(SITI))


def test_a_lid_identity_is_shown_by_its_phone_number(messages: dict[int, Message]) -> None:
    assert messages[8].sender == jid(AGUS)


def test_media_place_and_system_rows(messages: dict[int, Message]) -> None:
    media, place, system = messages[4], messages[5], messages[9]
    assert media.attachment == "Media/WhatsApp Images/IMG-20260225-WA0001.jpg"
    assert (media.kind, media.attachment_size, media.attachment_sha256) == ("image", 26, hashlib.sha256(PHOTO).digest())
    assert (place.kind, place.latitude, place.longitude) == ("location", -6.2, 106.8)
    assert place.body == "Pasar Fiksi, Jalan Contoh 1"
    assert (system.kind, system.raw_kind, system.sender) == ("system", "7 action 12", None)


def test_what_is_gone_is_marked(messages: dict[int, Message]) -> None:
    gone = {number: each.deleted for number, each in messages.items() if each.deleted}
    assert gone == {6: "revoked", 10: "cleared"}  # 11 is starred: the job keeps it; 12 came later
    assert messages[6].kind == "revoked"


def test_codes_keep_their_number(messages: dict[int, Message]) -> None:
    assert (messages[12].kind, messages[12].raw_kind) == ("view-once image", "42")
    assert (messages[13].kind, messages[13].raw_kind) == ("unknown (777)", "777")


def test_calls(found: list[object]) -> None:
    calls = [each for each in found if isinstance(each, Call)]
    assert [(each.party, each.direction, each.kind, each.outcome, each.raw_kind) for each in calls] == [
        (jid(BUDI), "in", "voice", "answered", "5"),
        (jid(SITI), "out", "video", "missed", "2"),
        (jid(AGUS), "in", "voice", "unknown (99)", "99"),
    ]
    assert [each.duration_s for each in calls] == [61.0, 0.0, 0.0]


def test_business_is_told_by_its_folder(tmp_path: Path) -> None:
    data = make_msgstore(tmp_path / "m.db").read_bytes()
    assert extracted(data, PATH.replace("com.whatsapp", "com.whatsapp.w4b"))[0].app == "WhatsApp Business"


def test_from_me_that_is_null_is_unknown(tmp_path: Path) -> None:
    data = changed(tmp_path, "CREATE TABLE m AS SELECT * FROM message; DROP VIEW available_message_view; DROP TABLE message;"
                   "CREATE TABLE message AS SELECT _id, chat_row_id, NULL AS from_me, key_id FROM m")  # fmt: skip
    first = extracted(data)[0]
    assert (first.direction, first.sender, first.kind, first.sent_at) == ("unknown", None, "unknown", None)


@pytest.mark.parametrize("table", ["chat", "jid", "jid_map", "message_media", "message_location", "message_system"])
def test_a_missing_table_costs_no_message(tmp_path: Path, table: str) -> None:
    found = extracted(changed(tmp_path, f"DROP TABLE {table}"))
    assert len([each for each in found if isinstance(each, Message)]) == 12
    assert len([each for each in found if isinstance(each, Call)]) == 3


def test_an_unknown_schema_is_named_and_its_calls_are_read(tmp_path: Path) -> None:
    found = extracted(changed(tmp_path, "DROP VIEW available_message_view; ALTER TABLE message RENAME TO message_next"))
    assert found[0].kind == "unsupported"
    assert "message_next" in found[0].detail
    assert len([each for each in found if isinstance(each, Call)]) == 3


def changed(folder: Path, script: str) -> bytes:
    path = make_msgstore(folder / "changed.db")
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
        database.commit()
    return path.read_bytes()


def test_wanted_by_name_or_by_columns(tmp_path: Path) -> None:
    store = make_msgstore(tmp_path / "m.db").read_bytes()
    other = make_notes(tmp_path / "n.db").read_bytes()
    for path, data, wanted in (
        ("/x/msgstore.db", store, True),
        ("/x/msgstore-2026-01-01.1.db", other, True),
        ("/data/data/com.whatsapp/databases/copy", store, True),
        ("/data/data/com.whatsapp/databases/stickers.db", other, False),
        ("/x/other.db", store, True),
        ("/x/msgstore.db", b"teks", False),
    ):
        assert WhatsAppAndroid().wants(item_from_bytes(path, data)) is wanted, path
