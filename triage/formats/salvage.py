"""A damaged database made anew from what its pages hold, so that every extractor reads on past the damage.

Tables get the names and columns that their own text gives, none of its constraints; rows come from every page that the
tables reach, and from leaf pages that only one damaged table can have lost. Deleted rows are not among them: free pages are
left out.
"""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, NamedTuple

from triage.formats.sqlite_pages import Pages, Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.formats.sqlite_copy import Bounds
    from triage.formats.sqlite_pages import Value

_ORDINARY = re.compile(
    r'CREATE TABLE\s+(?:"(?:[^"]|"")+"|\'(?:[^\']|\'\')+\'|\[[^\]]+\]|`[^`]+`|\w+)\s*\(', re.IGNORECASE
)
_WITHOUT = re.compile(r"\bWITHOUT\s+ROWID\b", re.IGNORECASE)
_BATCH = 1000
_STEPS = 10_000


class _Table(NamedTuple):
    name: str
    root: int
    columns: tuple[str, ...]
    key: int | None  # the place of the INTEGER PRIMARY KEY


def salvage(damaged: Path, made: Path, limits: Bounds) -> int:
    """Write a database to `made` with every row that the pages of `damaged` give; returns how many. Raises nothing."""
    end = time.monotonic() + limits.entry_seconds / 4
    with damaged.open("rb") as file, closing(sqlite3.connect(made, isolation_level=None)) as target:
        target.execute("PRAGMA synchronous=OFF")
        target.execute("PRAGMA journal_mode=OFF")
        target.execute("BEGIN")
        pages = Pages(file, limits.cell_bytes * 4)
        work = _Work(target, pages, end)
        for table in list(_tables(pages)):
            work.fill(table)
        work.place_orphans()
        target.execute("COMMIT")
    return work.count


class _Work:
    """Fills the new database, table by table; remembers which tables have lost pages."""

    def __init__(self, target: sqlite3.Connection, pages: Pages, end: float) -> None:
        self._target, self._pages, self._end = target, pages, end
        self._damaged: list[_Table] = []
        self.count = 0

    def fill(self, table: _Table) -> None:
        """Make the table and give it the rows that it reaches."""
        columns = ", ".join(
            f"{_quoted(name)}{' INTEGER PRIMARY KEY' if at == table.key else ''}"
            for at, name in enumerate(table.columns)
        )
        with suppress(sqlite3.Error):
            self._target.execute(f"CREATE TABLE {_quoted(table.name)} ({columns})")
            lost = self._insert(table, self._pages.rows(table.root))
            if lost:
                self._damaged.append(table)

    def place_orphans(self) -> None:
        """A page that nothing reaches goes to the one damaged table that has as many columns as its rows."""
        for page in self._pages.orphans() if self._damaged else ():
            rows = list(self._pages.leaf(page))
            widths = {len(row.values) for row in rows}
            fitting = [table for table in self._damaged if widths == {len(table.columns)}]
            if len(fitting) == 1:
                self._insert(fitting[0], iter(rows))

    def _insert(self, table: _Table, rows: Iterator[Row | None]) -> int:
        """Insert in batches; returns how many pages were not to be read. A row whose number is taken stays out."""
        places = ", ".join("?" * len(table.columns))
        number = "" if table.key is not None else "rowid, "
        names = ", ".join(map(_quoted, table.columns))
        sql = (
            f"INSERT OR IGNORE INTO {_quoted(table.name)} ({number}{names}) VALUES ({'?, ' if number else ''}{places})"  # noqa: S608  # quoted
        )
        lost, batch = 0, []
        for row in rows:
            if row is None:
                lost += 1
                continue
            batch.append(_bound(table, row))
            if len(batch) == _BATCH:
                self._write(sql, batch)
                batch = []
                if time.monotonic() > self._end:
                    break
        self._write(sql, batch)
        return lost

    def _write(self, sql: str, batch: list[list[Value]]) -> None:
        with suppress(sqlite3.Error, OverflowError, UnicodeError):
            self.count += self._target.executemany(sql, batch).rowcount


def _bound(table: _Table, row: Row) -> list[Value]:
    """As many values as there are columns: columns added later are not in older rows."""
    values = row.values[: len(table.columns)]
    values += [None] * (len(table.columns) - len(values))
    if table.key is None:
        return [row.rowid, *values]
    values[table.key] = row.rowid
    return values


def _tables(pages: Pages) -> Iterator[_Table]:
    """The ordinary tables of the schema, which is itself a table at page 1."""
    for row in pages.rows(1) if pages.sound else ():
        if row is None or len(row.values) < 5:
            continue
        kind, name, _, root, sql = row.values[:5]
        if kind != "table" or not isinstance(name, str) or not isinstance(root, int) or not isinstance(sql, str):
            continue
        if _ORDINARY.match(sql) and not _WITHOUT.search(sql) and not name.startswith("sqlite_"):
            columns, key = _columns(sql)
            if columns:
                yield _Table(name, root, columns, key)


def _columns(sql: str) -> tuple[tuple[str, ...], int | None]:
    """Names of the stored columns, and the place of the one that is the row's number; none where the text is no table.

    SQLite reads the text, in memory and under a bound of steps; nothing is ever put into the table it makes.
    """
    with closing(sqlite3.connect(":memory:")) as scratch, suppress(sqlite3.Error, UnicodeError):
        scratch.set_progress_handler(lambda: 1, _STEPS)
        scratch.execute(sql)
        (name,) = scratch.execute("SELECT name FROM sqlite_master WHERE type = 'table' LIMIT 1").fetchone()
        found = [row for row in scratch.execute(f"PRAGMA table_xinfo({_quoted(name)})") if row[6] in {0, 3}]
        keys = [at for at, row in enumerate(found) if row[5]]
        alone = len(keys) == 1 and str(found[keys[0]][2]).upper() == "INTEGER"
        return tuple(str(row[1]) for row in found), keys[0] if alone else None
    return (), None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
