"""RIFF files by their size and chunks: WebP (RFC 9649), AVI and WAVE (Microsoft's RIFF, 1991)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.evidence.carving.foreign import refuse_foreign, refuse_unpacked
from triage.evidence.carving.piece import require

if TYPE_CHECKING:
    from triage.evidence.carving.piece import Piece

_FIRST = {b"WEBP": (b"VP8 ", b"VP8L", b"VP8X"), b"AVI ": (b"LIST",), b"WAVE": (b"fmt ", b"JUNK", b"bext", b"ds64")}
_DATA = {b"WEBP": (b"VP8 ", b"VP8L", b"ANMF"), b"AVI ": (b"LIST",), b"WAVE": (b"data",)}
_TYPE = re.compile(rb"[ -~]{4}\Z")


def riff_end(piece: Piece) -> int | None:
    """Size of the RIFF file at the start of a piece; None where there is none. Raises Truncated, Malformed."""
    head = piece.upto(0, 16)
    form = head[8:12]
    if head[:4] != b"RIFF" or form not in _FIRST or head[12:16] not in _FIRST[form]:
        return None
    piece.proven = False
    end = _checked(piece, 0, form)
    while form == b"AVI " and piece.upto(end, 4) == b"RIFF" and piece.upto(end + 8, 4) == b"AVIX":
        end = _checked(piece, end, b"AVIX")
    refuse_foreign(piece, 0, end, pictures=form == b"WEBP")
    return end


def _checked(piece: Piece, start: int, form: bytes) -> int:
    """Behind one RIFF chunk whose inner chunks fill it exactly."""
    end = piece.need(start + 8 + piece.number(start + 4, 4, big=False))
    at, seen = start + 12, set()
    while at < end:
        kind, size = piece.at(at, 4), piece.number(at + 4, 4, big=False)
        require(_TYPE.match(kind) and at + 8 + size <= end, f"no chunk at byte {at}")
        if form == b"WEBP":
            _frame(piece, kind, at + 8, size)
        seen.add(kind)
        at += 8 + size + size % 2
    require(seen.intersection(_DATA.get(form, (b"LIST",))), "no chunk with the content")
    return end


def _frame(piece: Piece, kind: bytes, at: int, size: int) -> None:
    """The start code of a still picture (RFC 6386 section 9.1, RFC 9649 section 3.4) and the sectors of its data."""
    if kind == b"VP8 ":
        require(piece.at(at + 3, 3) == b"\x9d\x01\x2a", "the frame has no start code")
    if kind == b"VP8L":
        require(piece.at(at, 1) == b"\x2f", "the frame has no signature")
    if kind in {b"VP8 ", b"VP8L"}:
        refuse_unpacked(piece, at, at + size, zeros=False)
