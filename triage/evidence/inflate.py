"""Unpacking one member of a zip within limits: stored, deflate, bzip2, LZMA; checked against size and CRC-32."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from typing import TYPE_CHECKING, Protocol

from triage.errors import Malformed, Truncated, Unsupported
from triage.evidence.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits

BLOCK = 1 << 16
METHODS = {0: "stored", 8: "deflate", 12: "bzip2", 14: "LZMA"}


class Inflater(Protocol):
    """What the decompressors of the standard library share."""

    @property
    def eof(self) -> bool:
        """Whether the end of the packed data was met."""
        ...

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpacked pieces of bounded size."""
        ...


def unpacked(packed: Stream, *, method: int, size: int, crc: int | None, limits: Limits, scratch: Path) -> Stream:
    """A seekable stream of the member's content: in memory where small, else a temporary file in `scratch`.

    `crc` is None where the zip has none. Raises Malformed (checksum, size, bad data), Truncated, Unsupported (method), LimitReached (size, ratio).
    """
    target = _Target(size, limits, scratch)
    try:
        _inflate(packed, method, target)
        target.check(crc)
        return target.stream()
    except BaseException:
        target.discard()
        raise


def _inflate(packed: Stream, method: int, target: _Target) -> None:
    inflater = _Stored(target.stated) if method == 0 else _inflater(packed, method)
    taken = 0
    while not inflater.eof:
        data = packed.read(BLOCK)
        if not data:
            raise Truncated("the packed content ends too early")
        taken += len(data)
        for piece in inflater.feed(data):
            target.write(piece, taken)


def _inflater(packed: Stream, method: int) -> Inflater:
    if method == 8:
        return _Deflate()
    if method == 12:
        return _Bounded(bz2.BZ2Decompressor())
    if method == 14:
        return _Bounded(_lzma(packed))
    raise Unsupported(f"packed by zip method {method}, which Sigap does not read")


class _Stored:
    """Not packed at all."""

    def __init__(self, size: int) -> None:
        self._left = size

    @property
    def eof(self) -> bool:
        return self._left <= 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._left -= len(data)
        yield data


def _lzma(packed: Stream) -> lzma.LZMADecompressor:
    """APPNOTE 5.8.8: two version bytes, the length of the properties, the properties."""
    head = packed.read(4)
    if len(head) < 4:
        raise Truncated("the packed content ends too early")
    length = struct.unpack_from("<H", head, 2)[0]
    properties = packed.read(length)
    if length != 5 or len(properties) < 5:
        raise Malformed("the properties of the LZMA data are damaged")
    first, dictionary = properties[0], int.from_bytes(properties[1:], "little")
    if first >= 9 * 5 * 5 or dictionary > 1 << 28:
        raise Malformed("the properties of the LZMA data are out of range")
    chain = [
        {"id": lzma.FILTER_LZMA1, "lc": first % 9, "lp": first // 9 % 5, "pb": first // 45, "dict_size": dictionary}
    ]
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
    except lzma.LZMAError as error:
        raise Malformed("the properties of the LZMA data are out of range") from error


class _Deflate:
    def __init__(self) -> None:
        self._engine = zlib.decompressobj(-15)

    @property
    def eof(self) -> bool:
        return self._engine.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            try:
                yield self._engine.decompress(data, 1 << 20)
            except zlib.error as error:
                raise Malformed(f"the packed content is damaged: {error}") from error
            data = self._engine.unconsumed_tail


class _Bounded:
    """bz2 and lzma objects: they keep their input and ask for more."""

    def __init__(self, engine: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._engine = engine

    @property
    def eof(self) -> bool:
        return self._engine.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            yield self._engine.decompress(data, 1 << 20)
            while not self._engine.eof and not self._engine.needs_input:
                yield self._engine.decompress(b"", 1 << 20)
        except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
            raise Malformed(f"the packed content is damaged: {error}") from error


class _Target:
    """The spool of one member, checked against what the zip says of it."""

    def __init__(self, size: int, limits: Limits, scratch: Path) -> None:
        self._spool, self.stated, self._crc = Spool(limits, scratch), size, 0

    def write(self, piece: bytes, taken: int) -> None:
        if self._spool.length + len(piece) > self.stated:
            raise Malformed(f"unpacks to more than the {self.stated} bytes the zip says")
        self._crc = zlib.crc32(piece, self._crc)
        self._spool.write(piece, taken)

    def check(self, crc: int | None) -> None:
        if self._spool.length != self.stated:
            raise Malformed(f"unpacks to {self._spool.length} bytes where the zip says {self.stated}")
        if crc is not None and self._crc != crc:
            raise Malformed("the content does not fit its checksum (CRC-32)")

    def stream(self) -> Stream:
        return self._spool.stream()

    def discard(self) -> None:
        self._spool.discard()
