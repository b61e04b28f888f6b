"""What the desktop can have done for it. `triage.ui.core` does it with the program; tests do it with their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from triage.case import Case
    from triage.queries import Queries
    from triage.report import Preview, ReportResult, ReportWish, Verification
    from triage.run import Attached, ListInfo, ListOffer, Progress, Receipt, RunResult
    from triage.settings import Settings
    from triage.viewing import Viewer


@dataclass(frozen=True, slots=True)
class ListChoice:
    """A list of hashes that a run may compare with. `kind` is known or notable."""

    name: str
    kind: str


class Actions(Protocol):
    """Each of these may take long and is called off the main thread. Errors are SigapErrors."""

    def open_case(self, folder: Path, *, actor: str, create: bool) -> Case:
        """The case in this folder; made where there is none, if `create`."""
        ...

    def read(self, folder: Path) -> Queries:
        """A new reader of the case."""
        ...

    def viewer(self, source: Path, scratch: Path, settings: Settings, password: str | None) -> Viewer:
        """What looks into the entries of a source."""
        ...

    def demo(self, language: str) -> Path:
        """Make the demonstration anew; its case folder."""
        ...

    def lists(self) -> list[ListChoice]:
        """The lists that can be chosen."""
        ...

    def disks(self) -> Sequence[Attached]:
        """The disks that are attached to this computer."""
        ...

    def list_infos(self) -> Sequence[ListInfo]:
        """All about the lists of this computer."""
        ...

    def offered(self, file: Path) -> ListOffer:
        """What a file is as a list."""
        ...

    def import_list(self, offer: ListOffer, *, name: str, kind: str, version: str, scheme: str | None) -> Receipt:
        """Import a list."""
        ...

    def remove_list(self, name: str) -> None:
        """Remove a list from this computer."""
        ...

    def recognised(self, source: Path) -> str:
        """The format of a source."""
        ...

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
        ...

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
        ...

    def write_report(self, case: Case, wish: ReportWish) -> ReportResult:
        """Write a report into the case."""
        ...

    def preview(self, folder: Path, wish: ReportWish, *, actor: str) -> Preview:
        """The first pages of what a report would be."""
        ...

    def verify(self, path: Path, *, evidence: bool) -> Verification:
        """Check a case or a report: every digest, chain and signature; with `evidence`, the sources read again."""
        ...
