"""What the board of the desktop shows of each evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.queries.base import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One evidence: how far its last run came and what that brought.

    `outcome` is that of the run: running, stopped, done; None where none was started. `settings` are the run's. `notable`
    counts files that match a notable list, each once; `problems` what could not be read, `encrypted` and `maybe_encrypted` what
    of it stayed closed. Bytes: listed by directories.
    """

    id: int
    exhibit: str
    source: str
    format: str
    size: int | None
    sha256_before: str | None
    sha256_after: str | None
    outcome: str | None
    settings: Mapping[str, object]
    started_at: str | None
    ended_at: str | None
    found: int
    examined: int
    skipped: int
    failed: int
    pending: int
    notable: int
    problems: int
    encrypted: int = 0
    maybe_encrypted: int = 0

    @property
    def lists(self) -> tuple[str, ...]:
        """Names of the lists that this evidence is compared with."""
        names = self.settings.get("lists")
        return tuple(str(name) for name in names) if isinstance(names, list) else ()


@dataclass(frozen=True, slots=True)
class Matched:
    """Files of one evidence that match a notable list, by category as the list states it."""

    evidence: int
    list: str
    category: str | None
    files: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A match as it came in: what it is, and the number behind which the next ones are asked for."""

    number: int
    entry_id: int
    exhibit: str
    path: str
    list: str
    category: str | None


class Board(Reader):
    """The queries behind the board."""

    def matched(self) -> list[Matched]:
        """Matches with notable lists, by evidence, list and category."""
        return self.rows(
            Matched,
            """SELECT e.evidence_id, hit.list, hit.category, count(DISTINCT hit.entry_id) FROM hit
            JOIN entry e ON e.id = hit.entry_id WHERE hit.list_kind = 'notable'
            GROUP BY e.evidence_id, hit.list, hit.category ORDER BY e.evidence_id, hit.list, hit.category""",
        )

    def arrivals(self, after: int, *, limit: int) -> list[Arrival]:
        """Matches with notable lists in the order in which they came, behind this number."""
        return self.rows(
            Arrival,
            """SELECT hit.id, e.id, x.label, e.path, hit.list, hit.category FROM hit JOIN entry e ON e.id = hit.entry_id
            JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            WHERE hit.list_kind = 'notable' AND hit.id > ? ORDER BY hit.id LIMIT ?""",
            (after, limit),
        )

    def board(self) -> list[BoardRow]:
        """Every evidence in the order added."""
        return self.rows(
            _board_row,
            """SELECT v.id, x.label, v.source, v.format, v.size, v.sha256_before, v.sha256_after, r.outcome, r.settings,
            r.started_at, r.ended_at, coalesce(n.found, 0), coalesce(n.examined, 0), coalesce(n.skipped, 0),
            coalesce(n.failed, 0), (SELECT count(*) FROM queue q WHERE q.evidence_id = v.id), coalesce(h.notable, 0), coalesce(p.problems, 0), coalesce(p.encrypted, 0),
            coalesce(p.maybe, 0)
            FROM evidence v JOIN exhibit x ON x.id = v.exhibit_id
            LEFT JOIN run r ON r.id = (SELECT max(id) FROM run WHERE evidence_id = v.id)
            LEFT JOIN v_coverage n ON n.evidence = v.source
            LEFT JOIN (SELECT e.evidence_id, count(DISTINCT hit.entry_id) AS notable FROM hit JOIN entry e ON e.id = hit.entry_id
                WHERE hit.list_kind = 'notable' GROUP BY e.evidence_id) h ON h.evidence_id = v.id
            LEFT JOIN (SELECT e.evidence_id, count(*) AS problems, sum(problem.kind = 'encrypted') AS encrypted,
                sum(problem.kind = 'maybe-encrypted') AS maybe FROM problem JOIN entry e ON e.id = problem.entry_id
                GROUP BY e.evidence_id) p ON p.evidence_id = v.id
            ORDER BY v.id""",
        )


def _board_row(*columns: object) -> BoardRow:
    values = list(columns)
    values[8] = json.loads(str(values[8])) if values[8] else {}
    return BoardRow(*values)  # type: ignore[arg-type]  # the columns are those of the query above
