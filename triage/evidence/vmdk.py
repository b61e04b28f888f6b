"""VMware disks: a descriptor with its extents, or one file that holds both. All common kinds, and delta disks.

Source: "Virtual Disk Format 5.0", VMware technical note. Extents and parents are looked for beside the descriptor only.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, Malformed, Unreadable, Unsupported
from triage.evidence import vmdk_descriptor as text
from triage.evidence.beside import beside, chained
from triage.evidence.medium import Damage, Medium
from triage.evidence.pieces import SECTOR, Pieces, closed_on_error, disk_size, exactly, opened, taken
from triage.evidence.signatures import UNLOCK_FIRST
from triage.evidence.vmdk_sparse import ESX, HOSTED, SparseExtent, header_of
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.streams import FileStream

FLAT, SPARSE = {"FLAT", "VMFS"}, {"SPARSE", "VMFSSPARSE"}


def open_vmdk(path: Path, chain: tuple[Path, ...] = ()) -> VmdkDisk:
    """The disk that a descriptor or a sparse extent describes, its parents included. Raises EvidenceError."""
    chain = chained(path, chain)
    with opened(path) as stream:
        start = exactly(stream, 0, len(text.MAGIC), "header")
        if start[:4] in {HOSTED, ESX}:
            return _one_file(path, stream, chain)
        if start.lower() != text.MAGIC.lower():
            raise Malformed("it has no header of a VMware disk")
        descriptor = text.descriptor_of(taken(stream, 0, text.LONGEST))
    stream.close()
    parent = _parent(path, descriptor, chain)
    with closed_on_error(parent):
        return VmdkDisk(tuple(_extents(path, descriptor, parent)), parent, descriptor)


def _one_file(path: Path, stream: FileStream, chain: tuple[Path, ...]) -> VmdkDisk:
    header = header_of(stream)
    descriptor = _embedded(stream, *header.descriptor)
    parent = None if descriptor is None else _parent(path, descriptor, chain)
    with closed_on_error(parent):
        shared = None if parent is None else Shifted(parent, 0, parent.size)
        return VmdkDisk((SparseExtent(stream, header, shared),), parent, descriptor)


def _embedded(stream: FileStream, at: int, size: int) -> text.Descriptor | None:
    """The descriptor inside a sparse extent; None: there is none, or it is damaged."""
    try:
        return text.descriptor_of(taken(stream, at * SECTOR, min(size * SECTOR, text.LONGEST))) if at and size else None
    except Malformed:
        return None


def _parent(path: Path, descriptor: text.Descriptor, chain: tuple[Path, ...]) -> VmdkDisk | None:
    if descriptor.encrypted:
        raise Encrypted(f"a VMware disk encrypted by VMware; {UNLOCK_FIRST}")
    return None if descriptor.parent is None else open_vmdk(beside(path, descriptor.parent, "parent disk"), chain)


def _extents(path: Path, descriptor: text.Descriptor, parent: VmdkDisk | None) -> list[Pieces]:
    """All extents; one that cannot be read is a gap, as long as another one can. Raises the first one's error else."""
    extents: list[Pieces] = []
    errors: list[EvidenceError] = []
    start = 0
    for line in descriptor.extents:
        size = disk_size(line.sectors * SECTOR)
        shared = None if parent is None else Shifted(parent, start, size)
        try:
            extents.append(_extent(path, line, size, shared))
        except EvidenceError as error:
            errors.append(error)
            extents.append(Missing(size, str(error)))
        start += size
    if errors and all(isinstance(extent, Missing | Zeros) for extent in extents):
        raise errors[0]
    return extents


def _extent(path: Path, line: text.Extent, size: int, parent: Medium | None) -> Pieces:
    if line.kind == "ZERO":
        return Zeros(size, parent=parent)
    if line.access == "NOACCESS":
        raise Unreadable(f"its extent {line.name!r} is marked as not accessible")
    if line.kind not in FLAT | SPARSE:
        raise Unsupported(f"its extent {line.name!r} is of kind {line.kind[:20]}, which Sigap does not read")
    with opened(beside(path, line.name, "extent")) as stream:
        if line.kind in FLAT:
            return Flat(stream, line.start * SECTOR, size)
        return SparseExtent(stream, header_of(stream), parent, size=size)


