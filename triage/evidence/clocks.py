"""What the times of each file system mean: zone and resolution (DESIGN section 5).

FAT, exFAT and ISO 9660 write the wall clock of the device. FAT knows no zone. exFAT and ISO 9660 store an offset to UTC beside
each time which the engine neither applies nor hands out (checked byte by byte on images of both), so their times are given as
stored, zone unknown, too. A recording date of ISO 9660 is given as born.
Resolutions: FAT after Microsoft's FAT specification (modified 2 s, born 10 ms, accessed 1 day); NTFS 100 ns; HFS+, ISO 9660,
ext2, ext3 and YAFFS2 1 s; UFS and APFS 1 ns; ext4 1 ns where the inode has room for it, else 1 s.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from triage.evidence.engine import tsk
from triage.model import Stamp, Times, Zone
from triage.model.entries import NANOSECONDS

DAY = 86_400 * NANOSECONDS
SECOND = NANOSECONDS
NOTHING = Times()


@dataclass(frozen=True, slots=True)
class Clock:
    """How a file system tells time; resolutions in nanoseconds."""

    zone: Zone = Zone.UTC
    modified: int = 1
    accessed: int = 1
    changed: int = 1
    born: int = 1


def _steps(step: int, zone: Zone = Zone.UTC) -> Clock:
    return Clock(zone, step, step, step, step)


_FAT = Clock(Zone.UNKNOWN, 2 * SECOND, DAY, SECOND, SECOND // 100)
_EXFAT = Clock(Zone.UNKNOWN, SECOND // 100, 2 * SECOND, SECOND, SECOND // 100)
_FINE = Clock()
_SECONDS = _steps(SECOND)
_CLOCKS: dict[int, Clock] = {
    tsk.TSK_FS_TYPE_FAT12: _FAT,
    tsk.TSK_FS_TYPE_FAT16: _FAT,
    tsk.TSK_FS_TYPE_FAT32: _FAT,
    tsk.TSK_FS_TYPE_EXFAT: _EXFAT,
    tsk.TSK_FS_TYPE_NTFS: _steps(100),
    tsk.TSK_FS_TYPE_EXT2: _SECONDS,
    tsk.TSK_FS_TYPE_EXT3: _SECONDS,
    tsk.TSK_FS_TYPE_HFS: _SECONDS,
    tsk.TSK_FS_TYPE_YAFFS2: _SECONDS,
    tsk.TSK_FS_TYPE_ISO9660: _steps(SECOND, Zone.UNKNOWN),
}


def clock_of(file_system_type: int) -> Clock:
    """The clock of a file system as the engine numbers them."""
    return _CLOCKS.get(file_system_type, _FINE)


def times_of(meta: tsk.TSK_FS_META, clock: Clock) -> Times:
    """The four times of a metadata entry. A zero is a time that was not set."""
    if clock is _FINE and not (meta.mtime_nano or meta.atime_nano or meta.ctime_nano or meta.crtime_nano):
        clock = _SECONDS  # ext4 with small inodes has no room for fractions; four zero fractions tell
    stamp = _utc if clock.zone is Zone.UTC else _wall_clock
    return Times(
        stamp(meta.mtime * NANOSECONDS + meta.mtime_nano, clock.modified),
        stamp(meta.atime * NANOSECONDS + meta.atime_nano, clock.accessed),
        stamp(meta.ctime * NANOSECONDS + meta.ctime_nano, clock.changed),
        stamp(meta.crtime * NANOSECONDS + meta.crtime_nano, clock.born),
    )


# The four times of a file, and those of the files of a folder, are often the same moment. Two functions and not one with the
# zone as a parameter: hashing an enumeration costs more than making the value.
@lru_cache(maxsize=4096)
def _utc(nanoseconds: int, resolution: int) -> Stamp | None:
    return Stamp(nanoseconds, Zone.UTC, resolution) if nanoseconds else None


@lru_cache(maxsize=4096)
def _wall_clock(nanoseconds: int, resolution: int) -> Stamp | None:
    return Stamp(nanoseconds, Zone.UNKNOWN, resolution) if nanoseconds else None
