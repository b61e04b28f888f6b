"""Indonesian forms, filled in as far as the case knows: documents that an officer edits, prints and signs. Templates, never official ones.

A form is a TOML file of `reports/forms` (an agency's own of the same name in `<home>/reports/forms` takes its place): a title and blocks
in order. A block has `text` (a paragraph), `heading`, `facts` (label and value), `sign` (roles), or `rows` with `columns`, one row for each
exhibit, source, hand-over, photograph, extractor or match. A value names what it wants in braces: `{case.number}`, `{row.label}`; what is
not known becomes dots to write on.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from triage import settings
from triage.assets import report_asset
from triage.errors import UserError
from triage.report.forms.docx import Block, Paragraph, Table, document
from triage.report.forms.known import Known
from triage.report.shown import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from triage.report.model import Report

FOLDERS = {"id": "formulir", "en": "forms"}
DOTS = "…" * 14
SIGN_LINES = "\n\n\n\n"
_WANTED = re.compile(r"\{([a-z0-9_.]+)\}")


def write_forms(report: Report, folder: Path) -> None:
    """Write every form into a folder of its own. Raises OSError, CaseError, UserError."""
    target = folder / FOLDERS[report.frame.language]
    target.mkdir()
    known = Known(report)
    for name, path in forms().items():
        form = _read(path)
        below = f"Sigap · {known.say('paper.form_head', number=report.frame.head[0], digest=report.frame.head[1])}"
        made = document(
            _blocks(form, known, path), title=form["title"], above=known.say("paper.form_note"), below=below
        )
        (target / f"{name}.docx").write_bytes(made)


def forms() -> dict[str, Path]:
    """The forms by name: those shipped, and in their place the agency's own."""
    folders = (report_asset("forms"), settings.home() / "reports" / "forms")
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}


def _read(path: Path) -> dict[str, Any]:
    try:
        form = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read as a form ({error})") from error
    if not isinstance(form.get("title"), str) or not isinstance(form.get("block"), list):
        raise UserError(f"{path}: a form needs a title and blocks")
    return form


def _blocks(form: dict[str, Any], known: Known, path: Path) -> list[Block]:
    made: list[Block] = [Paragraph(_filled(form["title"], known.values), "Title", centred=True)]
    if subtitle := form.get("subtitle"):
        made.append(Paragraph(_filled(subtitle, known.values), centred=True))
    for block in form["block"]:
        try:
            made += _block(block, known)
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"{path}: a block cannot be read ({error}); docs/report.md says what one holds") from error
    return made


def _block(block: dict[str, Any], known: Known) -> list[Block]:
    values = known.values
    if "heading" in block:
        return [Paragraph(_filled(block["heading"], values), "Heading1")]
    if "facts" in block:
        facts: tuple[tuple[str, ...], ...] = tuple(
            (str(name), _filled(value, values)) for name, value in block["facts"]
        )
        return [Table(facts, (32, 68), lines=False)]
    if "sign" in block:
        cells = tuple(
            f"{_filled(role, values)}{SIGN_LINES}{DOTS}\n{known.say('paper.form_rank')}" for role in block["sign"]
        )
        return [Table((cells,), (100 // len(cells),) * len(cells), lines=False)]
    if "rows" in block:
        heads = tuple(str(head) for head, _, _ in block["columns"])
        widths = tuple(int(width) for _, _, width in block["columns"])
        wanted = [str(value) for _, value, _ in block["columns"]]
        found = known.rows(str(block["rows"])) or [{}]
        rows = tuple(tuple(_filled(value, {**values, **row}) for value in wanted) for row in found)
        return [Table((heads, *rows), widths, head=True)]
    return [Paragraph(_filled(block["text"], values))]


def _filled(text: str, values: Mapping[str, str]) -> str:
    """What is known in place of the braces, dots where nothing is."""
    return visible(_WANTED.sub(lambda match: values.get(match[1]) or DOTS, text), keep="\n")
