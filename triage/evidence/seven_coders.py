"""Unpacking one block of a 7z archive: its coders one behind the other, in pieces of bounded size.

Source: "Method IDs" of 7zFormat.txt and Methods.txt (LZMA SDK, public domain), mark A. Each coder is a generator over the pieces of the one
before it. LZMA, delta and bzip2 are the standard library's; branch filters and Deflate64 come from libraries made for 7z. The
standard library's own branch filters are not used: behind LZMA without an end mark they keep the last bytes back.
"""

from __future__ import annotations

import bz2
import hashlib
import lzma
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import bcj
import inflate64
import zstandard
from isal import isal_zlib

from triage.errors import Encrypted, LimitReached, Malformed, Truncated, Unsupported
from triage.evidence.ciphers import Deciphered
from triage.evidence.packings import BadDeflate
from triage.evidence.unpack import ZSTD_WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from triage.evidence.base import Stream
    from triage.evidence.seven_header import Block, Coder

PIECE = 1 << 20
READ = 1 << 16
LARGEST_DICTIONARY = 1 << 30  # bytes; what 7-Zip's menus offer at most is 1.5 GiB, and "ultra" takes 64 MiB
MOST_ROUNDS = 24  # as a power of two; 7-Zip takes 19
COPY, LZMA2, LZMA, AES, DELTA = b"\x00", b"\x21", b"\x03\x01\x01", b"\x06\xf1\x07\x01", b"\x03"
_AT_ONCE_64 = 64  # packed bytes: the densest Deflate64 unpacks them to 17 MiB
_AT_ONCE_ZSTD = 1 << 10


class _Branch(Protocol):
    """A branch filter: gives back less than it was fed until it knows the end."""

    def decode(self, data: bytes, /) -> bytes: ...


NOT_READ = {
    b"\x03\x04\x01": "PPMd",
    b"\x03\x03\x01\x1b": "BCJ2",
    b"\x04\xf7\x11\x02": "Brotli",
    b"\x04\xf7\x11\x04": "LZ4",
    b"\x04\xf7\x11\x05": "LZ5",
    b"\x04\xf7\x11\x06": "Lizard",
}
_BRANCHES: dict[bytes, Callable[[int], _Branch]] = {
    b"\x04": bcj.BCJDecoder,
    b"\x03\x03\x01\x03": bcj.BCJDecoder,
    b"\x05": bcj.PPCDecoder,
    b"\x03\x03\x02\x05": bcj.PPCDecoder,
    b"\x06": bcj.IA64Decoder,
    b"\x03\x03\x04\x01": bcj.IA64Decoder,
    b"\x07": bcj.ARMDecoder,
    b"\x03\x03\x05\x01": bcj.ARMDecoder,
    b"\x08": bcj.ARMTDecoder,
    b"\x03\x03\x07\x01": bcj.ARMTDecoder,
    b"\x09": bcj.SparcDecoder,
    b"\x03\x03\x08\x05": bcj.SparcDecoder,
}


def is_protected(block: Block) -> bool:
    """Whether a password is needed for it."""
    return any(coder.method == AES for coder in block.coders)


def is_plain(block: Block) -> bool:
    """Whether it lies in the archive as it is."""
    return [coder.method for coder in block.coders] == [COPY]


def block_pieces(block: Block, packed: Stream, password: str | None) -> Iterator[bytes]:
    """The whole block, in pieces of bounded size. Raises Encrypted, Unsupported, Malformed, Truncated, LimitReached."""
    source = _read(packed)
    for number, (coder, size) in enumerate(_chain(block)):
        if coder.method == AES:
            if number:
                raise Unsupported("a block of a 7z archive that is enciphered before it is packed")
            source = _read(_deciphered(coder, packed, password))
        else:
            source = _coded(coder, source, size)
        source = _exactly(source, size)
    return source


def _chain(block: Block) -> list[tuple[Coder, int]]:
    """Coders in the order of unpacking, with the size that each gives."""
    for coder in block.coders:
        if coder.method in NOT_READ:
            raise Unsupported(f"packed by {NOT_READ[coder.method]} in a 7z archive, which Sigap does not read")
        if coder.takes != 1 or coder.gives != 1:
            raise Unsupported("packed by a 7z method that takes several streams, which Sigap does not read")
    following = {given: taken for taken, given in block.bindings}
    order: list[tuple[Coder, int]] = []
    at = block.packed[0] if block.packed else 0
    while len(order) < len(block.coders):
        if not 0 <= at < len(block.coders):
            raise Malformed("a block of the 7z archive cannot be unpacked in the order it states")
        order.append((block.coders[at], block.sizes[at]))
        at = following.get(at, -1)
    return order


def _coded(coder: Coder, source: Iterator[bytes], size: int) -> Iterator[bytes]:
    try:
        if coder.method in _BRANCHES:
            return _branches(_BRANCHES[coder.method](size), source)
        make = _CODERS.get(coder.method)
        if make is None:
            raise Unsupported(f"packed by the 7z method {coder.method.hex()}, which Sigap does not read")
        return make(coder.properties, source)
    except (lzma.LZMAError, ValueError, OverflowError, struct.error, IndexError) as error:
        raise Malformed("the properties of a block of the 7z archive are out of range") from error


def _read(stream: Stream) -> Iterator[bytes]:
    stream.seek(0)
    while data := stream.read(READ):
        yield data


def _exactly(source: Iterable[bytes], size: int) -> Iterator[bytes]:
    left = size
    for piece in source:
        yield piece[:left]
        left -= min(left, len(piece))
        if not left:
            return
    if left:
        raise Truncated(f"the packed content ends {left} bytes too early")


