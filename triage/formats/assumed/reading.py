"""Samples a table, and reads its rows where it is taken for messages; names of people out of tables beside it.

Columns are always named with their table: SQLite reads a quoted name that no column has as a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.formats import cells
from triage.formats.assumed.columns import Column
from triage.formats.assumed.layout import Layout, layout_of, words_of, worth_a_look
from triage.formats.sqlite import quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from triage.formats.sqlite import View

SAMPLE = 200  # rows from each end of a table
MOST_COLUMNS = 200
MOST_PEOPLE = 20_000
_CUT = 400  # characters of a text that say what it is
_COVERED = 0.6  # share of the people in messages that a table of people has to know
_KEYS = re.compile(r"(_?id|uid|mid|jid|username|user_name|address|number|phone|account|rowid|Z_PK)\Z", re.IGNORECASE)
_NAMES = ("nickname", "nick", "displayname", "display", "name", "remark", "alias", "fullname", "username")


@dataclass(frozen=True, slots=True)
class Assumed:
    """A table that is taken for messages, with its layout and the names of the people in it."""

    table: str
    layout: Layout
    numbered: bool
    names: Mapping[str, str]

    def rows(self, view: View) -> Iterator[tuple[str, sqlite3.Row]]:
        """Where a row is, and the row; a table without row numbers is counted through."""
        wanted = ", ".join(f"{quoted(self.table)}.{quoted(each)}" for each in self.layout.columns)
        number = f"rowid AS {quoted('rowid of the row')}, " if self.numbered else ""
        order = " ORDER BY rowid" if self.numbered else ""
        query = f"SELECT {number}{wanted} FROM {quoted(self.table)}{order}"  # noqa: S608  # names are quoted
        for count, row in enumerate(view.rows(query), start=1):
            yield (f"{self.table}.rowid={row[0]}" if self.numbered else f"{self.table} row {count}"), row

    def cell(self, row: sqlite3.Row, column: str | None) -> str | None:
        """A cell as text; None for a role that no column has."""
        return cells.text(row[column]) if column is not None else None


def recognised(view: View, table: str, columns: Sequence[str]) -> Assumed | None:
    """The table as messages, or None where that is not certain enough. Raises EvidenceError."""
    if not 3 <= len(columns) <= MOST_COLUMNS or not worth_a_look(table, columns):
        return None
    numbered = _is_numbered(view, table)
    sampled = _sampled(view, table, columns, numbered=numbered)
    layout = layout_of(table, sampled)
    if layout is None:
        return None
    people = {
        str(each)
        for column in sampled
        if column.name in {layout.sender, layout.receiver, layout.thread}
        for each in column.values
    }
    return Assumed(table, layout, numbered, _people(view, table, people))


def _is_numbered(view: View, table: str) -> bool:
    """Whether rows have numbers: `WITHOUT ROWID` stands at the end of the table's own definition."""
    row = next(view.rows("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)), None)
    text = row[0] if row is not None and isinstance(row[0], str) else ""
    return re.search(r"\)\s*[\w\s,]*\bWITHOUT\s+ROWID\b", text[-200:], re.IGNORECASE) is None


def _sampled(view: View, table: str, columns: Sequence[str], *, numbered: bool) -> list[Column]:
    """Both ends of the table, long values cut and BLOBs left out."""
    short = ", ".join(
        f"CASE typeof({name}) WHEN 'text' THEN substr({name}, 1, {_CUT}) WHEN 'blob' THEN NULL ELSE {name} END"
        for name in (f"{quoted(table)}.{quoted(each)}" for each in columns)
    )
    head = f"SELECT {short} FROM {quoted(table)}"  # noqa: S608  # names are quoted
    ends = (
        [f"{head} ORDER BY rowid LIMIT {SAMPLE}", f"{head} ORDER BY rowid DESC LIMIT {SAMPLE}"]
        if numbered
        else [f"{head} LIMIT {2 * SAMPLE}"]
    )
    rows = list(dict.fromkeys(tuple(row) for end in ends for row in view.rows(end)))
    return [
        Column(name, tuple(row[place] for row in rows if row[place] is not None), len(rows))
        for place, name in enumerate(columns)
    ]


def _people(view: View, messages: str, people: set[str]) -> Mapping[str, str]:
    """Names from the table of the same database that knows most of the people; none where no table knows enough of them."""
    best: Mapping[str, str] = {}
    for table in view.tables():
        keys = [each for each in table.columns if _KEYS.search(each)]
        name = _name_column(table.columns)
        if table.name != messages and name is not None:
            for key in keys:
                known = _known(view, table.name, key, name)
                if key != name and len(people & known.keys()) > len(people & best.keys()):
                    best = known
    return best if people and len(people & best.keys()) >= _COVERED * len(people) else {}


def _name_column(columns: Sequence[str]) -> str | None:
    """The column whose name speaks most plainly of a name."""
    by_word = {word: column for column in reversed(columns) for word in words_of(column)}
    return next((by_word[word] for word in _NAMES if word in by_word), None)


def _known(view: View, table: str, key: str, name: str) -> Mapping[str, str]:
    query = (
        f"SELECT {quoted(table)}.{quoted(key)}, {quoted(table)}.{quoted(name)} FROM {quoted(table)} LIMIT {MOST_PEOPLE}"  # noqa: S608  # names are quoted
    )
    return {
        identity: shown
        for row in view.rows(query)
        if (identity := cells.text(row[0])) and (shown := cells.text(row[1]))
    }
