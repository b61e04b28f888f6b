"""Unpacking LZFSE by the reference implementation, whose wrapper has no limit of its own: the blocks are checked first.

Source: the block headers in lzfse_internal.h of the reference implementation. A block unpacks to at most 10,000 matches of
2,359 bytes with 315 literals each, whatever its header claims, so the number of blocks is what bounds the memory.
"""

from __future__ import annotations

import lzfse  # type: ignore[import-untyped]  # its wheel has no stubs

from triage.errors import Malformed
from triage.evidence.pieces import fields

LARGEST = 2 << 20  # unpacked bytes of one chunk
BYTES_PER_BLOCK = 40_000  # an encoder starts a new block only after 10,000 matches or 40,000 literals
_STORED, _VERSION_1, _VERSION_2, _LZVN, _END = b"bvx-", b"bvx1", b"bvx2", b"bvxn", b"bvx$"
_HEADER_1 = 772  # bytes: the packed structure with its four tables of frequencies


def lzfse_unpacked(data: bytes, size: int) -> bytes:
    """LZFSE to exactly `size` bytes. Raises Malformed."""
    if size > LARGEST or _claimed(data, 2 + size // BYTES_PER_BLOCK) != size:
        raise Malformed("the blocks of its LZFSE data do not make the size of the chunk")
    try:
        made: bytes = lzfse.decompress(data)
    except (lzfse.error, MemoryError, ValueError) as error:
        raise Malformed("its LZFSE data cannot be unpacked") from error
    if len(made) != size:
        raise Malformed(f"its packed data makes {len(made)} instead of {size} bytes")
    return made


def _claimed(data: bytes, most: int) -> int:
    """Unpacked bytes that the headers claim. Raises Malformed for a header that is none, or too many blocks."""
    at = claimed = 0
    while data[at : at + 4] != _END:
        if len(data) - at < 12 or most == 0:
            raise Malformed("the blocks of its LZFSE data cannot be followed")
        claimed += fields("<I", data, at + 4)[0]
        at += _length(data, at)
        most -= 1
    return claimed


def _length(data: bytes, at: int) -> int:
    """Bytes from the start of a block to the next one."""
    magic = data[at : at + 4]
    unpacked, payload = fields("<II", data, at + 4)
    if magic == _STORED:
        return 8 + unpacked
    if magic == _LZVN:
        return 12 + payload
    if magic == _VERSION_1:
        return _HEADER_1 + payload
    if magic != _VERSION_2 or len(data) - at < 32:
        raise Malformed("its LZFSE data has a block of an unknown kind")
    literals, matches, states = fields("<3Q", data, at + 8)
    return (states & 0xFFFFFFFF) + (literals >> 20 & 0xFFFFF) + (matches >> 40 & 0xFFFFF)
