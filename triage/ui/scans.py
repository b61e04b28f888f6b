"""Scans of one case: one at a time in a thread of its own, the others wait their turn."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source that is to be examined."""

    source: Path
    exhibit: str
    settings: Settings
    password: str | None = field(default=None, repr=False)  # as typed; lives in this process alone


class Scans(QObject):
    """`latest` is written by the scan's thread and read by a timer; everything else belongs to the main thread."""

    changed = Signal()
    idle = Signal()

    def __init__(self, case: Case, actions: Actions, failed: Callable[[SigapError], object]) -> None:
        super().__init__()
        self.latest: Progress | None = None
        self.current: Wanted | None = None
        self.waiting: list[Wanted] = []
        self.passwords: dict[
            Path, str
        ] = {}  # those given since the case was opened; looks into the evidence need them too
        self._case = case
        self._actions = actions
        self._failed = failed
        self._stop = threading.Event()
        self._thread = Background(1, "scan")

    @property
    def running(self) -> bool:
        """Whether a scan runs or is coming to its end."""
        return self.current is not None

    @property
    def stopping(self) -> bool:
        """Whether the scan was told to stop and has not yet ended."""
        return self.running and self._stop.is_set()

    def add(self, wanted: Wanted) -> None:
        """Scan this source now, or after those that wait. A source that waits already or runs is not added twice."""
        if wanted.password:
            self.passwords[wanted.source] = wanted.password
        busy = [self.current.source] if self.current else []
        if wanted.source not in [*busy, *(each.source for each in self.waiting)]:
            self.waiting.append(wanted)
        self._next()

    def start(self, source: Path) -> None:
        """Scan this waiting source before the others."""
        self.waiting.sort(key=lambda each: each.source != source)
        self._next()

    def stop(self) -> None:
        """Ask the scan to stop; what was not examined stays pending, what waits keeps waiting."""
        if self.running:
            self._stop.set()
            self.changed.emit()

    def close(self) -> None:
        """Stop and wait for the end."""
        self._stop.set()
        self._thread.close()

    def _next(self) -> None:
        if self.current is None and self.waiting:
            self.current = wanted = self.waiting.pop(0)
            self.latest = None
            self._stop.clear()
            self._thread.start(Operation(lambda: self._scan(wanted), self._ended, self._broke_off))
        self.changed.emit()

    def _scan(self, wanted: Wanted) -> RunResult:
        return self._actions.scan(
            self._case,
            wanted.source,
            exhibit=wanted.exhibit,
            settings=wanted.settings,
            password=wanted.password,
            stop=self._stop.is_set,
            progress=self._keep,
        )

    def _keep(self, progress: Progress) -> None:
        self.latest = progress

    def _ended(self, _result: RunResult | None) -> None:
        stopped = self._stop.is_set()
        self.current = None
        if stopped or not self.waiting:
            self.changed.emit()
            self.idle.emit()
        else:
            self._next()

    def _broke_off(self, error: SigapError) -> None:
        self._stop.set()  # what stopped this scan may stop the next: the examiner decides
        self._ended(None)
        self._failed(error)
