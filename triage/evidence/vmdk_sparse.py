"""Sparse extents of VMware disks: grains stored or packed, found through a directory of tables.

Source: "Virtual Disk Format 5.0", VMware technical note (hosted sparse extents, stream-optimised extents, ESX Server
sparse extents called COWD). Sizes and positions in the file are in sectors of 512 bytes.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Truncated, Unsupported
from triage.evidence.medium import Damage, Medium
from triage.evidence.pieces import (
    BEHIND,
    SECTOR,
    Cache,
    Pieces,
    Table,
    disk_size,
    exactly,
    fields,
    joined,
    power_of_two,
    taken,
)
from triage.evidence.unpack import zlib_inflated
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.streams import FileStream

HOSTED, ESX = b"KDMV", b"COWD"
AT_THE_END = (1 << 64) - 1  # the directory is named by a footer
END_MARKER, TABLE_MARKER, DIRECTORY_MARKER, FOOTER_MARKER = range(4)  # kinds of markers without a grain
ZERO_GRAINS, PACKED = 1 << 2, 1 << 16  # flags
KEPT_TABLES = 16 << 20  # bytes of tables of grains
LARGEST_GRAIN = 1 << 16  # sectors: 32 MiB
MOST_FOUND = 1 << 21  # grains found by walking a file whose directory is gone
_OUTSIDE = "its table of grains is behind the end of the file"


@dataclass(frozen=True, slots=True)
class Header:
    """What reading needs of the header. `directory` and `spare` (0: none) are positions in sectors."""

    sectors: int
    grain: int
    per_table: int
    directory: int
    spare: int
    flags: int
    descriptor: tuple[int, int]
    overhead: int
    unclean: bool


def header_of(stream: FileStream) -> Header:
    """The header, or the footer where that one counts. Raises Truncated, Malformed, Unsupported."""
    magic = exactly(stream, 0, 4, "header")
    if magic == ESX:
        return _checked(_esx(exactly(stream, 0, 32, "header")))
    if magic != HOSTED:
        raise Malformed("it has no header of a sparse VMware extent")
    header = _hosted(exactly(stream, 0, SECTOR, "header"))
    if header.directory == AT_THE_END:
        footer = taken(stream, stream.size - 2 * SECTOR, SECTOR)
        ended = footer[:4] == HOSTED and len(footer) == SECTOR
        header = _hosted(footer) if ended else header
    return _checked(header)


def _hosted(data: bytes) -> Header:
    (version, flags), (sectors, grain, at, size) = fields("<II", data, 4), fields("<4Q", data, 12)
    if version not in {1, 2, 3}:
        raise Unsupported(f"version {version} of sparse VMware extents, which Sigap does not know")
    (packing,) = fields("<H", data, 77)
    if flags & PACKED and packing != 1:
        raise Unsupported(f"its grains are packed by method {packing}, which Sigap does not know")
    (per_table,), (spare, directory, overhead) = fields("<I", data, 44), fields("<3Q", data, 48)
    return Header(sectors, grain, per_table, directory, spare, flags, (at, size), overhead, data[72] == 1)


def _esx(data: bytes) -> Header:
    version, _flags, sectors, grain, directory = fields("<5I", data, 4)
    if version != 1:
        raise Unsupported(f"version {version} of COWD extents, which Sigap does not know")
    return Header(sectors, grain, 4096, directory, 0, 0, (0, 0), 0, unclean=False)


def _checked(header: Header) -> Header:
    disk_size(header.sectors * SECTOR)
    power_of_two(header.grain, 1, LARGEST_GRAIN, "grain size in sectors")
    power_of_two(header.per_table, 1, 1 << 16, "number of grains in a table")
    return header


class SparseExtent(Pieces):
    """The extent as a disk of its own; what it does not hold comes from the parent."""

    format = "vmdk"

    def __init__(
        self, stream: FileStream, header: Header, parent: Medium | None = None, *, size: int | None = None
    ) -> None:
        """`size` is what the descriptor says, in bytes; None: what the header says."""
        super().__init__(header.sectors * SECTOR if size is None else size, stream, parent=parent)
        self._file, self._header = stream, header
        self._grain = header.grain * SECTOR
        self._tables: OrderedDict[int, Table] = OrderedDict()
        self._unpacked = Cache()
        self._walked: Walked | None = None
        self._directories: tuple[Table, ...] = ()
        if header.directory == AT_THE_END:
            self._walked = Walked(stream, header)
        else:
            self._directories = tuple(self._directory(at) for at in (header.directory, header.spare) if at)
        self._note()

    def known_damage(self) -> Iterator[Damage]:
        """Parts whose tables of grains are not in the file."""
        yield from joined(self._tables_outside())
        if self._walked is not None and self._walked.end * self._grain < self.size:
            start = self._walked.end * self._grain
            yield Damage(start, self.size - start, BEHIND)

    def _directory(self, position: int) -> Table:
        per_table = self._header.grain * self._header.per_table
        count = (self._header.sectors + per_table - 1) // per_table
        return Table(self._file, position * SECTOR, count, "<I", what="directory of grains")

    def _note(self) -> None:
        if self._header.unclean:
            message = "the VMware disk was not closed properly; its last writes may be incomplete"
            self._notes.append(Problem(kind="malformed", stage="open", message=message))
        if self._walked is not None:
            message = "the end of the VMware disk with its directory is missing; the grains were found by their markers"
            self._notes.append(Problem(kind="truncated", stage="open", message=message))

    def _tables_outside(self) -> Iterator[Damage]:
        if not self._directories:
            return
        span = self._grain * self._header.per_table
        for index, _entry in self._directories[0].entries():
            if index * span < self.size and self._table_position(index) is None:
                yield Damage(index * span, min(span, self.size - index * span), _OUTSIDE)

    def _table_position(self, index: int) -> int | None:
        """Where the table of grains lies, in sectors; 0: there is none; None: it cannot be had."""
        entries = [directory[index] for directory in self._directories]
        size = self._header.per_table * 4
        for entry in entries:
            if entry == 0 or (entry is not None and entry * SECTOR + size <= self._file.size):
                return entry
        return None

    def _piece(self, offset: int, size: int) -> bytes:
        number, within = divmod(offset, self._grain)
        size = min(size, self._grain - within)
        entry = self._entry(number)
        if entry is None:
            return self._lost(offset, size, _OUTSIDE)
        if entry == 0:
            return self._inherited(offset, size)
        if entry == 1 and self._header.flags & ZERO_GRAINS:
            return bytes(size)
        if self._header.flags & PACKED:
            return self._packed_piece(entry, offset, size)
        return self._plain(self._file, entry * SECTOR + within, offset, size)

    def _entry(self, number: int) -> int | None:
        if self._walked is not None:
            return self._walked.entry(number)
        if number * self._header.grain >= self._header.sectors:
            return 0
        index, within = divmod(number, self._header.per_table)
        table = self._tables.get(index)
        if table is None:
            position = self._table_position(index)
            if not position:
                return position
            table = Table(self._file, position * SECTOR, self._header.per_table, "<I", what="table of grains")
            self._tables[index] = table
            if len(self._tables) > max(2, KEPT_TABLES // (4 * self._header.per_table)):
                self._tables.popitem(last=False)
        return table[within]

    def _packed_piece(self, entry: int, offset: int, size: int) -> bytes:
        number, within = divmod(offset, self._grain)
        try:
            return self._unpacked.get(number, lambda: self._unpack(entry, number))[within : within + size]
        except EvidenceError as error:
            return self._lost(offset, size, f"the grain is damaged: {error}")

    def _unpack(self, entry: int, number: int) -> bytes:
        marker = exactly(self._file, entry * SECTOR, 12, "marker of a grain")
        (sector,), (length,) = fields("<Q", marker), fields("<I", marker, 8)
        if sector != number * self._header.grain:
            raise Malformed(f"its marker names sector {sector}")
        if not 0 < length <= self._grain * 2 + 4096:
            raise Malformed(f"its packed size would be {length} bytes")
        data = exactly(self._file, entry * SECTOR + 12, length, "packed grain")
        size = min(self._grain, (self._header.sectors - number * self._header.grain) * SECTOR)
        return zlib_inflated(data, size).ljust(self._grain, b"\0")


class Walked:
    """The grains of a stream whose end is missing, found by following the markers from the first one on.

    A stream has its grains in rising order. `end` is the first grain of which nothing is known.
    """

    def __init__(self, stream: FileStream, header: Header) -> None:
        """Raises Truncated where not one grain is found."""
        self._numbers, self._places = array("Q"), array("Q")
        whole = self._follow(stream, header)
        if not self._numbers:
            raise Truncated("the file ends before its directory of grains")
        self.end = (header.sectors + header.grain - 1) // header.grain if whole else self._numbers[-1] + 1

    def entry(self, number: int) -> int | None:
        """The sector of a grain in the file; 0: it is not there; None: not known."""
        if number >= self.end:
            return None
        at = bisect_left(self._numbers, number)
        return self._places[at] if at < len(self._numbers) and self._numbers[at] == number else 0

    def _follow(self, stream: FileStream, header: Header) -> bool:
        """Whether all grains were seen: a directory, a footer or the end of the stream follows them."""
        at = max(1, header.overhead)
        while len(self._numbers) < MOST_FOUND:
            marker = taken(stream, at * SECTOR, 16)
            if len(marker) < 16:
                return False
            (value,), (length, kind) = fields("<Q", marker), fields("<II", marker, 8)
            if length:
                number = value // header.grain
                if value >= header.sectors or (self._numbers and number <= self._numbers[-1]):
                    return False
                self._numbers.append(number)
                self._places.append(at)
                at += (12 + length + SECTOR - 1) // SECTOR
            elif kind != TABLE_MARKER:
                return kind in {END_MARKER, DIRECTORY_MARKER, FOOTER_MARKER} and at > header.overhead
            else:
                at += 1 + min(value, stream.size)
        return False
