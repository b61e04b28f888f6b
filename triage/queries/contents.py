"""Every table of a case as it stands, digested in runs of rows, so that a change anywhere in it is found and placed.

`run.end` and `verify` both come here. Left out are the tables that only grow (the custody events before their rows cover them), the
search index (made from the tables, and made again at will) and the head of the log that table `fact` keeps.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from triage.appended import TABLES, digest
from triage.case import translated
from triage.queries.base import Reader

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

RUN = 50_000  # rows under one digest
_TOGETHER = 1000  # rows that SQLite writes into one text
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
        found.update(text.encode("utf-8", "surrogateescape"))
        count += rows
        if count >= RUN:
            yield found.hexdigest()
            found, count = hashlib.sha256(), 0
    if count:
        yield found.hexdigest()


def _texts(database: sqlite3.Connection, table: str) -> Iterator[tuple[str, int]]:
    """The rows in order of their key, each value exactly as stored, a thousand rows a text."""
    columns = database.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)).fetchall()
    values = " || ',' || ".join(
        f"""CASE typeof("{name}") WHEN 'text' THEN 't' || hex("{name}") ELSE quote("{name}") END"""
        for name, _ in columns
    )
    key = ", ".join(f'"{name}"' for name, place in sorted(columns, key=lambda each: each[1]) if place) or "rowid"
    where = " WHERE name != 'custody_head'" if table == "fact" else ""
    rows = database.execute(f'SELECT {values} FROM "{table}"{where} ORDER BY {key}')
    while part := rows.fetchmany(_TOGETHER):
        yield "\n".join(line for (line,) in part) + "\n", len(part)