class Missing(Pieces):
    """An extent that cannot be read."""

    def __init__(self, size: int, why: str) -> None:
        super().__init__(size)
        self._reason = why

    def known_damage(self) -> Iterator[Damage]:
        """All of it."""
        yield Damage(0, self.size, self._reason)

    def _piece(self, offset: int, size: int) -> bytes:
        return self._lost(offset, size, self._reason)


class Zeros(Pieces):
    """An extent that was never written, or one without a file."""

    def _piece(self, offset: int, size: int) -> bytes:
        return self._inherited(offset, size)


class Flat(Pieces):
    """A stretch of a file, byte by byte."""

    def __init__(self, stream: FileStream, start: int, size: int) -> None:
        super().__init__(size, stream)
        self._file, self._start = stream, start

    def known_damage(self) -> Iterator[Damage]:
        """What lies behind the end of the file."""
        held = min(self.size, max(0, self._file.size - self._start))
        if held < self.size:
            yield Damage(held, self.size - held, "behind the end of the file")

    def _piece(self, offset: int, size: int) -> bytes:
        return self._plain(self._file, self._start + offset, offset, size)


class Shifted(Medium):
    """The parent disk as one extent sees it."""

    def __init__(self, parent: Medium, start: int, size: int) -> None:
        super().__init__(max(0, min(size, parent.size - start)))
        self._whole, self._start = parent, start

    def take_damage(self) -> tuple[Damage, ...]:
        """None: the disk asks its parent itself."""
        return ()

    def _at(self, offset: int, size: int) -> bytes:
        self._whole.seek(self._start + offset)
        return self._whole.read(size)


class VmdkDisk(Pieces):
    """The extents, one after the other."""

    format = "vmdk"

    def __init__(
        self, extents: tuple[Pieces, ...], parent: VmdkDisk | None, descriptor: text.Descriptor | None
    ) -> None:
        self._extents = extents
        self._starts = [0]
        for extent in extents:
            self._starts.append(self._starts[-1] + extent.size)
        super().__init__(disk_size(self._starts[-1]), *extents, parent=parent)
        self.content_id = None if descriptor is None else descriptor.content_id
        self._note(descriptor, parent)

    def known_damage(self) -> Iterator[Damage]:
        """Extents that are missing, and what is missing of the others."""
        for start, extent in zip(self._starts, self._extents, strict=False):
            for damage in extent.known_damage():
                yield Damage(start + damage.offset, damage.size, damage.why)

    def take_damage(self) -> tuple[Damage, ...]:
        """What reads have met since the last call."""
        met = set(super().take_damage())
        for start, extent in zip(self._starts, self._extents, strict=False):
            met |= {Damage(start + damage.offset, damage.size, damage.why) for damage in extent.take_damage()}
        return tuple(sorted(met))

    def warnings(self) -> Iterator[Problem]:
        """What to know about the disk, its extents and its parents."""
        yield from super().warnings()
        for extent in self._extents:
            yield from extent.warnings()

    def _piece(self, offset: int, size: int) -> bytes:
        number = bisect_right(self._starts, offset) - 1
        extent, within = self._extents[number], offset - self._starts[number]
        extent.seek(within)
        return extent.read(min(size, extent.size - within))

    def _note(self, descriptor: text.Descriptor | None, parent: VmdkDisk | None) -> None:
        if descriptor is None:
            message = "an extent of a VMware disk without its descriptor; if it is one of several, name the descriptor"
            self._notes.append(Problem(kind="malformed", stage="open", message=message))
        elif parent is not None and parent.content_id != descriptor.parent_id:
            message = "the parent disk was changed after this VMware disk was made from it; contents may be mixed"
            self._notes.append(Problem(kind="malformed", stage="open", message=message))
