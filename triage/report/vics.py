"""Graded and tagged media for programs of the field: VICS 2.0 JSON, a file for each category scheme that was graded by.

Digests, sizes, paths and grades; never a picture. The writer is that of hash lists (docs/lists.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage import settings
from triage.errors import UserError
from triage.hashing.details import Detail
from triage.hashing.export import Medium, export_media
from triage.hashing.schemes import scheme
from triage.queries.graded import Graded
from triage.report.masking import masking
from triage.text import Say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from triage.queries.graded import GradedRow
    from triage.report.sections import Frame

FOLDER = "vics"


def write_vics(frame: Frame, folder: Path) -> None:
    """Write the files into `vics/`; without grades, one of what was tagged. Raises OSError, CaseError."""
    graded = Graded(frame.queries.folder, exhibit=frame.wish.exhibit)
    try:
        rows = graded.graded()
    finally:
        graded.close()
    mask = masking(frame.queries, Say(frame.language), shown=frame.wish.identities)
    (folder / FOLDER).mkdir()
    schemes: list[str | None] = [*sorted({name for row in rows for name in row.grades})]
    for name in schemes or [None]:
        chosen = [row for row in rows if name is None or name in row.grades]
        path = folder / FOLDER / f"{name or 'tagged'}.json"
        try:
            export_media(_media(chosen, name, mask), path, form="vics", scheme=name)
        except UserError as error:
            raise OSError(str(error)) from error


def _media(rows: Sequence[GradedRow], name: str | None, mask: Callable[[str], str]) -> Iterator[Medium]:
    labels = _labels(name)
    for row in rows:
        code = row.grades.get(name) if name else None
        yield Medium(
            values={each: bytes.fromhex(getattr(row, each)) for each in ("sha256", "sha1", "md5")},
            detail=Detail(category=code, tags=tuple(mask(tag) for tag in row.tags)),
            size=row.size,
            label=labels.get(code) if code is not None else None,
            path=mask(row.path),
        )


def _labels(name: str | None) -> Mapping[str, str]:
    """What the codes of a scheme mean; nothing where this computer does not have the scheme."""
    try:
        return scheme(name, settings.home()).labels if name else {}
    except UserError:
        return {}
