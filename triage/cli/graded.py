"""`triage list export-case`: the files of a case that a person has graded, for other programs. A grade is a tag."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage import settings
from triage.case import Case
from triage.casefolder import file_sha256
from triage.cli.base import CaseFolder, examiner, say, text, write
from triage.cli.lists import Form, commands
from triage.errors import UserError
from triage.hashing.details import Detail
from triage.hashing.export import Medium, export_media
from triage.hashing.schemes import scheme
from triage.queries.graded import Graded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.hashing.schemes import Scheme
    from triage.queries.graded import GradedRow


@commands.command("export-case", help=text("cli.list_export_case"))
def export_case_command(
    case: CaseFolder,
    out: Annotated[Path, typer.Argument(metavar="OUT", help=text("cli.list_out"))],
    form: Annotated[Form, typer.Option("--format", help=text("cli.list_form"))] = Form.VICS,
    scheme_id: Annotated[str | None, typer.Option("--scheme", help=text("cli.list_grade_scheme"))] = None,
) -> int:
    """Write every tagged file; tags that are codes or labels of the scheme become categories."""
    chosen = scheme(scheme_id, settings.home()) if scheme_id else None
    queries = Graded(case)
    try:
        rows = queries.graded()
    finally:
        queries.close()
    if not rows:
        raise UserError(say()("cli.list_nothing_graded", case=case))
    told = {"out": str(out.absolute()), "form": form.value, "scheme": scheme_id, "files": len(rows)}
    with Case.open(case, actor=examiner()) as opened:
        opened.custody.append("graded.export.start", opened.folder.name, told)
        try:
            done = export_media(_media(rows, chosen), out, form=form.value, scheme=chosen.id if chosen else None)
        except UserError as error:
            opened.custody.append("graded.export.failed", opened.folder.name, {"reason": str(error)})
            raise
        written = {"written": done.written, "left_out": done.left_out, "sha256": file_sha256(out)}
        opened.custody.append("graded.export.end", opened.folder.name, written)
    write(say()("cli.list_exported", written=done.written, left_out=done.left_out, path=out))
    return 0


def _media(rows: Sequence[GradedRow], chosen: Scheme | None) -> Iterator[Medium]:
    for row in rows:
        codes = {tag: code for tag in row.tags if (code := chosen.code(tag) if chosen else None) is not None}
        if len(set(codes.values())) > 1:
            raise UserError(say()("cli.list_two_grades", path=row.path, tags=", ".join(codes)))
        code = (row.grades.get(chosen.id) if chosen else None) or next(iter(codes.values()), None)
        yield Medium(
            values={name: bytes.fromhex(getattr(row, name)) for name in ("sha256", "sha1", "md5")},
            detail=Detail(category=code, tags=tuple(tag for tag in row.tags if tag not in codes)),
            size=row.size,
            label=chosen.labels.get(code) if chosen and code is not None else None,
            path=row.path,
        )
