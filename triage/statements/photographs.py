"""Photographs of an exhibit, copied into the case under names of their own, byte for byte, with their digest."""

from __future__ import annotations

import hashlib
import io
import os
from typing import TYPE_CHECKING

from triage.casefolder import PHOTOGRAPHS, translated
from triage.errors import EvidenceError, UserError
from triage.formats.picture import decode
from triage.settings import Limits
from triage.statements.exhibits import number_of
from triage.statements.names import line, moment

if TYPE_CHECKING:
    from pathlib import Path

    from triage.case import Case

LARGEST = 64 << 20  # bytes of a photograph
ENDINGS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))


def add_photograph(
    case: Case, label: str, path: Path, *, caption: str | None = None, taken_at: str | None = None
) -> int:
    """Copy a JPEG or PNG into the case. Returns its number. Raises UserError, CaseError."""
    exhibit, content = number_of(case, label), _content(path)
    digest = hashlib.sha256(content).hexdigest()
    name = f"{PHOTOGRAPHS}/{digest[:32]}.{_ending(path, content)}"
    told = (line("caption", caption, several=True) if caption else None, moment(taken_at) if taken_at else None)
    row = (exhibit, None, 0, name, digest, len(content), line("name", path.name), *told)
    _copy(case.folder, name, content)
    return case.append("photograph", label, {"photograph": [row]}, {"file": name, "sha256": digest})[0]


def withdraw_photograph(case: Case, label: str, number: int) -> None:
    """Take a photograph back by a new row; file and earlier row stay. Raises UserError."""
    exhibit = number_of(case, label)
    if not case.stands("photograph", number, "exhibit_id", exhibit):
        raise UserError(f"photograph {number} of this exhibit does not stand: it is not there, or was withdrawn")
    case.append("photograph", label, {"photograph": [(exhibit, number, 1, *(None,) * 6)]}, {"withdraws": number})


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(f"{path}: larger than the {LARGEST >> 20} MiB that a photograph can have")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: the photograph cannot be read ({error.strerror or error})") from error


def _ending(path: Path, content: bytes) -> str:
    """`jpg` or `png`, by content; a picture that cannot be shown is refused while it can still be taken again."""
    ending = next((ending for start, ending in ENDINGS if content.startswith(start)), None)
    if ending is None:
        raise UserError(f"{path}: a photograph of an exhibit must be a JPEG or PNG file; save it as one of these")
    try:
        decode(io.BytesIO(content), most_pixels=Limits().picture_pixels)
    except EvidenceError as error:
        raise UserError(f"{path}: the picture cannot be shown ({error})") from error
    return ending


def _copy(folder: Path, name: str, content: bytes) -> None:
    """The file is whole before it has its name; the same picture twice is one file. Raises CaseError."""
    target = folder / name
    draft = target.with_suffix(".draft")
    with translated(folder):
        try:
            with draft.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
