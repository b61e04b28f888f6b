"""One chunk of an EWF image: unpacked and checked, or the reason why not.

Source: libewf, "Expert Witness Compression Format specification" (J. Metz), Data chunk: zlib data (RFC 1950, its Adler-32 is the
checksum of the chunk), or the plain bytes and their Adler-32. A packed chunk may be longer than a plain one.
"""

from __future__ import annotations

import struct
from typing import cast

from isal import isal_zlib

from triage.errors import Malformed

CHECKSUM = 4
InflateError = cast("type[Exception]", isal_zlib.error)  # its stub declares an instance of an exception


def longest(chunk: int) -> int:
    """The most bytes that a packed or plain chunk takes: deflate adds 5 bytes per stored block, zlib 6 in all."""
    return chunk + chunk // 64 + 1024


def unpacked(data: bytes | memoryview, chunk: int) -> bytes:
    """A compressed chunk. Raises Malformed; never yields more than one byte over the size of a chunk."""
    return _inflate(data, chunk)[0]


def plain(data: memoryview, wanted: int, chunk: int) -> bytes:
    """An uncompressed chunk. Raises Malformed.

    The last one of a disk is stored short, filled up, or, where the source was no whole number of sectors, a little longer.
    """
    for length in dict.fromkeys((wanted, min(chunk, len(data) - CHECKSUM), chunk)):
        if wanted <= length <= len(data) - CHECKSUM and _sound(data, length):
            return bytes(data[:length])
    raise Malformed("the chunk does not fit its checksum" if len(data) >= wanted + CHECKSUM else "the chunk is cut off")


def measured(data: bytes, chunk: int, rest: int) -> tuple[int, bool, bool]:
    """How many bytes the chunk at the start of `data` takes (0: there is none), whether it is packed, whether it is short.

    `rest` is the size of the last chunk of the disk where that is shorter (0: it is not).
    """
    view = memoryview(data)
    try:
        inside, left = _inflate(view, chunk)
        if len(inside) in {chunk, rest}:
            return len(data) - left, True, len(inside) != chunk
    except Malformed:
        pass
    for length in (chunk, rest):
        if length and len(data) >= length + CHECKSUM and _sound(view, length):
            return length + CHECKSUM, False, length != chunk
    return 0, False, False


def _inflate(data: bytes | memoryview, chunk: int) -> tuple[bytes, int]:
    """What is inside, and how many bytes of `data` are left behind it."""
    inflater = isal_zlib.decompressobj()
    try:
        inside = inflater.decompress(data, chunk + 1)
    except InflateError as error:
        raise Malformed(f"the chunk cannot be unpacked: {error}") from error
    if not inflater.eof:
        raise Malformed("the chunk is cut off" if len(inside) <= chunk else "the chunk unpacks to too much")
    return inside, len(inflater.unused_data)


def _sound(data: memoryview, length: int) -> bool:
    stored = struct.unpack_from("<I", data, length)[0]
    return bool(isal_zlib.adler32(data[:length]) == stored)
