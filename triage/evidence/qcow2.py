"""QEMU disks (qcow2 version 2 and 3): clusters stored, packed by deflate or Zstandard, zero, or in a backing file.

Source: "The QCOW2 image format", docs/interop/qcow2 of the QEMU documentation. The state of the disk itself is read;
internal snapshots and reference counts are not needed for that.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Unsupported
from triage.evidence.beside import beside, chained
from triage.evidence.disk_signatures import disk_format
from triage.evidence.medium import Damage, Medium
from triage.evidence.pieces import SECTOR, Cache, Pieces, Table, closed_on_error, exactly, joined, opened
from triage.evidence.qcow2_header import CORRUPT, DIRTY, EXTERNAL, Header, header_of
from triage.evidence.split_raw import Raw
from triage.evidence.streams import FileStream
from triage.evidence.unpack import inflated, zstd_unpacked
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


OFFSET = 0x00FFFFFFFFFFFE00  # bits 9 to 55 of an entry
PACKED, ZERO = 1 << 62, 1
SUBCLUSTERS = 32
KEPT_TABLES = 16 << 20  # bytes of second-level tables


def open_qcow2(path: Path, chain: tuple[Path, ...] = ()) -> Qcow2:
    """The disk in a qcow2 file, its backing files beside it included. Raises EvidenceError."""
    chain = chained(path, chain)
    with opened(path) as stream:
        header = header_of(stream)
        parent = None if header.backing is None else _backing(path, header, chain)
        with closed_on_error(parent):
            return Qcow2(stream, header, parent, _data_file(path, header))


def _backing(path: Path, header: Header, chain: tuple[Path, ...]) -> Medium:
    assert header.backing is not None
    found = beside(path, header.backing, "backing file")
    with opened(found) as stream:
        word = header.backing_format or disk_format(stream, stream.size) or "raw"
        if word == "raw":
            return Raw(stream)
    stream.close()
    if word != "qcow2":
        raise Unsupported(
            f"its backing file {found.name!r} is of another kind ({word[:40]}), which Sigap does not join"
        )
    return open_qcow2(found, chain)


def _data_file(path: Path, header: Header) -> FileStream | None:
    if not header.features & EXTERNAL:
        return None
    if header.data_file is None:
        raise Malformed("it keeps its data in another file and does not name it")
    return FileStream(beside(path, header.data_file, "data file"))


class Qcow2(Pieces):
    """The disk: a table of tables of clusters."""

    format = "qcow2"

    def __init__(self, stream: FileStream, header: Header, parent: Medium | None, data: FileStream | None) -> None:
        sources = (stream,) if data is None else (stream, data)
        super().__init__(header.size, *sources, parent=parent)
        self._file, self._data = stream, stream if data is None else data
        self._header = header
        self._bits = header.cluster_bits
        self._cluster = 1 << self._bits
        self._first = Table(stream, header.table_offset, self._tables_needed(), ">Q", what="first table")
        self._second: OrderedDict[int, Table] = OrderedDict()
        self._unpacked = Cache()
        self._notes += _notes(header)

    def known_damage(self) -> Iterator[Damage]:
        """Parts of the disk whose tables of clusters lie behind the end of the file."""
        yield from joined(self._tables_outside())

    def _tables_needed(self) -> int:
        per_table = self._header.entries_per_cluster << self._bits
        return (self._header.size + per_table - 1) // per_table

    def _tables_outside(self) -> Iterator[Damage]:
        span = self._header.entries_per_cluster << self._bits
        for index, entry in self._first.entries():
            if entry is None or (entry & OFFSET and (entry & OFFSET) + self._cluster > self._file.size):
                size = min(span, self.size - index * span)
                yield Damage(index * span, size, "its table of clusters is behind the end of the file")

    def _piece(self, offset: int, size: int) -> bytes:
        within = offset & (self._cluster - 1)
        size = min(size, self._cluster - within)
        table_number, number = divmod(offset >> self._bits, self._header.entries_per_cluster)
        first = self._first[table_number]
        if first is None:
            return self._lost(offset, size, "its table of tables is behind the end of the file")
        if not first & OFFSET:
            return self._inherited(offset, size)
        table = self._table(first & OFFSET)
        if self._header.extended:
            return self._extended_piece(table, number * 2, offset, size)
        entry = table[number]
        if entry is None:
            return self._lost(offset, size, "its table of clusters is behind the end of the file")
        return self._cluster_piece(entry, offset, size)

    def _cluster_piece(self, entry: int, offset: int, size: int) -> bytes:
        within = offset & (self._cluster - 1)
        if entry & PACKED:
            return self._packed_piece(entry, offset, size)
        if entry & ZERO and self._header.version >= 3:
            return bytes(size)
        if not entry & OFFSET and not self._is_outside_zero(entry):
            return self._inherited(offset, size)
        return self._plain(self._data, (entry & OFFSET) + within, offset, size)

    def _is_outside_zero(self, entry: int) -> bool:
        """In a separate data file a cluster may lie at offset 0; its "copied" bit says that it is there."""
        return self._data is not self._file and bool(entry >> 63)

    def _extended_piece(self, table: Table, index: int, offset: int, size: int) -> bytes:
        entry, bitmap = table[index], table[index + 1]
        if entry is None or bitmap is None:
            return self._lost(offset, size, "its table of clusters is behind the end of the file")
        if entry & PACKED:
            return self._packed_piece(entry, offset, size)
        within = offset & (self._cluster - 1)
        part = self._cluster // SUBCLUSTERS
        size = min(size, part - within % part)
        bit = within // part
        if bitmap >> (SUBCLUSTERS + bit) & 1:
            return bytes(size)
        if bitmap >> bit & 1:
            return self._plain(self._data, (entry & OFFSET) + within, offset, size)
        return self._inherited(offset, size)

    def _packed_piece(self, entry: int, offset: int, size: int) -> bytes:
        within = offset & (self._cluster - 1)
        try:
            return self._unpacked.get(entry, lambda: self._unpack(entry))[within : within + size]
        except EvidenceError as error:
            return self._lost(offset, size, f"the cluster is damaged: {error}")

    def _unpack(self, entry: int) -> bytes:
        bits = 62 - (self._bits - 8)
        position = entry & ((1 << bits) - 1)
        sectors = (entry & (PACKED - 1)) >> bits
        length = (sectors + 1) * SECTOR - position % SECTOR
        length = min(length, max(0, self._file.size - position))  # the last one need not fill its sector
        data = exactly(self._file, position, max(1, length), "packed cluster")
        unpack = zstd_unpacked if self._header.packing == "zstd" else inflated
        return unpack(data, self._cluster)

    def _table(self, position: int) -> Table:
        table = self._second.get(position)
        if table is None:
            count = self._cluster // 8
            table = Table(self._file, position, min(count, self._file.size // 8), ">Q", what="table of clusters")
            self._second[position] = table
            if len(self._second) > max(2, KEPT_TABLES // self._cluster):
                self._second.popitem(last=False)
        self._second.move_to_end(position)
        return table


def _notes(header: Header) -> Iterator[Problem]:
    if header.features & DIRTY:
        message = "the qcow2 disk was not closed properly (dirty); its last writes may be incomplete"
        yield Problem(kind="malformed", stage="open", message=message)
    if header.features & CORRUPT:
        message = "the qcow2 disk is marked as corrupt by the program that wrote it"
        yield Problem(kind="malformed", stage="open", message=message)
