"""Whether time for each file and memory stay flat as evidence grows: NTFS images of 10,000, 100,000 and 1,000,000 small files.

Each image is made once (mkntfs, ntfs-3g, the right to mount) and kept under bench/work; a million files take some minutes to lay down and 4
GB of disk. Processor time of all processes is what is compared: on a machine with other work it tells more than the clock.

Usage: .venv/bin/python bench/scaling.py [--sizes 10000 100000 1000000] [--workers 2] [--extract]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

WORK = Path(__file__).parent / "work"
IN_A_FOLDER = 200
EACH = 3000  # bytes at most


def main() -> int:
    """Build what is missing, scan each, print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--extract", action="store_true")
    chosen = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    images = [(count, _image(count)) for count in chosen.sizes]
    for count, image in images:
        wall, used = _scan(image, chosen.workers, extract=chosen.extract)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(
            f"{count:>9,} files: {used / count * 1e6:6.0f} microseconds of processor time each, {wall / count * 1e6:6.0f} by the clock;"
            f" largest process so far {peak:.0f} MB"
        )
    return 0


def _scan(image: Path, workers: int, *, extract: bool) -> tuple[float, float]:
    """Seconds by the clock and of processor time, of all processes."""
    case = WORK / "case-scaling"
    shutil.rmtree(case, ignore_errors=True)
    command = [str(Path(sys.executable).parent / "triage"), "scan", str(case), str(image), "--no-hash-source"]
    command += ["--workers", str(workers), *([] if extract else ["--no-extract"])]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - started, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _image(count: int) -> Path:
    image = WORK / f"ntfs-small-{count}.dd"
    if image.exists():
        return image
    part, mount = image.with_suffix(".part"), WORK / "mount-scaling"
    with part.open("wb") as stream:
        stream.truncate(max(256 << 20, count * 6000))
    subprocess.run(["mkntfs", "-F", "-Q", "-q", str(part)], check=True, capture_output=True)
    mount.mkdir(exist_ok=True)
    subprocess.run(["ntfs-3g", str(part), str(mount)], check=True)
    try:
        _fill(mount, count)
    finally:
        os.sync()
        subprocess.run(["umount", str(mount)], check=True)
    part.rename(image)
    return image


def _fill(mount: Path, count: int) -> None:
    chance = random.Random(count)
    for first in range(0, count, IN_A_FOLDER):
        number = first // IN_A_FOLDER
        folder = mount / f"d{number // 100:03d}" / f"e{number % 100:02d}"
        folder.mkdir(parents=True)
        for place in range(first, min(first + IN_A_FOLDER, count)):
            (folder / f"f{place:07d}.txt").write_bytes(b"%d\n" % place * chance.randrange(1, EACH // 8))


if __name__ == "__main__":
    sys.exit(main())
