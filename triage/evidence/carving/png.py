"""PNG by its chunks, each with its CRC-32 checked, after the PNG specification (W3C), section 5."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from triage.evidence.carving.piece import require

if TYPE_CHECKING:
    from triage.evidence.carving.piece import Piece

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TYPE = re.compile(rb"[A-Za-z]{4}\Z")


def png_end(piece: Piece) -> int | None:
    """Size of the PNG file at the start of a piece; None where there is none. Raises Truncated, Malformed."""
    if piece.upto(0, 16) != _SIGNATURE + b"\0\0\0\x0dIHDR":
        return None
    at, seen = 8, set()
    while b"IEND" not in seen:
        size, kind = piece.number(at, 4), piece.at(at + 4, 4)
        require(_TYPE.match(kind) and size < 1 << 31, f"no chunk at byte {at}")
        end = piece.need(at + 12 + size)
        require(_checksum(piece, at + 4, end - 4) == piece.number(end - 4, 4), f"the chunk at byte {at} fails its CRC")
        seen.add(kind)
        at = end
    require(b"IDAT" in seen, "no picture data")
    return at


def _checksum(piece: Piece, start: int, end: int) -> int:
    running = 0
    for _, block in piece.blocks(start, end):
        running = zlib.crc32(block, running)
    return running
