"""Free clusters of FAT12, FAT16 and FAT32, after Microsoft's "FAT: General Overview of On-Disk Format" 1.03.

An entry of the table that is zero is a free cluster; of the 32 bits of FAT32 the upper four do not count. What is left behind the
last whole cluster belongs to nobody either.
"""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from triage.errors import Malformed, Truncated
from triage.evidence.engine import tsk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_BLOCK = 3 << 18  # holds whole entries of 12, 16 and 32 bits
_BITS = {
    int(tsk.TSK_FS_TYPE_FAT12): 12,
    int(tsk.TSK_FS_TYPE_FAT16): 16,
    int(tsk.TSK_FS_TYPE_FAT32): 32,
}
_FIRST_CLUSTER = 2


@dataclass(frozen=True, slots=True)
class _Layout:
    """Offsets in bytes from the start of the volume."""

    table: int
    data: int
    end: int
    cluster: int


def fat_runs(file_system: tsk.FS_Info, offset: int, read: Callable[[int, int], bytes]) -> Iterator[tuple[int, int]]:
    """Free bytes of a FAT volume."""
    bits = _BITS[int(file_system.info.ftype)]
    layout = _layout(read(offset, 512))
    clusters = (layout.end - layout.data) // layout.cluster
    values = _entries(read, offset + layout.table, clusters + _FIRST_CLUSTER, bits)
    number = 0
    for free, group in groupby(value == 0 for value in values):
        length = sum(1 for _ in group)
        if free:
            first = max(number, _FIRST_CLUSTER)
            place = offset + layout.data + (first - _FIRST_CLUSTER) * layout.cluster
            yield place, (number + length - first) * layout.cluster
        number += length
    behind = layout.data + clusters * layout.cluster
    yield offset + behind, layout.end - behind


def _layout(boot: bytes) -> _Layout:
    if len(boot) < 512:
        raise Truncated("the boot sector is cut")
    sector, per_cluster, reserved, tables, root, small = struct.unpack_from("<HBHBHH", boot, 11)
    size = struct.unpack_from("<H", boot, 22)[0] or struct.unpack_from("<I", boot, 36)[0]
    total = small or struct.unpack_from("<I", boot, 32)[0]
    data = reserved * sector + tables * size * sector + -(-root * 32 // max(sector, 1)) * sector
    if not (sector and per_cluster and tables and data < total * sector):
        raise Malformed("the boot sector does not describe a FAT file system")
    return _Layout(reserved * sector + _active(boot) * size * sector, data, total * sector, per_cluster * sector)


def _active(boot: bytes) -> int:
    """Which copy of the table counts: on FAT32 with mirroring switched off not always the first (BPB_ExtFlags)."""
    is_fat32 = boot[22:24] == b"\0\0"
    return boot[40] & 0x0F if is_fat32 and boot[40] & 0x80 else 0


def _entries(read: Callable[[int, int], bytes], table: int, count: int, bits: int) -> Iterator[int]:
    left = -(-count * bits // 8)
    while left > 0:
        block = read(table, min(left, _BLOCK))
        if len(block) < min(left, _BLOCK):
            raise Truncated("the allocation table is cut")
        entries = list(_values(block, bits))[:count]
        yield from entries
        count -= len(entries)
        table, left = table + len(block), left - len(block)


def _values(block: bytes, bits: int) -> Iterable[int]:
    if bits == 12:
        padded = block + bytes(-len(block) % 3)
        triples = zip(padded[::3], padded[1::3], padded[2::3], strict=True)
        return (value for low, mid, high in triples for value in (low | (mid & 15) << 8, mid >> 4 | high << 4))
    values = array("H" if bits == 16 else "I", block)
    if sys.byteorder == "big":
        values.byteswap()
    return values if bits == 16 else (value & 0x0FFFFFFF for value in values)
