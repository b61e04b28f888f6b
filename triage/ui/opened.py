"""An open case as the desktop holds it: the case itself, readers for other threads, its scans."""

from __future__ import annotations

from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, TypeVar

from triage.errors import CaseError
from triage.ui.background import Background, Operation
from triage.ui.periods import Periods
from triage.ui.scans import Scans

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from triage.case import Case
    from triage.errors import SigapError
    from triage.queries import Queries
    from triage.report import Preview, ReportResult, ReportWish, Verification
    from triage.ui.actions import Actions
    from triage.ui.language import Language
    from triage.viewing import Look, Seen, Viewer

Answer = TypeVar("Answer")

READERS = 3
SCRATCH = "scratch"  # in the case's folder: copies that are deleted again


class OpenCase:
    """Ask it (`ask`) and it answers on the main thread. Close it when its page goes."""

    def __init__(
        self,
        case: Case,
        actions: Actions,
        language: Language,
        *,
        alert: Callable[[SigapError], object],
        tell: Callable[[str, str], object] = lambda *_: None,
    ) -> None:
        self.folder: Path = case.folder
        self.actor: str = case.actor
        self.actions = actions
        self.language = language
        self.alert = alert
        self.periods = Periods()
        self.tell: Callable[[str, str], object] = tell
        self.scans = Scans(case, actions, alert)
        self._case = case
        self._readers: LifoQueue[Queries] = LifoQueue()
        self._background = Background(READERS, "reader")
        self._writing = Background(1, "write")  # what persons state is kept in the order they said it, to the last act
        self._looking = Background(1, "look")  # a look may take long; readers do not wait for it
        self._viewers: dict[tuple[int, str | None], Viewer] = {}  # a password given later makes a new one

    def ask(
        self,
        question: Callable[[Queries], Answer],
        answer: Callable[[Answer], object],
        failure: Callable[[SigapError], object] | None = None,
    ) -> None:
        """Put a question to the case in another thread; `answer` gets what came of it."""
        self._background.start(Operation(lambda: self._with_reader(question), answer, failure or self.alert))

    def look(
        self, entry_id: int, look: Look, answer: Callable[[Seen], object], failure: Callable[[SigapError], object]
    ) -> None:
        """Look into the content of an entry, in a process of its own."""
        self._looking.start(Operation(lambda: self._seen(entry_id, look), answer, failure))

    def do(
        self,
        work: Callable[[], Answer],
        success: Callable[[Answer], object],
        failure: Callable[[SigapError], object] | None = None,
    ) -> None:
        """Do something in another thread that needs no reader."""
        self._background.start(Operation(work, success, failure or self.alert))

    def act(
        self,
        work: Callable[[Case], Answer],
        success: Callable[[Answer], object],
        failure: Callable[[SigapError], object] | None = None,
    ) -> None:
        """Keep something in the case, in another thread: one act after the other, also while a scan runs, none lost on closing."""
        self._writing.start(Operation(lambda: work(self._case), success, failure or self.alert))

    def keep(self, work: Callable[[], object]) -> None:
        """Keep something beside the case, in the same order."""
        self._writing.start(Operation(work, lambda _: None, self.alert))

    def write_report(self, wish: ReportWish) -> ReportResult:
        """Write a report. The case has one writer: never while a scan runs."""
        return self.actions.write_report(self._case, wish)

    def preview(self, wish: ReportWish) -> Preview:
        """The first pages of what a report would be."""
        return self.actions.preview(self.folder, wish, actor=self._case.actor)

    def verify(self, path: Path, *, evidence: bool) -> Verification:
        """Check a case or a report."""
        return self.actions.verify(path, evidence=evidence)

    def close(self) -> None:
        """Stop the scan, wait for the readers, let the case go."""
        self.scans.close()
        for viewer in list(self._viewers.values()):
            viewer.close()
        self._writing.close(finish=True)
        self._looking.close()
        self._background.close()
        while not self._readers.empty():
            self._readers.get_nowait().close()
        self._case.close()

    def _seen(self, entry_id: int, look: Look) -> Seen:
        held = self._with_reader(lambda queries: queries.held(entry_id))
        if held is None:
            raise CaseError(f"{self.folder}: the case has no entry {entry_id}")
        password = self.scans.passwords.get(held.source)
        key = held.evidence, password
        if key not in self._viewers:
            self._viewers[key] = self.actions.viewer(held.source, self.folder / SCRATCH, held.settings, password)
        return self._viewers[key].look(held.taken, look)

    def _with_reader(self, question: Callable[[Queries], Answer]) -> Answer:
        """A reader is used by one thread at a time and kept for the next question."""
        try:
            reader = self._readers.get_nowait()
        except Empty:
            reader = self.actions.read(self.folder)
        try:
            return question(reader)
        finally:
            self._readers.put(reader)
