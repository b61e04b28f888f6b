"""The volumes of a medium: which table is believed, what each partition is called.

A FAT or NTFS boot sector ends in the same two bytes as a partition table, and the bytes where the table would be are program
code; the reverse happens too: the remains of a file system lie in front of a disk that was partitioned later. So:

1. No table: one volume, `whole`.
2. A table and no file system at byte 0: the partitions of the table, usable or not.
3. Both: the table is believed where at least one of its partitions that starts behind byte 0 holds a file system. Its
   partitions are listed, and `whole` beside them, because the bytes at 0 hold a file system as well (a hybrid ISO, or
   the disk's earlier life). Otherwise the file system at byte 0 stands alone and the "table" is taken for what it
   almost always is then: program code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.evidence.engine import tsk

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE = "whole"
_BSD_TYPES = ("(0xa5)", "(0xa6)", "(0xa9)")  # FreeBSD, OpenBSD, NetBSD partitions hold a table of their own
_BLOCK = 512
_ACTIVE = (0x00, 0x80)
_PROTECTIVE = 0xEE  # stands for a whole GPT disk


@dataclass(frozen=True, slots=True)
class Volume:
    """A stretch of the medium: name, start and size in bytes, and what the table says it is for."""

    name: str
    offset: int
    size: int
    title: str


def volumes_of(medium: tsk.Img_Info, size: int) -> tuple[Volume, ...]:
    """The volumes of a medium of `size` bytes, in order of position."""
    whole = Volume(WHOLE, 0, size, "whole medium")
    partitions = tuple(_partitions(medium))
    if not partitions:
        return (whole,)
    if not has_file_system(medium, 0):
        return partitions
    behind = tuple(part for part in partitions if part.offset > 0)
    if any(has_file_system(medium, part.offset) for part in behind if part.offset < size):
        return (whole, *behind)
    return (whole,)


def claimed_size(head: bytes) -> int | None:
    """Bytes that the disk must have by its GPT or MBR, read from its first 1,024 bytes; None where neither says.

    GPT: the header at byte 512 names the last block, where its copy lies (UEFI 2.10, section 5.3.2). MBR: four entries of 16
    bytes at byte 446, with type, first block and number of blocks (UEFI 2.10, section 5.2.1). Blocks have 512 bytes.
    """
    if head[512:520] == b"EFI PART":
        return (int.from_bytes(head[544:552], "little") + 1) * _BLOCK
    if head[510:512] != b"\x55\xaa":
        return None
    entries = [head[at : at + 16] for at in range(446, 510, 16)]
    used = [entry for entry in entries if entry[4]]
    if any(entry[0] not in _ACTIVE or entry[4] == _PROTECTIVE for entry in used):
        return None  # program code, not a table; or a GPT without its header
    ends = [int.from_bytes(entry[8:12], "little") + int.from_bytes(entry[12:16], "little") for entry in used]
    return max(ends, default=0) * _BLOCK or None


def has_file_system(medium: tsk.Img_Info, offset: int) -> bool:
    """Whether the engine recognises a file system at a byte offset."""
    try:
        tsk.FS_Info(medium, offset=offset)
    except OSError:
        return False
    return True


def _partitions(medium: tsk.Img_Info) -> Iterator[Volume]:
    for number, part in enumerate(_table(medium, 0), start=1):
        volume = _volume(f"p{number}", part)
        yield volume
        if volume.title.endswith(_BSD_TYPES):
            yield from _inner_bsd(medium, volume)


def _inner_bsd(medium: tsk.Img_Info, outer: Volume) -> Iterator[Volume]:
    for number, part in enumerate(_table(medium, outer.offset, tsk.TSK_VS_TYPE_BSD), start=1):
        yield _volume(f"{outer.name}.{number}", part)


def _volume(name: str, part: tuple[int, int, str]) -> Volume:
    start, length, title = part
    return Volume(name, start, length, title)


def _table(medium: tsk.Img_Info, offset: int, kind: int = tsk.TSK_VS_TYPE_DETECT) -> Iterator[tuple[int, int, str]]:
    """Start, size (bytes) and description of each partition in use; nothing where there is no table."""
    try:
        table = tsk.Volume_Info(medium, kind, offset)
        block = table.info.block_size
        for part in table:
            if int(part.flags) == tsk.TSK_VS_PART_FLAG_ALLOC:
                yield part.start * block, part.len * block, part.desc.decode("utf-8", "replace").strip()
    except OSError:
        return
