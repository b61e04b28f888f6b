"""JPEG XL: the size and the EXIF. Its pixels are not decoded (Pillow has no decoder for it).

Source: ISO/IEC 18181-1 (SizeHeader), 18181-2 (boxes; `Exif` begins with an offset of four bytes). Mark A for the size, compared with
exiftool over a public sample; else mark B.
"""

from __future__ import annotations

from typing import BinaryIO

from triage.formats.iso_boxes import boxes_in

_CODESTREAM = b"\xff\x0a"
_CONTAINER = b"\0\0\0\x0cJXL \r\n\x87\n"
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_WIDTHS = (9, 13, 18, 30)


def exif_block(stream: BinaryIO) -> bytes | None:
    """The bytes from the TIFF header on; None where there is no box of EXIF. A packed box (`brob`) is left alone."""
    stream.seek(0)
    if not stream.read(12).startswith(_CONTAINER):
        return None
    data = next((content for name, content in boxes_in(stream, ()) if name == b"Exif"), b"")
    start = 4 + int.from_bytes(data[:4], "big")
    return data[start:] or None


def size(stream: BinaryIO) -> tuple[int, int] | None:
    """Width and height; None where this is no JPEG XL."""
    stream.seek(0)
    head = stream.read(64)
    if head.startswith(_CONTAINER):
        boxes = ((name, content) for name, content in boxes_in(stream, ()) if content)
        head = next((data[4 if name == b"jxlp" else 0 :] for name, data in boxes if name in {b"jxlc", b"jxlp"}), b"")[
            :64
        ]
    return _size(int.from_bytes(head[2:], "little")) if head.startswith(_CODESTREAM) and len(head) > 12 else None


def _size(bits: int) -> tuple[int, int]:
    """The first bits are the lowest ones."""
    small, bits = bits & 1, bits >> 1
    height, bits = _length(bits, small)
    ratio, bits = bits & 7, bits >> 3
    if ratio:
        across, down = _RATIOS[ratio - 1]
        return height * across // down, height
    width, bits = _length(bits, small)
    return width, height


def _length(bits: int, small: int) -> tuple[int, int]:
    if small:
        return ((bits & 31) + 1) * 8, bits >> 5
    width, bits = _WIDTHS[bits & 3], bits >> 2
    return (bits & ((1 << width) - 1)) + 1, bits >> width
