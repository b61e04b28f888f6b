"""Row numbers that are not there, in a table whose numbers SQLite never gives twice (AUTOINCREMENT, mark A: SQLite's documentation).

A missing number means that a row was there and is gone, or that writing it was taken back. Who removed it, a person, the app or a
synchronisation, the numbers do not say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from triage.formats import cells
from triage.formats.sqlite import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.formats.tables import Tables


class Gap(NamedTuple):
    """Numbers from `first` to `last` that are missing in a row."""

    first: int
    last: int

    @property
    def rows(self) -> int:
        """How many."""
        return self.last - self.first + 1


def gaps(tables: Tables, table: str, key: str) -> Iterator[Gap]:
    """The gaps of a table in order, the one behind its last row included.

    None where numbers may be given again, and none of a state that is known to lack rows: an older one, a cut or damaged file.
    """
    database = tables.database
    if not isinstance(database, Database) or database.short or not tables.has(table, key):
        return
    ever = _highest(tables, table)
    if ever is None:
        return
    expected = 1
    for row in tables.rows(table, (key,), order=key):
        number = cells.integer(row[key])
        if number is None or number < expected:
            continue
        if number > expected:
            yield Gap(expected, number - 1)
        expected = number + 1
    if ever >= expected:
        yield Gap(expected, ever)


def _highest(tables: Tables, table: str) -> int | None:
    """The highest number that was ever given, as SQLite keeps it for such tables."""
    rows = tables.rows("sqlite_sequence", ("name", "seq"))
    return next((cells.count(row["seq"]) for row in rows if row["name"] == table), None)
