"""Traces of use in a report: programs of a kind that concerns the inquiry, then the latest of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.queries.traces import TRACES
from triage.report.sections import Capped

if TYPE_CHECKING:
    from triage.queries import Queries
    from triage.queries.traces import TraceRow

ROWS, PROGRAMS = 40, 100
SHOWN = (
    "search",
    "notification",
    "shared",
    "network",
    "bookmark",
    "place",
    "gallery",
    "visit",
)  # downloads have a section of their own


@dataclass(frozen=True, slots=True)
class TraceGroup:
    """The latest records of one kind; `view` holds them all."""

    kind: str
    view: str
    rows: Capped[TraceRow]


@dataclass(frozen=True, slots=True)
class TraceSection:
    """How many records of each kind, programs of a notable category, and the groups."""

    counts: dict[str, int]
    programs: Capped[TraceRow]
    groups: list[TraceGroup]


def trace_section(queries: Queries) -> TraceSection:
    """Gather the traces. Raises CaseError."""
    counts = queries.trace_counts()
    notable = queries.trace_count("program", only="notable")
    groups = [
        TraceGroup(kind, TRACES[kind].view, Capped(queries.traces(kind, limit=ROWS), counts[kind]))
        for kind in SHOWN
        if kind in counts
    ]
    return TraceSection(counts, Capped(queries.traces("program", only="notable", limit=PROGRAMS), notable), groups)
