"""What somebody who knows the formats would put in the way: schemas that are traps, cells without end, values of the wrong type."""

import json
import plistlib
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

Poison = Callable[[sqlite3.Connection, str, list[str]], None]


def _view(database: sqlite3.Connection, table: str, columns: list[str]) -> None:
    """A view in the place of the table, over a recursion without end."""
    database.execute(f'DROP TABLE "{table}"')
    held = ", ".join(f'n AS "{column}"' for column in columns)
    database.execute(
        f'CREATE VIEW "{table}" AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT {held} FROM c'
    )


def _trigger(database: sqlite3.Connection, table: str, _columns: list[str]) -> None:
    database.execute(f'CREATE TRIGGER trap AFTER INSERT ON "{table}" BEGIN DELETE FROM "{table}"; END')


def _generated(database: sqlite3.Connection, table: str, columns: list[str]) -> None:
    """Every column computed, the first from the others: a heavy expression in each row."""
    database.execute(f'DROP TABLE "{table}"')
    made = ", ".join(f"\"{column}\" TEXT GENERATED ALWAYS AS (printf('%.*c', 4000, 'x')) VIRTUAL" for column in columns)
    database.execute(f'CREATE TABLE "{table}" (own_ INTEGER, {made})')
    database.execute(f'INSERT INTO "{table}" (own_) VALUES (1), (2)')


def _virtual(database: sqlite3.Connection, table: str, columns: list[str]) -> None:
    database.execute(f'DROP TABLE "{table}"')
    named = ", ".join(f'"{column}"' for column in columns if column.lower() not in {"rowid", "rank"})
    database.execute(f'CREATE VIRTUAL TABLE "{table}" USING fts5({named or "a"})')


def _module(database: sqlite3.Connection, table: str, _columns: list[str]) -> None:
    """A virtual table of a module that nobody has."""
    _definition(database, table, f'CREATE VIRTUAL TABLE "{table}" USING nomodule(a)')


def _broken(database: sqlite3.Connection, table: str, _columns: list[str]) -> None:
    """A definition that is no SQL, so that SQLite refuses the whole schema."""
    _definition(database, table, f'CREATE TABLE "{table}" (((')


def _checked(database: sqlite3.Connection, table: str, columns: list[str]) -> None:
    """A definition of other columns than the rows have."""
    _definition(
        database,
        table,
        f'CREATE TABLE "{table}" ({", ".join(reversed([f"{chr(34)}{each}{chr(34)} BLOB" for each in columns]))})',
    )


def _definition(database: sqlite3.Connection, table: str, text: str) -> None:
    database.execute("PRAGMA writable_schema = ON")
    database.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (text, table))


def _more_columns(database: sqlite3.Connection, table: str, _columns: list[str]) -> None:
    for number in range(200):
        database.execute(
            f'ALTER TABLE "{table}" ADD COLUMN "lain {number}" DEFAULT (randomblob(40))'
            if number == 0
            else f'ALTER TABLE "{table}" ADD COLUMN c{number}'
        )


def _no_text(database: sqlite3.Connection, table: str, columns: list[str]) -> None:
    """Text that is no UTF-8 in every column, zeros and lone surrogates among it."""
    for column in columns:
        with suppress(sqlite3.Error):
            database.execute(f'UPDATE "{table}" SET "{column}" = CAST(x\'ff00eda080c328\' AS TEXT)')


def _long(database: sqlite3.Connection, table: str, columns: list[str]) -> None:
    """Three million characters, more than a cell may have, in a column of the first row after the other, as far as keys allow."""
    for column in columns[:6]:
        with suppress(sqlite3.Error):
            database.execute(
                f'UPDATE "{table}" SET "{column}" = printf(\'%.*c\', 3000000, \'x\') WHERE rowid = (SELECT min(rowid) FROM "{table}")'
            )


def _newer(database: sqlite3.Connection, _table: str, _columns: list[str]) -> None:
    """A version of the schema that nobody knows."""
    database.execute("PRAGMA user_version = 2147483647")


POISONS: dict[str, Poison] = {
    "a view without end": _view, "a trigger": _trigger, "generated columns": _generated, "a virtual table": _virtual,
    "an unknown module": _module, "a definition that is no SQL": _broken, "a definition of other columns": _checked,
    "more columns": _more_columns, "text that is none": _no_text, "long values": _long, "a newer version": _newer,
}  # fmt: skip


def tables(data: bytes) -> list[str]:
    """The ordinary tables of a database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        path.write_bytes(data)
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' ORDER BY name"
            )
            return [row[0] for row in rows if not row[0].startswith("sqlite_")]


def poison(data: bytes, table: str, how: str) -> bytes:
    """The database with this trap in the place of, or upon, a table; the database itself where SQLite does not allow it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        path.write_bytes(data)
        with closing(sqlite3.connect(path, isolation_level=None)) as database, suppress(sqlite3.Error):
            columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
            POISONS[how](database, table, columns)
        return path.read_bytes()


def poisoned(data: bytes, chance: random.Random) -> bytes:
    """Any trap on any table."""
    names = tables(data)
    return poison(data, chance.choice(names), chance.choice(sorted(POISONS))) if names else data


def endless(data: bytes) -> bytes:
    """A database whose first cells say that they are terabytes long."""
    changed = bytearray(data)
    size = int.from_bytes(data[16:18], "big") or 65536
    for page in range(size, len(data), size):
        if data[page] == 0x0D and int.from_bytes(data[page + 3 : page + 5], "big"):
            cell = page + int.from_bytes(data[page + 8 : page + 10], "big")
            changed[cell : cell + 7] = b"\xbf\xff\xff\xff\xff\xff\x7f"
    return bytes(changed)


def replaced(data: bytes, place: int, value: object) -> bytes | None:
    """JSON or a property list with one of its values replaced; None where the data are neither, or the value cannot stand there."""
    for load, dump in ((json.loads, _json), (plistlib.loads, _plist)):
        with suppress(
            ValueError,
            TypeError,
            OverflowError,
            plistlib.InvalidFileException,
            RecursionError,
            AttributeError,
            MemoryError,
        ):
            whole = load(data)
            if not isinstance(whole, dict | list):
                return None
            places = list(_places(whole))
            if not places:
                return None
            held, key = places[place % len(places)]
            held[key] = value
            return dump(whole, data)
    return None


def _json(value: object, _as: bytes) -> bytes:
    return json.dumps(value).encode()


def _plist(value: object, like: bytes) -> bytes:
    binary = like.startswith(b"bplist")
    return plistlib.dumps(_storable(value), fmt=plistlib.FMT_BINARY if binary else plistlib.FMT_XML, sort_keys=False)


def _storable(value: object) -> object:
    """Property lists have no nothing: 0 stands for it."""
    if isinstance(value, dict):
        return {str(key): _storable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return value if isinstance(value, bool | int | float | str | bytes | datetime | plistlib.UID) else 0


def _places(value: object) -> Iterator[tuple[dict | list, object]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)
