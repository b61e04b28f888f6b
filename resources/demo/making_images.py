"""The exhibits' containers: a FAT32 stick, an NTFS laptop, a tar of a phone's file system; and what other tools see in them.

Needs mkfs.fat, mtools, mkntfs, ntfs-3g (a mount through FUSE) and, for the check, The Sleuth Kit's fls, ifind and icat.
"""

from __future__ import annotations

import contextlib
import io
import os
import struct
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from making_plants import Plant

SECTOR = 512
START = 2048  # first sector of the one partition
FAT32, NTFS = 0x0C, 0x07
DISK_SIGNATURE = 0x434F4E54
EPOCH = 11_644_473_600  # seconds from 1601, where NTFS counts from, to 1970
JAKARTA = "WIB-7"  # a FAT volume keeps wall-clock time


def stick(path: Path, plants: Iterable[Plant], *, now: datetime, mebibytes: int = 48) -> None:
    """A stick with one FAT32 volume: everything is written first, then the deleted is deleted."""
    _partitioned(path, FAT32, mebibytes)
    volume = f"{path}@@{START * SECTOR}"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(now.timestamp())), "TZ": JAKARTA, "LC_ALL": "C.UTF-8"}

    def tool(*words: str) -> None:
        subprocess.run(words, check=True, env=environment, stdout=subprocess.DEVNULL)

    make = f"mkfs.fat -F32 -s1 -nCONTOH -i434F4E54 --invariant --offset={START} -h{START}".split()
    tool(*make, str(path), str(mebibytes << 10))
    for folder in _folders(plants):
        tool("mmd", "-i", volume, f"::/{folder}")
    with tempfile.TemporaryDirectory() as name:
        _write_all(Path(name), plants)
        for plant in plants:
            tool("mcopy", "-m", "-i", volume, f"{name}/{plant.path}", f"::/{plant.path}")
    for plant in plants:
        if plant.deleted:
            tool("mdel", "-i", volume, f"::/{plant.path}")


def laptop(path: Path, plants: Iterable[Plant], *, now: datetime, mebibytes: int = 48) -> None:
    """A disk with one NTFS volume, written through ntfs-3g; what the writing itself stamped is set to `now`."""
    began = time.time() - 2
    _partitioned(path, NTFS, mebibytes)
    volume = path.with_suffix(".volume")
    with volume.open("wb") as stream:
        stream.truncate(mebibytes << 20)
    geometry = ("-p", str(START), "-H", "255", "-S", "63", "-s", str(SECTOR), "-c", "4096")
    subprocess.run(("mkntfs", "-q", "-Q", "-F", "-T", "-L", "CONTOH", *geometry, str(volume)), check=True)
    with _mounted(volume) as folder:
        _write_all(folder, plants)
    with _mounted(volume) as folder:
        for plant in plants:
            if plant.deleted:
                (folder / plant.path).unlink()
    with path.open("r+b") as stream:
        stream.seek(START * SECTOR)
        stream.write(_restamped(volume.read_bytes(), began, time.time() + 2, now))
    volume.unlink()


def phone(path: Path, plants: Iterable[Plant]) -> None:
    """A tar as tools write it from a running phone: GNU format, which takes names of any bytes and any length."""
    made: set[str] = set()
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT, encoding="utf-8", errors="surrogateescape") as archive:
        for plant in plants:
            for folder in reversed(Path(plant.path).parents[:-1]):
                if str(folder) not in made and ".." not in folder.parts:
                    made.add(str(folder))
                    archive.addfile(_member(f"{folder}/", plant.at, tarfile.DIRTYPE))
            member = _member(plant.path, plant.at, tarfile.REGTYPE)
            member.size = len(plant.content)
            archive.addfile(member, io.BytesIO(plant.content))