def _copied(_properties: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    return source


def _lzma2(properties: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    bits = properties[0]
    size = 0xFFFFFFFF if bits == 40 else (2 | bits & 1) << (bits // 2 + 11)
    return _pulled(_raw({"id": lzma.FILTER_LZMA2, "dict_size": _bounded(size)}), source)


def _lzma1(properties: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    first, size = struct.unpack("<BL", properties)
    chain = {"id": lzma.FILTER_LZMA1, "lc": first % 9, "lp": first // 9 % 5, "pb": first // 45}
    return _pulled(_raw(chain | {"dict_size": max(4096, _bounded(size))}), source)


def _bounded(size: int) -> int:
    if size > LARGEST_DICTIONARY:
        raise LimitReached(f"unpacking would take {size >> 20} MiB of memory for the dictionary alone")
    return size


def _raw(chain: dict[str, int]) -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chain])


def _bzip2(_properties: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    return _pulled(bz2.BZ2Decompressor(), source)


def _pulled(engine: bz2.BZ2Decompressor | lzma.LZMADecompressor, source: Iterator[bytes]) -> Iterator[bytes]:
    """bzip2 of several threads is several streams in a row: the next one starts in what the one before left."""
    try:
        for data in source:
            rest = data
            while rest and not (engine.eof and isinstance(engine, lzma.LZMADecompressor)):
                engine = bz2.BZ2Decompressor() if engine.eof else engine
                yield engine.decompress(rest, PIECE)
                while not engine.eof and not engine.needs_input:
                    yield engine.decompress(b"", PIECE)
                rest = engine.unused_data if engine.eof else b""
    except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
        raise Malformed(f"the packed content is damaged: {error}") from error


def _deflate(_properties: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    engine = isal_zlib.decompressobj(-15)
    try:
        for data in source:
            yield engine.decompress(data, PIECE)
            while engine.unconsumed_tail and not engine.eof:
                yield engine.decompress(engine.unconsumed_tail, PIECE)
    except BadDeflate as error:
        raise Malformed(f"the packed content is damaged: {error}") from error


def _deflate64(_properties: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    engine = inflate64.Inflater()
    try:
        for data in source:
            for at in range(0, len(data), _AT_ONCE_64):
                yield engine.inflate(data[at : at + _AT_ONCE_64])
    except (ValueError, OSError, EOFError, RuntimeError) as error:
        raise Malformed(f"the packed content is damaged: {error}") from error


def _zstandard(_properties: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    make = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj
    engine = make()
    try:
        for data in source:
            rest = data
            while rest:
                engine = make() if engine.eof else engine
                fed, rest = rest[:_AT_ONCE_ZSTD], rest[_AT_ONCE_ZSTD:]
                yield engine.decompress(fed)
                rest = engine.unused_data + rest if engine.eof else rest
    except zstandard.ZstdError as error:
        raise Malformed(f"the packed content is damaged: {error}") from error


def _delta(properties: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    """Each byte is stored as the difference to the one `distance` before it."""
    distance = properties[0] + 1
    sums = [0] * distance
    at = 0
    for data in source:
        plain = bytearray(data)
        for lane in range(distance):
            start = (lane - at) % distance
            total = sums[lane]
            for place in range(start, len(plain), distance):
                total = plain[place] = (total + plain[place]) & 0xFF
            sums[lane] = total
        at += len(plain)
        yield bytes(plain)


def _branches(engine: _Branch, source: Iterator[bytes]) -> Iterator[bytes]:
    for data in source:
        yield engine.decode(data)


def _deciphered(coder: Coder, packed: Stream, password: str | None) -> Stream:
    if password is None:
        raise Encrypted("the content of the 7z archive is protected by a password (AES-256); give it with --password")
    properties = coder.properties
    if len(properties) < 2:
        raise Malformed("the encryption of the 7z archive states neither salt nor initial vector")
    first, second = properties[:2]
    salt_size, iv_size = (first >> 7) + (second >> 4), (first >> 6 & 1) + (second & 15)
    salt, iv = properties[2 : 2 + salt_size], properties[2 + salt_size : 2 + salt_size + iv_size]
    key = _key(password.encode("utf-16-le", "surrogatepass"), salt, first & 0x3F)
    return Deciphered(packed, key, iv.ljust(16, b"\0"))


@lru_cache(maxsize=4)
def _key(password: bytes, salt: bytes, rounds: int) -> bytes:
    """SHA-256 over salt, password and a counter, two to the power of `rounds` times; 63: no digest at all."""
    if rounds == 0x3F:
        return (salt + password)[:32].ljust(32, b"\0")
    if rounds > MOST_ROUNDS:
        raise LimitReached(f"the key is to be derived in 2^{rounds} rounds; more than 2^{MOST_ROUNDS} are not tried")
    digest, secret = hashlib.sha256(), salt + password
    for start in range(0, 1 << rounds, 1024):
        counters = range(start, min(start + 1024, 1 << rounds))
        digest.update(b"".join([secret + number.to_bytes(8, "little") for number in counters]))
    return digest.digest()


_CODERS: dict[bytes, Callable[[bytes, Iterator[bytes]], Iterator[bytes]]] = {
    COPY: _copied,
    LZMA2: _lzma2,
    LZMA: _lzma1,
    DELTA: _delta,
    b"\x04\x01\x08": _deflate,
    b"\x04\x01\x09": _deflate64,
    b"\x04\x02\x02": _bzip2,
    b"\x04\xf7\x11\x01": _zstandard,
}
