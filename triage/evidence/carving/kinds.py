"""The kinds of file that are carved: what they begin with, who walks them, what their names end in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triage.evidence.carving.bmp import bmp_end
from triage.evidence.carving.boxes import boxes_end, media_kind
from triage.evidence.carving.gif import gif_end
from triage.evidence.carving.jpeg import jpeg_end
from triage.evidence.carving.pdf import pdf_end
from triage.evidence.carving.piece import Piece
from triage.evidence.carving.png import png_end
from triage.evidence.carving.riff import riff_end
from triage.evidence.carving.sqlite_pages import sqlite_end
from triage.evidence.carving.zip_file import zip_end

Walk = Callable[[Piece], int | None]


@dataclass(frozen=True, slots=True)
class Format:
    """Magic bytes at an offset from the start of the file, and the walker that says where the file ends."""

    kind: str
    magic: bytes
    walk: Walk
    offset: int = 0


FORMATS: tuple[Format, ...] = (
    Format("jpeg", b"\xff\xd8\xff", jpeg_end),
    Format("png", b"\x89PNG\r\n\x1a\n", png_end),
    Format("gif", b"GIF8", gif_end),
    Format("riff", b"RIFF", riff_end),
    Format("bmp", b"BM", bmp_end),
    Format("media", b"ftyp", boxes_end, 4),
    Format("sqlite", b"SQLite format 3\x00", sqlite_end),
    Format("zip", b"PK\x03\x04", zip_end),
    Format("pdf", b"%PDF-", pdf_end),
)
SUFFIXES = {
    "jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp", "avi": "avi", "wav": "wav", "bmp": "bmp", "mp4": "mp4",
    "mov": "mov", "3gp": "3gp", "m4a": "m4a", "heic": "heic", "avif": "avif", "sqlite": "db", "zip": "zip", "pdf": "pdf",
}  # fmt: skip
_RIFF_KINDS = {b"WEBP": "webp", b"AVI ": "avi", b"WAVE": "wav"}


def kind_of(form: Format, piece: Piece) -> str:
    """The kind under which a file of a format is reported: one of SUFFIXES."""
    if form.kind == "riff":
        return _RIFF_KINDS[piece.at(8, 4)]
    return (media_kind(piece) or "mp4") if form.kind == "media" else form.kind
