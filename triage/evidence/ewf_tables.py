"""Where each chunk of an EWF image lies: the table and table2 sections.

Source: libewf, "Expert Witness Compression Format specification" (J. Metz), and the format notes of the Keramics project. A
table is a header of 24 bytes (number of entries, 4 unused, base offset of 8 since EnCase 6, 4 unused, Adler-32), one entry of
4 bytes per chunk and, save in SMART, the Adler-32 of the entries. An entry is the offset of the chunk from the base; bit 31
says that it is compressed. EnCase 6.7.1 let offsets grow past 31 bits: from the first chunk that starts behind 2 GiB
on, the entries have 32 bits of offset and the chunks are not compressed.

Entries are read from the segment files when a chunk of their table is wanted, checked then, and the last few tables are kept.
"""

from __future__ import annotations

import struct
import sys
import threading
from array import array
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isal import isal_zlib

from triage.errors import Unreadable
from triage.evidence.ewf_chunks import longest, measured

if TYPE_CHECKING:
    from triage.evidence.ewf_facts import Geometry
    from triage.evidence.ewf_sections import Section
    from triage.evidence.ewf_segments import Segments

HEADER = 24
PACKED = 0x80000000
NOWHERE = 0xFFFFFFFF  # an entry that is not known
_KEPT_BYTES = 32 << 20
MOST_ENTRIES = 8 << 20  # of one table; EnCase 7 writes up to 65,534
MOST_WALKED = 1 << 20
_MOST_WALKED_BYTES = 32 << 30  # unpacked


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one segment file."""

    segment: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a table: where its entries start, what they count from, whether a checksum follows."""

    entries: int
    base: int
    footed: bool


