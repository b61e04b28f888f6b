"""Where pictures and clips come from, in a report: how many of each origin, the rules as printed, and what may show someone still at risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.origin_rules import Rule, rules
from triage.report.sections import Capped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.queries import Queries, WhenceRow

FIRST = 200


@dataclass(frozen=True, slots=True)
class OriginSection:
    """Counts by exhibit and origin, the flagged files, cached pictures without an original, the rules; `of` the files of hits by entry."""

    counts: list[tuple[str, str, int]]
    first: Capped[WhenceRow]
    gone: int
    rules: tuple[Rule, ...]
    order: tuple[str, ...]
    of: dict[int, WhenceRow]


def origin_section(queries: Queries, hits: Iterable[int]) -> OriginSection:
    """Gather it; `hits` are the entries that have a card. Raises CaseError."""
    found = (queries.whence(entry) for entry in hits)
    return OriginSection(
        counts=queries.origin_counts(),
        first=Capped(queries.first_generation(limit=FIRST), queries.first_generation_count()),
        gone=queries.caches_without_original(),
        rules=rules().rules,
        order=tuple(rules().source_of),
        of={row.entry_id: row for row in found if row is not None},
    )
