"""Carving on planted disks: how many of the whole deleted files are found with their digest, and how many found are wrong.

For each file system, pictures, clips, databases and documents are planted, half are deleted, some of those partly overwritten. What must be
found follows from the disk (`tests/evidence/carving_disks.py`). All kinds are overwritten, also those whose structure cannot tell it (pixels of
BMP, packed data of WebP and clips, streams of PDF). Those given out all the same must be marked as unproven, and are listed. Needs mkfs.fat, mtools, mkntfs, ntfs-3g, e2fsprogs, sleuthkit.
Also measures the search over zeros and over random bytes.

Usage: .venv/bin/python bench/carving.py [--files 200] [--size 512]
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from triage.evidence.carved import UNPROVEN, free_space_of
from triage.evidence.carving import carve
from triage.evidence.engine import tsk
from triage.evidence.streams import FileStream
from triage.model import Entry, Locator

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "evidence"))

MEBIBYTE = 1 << 20
EVERY = frozenset({"jpeg", "png", "gif", "webp", "bmp", "mp4", "mov", "3gp", "heic", "sqlite", "zip", "pdf"})


def main() -> int:
    """Make the disks, carve them, print the tables. 1 where a whole file was missed or a wrong one given out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--size", type=int, default=512, help="of each disk, in MiB")
    chosen = parser.parse_args()
    carving_disks = importlib.import_module("carving_disks")  # lies with the tests, which use it too
    faults = 0
    for system in carving_disks.SYSTEMS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "disk.img"
            scratch = Path(folder) / "scratch"
            scratch.mkdir()
            planted = carving_disks.make(
                system, path, chosen.files, size=chosen.size * MEBIBYTE, scratch=scratch, kinds=EVERY
            )
            faults += _report(system, path, planted, carving_disks.live_digests(path))
    _speed()
    return 1 if faults else 0


def _report(system: str, path: Path, planted: dict[str, Any], live: set[bytes]) -> int:
    began = time.perf_counter()
    found = _carved(path)
    seconds = time.perf_counter() - began
    whole, right = Counter[str](), Counter[str]()
    expected: dict[bytes, str] = {}
    for item in planted.values():
        if item.whole:
            whole[item.kind] += 1
            expected[hashlib.sha256(item.data).digest()] = item.kind
    digests = {digest for _, digest in found}
    for digest, kind in expected.items():
        right[kind] += digest in digests
    known = {hashlib.sha256(item.data).digest() for item in planted.values()}
    other = [entry for entry, digest in found if digest not in known]
    wrong = [entry for entry in other if UNPROVEN not in entry.name]
    copies = [entry for entry, digest in found if digest in live]
    total = sum(whole.values())
    print(
        f"{system}: deleted {len(planted)}, whole {total}, found with the right digest {right.total()}, "
        f"wrong but called complete {len(wrong)}, unproven and overwritten {len(other) - len(wrong)}, equal to a live file {len(copies)}, {seconds:.2f} s"
    )
    for kind in sorted(whole):
        print(f"  {kind:18} {right[kind]:3} of {whole[kind]:3}")
    kinds = Counter(entry.locator.steps[-1].path for entry in other)
    if kinds:
        print(
            "  overwritten in the middle, given out as unproven:" if not wrong else "  WRONG:",
            ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())),
        )
    return total - right.total() + len(wrong)


def _carved(path: Path) -> list[tuple[Entry, bytes]]:
    medium = FileStream(path)
    space = free_space_of(tsk.FS_Info(tsk.Img_Info(str(path))), 0, medium, medium.size)
    entries = [each for each in space.children(Locator(), None) if isinstance(each, Entry)]
    return [(entry, hashlib.sha256(space.open(entry.locator.steps[-1]).read()).digest()) for entry in entries]


def _speed() -> None:
    for name, block in (("zeros", bytes(64 * MEBIBYTE)), ("random bytes", os.urandom(64 * MEBIBYTE))):
        began = time.perf_counter()
        found = [each for _ in range(8) for each in carve([(0, len(block))], _reader(block))]
        seconds = time.perf_counter() - began
        print(f"search over {name}: {8 * len(block) / seconds / 1e6:.0f} MB/s, found {len(found)}")


def _reader(block: bytes) -> Any:  # noqa: ANN401  # a closure of the shape of `carve`
    return lambda offset, size: block[offset : offset + size]


if __name__ == "__main__":
    sys.exit(main())
