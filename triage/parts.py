"""Entries whose outcome comes in parts: a database of millions of messages is stored while it is being read.

Until the outcome itself is there the entry is pending, and what its parts have brought counts for nothing: it is deleted when the
entry is examined again, in this run or in the one that goes on with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage import fulltext
from triage.schema import RECORD_COLUMNS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from triage.model import Examined

_PENDING = "SELECT entry_id FROM queue WHERE evidence_id = ?"


class Parts:
    """The entries of this run of which parts are stored and the outcome is not."""

    def __init__(self) -> None:
        self._open: set[int] = set()

    def take(self, database: sqlite3.Connection, outcomes: Sequence[Examined]) -> list[Examined]:
        """Note what begins and what ends among these; a beginning deletes what an earlier try has left. Returns what ends."""
        again = {each.entry_id for each in outcomes if each.part == 0} & self._open
        for entry in sorted(again):
            _delete(database, "entry_id = ?", entry)
        self._open |= {each.entry_id for each in outcomes if each.part is not None}
        final = [each for each in outcomes if each.part is None]
        self._open -= {each.entry_id for each in final}
        return final


def forget(database: sqlite3.Connection, evidence: int) -> None:
    """Delete the facts of entries that are pending: parts of a run that was broken off."""
    _delete(database, f"entry_id IN ({_PENDING})", evidence)


def _delete(database: sqlite3.Connection, condition: str, value: int) -> None:
    """The facts of some entries and the names gathered from them; the search index forgets them too."""
    for table in (*RECORD_COLUMNS, "name"):
        if database.execute(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1", (value,)).fetchone():
            with fulltext.withdrawn(database, table, condition, value):
                database.execute(f"DELETE FROM {table} WHERE {condition}", (value,))
