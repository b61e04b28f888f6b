"""The queue in the database: pending entries handed out in order of priority, each once.

The first few thousand of the order are held in memory: fetched some way ahead, because finding the first row costs as much as
fetching a thousand, and joined by what is stored meanwhile, so that a row just written is not read again. Where the order may have
changed (a raised neighbour), they are forgotten and fetched anew.
"""

from __future__ import annotations

from collections import deque
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from triage.model import Taken
from triage.stored import COLUMNS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from triage.model import Examined

    Waiting = tuple[int, int, int, Taken]  # priority, position, id: the order; and the entry

AHEAD = 4096
CLOSED = """FROM problem p JOIN entry e ON e.id = p.entry_id JOIN content c ON c.entry_id = e.id
    WHERE p.kind = 'encrypted' AND p.stage != 'type'
    AND NOT EXISTS (SELECT 1 FROM entry inner_ WHERE inner_.parent = e.id)"""
NEVER = 1 << 31  # a priority no entry has
RAISED = 500  # how far a notable hit raises its neighbours, in points of priority
INSERT_QUEUE = "INSERT INTO queue VALUES (?, ?, ?, ?)"

_PRIORITY, _POSITION = 19, 16  # columns of table `entry`
_NOWHERE = -(1 << 63)  # the position of what lies at no known place: it comes first
_AGAIN = f"SELECT id, evidence_id, priority, coalesce(position, {_NOWHERE}) FROM entry"
_FIRST = (_NOWHERE, _NOWHERE, -1)  # before everything
_taken_from: Any = itemgetter(0, 3, 4, 5, 6, 7, 8, 9, 10, 16, 17, 18)  # the fields of `Taken` among those columns


class Pending:
    """The pending entries of a case."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._out: set[int] = set()
        self._ready: deque[Waiting] = deque()
        self._known = False  # whether `_ready` is what comes next
        self._more = False  # whether more follows behind it
        self._last: tuple[int, int, int] | None = None  # up to where the order was fetched
        self._asked: tuple[int, int | None] | None = None

    def take(self, evidence: int, *, entries: int, size: int, before: int | None) -> list[Taken]:
        """At most `entries`, and about `size` bytes of content; nothing of priority `before` and later.

        An entry larger than that goes alone: the time it is allowed, by a size that damage may have made, is then no other's.
        """
        self.ready(evidence, before=before)
        taken: list[Taken] = []
        ready, most = self._ready, size
        while ready and len(taken) < entries:
            content = ready[0][3].content
            if taken and (size <= 0 or content > most):
                break
            taken.append(ready.popleft()[3])
            size -= content
        self._out.update(each.id for each in taken)
        return taken

    def ready(self, evidence: int, *, before: int | None) -> int:
        """How many entries can be handed out at once; up to some number ahead."""
        if self._asked != (evidence, before):
            self.changed()
            self._asked = (evidence, before)
        if not self._known or (self._more and len(self._ready) < AHEAD // 8):
            self._fetch(evidence, before)
        return len(self._ready)

    def changed(self) -> None:
        """The order may have changed: look again before handing out more."""
        self._ready.clear()
        self._known, self._last = False, None

    def stored(self, ids: Iterable[int]) -> None:
        """These are done."""
        self._out.difference_update(ids)

    def added(self, rows: Sequence[Sequence[Any]]) -> None:
        """These rows of table `entry`, all of one evidence, are pending from now on."""
        if not rows or not self._known or self._asked is None or self._asked[0] != rows[0][1]:
            return
        before = NEVER if self._asked[1] is None else self._asked[1]
        last = self._last if self._more and self._last else (before, 0, 0)
        new = [row for row in rows if row[_PRIORITY] < before and _order(row) < last]
        if new:
            self._join([(*_order(row), Taken._make(_taken_from(row))) for row in new])

    def release(self) -> None:
        """Everything handed out and not stored is pending, as it always was."""
        self._out.clear()
        self.changed()

    def _join(self, new: list[Waiting]) -> None:
        both = sorted((*self._ready, *new))  # two sorted runs: about as fast as copying them
        if len(both) > 2 * AHEAD:
            self._more, both = True, both[: 2 * AHEAD]
            self._last = both[-1][:3]
        self._ready = deque(both)

    def _fetch(self, evidence: int, before: int | None) -> None:
        """Fetch what follows the last one known; all from the first on where nothing is."""
        last = self._last
        limit = AHEAD if last else AHEAD + len(self._out)
        rows = self._database.execute(
            f"SELECT q.priority, q.position, {COLUMNS} FROM queue q JOIN entry e ON e.id = q.entry_id"
            " WHERE q.evidence_id = ? AND q.priority < ? AND (q.priority, q.position, q.entry_id) > (?, ?, ?)"
            " ORDER BY q.priority, q.position, q.entry_id LIMIT ?",
            (evidence, NEVER if before is None else before, *(last or _FIRST), limit),
        ).fetchall()
        self._more = len(rows) == limit
        self._known = True
        if rows:
            self._last = rows[-1][:3]
        out = self._out
        self._ready.extend((*row[:3], Taken._make(row[2:])) for row in rows if row[2] not in out)


def _order(row: Sequence[Any]) -> tuple[int, int, int]:
    position = row[_POSITION]
    return row[_PRIORITY], _NOWHERE if position is None else position, row[0]


def reopen(database: sqlite3.Connection, evidence: int) -> None:
    """What stayed closed because it was encrypted waits again, without what was found out about it: that would come twice.

    The source is read once more, so its digest afterwards is to be taken once more.
    """
    closed = f"{CLOSED} AND e.evidence_id = ?"
    numbers = [row[0] for row in database.execute(f"SELECT DISTINCT e.id {closed}", (evidence,))]
    if not numbers:
        return
    each = [(number,) for number in numbers]
    for table in ("problem", "hit", "ran", "content"):
        database.executemany(f"DELETE FROM {table} WHERE entry_id = ?", each)
    database.executemany(f"INSERT INTO queue {_AGAIN} WHERE id = ?", each)
    database.execute(
        "UPDATE evidence SET md5_after = NULL, sha256_after = NULL, after_at = NULL WHERE id = ?", (evidence,)
    )


def queue_row(row: Sequence[object]) -> tuple[object, ...]:
    """The row of table `queue` of a row of table `entry`."""
    priority, position, number = _order(row)
    return number, row[1], priority, position


def raise_neighbours(database: sqlite3.Connection, outcomes: Iterable[Examined]) -> bool:
    """A notable hit raises what waits in its folder. Whether there was one."""
    hits = [(each.entry_id,) for each in outcomes if any(hit.list_kind == "notable" for hit in each.hits)]
    database.executemany(
        f"""UPDATE entry SET priority = priority - {RAISED}, reason = reason || ', beside a hit'
        WHERE parent = (SELECT parent FROM entry WHERE id = ?) AND id IN (SELECT entry_id FROM queue)
        AND reason NOT LIKE '%beside a hit'""",
        hits,
    )
    database.executemany(
        """UPDATE queue SET priority = e.priority FROM entry e WHERE e.id = queue.entry_id
        AND e.parent = (SELECT parent FROM entry WHERE id = ?)""",
        hits,
    )
    return bool(hits)
