"""The report as one value: everything that any form of it says (PDF, HTML, CASE, VICS, tables) is asked of this and of nothing else.

What is small is held (`over`); what can be very long (findings, conversations, messages, media, calls, problems) is handed out one
at a time, in a fixed order, so that a case of any size takes bounded memory. Who renders within bounds says how much there is.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from triage.report.conversations import key_of
from triage.report.findings import findings
from triage.report.message_findings import message_findings
from triage.report.sections import overview
from triage.report.traces import trace_section

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator, Mapping

    from triage.model import CustodyEvent
    from triage.queries import CallRow, MediaRow, MessageRow, ProblemRow, ThreadRow
    from triage.queries.whereabouts import EventRow, PositionRow
    from triage.report.findings import Finding
    from triage.report.message_findings import MessageFinding
    from triage.report.sections import Frame, Overview
    from triage.report.traces import TraceSection

Key = tuple[str, str | None, str | None]


class Report:
    """What a report says. `frame` is how it was asked for; every method may raise CaseError."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._queries = frame.queries

    @cached_property
    def over(self) -> Overview:
        """Facts, exhibits, evidence, runs, lists, coverage: what fits on some pages."""
        return overview(self.frame)

    @cached_property
    def traces(self) -> TraceSection:
        """The latest traces of use of each kind."""
        return trace_section(self._queries)

    @cached_property
    def chosen(self) -> array[int]:
        """Entry ids of the findings, in their order: finding n is `chosen[n - 1]`."""
        return self._queries.chosen_ids(self.frame.wish.select)

    @cached_property
    def numbers(self) -> Mapping[int, int]:
        """The number of the finding by entry id, for references to it."""
        return {entry: number for number, entry in enumerate(self.chosen, start=1)}

    def findings(self, *, limit: int | None = None) -> Iterator[Finding]:
        """The findings, numbered from 1; `len(report.chosen)` of them."""
        return findings(self._queries, self.chosen if limit is None else self.chosen[:limit])

    def message_findings(self, *, limit: int | None = None) -> Iterator[MessageFinding]:
        """The messages that carried one of them, numbered on; `report.message_count` of them."""
        first = len(self.chosen) + 1
        return islice(message_findings(self._queries, self.chosen, self.numbers, first=first), limit)

    @cached_property
    def message_count(self) -> int:
        """How many messages are findings."""
        return self._queries.carrying_count(self.frame.wish.select)

    @cached_property
    def marked(self) -> set[Key]:
        """App, account and thread of the conversations in which a finding was exchanged, or of which lines were chosen."""
        return self._queries.threads_with(self.frame.wish.select) | self._queries.line_threads()

    def threads(self) -> list[ThreadRow]:
        """The conversations: those with a finding first, then the latest. A narrower selection leaves out all others."""
        rows = self._queries.threads()
        if self.frame.wish.select != "all":
            return [row for row in rows if key_of(row) in self.marked]
        return sorted(rows, key=lambda row: key_of(row) not in self.marked)

    def messages(self, thread: ThreadRow) -> Iterator[MessageRow]:
        """The messages of one conversation in order of time."""
        return self._queries.each_message(thread.app, thread.account, thread.thread)

    def every_message(self) -> Iterator[MessageRow]:
        """All messages, one conversation after the other."""
        return self._queries.every_message()

    def events(self, *, hours: int) -> Iterator[EventRow]:
        """Every dated record in order of time; `hours` is the distance of the zone shown from UTC."""
        return self._queries.each_event(hours=hours)

    def positions(self) -> Iterator[PositionRow]:
        """Every position that the evidence states, by exhibit and time."""
        return self._queries.each_position()

    def media(self) -> Iterator[MediaRow]:
        """Pictures and clips: notable first, then by exhibit and path."""
        return self._queries.each_media()

    def calls(self) -> Iterator[CallRow]:
        """Calls in order of time."""
        return self._queries.each_call()

    def problems(self) -> Iterator[ProblemRow]:
        """Problems by kind and path."""
        return self._queries.each_problem()

    def custody(self) -> list[CustodyEvent]:
        """The log up to the start of the report."""
        return [event for event in self._queries.custody() if event.number <= self.frame.head[0]]
