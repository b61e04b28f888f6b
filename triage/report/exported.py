"""The findings as files: taken out of the evidence into a bundle, byte for byte, under names that nothing runs or overwrites.

A name is the number of the finding, the start of its SHA-256 and an ending from a short list; everything else ends in `.bin`, so that no
double click opens a page or a program out of evidence. The evidence is read in a process of its own (`triage/viewing`); each copy is
digested here and compared with what the case recorded. What matched a notable list, was graded, or shows a protected person stays behind
unless that was confirmed. `exported.csv` says of every finding what came of it.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from triage.casefolder import translated
from triage.errors import EvidenceError, UserError
from triage.queries import Queries
from triage.report.tables import cell
from triage.text import Say
from triage.viewing import CopyTo, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from triage.case import Case
    from triage.queries import FileRow
    from triage.queries.entry import Held
    from triage.report.model import Report

FOLDER, LIST = "exported", "exported.csv"
COLUMNS = ("finding", "file", "exhibit", "path", "size", "md5", "sha1", "sha256", "outcome", "told")
OUTCOMES = ("same", "differs", "not_recorded", "not_taken", "withheld")
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "text/plain": ".txt",
}
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of one finding: `outcome` is one of OUTCOMES, `file` the name of its copy, `why` the reason where there is none."""

    number: int
    row: FileRow
    outcome: str
    file: str | None = None
    why: str = ""


def write_exported(case: Case, report: Report, folder: Path, password: str | None = None) -> dict[str, int]:
    """Write the files into `exported/` and the list beside it; an event before and one after. Returns how many came to what.

    Raises OSError, CaseError.
    """
    wish, queries = report.frame.wish, report.frame.queries
    asked = {"export": wish.export, "select": wish.select}
    held_back = frozenset() if wish.export == "all" else queries.held_back()
    return _write(case, _Asked(queries, report.chosen, held_back, Say(wish.language), asked), folder, password)


def export_entries(
    case: Case, entries: Sequence[int], folder: Path, *, everything: bool, language: str, password: str | None = None
) -> tuple[Path, dict[str, int]]:
    """The same of entries that a person selected, into a new folder below `folder`. Returns that, and how many came to what.

    `everything`: also what matched a notable list, was graded, or shows a protected person. Raises CaseError.
    """
    with translated(folder), closing(Queries(case.folder)) as queries:
        target = folder / f"sigap-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        target.mkdir()
        held_back = frozenset() if everything else queries.held_back()
        asked = {"export": "all" if everything else "safe", "select": "by hand"}
        return target, _write(case, _Asked(queries, entries, held_back, Say(language), asked), target, password)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which entries, which of them stay behind, and how that was asked for."""

    queries: Queries
    entries: Sequence[int]
    held_back: frozenset[int]
    say: Say
    told: dict[str, str]


def _write(case: Case, asked: _Asked, folder: Path, password: str | None) -> dict[str, int]:
    case.custody.append("export.start", case.folder.name, {**asked.told, "findings": len(asked.entries)})
    counts = Counter(dict.fromkeys(OUTCOMES, 0))
    (folder / FOLDER).mkdir()
    with (folder / LIST).open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(COLUMNS)
        for each in _each(asked, folder / FOLDER, password):
            counts[each.outcome] += 1
            table.writerow([cell(value) for value in _told(each, asked.say)])
    with (folder / LIST).open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    case.custody.append("export.end", case.folder.name, {**counts, "list": digest})
    return dict(counts)


def _told(each: Exported, say: Say) -> tuple[object, ...]:
    row, words = each.row, say(f"exchange.exported_{each.outcome}")
    told = f"{words}: {each.why}" if each.why else words
    return (
        each.number, each.file, row.exhibit, row.path, row.size, row.md5, row.sha1, row.sha256, each.outcome, told
    )  # fmt: skip


def _each(asked: _Asked, folder: Path, password: str | None) -> Iterator[Exported]:
    with _viewers(asked.queries, password) as viewer_of:
        for number, row in _findings(asked):
            if row.id in asked.held_back:
                yield Exported(number, row, "withheld")
            else:
                yield _taken(number, row, asked.queries.held(row.id), viewer_of, folder)


def _findings(asked: _Asked) -> Iterator[tuple[int, FileRow]]:
    for start in range(0, len(asked.entries), _PAGE):
        page = list(asked.entries[start : start + _PAGE])
        rows = asked.queries.file_rows(page)
        yield from ((number, rows[entry]) for number, entry in enumerate(page, start=start + 1))


@contextmanager
def _viewers(queries: Queries, password: str | None) -> Iterator[Callable[[Held], Viewer]]:
    """A process for each evidence, started when it is first needed."""
    opened: dict[int, Viewer] = {}

    def viewer_of(held: Held) -> Viewer:
        if held.evidence not in opened:
            scratch = queries.folder / "scratch"
            opened[held.evidence] = Viewer(held.source, scratch=scratch, settings=held.settings, password=password)
        return opened[held.evidence]

    try:
        yield viewer_of
    finally:
        for each in opened.values():
            each.close()


def _taken(number: int, row: FileRow, held: Held | None, viewer_of: Callable[[Held], Viewer], folder: Path) -> Exported:
    """The copy of one finding, digested. Raises OSError where it cannot be written."""
    if held is None or row.kind != "file":
        return Exported(number, row, "not_taken", why=row.kind)
    name = f"{number:05}-{(row.sha256 or 'unread')[:12]}{ENDINGS.get(row.mime or '', '.bin')}"
    limits = held.settings.limits
    seconds = limits.entry_seconds + (row.size or 0) / limits.slowest_bytes_per_second
    try:
        viewer_of(held).look(held.taken, CopyTo(str(folder / name)), seconds=seconds)
    except (EvidenceError, UserError) as error:
        (folder / name).unlink(missing_ok=True)
        return Exported(number, row, "not_taken", why=str(error))
    with (folder / name).open("rb") as copy:
        digest = hashlib.file_digest(copy, "sha256").hexdigest()
    outcome = "not_recorded" if not row.sha256 else "same" if digest == row.sha256 else "differs"
    return Exported(number, row, outcome, name)
