"""Opening hostile and half-written databases: what is read, what is left alone, what is said."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from corpus import corpus_file
from making.databases import make_notes
from making.items import item_from_bytes

from triage.errors import EvidenceError, LimitReached, Malformed, Truncated
from triage.formats.sqlite import JOURNAL_MAGIC, Database, kept, quoted, select, unrecognised
from triage.model import Problem
from triage.settings import Limits


@pytest.fixture
def notes(tmp_path: Path) -> bytes:
    return make_notes(tmp_path / "notes.db").read_bytes()


def with_wal(folder: Path) -> tuple[bytes, bytes]:
    """A database whose second row is in the write-ahead log alone."""
    path = folder / "wal.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=wal")
        database.execute("PRAGMA wal_autocheckpoint=0")
        database.execute("CREATE TABLE a (b)")
        database.execute("INSERT INTO a VALUES (1)")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("INSERT INTO a VALUES (2)")
        return path.read_bytes(), (folder / "wal.db-wal").read_bytes()


def with_hot_journal(folder: Path) -> tuple[bytes, bytes]:
    """A database with one committed row, written over by a transaction that never ended, and its journal."""
    path = folder / "hot.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("CREATE TABLE a (b)")
        database.execute("INSERT INTO a VALUES ('committed')")
        database.execute("PRAGMA cache_size=1")
        database.execute("PRAGMA cache_spill=1")
        database.execute("BEGIN")
        database.execute("UPDATE a SET b = 'unfinished'")
        database.executemany("INSERT INTO a VALUES (?)", [("x" * 3000,) for _ in range(200)])
        return path.read_bytes(), (folder / "hot.db-journal").read_bytes()


def test_ordinary_tables_only(notes: bytes) -> None:
    with Database(item_from_bytes("notes.db", notes)) as database:
        tables = {table.name: table.columns for table in database.tables()}
        assert tables["note"] == ("id", "body")
        assert "all_notes" not in tables
        assert "search" not in tables
        assert database.count("note") == 3
        assert [row["body"] for row in database.rows("SELECT body FROM note WHERE id > ?", (1,))] == ["dua", "tiga"]
        assert database.wal_present is False


def test_the_copy_is_deleted_and_nothing_can_be_written(notes: bytes, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with Database(item_from_bytes("notes.db", notes, scratch=scratch)) as database:
        assert list(scratch.rglob("main.db"))
        with pytest.raises(Malformed):
            list(database.rows("DELETE FROM note"))
        with pytest.raises(EvidenceError):
            list(database.rows("ATTACH ':memory:' AS other"))
    assert list(scratch.iterdir()) == []


def test_write_ahead_log_is_read(tmp_path: Path) -> None:
    main, wal = with_wal(tmp_path)
    with Database(item_from_bytes("wal.db", main)) as database:
        assert (database.count("a"), database.wal_present) == (1, False)
    with Database(item_from_bytes("wal.db", main, {"-wal": wal})) as database:
        assert (database.count("a"), database.wal_present) == (2, True)


def test_empty_or_foreign_companions_change_nothing(tmp_path: Path) -> None:
    main, _ = with_wal(tmp_path)
    for content in (b"", b"rubbish" * 100):
        with Database(item_from_bytes("wal.db", main, {"-wal": content, "-journal": content})) as database:
            assert (database.count("a"), database.wal_present, database.journal_present) == (1, False, False)


def test_hot_journal_is_rolled_back_in_the_copy_and_told(tmp_path: Path) -> None:
    main, journal = with_hot_journal(tmp_path)
    assert journal.startswith(JOURNAL_MAGIC)
    with Database(item_from_bytes("hot.db", main, {"-journal": journal})) as database:
        assert [row[0] for row in database.rows("SELECT b FROM a")] == ["committed"]
        assert [problem.detail for problem in database.problems("here")] == ["hot rollback journal"]


def test_a_journal_cannot_have_a_file_of_ours_deleted(tmp_path: Path) -> None:
    """SQLite deletes the super-journal that a journal names, once no journal refers to it."""
    main, journal = with_hot_journal(tmp_path)
    victim = tmp_path / "victim"
    victim.write_bytes(b"no name of a journal\0")
    name = str(victim).encode()
    page_size = int.from_bytes(main[16:18], "big")
    locking_page = (0x40000000 // page_size + 1).to_bytes(4, "big")
    tail = locking_page + name + len(name).to_bytes(4, "big") + sum(name).to_bytes(4, "big") + JOURNAL_MAGIC
    with Database(item_from_bytes("hot.db", main, {"-journal": journal + tail})) as database:
        assert [row[0] for row in database.rows("SELECT b FROM a")] == ["committed"]
    assert victim.exists()


def test_what_is_no_database() -> None:
    with pytest.raises(Malformed, match="not a database"):
        Database(item_from_bytes("a.db", b"SQLite forma"))
    with pytest.raises(Malformed):
        Database(item_from_bytes("a.db", b"SQLite format 3\0" + b"\xff" * 5000))


def test_truncation_is_named(notes: bytes) -> None:
    with (
        pytest.raises(Truncated, match="ends after 4196 of"),
        Database(item_from_bytes("a.db", notes[:4196])) as database,
    ):
        database.count("note")


def test_text_that_is_no_text_is_kept_visible(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE a (b TEXT)")
        database.execute("INSERT INTO a VALUES (CAST(x'61FF62' AS TEXT))")
        database.commit()
    with Database(item_from_bytes("a.db", path.read_bytes())) as opened:
        assert next(opened.rows("SELECT b FROM a"))[0] == "a\\xffb"


def test_long_values_are_shortened_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE a (b TEXT)")
        database.executemany("INSERT INTO a VALUES (?)", [("x" * 1500,), ("short",), ("y" * 40_000,)])
        database.commit()
    limits = Limits(cell_bytes=1000)
    with Database(item_from_bytes("a.db", path.read_bytes(), limits=limits)) as opened:
        rows = opened.rows("SELECT b FROM a")
        assert [len(next(rows)[0]), next(rows)[0]] == [1000, "short"]
        assert [problem.kind for problem in opened.problems("here")] == ["limit"]
        with pytest.raises(LimitReached):
            next(rows)


def test_time_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE a (b)")
        database.executemany("INSERT INTO a VALUES (?)", [(number,) for number in range(2000)])
        database.commit()
    limits = Limits(entry_seconds=0.05)
    with Database(item_from_bytes("a.db", path.read_bytes(), limits=limits)) as opened, pytest.raises(LimitReached):
        list(opened.rows("SELECT count(*) FROM a x, a y, a z"))


def test_time_is_given_while_rows_come(tmp_path: Path) -> None:
    """Only a query that gives nothing runs out of time: what is slow to be stored is read to its end."""
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE a (b)")
        database.executemany("INSERT INTO a VALUES (?)", [("x" * 50,) for _ in range(20_000)])
        database.commit()
    with Database(item_from_bytes("a.db", path.read_bytes(), limits=Limits(entry_seconds=0.2))) as opened:
        count = 0
        for _ in opened.rows("SELECT b FROM a"):
            count += 1
            if count % 2000 == 0:
                time.sleep(0.05)
    assert count == 20_000


def test_a_copy_larger_than_the_limit_is_refused(notes: bytes) -> None:
    with pytest.raises(LimitReached):
        Database(item_from_bytes("a.db", notes, limits=Limits(scratch_copy_bytes=4096)))


def test_names_are_quoted(tmp_path: Path) -> None:
    name = 'a"; DROP TABLE b; --'
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE TABLE {quoted(name)} ({quoted('select')})")
        database.commit()
    with Database(item_from_bytes("a.db", path.read_bytes())) as opened:
        assert [(table.name, table.columns) for table in opened.tables()] == [(name, ("select",))]
        assert opened.count(name) == 0


def test_columns_that_are_missing_are_null() -> None:
    assert select("a", ("b", "c"), frozenset({"b"})) == '"a"."b" AS "b", NULL AS "c"'


def test_damage_ends_one_part_with_a_problem() -> None:
    def part():
        yield 1
        raise Malformed("broken here")

    first, second = kept("here", part())
    assert first == 1
    assert second == Problem(kind="malformed", stage="here", message="broken here")


def test_an_unknown_schema_names_what_was_found() -> None:
    problem = unrecognised("An App", "here", {"b": None, "a": None})
    assert (problem.kind, problem.detail) == ("unsupported", "2 tables: a, b")


def test_public_sample_with_a_write_ahead_log() -> None:
    """plaso's sample; the sqlite3 program counts 11 rows with the log."""
    main = corpus_file("chats", "plaso", "wal_database.db").read_bytes()
    wal = corpus_file("chats", "plaso", "wal_database.db-wal").read_bytes()
    with Database(item_from_bytes("wal_database.db", main, {"-wal": wal})) as database:
        assert database.count("MyTable") == 11
