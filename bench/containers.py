"""The same disk in every container that can be built here: the same files, the same digest of the whole disk.

Makes a disk (MBR, one ext4 volume of seeded files), packs it with qemu-img, ewfacquire and split, scans each, and compares
`v_files` (path, size, MD5) and the SHA-256 of the whole virtual disk with the raw original. Says what tool is missing.

Usage: .venv/bin/python bench/containers.py [--mebibytes 16]
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inline import scanned

from triage.evidence import open_evidence
from triage.model import Locator
from triage.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEBI = 1 << 20
START = MEBI  # bytes before the volume
SETTINGS = Settings(workers=1, hash_source=False, previews=False)
Row = tuple[str, int | None, str | None]


@dataclass(frozen=True, slots=True)
class Packing:
    """One way to pack a disk: `make` writes it into a folder and returns the file to open."""

    name: str
    tool: str
    make: Callable[[Path, Path], Path]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the program sees of a disk: rows of `v_files` and SHA-256 of all bytes."""

    rows: tuple[Row, ...]
    digest: str


def packings() -> tuple[Packing, ...]:
    """Every packing, the raw ones first."""
    found = [Packing("split raw", "split", _split)]
    found += [
        Packing(f"E01 {level}", "ewfacquire", _ewf("encase6", "-c", f"deflate:{level}"))
        for level in ("none", "fast", "best")
    ]
    found.append(Packing("split E01", "ewfacquire", _ewf("encase6", "-c", "deflate:none", "-S", "1048576")))
    found.append(Packing("SMART", "ewfacquire", _ewf("smart", "-c", "deflate:fast")))
    found += [_qemu(name, form, options) for name, form, options in _QEMU]
    return tuple(found)


_QEMU = (
    *(
        (f"VMDK {kind}", "vmdk", ("-o", f"subformat={kind}"))
        for kind in (
            "monolithicSparse",
            "monolithicFlat",
            "twoGbMaxExtentSparse",
            "twoGbMaxExtentFlat",
            "streamOptimized",
        )
    ),
    ("VHD dynamic", "vpc", ("-o", "subformat=dynamic,force_size=on")),
    ("VHD fixed", "vpc", ("-o", "subformat=fixed,force_size=on")),
    ("VHDX dynamic", "vhdx", ("-o", "subformat=dynamic")),
    ("VHDX fixed", "vhdx", ("-o", "subformat=fixed")),
    ("QCOW2", "qcow2", ()),
    ("QCOW2 compressed", "qcow2", ("-c",)),
    ("QCOW2 zstd", "qcow2", ("-c", "-o", "compression_type=zstd")),
    ("QCOW2 version 2", "qcow2", ("-o", "compat=0.10")),
    ("VDI dynamic", "vdi", ()),
    ("VDI static", "vdi", ("-o", "static=on")),
    ("Parallels", "parallels", ()),
)
_SUFFIX = {"vpc": "vhd", "parallels": "hdd"}


