"""Free blocks of ext2, ext3 and ext4 by the bitmaps of their block groups, after the kernel's ext4 documentation ("Global
Structures", "Dynamic Structures") and the layout that `e2fsprogs` writes.

A group whose bitmap was never written (BLOCK_UNINIT) holds nothing but metadata: the copy of superblock and descriptors, and
bitmaps and inode tables, its own or, with flex_bg, another group's; the rest of it is free. (The Sleuth Kit 4.11 counts the copies
as free.) Bitmaps of clusters (bigalloc) do not occur: the engine does not open such a file system.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from typing import TYPE_CHECKING

from triage.errors import Malformed, Truncated
from triage.evidence.unallocated_bitmap import clear_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from triage.evidence.engine import tsk

_SUPERBLOCK = 1024
_MAGIC = 0xEF53
_SPARSE2, _META_BG, _64BIT, _SPARSE, _CHECKSUMS = 0x200, 0x10, 0x80, 0x1, 0x410
_UNINIT = 2
_MOST_GROUPS = 1 << 22


def ext_runs(file_system: tsk.FS_Info, offset: int, read: Callable[[int, int], bytes]) -> Iterator[tuple[int, int]]:
    """Free bytes of an ext volume."""
    del file_system
    volume = _Volume(offset, read)
    for group in range(volume.groups):
        for first, count in volume.free_of(group):
            yield offset + first * volume.block, count * volume.block


class _Volume:
    """The superblock, and what follows from it. Counts and places are in blocks."""

    def __init__(self, offset: int, read: Callable[[int, int], bytes]) -> None:
        head = read(offset + _SUPERBLOCK, 1024)
        if len(head) < 1024:
            raise Truncated("the superblock is cut")
        if struct.unpack_from("<H", head, 56)[0] != _MAGIC:
            raise Malformed("the superblock is none")
        self._offset, self._read, self._head = offset, read, head
        self.first, scale, _, self.per_group = struct.unpack_from("<4I", head, 20)
        self._compatible, self._incompatible, self._read_only = struct.unpack_from("<3I", head, 92)
        wide = bool(self._incompatible & _64BIT)
        self.blocks = self._number(4) | (self._number(336) << 32 if wide else 0)
        if scale > 6 or not self.per_group:
            raise Malformed("the superblock does not describe an ext file system")
        self.block = 1024 << scale
        self.groups = min(-(-(self.blocks - self.first) // self.per_group), _MOST_GROUPS)
        self._descriptor = max(32, struct.unpack_from("<H", head, 254)[0]) if wide else 32
        if self._descriptor > self.block or self._descriptor & (self._descriptor - 1):
            raise Malformed("the superblock does not describe an ext file system")
        self._all_metadata: list[tuple[int, int]] | None = None

    def free_of(self, group: int) -> Iterator[tuple[int, int]]:
        """Free runs (first block, count) of one group."""
        start = self.first + group * self.per_group
        count = min(self.per_group, self.blocks - start)
        bitmap, _, _, uninit = self._described(group)
        if uninit:
            yield from _without(start, start + count, self._metadata_of(group))
            return
        data = self._exactly(bitmap * self.block, min(-(-count // 8), self.block))
        for first, length in clear_runs([data], count):
            yield start + first, length

    def _described(self, group: int) -> tuple[int, int, int, bool]:
        """Block bitmap, inode bitmap, inode table, and whether the bitmap was never written."""
        raw = self._exactly(self._descriptor_place(group), self._descriptor)
        places = list(struct.unpack_from("<3I", raw, 0))
        if self._descriptor >= 64:
            places = [low | high << 32 for low, high in zip(places, struct.unpack_from("<3I", raw, 32), strict=True)]
        uninit = bool(self._read_only & _CHECKSUMS and raw[18] & _UNINIT)
        return places[0], places[1], places[2], uninit

    def _descriptor_place(self, group: int) -> int:
        per_block = self.block // self._descriptor
        meta = group // per_block
        block = (1 if self.block == 1024 else 0) + 1 + meta
        if self._incompatible & _META_BG and meta >= self._number(260):
            first_group = meta * per_block
            block = self.first + first_group * self.per_group + (1 if self._has_copy(first_group) else 0)
        return int(block * self.block + group % per_block * self._descriptor)

    def _metadata_of(self, group: int) -> Iterator[tuple[int, int]]:
        """Blocks of metadata that can lie in a group, sorted, as (first, behind the last)."""
        if self._all_metadata is None:
            self._all_metadata = sorted(self._tables())
        start = self.first + group * self.per_group
        own = [(start, start + self._copy_blocks(group))]
        low = max(0, bisect_left(self._all_metadata, (start, 0)) - 1)  # one that reaches in from the group before
        high = bisect_left(self._all_metadata, (start + self.per_group, 0))
        yield from sorted(own + self._all_metadata[low:high])

    def _tables(self) -> Iterator[tuple[int, int]]:
        inodes, size = self._number(40), struct.unpack_from("<H", self._head, 88)[0] if self._number(76) else 128
        length = -(-inodes * size // self.block)
        for group in range(self.groups):
            bitmap, inode_bitmap, table, _ = self._described(group)
            yield from ((bitmap, bitmap + 1), (inode_bitmap, inode_bitmap + 1), (table, table + length))

    def _copy_blocks(self, group: int) -> int:
        """Blocks at the start of a group for superblock, descriptors and their room to grow."""
        per_block = self.block // self._descriptor
        copy = 1 if self._has_copy(group) else 0
        if self._incompatible & _META_BG and group // per_block >= self._number(260):
            return int(copy + (1 if group % per_block in {0, 1, per_block - 1} else 0))
        table = -(-self.groups // per_block)
        if self._incompatible & _META_BG:
            table = min(table, self._number(260))
        return int(copy * (1 + table + struct.unpack_from("<H", self._head, 206)[0]))

    def _has_copy(self, group: int) -> bool:
        if group == 0:
            return True
        if self._compatible & _SPARSE2:
            return group in struct.unpack_from("<2I", self._head, 588)
        return not self._read_only & _SPARSE or group == 1 or any(_is_power(group, base) for base in (3, 5, 7))

    def _number(self, at: int) -> int:
        return int.from_bytes(self._head[at : at + 4], "little")

    def _exactly(self, place: int, size: int) -> bytes:
        data = self._read(self._offset + place, size)
        if len(data) < size:
            raise Truncated("the map of free space is cut")
        return data


def _is_power(number: int, base: int) -> bool:
    while number % base == 0 and number > 1:
        number //= base
    return number == 1


def _without(start: int, end: int, taken: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for first, behind in taken:
        if first > start:
            yield start, min(first, end) - start
        start = max(start, behind)
    if end > start:
        yield start, end - start
