"""`Thumbs.db` of Windows 2000 to XP and, on network folders, of later ones: a compound file.

XP: stream `Catalog` lists number, name and time of each picture; its stream is named by the digits of that number in reverse order. Vista and
later: streams `<pixels>_<ThumbnailCacheId>`. Before the picture stands a header whose first number is its length (12 or 16). Windows 2000 left
out the tables of its JPEG; such pictures are given as they are stored. Reference: public readers (mark B); a public sample.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from triage.formats.thumbs import MOST_BYTES, Cell, ending
from triage.formats.thumbs.compound import Compound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.formats.thumbs import Readable

CATALOG = "Catalog"
BY_ID = re.compile(r"\d{2,4}_[0-9a-fA-F]{8,16}\Z")
_BY_NUMBER = re.compile(r"\d{1,9}\Z")
_MOST_CATALOG = 8 << 20
_LOOKED_AT = 256  # bytes in which the picture begins


def is_thumbs_db(stream: Readable) -> bool:
    """Whether a compound file is such a cache: by its catalog or the names of its streams. Raises EvidenceError."""
    return any(each.name == CATALOG or BY_ID.match(each.name) for each in Compound(stream).streams())


def cells(stream: Readable) -> Iterator[Cell]:
    """The pictures; named as their original where the catalog has the name. Raises EvidenceError."""
    file = Compound(stream)
    stored = list(file.streams())
    catalog = next((each for each in stored if each.name == CATALOG), None)
    names = _names(file.read(catalog.pieces, _MOST_CATALOG)) if catalog else {}
    for number, each in enumerate(stored):
        if BY_ID.match(each.name) or _BY_NUMBER.match(each.name):
            yield from _cell(file, each.name, each.pieces, number, names)


def _cell(
    file: Compound, name: str, pieces: tuple[tuple[int, int], ...], number: int, names: dict[str, str]
) -> Iterator[Cell]:
    head = file.read(pieces, _LOOKED_AT)
    skip = next((at for at in range(len(head) - 4) if ending(head[at : at + 8])), None)
    if skip is None or sum(size for _, size in pieces) > MOST_BYTES:
        return
    kind = ending(head[skip : skip + 8])
    yield Cell(names.get(name) or f"{name}.{kind}", number, _without(pieces, skip))


def _without(pieces: tuple[tuple[int, int], ...], skip: int) -> tuple[tuple[int, int], ...]:
    """The pieces without their first bytes."""
    kept = []
    for offset, size in pieces:
        if skip >= size:
            skip -= size
            continue
        kept.append((offset + skip, size - skip))
        skip = 0
    return tuple(kept)


def _names(data: bytes) -> dict[str, str]:
    """The name of each picture by the name of its stream. Header: u16 length of the header; then rows."""
    if len(data) < 16:
        return {}
    names: dict[str, str] = {}
    at = struct.unpack_from("<H", data)[0]
    while 16 <= at + 16 <= len(data):
        size, number = struct.unpack_from("<II", data, at)
        if not 16 < size <= len(data) - at:
            break
        text = data[at + 16 : at + size].decode("utf-16-le", "replace").partition("\0")[0]
        if text:
            names.setdefault(str(number)[::-1], text.replace("/", "_"))
        at += size
    return names
