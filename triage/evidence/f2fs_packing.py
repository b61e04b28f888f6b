"""F2FS compression: one cluster of blocks, compressed as a whole.

    0   length of the compressed data
    4   its checksum (CRC-32 of F2FS), where the file keeps checksums
    24  the data

Algorithms by number: 0 LZO, 1 LZ4 (raw block), 2 Zstandard, 3 LZO-RLE. Sources of the facts: the kernel's
`Documentation/filesystems/f2fs.rst` ("Compression implementation"), `struct compress_data` in its `fs/f2fs/f2fs.h`, and the
LZ4 block format description of the LZ4 project.
"""

from __future__ import annotations

import io
import struct

import zstandard

from triage.errors import Malformed, Unsupported
from triage.evidence.f2fs_structures import checksum

_HEADER = 24
_NAMES = {0: "LZO", 3: "LZO-RLE"}
_WINDOW = 1 << 21  # the largest cluster has 1 MiB


def unpacked(packed: bytes, size: int, algorithm: int, *, checked: bool) -> bytes:
    """The `size` bytes of a cluster. Raises Malformed where it does not unpack to them, Unsupported for LZO."""
    if algorithm not in _UNPACKERS:
        name = _NAMES.get(algorithm, f"algorithm {algorithm}")
        raise Unsupported(f"the file is compressed by F2FS with {name}, which Sigap does not unpack")
    if len(packed) < _HEADER:
        raise Malformed("a compressed cluster of the file has no data")
    length, crc = struct.unpack_from("<II", packed)
    data = packed[_HEADER : _HEADER + length]
    if len(data) < length:
        raise Malformed("a compressed cluster of the file states more data than it has")
    if checked and checksum(data) != crc:
        raise Malformed("a compressed cluster of the file does not fit its checksum")
    found = _UNPACKERS[algorithm](data, size)
    if len(found) != size:
        raise Malformed(f"a compressed cluster of the file unpacks to {len(found)} bytes instead of {size}")
    return found


def lz4_block(data: bytes, limit: int) -> bytes:
    """A raw LZ4 block of at most `limit` bytes, unpacked. Raises Malformed."""
    found = bytearray()
    at, end = 0, len(data)
    try:
        while at < end:
            token = data[at]
            length, at = _lz4_length(data, token >> 4, at + 1)
            if at + length > end or len(found) + length > limit:
                raise Malformed("a compressed cluster of the file is damaged (LZ4 literals)")
            found += data[at : at + length]
            at += length
            if at == end:
                break  # the last sequence has literals alone
            distance = data[at] | data[at + 1] << 8
            length, at = _lz4_length(data, token & 15, at + 2)
            _lz4_copy(found, distance, length + 4, limit)
    except IndexError as error:
        raise Malformed("a compressed cluster of the file is cut short (LZ4)") from error
    return bytes(found)


def _lz4_length(data: bytes, length: int, at: int) -> tuple[int, int]:
    """A length and where the data goes on: 15 is followed by bytes to add, the last of which is not 255."""
    if length == 15:
        while True:
            more = data[at]
            at += 1
            length += more
            if more != 255:
                break
    return length, at


def _lz4_copy(found: bytearray, distance: int, length: int, limit: int) -> None:
    """Append what was found `distance` bytes ago; a copy longer than its distance repeats itself."""
    if not 0 < distance <= len(found) or len(found) + length > limit:
        raise Malformed("a compressed cluster of the file is damaged (LZ4 match)")
    start = len(found) - distance
    if distance >= length:
        found += found[start : start + length]
    else:
        found += (bytes(found[start:]) * (length // distance + 1))[:length]


def _zstandard(data: bytes, limit: int) -> bytes:
    """Read as a stream, so that a frame cannot claim a size it does not have."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    try:
        with unpacker.stream_reader(io.BytesIO(data)) as reader:
            return reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise Malformed("a compressed cluster of the file is damaged (Zstandard)") from error


_UNPACKERS = {1: lz4_block, 2: _zstandard}
