"""Android: `.thumbdata*` of the media provider until Android 9, and the caches of the gallery (`imgcache*.0`, `imgcache*.1`).

`.thumbdata`: slots of 10,000 bytes, one per id of the media database: a byte that says whether the slot is used, 8 bytes magic, 4 bytes length
(big endian), the JPEG. Gallery: BlobCache: 4 bytes magic, then blobs: key (8), checksum, own offset, length (4 each, little endian), and the value:
the path of the item with its time and size (`/local/image/item/<id>+<seconds>+<kind>`, two bytes a letter), then the JPEG. Reference: AOSP,
MiniThumbFile and Gallery2's BlobCache and ImageCacheService (mark A); built fixture.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from triage.formats.thumbs import MOST_BYTES, Cell, ending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.formats.thumbs import Readable

SLOT = 10_000
BLOBS = b"\x10\x85\x24\xbd"
_SLOT_HEAD = 13
_BLOB = struct.Struct("<QIII")
_KEY = 1024  # bytes of a value in which the picture begins
_ITEM = re.compile(r"/local/(?P<kind>image|video)/item/(?P<id>\d+)")
_LOOKED_AT = 64  # slots


def is_thumbdata(stream: Readable) -> bool:
    """Whether one of the first used slots holds a picture."""
    size = stream.seek(0, 2)
    return any(_slot(stream, number, size) for number in range(min(_LOOKED_AT, size // SLOT + 1)))


def thumbdata(stream: Readable) -> Iterator[Cell]:
    """The pictures of the used slots, named by their id in the media database; slots marked unused keep what they held and are read too."""
    size = stream.seek(0, 2)
    for number in range(size // SLOT + 1):
        if cell := _slot(stream, number, size):
            yield cell


def _slot(stream: Readable, number: int, size: int) -> Cell | None:
    start = number * SLOT
    if start + _SLOT_HEAD + 4 > size:
        return None
    stream.seek(start)
    head = stream.read(_SLOT_HEAD + 8)
    length = int.from_bytes(head[9:13], "big")
    if not 0 < length <= SLOT - _SLOT_HEAD or ending(head[_SLOT_HEAD:]) is None:
        return None
    return Cell(f"{number}.jpg", number, ((start + _SLOT_HEAD, min(length, size - start - _SLOT_HEAD)),))


def blobs(stream: Readable) -> Iterator[Cell]:
    """The pictures of a gallery cache, named `image-<id>.jpg` where the item has an id in the media database."""
    size, at = stream.seek(0, 2), 4
    while at + _BLOB.size <= size:
        stream.seek(at)
        key, _, own, length = _BLOB.unpack(stream.read(_BLOB.size))
        start = at + _BLOB.size
        if own != at or length > MOST_BYTES or start + length > size:
            return
        value = stream.read(min(length, _KEY))
        skip = next((place for place in range(0, len(value) - 4, 2) if ending(value[place : place + 8])), None)
        if skip is not None:
            yield Cell(_name(value[:skip], key), at, ((start + skip, length - skip),))
        at = start + length


def _name(path: bytes, key: int) -> str:
    text = path.decode("utf-16-le", "replace")
    found = _ITEM.match(text)
    return f"{found['kind']}-{found['id']}.jpg" if found else f"{key:016x}.jpg"
