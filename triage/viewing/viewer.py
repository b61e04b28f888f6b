"""A person's looks into one evidence, answered by a process that may die of what it reads without harm to the desktop."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, cast

from triage.errors import SigapError, Unreadable
from triage.supervised import Supervised
from triage.viewing.inside import Told, answer, prepare

if TYPE_CHECKING:
    from pathlib import Path

    from triage.model import Taken
    from triage.settings import Settings
    from triage.viewing.looks import Look, Seen

SECONDS = 30.0  # a person does not wait longer for one page
PATIENCE = 0.2  # seconds between two looks at whether somebody closed the viewer


class Viewer:
    """Ask with `look`, from any thread: one look at a time, the process is started by the first. Close it when done."""

    def __init__(self, source: Path, *, scratch: Path, settings: Settings, password: str | None = None) -> None:
        self._told = Told(str(source), str(scratch), settings, password)
        self._turn = threading.Lock()
        self._child: Supervised | None = None
        self._closed = False

    def look(self, taken: Taken, look: Look, *, seconds: float = SECONDS) -> Seen:
        """What the entry shows. Raises EvidenceError (also where the process died or took too long), UserError where the evidence is not there."""
        with self._turn:
            if self._closed:
                raise Unreadable("the view was closed")
            if self._child is None:
                self._child = Supervised(prepare, self._told, answer)
            self._child.give((taken, look), seconds)
            came = self._answered(self._child)
        if isinstance(came, MemoryError):
            raise Unreadable("more memory was needed to show this than the settings allow")
        if isinstance(came, SigapError | OSError):
            raise came
        if isinstance(came, BaseException):
            raise Unreadable(f"reading it failed here ({type(came).__name__}: {came})")
        return cast("Seen", came)

    def close(self) -> None:
        """End the process; a look under way raises Unreadable."""
        self._closed = True
        with self._turn:
            self._end()

    def _answered(self, child: Supervised) -> object:
        while True:
            moment = child.deadline()
            if self._closed or (moment is not None and time.monotonic() >= moment):
                self._end()
                raise Unreadable("the view was closed" if self._closed else "not shown within the time there is for it")
            try:
                if not child.connection.poll(PATIENCE):
                    continue
                got = child.answer()
            except (EOFError, OSError) as error:
                code = self._end()
                raise Unreadable(f"the process that read it died (exit code {code})") from error
            if got is not None:
                return got[1]

    def _end(self) -> int | None:
        child, self._child = self._child, None
        return None if child is None else child.end()
