"""Where the EXIF block of a picture is: the bytes from its TIFF header on, whatever file they are wrapped in.

Sources: CIPA DC-008 (JPEG APP1), PNG 3rd edition (eXIf), the WebP container specification. A picture without a block
gives None; one whose structure breaks before that is known raises Malformed or Truncated: the two differ.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from triage.errors import Malformed, Truncated
from triage.formats.heif_exif import exif_item

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_PARTS = 4096  # segments or chunks looked at
LONGEST = 1 << 24  # a PNG or WebP block longer than this is no EXIF
HEADER = b"Exif\0"

_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_START_OF_SCAN, _END, _APP1 = 0xDA, 0xD9, 0xE1


def find_exif(stream: BinaryIO) -> BinaryIO | None:
    """A stream that begins at the TIFF header of the picture's EXIF block, or None where it has none."""
    stream.seek(0)
    head = stream.read(12)
    if head[:4] in {b"II*\0", b"MM\0*"}:
        stream.seek(0)
        return stream
    find = _finder(head)
    block = find(stream) if find else None
    if block is None:
        return None
    if block[:4] not in {b"II*\0", b"MM\0*"}:
        raise Malformed("the EXIF block has no TIFF header")
    return io.BytesIO(block)


def _finder(head: bytes) -> Callable[[BinaryIO], bytes | None] | None:
    if head.startswith(b"\xff\xd8"):
        return _in_jpeg
    if head[4:8] == b"ftyp":
        return exif_item
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _in_png
    return _in_webp if head[:4] == b"RIFF" and head[8:] == b"WEBP" else None


def _in_jpeg(stream: BinaryIO) -> bytes | None:
    """The payload of the first APP1 segment that is EXIF, before the image data."""
    stream.seek(2)
    for _ in range(MOST_PARTS):
        marker = _marker(stream)
        if marker in _STANDALONE:
            continue
        if marker in {_START_OF_SCAN, _END}:
            return None
        length = int.from_bytes(_exactly(stream, 2), "big") - 2
        if length < 0:
            raise Malformed("a JPEG segment has an impossible length")
        if marker == _APP1:
            payload = stream.read(length)
            if payload.startswith(HEADER):
                return _whole(payload, length)[6:]
            _whole(payload, length)
        else:
            stream.seek(length, io.SEEK_CUR)
    raise Malformed("the JPEG has too many segments")


def _marker(stream: BinaryIO) -> int:
    """The code of the next marker; bytes 0xFF before it are filling."""
    if _exactly(stream, 1) != b"\xff":
        raise Malformed("the JPEG has bytes between its segments that belong to none")
    for _ in range(1024):
        if (code := _exactly(stream, 1)) != b"\xff":
            return code[0]
    raise Malformed("the JPEG has endless filling between its segments")


def _in_png(stream: BinaryIO) -> bytes | None:
    stream.seek(8)
    for _ in range(MOST_PARTS):
        header = _exactly(stream, 8)
        length = int.from_bytes(header[:4], "big")
        if header[4:] == b"IEND":
            return None
        if header[4:] == b"eXIf" and length <= LONGEST:
            return _whole(stream.read(length), length)
        stream.seek(length + 4, io.SEEK_CUR)
    return None


def _in_webp(stream: BinaryIO) -> bytes | None:
    """The payload of the chunk EXIF; some writers put the JPEG header before it."""
    stream.seek(12)
    for _ in range(MOST_PARTS):
        header = stream.read(8)
        if len(header) < 8:
            return None
        length = int.from_bytes(header[4:], "little")
        if header[:4] == b"EXIF" and length <= LONGEST:
            block = _whole(stream.read(length), length)
            return block[6:] if block.startswith(HEADER) else block
        stream.seek(length + (length & 1), io.SEEK_CUR)
    return None


def _exactly(stream: BinaryIO, length: int) -> bytes:
    return _whole(stream.read(length), length)


def _whole(data: bytes, length: int) -> bytes:
    if len(data) < length:
        raise Truncated("the picture ends before its metadata does")
    return data
