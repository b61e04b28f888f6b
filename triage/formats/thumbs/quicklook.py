"""What macOS's QuickLook made for the Finder: `index.sqlite` and `thumbnails.data` of com.apple.QuickLook.thumbnailcache.

Table `thumbnails`: file_id, size, width, height, bitsperpixel, bytesperrow, bitmapinfo, bitmapdata_location and bitmapdata_length in
`thumbnails.data`, hit_count, last_hit_date (seconds since 2001). Until macOS 10.14 `files` names folder and file by ROWID = file_id; later
`basic_files.fileId` is the number of the file in its file system, and file_id the same with the highest bit set. Pixels: bitmapinfo 0x2002
(premultiplied, little endian words) is blue first; without that column red first. Newer caches (column bitmapFormat) say the layout in an archive and are
not shown. A picture is made when a folder is shown: it does not say that a person opened the file. Reference: public parsers, one checked on a Mac of
2021 (mark B); built fixture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats import cells as values
from triage.formats.thumbs import MOST_BYTES, Cell, bitmaps

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.tables import Tables

DATA, INDEX = "thumbnails.data", "index.sqlite"
FOLDER = "com.apple.QuickLook.thumbnailcache"
COLUMNS = (
    "rowid", "file_id", "size", "width", "height", "bitsperpixel", "bytesperrow", "bitmapinfo", "bitmapdata_location", "bitmapdata_length",
    "hit_count", "last_hit_date",
)  # fmt: skip
_LOW = (1 << 63) - 1
_BYTE_ORDER, _LITTLE = 0x7000, 0x2000


def file_number(file_id: object) -> int | None:
    """The number of a file as `files.ROWID` or `basic_files.fileId` has it."""
    number = values.integer(file_id)
    return None if number is None else number & _LOW


def pictures(tables: Tables) -> Iterator[Cell]:
    """The pictures whose layout the index says, `<number of the file>-<side>.bmp`, numbered by their row."""
    if not tables.has("thumbnails", "file_id", "bitmapdata_location", "bytesperrow"):
        return
    for row in tables.rows("thumbnails", COLUMNS, order="rowid"):
        if cell := _cell(row):
            yield cell


def _cell(row: sqlite3.Row) -> Cell | None:
    width, height, stride = (values.count(row[name]) or 0 for name in ("width", "height", "bytesperrow"))
    start, length = (values.integer(row[name]) for name in ("bitmapdata_location", "bitmapdata_length"))
    width = width or stride // 4
    fits = 0 < width <= bitmaps.MOST_SIDE and 0 < height <= bitmaps.MOST_SIDE and stride >= width * 4
    if not fits or start is None or start < 0 or length is None or values.integer(row["bitsperpixel"]) != 32:
        return None
    if not stride * (height - 1) + width * 4 <= length <= MOST_BYTES:
        return None
    whole = ((start, width * height * 4),)
    pieces = whole if stride == width * 4 else tuple((start + at * stride, width * 4) for at in range(height))
    info = values.integer(row["bitmapinfo"])
    blue_first = info is not None and info & _BYTE_ORDER == _LITTLE
    name = f"{file_number(row['file_id'])}-{max(width, height)}.bmp"
    return Cell(name, values.integer(row["rowid"]) or 0, pieces, bitmaps.bmp_32(width, height, blue_first=blue_first))
