"""What the times of each file system mean: zone and resolution.

FAT, exFAT and ISO 9660 write the wall clock of the device. FAT knows no zone. exFAT and ISO 9660 store an offset to UTC beside
each time which the engine neither applies nor hands out (checked byte by byte on images of both), so their times are given as
stored, zone unknown, too. A recording date of ISO 9660 is given as born.
Resolutions: FAT after Microsoft's FAT specification (modified 2 s, born 10 ms, accessed 1 day); NTFS 100 ns; HFS+, ISO 9660,
ext2, ext3 and YAFFS2 1 s; UFS and APFS 1 ns; ext4 1 ns where the inode has room for it, else 1 s.
"""

from __future__ import annotations

from dataclasses import dataclass

from triage.evidence.engine import tsk
from triage.model import Stamp, Times, Zone
from triage.model.entries import NANOSECONDS

Moments = tuple[int | None, int | None, int | None, int | None]

DAY = 86_400 * NANOSECONDS
SECOND = NANOSECONDS
NOTHING = Times()
_FAR = 1 << 63


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


def moments_of(meta: tsk.TSK_FS_META) -> Moments:
    """The four times of a metadata entry in nanoseconds. A zero is a time that was not set."""
    modified = meta.mtime * NANOSECONDS + meta.mtime_nano
    accessed = meta.atime * NANOSECONDS + meta.atime_nano
    changed = meta.ctime * NANOSECONDS + meta.ctime_nano
    born = meta.crtime * NANOSECONDS + meta.crtime_nano
    if min(modified, accessed, changed, born) > 0 and max(modified, accessed, changed, born) < _FAR:
        return modified, accessed, changed, born  # as nearly all are
    return _moment(modified), _moment(accessed), _moment(changed), _moment(born)


def times_of(moments: Moments, clock: Clock) -> Times:
    """The same with what they mean in a file system of this clock."""
    if clock is _FINE and not any(moment and moment % SECOND for moment in moments):
        clock = _SECONDS  # ext4 with small inodes has no room for fractions; four zero fractions tell
    steps = (clock.modified, clock.accessed, clock.changed, clock.born)
    pairs = zip(moments, steps, strict=True)
    return Times(*(None if moment is None else Stamp(moment, clock.zone, step) for moment, step in pairs))


def _moment(moment: int) -> int | None:
    """What fits a 64-bit integer (years 1677 to 2262); outside is no time a device could mean."""
    return moment if moment and -_FAR <= moment < _FAR else None
