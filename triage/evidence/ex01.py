"""EnCase images of the second version (Ex01), in one or many segment files.

Own reading, because libewf's Python module hands out a damaged chunk as zeros without a word. Here every chunk is checked; one that
is damaged or missing reads as zeros and is told. What this reader does not know is left to libewf.

Source: libewf, "Expert Witness Compression Format version 2 specification" (J. Metz): a file header; sections, each followed by a descriptor that
leads to the one before it; sector tables with 16 bytes a chunk; texts in UTF-16, packed.
"""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, Malformed, Unsupported
from triage.evidence.libewf import segments
from triage.evidence.medium import Stored
from triage.evidence.pieces import Cache, Pieces, closed_on_error, disk_size, exactly, fields
from triage.evidence.streams import FileStream
from triage.evidence.unpack import bzip2_unpacked, zlib_inflated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.streams import ReadOnly

MAGIC = b"EVF2\x0d\x0a\x81\x00"
DEVICE, CASE, TABLE, MD5, SHA1 = 1, 2, 4, 8, 9
PACKED, CHECKED, PATTERN = 1, 2, 4
MOST_SECTIONS, MOST_TEXT, MOST_CHUNK = 1 << 20, 1 << 20, 32 << 20
_HEADER, _DESCRIPTOR, _ENTRY = 32, 64, 16
_FACTS = {
    "nm": "description",
    "cn": "case number",
    "en": "evidence number",
    "ex": "examiner",
    "nt": "notes",
    "av": "program version",
    "os": "system",
    "tt": "system date",
    "at": "acquisition date",
    "md": "model",
    "sn": "serial",
    "lb": "label",
}


@dataclass(frozen=True, slots=True)
class Section:
    """Where the data of a section lie, and what they are."""

    kind: int
    start: int
    size: int
    is_encrypted: bool


@dataclass(frozen=True, slots=True, order=True)
class Table:
    """The places of `count` chunks from number `first` on: from byte `entries` of a segment on."""

    first: int
    count: int
    segment: int = field(compare=False)
    entries: int = field(compare=False)


def open_own_ex01(path: Path) -> Ex01:
    """The disk. Raises Encrypted, Malformed, Truncated, Unsupported, Unreadable."""
    streams = [FileStream(each) for each in segments(path)]
    with closed_on_error(*streams):
        return Ex01(streams)