def seen_by_sleuthkit(image: Path) -> dict[str, list[tuple[str, bool]]]:
    """Names that fls lists in the volume, each with the address icat takes and whether it is marked deleted."""
    listed = subprocess.run(("fls", "-r", "-p", "-o", str(START), str(image)), check=True, capture_output=True).stdout
    seen: dict[str, list[tuple[str, bool]]] = {}
    for line in listed.decode("utf-8", "surrogateescape").splitlines():
        left, tab, name = line.partition(":\t")
        if tab and left.split()[0].split("/")[-1] in {"r", "-"}:
            seen.setdefault(name, []).append((left.split()[-1], "*" in left))
    return seen


def read_by_sleuthkit(image: Path, address: str) -> bytes:
    """What icat reads there; nothing where it refuses (the empty records that NTFS keeps for itself)."""
    return subprocess.run(
        ("icat", "-r", "-o", str(START), str(image), address), check=False, capture_output=True
    ).stdout


def _partitioned(path: Path, kind: int, mebibytes: int) -> None:
    """A file with a partition table of one entry (classic MBR) and room behind it."""
    entry = struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", kind, b"\xfe\xff\xff", START, mebibytes * 2048)
    table = bytes(440) + struct.pack("<IH", DISK_SIGNATURE, 0) + entry + bytes(48) + b"\x55\xaa"
    with path.open("wb") as stream:
        stream.write(table)
        stream.truncate(START * SECTOR + (mebibytes << 20))


def _folders(plants: Iterable[Plant]) -> list[Path]:
    """Every folder above a plant, the outer before the inner."""
    return sorted({folder for plant in plants for folder in Path(plant.path).parents[:-1]})


def _write_all(folder: Path, plants: Iterable[Plant]) -> None:
    for plant in plants:
        target = folder / plant.path
        target.parent.mkdir(parents=True, exist_ok=True)
        with Path(f"{target}:{plant.stream}" if plant.stream else target).open("wb") as stream:
            stream.write(plant.content)
    for plant in plants:
        os.utime(folder / plant.path, (plant.at.timestamp(),) * 2)


@contextlib.contextmanager
def _mounted(volume: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(("ntfs-3g", "-o", "streams_interface=windows,locale=C.UTF-8", str(volume), folder), check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(("fusermount3", "-u", folder), check=True)
            _wait_for_release(volume)


def _wait_for_release(volume: Path) -> None:
    """The file-system process writes its last blocks after the unmount returns: wait until it is gone."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            while str(volume).encode() in process.read_bytes():
                time.sleep(0.05)


def _restamped(volume: bytes, began: float, ended: float, now: datetime) -> bytes:
    """Every NTFS time that lies in the seconds of the making becomes `now`. Times are 8-byte aligned in records and indexes."""
    content = bytearray(volume)
    records = [at for at in range(0, len(content), 1024) if volume[at : at + 4] in {b"FILE", b"INDX"}]
    for at in records:
        _exchange_sector_ends(content, at, restore=True)
    words = np.frombuffer(content, dtype="<u8").copy()
    first, last, fixed = (int((moment + EPOCH) * 10_000_000) for moment in (began, ended, now.timestamp()))
    words[(words >= first) & (words <= last)] = fixed
    content = bytearray(words.tobytes())
    for at in records:
        _exchange_sector_ends(content, at, restore=False)
    return bytes(content)


def _exchange_sector_ends(content: bytearray, at: int, *, restore: bool) -> None:
    """NTFS keeps the last two bytes of each sector of a record in the record's update sequence array."""
    array, count = struct.unpack_from("<HH", content, at + 4)
    number = content[at + array : at + array + 2]
    for sector in range(1, count):
        end, kept = at + sector * SECTOR - 2, at + array + 2 * sector
        if restore:
            content[end : end + 2] = content[kept : kept + 2]
        else:
            content[kept : kept + 2] = content[end : end + 2]
            content[end : end + 2] = number


def _member(name: str, at: datetime, kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.mtime, member.mode = kind, int(at.timestamp()), 0o755 if kind == tarfile.DIRTYPE else 0o600
    return member
