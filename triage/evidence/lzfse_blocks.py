"""Unpacking LZFSE by the reference implementation, never to more than the size that the chunk must have.

The implementation's own function takes the room for its result; the Python wrapper around it takes none and makes as much as hostile data
ask for. So the function is called directly in the wrapper's library. Where a system does not show it (a Windows module shows
its entry point alone), the wrapper is used for data whose block headers claim the right size.

Source: lzfse.h and the block headers in lzfse_internal.h of the reference implementation.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, cast

import lzfse  # type: ignore[import-untyped]  # its wheel has no stubs

from triage.errors import Malformed
from triage.evidence.pieces import fields

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 16 << 20  # unpacked bytes of one chunk
BYTES_PER_BLOCK = 40_000  # an encoder starts a new block only after 10,000 matches or 40,000 literals
_STORED, _VERSION_1, _VERSION_2, _LZVN, _END = b"bvx-", b"bvx1", b"bvx2", b"bvxn", b"bvx$"
_HEADER_1 = 772  # bytes: the packed structure with its four tables of frequencies


def lzfse_unpacked(data: bytes, size: int) -> bytes:
    """LZFSE to exactly `size` bytes. Raises Malformed."""
    if size > LARGEST:
        raise Malformed(f"its LZFSE data would make {size} bytes")
    made = _by_wrapper(data, size) if _DECODE is None else _bounded(_DECODE, data, size)
    if len(made) != size:
        raise Malformed(f"its packed data makes {len(made) or 'no'} instead of {size} bytes")
    return made


def _bounded(decode: Callable[..., int], data: bytes, size: int) -> bytes:
    """One byte more than there should be is room enough to notice that there is more."""
    room = ctypes.create_string_buffer(size + 1)
    made = decode(room, size + 1, data, len(data), None)
    return room.raw[:made]


def _by_wrapper(data: bytes, size: int) -> bytes:
    if _claimed(data, 2 + size // BYTES_PER_BLOCK) != size:
        raise Malformed("the blocks of its LZFSE data do not make the size of the chunk")
    try:
        return cast("bytes", lzfse.decompress(data))
    except (lzfse.error, MemoryError, ValueError) as error:
        raise Malformed("its LZFSE data cannot be unpacked") from error


def _function() -> Callable[..., int] | None:
    """`size_t lzfse_decode_buffer(dst, dst_size, src, src_size, scratch)`: bytes made, 0 where the data are damaged."""
    try:
        decode = ctypes.CDLL(lzfse.__file__).lzfse_decode_buffer
    except (OSError, AttributeError):
        return None
    decode.restype = ctypes.c_size_t
    decode.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
    return cast("Callable[..., int]", decode)


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


_DECODE = _function()
