"""The desktop's actions, done by the program itself: one call each. What an action needs is loaded when it is first done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.settings import examiner, home
from triage.ui.actions import ListChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from triage.case import Case
    from triage.queries import Queries
    from triage.report import Preview, ReportResult, ReportWish, Verification
    from triage.run import Attached, ListInfo, ListOffer, Progress, Receipt, RunResult
    from triage.settings import Settings
    from triage.viewing import Viewer


class CoreActions:
    """See `triage.ui.actions.Actions`."""

    def open_case(self, folder: Path, *, actor: str, create: bool) -> Case:
        """The case in this folder."""
        from triage.case import Case

        return Case.open_or_create(folder, actor=actor) if create else Case.open(folder, actor=actor)

    def read(self, folder: Path) -> Queries:
        """A new reader of the case."""
        from triage.queries import Queries

        return Queries(folder)

    def viewer(self, source: Path, scratch: Path, settings: Settings, password: str | None) -> Viewer:
        """What looks into the entries of a source."""
        from triage import run
        from triage.viewing import Viewer

        given = run.given_passwords(password)
        return Viewer(source, scratch=scratch, settings=settings, password=given)

    def demo(self, language: str) -> Path:
        """Make the demonstration anew; its case folder."""
        from triage.demo import run_demo

        return run_demo(home() / "demo", language=language).case

    def lists(self) -> list[ListChoice]:
        """The lists that can be chosen."""
        from triage import run

        return [ListChoice(each.name, each.kind) for each in run.available_lists()]

    def disks(self) -> Sequence[Attached]:
        """The disks that are attached to this computer."""
        from triage import run

        return run.attached()

    def list_infos(self) -> Sequence[ListInfo]:
        """All about the lists of this computer."""
        from triage import run

        return run.available_lists()

    def offered(self, file: Path) -> ListOffer:
        """What a file is as a list."""
        from triage import run

        return run.offered(file)

    def import_list(self, offer: ListOffer, *, name: str, kind: str, version: str, scheme: str | None) -> Receipt:
        """Import a list."""
        from triage import run

        return run.import_offered(
            offer, name=name, kind=kind, version=version, scheme_id=scheme, actor=examiner() or "unknown"
        )

    def remove_list(self, name: str) -> None:
        """Remove a list from this computer."""
        from triage import run

        run.remove(name, actor=examiner() or "unknown")

    def recognised(self, source: Path) -> str:
        """The format of a source."""
        from triage import run

        return run.recognised(source)

    def scan(
        self,
        case: Case,
        source: Path,
        *,
        exhibit: str,
        settings: Settings,
        password: str | None,
        stop: Callable[[], bool],
        progress: Callable[[Progress], None],
    ) -> RunResult:
        """Examine a source, or go on where that was broken off."""
        from triage import run

        given = run.given_passwords(password)
        return run.run(case, source, exhibit=exhibit, settings=settings, password=given, stop=stop, progress=progress)

    def export(
        self,
        case: Case,
        entries: Sequence[int],
        folder: Path,
        *,
        everything: bool,
        language: str,
        password: str | None,
    ) -> tuple[Path, dict[str, int]]:
        """Take entries out of the evidence into a new folder in this one; where that is, and how many came to what."""
        from triage import report, run

        given = run.given_passwords(password)
        return report.export_entries(case, entries, folder, everything=everything, language=language, password=given)

    def write_report(self, case: Case, wish: ReportWish) -> ReportResult:
        """Write a report into the case."""
        from triage import report

        return report.write_report(case, wish)

    def preview(self, folder: Path, wish: ReportWish, *, actor: str) -> Preview:
        """The first pages of what a report would be."""
        from triage import report

        return report.preview(folder, wish, actor=actor)

    def verify(self, path: Path, *, evidence: bool) -> Verification:
        """Check a case or a report."""
        from triage import report

        return report.verify(path, evidence=evidence)
