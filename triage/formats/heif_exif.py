"""Where a HEIC or AVIF picture keeps its EXIF: the item of type `Exif` that the boxes `iinf` and `iloc` name.

Sources: ISO/IEC 14496-12 (boxes meta, iinf, iloc, idat), ISO/IEC 23008-12 annex A (the Exif item). Our own reader, for
exifread's can be kept busy for hours by a few hundred kilobytes: it walks extents that take no bytes one by one.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from triage.errors import Malformed, Truncated, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BOXES = 1024
LONGEST_META = 1 << 22
LONGEST_ITEM = 1 << 20
FARTHEST = 1 << 62


def exif_item(stream: BinaryIO) -> bytes | None:
    """The bytes from the TIFF header on, or None where no item is EXIF. Raises Malformed, Truncated, Unsupported."""
    meta = _meta(stream)
    if meta is None:
        return None
    boxes = dict(_boxes(meta[4:]))
    number = _exif_number(boxes.get(b"iinf", b""))
    if number is None:
        return None
    data = _item(stream, boxes, number)
    start = 4 + int.from_bytes(data[:4], "big")
    if len(data) < start + 8:
        raise Malformed("the EXIF item of the picture is too short")
    return data[start:]


def _meta(stream: BinaryIO) -> bytes | None:
    """The payload of the box `meta` at the top of the file."""
    at = 0
    for _ in range(MOST_BOXES):
        stream.seek(at)
        head = stream.read(16)
        if len(head) < 8:
            return None
        size, start = _box_size(head)
        if head[4:8] == b"meta":
            length = min(size - start, LONGEST_META)
            stream.seek(at + start)
            return _whole(stream.read(length), length)
        at += size
        if at > FARTHEST:
            return None
    return None


def _box_size(head: bytes) -> tuple[int, int]:
    """Size of a box and where its payload starts. A size of 0, to the end of the file, ends the search."""
    size, start = int.from_bytes(head[:4], "big"), 8
    if size == 1:
        size, start = int.from_bytes(head[8:16], "big"), 16
    if size == 0:
        return 1 << 62, start
    if size < start:
        raise Malformed("a box of the picture is shorter than its own header")
    return size, start


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, start = _box_size(data[at : at + 16])
        yield data[at + 4 : at + 8], data[at + start : at + size]
        at += size


def _exif_number(iinf: bytes) -> int | None:
    """The number of the first item of type Exif (`infe` versions 2 and 3; older ones have no type)."""
    skip = 6 if iinf[:1] == b"\0" else 8
    for name, infe in _boxes(iinf[skip:]):
        width = {2: 2, 3: 4}.get(infe[0] if infe else 0)
        if name == b"infe" and width and infe[6 + width : 10 + width] == b"Exif":
            return int.from_bytes(infe[4 : 4 + width], "big")
    return None


@dataclass(slots=True)
class _Cursor:
    """Big-endian numbers one after the other."""

    data: bytes
    at: int = 0

    def number(self, width: int) -> int:
        value = _whole(self.data[self.at : self.at + width], width)
        self.at += width
        return int.from_bytes(value, "big")


def _item(stream: BinaryIO, boxes: dict[bytes, bytes], wanted: int) -> bytes:
    """The content of one item: its extents in the file or in the box `idat`, joined."""
    method, extents = _extents(boxes.get(b"iloc", b""), wanted)
    if method > 1:
        raise Unsupported("the EXIF of the picture is stored in a way that is not read yet")
    source = io.BytesIO(boxes.get(b"idat", b"")) if method else stream
    content = b""
    for offset, length in extents:
        if offset > FARTHEST:
            raise Malformed("the EXIF item of the picture lies beyond any file")
        source.seek(offset)
        bound = LONGEST_ITEM - len(content)
        content += _whole(source.read(min(length, bound)), min(length, bound)) if length else source.read(bound)
    return content


def _extents(iloc: bytes, wanted: int) -> tuple[int, list[tuple[int, int]]]:
    """Construction method and extents (offset, length) of one item. Those of other items are stepped over at once."""
    cursor = _Cursor(iloc)
    version = cursor.number(1)
    cursor.number(3)
    sizes = cursor.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    for _ in range(cursor.number(4 if version == 2 else 2)):
        number = cursor.number(4 if version == 2 else 2)
        method = cursor.number(2) & 15 if version else 0
        cursor.number(2)
        base, count = cursor.number(base_size), cursor.number(2)
        if number == wanted:
            return method, [
                _extent(cursor, (index_size, offset_size, length_size), base) for _ in range(min(count, 64))
            ]
        cursor.at += count * (index_size + offset_size + length_size)
    raise Malformed("the picture does not say where its EXIF item is")


def _extent(cursor: _Cursor, widths: tuple[int, int, int], base: int) -> tuple[int, int]:
    _, offset, length = (cursor.number(width) for width in widths)
    return base + offset, length


def _whole(data: bytes, length: int) -> bytes:
    if len(data) < length:
        raise Truncated("the picture ends before its metadata does")
    return data
