"""GIF by its blocks, after the GIF89a specification (CompuServe, 1990).

The data of a picture is a chain of blocks. Programs fill each but the last to the same size (255 or 254); a chain that
changes its size was overwritten and is refused, because any bytes form some chain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import Malformed
from triage.evidence.carving.foreign import refuse_foreign
from triage.evidence.carving.piece import require

if TYPE_CHECKING:
    from triage.evidence.carving.piece import Piece

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_LABELS = frozenset({0x01, 0xF9, 0xFE, 0xFF})  # plain text, graphic control, comment, application


def gif_end(piece: Piece) -> int | None:
    """Size of the GIF file at the start of a piece; None where there is none. Raises Truncated, Malformed."""
    head = piece.upto(0, 13)
    if len(head) < 13 or head[:6] not in {b"GIF87a", b"GIF89a"} or not (head[6:8] > b"\0\0" and head[8:10] > b"\0\0"):
        return None
    at, images = 13 + _colours(head[10]), 0
    while (kind := piece.at(at, 1)[0]) != _TRAILER:
        if kind == _IMAGE:
            at, images = _image(piece, at), images + 1
        elif kind == _EXTENSION and piece.at(at + 1, 1)[0] in _LABELS:
            at = _blocks(piece, at + 2)
        else:
            raise Malformed(f"no block at byte {at}")
    require(images, "no picture")
    refuse_foreign(piece, 0, at)
    return at + 1


def _colours(packed: int) -> int:
    """Bytes of a colour table."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _image(piece: Piece, at: int) -> int:
    descriptor = piece.at(at, 10)
    require(descriptor[5:7] != b"\0\0" and descriptor[7:9] != b"\0\0", "a picture without an extent")
    at += 10 + _colours(descriptor[9])
    require(1 <= piece.at(at, 1)[0] <= 8, "an impossible code size")
    end = _blocks(piece, at + 1, even=True)
    require(end > at + 2, "a picture without data")
    return end


def _blocks(piece: Piece, at: int, *, even: bool = False) -> int:
    """Behind a chain of data blocks and the empty one that ends it; with `even`, all but the last of one size."""
    first = last = piece.at(at, 1)[0]
    while size := piece.at(at, 1)[0]:
        require(not even or (last == first and size <= first), f"the chain of blocks breaks at byte {at}")
        at, last = at + 1 + size, size
    return at + 1
