"""`triage tag`, `triage note`: what a person says of files; taken back or corrected by a new entry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage import settings, statements
from triage.case import Case
from triage.cli.base import CaseFolder, Json, application, examiner, say, text, write, write_json
from triage.cli.reports import Select
from triage.errors import UserError
from triage.hashing.schemes import scheme
from triage.queries import Queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.queries.marks import MarkedRow, TagRow

tag_commands = typer.Typer(no_args_is_help=True, help=text("marks.tag"))
note_commands = typer.Typer(no_args_is_help=True, help=text("marks.note"))
application.add_typer(tag_commands, name="tag")
application.add_typer(note_commands, name="note")

TagName = Annotated[str, typer.Argument(metavar="TAG", help=text("marks.name"))]
Files = Annotated[list[str] | None, typer.Argument(metavar="FILE...", help=text("marks.files"))]
File = Annotated[str, typer.Argument(metavar="FILE", help=text("marks.file"))]
Hits = Annotated[bool, typer.Option("--hits", help=text("marks.hits"))]
OfList = Annotated[str | None, typer.Option("--list", help=text("marks.of_list"))]
SchemeId = Annotated[str, typer.Option("--scheme", help=text("marks.scheme"))]


@tag_commands.command("add", help=text("marks.tag_add"))
def tag_command(
    case: CaseFolder, name: TagName, files: Files = None, hits: Hits = False, of_list: OfList = None
) -> int:
    """Give a tag to files."""
    entries = _entries(case, files, hits=hits, of_list=of_list)
    with Case.open(case, actor=examiner()) as opened:
        statements.tag(opened, entries, name)
    write(say()("marks.tagged", n=len(entries), name=name))
    return 0


@tag_commands.command("remove", help=text("marks.tag_remove"))
def untag_command(
    case: CaseFolder, name: TagName, files: Files = None, hits: Hits = False, of_list: OfList = None
) -> int:
    """Take a tag back from files that have it."""
    entries = _having(case, _entries(case, files, hits=hits, of_list=of_list), name=name)
    with Case.open(case, actor=examiner()) as opened:
        statements.untag(opened, entries, name)
    write(say()("marks.untagged", n=len(entries), name=name))
    return 0


@tag_commands.command("grade", help=text("marks.grade"))
def grade_command(
    case: CaseFolder,
    code: Annotated[str, typer.Argument(metavar="CODE", help=text("marks.code"))],
    scheme_id: SchemeId,
    files: Files = None,
    hits: Hits = False,
    of_list: OfList = None,
) -> int:
    """Give a grade of a scheme to files, in the place of an earlier one of that scheme."""
    chosen = scheme(scheme_id, settings.home())
    known = chosen.code(code)
    if known is None:
        raise UserError(say()("marks.no_code", code=code, scheme=chosen.id, codes=", ".join(chosen.labels)))
    entries = _entries(case, files, hits=hits, of_list=of_list)
    with Case.open(case, actor=examiner()) as opened:
        statements.grade(opened, entries, scheme=chosen.id, code=known, label=chosen.labels.get(known, known))
    write(say()("marks.graded", n=len(entries), code=known, label=chosen.labels.get(known, known)))
    return 0


@tag_commands.command("ungrade", help=text("marks.ungrade"))
def ungrade_command(
    case: CaseFolder,
    scheme_id: SchemeId,
    files: Files = None,
    hits: Hits = False,
    of_list: OfList = None,
) -> int:
    """Take a grade of a scheme back from files that have one."""
    entries = _having(case, _entries(case, files, hits=hits, of_list=of_list), scheme_id=scheme_id)
    with Case.open(case, actor=examiner()) as opened:
        statements.ungrade(opened, entries, scheme=scheme_id)
    write(say()("marks.untagged", n=len(entries), name=scheme_id))
    return 0


@tag_commands.command("show", help=text("marks.show"))
def show_command(
    case: CaseFolder,
    select: Annotated[Select, typer.Option(help=text("marks.select"))] = Select.TAGGED,
    exhibit: Annotated[str | None, typer.Option(help=text("marks.exhibit"))] = None,
    history: Annotated[bool, typer.Option("--history", help=text("facts.history"))] = False,
    machine: Json = False,
) -> int:
    """The files of a selection with their tags, grades and notes; with --history every act."""
    queries = Queries(case, exhibit=exhibit)
    try:
        rows = list(queries.marked(queries.chosen_ids(select.value)))
        acts = queries.tags() if history else []
    finally:
        queries.close()
    if machine:
        write_json({"files": rows, "history": acts})
        return 0
    for row in rows:
        _write_row(row)
    write(say()("marks.count", n=len(rows)))
    for act in acts:
        write(f"  {act.at}  {act.actor}  {act.path}: {_tag_text(act)}  ({say()('state.' + act.state)})")
    return 0


@note_commands.command("add", help=text("marks.note_add"))
def note_command(
    case: CaseFolder,
    file: File,
    body: Annotated[str, typer.Argument(metavar="TEXT", help=text("marks.body"))],
    correct: Annotated[int | None, typer.Option(help=text("marks.note_correct"))] = None,
) -> int:
    """Keep a note about one file."""
    (entry,) = _one(case, file)
    with Case.open(case, actor=examiner()) as opened:
        number = statements.note(opened, entry, body, corrects=correct)
    write(say()("marks.noted", number=number))
    return 0


@note_commands.command("remove", help=text("marks.note_remove"))
def unnote_command(
    case: CaseFolder, number: Annotated[int, typer.Argument(metavar="NUMBER", help=text("marks.note_number"))]
) -> int:
    """Take a note back; it stays in the history."""
    queries = Queries(case)
    try:
        entry = next((note.entry_id for note in queries.notes() if note.number == number), 0)
    finally:
        queries.close()
    with Case.open(case, actor=examiner()) as opened:
        statements.withdraw_note(opened, entry, number)
    write(say()("facts.withdrawn", number=number))
    return 0


@note_commands.command("show", help=text("marks.note_show"))
def notes_command(
    case: CaseFolder,
    file: Annotated[str | None, typer.Argument(metavar="FILE", help=text("marks.file"))] = None,
    machine: Json = False,
) -> int:
    """Notes about one file or all, with those that were corrected or taken back."""
    queries = Queries(case)
    try:
        notes = queries.notes(queries.named(file) if file else None)
    finally:
        queries.close()
    if machine:
        write_json({"notes": notes})
        return 0
    for note in notes:
        state = say()(f"state.{note.state}")
        write(f"{note.number}  {note.at}  {note.actor}  {note.path}: {note.body or '-'}  ({state})")
    return 0


def _entries(case: Path, files: Sequence[str] | None, *, hits: bool, of_list: str | None) -> list[int]:
    """The files that were named, and those that matched. Raises UserError where there is none."""
    queries = Queries(case)
    try:
        found = {entry: None for word in files or () for entry in queries.named(word)}
        if hits or of_list:
            found.update(dict.fromkeys(queries.hit_by(of_list)))
    finally:
        queries.close()
    if not found:
        raise UserError(say()("marks.no_files"))
    return list(found)


def _having(case: Path, entries: list[int], *, name: str | None = None, scheme_id: str | None = None) -> list[int]:
    queries = Queries(case)
    try:
        rows = list(queries.marked(entries))
    finally:
        queries.close()
    wanted = [row.entry_id for row in rows if any(_is(each, name, scheme_id) for each in row.tags)]
    if not wanted:
        raise UserError(say()("marks.not_tagged"))
    return wanted


def _is(tag: TagRow, name: str | None, scheme_id: str | None) -> bool:
    return tag.scheme == scheme_id if scheme_id else tag.scheme is None and tag.name == name


def _one(case: Path, file: str) -> list[int]:
    queries = Queries(case)
    try:
        found = queries.named(file)
    finally:
        queries.close()
    if len(found) > 1:
        raise UserError(say()("marks.several", file=file, ids=", ".join(map(str, found[:20]))))
    return found


def _write_row(row: MarkedRow) -> None:
    marks = [_tag_text(each) for each in row.tags] + [say()("marks.matched", list=name) for name in row.lists]
    write(f"{row.entry_id:>8}  {row.exhibit}  {row.path}  {'; '.join(marks)}")
    for note in row.notes:
        write(f"          {note.body}")


def _tag_text(tag: TagRow) -> str:
    return f"{tag.scheme} {tag.code or '-'}: {tag.name}" if tag.scheme else tag.name
