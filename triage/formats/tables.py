"""The tables of an app's database, probed: what a build of the app does not have reads as NULL, never as an error.

Columns of the table itself are found under their name, those of a joined table under `alias.name`. All joins are LEFT JOINs
outward from the table that holds the facts, so that a missing companion row never hides a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.formats.reading import read_database
from triage.formats.sqlite import quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence

    from triage.formats.sqlcipher import CipherKey
    from triage.formats.sqlite import Group, View
    from triage.model import Problem, Record

_ROW = "rowid"


def read(
    group: Group, stage: str, reader: Callable[[Tables], Iterator[Record | Problem]], *, key: CipherKey | None = None
) -> Iterator[Record | Problem]:
    """What `reader` finds in the database, as it stands and as it was; see `read_database`."""
    return read_database(group, stage, lambda view: reader(Tables(view)), key=key)


@dataclass(frozen=True, slots=True)
class Join:
    """`LEFT JOIN table AS alias ON alias.key = on`; `on` is a column of the first table or `alias.column` of an earlier join."""

    table: str
    key: str
    on: str
    wanted: tuple[str, ...]
    alias: str = ""

    @property
    def name(self) -> str:
        """The name under which its columns are found."""
        return self.alias or self.table


class Tables:
    """Reads tables of a `View` by the columns that are wanted of them."""

    def __init__(self, database: View) -> None:
        self.database = database
        self.schema = database.schema()

    def has(self, table: str, *columns: str) -> bool:
        """Whether the table is there with these columns. `rowid` is SQLite's own number of a row."""
        return table in self.schema and self.schema[table].issuperset(set(columns) - {_ROW})

    def first(self, *tables: str) -> str | None:
        """The first of these tables that is there."""
        return next((table for table in tables if table in self.schema), None)

    def rows(
        self, table: str, wanted: Sequence[str], joins: Sequence[Join] = (), *, order: str = ""
    ) -> Iterator[sqlite3.Row]:
        """The rows of a table, in the order of `order`; none where table or that column is missing."""
        if not self.has(table, *([order] if order else [])):
            return
        present = self.schema[table] | {_ROW}
        columns = [_column(table, name, name, name in present) for name in wanted]
        clauses: list[str] = []
        usable = {"": present, table: present}
        for join in joins:
            columns.extend(self._joined(join, usable, clauses))
        ending = f" ORDER BY {quoted(table)}.{quoted(order)}" if order else ""
        query = f"SELECT {', '.join(columns)} FROM {quoted(table)} {' '.join(clauses)}{ending}"  # noqa: S608  # names are quoted
        yield from self.database.rows(query)

    def lookup(self, table: str, key: str, *wanted: str) -> dict[object, sqlite3.Row]:
        """The rows of a small table by a column that identifies them; the first row counts."""
        found: dict[object, sqlite3.Row] = {}
        if self.has(table, key):
            for row in self.rows(table, (key, *wanted)):
                found.setdefault(row[key], row)
        return found

    def grouped(self, table: str, key: str, *wanted: str) -> dict[object, list[sqlite3.Row]]:
        """The rows of a small table by a column that several of them share."""
        found: dict[object, list[sqlite3.Row]] = {}
        if self.has(table, key):
            for row in self.rows(table, (key, *wanted)):
                found.setdefault(row[key], []).append(row)
        return found

    def _joined(self, join: Join, usable: dict[str, frozenset[str]], clauses: list[str]) -> Iterator[str]:
        """Columns of a joined table; NULL for all of them where table, key or the other side of the join is missing."""
        owner, _, column = join.on.rpartition(".")
        present = self.schema[join.table] | {_ROW} if join.table in self.schema else frozenset()
        joinable = join.key in present and column in usable.get(owner, ())
        if joinable:
            base = next(name for name in usable if name)
            condition = f"{quoted(join.name)}.{quoted(join.key)} = {quoted(owner or base)}.{quoted(column)}"
            clauses.append(f"LEFT JOIN {quoted(join.table)} AS {quoted(join.name)} ON {condition}")
            usable[join.name] = present
        for name in join.wanted:
            yield _column(join.name, name, f"{join.name}.{name}", joinable and name in present)


class Children:
    """The rows of a table that is sorted by the column `parent`, asked for parent by parent in rising order.

    So a message finds its attachments among millions without any of them being held.
    """

    def __init__(self, rows: Iterator[sqlite3.Row], parent: str) -> None:
        self._rows, self._parent = rows, parent
        self._waiting = next(rows, None)

    def of(self, key: object) -> list[sqlite3.Row]:
        """The rows of this parent, in their order. A parent without a key has none."""
        place, own = _place(key), []
        while self._waiting is not None and (at := _place(self._waiting[self._parent])) <= place:
            if at == place and key is not None:
                own.append(self._waiting)
            self._waiting = next(self._rows, None)
        return own


def beside(
    parents: Iterator[sqlite3.Row], key: str, children: Iterator[sqlite3.Row], parent: str
) -> Iterator[tuple[sqlite3.Row, list[sqlite3.Row]]]:
    """Each parent row with its child rows; both come sorted by the key."""
    following = Children(children, parent)
    return ((row, following.of(row[key])) for row in parents)


def _column(source: str, name: str, label: str, present: bool) -> str:  # noqa: FBT001  # private, and read once
    value = f"{quoted(source)}.{quoted(name)}" if present else "NULL"
    return f"{value} AS {quoted(label)}"


def _place(value: object) -> tuple[int, int | float | str | bytes]:
    """Where SQLite sorts a value: NULL, numbers, text, BLOBs."""
    if isinstance(value, int | float):
        return 1, value
    if isinstance(value, str):
        return 2, value
    return (3, value) if isinstance(value, bytes) else (0, 0)
