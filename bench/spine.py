"""The spine against `tsk_loaddb -h`, side by side in one run, on an NTFS image of about 100,000 files and 2 GB.

The image is built from files of this machine (needs mkntfs and ntfs-3g of Debian's ntfs-3g, and the right to mount) and kept
under bench/work. Sigap lists, hashes (MD5, SHA-1, SHA-256), types and looks up every file in a list of a million digests, once
without extractors and once with all of them (previews and picture fingerprints included); tsk_loaddb lists and computes
MD5. With two workers the full scan is run by one worker as well, side by side. The program's bytecode is compiled before, as an installation does; page cache warm for all. Prints medians and ratios.

Usage: .venv/bin/python bench/spine.py [--files 100000] [--runs 3] [--workers 2]
"""

from __future__ import annotations

import argparse
import compileall
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

WORK = Path(__file__).parent / "work"
TREES = ("/usr/lib", "/usr/share", "/usr/include", "/usr/local", "/opt", "/var/lib", "/etc", str(Path.home()))
SIZE = 3 << 30
MILLION = 1_000_000
PACKED = (
    b"PK",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x1f\x9d",
    b"\x04\x22\x4d\x18",
)


def main() -> int:
    """Build what is missing, run both programs in turn, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--bytes", type=int, default=2_100_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--hash-source", action="store_true")
    chosen = parser.parse_args()
    for tool in ("mkntfs", "ntfs-3g", "tsk_loaddb", "fls"):
        if not shutil.which(tool):
            sys.stderr.write(f"bench: {tool} is missing: apt-get install ntfs-3g sleuthkit\n")
            return 2
    WORK.mkdir(exist_ok=True)
    image = _image(chosen.files, chosen.bytes)
    home = _lists()
    compileall.compile_dir(Path(__file__).parents[1] / "triage", quiet=1)
    _warm(image)
    ours, full, alone, theirs, listing = [], [], [], [], []
    for _ in range(chosen.runs):
        ours.append(_sigap(image, home, chosen.workers, "--no-extract", hash_source=chosen.hash_source))
        full.append(_sigap(image, home, chosen.workers, hash_source=chosen.hash_source))
        if chosen.workers > 1:
            alone.append(_sigap(image, home, 1, hash_source=chosen.hash_source))
        theirs.append(
            _timed(["tsk_loaddb", "-h", "-d", str(WORK / "loaddb.db"), str(image)], remove=WORK / "loaddb.db")
        )
        listing.append(_timed(["fls", "-r", "-p", str(image)]))
    _table(image, {"triage scan --no-extract": ours, "triage scan": full, "tsk_loaddb -h": theirs, "fls -r": listing})
    if alone:
        _speed_up(alone, full, chosen.workers)
    return 0


def _speed_up(alone: list[float], together: list[float], workers: int) -> None:
    times = statistics.median(one / more for one, more in zip(alone, together, strict=True))
    every = " ".join(f"{each:.2f}" for each in alone)
    print(
        f"one worker: {statistics.median(alone):.2f} s, {workers} workers are {times:.2f} times as fast (goal for two: 1.8)   all {every}"
    )


def _table(image: Path, times: dict[str, list[float]]) -> None:
    theirs = times["tsk_loaddb -h"]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"image {image.name}: {image.stat().st_size / 1e9:.2f} GB")
    for name, seconds in times.items():
        ratio = statistics.median(mine / other for mine, other in zip(seconds, theirs, strict=True))
        every = " ".join(f"{each:.2f}" for each in seconds)
        print(f"{name:25} median {statistics.median(seconds):6.2f} s   ratio {ratio:.3f}   all {every}")
    print("goal: listing, three digests and look-up at most 0.4 of tsk_loaddb -h")
    print(f"largest process of all: {peak:.0f} MB   (goal 400 MB)")


def _sigap(image: Path, home: Path, workers: int, *options: str, hash_source: bool) -> float:
    case = WORK / "case"
    shutil.rmtree(case, ignore_errors=True)
    command = [str(Path(sys.executable).parent / "triage"), "scan", str(case), str(image), "--list", "million"]
    command += ["--workers", str(workers), "--hash-source" if hash_source else "--no-hash-source", *options]
    return _timed(command, environment={**os.environ, "TRIAGE_HOME": str(home), "TRIAGE_LANG": "en"})


def _timed(command: list[str], *, environment: dict[str, str] | None = None, remove: Path | None = None) -> float:
    if remove:
        remove.unlink(missing_ok=True)
    started = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    elapsed = time.monotonic() - started
    if done.returncode:
        sys.stderr.write(done.stderr.decode(errors="replace"))
    return elapsed


def _warm(image: Path) -> None:
    with image.open("rb") as stream:
        while stream.read(1 << 24):
            pass


def _image(files: int, limit: int) -> Path:
    image = WORK / f"ntfs-{files}-{limit // 1_000_000}-plain.dd"
    if image.exists():
        return image
    part = image.with_suffix(".part")
    with part.open("wb") as stream:
        stream.truncate(SIZE)
    subprocess.run(["mkntfs", "-F", "-Q", "-q", "-L", "BENCH", str(part)], check=True, stdout=subprocess.DEVNULL)
    mount = WORK / "mount"
    mount.mkdir(exist_ok=True)
    subprocess.run(["ntfs-3g", str(part), str(mount)], check=True)
    try:
        _fill(mount, files, limit)
    finally:
        subprocess.run(["umount", str(mount)], check=True)
    part.rename(image)
    return image


def _fill(mount: Path, files: int, limit: int) -> None:
    """Copy a random choice of files folder by folder, as installing and saving lays them down."""
    chosen: list[Path] = []
    size = 0
    for source in _sources():
        if len(chosen) >= files or size >= limit:
            break
        try:
            if source.stat().st_size > limit // 60 or _archive(source):
                continue
        except OSError:
            continue
        chosen.append(source)
        size += source.stat().st_size
    for source in sorted(chosen):
        target = mount / "Users" / "budi" / "Documents" / source.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    print(f"built: {len(chosen)} files, {size / 1e9:.2f} GB", file=sys.stderr)


def _archive(path: Path) -> bool:
    """What is packed is left out: Sigap opens it, so it would examine more files than the other program."""
    with path.open("rb") as stream:
        head = stream.read(512)
    return head.startswith(PACKED) or head[257:262] == b"ustar"


def _sources() -> list[Path]:
    found = []
    for tree in TREES:
        for folder, folders, names in os.walk(tree):
            folders[:] = sorted(name for name in folders if not name.startswith(".cache"))
            found += [Path(folder, name) for name in sorted(names)]
    plain = [path for path in found if path.is_file() and not path.is_symlink()]
    random.Random(7).shuffle(plain)
    return plain


def _lists() -> Path:
    """A list of a million digests in a home of its own, imported anew: its form may change between versions."""
    home = WORK / "home"
    shutil.rmtree(home, ignore_errors=True)
    text = WORK / "million.md5"
    source = random.Random(11)
    with text.open("w") as stream:
        stream.writelines(f"{source.getrandbits(128):032x}\n" for _ in range(MILLION))
    command = [str(Path(sys.executable).parent / "triage"), "list", "import", str(text), "--name", "million"]
    subprocess.run(command, env={**os.environ, "TRIAGE_HOME": str(home)}, check=True)
    return home


if __name__ == "__main__":
    sys.exit(main())