def disk(folder: Path, mebibytes: int) -> Path:
    """A raw disk with an MBR and one ext4 volume of seeded files. Needs mkfs.ext4."""
    tree, raw = folder / "tree", folder / "disk.raw"
    files(tree, (mebibytes - 4) * MEBI // 2)
    with raw.open("wb") as out:
        out.truncate(mebibytes * MEBI)
        out.seek(446)
        sectors = (mebibytes * MEBI - START) // 512
        out.write(struct.pack("<BBHBBHII", 0, 0, 0, 0x83, 0, 0, START // 512, sectors).ljust(64, b"\0") + b"\x55\xaa")
    command = ["mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-E", f"offset={START}", "-d", str(tree), str(raw)]
    subprocess.run([*command, f"{(mebibytes * MEBI - START) // 1024}k"], check=True, capture_output=True)
    shutil.rmtree(tree)
    return raw


def built(packing: Packing, raw: Path, folder: Path) -> Path | None:
    """The packed disk in a folder of its own; None where the tool is missing."""
    if not shutil.which(packing.tool):
        return None
    place = folder / packing.name.replace(" ", "-")
    place.mkdir()
    return packing.make(raw, place)


def seen(source: Path, folder: Path) -> Seen:
    """Scan a source into a case of its own and digest the whole disk in it."""
    case = folder / f"case-{len(list(folder.iterdir()))}"
    scanned(case, source, SETTINGS)
    database = sqlite3.connect(f"file:{case / 'case.db'}?mode=ro", uri=True)
    wanted = "SELECT path, size, md5 FROM v_files WHERE kind IN ('file', 'folder') ORDER BY path, size, md5"
    rows = tuple(database.execute(wanted))
    database.close()
    return Seen(rows, _digest(source, folder))


def _digest(source: Path, folder: Path) -> str:
    evidence = open_evidence(source, limits=SETTINGS.limits, scratch=folder)
    running, stream = hashlib.sha256(), evidence.open(Locator())
    while block := stream.read(MEBI):
        running.update(block)
    stream.close()
    damage = evidence.take_damage()
    evidence.close()
    return running.hexdigest() if not damage else f"damaged: {damage[0].message}"


def files(tree: Path, size: int) -> None:
    """Text, random and empty files in a few folders, some of them sparse."""
    dice = random.Random(17)
    number = 0
    while size > 0:
        number += 1
        length = dice.choice((0, 1, 4095, 4096, 40_000, 300_000))
        kind = dice.randrange(3)
        data = dice.randbytes(length) if kind == 0 else b"baris ke-%d\n" % number * (length // 11) * (kind == 1)
        path = tree / f"map-{number % 7}" / f"berkas {number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data or bytes(length))
        size -= length + 4096


def _split(raw: Path, folder: Path) -> Path:
    command = ["split", "-b", "3M", "-d", "-a", "3", "--numeric-suffixes=1", str(raw), str(folder / "disk.")]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "disk.001"


def _ewf(form: str, *options: str) -> Callable[[Path, Path], Path]:
    def make(raw: Path, folder: Path) -> Path:
        target = folder / "disk"
        command = ["ewfacquire", "-q", "-u", "-f", form, "-t", str(target), "-l", f"{target}.log", *options, str(raw)]
        subprocess.run(command, check=True, capture_output=True)
        return next(path for path in sorted(folder.iterdir()) if path.suffix.lower() in {".e01", ".s01"})

    return make


def _qemu(name: str, form: str, options: tuple[str, ...]) -> Packing:
    def make(raw: Path, folder: Path) -> Path:
        target = folder / f"disk.{_SUFFIX.get(form, form)}"
        command = ["qemu-img", "convert", "-f", "raw", "-O", form, *options, str(raw), str(target)]
        subprocess.run(command, check=True, capture_output=True)
        return target

    return Packing(name, "qemu-img", make)


def compared(folder: Path, mebibytes: int) -> Iterator[tuple[str, str, bool, float]]:
    """Name, what was seen, whether it is equal to the raw disk, and seconds: the raw disk itself first."""
    raw = disk(folder, mebibytes)
    started = time.monotonic()
    expected = seen(raw, folder)
    files = sum(md5 is not None for _, _, md5 in expected.rows)
    whole = hashlib.sha256(raw.read_bytes()).hexdigest()
    yield "raw", f"{files} files", whole == expected.digest and files > 0, time.monotonic() - started
    for packing in packings():
        started = time.monotonic()
        source = built(packing, raw, folder)
        if source is None:
            yield packing.name, f"not built: {packing.tool} is missing", True, 0.0
            continue
        got = seen(source, folder)
        rows = "files equal" if got.rows == expected.rows else "FILES DIFFER"
        bytes_ = "digest equal" if got.digest == whole else f"DIGEST DIFFERS ({got.digest[:60]})"
        yield packing.name, f"{rows}, {bytes_}", got == expected, time.monotonic() - started


def main() -> int:
    """Print a line for each container; 1 where any differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mebibytes", type=int, default=16)
    chosen = parser.parse_args()
    if not shutil.which("mkfs.ext4"):
        sys.stderr.write("bench: mkfs.ext4 is missing: apt-get install e2fsprogs\n")
        return 2
    equal = True
    with tempfile.TemporaryDirectory() as folder:
        for name, says, same, seconds in compared(Path(folder), chosen.mebibytes):
            print(f"{name:28} {says:32} {seconds:5.2f} s{'' if same else '   DIFFERENT'}", flush=True)
            equal = equal and same
    print("all equal" if equal else "NOT ALL EQUAL")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
