"""Where the EXIF of a picture is: streams that begin at a TIFF header, whatever file they are wrapped in.

Sources: CIPA DC-008 (JPEG APP1), PNG 3rd edition (eXIf), the WebP container specification; raw files after the documentation of
exiftool and LibRaw (mark A for DNG, CR3, RAF, RW2 and MRW, compared over public samples; else mark B). A picture without EXIF gives
none; one whose structure breaks before that is known raises Malformed or Truncated: the two differ.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from triage.errors import Malformed, Truncated
from triage.formats import jpeg_parts
from triage.formats.heif_exif import exif_item
from triage.formats.iso_boxes import boxes_in
from triage.formats.jxl import exif_block as in_jxl

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_PARTS = 4096  # chunks looked at
LONGEST = 1 << 24  # a PNG or WebP block longer than this is no EXIF
_PROFILES = frozenset({b"tEXt", b"zTXt"})
HEADERS = (b"II*\0", b"MM\0*")
RENAMED = {b"IIU\0": b"II*\0", b"IIRO": b"II*\0", b"IIRS": b"II*\0", b"MMOR": b"MM\0*"}  # Panasonic, Olympus
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CANON_GROUPS = {b"CMT1": "Image", b"CMT2": "EXIF", b"CMT3": "MakerNote", b"CMT4": "GPS"}


@dataclass(frozen=True, slots=True)
class Block:
    """A stream from a TIFF header on; its first directory is that of `group`: Image, EXIF, GPS or MakerNote."""

    stream: BinaryIO
    group: str = "Image"


def find_blocks(stream: BinaryIO) -> list[Block]:
    """The EXIF of a picture in one or, in Canon's CR3, several structures. Raises EvidenceError."""
    stream.seek(0)
    head = stream.read(16)
    if head[:4] in HEADERS:
        return [Block(stream)]
    if head[:4] in RENAMED:
        return [Block(cast("BinaryIO", _Renamed(stream, RENAMED[head[:4]])))]
    if head[4:12] == b"ftypcrx ":
        return _in_cr3(stream)
    find = _finder(head)
    block = find(stream) if find else None
    if block is None:
        return []
    if block[:4] not in HEADERS:
        raise Malformed("the EXIF block has no TIFF header")
    return [Block(io.BytesIO(block))]


def _finder(head: bytes) -> Callable[[BinaryIO], bytes | None] | None:
    if head[4:8] == b"ftyp":
        return exif_item
    if head[:4] == b"RIFF":
        return _in_webp if head[8:12] == b"WEBP" else None
    return next((find for start, find in _BY_START if head.startswith(start)), None)


def _in_jpeg(stream: BinaryIO) -> bytes | None:
    """The payload of the first APP1 segment that is EXIF, before the image data."""
    parts = jpeg_parts.read(stream)
    if parts.exif is None and parts.broken is not None:
        raise parts.broken
    return parts.exif


def _in_png(stream: BinaryIO) -> bytes | None:
    stream.seek(8)
    for _ in range(MOST_PARTS):
        header = _exactly(stream, 8)
        length = int.from_bytes(header[:4], "big")
        if header[4:] == b"IEND":
            return None
        if header[4:] == b"eXIf" and length <= LONGEST:
            return _exactly(stream, length)
        at = stream.tell()
        if header[4:] in _PROFILES and length <= LONGEST and (block := _profile(_exactly(stream, length))):
            return block
        stream.seek(at + length + 4)
    return None


def _profile(chunk: bytes) -> bytes | None:
    """EXIF as ImageMagick wrote it before PNG had a chunk for it: hexadecimal text, packed or not. None: another text."""
    keyword, _, rest = chunk.partition(b"\0")
    if keyword not in {b"Raw profile type exif", b"Raw profile type APP1"}:
        return None
    if rest.startswith(b"\0x"):
        rest = zlib.decompressobj().decompress(rest[1:], LONGEST)
    try:
        block = bytes.fromhex(b"".join(rest.split(b"\n")[3:]).decode("ascii", "replace"))
    except (ValueError, zlib.error) as error:
        raise Malformed("the EXIF profile of the picture is damaged") from error
    return block[6:] if block.startswith(jpeg_parts.EXIF) else None


def _in_webp(stream: BinaryIO) -> bytes | None:
    """The payload of the chunk EXIF; some writers put the JPEG header before it."""
    stream.seek(12)
    for _ in range(MOST_PARTS):
        header = stream.read(8)
        if len(header) < 8:
            return None
        length = int.from_bytes(header[4:], "little")
        if header[:4] == b"EXIF" and length <= LONGEST:
            block = _exactly(stream, length)
            return block[6:] if block.startswith(jpeg_parts.EXIF) else block
        stream.seek(length + (length & 1), io.SEEK_CUR)
    return None


def _in_raf(stream: BinaryIO) -> bytes | None:
    """Fujifilm: the JPEG that is shown holds the EXIF; where it lies is in the header."""
    stream.seek(84)
    at, length = (int.from_bytes(_exactly(stream, 4), "big") for _ in range(2))
    stream.seek(at)
    return _in_jpeg(io.BytesIO(stream.read(min(length, 1 << 20))))


def _in_mrw(stream: BinaryIO) -> bytes | None:
    """Minolta: blocks with a name and a length; TTW is a TIFF structure."""
    stream.seek(8)
    for _ in range(64):
        header = stream.read(8)
        length = int.from_bytes(header[4:], "big")
        if len(header) < 8 or not header.startswith(b"\0"):
            return None
        if header[:4] == b"\0TTW":
            return stream.read(min(length, LONGEST))
        stream.seek(length, io.SEEK_CUR)
    return None


def _in_cr3(stream: BinaryIO) -> list[Block]:
    """Canon: four structures in a box of its own, each with one directory."""
    for name, content in boxes_in(stream, (b"moov",)):
        if name == b"uuid" and content.startswith(_CANON):
            inside = boxes_in(io.BytesIO(content[16:]), ())
            found = [Block(io.BytesIO(data), _CANON_GROUPS[each]) for each, data in inside if each in _CANON_GROUPS]
            return [block for block in found if cast("io.BytesIO", block.stream).getbuffer()[:4] in HEADERS]
    return []


_BY_START: tuple[tuple[bytes, Callable[[BinaryIO], bytes | None]], ...] = (
    (b"\xff\xd8", _in_jpeg),
    (b"\x89PNG\r\n\x1a\n", _in_png),
    (b"FUJIFILMCCD-RAW", _in_raf),
    (b"\0MRM", _in_mrw),
    (b"\0\0\0\x0cJXL ", in_jxl),
)


class _Renamed:
    """A stream whose first four bytes read as those of TIFF, which the rest of it is."""

    def __init__(self, stream: BinaryIO, start: bytes) -> None:
        self._stream, self._start = stream, start

    def read(self, size: int = -1) -> bytes:
        at = self._stream.tell()
        data = self._stream.read(size)
        return data if at >= 4 or not data else self._start[at : at + len(data)] + data[4 - at :]

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise Truncated("the picture ends before its metadata does")
    return data
