"""How far a run is, how fast, and how long it will honestly take."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.model import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.model import Child, Examined, Taken

WINDOW = 20.0  # seconds over which a rate is taken
LISTING = 2.0  # seconds without a folder listed, after which listing does not get on


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of a run. `phase` is hash-before, examine or hash-after. Rates are per second over the last 20 s.

    `remaining_s` is None while it cannot be known: as long as folders wait, nobody knows how much there is.
    """

    phase: str
    done: int = 0
    pending: int = 0
    failed: int = 0
    problems: int = 0
    notable: int = 0
    bytes_read: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    entries_per_second: float = 0.0
    bytes_per_second: float = 0.0
    elapsed_s: float = 0.0
    remaining_s: float | None = None
    current: str = ""


class Meter:
    """Counts what a run does. Fed by the run, read as `Progress`."""

    def __init__(self, *, pending: int, pending_bytes: int, folders: int) -> None:
        self.pending, self.pending_bytes, self.folders = pending, pending_bytes, folders
        self.done = self.failed = self.problems = self.notable = self.bytes_read = 0
        self._started = time.monotonic()
        self._listed_all = not folders
        self._marks: deque[tuple[float, int, int]] = deque([(self._started, 0, 0)])
        self._current = ""
        self._bytes_passed = 0
        self._listed = self._started

    @property
    def listing(self) -> bool:
        """Whether folders wait, and one was listed a moment ago. What archives bring later counts for nothing here."""
        return self.folders > 0 and not self._listed_all and time.monotonic() - self._listed < LISTING

    def add(self, batch: Sequence[Taken], outcomes: Sequence[Examined]) -> None:
        """One stored batch."""
        for entry, outcome in zip(batch, outcomes, strict=True):
            self._leave(entry)
            self.failed += outcome.status is Status.FAILED
            self.problems += len(outcome.problems)
            if outcome.hits:
                self.notable += sum(hit.list_kind == "notable" for hit in outcome.hits)
            self.bytes_read += outcome.bytes_read
            for child in outcome.children:
                self._arrive(child)
        self._listed_all = self._listed_all or not self.folders
        self.done += len(outcomes)
        self._current = batch[-1].path
        self._mark()

    def progress(self) -> Progress:
        """The present moment."""
        now = time.monotonic()
        then, done, passed = self._marks[0]
        seconds = max(now - then, 1e-6)
        entries, read = (self.done - done) / seconds, (self._bytes_passed - passed) / seconds
        return Progress(
            phase="examine",
            done=self.done,
            pending=self.pending,
            failed=self.failed,
            problems=self.problems,
            notable=self.notable,
            bytes_read=self.bytes_read,
            entries_per_second=entries,
            bytes_per_second=read,
            elapsed_s=now - self._started,
            remaining_s=self._remaining(entries, read),
            current=self._current,
        )

    def _remaining(self, entries: float, read: float) -> float | None:
        """The slower of two clocks: entries still to be touched, bytes still to be read."""
        if self.folders or not entries:
            return None
        by_bytes = self.pending_bytes / read if read else 0.0
        return max(self.pending / entries, by_bytes)

    def _arrive(self, child: Child) -> None:
        self.pending += 1
        self.pending_bytes += child.size
        self.folders += child.lists

    def _leave(self, entry: Taken) -> None:
        content = entry.content
        self.pending -= 1
        self.pending_bytes -= content
        self._bytes_passed += content
        if entry.lists:
            self.folders -= 1
            self._listed = time.monotonic()

    def _mark(self) -> None:
        now = time.monotonic()
        self._marks.append((now, self.done, self._bytes_passed))
        while len(self._marks) > 2 and now - self._marks[1][0] > WINDOW:
            self._marks.popleft()
