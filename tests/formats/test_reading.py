"""Superseded rows, logs that belong to another database, SQLCipher: what every extractor gets from `read_database`."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from making.items import item_from_bytes
from sqlcipher3 import dbapi2 as sqlcipher

from triage.errors import Malformed
from triage.formats.reading import read_database
from triage.formats.seen import Seen
from triage.formats.spaces import space_of
from triage.formats.sqlcipher import CipherKey
from triage.model import Message, Problem


def with_log(folder: Path, after: str) -> tuple[bytes, bytes]:
    """A database with three notes in its main file, and the log of what `after` did to them."""
    path = folder / "notes.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(
            "PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=0; CREATE TABLE note (id INTEGER PRIMARY KEY, body, who)"
        )
        database.executemany("INSERT INTO note (body, who) VALUES (?, 'A')", [("satu",), ("dua",), ("tiga",)])
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.executescript(after)
        return path.read_bytes(), (folder / "notes.db-wal").read_bytes()


def notes(view):
    for row in view.rows("SELECT id, body, who FROM note ORDER BY id"):
        yield Message(where=f"note.id={row['id']}", app="Notes", body=row["body"], thread_name=row["who"])


def read(main: bytes, wal: bytes | None = None, **options):
    companions = {"-wal": wal} if wal else {}
    return list(read_database(item_from_bytes("notes.db", main, companions), "here", notes, **options))


def test_changed_and_deleted_rows_come_from_the_older_state(tmp_path: Path) -> None:
    main, wal = with_log(
        tmp_path,
        "UPDATE note SET body = 'DUA' WHERE id = 2; DELETE FROM note WHERE id = 3; INSERT INTO note (body) VALUES ('baru')",
    )
    found = [(each.where, each.body, each.deleted) for each in read(main, wal)]
    assert found == [
        ("note.id=1", "satu", None),
        ("note.id=2", "DUA", None),
        ("note.id=3", "baru", None),  # the number was free again
        ("note.id=2", "dua", "superseded"),
        ("note.id=3", "tiga", "superseded"),
    ]


def test_a_new_name_supersedes_nothing(tmp_path: Path) -> None:
    main, wal = with_log(tmp_path, "UPDATE note SET who = 'B'")
    assert [each.deleted for each in read(main, wal)] == [None, None, None]


def test_without_a_log_there_is_one_state(tmp_path: Path) -> None:
    main, _ = with_log(tmp_path, "DELETE FROM note")
    assert [each.body for each in read(main)] == ["satu", "dua", "tiga"]


def test_a_log_alone_is_read_where_the_main_file_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=0; CREATE TABLE note (id INTEGER PRIMARY KEY, body, who);"
                               "INSERT INTO note (body) VALUES ('satu')")  # fmt: skip
        found = read(path.read_bytes(), (tmp_path / "a.db-wal").read_bytes())
    assert [(each.body, each.deleted) for each in found] == [("satu", None)]


@pytest.mark.parametrize("pragmas", ["page_size=8192", "encoding='UTF-16le'", "cache_size=10"])
def test_the_log_of_another_database_is_left_out_and_told(tmp_path: Path, pragmas: str) -> None:
    """Another page size, another encoding, or other tables altogether."""
    main, _ = with_log(tmp_path, "SELECT 1")
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other, isolation_level=None)) as database:
        database.executescript(
            f"PRAGMA {pragmas}; PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=0; CREATE TABLE other (a); INSERT INTO other VALUES (1)"
        )
        found = read(main, (tmp_path / "other.db-wal").read_bytes())
    assert [each.body for each in found if isinstance(each, Message)] == ["satu", "dua", "tiga"]
    (problem,) = [each for each in found if isinstance(each, Problem)]
    assert (problem.kind, "belongs to another" in problem.message) == ("malformed", True)


def encrypted(folder: Path, *pragmas: str) -> bytes:
    path = folder / "secret.db"
    with closing(sqlcipher.connect(str(path), isolation_level=None)) as database:
        for pragma in pragmas:
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, body, who)")
        database.execute("INSERT INTO note (body) VALUES ('rahasia')")
    return path.read_bytes()


def test_sqlcipher_by_raw_key_by_passphrase_and_with_the_settings_of_an_app(tmp_path: Path) -> None:
    raw = "0f" * 32
    for number, (pragmas, key) in enumerate(
        (
            ((f"key = \"x'{raw}'\"",), CipherKey(raw, raw=True)),
            (("key = 'kata \"sandi\"'",), CipherKey('kata "sandi"')),
            (
                ("key = '1234567'", "cipher_compatibility = 1"),
                CipherKey("1234567", settings=(("cipher_compatibility", 1),)),
            ),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert [each.body for each in read(encrypted(folder, *pragmas), key=key)] == ["rahasia"]
        assert "secret" not in repr(key)


def test_a_wrong_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="encrypted"):
        read(encrypted(tmp_path, "key = 'benar'"), key=CipherKey("salah"))


def test_seen_grows_and_forgets_nothing() -> None:
    seen = Seen()
    records = [Message(where=f"note.id={number}", app="Notes", body=str(number)) for number in range(10_000)]
    for record in records[::2]:
        seen.add(record)
    assert all(record in seen for record in records[::2])
    assert not any(record in seen for record in records[1::2])


def test_spaces_of_a_phone() -> None:
    for path, space in {
        "/data/data/com.whatsapp/databases/msgstore.db": None,
        "/data/user/0/com.whatsapp/databases/msgstore.db": None,
        "/Dump/data/user/10/com.whatsapp/x": "user 10",
        "/data/user/150/com.whatsapp/x": "user 150 (Secure Folder)",
        "/data/user_de/95/x": "user 95 (dual app)",
        "/data/media/999/WhatsApp/x": "user 999 (dual app)",
        "/storage/emulated/11": "user 11",
        "/Users/user/10.db": None,
    }.items():
        assert space_of(path) == space, path
