"""`triage keywords`: lists of words and patterns of a case, and how often each stands in it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from triage import statements
from triage.case import Case
from triage.cli.base import application, complain, examiner, say, text, write, write_json
from triage.queries import Queries

commands = typer.Typer(no_args_is_help=True, help=text("keywords.group"))
application.add_typer(commands, name="keywords")

CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help=text("cli.case_there"))]
Name = Annotated[str, typer.Argument(metavar="NAME", help=text("keywords.name"))]
Json = Annotated[bool, typer.Option("--json", help=text("cli.json"))]


@commands.command("import", help=text("keywords.import"))
def import_command(
    case: CaseFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=text("keywords.file"))],
    name: Annotated[str, typer.Option(help=text("keywords.as_name"))] = "",
) -> int:
    """Keep the words of a file in the case."""
    with Case.open(case, actor=examiner()) as opened:
        receipt = statements.add_keywords(opened, file, name=name)
    speak = say()
    write(
        speak("keywords.taken", name=receipt.name, n=receipt.taken, refused=len(receipt.refused), digest=receipt.sha256)
    )
    for refused in receipt.refused:
        complain(
            speak("keywords.refused", line=refused.line, text=refused.text, reason=speak(f"keywords.{refused.reason}"))
        )
    return 0


@commands.command("show", help=text("keywords.show"))
def show_command(case: CaseFolder, machine: Json = False) -> int:
    """The lists of the case."""
    queries = Queries(case)
    try:
        lists = queries.keyword_lists()
    finally:
        queries.close()
    if machine:
        write_json([asdict(each) for each in lists])
    else:
        for each in lists:
            write(say()("keywords.line", name=each.name, n=len(each.words), at=each.at, actor=each.actor))
    return 0


@commands.command("run", help=text("keywords.run"))
def run_command(
    case: CaseFolder,
    name: Name,
    exhibit: Annotated[str | None, typer.Option(help=text("search.exhibit_option"))] = None,
    machine: Json = False,
) -> int:
    """How often each word of a list stands in the case."""
    queries = Queries(case)
    try:
        hits = list(queries.keyword_hits(queries.keyword_list(name).words, exhibit=exhibit))
        waiting = queries.unsearchable()
    finally:
        queries.close()
    speak = say()
    if machine:
        write_json({"words": [{**asdict(each), "rows": each.rows} for each in hits], "not_searchable_yet": waiting})
    else:
        for each in sorted(hits, key=lambda each: -each.rows):
            kinds = ", ".join(f"{speak('found.' + kind)} {count}" for kind, count in each.kinds.items())
            write(f"{each.rows:>8}  {each.word}" + (f"  ({kinds})" if kinds else ""))
    if waiting:
        complain(speak("search.waiting", n=waiting))
    return 0


@commands.command("remove", help=text("keywords.remove"))
def remove_command(case: CaseFolder, name: Name) -> int:
    """Take a list back; the case keeps that it was there."""
    queries = Queries(case)
    try:
        number = queries.keyword_list(name).number
    finally:
        queries.close()
    with Case.open(case, actor=examiner()) as opened:
        statements.withdraw_keywords(opened, number)
    write(say()("keywords.removed", name=name))
    return 0
