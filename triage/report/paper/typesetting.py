"""The door to typst: a template and its data become an archival PDF (PDF/A-2a: tagged, fonts inside, no outside reference).

Data reach a template as a JSON file and nowhere else, so that no text of the evidence is ever read as markup. A template sees the
files of its own folder alone; fonts of the system are not used, so that equal data give equal bytes on every computer.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typst

from triage import settings
from triage.assets import report_asset
from triage.errors import CaseError, UserError
from triage.report.paper.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STANDARD: Final = "a-2a"
_PACKAGE = re.compile(r"[\"']@[a-z]+/")  # typst would fetch such a package from the network


def typeset(
    template: str, data: Mapping[str, object], pictures: Callable[[Path], None] | None = None, *, at: int
) -> bytes:
    """The PDF that a template of `reports/paper` makes of the data. `at` is its date, seconds since 1970 UTC.

    `pictures` may write files into the folder beforehand. Raises UserError where a template of the agency's own is wrong, CaseError
    where the disk is full, OSError.
    """
    made = _compiled(template, data, pictures, at, {"pdf_standards": STANDARD})
    if not isinstance(made, bytes):
        raise CaseError(f"the template {template} gave no document")
    return made


def drawn(
    template: str, data: Mapping[str, object], pictures: Callable[[Path], None] | None = None, *, at: int, dots: float
) -> list[bytes]:
    """The pages as PNG pictures. Raises as `typeset` does."""
    made = _compiled(template, data, pictures, at, {"format": "png", "ppi": dots})
    return [made] if isinstance(made, bytes) else [page for page in made or [] if isinstance(page, bytes)]


def _compiled(
    template: str, data: Mapping[str, object], pictures: Callable[[Path], None] | None, at: int, form: Mapping[str, Any]
) -> bytes | list[bytes] | None:
    with tempfile.TemporaryDirectory(prefix="sigap-paper-") as place:
        folder = Path(place)
        for name, path in templates().items():
            shutil.copyfile(path, folder / name)
        if pictures:
            pictures(folder)
        with (folder / "data.json").open("w", encoding="utf-8") as stream:
            json.dump(printable(data), stream, ensure_ascii=False)
        try:
            made: bytes | list[bytes] | None = typst.compile(
                str(folder / template),
                root=str(folder),
                ignore_system_fonts=True,
                timestamp=at,
                package_path=str(folder / "none"),
                package_cache_path=str(folder / "none"),
                **form,
            )
        except (typst.TypstError, RuntimeError) as error:
            raise UserError(f"the template {template} cannot be set: {str(error)[:400]}") from error
    return made


def templates() -> dict[str, Path]:
    """The templates by name: those shipped, and in their place the agency's own from `<home>/reports/paper`. Raises UserError."""
    own = settings.home() / "reports" / "paper"
    found = {path.name: path for folder in (report_asset("paper"), own) for path in sorted(folder.glob("*.typ"))}
    for path in found.values():
        if _PACKAGE.search(path.read_text(encoding="utf-8", errors="replace")):
            raise UserError(f"{path}: a template may not use packages; Sigap opens no connections")
    return found
