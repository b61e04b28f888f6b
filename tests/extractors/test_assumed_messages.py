"""Unknown apps: conversations are recognised, with every assumption told; what is no conversation is left alone."""

import random
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from corpus import CORPUS, corpus_file
from making import messengers, phone_records, unknown_chats
from making.databases import START, make_calllog, make_notes
from making.items import item_from_bytes

from triage.errors import Encrypted
from triage.extractors import wanted_after_all, wanted_by
from triage.extractors.assumed_messages import AssumedMessages
from triage.formats.assumed.layout import worth_a_look
from triage.model import Message, Problem, Stamp

MICHAT = "/data/data/com.michatapp.im/databases/social.db"
OTHER = "/data/user/10/com.contoh.obrolan/databases/isi.db"
MS = 1_000_000


def messages(data: bytes, path: str = OTHER, companions: dict[str, bytes] | None = None) -> list[Message]:
    item = item_from_bytes(path, data, companions)
    assert [each.name for each in wanted_by(item)] == ["assumed-messages", "database-inventory"]
    found = list(AssumedMessages().extract(item))
    assert not [each for each in found if isinstance(each, Problem)]
    return found


def test_messages_with_a_flag_for_sent_ones(tmp_path: Path) -> None:
    found = messages(unknown_chats.make_unknown_chat(tmp_path / "s.db").read_bytes(), MICHAT)
    assert [each.body for each in found] == [*unknown_chats.LINES, None, "tanpa arah"]
    assert {each.app for each in found} == {"MiChat"}
    assert [each.direction for each in found] == ["in", "out", "in", "out", "in", "out", "in", "in", "unknown"]
    first, picture, strange = found[0], found[7], found[8]
    assert (first.where, first.thread, first.thread_name) == ("tb_messages.rowid=1", "88001", "Budi Fiksi")
    assert (first.sent_at, first.raw_time) == (Stamp(START * MS, resolution=MS), f"{START} ms Unix")
    assert (picture.kind, picture.attachment, picture.raw_kind) == (
        "image",
        "/storage/emulated/0/MiChat/pantai.jpg",
        "2",
    )
    assert (strange.sent_at, strange.direction) == (None, "unknown")
    for said in (
        "text=message",
        "time=create_time",
        "ms Unix",
        "thread=contact_relate",
        "direction=is_send",
        "0 in, 1 out",
    ):
        assert said in first.assumed


def test_the_owner_is_whoever_is_in_every_row(tmp_path: Path) -> None:
    found = messages(unknown_chats.make_chat_by_parties(tmp_path / "s.db").read_bytes())
    by_text = {each.body: each for each in found}
    first, second = by_text[unknown_chats.LINES[0]], by_text[unknown_chats.LINES[1]]
    assert (first.direction, first.sender, first.recipients, first.thread) == ("in", "other-2", "me-1", "other-2")
    assert (second.direction, second.sender, second.recipients, second.thread) == ("out", "me-1", "other-2", "other-2")
    assert by_text["pesan dari orang lain"].thread == "other-3"
    assert "owner=me-1" in first.assumed
    assert (first.account, first.where) == ("user 10", "im_record row 1")


def test_a_core_data_store(tmp_path: Path) -> None:
    found = messages(
        unknown_chats.make_core_data_chat(tmp_path / "s.db").read_bytes(),
        "/AppDomain-com.contoh.obrolan/Documents/a.sqlite",
    )
    assert [(each.thread, each.sender, each.direction) for each in found[:2]] == [
        ("t0", "u0", "unknown"),
        ("t1", "u1", "unknown"),
    ]
    assert found[0].sent_at == Stamp(START * MS, resolution=1000)


@pytest.mark.parametrize("kind", unknown_chats.NOT_CHATS)
def test_what_is_no_conversation_is_left_alone(kind: str, tmp_path: Path) -> None:
    assert messages(unknown_chats.make_no_chat(tmp_path / "s.db", kind).read_bytes()) == []


@pytest.mark.parametrize(
    "make",
    [
        make_notes, make_calllog, phone_records.make_contacts2, phone_records.make_address_book, phone_records.make_call_history,
        phone_records.make_accounts3, phone_records.make_telephony,
    ],
)  # fmt: skip
def test_phone_records_are_no_conversations(make, tmp_path: Path) -> None:
    assert messages(make(tmp_path / "s.db").read_bytes()) == []


