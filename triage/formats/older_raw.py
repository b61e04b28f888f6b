"""Raw files that are not built on TIFF and hold no EXIF: Canon's CRW, Sigma's X3F, Lytro's LFP. Camera, owner, number, time and size.

CRW is a heap: directories at the end of blocks, with entries inside the directory or elsewhere in the block. X3F has a directory at its end that
leads to a list of properties in UTF-16. LFP holds pieces of JSON. Sources: documentation of exiftool (mark A, compared with it over one public sample of each).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from triage.formats.exif_tags import SECOND, moment
from triage.model import Stamp, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ENTRIES = 512
LONGEST_VALUE = 4096
LONGEST_PROPERTIES = 1 << 18
LONGEST_JSON = 1 << 20
_IN_PLACE, _KINDS = 0x4000, 0x3800
_HEAPS = frozenset({0x2800, 0x3000})
_LATEST = 1 << 32


@dataclass(slots=True)
class OlderRaw:
    """What was found; None where the file does not say. `tags` holds it as text."""

    make: str | None = None
    model: str | None = None
    owner: str | None = None
    serial: str | None = None
    taken_at: Stamp | None = None
    size: tuple[int, int] | None = None
    tags: dict[str, str] = field(default_factory=dict)


def read(stream: BinaryIO) -> OlderRaw | None:
    """None for a file that is neither. Never raises."""
    stream.seek(0)
    head = stream.read(40)
    if head[6:14] == b"HEAPCCDR":
        return _crw(stream, head)
    if head.startswith(b"\x89LFP\r\n\x1a\n"):
        return _lfp(stream)
    return _x3f(stream, head) if head.startswith(b"FOVb") else None


def _crw(stream: BinaryIO, head: bytes) -> OlderRaw:
    found = OlderRaw()
    end = stream.seek(0, 2)
    for tag, data in _heap(stream, (int.from_bytes(head[2:6], "little"), end), [MOST_ENTRIES], 0):
        if tag == 0x080A:
            make, _, rest = data.partition(b"\0")
            found.make, found.model = _plain(make), _plain(rest.partition(b"\0")[0])
        elif tag == 0x0810:
            found.owner = _plain(data.partition(b"\0")[0])
        elif tag == 0x180B:
            found.serial = str(int.from_bytes(data[:4], "little")) if any(data[:4]) else None
        elif tag == 0x180E:
            found.taken_at = _unix(int.from_bytes(data[:4], "little"))
        elif tag == 0x1810:
            found.size = int.from_bytes(data[:4], "little"), int.from_bytes(data[4:8], "little")
    return _told(found)


def _heap(stream: BinaryIO, extent: tuple[int, int], left: list[int], depth: int) -> Iterator[tuple[int, bytes]]:
    """Tag without the bits of where it lies, and value, of all entries of a block and of the blocks inside it."""
    start, end = extent
    listing = start + int.from_bytes(_at(stream, end - 4, 4), "little")
    count = int.from_bytes(_at(stream, listing, 2), "little")
    data = _at(stream, listing + 2, min(count, MOST_ENTRIES) * 10) if start <= listing < end else b""
    for place in range(0, len(data) - 9, 10):
        left[0] -= 1
        if left[0] < 0:
            return
        entry = data[place : place + 10]
        tag = int.from_bytes(entry[:2], "little")
        size, offset = int.from_bytes(entry[2:6], "little"), int.from_bytes(entry[6:10], "little")
        if tag & _IN_PLACE:
            yield tag & 0x3FFF, entry[2:10]
        elif tag & _KINDS in _HEAPS and depth < 8 and start + offset + size <= end and size >= 4:
            yield from _heap(stream, (start + offset, start + offset + size), left, depth + 1)
        else:
            yield tag & 0x3FFF, _at(stream, start + offset, min(size, LONGEST_VALUE))


def _x3f(stream: BinaryIO, head: bytes) -> OlderRaw:
    found = OlderRaw(size=(int.from_bytes(head[28:32], "little"), int.from_bytes(head[32:36], "little")))
    found.tags = _properties(stream)
    found.make, found.model, found.serial = (found.tags.get(name) for name in ("CAMMANUF", "CAMMODEL", "CAMSERIAL"))
    found.taken_at = _unix(int(text)) if (text := found.tags.get("TIME", "")).isascii() and text.isdigit() else None
    return found


def _lfp(stream: BinaryIO) -> OlderRaw:
    """One piece tells of the picture, its camera and the time in UTC, another the number of the camera."""
    found = OlderRaw()
    for piece in _pieces(_at(stream, 0, LONGEST_JSON).decode("utf-8", "replace")):
        camera, image, devices = (_inside(piece, name) for name in ("camera", "image", "devices"))
        found.make = found.make or _word(camera.get("make"))
        found.model = found.model or _word(camera.get("model"))
        found.serial = found.serial or _word(camera.get("serialNumber"))
        found.taken_at = found.taken_at or moment(_word(_inside(devices, "clock").get("zuluTime")) or "", "Z")
        width, height = image.get("width"), image.get("height")
        if isinstance(width, int) and isinstance(height, int):
            found.size = found.size or (width, height)
    return _told(found)


def _pieces(text: str) -> Iterator[dict[str, object]]:
    at = text.find("{")
    while at >= 0:
        try:
            piece, end = json.JSONDecoder().raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        if isinstance(piece, dict):
            yield piece
        at = text.find("{", end)


def _inside(piece: dict[str, object], name: str) -> dict[str, object]:
    found = piece.get(name)
    return found if isinstance(found, dict) else {}


def _word(value: object) -> str | None:
    return value[:240] or None if isinstance(value, str) else None


def _properties(stream: BinaryIO) -> dict[str, str]:
    end = stream.seek(0, 2)
    directory = int.from_bytes(_at(stream, end - 4, 4), "little")
    head = _at(stream, directory, 12)
    count = min(int.from_bytes(head[8:12], "little"), 64) if head[:4] == b"SECd" else 0
    for place in range(count):
        entry = _at(stream, directory + 12 + 12 * place, 12)
        if entry[8:] == b"PROP":
            at, size = int.from_bytes(entry[:4], "little"), int.from_bytes(entry[4:8], "little")
            return _pairs(_at(stream, at, min(size, LONGEST_PROPERTIES)))
    return {}


def _pairs(data: bytes) -> dict[str, str]:
    """Name and value of each property: places in a text of UTF-16."""
    count = min(int.from_bytes(data[8:12], "little"), MOST_ENTRIES)
    text = data[24 + 8 * count :]
    places = [int.from_bytes(data[at : at + 4], "little") * 2 for at in range(24, 24 + 8 * count, 4)]
    words = [_sixteen(text[at:]) for at in places]
    return {name: value[:240] for name, value in zip(words[::2], words[1::2], strict=False) if name and value}


def _sixteen(data: bytes) -> str:
    return data[:1024].decode("utf-16-le", "replace").partition("\0")[0]


def _at(stream: BinaryIO, at: int, size: int) -> bytes:
    if at < 0 or size <= 0:
        return b""
    stream.seek(at)
    return stream.read(size)


def _plain(data: bytes) -> str | None:
    return data.decode("utf-8", "backslashreplace").strip() or None


def _unix(seconds: int) -> Stamp | None:
    """Seconds since 1970 by the camera's clock, whose zone is not said."""
    return Stamp(seconds * SECOND, Zone.UNKNOWN, SECOND) if 0 < seconds < _LATEST else None


def _told(found: OlderRaw) -> OlderRaw:
    taken = datetime.fromtimestamp(found.taken_at.ns // SECOND, UTC).isoformat()[:19] if found.taken_at else None
    values = {
        "Make": found.make,
        "Model": found.model,
        "OwnerName": found.owner,
        "SerialNumber": found.serial,
        "TimeStamp": taken,
    }
    found.tags = {name: text for name, text in values.items() if text}
    return found
