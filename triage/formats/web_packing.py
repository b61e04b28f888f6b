"""How servers pack what they send, undone: gzip (RFC 1952), Zstandard (RFC 8878), Brotli (RFC 7932). One home with `evidence` of cramjam and zstandard.

Brotli has no signature: it is tried where a header names it, or where nothing else is recognised and what comes out has to make sense.
"""

from __future__ import annotations

import zlib

import cramjam
import zstandard

_GZIP, _ZSTANDARD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_WINDOW = 8 << 20  # bytes: what RFC 8878 asks a decoder for


def is_marked(data: bytes) -> bool:
    """Whether the bytes begin like gzip or Zstandard."""
    return data.startswith((_GZIP, _ZSTANDARD))


def unpacked(data: bytes, most: int) -> bytes | None:
    """The content of gzip or Zstandard as far as it goes, `most` bytes of it; what stands behind it is left. None where nothing comes out."""
    try:
        if data.startswith(_GZIP):
            return zlib.decompressobj(wbits=31).decompress(data, most) or None
        with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(data) as reader:
            return reader.read(most) or None
    except (zlib.error, zstandard.ZstdError):
        return None


def from_brotli(data: bytes, most: int) -> bytes | None:
    """The content of a whole Brotli stream; None where it is none, is cut, or gives more than `most` bytes."""
    room = bytearray(min(most, max(1 << 16, 256 * len(data))))
    try:
        return bytes(room[: cramjam.brotli.decompress_into(data, room)]) or None
    except cramjam.DecompressionError:
        return None
