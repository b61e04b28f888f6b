"""Unpacking one block of a disk image: bounded by the size the block must have, every library's errors translated."""

from __future__ import annotations

import bz2
import lzma
from typing import TYPE_CHECKING, cast

import cramjam
import zstandard
from isal import isal_zlib

from triage.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable

LZMA_MEMORY = 128 << 20
ZSTD_WINDOW = 128 << 20
_BAD_DEFLATE = cast("type[Exception]", isal_zlib.error)  # its stub declares an instance where a class is


def inflated(data: bytes, size: int) -> bytes:
    """Raw deflate to exactly `size` bytes. Raises Malformed."""
    return _inflated(data, size, -15)


def zlib_inflated(data: bytes, size: int) -> bytes:
    """zlib to exactly `size` bytes. Raises Malformed."""
    return _inflated(data, size, 15)


def zstd_unpacked(data: bytes, size: int) -> bytes:
    """The first Zstandard frame to exactly `size` bytes; what follows it is padding. Raises Malformed."""
    try:
        reader = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).stream_reader(data)
        return _whole(reader.read(size), size)
    except zstandard.ZstdError as error:
        raise Malformed("its Zstandard data cannot be unpacked") from error


def bzip2_unpacked(data: bytes, size: int) -> bytes:
    """bzip2 to exactly `size` bytes. Raises Malformed."""
    return _pulled(bz2.BZ2Decompressor().decompress, data, size, "bzip2")


def lzma_unpacked(data: bytes, size: int) -> bytes:
    """xz or old LZMA to exactly `size` bytes. Raises Malformed."""
    decompressor = lzma.LZMADecompressor(memlimit=LZMA_MEMORY)
    return _pulled(decompressor.decompress, data, size, "LZMA")


def snappy_unpacked(data: bytes, size: int) -> bytes:
    """Snappy without frames, to at most `size` bytes. Raises Malformed."""
    return _filled(cramjam.snappy.decompress_raw_into, data, size, "Snappy")


def lz4_unpacked(data: bytes, size: int) -> bytes:
    """One LZ4 block, to at most `size` bytes. Raises Malformed."""
    return _filled(cramjam.lz4.decompress_block_into, data, size, "LZ4")


def _filled(unpack: Callable[[bytes, bytearray], int], data: bytes, size: int, what: str) -> bytes:
    target = bytearray(size)
    try:
        return bytes(target[: unpack(data, target)])
    except (cramjam.DecompressionError, ValueError) as error:
        raise Malformed(f"its {what} data cannot be unpacked") from error


def _inflated(data: bytes, size: int, window: int) -> bytes:
    try:
        return _whole(isal_zlib.decompressobj(window).decompress(data, size), size)
    except _BAD_DEFLATE as error:
        raise Malformed("its deflate data cannot be unpacked") from error


def _pulled(decompress: Callable[[bytes, int], bytes], data: bytes, size: int, what: str) -> bytes:
    """Both decompressors of the standard library may stop before `size` although they could give more."""
    pieces, have = [], 0
    try:
        while have < size:
            piece = decompress(data, size - have)
            if not piece:
                break
            pieces.append(piece)
            have, data = have + len(piece), b""
    except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
        raise Malformed(f"its {what} data cannot be unpacked") from error
    return _whole(b"".join(pieces), size)


def _whole(data: bytes, size: int) -> bytes:
    if len(data) < size:
        raise Malformed(f"its packed data ends after {len(data)} of {size} bytes")
    return data
