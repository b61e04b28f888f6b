"""Every table of a case as it stands, digested in runs of rows, so that a change anywhere in it is found and placed.

`run.end` and `verify` both come here. Left out are the tables that only grow (the custody events before their rows cover them), the
search index (made from the tables, and made again at will) and the head of the log that table `fact` keeps.
"""

from __future__ import annotations

import hashlib
import sqlite3
from operator import itemgetter
from typing import TYPE_CHECKING

from triage.appended import TABLES, digest
from triage.casefolder import translated
from triage.queries.base import Reader, spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    _Columns = list[tuple[str, str, int]]  # name, type, place in the key

RUN = 50_000  # rows under one digest
_BLOCK = 250  # rows that SQLite writes into one text
_TOGETHER = 1000  # rows of a table without a number of its own that are fetched together
_EXACT_IN_JSON = frozenset({"TEXT", "INTEGER"})
_LEFT_OUT = {*TABLES, "queue", "name", "indexed"}  # `name` and `indexed` belong to the search index

Digests = dict[str, list[str]]  # by table: SHA-256 of each run of rows, in order


class Contents(Reader):
    """The digests of all that is stored."""

    def table_digests(self) -> Digests:
        """For each table of findings and for the previews: one digest for every 50,000 rows. Raises CaseError."""
        with translated(self.folder):
            found = {table: list(_runs(self._database, table)) for table in _tables(self._database)}
            return found | {"preview": list(_runs(self._previews, "preview"))}

    def stated_digest(self, table: str, first: int, last: int) -> str | None:
        """The digest of rows of a table that only grows, as its custody event states it; None where all of them are missing."""
        rows = self.rows(lambda *row: row, f"SELECT * FROM {table} WHERE id BETWEEN ? AND ? ORDER BY id", (first, last))
        return digest(rows) if rows else None

    def last_stated(self, table: str) -> int:
        """The number of the last row of a table that only grows."""
        return self.value(f"SELECT max(id) FROM {table}")


def _tables(database: sqlite3.Connection) -> list[str]:
    """Ordinary tables, the search index and its parts apart."""
    rows = database.execute(
        """SELECT l.name FROM pragma_table_list l WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite%'
        AND NOT EXISTS (SELECT 1 FROM pragma_table_list v WHERE v.type = 'virtual' AND l.name LIKE v.name || '%') ORDER BY 1"""
    )
    return [name for (name,) in rows if name not in _LEFT_OUT]


def _runs(database: sqlite3.Connection, table: str) -> Iterator[str]:
    found, count = hashlib.sha256(), 0
    for text, rows in _texts(database, table):
        found.update(text)
        count += rows
        if count >= RUN:
            yield found.hexdigest()
            found, count = hashlib.sha256(), 0
    if count:
        yield found.hexdigest()


def _texts(database: sqlite3.Connection, table: str) -> Iterator[tuple[bytes, int]]:
    """The rows in order of their key, each value exactly as stored, so many rows a text."""
    columns = database.execute("SELECT name, type, pk FROM pragma_table_info(?)", (table,)).fetchall()
    keys = [(name, kind) for name, kind, place in sorted(columns, key=itemgetter(2)) if place]
    if [kind for _, kind in keys] == ["INTEGER"]:
        return _blocks(database, table, columns, keys[0][0])
    where = " WHERE name != 'custody_head'" if table == "fact" else ""
    order = ", ".join(f'"{name}"' for name, _ in keys) or "rowid"
    return _lines(database, f'SELECT {_exact(columns)} FROM "{table}"{where} ORDER BY {order}')


def _blocks(database: sqlite3.Connection, table: str, columns: _Columns, key: str) -> Iterator[tuple[bytes, int]]:
    """A block of rows is one text that SQLite writes as JSON: a sixth of the time that value by value takes, and without Python's lock."""
    block = f'FROM "{table}" WHERE "{key}" BETWEEN ? AND ? ORDER BY "{key}"'
    lines = (
        f"SELECT CAST(group_concat(line, char(10)) || char(10) AS BLOB) FROM (SELECT {_json(columns)} AS line {block})"
    )
    for first, last, count in spans(database, table, key, _BLOCK):
        try:
            yield database.execute(lines, (first, last)).fetchone()[0], count
        except (
            sqlite3.OperationalError
        ):  # a BLOB where none belongs, which JSON cannot hold, or values too large for one text
            yield from _lines(database, f"SELECT {_exact(columns)} {block}", (first, last))


def _lines(database: sqlite3.Connection, sql: str, values: tuple[int, ...] = ()) -> Iterator[tuple[bytes, int]]:
    rows = database.execute(sql, values)
    while part := rows.fetchmany(_TOGETHER):
        yield ("\n".join(line for (line,) in part) + "\n").encode("utf-8", "surrogateescape"), len(part)


def _json(columns: _Columns) -> str:
    """JSON writes text and whole numbers exactly, and no more than 15 digits of others."""
    values = (f'"{name}"' if kind in _EXACT_IN_JSON else f'quote("{name}")' for name, kind, _ in columns)
    return f"json_array({', '.join(values)})"


def _exact(columns: _Columns) -> str:
    """Any value of any type; SQLite's `quote` ends a text at its first zero."""
    return " || ',' || ".join(
        f"""CASE typeof("{name}") WHEN 'text' THEN 't' || hex("{name}") ELSE quote("{name}") END"""
        for name, *_ in columns
    )
