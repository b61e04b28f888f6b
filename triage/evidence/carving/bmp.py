"""BMP by its header, whose size, offset and dimensions must agree (Microsoft, BITMAPFILEHEADER and BITMAPINFOHEADER)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from triage.evidence.carving.foreign import refuse_foreign

if TYPE_CHECKING:
    from triage.evidence.carving.piece import Piece

_HEADERS = frozenset({40, 52, 56, 64, 108, 124})
_DEPTHS = frozenset({1, 4, 8, 16, 24, 32})
_UNPACKED = frozenset({0, 3, 6})  # BI_RGB, BI_BITFIELDS, BI_ALPHABITFIELDS
_PADDING = 3


def bmp_end(piece: Piece) -> int | None:
    """Size of the BMP file at the start of a piece; None where there is none. Raises Truncated, Malformed."""
    head = piece.upto(0, 34)
    if len(head) < 34 or head[:2] != b"BM" or head[6:10] != bytes(4):
        return None
    size, _, pixels, header, width, height, planes, depth, packing = struct.unpack_from("<IIIIiiHHI", head, 2)
    if header not in _HEADERS or planes != 1 or depth not in _DEPTHS or packing not in _UNPACKED:
        return None
    colours = pixels - 14 - header
    rows = (width * depth + 31) // 32 * 4 * abs(height)
    if width <= 0 or not height or not 0 <= colours <= 1024 + 4096 or not 0 <= size - pixels - rows <= _PADDING:
        return None
    piece.proven = False
    refuse_foreign(piece, 0, piece.need(size))
    return int(size)
