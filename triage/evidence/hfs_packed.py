"""The content of files that HFS+ keeps compressed (decmpfs), which Apple's tools and installers use since Mac OS X 10.6.

The data fork of such a file is empty. The attribute `com.apple.decmpfs` begins with `fpmc`, a kind (4 bytes) and the size (8), little-endian; the
odd kinds have the packed content behind it, the even ones in pieces of 64 KiB in the resource fork. 3 and 4 are zlib, 7 and 8 LZVN, 9 and
10 stored, 11 and 12 LZFSE (mark B: `decmpfs.h` of XNU and two independent readers). A piece that would not get smaller is
stored behind one byte. In kind 4 the fork holds a table of places and sizes behind the head of its resource; in the others the places come first.
"""

from __future__ import annotations

import struct
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from triage.errors import Malformed, Unsupported
from triage.evidence.lzfse_blocks import lzfse_unpacked
from triage.evidence.streams import ReadOnly

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.evidence.base import Stream

ATTRIBUTE = "com.apple.decmpfs"
PIECE = 1 << 16  # bytes of content in a piece
_HEADER = struct.Struct("<4sIQ")
_MAGIC = b"fpmc"
_LARGEST_INLINE = 1 << 20  # of content: the attribute itself has at most 3,802 bytes
_KEPT = 4
_STORED_PLAIN = 1  # content behind the head as it is, without a mark
_ZLIB_FORK = 4


@dataclass(frozen=True, slots=True)
class Packing:
    """What the attribute says: the kind, the size of the content in bytes, and what follows."""

    kind: int
    size: int
    rest: bytes


def packing_of(attribute: bytes) -> Packing:
    """What a `com.apple.decmpfs` attribute says. Raises Malformed."""
    if len(attribute) < _HEADER.size or not attribute.startswith(_MAGIC):
        raise Malformed("the head of its compressed content (decmpfs) is damaged")
    _, kind, size = _HEADER.unpack_from(attribute)
    return Packing(kind, size, attribute[_HEADER.size :])


def unpacked_stream(packing: Packing, fork: Callable[[], Stream]) -> Stream:
    """The content; `fork` opens the resource fork, for the kinds that need it. Raises EvidenceError."""
    unpack = _METHODS.get(packing.kind)
    if unpack is None:
        raise Unsupported(f"the file is compressed by HFS+ (decmpfs) in a way that is not undone: kind {packing.kind}")
    if packing.kind % 2:
        if packing.size > _LARGEST_INLINE:
            raise Malformed(f"{packing.size} bytes are said to be kept in one extended attribute")
        return Pieces(packing.size, [packing.rest], unpack, piece=max(packing.size, 1))
    stream = fork()
    count = -(-packing.size // PIECE)
    places = _zlib_places(stream, count) if packing.kind == _ZLIB_FORK else _plain_places(stream, count)
    return Pieces(packing.size, places, unpack, stream=stream)


class Pieces(ReadOnly):
    """Content in pieces, each packed on its own: bytes, or places (start, size) in a stream."""

    def __init__(
        self,
        size: int,
        pieces: list[bytes] | list[tuple[int, int]],
        unpack: Callable[[bytes, int], bytes],
        *,
        stream: Stream | None = None,
        piece: int = PIECE,
    ) -> None:
        super().__init__(size)
        self._pieces, self._unpack, self._stream, self._piece = pieces, unpack, stream, piece
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def _at(self, offset: int, size: int) -> bytes:
        first, last = offset // self._piece, (offset + size - 1) // self._piece
        data = b"".join(self._unpacked(number) for number in range(first, last + 1))
        return data[offset - first * self._piece :][:size]

    def _unpacked(self, number: int) -> bytes:
        made = self._kept.get(number)
        if made is None:
            made = self._kept[number] = self._made(number)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made

    def _made(self, number: int) -> bytes:
        given = self._pieces[number]
        packed = given if isinstance(given, bytes) else _read(self._stream, *given)
        wanted = min(self._piece, self.size - number * self._piece)
        made = packed[1:] if len(packed) == wanted + 1 else self._unpack(packed, wanted)
        if len(made) != wanted:
            raise Malformed(f"piece {number} of its compressed content makes {len(made)} instead of {wanted} bytes")
        return made


def _zlib_places(stream: Stream, count: int) -> list[tuple[int, int]]:
    (start,) = struct.unpack(">I", _read(stream, 0, 4))
    (found,) = struct.unpack("<I", _read(stream, start + 4, 4))
    if found < count:
        raise Malformed(f"its compressed content has {found} instead of {count} pieces")
    table = struct.unpack(f"<{2 * count}I", _read(stream, start + 8, 8 * count))
    return [(start + 4 + place, size) for place, size in zip(table[::2], table[1::2], strict=True)]


def _plain_places(stream: Stream, count: int) -> list[tuple[int, int]]:
    table = struct.unpack(f"<{count + 1}I", _read(stream, 0, 4 * (count + 1)))
    return [(place, end - place) for place, end in pairwise(table)]


def _read(stream: Stream | None, start: int, size: int) -> bytes:
    """Exactly so many bytes of the resource fork; a table longer than the fork is refused before it is read."""
    assert stream is not None
    end = stream.seek(0, 2)
    if size < 0 or start + size > end:
        raise Malformed("its compressed content lies outside its resource fork")
    stream.seek(start)
    return stream.read(size)


def _inflated(data: bytes, size: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, size + 1)
    except zlib.error as error:
        raise Malformed("its zlib data cannot be unpacked") from error


def _lzvn(data: bytes, size: int) -> bytes:
    """The wrapper unpacks LZVN as a block of LZFSE: magic, unpacked size, packed size, then an end mark."""
    return lzfse_unpacked(b"bvxn" + struct.pack("<II", size, len(data)) + data + b"bvx$", size)


def _stored(data: bytes, size: int) -> bytes:
    return data[:size]


_METHODS: dict[int, Callable[[bytes, int], bytes]] = {
    _STORED_PLAIN: _stored,
    3: _inflated, 4: _inflated, 7: _lzvn, 8: _lzvn, 9: _stored, 10: _stored, 11: lzfse_unpacked, 12: lzfse_unpacked,
}  # fmt: skip
