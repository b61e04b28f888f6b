"""Free units of a bitmap in which a set bit means "in use"; and the two file systems that keep one as a file.

NTFS: the file `$Bitmap`, record 6 of the MFT, one bit per cluster, lowest bit first (Linux-NTFS documentation, "$Bitmap").
HFS+: the allocation file, number 6, one bit per allocation block, highest bit first (Apple Technical Note TN1150).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.errors import Unsupported
from triage.evidence.engine import translated, tsk
from triage.evidence.filesystem import Content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from triage.evidence.base import Stream

_MAP_FILE = 6  # in both
_BLOCK = 1 << 20
_STRETCH = re.compile(rb"\x00+|[^\x00\xff]")


def ntfs_runs(file_system: tsk.FS_Info, offset: int, read: Callable[[int, int], bytes]) -> Iterator[tuple[int, int]]:
    """Free bytes of an NTFS volume."""
    del read
    yield from _file_runs(file_system, offset, highest_first=False)


def hfs_runs(file_system: tsk.FS_Info, offset: int, read: Callable[[int, int], bytes]) -> Iterator[tuple[int, int]]:
    """Free bytes of an HFS+ volume. Raises Unsupported where it is wrapped in a classic HFS volume."""
    if read(offset + 1024, 2) not in {b"H+", b"HX"}:
        raise Unsupported("the free space of an HFS+ volume inside an HFS volume is not read")
    yield from _file_runs(file_system, offset, highest_first=True)


def clear_runs(blocks: Iterable[bytes], count: int, *, highest_first: bool = False) -> Iterator[tuple[int, int]]:
    """Runs (first, length) of clear bits among the first `count` of a bitmap; neighbours may not be joined."""
    table = _HIGHEST_FIRST if highest_first else _LOWEST_FIRST
    base = 0
    for block in blocks:
        for match in _STRETCH.finditer(block):
            first = base + 8 * match.start()
            if block[match.start()]:
                yield from _cut(((first + at, length) for at, length in table[block[match.start()]]), count)
            else:
                yield from _cut([(first, 8 * (match.end() - match.start()))], count)
        base += 8 * len(block)
        if base >= count:
            return


def _cut(runs: Iterable[tuple[int, int]], count: int) -> Iterator[tuple[int, int]]:
    for first, length in runs:
        if first < count:
            yield first, min(length, count - first)


def _file_runs(file_system: tsk.FS_Info, offset: int, *, highest_first: bool) -> Iterator[tuple[int, int]]:
    info = file_system.info
    size = int(info.block_size)
    for first, length in clear_runs(_blocks(file_system), int(info.block_count), highest_first=highest_first):
        yield offset + first * size, length * size


def _blocks(file_system: tsk.FS_Info) -> Iterator[bytes]:
    try:
        file = file_system.open_meta(inode=_MAP_FILE)
        size = 0 if file.info.meta is None else int(file.info.meta.size)
    except OSError as error:
        raise translated(error, "the map of free space cannot be read") from error
    stream: Stream = Content(file, min(size, -(-int(file_system.info.block_count) // 8)))
    while block := stream.read(_BLOCK):
        yield block


def _runs_of_byte(value: int, order: Iterable[int]) -> tuple[tuple[int, int], ...]:
    runs: list[tuple[int, int]] = []
    for place, bit in enumerate(order):
        if value >> bit & 1:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return tuple(runs)


_LOWEST_FIRST = tuple(_runs_of_byte(value, range(8)) for value in range(256))
_HIGHEST_FIRST = tuple(_runs_of_byte(value, range(7, -1, -1)) for value in range(256))
