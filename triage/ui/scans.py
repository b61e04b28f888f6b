"""Scans of one case: a few at once, each in a thread of its own; the others wait their turn."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from triage.ui.background import Background, Operation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from triage.case import Case
    from triage.errors import SigapError
    from triage.run import Progress, RunResult
    from triage.settings import Settings
    from triage.ui.actions import Actions

AT_ONCE = 3  # exhibits examined at the same time; each has worker processes of its own


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source that is to be examined."""

    source: Path
    exhibit: str
    settings: Settings
    password: str | None = field(default=None, repr=False)  # as typed; lives in this process alone


@dataclass(slots=True)
class Scan:
    """A scan at work. `latest` is written by its thread and read by a timer."""

    wanted: Wanted
    stop: threading.Event = field(default_factory=threading.Event)
    latest: Progress | None = None

    def keep(self, progress: Progress) -> None:
        """The latest progress."""
        self.latest = progress


class Scans(QObject):
    """Everything but a scan's `latest` belongs to the main thread. `idle`: none is at work any more."""

    changed = Signal()
    idle = Signal()

    def __init__(self, case: Case, actions: Actions, failed: Callable[[SigapError], object]) -> None:
        super().__init__()
        self.at_work: dict[Path, Scan] = {}
        self.waiting: list[Wanted] = []
        self.passwords: dict[Path, str] = {}  # given since the case was opened; looks into the evidence need them too
        self._case = case
        self._actions = actions
        self._failed = failed
        self._held = False  # after a stop nothing that waits begins by itself
        self._threads = Background(AT_ONCE, "scan")

    @property
    def running(self) -> bool:
        """Whether a scan runs or is coming to its end."""
        return bool(self.at_work)

    @property
    def stopping(self) -> bool:
        """Whether every scan was told to stop and has not yet ended."""
        return self.running and all(scan.stop.is_set() for scan in self.at_work.values())

    @property
    def latest(self) -> Progress | None:
        """Progress of the scan that began first."""
        return next((scan.latest for scan in self.at_work.values()), None)

    @property
    def notable(self) -> int:
        """Matches that the scans at work have told of so far."""
        return sum(scan.latest.notable for scan in self.at_work.values() if scan.latest)

    def add(self, wanted: Wanted) -> None:
        """Scan this source now, or after those that wait. A source that waits already or runs is not added twice."""
        if wanted.password:
            self.passwords[wanted.source] = wanted.password
        if wanted.source not in self.at_work and all(each.source != wanted.source for each in self.waiting):
            self.waiting.append(wanted)
        self._go_on()

    def start(self, source: Path) -> None:
        """Scan this waiting source before the others."""
        self.waiting.sort(key=lambda each: each.source != source)
        self._go_on()

    def stop(self, source: Path | None = None) -> None:
        """Ask a scan, or all, to stop; what was not examined stays pending, what waits keeps waiting."""
        self._held = True
        for each in self.at_work.values():
            if source in {None, each.wanted.source}:
                each.stop.set()
        if self.running:
            self.changed.emit()

    def close(self) -> None:
        """Stop and wait for the end."""
        self.stop()
        self._threads.close()

    def _go_on(self) -> None:
        self._held = False
        self._next()

    def _next(self) -> None:
        while self.waiting and len(self.at_work) < AT_ONCE and not self._held:
            self._begin(self.waiting.pop(0))
        self.changed.emit()

    def _begin(self, wanted: Wanted) -> None:
        """A scan beside others takes half of the cores for its workers: they share the computer."""
        if self.at_work and not wanted.settings.workers:
            half = max(1, (os.cpu_count() or 1) // 2)
            wanted = replace(wanted, settings=replace(wanted.settings, workers=half))
        scan = self.at_work[wanted.source] = Scan(wanted)
        self._threads.start(
            Operation(lambda: self._scan(scan), lambda _: self._ended(scan), lambda error: self._broke_off(scan, error))
        )

    def _scan(self, scan: Scan) -> RunResult:
        wanted = scan.wanted
        return self._actions.scan(
            self._case,
            wanted.source,
            exhibit=wanted.exhibit,
            settings=wanted.settings,
            password=wanted.password,
            stop=scan.stop.is_set,
            progress=scan.keep,
        )

    def _ended(self, scan: Scan) -> None:
        del self.at_work[scan.wanted.source]
        self._next()
        if not self.running:
            self.idle.emit()

    def _broke_off(self, scan: Scan, error: SigapError) -> None:
        self._held = True  # what stopped this scan may stop the next: the examiner decides
        self._ended(scan)
        self._failed(error)
