"""`triage protect`: persons whose names, numbers and files reports do not show, and the key to their pseudonyms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from triage.case import Case
from triage.cli.base import CaseFolder, Json, application, examiner, say, text, write, write_json
from triage.cli.passphrase import secret
from triage.queries import Queries
from triage.report.handing import seal_key_table, seal_report
from triage.report.masking import pseudonym
from triage.statements import protect, unprotect

commands = typer.Typer(no_args_is_help=True, help=text("protect.command"))
application.add_typer(commands, name="protect")

Names = Annotated[list[str] | None, typer.Option("--name", help=text("protect.name"))]
Numbers = Annotated[list[str] | None, typer.Option("--number", help=text("protect.number"))]
Files = Annotated[list[str] | None, typer.Option("--file", help=text("protect.file"))]


@commands.command("add", help=text("protect.add"))
def add_command(
    case: CaseFolder,
    names: Names = None,
    numbers: Numbers = None,
    files: Files = None,
    role: Annotated[str, typer.Option(help=text("protect.role"))] = "victim",
    person: Annotated[int | None, typer.Option(help=text("protect.person"))] = None,
) -> int:
    """Protect a person, or more of one who is protected already."""
    signs = _signs(case, names, numbers, files)
    with Case.open(case, actor=examiner()) as opened:
        number = protect(opened, signs, role=role, person=person)
    write(say()("protect.added", number=number, n=len(signs)))
    return 0


@commands.command("remove", help=text("protect.remove"))
def remove_command(
    case: CaseFolder,
    person: Annotated[int, typer.Option(help=text("protect.person"))],
    names: Names = None,
    numbers: Numbers = None,
    files: Files = None,
) -> int:
    """Take protection back, of all that belongs to a person or of what is named."""
    wanted = set(_signs(case, names, numbers, files))
    queries = Queries(case)
    try:
        signs = [(row.kind, row.value) for row in queries.protected() if row.person == person]
    finally:
        queries.close()
    with Case.open(case, actor=examiner()) as opened:
        unprotect(opened, person, [each for each in signs if not wanted or each in wanted])
    write(say()("protect.removed", number=person))
    return 0


@commands.command("show", help=text("protect.show"))
def show_command(
    case: CaseFolder,
    identities: Annotated[bool, typer.Option("--identities", help=text("protect.identities"))] = False,
    machine: Json = False,
) -> int:
    """Who is protected; names and numbers themselves with --identities alone."""
    queries = Queries(case)
    try:
        rows = queries.protected()
    finally:
        queries.close()
    told = [
        {"person": row.person, "pseudonym": pseudonym(row, say()), "kind": row.kind}
        | ({"value": row.value} if identities else {})
        for row in rows
    ]
    if machine:
        write_json({"protected": told})
        return 0
    for row in rows:
        kind = say()(f"protect.kind_{row.kind}")
        write(f"{pseudonym(row, say())}  {kind}  {row.value if identities else ''}".rstrip())
    write(say()("protect.count", n=len({row.person for row in rows})))
    return 0


@commands.command("key", help=text("protect.key"))
def key_command(
    case: CaseFolder,
    out: Annotated[Path, typer.Argument(metavar="OUT", help=text("protect.out"))],
    passphrase: Annotated[str, typer.Option("--passphrase", help=text("protect.passphrase"))],
    typed: Annotated[str | None, typer.Option("--confirm", help=text("protect.confirm"))] = None,
) -> int:
    """Write the key to the pseudonyms, encrypted."""
    with Case.open(case, actor=examiner()) as opened:
        digest = seal_key_table(opened, out, secret(passphrase) or "", typed=typed, say=say())
    write(say()("protect.sealed", path=out, digest=digest))
    return 0


@application.command("seal", help=text("protect.seal"))
def seal_command(
    case: CaseFolder,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=text("protect.seal_folder"))],
    out: Annotated[Path, typer.Argument(metavar="OUT", help=text("protect.out"))],
    passphrase: Annotated[str, typer.Option("--passphrase", help=text("protect.passphrase"))],
) -> int:
    """Encrypt a report or bundle of the case for hand-over."""
    with Case.open(case, actor=examiner()) as opened:
        digest = seal_report(opened, folder, out, secret(passphrase) or "")
    write(say()("protect.sealed", path=out, digest=digest))
    return 0


def _signs(
    case: Path, names: list[str] | None, numbers: list[str] | None, files: list[str] | None
) -> list[tuple[str, str]]:
    signs = [("name", each) for each in names or ()] + [("number", each) for each in numbers or ()]
    if files:
        queries = Queries(case)
        try:
            signs += [("file", str(entry)) for word in files for entry in queries.named(word)]
        finally:
            queries.close()
    return signs
