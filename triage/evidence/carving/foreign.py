"""Whether another file begins, or other data lies, inside what claims to be one file.

A deleted file that was overwritten in its middle keeps its frame: lengths and end mark are still there. What overwrote it
began on a sector, so each sector in the middle is looked at: a signature of another kind of file there, plain
text in packed data, or zeros where the packing cannot produce them, tell that the file is not whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.errors import Malformed
from triage.evidence.carving.piece import SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.carving.piece import Piece

_JPEG = rb"\xff\xd8\xff(?:\xe0..JFIF\x00|\xe1..Exif\x00\x00|\xdb\x00[\x43\x84]\x00)"
_OTHERS = (
    rb"\x89PNG\r\n\x1a\n|GIF8[79]a..[\x00-\xff]|SQLite format 3\x00|%PDF-[12]\.\d|PK\x03\x04[\x0a\x14\x2d]\x00..[\x00\x08]\x00|"
    rb"RIFF....(?:WEBP|AVI |WAVE)|\x00\x00\x00[\x14-\x40]ftyp[ -~]{4}\x00|\x7fELF[\x01\x02]"
)
_ANY = re.compile(_OTHERS + b"|" + _JPEG, re.DOTALL)
_NO_JPEG = re.compile(_OTHERS, re.DOTALL)
_SUSPECT_FIRST = re.compile(rb"[\x89GSP%R\x7f\xff]")
_ZEROS = bytes(SECTOR)
_PRINTABLE = bytes([9, 10, 13, *range(0x20, 0x7F)])
_TEXT_VARIETY = 8  # fewer different bytes than this can be the pattern of an even area


def refuse_foreign(piece: Piece, start: int, end: int, *, pictures: bool = True) -> None:
    """Raise Malformed where another file begins on a sector between two offsets.

    `pictures`: a JPEG counts as well; False where the format holds whole JPEG files as a matter of course.
    """
    pattern = _ANY if pictures else _NO_JPEG
    first = -(-max(start, 1) // SECTOR) * SECTOR
    for offset, block in piece.blocks(first, end):
        for at in _suspects(block):
            if pattern.match(block, at):
                raise Malformed(f"another file begins at byte {offset + at} of it")


def refuse_unpacked(piece: Piece, start: int, end: int, *, zeros: bool) -> None:
    """Raise Malformed where a whole sector of packed data is text, or zeros (unless `zeros` may occur)."""
    for offset, block in piece.blocks(-(-start // SECTOR) * SECTOR, end):
        for at in range(0, len(block) - SECTOR + 1, SECTOR):
            sector = block[at : at + SECTOR]
            if (sector == _ZEROS and not zeros) or _is_text(sector):
                raise Malformed(f"other data at byte {offset + at} of it")


def _suspects(block: bytes) -> Iterator[int]:
    """Sectors whose first byte, or fifth for the boxes of ISO media, begins one of the signatures."""
    for match in _SUSPECT_FIRST.finditer(block[::SECTOR]):
        yield match.start() * SECTOR
    fifths = block[4::SECTOR]
    at = fifths.find(b"f")
    while at >= 0:
        yield at * SECTOR
        at = fifths.find(b"f", at + 1)


def _is_text(sector: bytes) -> bool:
    return sector[0] < 0x80 and not sector.translate(None, _PRINTABLE) and len(set(sector)) >= _TEXT_VARIETY
