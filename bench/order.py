"""How soon the planted hits are found: in seconds, and in bytes read, against reading the same files in random order.

The image of `bench/spine.py` (about 100,000 files, 2 GB) is copied, and 60 made-up pictures are put where people keep theirs: camera
and download folders, a messenger's, a hidden one, the recycle bin; some are renamed to `.txt` in a folder of documents, some are deleted again. A
list has their digests. The program examines it with everything on; what it publishes while it runs gives the moments. Seconds are
counted from the start of this process, so that loading the program is in them. Page cache warm.

Needs ntfs-3g and the right to mount, and the image: run `bench/spine.py` once before.
Usage: .venv/bin/python bench/order.py [--workers 2] [--no-extract]
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from triage import supervised
from triage.case import Case
from triage.run import run
from triage.settings import Settings

if TYPE_CHECKING:
    from triage.run import Progress

STARTED = time.monotonic() - time.process_time()  # before the program was loaded
WORK = Path(__file__).parent / "work"
SOURCE = WORK / "ntfs-100000-2100-plain.dd"
PLANTED = WORK / "ntfs-planted.dd"
HOME = WORK / "home-order"
PLACES = {
    "Users/budi/Pictures/Kamera": 12,
    "Users/budi/Downloads": 12,
    "Users/budi/AppData/Roaming/WhatsApp/Media": 12,
    "Users/budi/Desktop/.simpan": 6,
    "$RECYCLE.BIN/S-1-5-21-1000": 6,
    "Users/budi/Documents/surat": 6,  # renamed to .txt
    "Users/budi/Music": 6,  # deleted again
}
SHUFFLES = 200


def main() -> int:
    """Build what is missing, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-extract", action="store_true")
    chosen = parser.parse_args()
    if not PLANTED.exists():
        _plant()
        return subprocess.run([sys.executable, __file__, *sys.argv[1:]], check=False).returncode  # the clock anew
    supervised.start_early(chosen.workers)
    moments, last = _scan(chosen.workers, extract=not chosen.no_extract)
    hits = moments[-1][2]
    first = next(moment for moment in moments if moment[2])
    most = next(moment for moment in moments if moment[2] >= 0.8 * hits)
    total = last.bytes_read
    print(f"{hits} hits, {total / 1e9:.2f} GB read in {moments[-1][0]:.1f} s with {chosen.workers} workers")
    print(f"first hit: {first[0]:.2f} s after the start (goal 3 s), {first[1] / 1e6:.2f} MB read by then")
    print(f"80 % of the hits: {most[0]:.2f} s, {most[1] / total:.1%} of the bytes (goal 10 %)")
    by_chance = _by_chance()
    ratio = by_chance / max(first[1], 1)
    print(
        f"first hit in random order: {by_chance / 1e6:.2f} MB (mean of {SHUFFLES}): {ratio:.1f} times as many (goal 5)"
    )
    return 0


def _scan(workers: int, *, extract: bool) -> tuple[list[tuple[float, int, int]], Progress]:
    """Seconds, bytes read and hits at each word of progress, and the last word."""
    os.environ["TRIAGE_HOME"] = str(HOME)
    case = WORK / "case-order"
    shutil.rmtree(case, ignore_errors=True)
    said: list[tuple[float, Progress]] = []
    settings = Settings(workers=workers, lists=("planted",), hash_source=False, extract=extract)
    with Case.open_or_create(case, actor="bench") as opened:
        run(
            opened,
            PLANTED,
            exhibit="bench",
            settings=settings,
            progress=lambda word: said.append((time.monotonic() - STARTED, word)),
        )
    return [(seconds, word.bytes_read, word.notable) for seconds, word in said], said[-1][1]


def _by_chance() -> float:
    """Bytes until the first planted file where files are read in random order: the mean of many orders."""
    with closing(sqlite3.connect(WORK / "case-order" / "case.db")) as database:
        rows = database.execute(
            """SELECT c.bytes_read, EXISTS (SELECT 1 FROM hit h WHERE h.entry_id = e.id) FROM entry e
            JOIN content c ON c.entry_id = e.id WHERE e.kind = 'file'"""
        ).fetchall()
    chance = random.Random(5)
    found = []
    for _ in range(SHUFFLES):
        chance.shuffle(rows)
        read = 0
        for size, hit in rows:
            read += size
            if hit:
                break
        found.append(read)
    return statistics.mean(found)


def _plant() -> None:
    """The image with the pictures, and the list of their digests."""
    part, mount, chance = PLANTED.with_suffix(".part"), WORK / "mount-order", random.Random(3)
    shutil.copyfile(SOURCE, part)
    mount.mkdir(exist_ok=True)
    digests = []
    subprocess.run(["ntfs-3g", str(part), str(mount)], check=True)
    try:
        for place, count in PLACES.items():
            folder = mount / place
            folder.mkdir(parents=True, exist_ok=True)
            for number in range(count):
                data = _picture(chance)
                digests.append(hashlib.md5(data, usedforsecurity=False).hexdigest())
                suffix = "txt" if place.endswith("surat") else "jpg"
                (folder / f"IMG_{number:04d}.{suffix}").write_bytes(data)
        os.sync()
        for path in (mount / "Users/budi/Music").iterdir():
            path.unlink()
    finally:
        subprocess.run(["umount", str(mount)], check=True)
    text = WORK / "planted.md5"
    text.write_text("\n".join(digests) + "\n")
    shutil.rmtree(HOME, ignore_errors=True)
    command = [str(Path(sys.executable).parent / "triage"), "list", "import", str(text), "--name", "planted"]
    subprocess.run([*command, "--kind", "notable"], env={**os.environ, "TRIAGE_HOME": str(HOME)}, check=True)
    part.rename(PLANTED)


def _picture(chance: random.Random) -> bytes:
    """Noise of a size as phones make them, as JPEG."""
    side = chance.randrange(300, 1200)
    small = Image.frombytes("RGB", (side // 8, side // 8), chance.randbytes((side // 8) ** 2 * 3))
    target = io.BytesIO()
    small.resize((side, side)).save(target, "JPEG", quality=90)
    return target.getvalue()


if __name__ == "__main__":
    sys.exit(main())
