"""ZIP by its local headers, its central directory and its end record, after PKWARE's APPNOTE 6.3.

The walk goes member by member. A member written as a stream states its size behind its data; the next header whose
descriptor fits the distance ends it. Members that are stored or deflated are unpacked, within a limit, and their CRC-32 is checked.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from triage.errors import Malformed, Truncated
from triage.evidence.carving.foreign import refuse_foreign
from triage.evidence.carving.piece import require

if TYPE_CHECKING:
    from triage.evidence.carving.piece import Piece

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR64, _DESCRIPTOR = b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
_NEXT = re.compile(rb"PK(?:\x03\x04|\x01\x02)")
_METHODS = frozenset({0, 1, 6, 8, 9, 12, 14, 20, 93, 95, 96, 97, 98, 99})
_UNPACKED_MOST = 256 << 20  # bytes of one member that are unpacked for its CRC; beyond, the frame has to do
_MOST = 0xFFFFFFFF
_BLOCK = 1 << 20
_SEARCHED = 64 << 10


def zip_end(piece: Piece) -> int | None:
    """Size of the ZIP file at the start of a piece; None where there is none. Raises Truncated, Malformed."""
    if len(piece.upto(0, 30)) < 30 or not _is_local(piece.upto(0, 30)):
        return None
    at, members = 0, 0
    while piece.at(at, 4) == _LOCAL:
        at, members = _member(piece, at), members + 1
    at = _behind_signing_block(piece, at)
    directory, listed = at, 0
    while piece.at(at, 4) == _CENTRAL:
        at, listed = _listed(piece, at, directory), listed + 1
    require(0 < listed <= members, "the directory does not fit the members")
    return _end(piece, at, at - directory, listed)


def _is_local(head: bytes) -> bool:
    """Version and method of a local header are ones that exist, and it has a name."""
    version, method = head[4], int.from_bytes(head[8:10], "little")
    return head[:4] == _LOCAL and version <= 63 and method in _METHODS and head[26:28] != b"\0\0"


def _member(piece: Piece, at: int) -> int:
    """Behind one member."""
    head = piece.at(at, 30)
    require(_is_local(head), f"no member at byte {at}")
    flags, method = head[6] | head[7] << 8, head[8] | head[9] << 8
    crc, packed, size = (int.from_bytes(head[place : place + 4], "little") for place in (14, 18, 22))
    names, extra = (int.from_bytes(head[place : place + 2], "little") for place in (26, 28))
    data = at + 30 + names + extra
    if _MOST in {packed, size}:
        packed = _packed64(piece.at(at + 30 + names, extra), behind=8 if size == _MOST else 0)
    if flags & 8 and not packed:
        end, crc, packed = _streamed(piece, data)
    else:
        end = piece.need(data + packed)
        end += _descriptor_size(piece, end) if flags & 8 else 0
    if flags & 1 or not _is_content_right(piece, data, packed, method, crc):
        piece.proven = False
    return end


def _streamed(piece: Piece, data: int) -> tuple[int, int, int]:
    """End, CRC and packed size of a member whose descriptor follows it, from the next header on which it fits.

    Another file on a sector ends the search; that a member itself is such a file and lies so is one case in 512.
    """
    at = data
    while len(block := piece.upto(at, _SEARCHED)) > 4:
        for match in _NEXT.finditer(block):
            if (found := _descriptor(piece, data, at + match.start())) is not None:
                return (at + match.start(), *found)
        refuse_foreign(piece, at, at + len(block))
        at += len(block) - 3
    raise Truncated("ends within a member")


def _descriptor(piece: Piece, data: int, end: int) -> tuple[int, int] | None:
    """CRC and packed size of the descriptor that ends at `end`: with or without signature, 32 or 64 bits."""
    for size, signed, width in ((16, True, 4), (24, True, 8), (12, False, 4), (20, False, 8)):
        start = end - size
        if start < data:
            continue
        fields = piece.at(start, size)
        if signed and fields[:4] != _DESCRIPTOR:
            continue
        fields = fields[4:] if signed else fields
        packed = int.from_bytes(fields[4 : 4 + width], "little")
        if packed == start - data:
            return int.from_bytes(fields[:4], "little"), packed
    return None


def _descriptor_size(piece: Piece, at: int) -> int:
    """Size of the descriptor, 0 where there is none, of a member whose sizes stand in its header as well."""
    for size in (0, 16, 12, 24, 20):
        if piece.upto(at + size, 4) in {_LOCAL, _CENTRAL}:
            return size
    raise Malformed(f"no descriptor at byte {at}")


def _packed64(extra: bytes, *, behind: int) -> int:
    at = 0
    while at + 4 <= len(extra):
        kind, size = int.from_bytes(extra[at : at + 2], "little"), int.from_bytes(extra[at + 2 : at + 4], "little")
        if kind == 1 and size >= behind + 8:
            return int.from_bytes(extra[at + 4 + behind : at + 12 + behind], "little")
        at += 4 + size
    raise Malformed("a large member without its size")


def _is_content_right(piece: Piece, data: int, packed: int, method: int, crc: int) -> bool:
    """Whether a member has its CRC; False where that cannot be told. Raises Malformed where it has another."""
    if method not in {0, 8} or (method == 0 and packed > _UNPACKED_MOST):
        return False
    inflate = zlib.decompressobj(-15) if method == 8 else None
    running = total = 0
    try:
        for _, block in piece.blocks(data, data + packed):
            while block:
                out = inflate.decompress(block, _BLOCK) if inflate else block
                block = inflate.unconsumed_tail if inflate else b""  # noqa: PLW2901  # what zlib left of it
                running, total = zlib.crc32(out, running), total + len(out)
                if total > _UNPACKED_MOST:
                    return False
    except zlib.error as error:
        raise Malformed("a member cannot be unpacked") from error
    require(running == crc, "a member fails its CRC")
    return True


def _behind_signing_block(piece: Piece, at: int) -> int:
    """Behind the signing block that Android puts between the members and the directory, where there is one."""
    if piece.upto(at, 4) == _CENTRAL:
        return at
    end = piece.need(at + 8 + piece.number(at, 8, big=False))
    require(end - at >= 32 and piece.at(end - 16, 16) == b"APK Sig Block 42", f"no member at byte {at}")
    return end


def _listed(piece: Piece, at: int, directory: int) -> int:
    """Behind one entry of the directory, whose member must be where it says."""
    head = piece.at(at, 46)
    names, extra, comment = (int.from_bytes(head[place : place + 2], "little") for place in (28, 30, 32))
    local = int.from_bytes(head[42:46], "little")
    if local != _MOST:
        require(local < directory and piece.at(local, 4) == _LOCAL, "the directory names a member that is not there")
        require(piece.at(local + 30, names) == piece.at(at + 46, names), "the directory has another name for a member")
    return at + 46 + names + extra + comment


def _end(piece: Piece, at: int, size: int, listed: int) -> int:
    """Behind the end record and its comment, with the records of zip64 before it."""
    if piece.at(at, 4) == _END64:
        at += 12 + piece.number(at + 4, 8, big=False)
        require(piece.at(at, 4) == _LOCATOR64, "the zip64 end has no locator")
        at += 20
    head = piece.at(at, 22)
    require(head[:4] == _END, f"no end record at byte {at}")
    count, stated = int.from_bytes(head[10:12], "little"), int.from_bytes(head[12:16], "little")
    require(count in {listed & 0xFFFF, 0xFFFF} and stated in {size, _MOST}, "the end record does not fit the directory")
    return piece.need(at + 22 + int.from_bytes(head[20:22], "little"))
