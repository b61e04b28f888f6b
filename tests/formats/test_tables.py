"""Tables read by the columns that are wanted, and rows beside their children."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from making.items import item_from_bytes

from triage.formats.app_paths import owner, package
from triage.formats.sqlite import Database
from triage.formats.tables import Join, Tables, beside

SCRIPT = """
CREATE TABLE message (id INTEGER PRIMARY KEY, body TEXT, person INTEGER);
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, town INTEGER);
CREATE TABLE town (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE part (message INTEGER, name TEXT);
INSERT INTO town VALUES (7, 'Bandung');
INSERT INTO person VALUES (1, 'Budi', 7), (2, 'Siti', NULL);
INSERT INTO message VALUES (3, 'tiga', NULL), (1, 'satu', 1), (2, 'dua', 9);
INSERT INTO part VALUES (3, 'c'), (1, 'a'), (1, 'b'), (99, 'orphan'), (NULL, 'lost');
"""


@pytest.fixture
def tables(tmp_path: Path):
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SCRIPT)
    with Database(item_from_bytes("a.db", path.read_bytes())) as database:
        yield Tables(database)


JOINS = (
    Join("person", "id", "person", ("name", "absent")),
    Join("town", "id", "person.town", ("name",), alias="home"),
    Join("nothing", "id", "person", ("x",)),
)


def test_joins_go_outward_and_what_is_missing_is_null(tables: Tables) -> None:
    rows = [tuple(row) for row in tables.rows("message", ("id", "body", "gone"), JOINS, order="id")]
    assert rows == [
        (1, "satu", None, "Budi", None, "Bandung", None),
        (2, "dua", None, None, None, None, None),
        (3, "tiga", None, None, None, None, None),
    ]
    row = next(tables.rows("message", ("id",), JOINS, order="id"))
    assert (row["person.name"], row["home.name"]) == ("Budi", "Bandung")


def test_a_missing_table_has_no_rows(tables: Tables) -> None:
    assert list(tables.rows("nothing", ("a",))) == []
    assert list(tables.rows("message", ("id",), order="nothing")) == []
    assert (tables.lookup("nothing", "id"), tables.grouped("person", "nothing")) == ({}, {})
    assert (tables.has("person", "name"), tables.has("person", "age"), tables.first("x", "town")) == (
        True,
        False,
        "town",
    )


def test_rows_beside_their_children(tables: Tables) -> None:
    parents = tables.rows("message", ("id",), order="id")
    children = tables.rows("part", ("message", "name"), order="message")
    found = [(row["id"], [child["name"] for child in own]) for row, own in beside(parents, "id", children, "message")]
    assert found == [(1, ["a", "b"]), (2, []), (3, ["c"])]


@pytest.mark.parametrize(
    ("path", "account", "app"),
    [
        ("/data/data/com.example.app/databases/a.db", None, "com.example.app"),
        ("/data/user/0/com.example.app/a.db", None, "com.example.app"),
        ("/data/user/150/com.example.app/a.db", "user 150 (Secure Folder)", "com.example.app"),
        ("/Dump/data/user_de/10/com.example/databases/x", "user 10", "com.example"),
        ("/data/media/999/Pictures/a.jpg", "user 999 (dual app)", None),
        ("/apps/com.example.app/db/a.db", None, "com.example.app"),
        ("/AppDomain-com.example.chat/Documents/a.sqlite", None, "com.example.chat"),
        ("/AppDomainGroup-group.example.chat/a.sqlite", None, "group.example.chat"),
        ("/Users/budi/a.db", None, None),
    ],
)
def test_whose_file_a_path_says_it_is(path: str, account: str | None, app: str | None) -> None:
    assert package(path) == app
    assert owner(path, None, "12") == "12"
    assert owner(path, None) == account
