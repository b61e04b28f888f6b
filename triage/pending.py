"""The queue in the database: pending entries handed out in order of priority, each once.

Rows are fetched some way ahead, because finding the first row costs as much as fetching a thousand. What is stored may
change the order (new folders, a raised neighbour), so everything fetched and not handed out is forgotten then.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from triage.model import Taken
from triage.stored import COLUMNS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

AHEAD = 4096
CLOSED = """FROM problem p JOIN entry e ON e.id = p.entry_id WHERE p.kind = 'encrypted' AND e.status = 'failed'
    AND NOT EXISTS (SELECT 1 FROM entry inner_ WHERE inner_.parent = e.id)"""
NEVER = 1 << 31  # a priority no entry has


class Pending:
    """The pending entries of a case."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._out: set[int] = set()
        self._ready: deque[Taken] = deque()
        self._more = False
        self._asked: tuple[int, int | None] | None = None

    def take(self, evidence: int, *, entries: int, size: int, before: int | None) -> list[Taken]:
        """At most `entries`, and about `size` bytes of content; nothing of priority `before` and later.

        An entry larger than that goes alone: the time it is allowed, by a size that damage may have made, is then no other's.
        """
        self.ready(evidence, before=before)
        taken: list[Taken] = []
        most = size
        while self._ready and len(taken) < entries and (not taken or (size > 0 and self._ready[0].content <= most)):
            taken.append(self._ready.popleft())
            size -= taken[-1].content
        self._out.update(each.id for each in taken)
        return taken

    def ready(self, evidence: int, *, before: int | None) -> int:
        """How many entries can be handed out at once; up to some number ahead."""
        if self._asked != (evidence, before):
            self.changed()
            self._asked = (evidence, before)
        if not self._ready or (self._more and len(self._ready) < AHEAD // 8):
            self._fetch(evidence, before)
        return len(self._ready)

    def changed(self) -> None:
        """The order may have changed: look again before handing out more."""
        self._ready.clear()

    def stored(self, ids: Iterable[int]) -> None:
        """These are done."""
        self._out.difference_update(ids)

    def release(self) -> None:
        """Everything handed out and not stored is pending, as it always was."""
        self._out.clear()
        self._ready.clear()

    def _fetch(self, evidence: int, before: int | None) -> None:
        limit = AHEAD + len(self._out)
        rows = self._database.execute(
            f"SELECT {COLUMNS} FROM entry WHERE evidence_id = ? AND status = 'pending' AND priority < ?"
            " ORDER BY priority, position, id LIMIT ?",
            (evidence, NEVER if before is None else before, limit),
        ).fetchall()
        self._more = len(rows) == limit
        self._ready = deque(Taken._make(row) for row in rows if row[0] not in self._out)


def reopen(database: sqlite3.Connection, evidence: int) -> None:
    """What failed because it was encrypted waits again, without its problems; it has brought nothing that could come twice.

    The source is read once more, so its digest afterwards is to be taken once more.
    """
    closed = f"{CLOSED} AND e.evidence_id = ?"
    numbers = [row[0] for row in database.execute(f"SELECT DISTINCT e.id {closed}", (evidence,))]
    if not numbers:
        return
    each = [(number,) for number in numbers]
    database.executemany("DELETE FROM problem WHERE entry_id = ?", each)
    database.executemany("UPDATE entry SET status = 'pending' WHERE id = ?", each)
    database.execute(
        "UPDATE evidence SET md5_after = NULL, sha256_after = NULL, after_at = NULL WHERE id = ?", (evidence,)
    )