@dataclass(slots=True, eq=False)
class Table:
    """A run of chunks in one segment, whose data lie from `start` to `end`. `first`: its first chunk on the disk.

    `walked` are the entries where there is no table and the chunks were found one behind the other.
    """

    segment: int
    count: int
    start: int
    end: int
    copies: list[Copy]
    first: int = 0
    walked: Entries | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of one table. `wide` is the index of the first one with 32 bits of offset."""

    values: array[int]
    base: int
    end: int
    wide: int

    def place(self, index: int) -> tuple[int, int, bool] | None:
        """Offset in the segment file, the offset behind it, whether compressed; None where not known."""
        start, packed = self._entry(index)
        if start < 0:
            return None
        following = self._entry(index + 1)[0] if index + 1 < len(self.values) else self.end
        return start, following if following > start else self.end, packed

    def _entry(self, index: int) -> tuple[int, bool]:
        value = self.values[index]
        if value == NOWHERE:
            return -1, False
        if index >= self.wide:
            return self.base + value, False
        return self.base + (value & ~PACKED), bool(value & PACKED)


def table_of(segments: Segments, section: Section, sectors: Section | None, geometry: Geometry) -> Table | None:
    """A table from its section; the chunks lie in `sectors`, or in the table section itself. None where its header is damaged."""
    try:
        header = segments.read(section.segment, section.start, HEADER)
    except Unreadable:
        return None
    if len(header) < HEADER or isal_zlib.adler32(header[:20]) != struct.unpack_from("<I", header, 20)[0]:
        return None
    count, base = struct.unpack_from("<I4xQ", header)
    if not 0 < count <= min((section.size - HEADER) // 4, MOST_ENTRIES):
        return None
    copy = Copy(section.start + HEADER, base if base < section.end else 0, geometry.footed)
    if sectors is not None:
        return Table(section.segment, count, sectors.start, sectors.end, [copy])
    return Table(section.segment, count, copy.entries + 4 * count + 4 * geometry.footed, section.end, [copy])


class Tables:
    """Loads the entries of tables and keeps the last ones. Safe for several threads."""

    def __init__(self, segments: Segments, walker: Walker) -> None:
        self._segments, self._walker = segments, walker
        self._kept: OrderedDict[int, Entries] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def entries(self, table: Table) -> Entries:
        """The entries of a table, checked. Never raises: those that are damaged are `NOWHERE`."""
        if table.walked is not None:
            return table.walked
        with self._lock:
            kept = self._kept.get(table.first)
            if kept is None:
                kept = self._kept[table.first] = self._load(table)
                self._bytes += 4 * table.count
                while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
                    self._bytes -= 4 * len(self._kept.popitem(last=False)[1].values)
            self._kept.move_to_end(table.first)
            return kept

    def _load(self, table: Table) -> Entries:
        damaged = []
        for copy in table.copies:
            values, sound = self._read(table, copy)
            if sound:
                return _checked(values, copy.base, table)
            damaged.append(values)
        return self._rescued(table, damaged)

    def _read(self, table: Table, copy: Copy) -> tuple[array[int], bool]:
        values = array("I")
        try:
            data = self._segments.read(table.segment, copy.entries, 4 * table.count + 4)
        except Unreadable:
            data = b""
        values.frombytes(data[: min(4 * table.count, len(data) // 4 * 4)])
        if sys.byteorder == "big":
            values.byteswap()
        whole = len(values) == table.count
        if not copy.footed:
            return values, whole
        stored = struct.unpack("<I", data[4 * table.count :])[0] if len(data) == 4 * table.count + 4 else None
        return values, whole and isal_zlib.adler32(data[: 4 * table.count]) == stored

    def _rescued(self, table: Table, copies: list[array[int]]) -> Entries:
        """All copies damaged: the chunks are looked for in the data; else entries that two copies agree on are believed."""
        found, whole = self._walker.walk(Span(table.segment, table.start, table.end), table.count)
        if found is not None and found.walked is not None and whole and found.count == table.count:
            table.walked = found.walked
            return found.walked
        values = array("I", [NOWHERE]) * table.count
        if len(copies) > 1 and table.copies[0].base == table.copies[1].base:
            for index, (one, two) in enumerate(zip(copies[0], copies[1], strict=False)):
                if one == two:
                    values[index] = one
        return _checked(values, table.copies[0].base, table)


def _checked(values: array[int], base: int, table: Table) -> Entries:
    """Entries, with the place where they grow past 31 bits: the first that would lie before the one in front of it."""
    wide = len(values)
    if table.end - base > PACKED:
        pairs = ((values[index - 1] & ~PACKED, values[index] & ~PACKED) for index in range(1, len(values)))
        wide = next((index for index, (before, after) in enumerate(pairs, 1) if after < before), wide)
    return Entries(values, base, table.end, wide)


def first_place(segments: Segments, table: Table) -> int | None:
    """Where the first chunk of a table lies, as its first copy says it."""
    copy = table.copies[0]
    try:
        entry = segments.read(table.segment, copy.entries, 4)
    except Unreadable:
        return None
    return copy.base + (int.from_bytes(entry, "little") & ~PACKED) if len(entry) == 4 else None


class Walker:
    """Finds chunks that no table tells of, one behind the other; each proves itself by its checksum.

    What it may do for one image is bounded: a hostile image must not keep it busy for hours.
    """

    def __init__(self, segments: Segments, geometry: Geometry) -> None:
        self._segments, self._chunk = segments, geometry.chunk
        self._rest = geometry.size % geometry.chunk
        self._left = min(MOST_WALKED, _MOST_WALKED_BYTES // geometry.chunk)

    def walk(self, span: Span, most: int) -> tuple[Table | None, bool]:
        """At most `most` chunks of a span (None: none found), and whether they reach its end."""
        values, position = array("I"), span.start
        most = min(most, self._left)
        while position < span.end and len(values) < most and position - span.start < PACKED:
            taken, packed, short = self._one(span, position)
            if not taken:
                break
            values.append(position - span.start | (PACKED if packed else 0))
            position += taken
            if short:  # the last one of the disk
                break
        self._left -= len(values)
        if not values:
            return None, position >= span.end
        found = Entries(values, span.start, position, len(values))
        return Table(span.segment, len(values), span.start, position, [], walked=found), position >= span.end

    def _one(self, span: Span, position: int) -> tuple[int, bool, bool]:
        try:
            data = self._segments.read(span.segment, position, min(longest(self._chunk), span.end - position))
        except Unreadable:
            return 0, False, False
        return measured(data, self._chunk, self._rest)
