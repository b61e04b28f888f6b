"""Carved files as entries: one virtual folder for each volume's free space and for each gap between volumes.

The folder's step is `free`, with the byte where its volume or gap starts. A carved file's step says everything that is needed to
read it again, with `dd` as well: kind, byte offset on the medium, size (as `stream`). It has no time and no name of its own, and
is marked deleted: no live file owns its bytes. Its content may still equal a live file's; who compares digests must say so.
A name with `-unproven` is that of a file whose frame is whole and whose content could not be checked (`carving.Carved.complete`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Unreadable
from triage.evidence.carving import SUFFIXES, Carved, CarvingLimits, carve
from triage.evidence.names import shown_path, volume_of
from triage.evidence.streams import Window
from triage.evidence.unallocated import free_ranges, volume_gaps
from triage.model import Entry, Kind, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from triage.evidence.base import Stream
    from triage.evidence.engine import tsk
    from triage.evidence.unallocated import Placed

SCHEME, CARVED = "free", "carved"
UNALLOCATED, UNPARTITIONED = "/$Unallocated", "/$Unpartitioned"
UNPROVEN = "-unproven"


class FreeSpace:
    """A layer over stretches of a medium of `size` bytes in which files are carved. Its parts have `carved` steps."""

    def __init__(
        self,
        medium: Stream,
        size: int,
        ranges: Callable[[], Iterable[tuple[int, int]]],
        limits: CarvingLimits | None = None,
    ) -> None:
        self._medium, self._size = medium, size
        self._ranges, self._limits = ranges, limits

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """The carved files, in disk order; then, as Problems, what was met and not carved. `folder` is always None."""
        assert folder is None
        for found in carve(self._clipped(), self._read, limits=self._limits):
            yield found if isinstance(found, Problem) else _entry(within, found)

    def open(self, step: Step) -> Stream:
        """The bytes of one carved file."""
        size = int(step.stream) if step.stream and step.stream.isdecimal() else None
        if step.number is None or size is None or step.number + size > self._size:
            raise Unreadable(f"the medium has no carved file {step.text()}")
        return Window(self._medium, step.number, size)

    def close(self) -> None:
        """Nothing of its own to give back."""

    def total(self) -> int:
        """Bytes in the ranges. Raises EvidenceError where the map of free space cannot be read."""
        return sum(size for _, size in self._clipped())

    def _read(self, offset: int, size: int) -> bytes:
        self._medium.seek(offset)
        return self._medium.read(size)

    def _clipped(self) -> Iterator[tuple[int, int]]:
        for offset, size in self._ranges():
            if offset < self._size:
                yield offset, min(size, self._size - offset)


def free_space_of(
    file_system: tsk.FS_Info, offset: int, medium: Stream, size: int, limits: CarvingLimits | None = None
) -> FreeSpace:
    """The free space of the file system that starts at `offset` on a medium of `size` bytes."""

    def read(at: int, length: int) -> bytes:
        medium.seek(at)
        return medium.read(length)

    return FreeSpace(medium, size, lambda: free_ranges(file_system, offset, read), limits)


def gap_of(volumes: Iterable[Placed], offset: int, medium: Stream, size: int) -> FreeSpace:
    """The gap between volumes that starts at `offset`. Raises Unreadable where none does."""
    gap = next((found for found in volume_gaps(volumes, size) if found[0] == offset), None)
    if gap is None:
        raise Unreadable(f"no unpartitioned space starts at byte {offset}")
    return FreeSpace(medium, size, lambda: (gap,))


def folder_of(within: Locator, space: FreeSpace, offset: int) -> Entry | Problem:
    """The virtual folder of a volume's free space; a Problem where the map of free space cannot be read.

    Its size is the number of bytes that will be searched, so that the time allowed for it can follow.
    """
    try:
        size = space.total()
    except EvidenceError as error:
        return Problem(kind=error.kind, stage="carve", message=f"unallocated space: {error}")
    step = Step(SCHEME, UNALLOCATED, offset)
    return Entry(
        within.child(step), "$Unallocated", Kind.FOLDER, size, deleted=True, path=UNALLOCATED, volume=volume_of(within)
    )


def gap_folders(volumes: Iterable[Placed], size: int) -> Iterator[Entry]:
    """A virtual folder for each gap between the volumes of a medium of `size` bytes."""
    for number, (offset, length) in enumerate(volume_gaps(volumes, size), start=1):
        path = f"{UNPARTITIONED} {number}"
        yield Entry(Locator((Step(SCHEME, path, offset),)), path[1:], Kind.FOLDER, length, deleted=True, path=path)


def _entry(within: Locator, found: Carved) -> Entry:
    name = f"carved-{found.offset:x}{'' if found.complete else UNPROVEN}.{SUFFIXES[found.kind]}"
    return Entry(
        within.child(Step(CARVED, found.kind, found.offset, str(found.size))),
        name,
        Kind.FILE,
        found.size,
        deleted=True,
        position=found.offset,
        path=f"{shown_path(within)}/{name}",
        volume=volume_of(within),
    )
