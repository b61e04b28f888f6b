"""The commands over cases: demo, scan, status."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from triage import __version__
from triage.case import Case
from triage.cli.base import (
    CaseFolder,
    Json,
    NewCase,
    amount,
    application,
    complain,
    examiner,
    say,
    text,
    write,
    write_json,
)
from triage.cli.meter import MeterLine
from triage.cli.passphrase import vault_for
from triage.errors import UserError
from triage.queries import ClosedRow, Coverage, ImageRow, Queries, Summary
from triage.run import RunResult, expected_digests, given_passwords, recognised, run
from triage.settings import Settings, load_settings
from triage.text import preferred_language

FAILED_CHECKS, STOPPED, CLOSED_SHOWN = 1, 130, 50


class Profile(StrEnum):
    """How much is read: `quick` leaves out what ranks last, and says so."""

    FULL = "full"
    QUICK = "quick"


@application.callback(invoke_without_command=True)
def version_option(
    version: Annotated[bool, typer.Option("--version", help=text("cli.version"), is_eager=True)] = False,
) -> None:
    """Print the version and leave."""
    if version:
        write(f"Sigap {__version__}")
        raise typer.Exit


@application.command("demo", help=text("cli.demo"))
def demo_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=text("cli.demo_dir"))] = Path("demo-output"),
) -> int:
    """Make the demo exhibits, triage them, report, verify, compare with the truth file."""
    from triage import demo  # noqa: PLC0415  # a scan does not wait for it

    meter = MeterLine(machine=False)
    result = demo.run_demo(folder, language=preferred_language(), progress=meter)
    meter.end()
    for line in demo.lines(result, say()):
        write(line)
    return 0 if result.ok else FAILED_CHECKS


@application.command("scan", help=text("cli.scan"))
def scan_command(
    case: NewCase,
    sources: Annotated[list[Path], typer.Argument(metavar="SOURCE...", help=text("cli.source"))],
    exhibit: Annotated[str | None, typer.Option(help=text("cli.exhibit"))] = None,
    lists: Annotated[list[str] | None, typer.Option("--list", help=text("cli.use_list"))] = None,
    workers: Annotated[int, typer.Option(min=0, max=256, help=text("cli.workers"))] = 0,
    password: Annotated[str | None, typer.Option(help=text("cli.password"))] = None,
    profile: Annotated[Profile | None, typer.Option(help=text("cli.profile"))] = None,
    hash_source: Annotated[bool, typer.Option("--hash-source/--no-hash-source", help=text("cli.hash_source"))] = True,
    extract: Annotated[bool, typer.Option("--extract/--no-extract", help=text("cli.extract"))] = True,
    carve: Annotated[bool, typer.Option("--carve", help=text("cli.carve"))] = False,
    verify_image: Annotated[bool, typer.Option("--verify-image", help=text("cli.verify_image"))] = False,
    expect: Annotated[list[str] | None, typer.Option("--expect", help=text("cli.expect"))] = None,
    allow_writable: Annotated[bool, typer.Option("--allow-writable", help=text("cli.allow_writable"))] = False,
    list_passphrase: Annotated[str | None, typer.Option("--list-passphrase", help=text("cli.list_passphrase"))] = None,
    settings_file: Annotated[Path | None, typer.Option("--settings", help=text("cli.settings"))] = None,
    machine: Json = False,
) -> int:
    """Examine each source into the case; goes on where a run was broken off."""
    base = load_settings(settings_file) if settings_file else Settings()
    chosen = replace(
        base,
        workers=workers or base.workers,
        profile=profile.value if profile else base.profile,
        lists=tuple(lists or base.lists),
        hash_source=hash_source and base.hash_source,
        extract=extract and base.extract,
        carve=carve or base.carve,
        verify_image=verify_image or bool(expect) or base.verify_image,
        allow_writable=allow_writable or base.allow_writable,
        expected=_expected(expect or list(base.expected), sources),
    )
    for source in sources:
        recognised(source)  # all of them, before the case is touched
    key = vault_for(chosen.lists, list_passphrase)
    stop = _stop_on_signals()
    results = []
    with Case.open_or_create(case, actor=examiner()) as opened:
        for source in sources:
            meter = MeterLine(machine=machine)
            label = exhibit or source.absolute().name
            result = run(
                opened,
                source,
                exhibit=label,
                settings=chosen,
                stop=stop.is_set,
                progress=meter,
                password=given_passwords(password),
                vault=key,
            )
            meter.end()
            results.append((source, result))
            if result.outcome == "stopped":
                break
    _tell(case, results, machine=machine)
    return STOPPED if results[-1][1].outcome == "stopped" else 0


@application.command("status", help=text("cli.status"))
def status_command(case: CaseFolder, machine: Json = False) -> int:
    """Counts, coverage, hits and problems of a case."""
    queries = Queries(case)
    try:
        _status(queries, machine=machine)
    finally:
        queries.close()
    return 0


def _stop_on_signals() -> threading.Event:
    """The first Ctrl-C or termination ends the run cleanly; the case keeps everything."""
    stop = threading.Event()

    def ask(*_signal: object) -> None:
        if not stop.is_set():
            complain(say()("cli.stopping"))
        stop.set()

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    return stop


def _expected(texts: list[str], sources: list[Path]) -> tuple[str, ...]:
    """Digests as name:hexadecimal; they are of one source, so that there must be no other."""
    if texts and len(sources) > 1:
        raise UserError(say()("cli.expect_one"))
    return tuple(f"{name}:{value}" for name, value in expected_digests(texts).items())


def _tell(case: Path, results: list[tuple[Path, RunResult]], *, machine: bool) -> None:
    queries = Queries(case)
    summary, closed, total = queries.summary(), queries.closed(limit=CLOSED_SHOWN), queries.closed_count()
    images = queries.images()
    queries.close()
    if machine:
        runs = [
            {"source": str(source), "outcome": result.outcome, "coverage": result.coverage}
            for source, result in results
        ]
        write_json({"runs": runs, "summary": summary, "encrypted": closed, "images": images})
        return
    speak = say()
    for source, result in results:
        write(speak(f"cli.scan_{result.outcome}" if result.fresh else "cli.scan_nothing_left", source=source))
        _write_coverage(result.coverage)
    _write_summary(summary)
    _write_closed(closed, total)
    _write_images(images)


def _write_images(images: list[ImageRow]) -> None:
    for row in images:
        digests = ", ".join(f"{name.upper()} {value}" for name, value in row.digests.items())
        write(say()(f"cli.image_{row.outcome}", source=row.source, digests=digests, damaged=row.damaged))


def _write_coverage(cover: Coverage) -> None:
    counts = {name: getattr(cover, name) for name in ("found", "examined", "skipped", "failed", "pending")}
    write(say()("cli.coverage", **counts))
    if (times := cover.taken_for_each) is not None:
        taken, content = amount(cover.bytes_taken), amount(cover.bytes_read)
        write(say()("cli.taken", taken=taken, content=content, times=f"{times:.2f}"))


def _write_summary(summary: Summary) -> None:
    speak = say()
    for name in (
        "notable",
        *(("watch",) if summary.watch else ()),
        "known",
        "messages",
        "calls",
        "media",
        "with_position",
    ):
        write(speak(f"cli.count_{name}", n=getattr(summary, name)))
    if summary.problems:
        words = ", ".join(f"{speak('problem.' + kind)} {count}" for kind, count in summary.problems.items())
        write(speak("cli.problems", words=words))


def _status(queries: Queries, *, machine: bool) -> None:
    summary, coverage = queries.summary(), queries.coverage()
    hits = [hit for kind in ("notable", "watch") for hit in queries.hits(kind=kind, limit=1000)]
    if machine:
        write_json(
            {
                "summary": summary,
                "coverage": coverage,
                "hits": hits,
                "encrypted": queries.closed(),
                "runs": queries.runs(),
                "evidence": queries.evidence(),
                "images": queries.images(),
            }
        )
        return
    speak = say()
    for row in coverage:
        write(row.evidence)
        _write_coverage(row)
        write(speak("cli.bytes", listed=amount(row.bytes_listed), read=amount(row.bytes_read)))
    _write_summary(summary)
    _write_closed(queries.closed(limit=CLOSED_SHOWN), queries.closed_count())
    _write_images(queries.images())
    for hit in hits:
        write(speak("cli.hit", path=hit.path, exhibit=hit.exhibit, list=hit.list, value=hit.value))


def _write_closed(rows: list[ClosedRow], total: int) -> None:
    """What is encrypted, or may be: which exhibit, which volume or file, which scheme, what to ask for."""
    speak = say()
    if not total:
        return
    write(speak("cli.closed", n=total))
    for row in rows:
        kind = speak(f"problem.{row.kind}")
        write(speak("cli.closed_row", exhibit=row.exhibit, place=row.place, kind=kind, message=row.message))
    if total > CLOSED_SHOWN:
        write(speak("cli.closed_more", n=total - CLOSED_SHOWN))
