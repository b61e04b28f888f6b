"""A stretch of time that a person chose, as a condition on rows."""

from __future__ import annotations

from dataclasses import dataclass

SECOND = 1_000_000_000
_LAST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` up to `until` (itself outside), in seconds on the clock `shift` seconds east of UTC.

    A time that the evidence gives without a zone is taken as the clock stood; one in UTC is shifted.
    """

    since: int
    until: int
    shift: int = 0

    def holds(self, at: str, local: str) -> str:
        """SQL that is true where the nanoseconds `at` lie within; `local` is SQL that is true where their zone is unknown."""
        low, high = (max(-_LAST, min(_LAST, each)) for each in (self.since * SECOND, self.until * SECOND - 1))
        return f"({at} + CASE WHEN {local} THEN 0 ELSE {self.shift * SECOND:d} END BETWEEN {low:d} AND {high:d})"
