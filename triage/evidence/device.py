"""A disk itself as a source: a block device of Linux, or a physical drive of Windows. Opened for reading, never written.

Reading alone does not protect a disk: the system may write to it of its own accord (mounting, journal replay, wear). So a device that the kernel does
not report as read-only is refused, unless the examiner says otherwise; that, like make, model and serial, goes to the custody log.
Sectors that cannot be read are zeros and damage with a range; a disk that was pulled ends the reading.

Source: block ioctls of linux/fs.h and Documentation/ABI/stable/sysfs-block (Linux); winioctl.h (Windows, see `device_windows`).
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Unreadable, UserError
from triage.evidence.medium import Damage, Medium, Stored
from triage.evidence.streams import FileStream

if TYPE_CHECKING:
    from collections.abc import Iterator


READ_AGAIN = 4096  # bytes: what is tried by itself where a longer read fails
SYSTEM = Path("/sys")
DRIVES = "\\\\.\\"
_BLKROGET = 0x125E
_ATTRIBUTES = (
    ("vendor", "vendor"),
    ("model", "model"),
    ("serial", "serial"),
    ("wwid", "world wide identifier"),
    ("rev", "firmware"),
)


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What the system says of a device. `read_only` is None where it does not say."""

    size: int
    read_only: bool | None
    facts: tuple[tuple[str, str], ...]


class Device(Medium):
    """The bytes of a disk."""

    format = "device"

    def __init__(self, stream: FileStream, about: DeviceFacts) -> None:
        super().__init__(about.size)
        self._file, self._about = stream, about
        protection = {True: "read-only", False: "writable, allowed by the examiner", None: "unknown"}[about.read_only]
        self.stored = Stored(facts=(*about.facts, ("write protection", protection)))

    def files(self) -> tuple[Path, ...]:
        """The device."""
        return (self._file.path,)

    def close(self) -> None:
        """Close the device."""
        self._file.close()
        super().close()

    def _at(self, offset: int, size: int) -> bytes:
        try:
            return self._read(offset, size)
        except EvidenceError:
            return b"".join(self._piece(at, end - at) for at, end in _pieces(offset, offset + size))

    def _read(self, offset: int, size: int) -> bytes:
        """By whole blocks: Windows reads a drive no other way."""
        start, end = offset // READ_AGAIN * READ_AGAIN, -(-(offset + size) // READ_AGAIN) * READ_AGAIN
        self._file.seek(start)
        return self._file.read(end - start)[offset - start : offset - start + size]

    def _piece(self, offset: int, size: int) -> bytes:
        try:
            return self._read(offset, size)
        except Unreadable as error:
            cause = error.__cause__
            if not isinstance(cause, OSError) or cause.errno != errno.EIO or not self._file.path.exists():
                raise
            self._damaged(Damage(offset, size, "the disk cannot read it"))
            return bytes(size)


def is_device(path: Path) -> bool:
    """Whether a path names a disk itself. Raises OSError where it cannot be reached."""
    if sys.platform == "win32":
        return str(path).startswith(DRIVES)
    return stat.S_ISBLK(path.stat().st_mode)


def open_device(path: Path, *, allow_writable: bool) -> Device:
    """The disk. Raises UserError with advice where it is not protected and that is not allowed; Unreadable."""
    about = _about(path)
    if about.read_only is False and not allow_writable:
        raise UserError(
            f"{path}: the system may write to this disk; connect it through a write blocker, or run"
            f" 'blockdev --setro {path}' as administrator and try again; --allow-writable examines it as it is and is logged"
        )
    return Device(FileStream(path, size=about.size), about)


def _about(path: Path) -> DeviceFacts:
    if sys.platform == "win32":
        from triage.evidence.device_windows import about_drive  # noqa: PLC0415  # exists on Windows alone

        return about_drive(path)
    return about_block_device(path)


def about_block_device(path: Path, system: Path = SYSTEM) -> DeviceFacts:
    """What Linux says of a block device. Raises Unreadable."""
    import fcntl  # noqa: PLC0415  # exists on POSIX systems alone

    try:
        with FileStream(path) as stream:
            answer = fcntl.ioctl(stream.descriptor(), _BLKROGET, bytes(4))
            number = os.fstat(stream.descriptor()).st_rdev
            size = stream.size
    except OSError as error:
        raise Unreadable(f"{path}: the system says nothing of this device: {error.strerror}") from error
    read_only = bool(int.from_bytes(answer, sys.byteorder))
    return DeviceFacts(
        size, read_only, tuple(_sysfs(system / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"))
    )


def _sysfs(node: Path) -> Iterator[tuple[str, str]]:
    """Attributes of the disk; of a partition, those of the disk that it lies on."""
    disk = node.resolve().parent if (node / "partition").exists() else node
    yield from (("partition", text) for text in _attribute(node / "partition"))
    for name, title in _ATTRIBUTES:
        for place in (disk / "device" / name, disk / name):
            if found := _attribute(place):
                yield title, found[0]
                break


def _attribute(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="backslashreplace").strip()
    except OSError:
        return []
    return [text] if text else []


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    """A range in parts that end where the disk's own blocks do."""
    while start < end:
        following = min(end, (start // READ_AGAIN + 1) * READ_AGAIN)
        yield start, following
        start = following
