"""Writing a report: a folder with its formats, the manifest and its signature; as a bundle, in the layout of `bag`.

The folder appears whole or not at all.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from triage import __version__, settings
from triage.case import now
from triage.certificate import own_certificate
from triage.errors import CaseError, UserError
from triage.keys import signing_key
from triage.queries import Queries
from triage.report.agency_signature import sign_for_agency
from triage.report.bag import PAYLOAD, payload, write_bag
from triage.report.browse import write_browser
from triage.report.confirmation import confirm
from triage.report.exported import write_exported
from triage.report.forms import write_forms
from triage.report.manifest import files_below, write_manifest
from triage.report.masking import masking
from triage.report.model import Report
from triage.report.moments import DEFAULT_ZONE, ZONES
from triage.report.ontology import write_case
from triage.report.page import write_page
from triage.report.paper import write_paper
from triage.report.sections import Frame
from triage.report.shown import masked
from triage.report.tables import write_tables
from triage.report.verify_page import VERIFY_PAGE
from triage.report.vics import write_vics
from triage.report.wish import ReportWish
from triage.report.workbook import write_workbook
from triage.text import Say, use_own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from triage.case import Case
    from triage.certificate import PaperKey
    from triage.report.masking import Masking

UNFINISHED = ".unfinished-"  # the name a report folder begins with until it is complete
TABLES = {"id": "tabel", "en": "tables"}


def _write_html(frame: Frame, folder: Path) -> None:
    """The folder to browse, and the short page for print."""
    write_browser(frame, folder)
    write_page(frame, folder)


def _mask(frame: Frame) -> Masking:
    return masking(frame.queries, Say(frame.language), shown=frame.wish.identities)


WRITERS: dict[str, Callable[[Frame, Path], object]] = {
    "pdf": lambda frame, folder: write_paper(Report(frame), folder),
    "html": _write_html,
    "forms": lambda frame, folder: write_forms(Report(frame), folder),
    "case": write_case,
    "vics": write_vics,
    "csv": lambda frame, folder: write_tables(frame.queries, folder / TABLES[frame.language], _mask(frame)),
    "xlsx": lambda frame, folder: write_workbook(
        frame.queries, folder / f"{TABLES[frame.language]}.xlsx", _mask(frame)
    ),
}


@dataclass(frozen=True, slots=True)
class ReportResult:
    """Where the report is, its files (the page first), and number and digest of the custody head that it prints.

    `certificate` is the SHA-256 of the one that the PDF is signed with; None where it is not signed. `exported` says how many findings went
    along as files, by outcome.
    """

    folder: Path
    files: tuple[Path, ...]
    head: str
    head_number: int
    manifest_sha256: str
    certificate: str | None = None
    exported: Mapping[str, int] | None = None


def write_report(
    case: Case,
    wish: ReportWish | None = None,
    *,
    out: Path | None = None,
    agency: PaperKey | None = None,
    typed: str | None = None,
    password: str | None = None,
) -> ReportResult:
    """Write one report in a new folder inside `out` (the case's own `reports` where None). Raises UserError, CaseError.

    `agency` signs the PDF in place of the certificate made from the examiner's key, and the manifest beside that key.
    `typed` is the second confirmation that identities and graded pictures ask for, `password` what opens protected evidence
    whose files are exported.
    The folder is named after the moment and the language. What is asked for and what came of it are custody events.
    """
    wish = wish or ReportWish()
    wish.check()
    use_own(settings.home() / "reports" / "wording")
    target = (out or case.folder / "reports").absolute()
    queries = Queries(case.folder, exhibit=wish.exhibit)
    wish = replace(wish, zone=wish.zone or zone_of(queries))
    try:
        if _to_confirm(queries, wish):
            confirm(queries, typed)
        case.custody.append("report.start", case.folder.name, {**wish.told(), "out": _shown_target(case, target)})
        mask = masking(queries, Say(wish.language), shown=wish.identities)
        queries.hidden = mask.files
        with masked(mask):
            result = _written(case, target, queries, wish, agency, password)
    except (CaseError, UserError) as error:
        with contextlib.suppress(
            CaseError
        ):  # a full disk may refuse this line too; the first reason is the one to tell
            case.custody.append("report.failed", case.folder.name, {"reason": str(error)})
        raise
    finally:
        queries.close()
    finished = {
        "folder": _shown_target(case, result.folder),
        "manifest": result.manifest_sha256,
        "certificate": result.certificate,
        "files": len(result.files),
    }
    case.custody.append("report.end", case.folder.name, finished)
    case.mark_head()
    return result


def _to_confirm(queries: Queries, wish: ReportWish) -> bool:
    """Whether identities or material of the gravest kind leave the case."""
    return wish.identities or wish.export == "all" or (wish.images == "full" and len(queries.chosen_ids("graded")) > 0)


def zone_of(queries: Queries) -> str:
    """The zone stated for the case, where it is one that a report can show."""
    stated = queries.case_facts().get("zone", ())
    return next((each for each in stated if each in ZONES), DEFAULT_ZONE)


def _shown_target(case: Case, folder: Path) -> str:
    """A place inside the case relative to it, so that a case that is moved still finds its reports."""
    with contextlib.suppress(ValueError):
        return folder.relative_to(case.folder.absolute()).as_posix()
    return str(folder)


def _written(
    case: Case, target: Path, queries: Queries, wish: ReportWish, agency: PaperKey | None, password: str | None
) -> ReportResult:
    key, head = signing_key(settings.home()), case.custody.head
    paper_key = None
    if "pdf" in wish.formats and wish.signature != "none":
        paper_key = agency or own_certificate(key, case.actor)
    frame = Frame(queries, wish, now(), case.actor, head, key.fingerprint, paper_key)
    with _new_folder(target) as draft:
        place = payload(draft, wish.language) if wish.bundle else draft
        for name in wish.formats:
            WRITERS[name](frame, place)
        exported = None
        if wish.export != "none":
            files = draft / PAYLOAD if wish.bundle else draft
            exported = write_exported(case, Report(frame), files, password)
        if agency:
            sign_for_agency(draft, agency)
        if wish.bundle:
            write_bag(draft, frame, key.public_hex)
        digest = write_manifest(draft, _manifest_facts(case, frame, agency), key)
        folder = _settled(draft, target, f"{_compact(frame.made_at)}-{wish.language}{'-bundle' if wish.bundle else ''}")
    certificate = paper_key.sha256 if paper_key else None
    return ReportResult(folder, _in_order(folder), head[1], head[0], digest, certificate, exported)


def _in_order(folder: Path) -> tuple[Path, ...]:
    """The printed report and the page, what they rest on, then the tables."""
    paths = [path for _, path in files_below(folder)]
    first = [path for path in paths if path.suffix in {".html", ".pdf"} and path.name != VERIFY_PAGE]
    return (
        *first,
        *sorted((path for path in paths if path not in first), key=lambda path: (path.parent != folder, path)),
    )


def _manifest_facts(case: Case, frame: Frame, agency: PaperKey | None) -> dict[str, object]:
    number, digest = frame.head
    return {
        "program": "Sigap",
        "version": __version__,
        "case": case.folder.resolve().name,
        **frame.wish.told(),
        "made_at": frame.made_at,
        "made_by": frame.actor,
        "custody_head": {"number": number, "digest": digest},
        "certificate": frame.paper_key.sha256 if frame.paper_key else None,
        "agency": agency.name if agency else None,
    }


@contextlib.contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """A private folder in the target, removed again where the block does not give it its final name. Raises CaseError."""
    draft: Path | None = None
    try:
        target.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=target))
        yield draft
    except OSError as error:
        reason = error.strerror or str(error)
        raise CaseError(f"{target}: the report cannot be written ({reason}); no part of it was kept") from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


def _settled(draft: Path, target: Path, name: str) -> Path:
    """Give the finished folder its name; a second report of the same second gets a number. Raises OSError."""
    draft.chmod(0o755)  # made private by mkdtemp; what is handed over may be read by others
    folder, number = target / name, 2
    while folder.exists():
        folder, number = target / f"{name}-{number}", number + 1
    return draft.rename(folder)


def _compact(moment: str) -> str:
    """`2026-05-01T10:11:12.5Z` as `20260501T101112Z`, which every file system takes as a name."""
    return moment[:19].replace("-", "").replace(":", "") + "Z"
