"""ISO base media (MP4, MOV, 3GP, M4A, HEIC, AVIF) by its boxes, after ISO/IEC 14496-12 section 4.2 and Apple's QuickTime.

The file goes from `ftyp` to where no box follows that belongs at the top. It must have what makes it playable: an index
(`moov`, or `meta` for pictures) and data, or the `mini` box (ISO/IEC 23008-12) that is both. The index must tile without a gap and its chunk offsets must lie in the data.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.errors import Malformed
from triage.evidence.carving.foreign import refuse_foreign
from triage.evidence.carving.piece import require

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.carving.piece import Piece

_BRAND = re.compile(rb"[A-Za-z0-9][ -~]{3}\Z")
_TYPE = re.compile(rb"[ -~\xa9]{4}\Z")
_TOP = frozenset(
    b"ftyp moov mdat free skip wide uuid meta moof mfra sidx ssix styp pdin udta prft emsg pnot sefd mpvd mini".split()
)
_NESTED = frozenset(b"trak mdia minf stbl edts dinf mvex traf moof".split())
_DEEPEST = 8
_INDEX_BYTES = 64 << 20
_SUFFIX_OF_BRAND = (
    (b"hei", "heic"), (b"hev", "heic"), (b"mif1", "heic"), (b"msf1", "heic"), (b"avi", "avif"), (b"qt  ", "mov"),
    (b"3g", "3gp"), (b"M4A", "m4a"),
)  # fmt: skip


def boxes_end(piece: Piece) -> int | None:
    """Size of the ISO media file at the start of a piece; None where there is none. Raises Truncated, Malformed."""
    if media_kind(piece) is None:
        return None
    piece.proven = False
    found: list[tuple[bytes, int, int]] = []
    end = 0
    for kind, body, after in _top_boxes(piece):
        found.append((kind, body, after))
        end = after
    data = [(body, after) for kind, body, after in found if kind == b"mdat"]
    for kind, body, after in found:
        _check_index(piece, kind, body, after, data)
    motion_jpeg = any(_names_jpeg(piece, body, after) for kind, body, after in found if kind in {b"moov", b"meta"})
    for body, after in data:
        refuse_foreign(piece, body, after, pictures=not motion_jpeg)
    _complete({kind for kind, _, _ in found}, piece, found)
    return end


def media_kind(piece: Piece) -> str | None:
    """mp4, mov, 3gp, m4a, heic or avif after the major brand; None where there is no `ftyp`."""
    head = piece.upto(0, 12)
    size = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 12 <= size <= 512 or size % 4 or not _BRAND.match(head[8:12]):
        return None
    return next((suffix for brand, suffix in _SUFFIX_OF_BRAND if head[8:].startswith(brand)), "mp4")


def _top_boxes(piece: Piece) -> Iterator[tuple[bytes, int, int]]:
    at = 0
    while (kind := piece.upto(at + 4, 4)) in _TOP and (kind != b"ftyp" or at == 0):
        body, end = _extent(piece, at)
        yield kind, body, piece.need(end)
        at = end


def _extent(piece: Piece, at: int) -> tuple[int, int]:
    """Where the body of a box begins and where the box ends; 64-bit sizes included."""
    size, head = piece.number(at, 4), 8
    if size == 1:
        size, head = piece.number(at + 8, 8), 16
    require(size >= head, f"the box at byte {at} has no size of its own")
    return at + head, at + size


def _check_index(piece: Piece, kind: bytes, body: int, end: int, data: list[tuple[int, int]]) -> None:
    if kind in {b"moov", b"moof"}:
        require(end - body <= _INDEX_BYTES, "an index of impossible size")
        kinds = _tiles(piece, body, end, data, 0)
        require(kinds[:1] in ([b"mvhd"], [b"mfhd"]) or b"mvhd" in kinds or b"cmov" in kinds, "an index without header")
    elif kind == b"meta":
        _tiles(piece, body + 4, end, data, _DEEPEST)


def _names_jpeg(piece: Piece, body: int, end: int) -> bool:
    """Whether an index names a codec whose samples are JPEG files."""
    index = piece.at(body, min(end - body, _INDEX_BYTES))
    return any(name in index for name in (b"jpeg", b"mjpa", b"mjpb", b"mjpg", b"MJPG"))


def _tiles(piece: Piece, at: int, end: int, data: list[tuple[int, int]], depth: int) -> list[bytes]:
    """The types of the boxes that fill a stretch exactly; QuickTime may end one with four zeros."""
    kinds: list[bytes] = []
    while at < end and not (end - at == 4 and piece.at(at, 4) == bytes(4)):
        kind, (body, after) = piece.at(at + 4, 4), _extent(piece, at)
        require(_TYPE.match(kind) and after <= end, f"no box at byte {at}")
        if kind in _NESTED and depth < _DEEPEST:
            _tiles(piece, body, after, data, depth + 1)
        elif kind in {b"stco", b"co64"}:
            _chunks(piece, kind, body, after, data)
        kinds.append(kind)
        at = after
    return kinds


def _chunks(piece: Piece, kind: bytes, body: int, end: int, data: list[tuple[int, int]]) -> None:
    """Each chunk offset (8.7.5 of the standard) lies in a data box."""
    width, count = (4 if kind == b"stco" else 8), piece.number(body + 4, 4)
    require(body + 8 + width * count <= end, "a chunk table longer than its box")
    table = piece.at(body + 8, width * count)
    offsets = {int.from_bytes(table[at : at + width], "big") for at in range(0, len(table), width)}
    for offset in offsets:
        require(any(start <= offset < after for start, after in data), f"a chunk at byte {offset}, outside the data")


def _complete(kinds: set[bytes], piece: Piece, found: list[tuple[bytes, int, int]]) -> None:
    if b"mini" in kinds or (b"moov" in kinds and kinds & {b"mdat", b"moof"}):
        return
    if b"meta" in kinds and (b"mdat" in kinds or _holds_data(piece, found)):
        return
    raise Malformed("no index, or no data")


def _holds_data(piece: Piece, found: list[tuple[bytes, int, int]]) -> bool:
    """Whether a `meta` box keeps the data itself, in `idat`."""
    return any(b"idat" in _tiles(piece, body + 4, end, [], _DEEPEST) for kind, body, end in found if kind == b"meta")
