"""Parallels disks: one expanding image file (.hds, .hdd).

Source: "Parallels Expandable Image File Format", docs/interop/parallels of the QEMU documentation. A plain image of
Parallels has no header and is a raw image. Snapshots in a bundle (DiskDescriptor.xml) are separate files and not joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Malformed, Unsupported
from triage.evidence.pieces import CUT_TABLE, SECTOR, Pieces, Table, disk_size, exactly, fields, joined, opened, outside
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.medium import Damage
    from triage.evidence.streams import FileStream

IN_USE = 0x746F6E59
_OLD, _NEW = b"WithoutFreeSpace", b"WithouFreSpacExt"


@dataclass(frozen=True, slots=True)
class Header:
    """What reading needs of the header; `unit` is what an entry of the table counts, in bytes."""

    cluster: int
    entries: int
    size: int
    unit: int
    in_use: bool


def open_hdd(path: Path) -> Hdd:
    """The disk in an expanding image of Parallels. Raises EvidenceError."""
    with opened(path) as stream:
        return Hdd(stream, _header(stream))


def _header(stream: FileStream) -> Header:
    data = exactly(stream, 0, 64, "header")
    if data[:16] not in {_OLD, _NEW}:
        raise Malformed("it has no header of a Parallels disk")
    version, _heads, _cylinders, tracks, entries = fields("<5I", data, 16)
    if version != 2:
        raise Unsupported(f"version {version} of Parallels disks, which Sigap does not know")
    if not 0 < tracks <= 1 << 21:
        raise Malformed(f"its header has an impossible cluster size ({tracks} sectors)")
    old = data[:16] == _OLD
    (sectors,) = fields("<I" if old else "<Q", data, 36)
    cluster = tracks * SECTOR
    size = disk_size(sectors * SECTOR)
    if entries * cluster < size:
        raise Malformed(f"its table of {entries} clusters is too short for a disk of {size} bytes")
    return Header(cluster, entries, size, SECTOR if old else cluster, fields("<I", data, 44)[0] == IN_USE)


class Hdd(Pieces):
    """Clusters of one size, found through a table behind the header; what is not in the file is zero."""

    format = "hdd"

    def __init__(self, stream: FileStream, header: Header) -> None:
        clusters = (header.size + header.cluster - 1) // header.cluster
        self._table = Table(stream, 64, clusters, "<I", what="table of clusters")
        super().__init__(header.size, stream)
        self._file, self._header = stream, header
        if header.in_use:
            message = "the Parallels disk was not closed properly; its last writes may be incomplete"
            self._notes.append(Problem(kind="malformed", stage="open", message=message))

    def known_damage(self) -> Iterator[Damage]:
        """Clusters that the file is too short for."""
        yield from joined(outside(self._table.entries(), self._header.cluster, self.size, self._file.size, self._place))

    def _place(self, entry: int) -> int | None:
        return entry * self._header.unit if entry else None

    def _piece(self, offset: int, size: int) -> bytes:
        number, within = divmod(offset, self._header.cluster)
        size = min(size, self._header.cluster - within)
        entry = self._table[number]
        if entry is None:
            return self._lost(offset, size, CUT_TABLE)
        position = self._place(entry)
        return bytes(size) if position is None else self._plain(self._file, position + within, offset, size)
