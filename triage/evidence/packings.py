"""Packed streams: gzip, bzip2, xz, Zstandard, LZ4, compress. One content, packed; several packed pieces in a row are one content.

Every engine gives pieces of bounded size, whatever the packed data claim. What was unpacked before damage is kept by whoever asks.
"""

from __future__ import annotations

import bz2
import lzma
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

import zstandard
from isal import isal_zlib

from triage.errors import Malformed, Truncated
from triage.evidence.lz4_frames import MAGIC as LZ4
from triage.evidence.lz4_frames import Lz4Frame
from triage.evidence.lzw import MAGIC as COMPRESS
from triage.evidence.lzw import Lzw
from triage.evidence.unpack import ZSTD_WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.evidence.base import Stream

BLOCK = 1 << 16
PIECE = 1 << 20
XZ_MEMORY = 512 << 20  # what `xz -9` needs is 65 MiB
HEAD = 16
_ZSTD_FEED = 1 << 10  # a block of three bytes may stand for 128 KiB: 32 MiB at once, then
BadDeflate = cast("type[Exception]", isal_zlib.error)  # its stub declares an instance where a class is


class Engine(Protocol):
    """Unpacks one packed piece: a member, stream or frame, whatever the format calls it."""

    @property
    def eof(self) -> bool:
        """Whether the mark at its end was met."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What was fed behind its end."""
        ...

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpacked pieces of bounded size. Raises Malformed, Unsupported."""
        ...


@dataclass(frozen=True, slots=True)
class Packing:
    """`title` for messages, `fits` tells it from its first bytes, `engine` makes a new one; `marked`: its end is marked."""

    title: str
    fits: Callable[[bytes], bool]
    engine: Callable[[], Engine]
    suffixes: tuple[tuple[str, str], ...]
    marked: bool = True


class _Wrapped:
    """An unpacker of a library whose own words for its end and for what lies behind it serve as they are."""

    _engine: Any

    @property
    def eof(self) -> bool:
        return bool(self._engine.eof)

    @property
    def unused_data(self) -> bytes:
        data: bytes = self._engine.unused_data
        return data


class _Gzip(_Wrapped):
    def __init__(self) -> None:
        self._engine = isal_zlib.decompressobj(31)

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            yield self._engine.decompress(data, PIECE)
            while self._engine.unconsumed_tail and not self._engine.eof:
                yield self._engine.decompress(self._engine.unconsumed_tail, PIECE)
        except BadDeflate as error:
            raise Malformed(f"the packed content is damaged: {error}") from error


class _Pulled(_Wrapped):
    """bz2 and lzma objects of the standard library: they keep their input and ask for more."""

    def __init__(self, engine: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._engine = engine

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            yield self._engine.decompress(data, PIECE)
            while not self._engine.eof and not self._engine.needs_input:
                yield self._engine.decompress(b"", PIECE)
        except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
            raise Malformed(f"the packed content is damaged: {error}") from error


class _Zstandard:
    def __init__(self) -> None:
        self._engine = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
        self._behind = b""

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def unused_data(self) -> bytes:
        return self._engine.unused_data + self._behind

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            for at in range(0, len(data), _ZSTD_FEED):
                if self._engine.eof:
                    self._behind = data[at:]
                    return
                yield self._engine.decompress(data[at : at + _ZSTD_FEED])
        except zstandard.ZstdError as error:
            raise Malformed(f"the packed content is damaged: {error}") from error


def _is_bzip2(head: bytes) -> bool:
    return head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in {b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"}


def _is_compress(head: bytes) -> bool:
    """Two bytes are little: the flags behind them have to make sense too."""
    return head[:2] == COMPRESS and len(head) > 2 and not head[2] & 0x60 and 9 <= head[2] & 0x1F <= 16


def _is_zstandard(head: bytes) -> bool:
    """A frame, or a frame to be skipped, of which nothing is read but its length."""
    return head[:4] == b"\x28\xb5\x2f\xfd" or (head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5)


PACKINGS: dict[str, Packing] = {
    "gz": Packing(
        "gzip",
        lambda head: head[:3] == b"\x1f\x8b\x08" and not head[3] & 0xE0 if len(head) > 3 else False,
        _Gzip,
        ((".tgz", ".tar"), (".gz", ""), (".svgz", ".svg")),
    ),
    "bz2": Packing(
        "bzip2", _is_bzip2, lambda: _Pulled(bz2.BZ2Decompressor()), ((".tbz2", ".tar"), (".tbz", ".tar"), (".bz2", ""))
    ),
    "xz": Packing(
        "xz",
        lambda head: head[:6] == b"\xfd7zXZ\x00",
        lambda: _Pulled(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)),
        ((".txz", ".tar"), (".xz", "")),
    ),
    "zst": Packing("Zstandard", _is_zstandard, _Zstandard, ((".tzst", ".tar"), (".zst", ""))),
    "lz4": Packing("LZ4", lambda head: head[:4] == LZ4, Lz4Frame, ((".lz4", ""),)),
    "z": Packing("compress", _is_compress, Lzw, ((".taz", ".tar"), (".z", "")), marked=False),
}


def packing_of(head: bytes) -> str | None:
    """The word under which `PACKINGS` has the packing of a stream, by its first bytes (HEAD of them suffice)."""
    return next((word for word, packing in PACKINGS.items() if packing.fits(head)), None)


def unpacked_pieces(stream: Stream, word: str) -> Iterator[tuple[bytes, int]]:
    """Unpacked pieces of bounded size, and how many packed bytes were taken for all so far.

    Raises Truncated (the packed data end too early), Malformed (damage, or something else behind the packed data),
    Unsupported; what came before was sound.
    """
    packing = PACKINGS[word]
    stream.seek(0)
    data, taken = stream.read(BLOCK), 0
    while data:
        engine = packing.engine()
        while data and not engine.eof:
            taken += len(data)
            for piece in engine.feed(data):
                yield piece, taken
            data = stream.read(BLOCK) if not engine.eof else b""
        if not engine.eof and packing.marked:
            raise Truncated("the packed data end too early")
        data = _following(engine.unused_data, stream, packing)
        taken -= len(engine.unused_data)


def _following(left: bytes, stream: Stream, packing: Packing) -> bytes:
    """The data of the next packed piece; none at the end. Zeros between and behind them are padding. Raises Malformed."""
    data = left.lstrip(b"\0")
    while len(data) < HEAD and (more := stream.read(BLOCK)):
        data = (data + more).lstrip(b"\0")
    if data and not packing.fits(data[:HEAD]):
        raise Malformed(f"something that is not packed by {packing.title} follows the packed content; it is left out")
    return data
