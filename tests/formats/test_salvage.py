"""Reading past damage: cut files, overwritten pages, cells that lie about their length, a schema that SQLite refuses."""

import random
import sqlite3
from contextlib import closing

import pytest
from corpus import corpus_file
from making.items import item_from_bytes

from triage.errors import EvidenceError
from triage.formats.reading import read_database
from triage.formats.sqlite_pages import Pages
from triage.model import Message, Problem
from triage.settings import Limits

ROWS = 3000


def notes(view):
    for row in view.rows("SELECT id, body FROM note ORDER BY id"):
        yield Message(where=f"note.id={row['id']}", app="Notes", body=row["body"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Three thousand notes of growing length, some over several pages, an index, and another table among them."""
    path = tmp_path_factory.mktemp("salvage") / "notes.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "PRAGMA page_size=1024; CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT, n REAL); CREATE TABLE other (a, b, c, d)"
        )
        for number in range(1, ROWS + 1):
            database.execute("INSERT INTO note VALUES (?, ?, ?)", (number, body(number), number / 2))
            database.execute("INSERT INTO other VALUES (?, x'00', NULL, 1)", (number,))
        database.execute("CREATE INDEX i ON note (body)")
        database.commit()
    return path.read_bytes()


def body(number: int) -> str:
    return f"catatan {number} " + "é" * (number % 40) + "x" * (5000 if number % 500 == 0 else 0)


def read(data: bytes) -> tuple[dict[int, str], list[Problem]]:
    found = list(read_database(item_from_bytes("notes.db", data), "here", notes))
    rows = [each for each in found if isinstance(each, Message)]
    assert len({each.where for each in rows}) == len(rows)
    return {int(each.where.removeprefix("note.id=")): each.body for each in rows}, [
        each for each in found if isinstance(each, Problem)
    ]


def test_an_undamaged_database_is_read_once(whole: bytes) -> None:
    rows, problems = read(whole)
    assert (rows, problems) == ({number: body(number) for number in range(1, ROWS + 1)}, [])


@pytest.mark.parametrize("seed", range(6))
def test_an_overwritten_page_costs_its_own_rows(whole: bytes, seed: int) -> None:
    """A page of 1024 bytes holds at most sixty of these rows, or points to that many pages whose rows stay with their table."""
    chance = random.Random(seed)
    at = chance.randrange(3, len(whole) // 1024) * 1024
    rows, problems = read(whole[:at] + chance.randbytes(1024) + whole[at + 1024 :])
    assert len(rows) >= ROWS - 70
    assert sum(rows[number] != body(number) for number in rows) <= 1  # a long text that lost a part
    assert len(rows) == ROWS or problems


def test_a_file_cut_in_the_middle_keeps_what_is_before(whole: bytes) -> None:
    rows, problems = read(whole[: len(whole) // 2 + 100])
    assert 900 < len(rows) < ROWS
    assert all(rows[number] == body(number) for number in rows if number % 500)
    assert {each.kind for each in problems} >= {"truncated"}


def test_a_cell_of_terabytes_costs_one_row(whole: bytes) -> None:
    mark = b"catatan 7 "
    at = whole.index(mark)
    start = next(offset for offset in range(at - 1, at - 12, -1) if whole[offset] == 7 and whole[offset - 1] < 0x80)
    data = bytearray(whole)
    data[start - 1 : start + 8] = b"\xff" * 9
    rows, problems = read(bytes(data))
    assert len(rows) >= ROWS - 1
    assert problems


def test_a_schema_that_sqlite_refuses(whole: bytes) -> None:
    """One row of the schema makes no sense: SQLite opens nothing, the pages give everything."""
    data = whole.replace(b"CREATE INDEX i ON note (body)", b"CREATE INDEX i ON nowhere (a)")
    assert data != whole
    rows, problems = read(data)
    assert len(rows) == ROWS
    assert "malformed" in {each.kind for each in problems}


def test_what_is_no_database_at_all() -> None:
    for data in (b"", b"SQLite format 3\0", b"SQLite format 3\0" + bytes(4096), random.Random(1).randbytes(5000)):
        with pytest.raises(EvidenceError):
            read(data)


def test_random_damage_ends_in_time(whole: bytes) -> None:
    chance = random.Random(3)
    small = whole[: 40 * 1024]
    for _ in range(40):
        data = bytearray(small)
        for _ in range(chance.randrange(1, 30)):
            data[chance.randrange(16, len(data))] = chance.randrange(256)
        try:
            list(read_database(item_from_bytes("notes.db", bytes(data), limits=Limits(entry_seconds=4)), "here", notes))
        except EvidenceError:
            continue


@pytest.mark.parametrize("name", ["01/01-05.db", "02/02-01.db", "03/03-05.db", "04/04-05.db", "05/05-03.db"])
def test_pages_give_what_sqlite_gives(name: str) -> None:
    """The tables of a public corpus of databases, row by row against SQLite."""
    path = corpus_file("chats", "sqlite_corpus", *name.split("/"))
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as database, path.open("rb") as file:
        tables = database.execute(
            "SELECT name, rootpage FROM sqlite_master WHERE type = 'table' AND rootpage AND sql NOT LIKE '%WITHOUT%'"
        ).fetchall()
        for table, root in tables:
            keys = [row[0] for row in database.execute(f"SELECT rowid FROM '{table}' ORDER BY rowid")]
            assert sorted(row.rowid for row in Pages(file, 1 << 20).rows(root) if row) == keys
