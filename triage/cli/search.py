"""The command that searches a case."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.base import CaseFolder, Json, application, complain, say, text, write, write_json
from triage.queries import Queries, SearchWish

if TYPE_CHECKING:
    from triage.queries import Found


@application.command("search", help=text("search.command"))
def search_command(
    case: CaseFolder,
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help=text("search.words"))],
    kinds: Annotated[list[str] | None, typer.Option("--kind", help=text("search.kind_option"))] = None,
    app: Annotated[str | None, typer.Option(help=text("search.app_option"))] = None,
    person: Annotated[str | None, typer.Option(help=text("search.person_option"))] = None,
    since: Annotated[str | None, typer.Option(help=text("search.since_option"))] = None,
    until: Annotated[str | None, typer.Option(help=text("search.until_option"))] = None,
    exhibit: Annotated[str | None, typer.Option(help=text("search.exhibit_option"))] = None,
    limit: Annotated[int, typer.Option(min=1, help=text("search.limit_option"))] = 50,
    offset: Annotated[int, typer.Option(min=0, help=text("search.offset_option"))] = 0,
    machine: Json = False,
) -> int:
    """Show where these words stand in the case."""
    wish = SearchWish(" ".join(words), tuple(kinds or ()), app, person, since, until, exhibit)
    queries = Queries(case)
    try:
        counts, rows = queries.found_counts(wish), queries.found(wish, limit=limit, offset=offset)
        waiting = queries.unsearchable()
    finally:
        queries.close()
    if machine:
        write_json({"counts": counts, "rows": [asdict(row) for row in rows], "not_searchable_yet": waiting})
    else:
        _tell(counts, rows, offset)
    if waiting:
        complain(say()("search.waiting", n=waiting))
    return 0


def _tell(counts: dict[str, int], rows: list[Found], offset: int) -> None:
    speak = say()
    if not counts:
        write(speak("search.nothing"))
        return
    write(", ".join(f"{speak('found.' + name)} {count}" for name, count in counts.items()))
    for row in rows:
        parts = [speak("found." + row.kind), row.at, row.app, row.who, row.path, row.where]
        write(" · ".join(part for part in parts if part))
        write(f"    {_one_line(row)}")
    total = sum(counts.values())
    if offset + len(rows) < total:
        write(speak("search.more", shown=offset + len(rows), total=total))


def _one_line(row: Found) -> str:
    """The text with what was found between brackets, on one line."""
    text, at = "", 0
    for begin, end in row.marks:
        if begin >= at:
            text += f"{row.text[at:begin]}[{row.text[begin:end]}]"
            at = end
    return " ".join((text + row.text[at:]).split())
