"""What FLIR's thermal cameras say of themselves in a JPEG: segments APP1 `FLIR`, put together a file of records (FFF).

Header of 64 bytes: `FFF`, version 100 to 199 at 0x14 (it tells the order of bytes), offset and count of the directory at 0x18 and 0x1C. Rows of
32 bytes: type (u16), offset and length at 0x0C and 0x10. Record 0x20 begins with 2 in its own order of bytes; model at 0xD4 (32 bytes), serial number at
0x104 (16). Reference: the documentation of exiftool (mark A: a public sample).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

SEGMENT = b"FLIR\0"
MOST_BYTES = 8 << 20
_CAMERA = 0x20
_MOST_RECORDS = 256


class Camera(NamedTuple):
    """The camera, as the record says."""

    model: str | None
    serial: str | None


def camera(data: bytes) -> Camera | None:
    """Of the segments put together; None where there is no such record. Never raises."""
    order = _order(data[0x14:0x18], range(100, 200))
    if not data.startswith(b"FFF\0") or order is None:
        return None
    start, count = (int.from_bytes(data[at : at + 4], order) for at in (0x18, 0x1C))
    for row in range(start, start + 32 * min(count, _MOST_RECORDS), 32):
        kind, at = (int.from_bytes(data[row + place : row + end], order) for place, end in ((0, 2), (12, 16)))
        if kind == _CAMERA and _order(data[at : at + 2], range(2, 3)):
            return Camera(_text(data[at + 0xD4 : at + 0xF4]), _text(data[at + 0x104 : at + 0x114]))
    return None


def _order(number: bytes, wanted: range) -> Literal["big", "little"] | None:
    """In which order of bytes it is one of these."""
    if int.from_bytes(number, "big") in wanted:
        return "big"
    return "little" if int.from_bytes(number, "little") in wanted else None


def _text(data: bytes) -> str | None:
    return data.partition(b"\0")[0].decode("latin-1").strip() or None
