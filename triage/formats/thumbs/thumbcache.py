"""Windows Explorer's `thumbcache_*.db`, Vista to Windows 11.

Header `CMMM`, version (20 Vista, 21 Windows 7, 26 to 32 Windows 8 to 11). Each entry begins with `CMMM`, its whole size, and the 64-bit
ThumbnailCacheId; Vista has the extension after it; then size of the identifier, of the padding and of the data, from Windows 8 on width and
height, 4 bytes unknown and two checksums; then identifier (UTF-16, usually the id in hexadecimal), padding, data. Reference: libyal's description
of the format and public readers (mark B); built fixture. Entries that the program no longer uses keep their content and are read too.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from triage.formats.thumbs import MOST_BYTES, Cell, ending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.formats.thumbs import Readable

MAGIC = b"CMMM"
VISTA, SEVEN = 20, 21
_HEADS = {VISTA: struct.Struct("<4sIQ8sIIII16x"), SEVEN: struct.Struct("<4sIQIIII16x")}
_LATER = struct.Struct("<4sIQIIIIII16x")
_BLOCK = 1 << 20


def cells(stream: Readable) -> Iterator[Cell]:
    """The pictures of a cache; entries without one (many have only an id) are passed over."""
    stream.seek(0)
    head = stream.read(8)
    if len(head) < 8 or not head.startswith(MAGIC):
        return
    form = _HEADS.get(struct.unpack_from("<I", head, 4)[0], _LATER)
    at = _next(stream, 8)
    while at is not None:
        stream.seek(at)
        fields = stream.read(form.size)
        if len(fields) < form.size:
            return
        size, number, name, padding, length = _sizes(form, fields)
        start = at + form.size + name + padding
        if 0 < length <= MOST_BYTES and start + length <= at + size:
            stream.seek(start)
            if kind := ending(stream.read(8)):
                yield Cell(f"{number:016x}.{kind}", at, ((start, length),))
        at = _next(stream, at + (size if form.size <= size else 4))


def _sizes(form: struct.Struct, fields: bytes) -> tuple[int, int, int, int, int]:
    """Size of the entry, its id, sizes of identifier, padding and data."""
    values = form.unpack(fields)
    after = 4 if form is _HEADS[VISTA] else 3
    return values[1], values[2], *values[after : after + 3]


def _next(stream: Readable, at: int) -> int | None:
    """Where the next entry begins, at `at` or behind it."""
    while True:
        stream.seek(at)
        block = stream.read(_BLOCK)
        found = block.find(MAGIC)
        if found >= 0:
            return at + found
        if len(block) < _BLOCK:
            return None
        at += _BLOCK - len(MAGIC) + 1
