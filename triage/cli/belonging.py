"""The command that shows everything like one picture or clip."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from triage.cli.base import CaseFolder, Json, application, say, text, write, write_json
from triage.errors import UserError
from triage.queries import Queries


@application.command("like", help=text("belonging.command"))
def like_command(
    case: CaseFolder,
    which: Annotated[str, typer.Argument(metavar="PATH|NUMBER", help=text("belonging.which"))],
    limit: Annotated[int, typer.Option(min=1, help=text("search.limit_option"))] = 200,
    machine: Json = False,
) -> int:
    """Show what belongs with this file: same camera, series, place, likeness, content, cache."""
    queries = Queries(case)
    try:
        entry = int(which) if which.isascii() and which.isdigit() else _entry(queries, which)
        rows = queries.belonging(entry, limit=limit)
    finally:
        queries.close()
    if machine:
        write_json({"entry_id": entry, "rows": [asdict(row) for row in rows]})
        return 0
    speak = say()
    for row in rows:
        write(" · ".join((speak(f"belonging.{row.rule}"), row.exhibit, row.path, row.value)))
    if not rows:
        write(speak("belonging.nothing"))
    return 0


def _entry(queries: Queries, path: str) -> int:
    """The file of this path, or whose path ends so. Raises UserError where there is none, or more than one."""
    found = queries.entries_of_path(path)
    if not found:
        raise UserError(f"{path}: no file of the case has this path")
    if len(found) > 1:
        named = "; ".join(f"{number} {label}: {full}" for number, label, full in found)
        raise UserError(f"{path}: several files end so; name one by its number: {named}")
    return found[0][0]
