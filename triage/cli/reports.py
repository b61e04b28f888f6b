"""The commands that write a report or a bundle, and that check one or a case."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.case import Case
from triage.cli.base import CaseFolder, Json, application, examiner, language, say, text, write, write_json
from triage.cli.passphrase import agency
from triage.cli.program_log import logged_if_possible
from triage.report import FORMATS, ReportWish, verify, write_report
from triage.run import given_passwords
from triage.text import preferred_language

if TYPE_CHECKING:
    from triage.report import ReportResult

FAILED_CHECKS, FILES_NAMED = 1, 40
BUNDLE = "bundle"  # the command that writes all formats, and what it takes to check them


class Images(StrEnum):
    """What a report shows of pictures."""

    NONE = "none"
    BLURRED = "blurred"
    FULL = "full"


class Select(StrEnum):
    """Which files a report calls findings."""

    ALL = "all"
    HITS = "hits"
    TAGGED = "tagged"
    GRADED = "graded"


class Zone(StrEnum):
    """The local time that a report shows beside UTC."""

    WIB = "WIB"
    WITA = "WITA"
    WIT = "WIT"
    UTC = "UTC"


class Signature(StrEnum):
    """How the PDF is signed."""

    VISIBLE = "visible"
    INVISIBLE = "invisible"
    NONE = "none"


class Export(StrEnum):
    """Which of the findings a bundle carries as files: none, those that are not withheld, all."""

    NONE = "none"
    PLAIN = "plain"
    ALL = "all"


@application.command("report", help=text("cli.report"))
@application.command(BUNDLE, help=text("cli.bundle"))
def report_command(
    context: typer.Context,
    case: CaseFolder,
    out: Annotated[Path | None, typer.Option(help=text("cli.out"))] = None,
    lang: Annotated[str, typer.Option(help=text("cli.lang"))] = "",
    formats: Annotated[str, typer.Option(help=text("cli.formats"))] = "",
    images: Annotated[Images | None, typer.Option(help=text("cli.images"))] = None,
    select: Annotated[Select, typer.Option(help=text("cli.select"))] = Select.ALL,
    exhibit: Annotated[str | None, typer.Option(help=text("cli.report_exhibit"))] = None,
    zone: Annotated[Zone | None, typer.Option(help=text("cli.zone"))] = None,
    sign: Annotated[Signature, typer.Option(help=text("cli.sign"))] = Signature.VISIBLE,
    certificate: Annotated[Path | None, typer.Option(help=text("cli.certificate"))] = None,
    certificate_passphrase: Annotated[
        str | None, typer.Option("--certificate-passphrase", help=text("cli.certificate_passphrase"))
    ] = None,
    identities: Annotated[bool, typer.Option("--identities", help=text("protect.in_report"))] = False,
    export: Annotated[Export, typer.Option(help=text("cli.export"))] = Export.NONE,
    password: Annotated[str | None, typer.Option(help=text("cli.export_password"))] = None,
    typed: Annotated[str | None, typer.Option("--confirm", help=text("protect.confirm"))] = None,
    machine: Json = False,
) -> int:
    """Write a report and say where it is; as a bundle in all formats, with all that others need to check it."""
    bundle = context.info_name == BUNDLE
    wish = ReportWish(
        language=language(lang or preferred_language()),
        formats=_names(formats) or (FORMATS if bundle else ("html",)),
        images=(images or (Images.NONE if bundle else Images.BLURRED)).value,
        select=select.value,
        exhibit=exhibit,
        zone=zone.value if zone else "",
        signature=sign.value,
        identities=identities,
        bundle=bundle,
        export=export.value,
    )
    key, given = agency(certificate, certificate_passphrase), given_passwords(password)
    with Case.open(case, actor=examiner()) as opened:
        result = write_report(opened, wish, out=out, agency=key, typed=typed, password=given)
    _tell(result, machine=machine)
    return 0


@application.command("verify", help=text("cli.verify"))
def verify_command(
    path: Annotated[Path, typer.Argument(help=text("cli.verify_path"))],
    evidence: Annotated[bool, typer.Option("--evidence/--no-evidence", help=text("cli.verify_evidence"))] = True,
    machine: Json = False,
) -> int:
    """Check every digest, chain and signature of a case or a report."""
    with logged_if_possible("verify", str(path.absolute()), {"evidence": evidence}) as told:
        result = verify(path, evidence=evidence)
        told |= {"ok": result.ok, "failed": sum(check.ok is False for check in result.checks)}
    if machine:
        checks = [
            {"name": check.name, "subject": check.subject, "ok": check.ok, "text": check.text(say())}
            for check in result.checks
        ]
        write_json({"ok": result.ok, "checks": checks})
    else:
        for check in result.checks:
            mark = {True: "ok  ", False: "FAIL", None: "--  "}[check.ok]
            write(f"{mark}  {check.text(say())}")
        write(say()("cli.verified" if result.ok else "cli.not_verified"))
    return 0 if result.ok else FAILED_CHECKS


def _names(formats: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in formats.split(",") if name.strip())


def _tell(result: ReportResult, *, machine: bool) -> None:
    """Where a report is, what is in it, and the custody head that it prints."""
    if machine:
        write_json({"folder": str(result.folder), "files": [str(path) for path in result.files], "head": result.head})
        return
    write(say()("cli.report_at", folder=result.folder))
    for path in result.files[:FILES_NAMED]:
        write(f"  {path.relative_to(result.folder).as_posix()}")
    if len(result.files) > FILES_NAMED:
        write(say()("cli.report_more_files", n=len(result.files) - FILES_NAMED))
    if result.exported:
        write(say()("cli.exported", **result.exported))
    write(say()("cli.report_head", head=result.head))