class Ex01(Pieces):
    """The disk in an Ex01 image."""

    format = "ex01"

    def __init__(self, streams: list[FileStream]) -> None:
        self._streams = streams
        self._methods = [_method(stream) for stream in streams]
        sections = [list(_sections(stream)) for stream in streams]
        if any(section.is_encrypted for each in sections for section in each):
            raise Encrypted("the image is encrypted, which Sigap does not open; acquire it again without a password")
        said = _said(streams, sections)
        size, self._chunk = _geometry(said)
        super().__init__(disk_size(size), *streams)
        self._tables = sorted(_tables(streams, sections))
        self._firsts = [table.first for table in self._tables]
        self._unpacked = Cache()
        facts = tuple((title, said[key]) for key, title in _FACTS.items() if said.get(key, "").strip())
        digests = {kind: _digest(streams, sections, kind, length) for kind, length in ((MD5, 16), (SHA1, 20))}
        self.stored = Stored(digests[MD5], digests[SHA1], facts=facts)

    def _piece(self, offset: int, size: int) -> bytes:
        number, within = divmod(offset, self._chunk)
        length = min(self._chunk, self.size - number * self._chunk)
        size = min(size, length - within)
        try:
            return self._unpacked.get(number, lambda: self._read(number, length))[within : within + size]
        except EvidenceError as error:
            return self._lost(offset, size, f"the chunk is damaged: {error}")

    def _read(self, number: int, length: int) -> bytes:
        at = bisect_right(self._firsts, number) - 1
        table = self._tables[at] if at >= 0 else None
        if table is None or number >= table.first + table.count:
            raise Malformed("no table tells where it lies")
        stream = self._streams[table.segment]
        entry = exactly(stream, table.entries + (number - table.first) * _ENTRY, _ENTRY, "sector table")
        place, size, flags = struct.unpack("<QLL", entry)
        if flags & PATTERN:
            return (entry[:8] * (self._chunk // 8 + 1))[:length]
        if size > 2 * self._chunk + 4096:
            raise Malformed(f"it would take {size} bytes")
        data = exactly(stream, place, size, "chunk")
        if flags & PACKED:
            unpack = zlib_inflated if self._methods[table.segment] == 1 else bzip2_unpacked
            return unpack(data, length)
        return _plain(data, length, checked=bool(flags & CHECKED))


def _plain(data: bytes, length: int, *, checked: bool) -> bytes:
    """An unpacked chunk, behind it its checksum; the last one may be filled up."""
    inside = data[:-4] if checked else data
    if checked and zlib.adler32(inside) != int.from_bytes(data[-4:], "little"):
        raise Malformed("it does not fit its checksum")
    if len(inside) < length:
        raise Malformed(f"it has {len(inside)} of {length} bytes")
    return inside[:length]


def _method(stream: ReadOnly) -> int:
    head = exactly(stream, 0, _HEADER, "file header")
    if not head.startswith(MAGIC):
        raise Malformed("a segment of the image is no Ex01 file")
    (method,) = fields("<H", head, 10)
    if method not in {0, 1, 2}:
        raise Unsupported(f"packed by method {method}, which Sigap does not know")
    return method


def _sections(stream: FileStream) -> Iterator[Section]:
    """From the last one back to the first. Raises Malformed, Truncated."""
    at = stream.size - _DESCRIPTOR
    for _ in range(MOST_SECTIONS):
        descriptor = exactly(stream, at, _DESCRIPTOR, "section descriptor")
        kind, flags, before, size = fields("<LLQQ", descriptor)
        if zlib.adler32(descriptor[:60]) != fields("<L", descriptor, 60)[0]:
            raise Malformed(f"the description of a section at byte {at} does not fit its checksum")
        if size > at:
            raise Malformed(f"the section before byte {at} claims {size} bytes")
        yield Section(kind, at - size, size, bool(flags & 2))
        if not before:
            return
        if before >= at:
            raise Malformed(f"the sections of the image lead in a circle at byte {at}")
        at = before
    raise Malformed("the image has too many sections")


def _said(streams: list[FileStream], sections: list[list[Section]]) -> dict[str, str]:
    """The texts about device and case: names and values in two lines, parted by tabs."""
    said: dict[str, str] = {}
    for stream, each in zip(streams, sections, strict=True):
        for section in each:
            if section.kind in {DEVICE, CASE}:
                said = _text(exactly(stream, section.start, min(section.size, MOST_TEXT), "description")) | said
    return said


def _text(data: bytes) -> dict[str, str]:
    try:
        plain = zlib.decompressobj().decompress(data, MOST_TEXT)
    except zlib.error:
        plain = data  # short ones may be stored
    lines = plain.decode("utf-16", "replace").replace("\r", "").split("\n")
    return dict(zip(lines[2].split("\t"), lines[3].split("\t"), strict=False)) if len(lines) > 3 else {}


def _geometry(said: dict[str, str]) -> tuple[int, int]:
    """Bytes of the disk and of a chunk."""
    try:
        sectors, sector, chunk = int(said["ts"]), int(said["bp"]), int(said["sb"])
    except (KeyError, ValueError) as error:
        raise Malformed("the image does not say how large the disk is") from error
    if not 0 < sector * chunk <= MOST_CHUNK or sector < 1:
        raise Malformed(f"the image states chunks of {chunk} sectors of {sector} bytes")
    return sectors * sector, chunk * sector


def _tables(streams: list[FileStream], sections: list[list[Section]]) -> Iterator[Table]:
    for number, (stream, each) in enumerate(zip(streams, sections, strict=True)):
        for section in each:
            if section.kind == TABLE:
                first, count = fields("<QL", exactly(stream, section.start, _HEADER, "sector table"))
                held = max(0, section.size - _HEADER) // _ENTRY
                yield Table(first, min(count, held), number, section.start + _HEADER)


def _digest(streams: list[FileStream], sections: list[list[Section]], kind: int, length: int) -> str | None:
    for stream, each in zip(streams, sections, strict=True):
        for section in each:
            if section.kind == kind:
                digest = exactly(stream, section.start, length, "digest")
                return digest.hex() if any(digest) else None
    return None
