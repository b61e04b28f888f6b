"""E01 images, side by side in one run: reading against libewf (its Python module), verifying against `ewfverify`.

The image of bench/spine.py is acquired once per level (fast: MD5 stored; best: MD5 and SHA-1) into bench/work by ewfacquire. Both
readers get the same 1 MiB reads from start to end and compute nothing; both check the checksum of every chunk. Both verifiers
compute the digests that are stored. At the first level the whole scan (listing, three digests, look-up) of the E01 is timed too,
against itself on the raw image and against `tsk_loaddb -h` on the E01. Page cache warm for all. Prints medians and the median of the
ratios of each round.

Usage: .venv/bin/python bench/ewf.py [--runs 3] [--levels fast,best] [--threads 2]
Needs ewf-tools of Debian and `pip install libewf-python`; for the image what bench/spine.py needs.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyewf
import spine

from triage.evidence.ewf import open_ewf
from triage.evidence.medium_verify import verify

if TYPE_CHECKING:
    from pathlib import Path

READ = 1 << 20
DIGESTS = {"fast": (), "best": ("-d", "sha1")}


@dataclass
class Times:
    """Seconds of each round."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    def line(self, title: str, other: str, size: int, goal: float) -> str:
        """One line of the table: rates in MB/s and how many times as fast Sigap is."""
        ratio = statistics.median(them / us for us, them in zip(self.ours, self.theirs, strict=True))
        mine, its = (size / 1e6 / statistics.median(each) for each in (self.ours, self.theirs))
        return f"{title:12} Sigap {mine:6.0f} MB/s   {other} {its:6.0f} MB/s   ratio {ratio:5.2f}   (goal {goal})"


def main() -> int:
    """Acquire what is missing, run all in turn, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--levels", default="fast,best")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--bytes", type=int, default=2_100_000_000)
    chosen = parser.parse_args()
    for tool in ("ewfacquire", "ewfverify"):
        if not shutil.which(tool):
            sys.stderr.write(f"bench: {tool} is missing: apt-get install ewf-tools\n")
            return 2
    spine.WORK.mkdir(exist_ok=True)
    raw = spine._image(chosen.files, chosen.bytes)  # noqa: SLF001 - the builder of the other bench, on purpose
    levels = chosen.levels.split(",")
    for level in levels:
        _compare(_acquired(raw, level), level, chosen.runs, chosen.threads)
    _scan(raw, _acquired(raw, levels[0]), chosen.runs)
    print(
        f"largest memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB   (goal 256 MB)"
    )
    return 0


def _compare(image: Path, level: str, runs: int, threads: int) -> None:
    size = _read_ours(image)[1]
    reading, verifying = Times(), Times()
    for _ in range(runs):
        reading.ours.append(_read_ours(image)[0])
        reading.theirs.append(_read_theirs(image))
        verifying.ours.append(_verify_ours(image, threads))
        verifying.theirs.append(_verify_theirs(image, level))
    print(
        f"{image.name}: {image.stat().st_size / 1e9:.2f} GB, disk of {size / 1e9:.2f} GB, load {os.getloadavg()[0]:.1f}"
    )
    print(reading.line("read", "libewf   ", size, 5))
    print(verifying.line("verify", "ewfverify", size, 2.2))


def _scan(raw: Path, image: Path, runs: int) -> None:
    home = spine._lists()  # noqa: SLF001 - see above
    on_raw, on_e01, theirs = [], [], []
    for _ in range(runs):
        on_raw.append(spine._sigap(raw, home, 2, "--no-extract", hash_source=False))  # noqa: SLF001
        on_e01.append(spine._sigap(image, home, 2, "--no-extract", hash_source=False))  # noqa: SLF001
        database = spine.WORK / "loaddb.db"
        theirs.append(spine._timed(["tsk_loaddb", "-h", "-d", str(database), str(image)], remove=database))  # noqa: SLF001
    print(f"scan: raw {_median(on_raw)}   E01 {_median(on_e01)}   tsk_loaddb -h on the E01 {_median(theirs)}")
    against_raw, against_theirs = (
        statistics.median(mine / other for mine, other in zip(on_e01, others, strict=True))
        for others in (on_raw, theirs)
    )
    print(f"scan: E01 / raw {against_raw:.2f} (goal 1.3)   E01 / tsk_loaddb {against_theirs:.2f} (goal 0.3)")


def _median(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.1f} s"


def _read_ours(image: Path) -> tuple[float, int]:
    started = time.monotonic()
    medium, done = open_ewf(image), 0
    while block := medium.read(READ):
        done += len(block)
    if done != medium.size or medium.take_damage():
        raise SystemExit("bench: Sigap did not read the whole image")
    medium.close()
    return time.monotonic() - started, done


def _read_theirs(image: Path) -> float:
    started = time.monotonic()
    handle = pyewf.handle()
    handle.open(pyewf.glob(str(image)))
    while handle.read(READ):
        pass
    handle.close()
    return time.monotonic() - started


def _verify_ours(image: Path, threads: int) -> float:
    started = time.monotonic()
    medium = open_ewf(image)
    if verify(medium, threads=threads).fits is not True:
        raise SystemExit("bench: the digests do not fit")
    medium.close()
    return time.monotonic() - started


def _verify_theirs(image: Path, level: str) -> float:
    started = time.monotonic()
    subprocess.run(["ewfverify", "-q", *DIGESTS[level], str(image)], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def _acquired(raw: Path, level: str) -> Path:
    target = spine.WORK / f"{raw.stem}-{level}"
    image = target.with_name(f"{target.name}.E01")
    if not image.exists():
        command = ["ewfacquire", "-q", "-u", "-f", "encase6", "-c", f"deflate:{level}", "-S", "7EiB", *DIGESTS[level]]
        part = target.with_name(f"{target.name}-part")
        subprocess.run([*command, "-t", str(part), str(raw)], check=True, stdout=subprocess.DEVNULL)
        part.with_name(f"{part.name}.E01").rename(image)
    return image


if __name__ == "__main__":
    sys.exit(main())
