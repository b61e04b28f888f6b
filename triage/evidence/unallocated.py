"""What no live file owns: the unallocated runs of a file system, and the gaps between the volumes of a medium.

The engine offers no walk over blocks to Python, so the maps in which the file systems themselves keep what is in use are read
here: one module per family turns its map into runs of free units. All ranges are (offset, size) in bytes on the medium, sorted,
without overlap, neighbours joined. A map can be wrong on a damaged or hostile medium; then ranges are wrong, never a live
file's entry: what is found in them is marked as carved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from triage.errors import LimitReached, Unsupported
from triage.evidence.engine import tsk
from triage.evidence.unallocated_bitmap import hfs_runs, ntfs_runs
from triage.evidence.unallocated_exfat import exfat_runs
from triage.evidence.unallocated_ext import ext_runs
from triage.evidence.unallocated_fat import fat_runs

Read = Callable[[int, int], bytes]
Runs = Callable[[tsk.FS_Info, int, Read], Iterator[tuple[int, int]]]
MOST_RANGES = 5_000_000


class Placed(Protocol):
    """A volume, as far as it matters here."""

    @property
    def offset(self) -> int:
        """Where it starts, in bytes."""
        ...

    @property
    def size(self) -> int:
        """In bytes."""
        ...


_RUNS: dict[int, Runs] = {
    int(tsk.TSK_FS_TYPE_NTFS): ntfs_runs,
    int(tsk.TSK_FS_TYPE_HFS): hfs_runs,
    int(tsk.TSK_FS_TYPE_EXFAT): exfat_runs,
    **dict.fromkeys(map(int, (tsk.TSK_FS_TYPE_FAT12, tsk.TSK_FS_TYPE_FAT16, tsk.TSK_FS_TYPE_FAT32)), fat_runs),
    **dict.fromkeys(map(int, (tsk.TSK_FS_TYPE_EXT2, tsk.TSK_FS_TYPE_EXT3, tsk.TSK_FS_TYPE_EXT4)), ext_runs),
}


def free_ranges(
    file_system: tsk.FS_Info, offset: int, read: Read, *, most: int = MOST_RANGES
) -> Iterator[tuple[int, int]]:
    """Unallocated ranges of a file system that starts at `offset`. Raises EvidenceError, also after some ranges.

    `read(offset, size)` gives bytes of the medium, fewer only at its end.
    """
    runs = _RUNS.get(int(file_system.info.ftype))
    if runs is None:
        raise Unsupported("the free space of this kind of file system cannot be told from its files")
    for number, found in enumerate(joined(runs(file_system, offset, read))):
        if number >= most:
            raise LimitReached(f"more than {most} unallocated runs; not searched from byte {found[0]} on")
        yield found


def volume_gaps(volumes: Iterable[Placed], size: int) -> Iterator[tuple[int, int]]:
    """What of a medium of `size` bytes lies in no volume: before, between and behind them."""
    reached = 0
    for volume in sorted(volumes, key=lambda volume: volume.offset):
        if min(volume.offset, size) > reached:
            yield reached, min(volume.offset, size) - reached
        reached = max(reached, volume.offset + volume.size)
    if size > reached:
        yield reached, size - reached


def joined(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Sorted ranges with those that touch made one; what is not behind the ones before is left out."""
    start, end = 0, 0
    for offset, size in ranges:
        if size <= 0 or offset + size <= end:
            continue
        if offset > end:
            if end > start:
                yield start, end - start
            start = offset
        end = offset + size
    if end > start:
        yield start, end - start
