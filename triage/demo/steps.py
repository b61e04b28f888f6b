"""Unpack the exhibits, examine them, report, verify, compare: in a folder of its own, with lists and a key of its own."""

from __future__ import annotations

import json
import lzma
import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.assets import resource
from triage.case import Case
from triage.demo.comparison import Comparison, compare
from triage.errors import CaseError, UserError
from triage.hashing.importer import Wish, import_list
from triage.queries import Queries, Summary
from triage.report import FORMATS, ReportResult, ReportWish, Verification, verify, write_report
from triage.run import Progress, run
from triage.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ACTOR = "demo"
LISTS = (("contoh-notable", "notable", "notable.csv"), ("contoh-known", "known", "known.sha1.txt"))
MARK = "sigap-demo.txt"  # says that a folder is a former demo, which the next one may replace
MARK_TEXT = "FIKTIF / FICTIONAL: triage demo made this folder; the next one of the same name replaces it.\n"


@dataclass(frozen=True, slots=True)
class Timing:
    """One step, what it was about where there are several of its kind, and how long it took."""

    step: str
    subject: str
    seconds: float


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What a demo brought. `case`, `report` are folders inside `folder`."""

    folder: Path
    case: Path
    report: ReportResult
    verification: Verification
    summary: Summary
    comparison: Comparison
    timings: tuple[Timing, ...]

    @property
    def ok(self) -> bool:
        """Whether everything verified and the case says what was planted."""
        return self.verification.ok and self.comparison.equal


def run_demo(folder: Path, *, language: str, progress: Callable[[Progress], None] = lambda _: None) -> DemoResult:
    """Make a demo in `folder`. Raises UserError where that is not empty and no former demo, CaseError on a full disk."""
    folder = folder.absolute()
    timings: list[Timing] = []
    with _translated(folder):
        _prepare(folder)
        with _timed(timings, "unpack"):
            told = _unpack(folder / "exhibits")
    with _own_home(folder / "home") as home:
        with _timed(timings, "import"):
            for name, kind, file in LISTS:
                import_list(resource("demo", "lists", file), Wish(name, kind), home=home, actor=ACTOR)
        report = _triage(folder, told, language, timings, progress)
    with _timed(timings, "verify"):
        verification = verify(folder / "case")
    with _timed(timings, "compare"):
        comparison, summary = _compared(folder / "case", told)
    return DemoResult(folder, folder / "case", report, verification, summary, comparison, tuple(timings))


def _triage(
    folder: Path,
    told: dict[str, object],
    language: str,
    timings: list[Timing],
    progress: Callable[[Progress], None],
) -> ReportResult:
    chosen = Settings(lists=tuple(sorted(name for name, _, _ in LISTS)))
    with Case.open_or_create(folder / "case", actor=ACTOR) as case:
        for exhibit in _exhibits(told):
            with _timed(timings, "scan", exhibit["label"]):
                source = folder / "exhibits" / exhibit["source"]
                run(case, source, exhibit=exhibit["label"], settings=chosen, progress=progress)
        with _timed(timings, "report"):
            return write_report(case, ReportWish(language=language, formats=FORMATS))


def _compared(case: Path, told: dict[str, object]) -> tuple[Comparison, Summary]:
    queries = Queries(case)
    try:
        return compare(told, queries), queries.summary()
    finally:
        queries.close()


def _prepare(folder: Path) -> None:
    """An empty folder of this name, marked as a demo's."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder}: this is a file; name a new folder for the demo")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise UserError(f"{folder}: the folder is not empty and no demo made it; name a new or empty folder")
        for name in ("exhibits", "home", "case"):
            shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(MARK_TEXT, encoding="utf-8")


def _unpack(target: Path) -> dict[str, object]:
    """The exhibits beside each other, and the truth about them."""
    target.mkdir()
    told: dict[str, object] = json.loads(resource("demo", "truth.json").read_text(encoding="utf-8"))
    for exhibit in _exhibits(told):
        packed, image = resource("demo", exhibit["packed"]), target / exhibit["source"]
        with _whole(packed), lzma.open(packed) as source, image.open("wb") as stream:
            shutil.copyfileobj(source, stream, 1 << 20)
    return told


def _exhibits(told: dict[str, object]) -> list[dict[str, str]]:
    exhibits = told["exhibits"]
    assert isinstance(exhibits, list)
    return exhibits


@contextmanager
def _own_home(home: Path) -> Iterator[Path]:
    """Lists and signing key of the demo are its own: the person's are neither used nor changed."""
    before = os.environ.get("TRIAGE_HOME")
    os.environ["TRIAGE_HOME"] = str(home)
    try:
        yield home
    finally:
        if before is None:
            del os.environ["TRIAGE_HOME"]
        else:
            os.environ["TRIAGE_HOME"] = before


@contextmanager
def _timed(timings: list[Timing], step: str, subject: str = "") -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings.append(Timing(step, subject, time.perf_counter() - started))


@contextmanager
def _whole(packed: Path) -> Iterator[None]:
    try:
        yield
    except (lzma.LZMAError, EOFError) as error:
        raise UserError(f"{packed}: a shipped exhibit is damaged ({error}); install the program anew") from error


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CaseError(f"{folder}: the demo cannot be written ({error.strerror or error})") from error
