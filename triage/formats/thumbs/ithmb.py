"""Tables of thumbnails in Apple's photo library (`PhotoData/Thumbnails/<format>.ithmb`; on a Mac `resources/derivatives/thumbs`).

All entries of a table have one length: the pixels of a square of the format's side (rows of a multiple of eight pixels), then 28 bytes: the
asset's UUID (ZUUID of Photos.sqlite), width and height (u32), a number. The entry of an asset is at ZTHUMBNAILINDEX. The number in the name
is the format: which side, whether cut to the square, and how pixels are kept: 16 bits (5-5-5, blue lowest), blocks of ASTC or of BC7. A
picture that is not cut stands in the middle of the square. Reference: symbols and code of Apple's PhotoLibraryServices as published (mark B); built
fixture, no public sample at hand. Slots that the library no longer uses keep what they held and are read too.
"""

from __future__ import annotations

import re
import struct
import uuid
from typing import TYPE_CHECKING, NamedTuple

from triage.formats.thumbs import Cell, bitmaps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.formats.thumbs import Readable

NAME = re.compile(r"(\d{4})\.ithmb\Z", re.IGNORECASE)
_FOOT = struct.Struct("<16sIIi")
_PLAIN, _ASTC, _BC7 = "5-5-5", "astc", "bc7"


class Form(NamedTuple):
    """A format of tables: side in pixels, whether pictures are cut to the square, how pixels are kept."""

    side: int
    cut: bool
    pixels: str

    @property
    def length(self) -> int:
        """Of one entry, in bytes."""
        bytes_each = 2 if self.pixels == _PLAIN else 1
        return ((self.side + 7) & ~7) * bytes_each * self.side + _FOOT.size


_SQUARES = {3301: 16, 3303: 22, 3304: 25, 3305: 32, 3306: 39, 3309: 64, 3310: 75, 3311: 78, 3314: 125, 3315: 128}
_SQUARES_BC7 = {3356: 32}
_SQUARES_ASTC = {3307: 40, 3316: 128, 3324: 124, 3334: 24, 3339: 64, 3350: 76, 3355: 32}
_WHOLE = {3601: 160, 4030: 180, 4031: 120, 4032: 32, 4132: 64}
_WHOLE_ASTC = {4029: 180, 4134: 64, 4531: 120}
_WHOLE_BC7 = {3602: 160, 4133: 64, 4532: 120}
FORMS: dict[int, Form] = {
    **{number: Form(side, cut=True, pixels=_PLAIN) for number, side in _SQUARES.items()},
    **{number: Form(side, cut=True, pixels=_ASTC) for number, side in _SQUARES_ASTC.items()},
    **{number: Form(side, cut=True, pixels=_BC7) for number, side in _SQUARES_BC7.items()},
    **{number: Form(side, cut=False, pixels=_PLAIN) for number, side in _WHOLE.items()},
    **{number: Form(side, cut=False, pixels=_ASTC) for number, side in _WHOLE_ASTC.items()},
    **{number: Form(side, cut=False, pixels=_BC7) for number, side in _WHOLE_BC7.items()},
}


def form_of(name: str) -> Form | None:
    """The format that a file name says; None where it is no table, or of a format that is not known."""
    found = NAME.search(name)
    return FORMS.get(int(found[1])) if found else None


def cells(stream: Readable, form: Form) -> Iterator[Cell]:
    """The pictures of the slots that hold one, named by the UUID of their asset, numbered by their slot."""
    for slot in range(stream.seek(0, 2) // form.length):
        start = slot * form.length
        stream.seek(start + form.length - _FOOT.size)
        foot = stream.read(_FOOT.size)
        if len(foot) < _FOOT.size:
            return
        identifier, width, height, _ = _FOOT.unpack(foot)
        if 0 < width <= form.side and 0 < height <= form.side:
            yield _cell(form, start, str(uuid.UUID(bytes=identifier)).upper(), (slot, width, height))


def _cell(form: Form, start: int, name: str, shape: tuple[int, int, int]) -> Cell:
    slot, width, height = shape
    if form.cut:
        width = height = form.side
    if form.pixels == _PLAIN:
        return Cell(f"{name}.bmp", slot, _rows(form, start, width, height), bitmaps.bmp_555(width, height))
    size = 16 * ((width + 3) // 4) * ((height + 3) // 4)
    if form.pixels == _BC7:
        return Cell(f"{name}.dds", slot, ((start, size),), bitmaps.dds_bc7(width, height, size))
    return Cell(f"{name}.astc", slot, ((start, size),), bitmaps.astc(width, height))


def _rows(form: Form, start: int, width: int, height: int) -> tuple[tuple[int, int], ...]:
    """The rows of the picture inside the square, each of a multiple of four bytes."""
    row, taken = ((form.side + 7) & ~7) * 2, (width * 2 + 3) & ~3
    first = start + row * ((form.side - height + 1) // 2) + 2 * ((form.side - width) // 2)
    return tuple((first + number * row, taken) for number in range(height))
