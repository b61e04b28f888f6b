"""The structures of an Apple disk image (UDIF): the trailer, the property list or resource fork, the tables of chunks.

Source: "Demystifying the DMG file format" (J. Levin) and the UDIF chapters of the libmodi and "keramics" format documentation.
All numbers are big-endian, sectors have 512 bytes.
"""

from __future__ import annotations

import plistlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from triage.errors import Malformed, Unsupported
from triage.evidence.pieces import exactly, fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.streams import FileStream

TRAILER = 512
CRC32 = 2  # the only type of checksum that is verified
LARGEST_LIST = 24 << 20  # bytes of the property list or resource fork
MOST_CHUNKS = 1 << 18
_TABLE, _CHUNK = 204, 40  # bytes of the header of a table, and of an entry
COMMENT, END = 0x7FFFFFFE, 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Trailer:
    """The trailer ("koly"). Offsets are from the start of the file, sizes in bytes."""

    data: int
    fork: tuple[int, int]
    plist: tuple[int, int]
    master: int | None
    sectors: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of sectors: how it is packed, where it is on the disk, where in the file (relative to the data fork)."""

    kind: int
    sector: int
    sectors: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class ChunkTable:
    """The chunks of one partition. `checksum` is the CRC-32 of its content; None: another kind, or none."""

    name: str
    sector: int
    sectors: int
    checksum: int | None
    chunks: tuple[Chunk, ...]


def trailer_of(stream: FileStream) -> Trailer:
    """The last 512 bytes. Raises Malformed, Unsupported."""
    data = exactly(stream, max(0, stream.size - TRAILER), TRAILER, "trailer")
    version, length = fields(">II", data, 4)
    if data[:4] != b"koly" or length != TRAILER:
        raise Malformed("it has no trailer of an Apple disk image")
    if version != 4:
        raise Unsupported(f"version {version} of Apple disk images, which Sigap does not know")
    (segments,) = fields(">I", data, 60)
    if segments > 1:
        raise Unsupported(f"one of {segments} segments of an Apple disk image; join them with hdiutil convert first")
    (start,), fork = fields(">Q", data, 24), fields(">QQ", data, 40)
    plist, (sectors,) = fields(">QQ", data, 216), fields(">Q", data, 492)
    return Trailer(start, (fork[0], fork[1]), (plist[0], plist[1]), _checksum(data, 352), sectors)


def _checksum(data: bytes, offset: int) -> int | None:
    kind, bits = fields(">II", data, offset)
    return fields(">I", data, offset + 8)[0] if (kind, bits) == (CRC32, 32) else None


def tables_of(stream: FileStream, trailer: Trailer) -> tuple[ChunkTable, ...]:
    """All tables of chunks. Raises Truncated, Malformed."""
    offset, size = trailer.plist if trailer.plist[1] else trailer.fork
    if not 0 < size <= min(LARGEST_LIST, stream.size):
        raise Malformed(f"the list of its parts would be {size} bytes long")
    data = exactly(stream, offset, size, "list of parts")
    parts = _in_plist(data) if trailer.plist[1] else tuple(_in_fork(data))
    tables, left = [], MOST_CHUNKS
    for name, part in parts:
        tables.append(_table(name, part, left))
        left -= len(tables[-1].chunks)
    return tuple(tables)


def master_fits(trailer: Trailer, tables: tuple[ChunkTable, ...]) -> bool:
    """Whether the checksum over the checksums of all tables is the one stored; also where it cannot be told."""
    checksums = [table.checksum for table in tables]
    if trailer.master is None or any(checksum is None for checksum in checksums):
        return True
    packed = b"".join(checksum.to_bytes(4, "big") for checksum in checksums if checksum is not None)
    return zlib.crc32(packed) == trailer.master


def _in_plist(data: bytes) -> tuple[tuple[str, bytes], ...]:
    """Name and content of each part. plistlib refuses entity declarations, and passes on what expat and codecs raise."""
    try:
        parts = plistlib.loads(data, fmt=plistlib.FMT_XML)["resource-fork"]["blkx"]
        return tuple((str(part.get("Name", "")), bytes(part["Data"])) for part in parts)
    except (ExpatError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise Malformed("its property list does not describe its parts") from error


def _in_fork(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The same from a resource fork, as images without a property list have it ("Inside Macintosh", Resource Manager)."""
    if len(data) < 16:
        raise Malformed("its resource fork is too short")
    content, at = fields(">II", data)
    if at + 30 > len(data):
        raise Malformed("the map of its resource fork is outside of it")
    types = at + fields(">H", data, at + 24)[0]
    for entry in _entries(data, types, 8):
        if data[entry : entry + 4] != b"blkx":
            continue
        _last, references = fields(">HH", data, entry + 4)
        for reference in _entries(data, types + references, 12, _last):
            place = content + (fields(">I", data, reference + 4)[0] & 0xFFFFFF)
            (length,) = fields(">I", data.ljust(place + 4, b"\0")[: place + 4], place) if place < len(data) else (0,)
            yield "", data[place + 4 : place + 4 + length]


def _entries(data: bytes, offset: int, width: int, last: int | None = None) -> Iterator[int]:
    """Where the entries of a list lie; a list of types starts with the number of its last one."""
    if last is None:
        if offset + 2 > len(data):
            raise Malformed("a list of its resource fork is outside of it")
        (last,) = fields(">H", data, offset)
        offset += 2
    for number in range(last + 1):
        if offset + (number + 1) * width > len(data):
            raise Malformed("a list of its resource fork is cut off")
        yield offset + number * width


def _table(name: str, data: bytes, left: int) -> ChunkTable:
    if len(data) < _TABLE or data[:4] != b"mish":
        raise Malformed(f"the part {name[:60]!r} has no table of chunks")
    sector, sectors, base = fields(">3Q", data, 8)
    (count,) = fields(">I", data, 200)
    if count > left or _TABLE + count * _CHUNK > len(data):
        raise Malformed(f"the table of the part {name[:60]!r} would have {count} chunks")
    chunks = []
    for at in range(_TABLE, _TABLE + count * _CHUNK, _CHUNK):
        (kind,), (start, length, offset, packed) = fields(">I", data, at), fields(">4Q", data, at + 8)
        if kind == END:
            break
        if kind != COMMENT and length:
            chunks.append(Chunk(kind, sector + start, length, base + offset, packed))
    return ChunkTable(name, sector, sectors, _checksum(data, 64), tuple(chunks))