def counted(path: Path, table: str) -> int:
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as database:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_public_apps_that_nobody_reads(tmp_path: Path) -> None:
    """Hangouts and Burner: as many messages as sqlite3 counts, the columns a person would take."""
    path = corpus_file("chats", "plaso", "android_babel.db")
    found = messages(path.read_bytes(), "/data/data/com.contoh.talk/databases/babel0.db")
    assert len(found) == counted(path, "messages") == 14
    assert "text=text" in found[0].assumed
    assert "us Unix" in found[0].assumed
    assert found[0].sent_at.ns == 1500266348448375000
    path = corpus_file("chats", "plaso", "android_burners.sqlite")
    found = messages(path.read_bytes(), "/data/data/com.adhoclabs.burner/databases/burners.db")
    assert len(found) == counted(path, "messages") == 16
    assert (found[0].body, found[0].thread, found[0].thread_name) == ("You there?", "+19198887386", "This Is DFIR Two")
    assert {each.direction for each in found} == {"unknown"}


def test_public_mewe(tmp_path: Path) -> None:
    archive = corpus_file("phones", "ios_ffs_ileapp", "testdata.meWe.meWeMessages.josh_ios17_ffs.zip")
    with zipfile.ZipFile(archive) as file:
        (name,) = [each for each in file.namelist() if each.endswith("sgrouplesdb.sqlite")]
        beside = {suffix: file.read(name + suffix) for suffix in ("-wal", "-shm") if name + suffix in file.namelist()}
        found = messages(file.read(name), f"/{name}", beside)
    assert {each.where.partition(".")[0] for each in found} == {"ZCHATMESSAGE"}
    assert "text=ZTEXT" in found[0].assumed
    assert "thread=ZTHREAD" in found[0].assumed


def test_public_databases_without_conversations() -> None:
    """SQLite corpus, browsers, Windows, notes, network use, a public timeline: nothing is taken for messages."""
    folders = (
        corpus_file("chats", "sqlite_corpus"),
        corpus_file("phones", "browser"),
        corpus_file("chats", "plaso"),
        corpus_file("hostile"),
    )
    known = {"android_babel.db", "android_burners.sqlite", "ios_IMODb2.sqlite"}
    looked = 0
    for path in sorted(each for folder in folders for each in folder.rglob("*") if each.is_file()):
        if (
            path.name in known
            or path.stat().st_size > 8 << 20
            or not path.read_bytes().startswith(b"SQLite format 3\0")
        ):
            continue
        item = item_from_bytes(f"/data/data/com.contoh/databases/isi{looked}.db", path.read_bytes())
        looked += 1
        shown = [each for each in _quietly(item) if isinstance(each, Message)]
        assert shown == [], path.relative_to(CORPUS)
    assert looked > 60


def _quietly(item):
    from triage.errors import EvidenceError

    try:
        yield from AssumedMessages().extract(item)
    except EvidenceError:
        return


def test_an_encrypted_store_of_michat_is_told() -> None:
    item = item_from_bytes(MICHAT, random.Random(1).randbytes(4096))
    (extractor,) = [each for each in wanted_by(item) if each.name == "assumed-messages"]
    with pytest.raises(Encrypted, match="MiChat"):
        list(extractor.extract(item))
    assert not AssumedMessages().wants(
        item_from_bytes(MICHAT.replace("databases", "files"), random.Random(1).randbytes(4096))
    )


def test_stores_of_browser_and_system_are_not_looked_at(tmp_path: Path) -> None:
    data = unknown_chats.make_unknown_chat(tmp_path / "s.db").read_bytes()
    for path in (
        "/data/data/com.contoh/databases/google_app_measurement_local.db", "/data/data/com.contoh/app_webview/Default/Web Data",
        "/data/data/com.android.settings/databases/search.db", "/Users/rina/Documents/a.db",
    ):  # fmt: skip
        assert not AssumedMessages().wants(item_from_bytes(path, data)), path


def test_a_known_app_with_another_schema_is_tried_again(tmp_path: Path) -> None:
    data = unknown_chats.make_unknown_chat(tmp_path / "s.db").read_bytes()
    item = item_from_bytes("/data/data/kik.android/databases/kikDatabase.db", data)
    assert [each.name for each in wanted_by(item)] == ["kik"]
    assert [each.name for each in wanted_after_all(item)] == ["assumed-messages", "database-inventory"]
    known = item_from_bytes(
        "/data/data/kik.android/databases/kikDatabase.db", messengers.make_kik(tmp_path / "k.db").read_bytes()
    )
    assert [each.name for each in wanted_by(known)] == ["kik"]


@pytest.mark.parametrize(
    ("table", "columns", "worth"),
    [
        ("tb_messages", ("_id", "message", "date", "uid"), True),
        ("ZCHATMESSAGE", ("Z_PK", "ZTEXT", "ZCREATEDDATE", "ZSENDER"), True),
        ("records", ("id", "msgContent", "createTime", "fromUid"), True),
        ("battery_event", ("timestamp_millis", "battery_level", "text"), False),
        ("photos", ("id", "path", "width", "created"), False),
        ("chat", ("id", "body", "size"), False),
    ],
)
def test_most_tables_need_no_sample(table: str, columns: tuple[str, ...], worth: bool) -> None:
    assert worth_a_look(table, columns) is worth
