"""Sizes that inodes of ext2 and ext3 state, read without the engine, and the names of a folder where the engine must not go.

The engine follows every block of a file as soon as it looks at its inode, in time that grows with the stated size: one damaged inode of
a terabyte keeps a whole folder from being listed. Files with extents (ext4) do not cost it that, so such file systems are left alone.
Source: the kernel's `Documentation/filesystems/ext4` (superblock, group descriptors, inode table, linear directories).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SUPERBLOCK = 1024  # bytes before it
_EXTENTS, _META_GROUPS, _WIDE = 0x40, 0x10, 0x80  # incompatible features
_REGULAR, _FOLDER = 0x8000, 0x4000
LARGEST_FOLDER = 64 << 20


class ExtInodes:
    """The inode table of one file system; `read(offset, size)` gives bytes from its start."""

    def __init__(self, read: Callable[[int, int], bytes]) -> None:
        self._read = read
        head = _exactly(read, SUPERBLOCK, 264)
        self._first, log = struct.unpack_from("<II", head, 20)
        (self._per_group,) = struct.unpack_from("<I", head, 40)
        revision, (inode,) = struct.unpack_from("<I", head, 76)[0], struct.unpack_from("<H", head, 88)
        (self._features,) = struct.unpack_from("<I", head, 96)
        self._inode = inode if revision else 128
        self._descriptor = struct.unpack_from("<H", head, 254)[0] if self._features & _WIDE else 32
        if log > 6 or not self._per_group or not 128 <= self._inode <= 4096 or not 32 <= self._descriptor <= 1024:
            raise Malformed("the superblock does not say where the inodes are")
        self._block = 1024 << log

    @property
    def matters(self) -> bool:
        """Whether files are kept in block lists, and where the inodes are is known."""
        return not self._features & (_EXTENTS | _META_GROUPS)

    def size(self, number: int) -> int:
        """Bytes that a file or folder states; 0 for anything else."""
        group, place = divmod(number - 1, self._per_group)
        descriptor = _exactly(self._read, (self._first + 1) * self._block + group * self._descriptor, 32)
        (table,) = struct.unpack_from("<I", descriptor, 8)
        inode = _exactly(self._read, table * self._block + place * self._inode, 112)
        kind = struct.unpack_from("<H", inode)[0] & 0xF000
        low, high = struct.unpack_from("<I", inode, 4)[0], struct.unpack_from("<I", inode, 108)[0]
        return low | (high << 32 if kind == _REGULAR else 0) if kind in {_REGULAR, _FOLDER} else 0


def names_in(content: bytes) -> Iterator[tuple[bytes, int]]:
    """Name and inode of the live entries of a folder, in order; what cannot be followed ends its block of 1,024 bytes."""
    at = 0
    while at + 8 <= len(content):
        number, length, characters = struct.unpack_from("<IHB", content, at)
        if length < 8 or length % 4:
            at = (at // SUPERBLOCK + 1) * SUPERBLOCK
            continue
        name = content[at + 8 : at + 8 + characters]
        if number and name and characters <= length - 8:
            yield name, number
        at += length


def _exactly(read: Callable[[int, int], bytes], offset: int, size: int) -> bytes:
    data = read(offset, size)
    if len(data) < size:
        raise Malformed("the image ends before its table of inodes")
    return data


def stated_size(inodes: ExtInodes, number: int) -> int:
    """What the inode states; 0 where it cannot be read."""
    try:
        return inodes.size(number)
    except EvidenceError:
        return 0
