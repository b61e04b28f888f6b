"""Pictures a second on two cores: thumbnails, metadata, fingerprints, and what the scan does, beside plain Pillow and exiftool.

The pictures are made by this bench: JPEGs of 4000 x 3000 pixels with EXIF and an embedded thumbnail as cameras write them, busy enough to
have the size of a photograph, kept in bench/work. Each measurement runs over all of them in as many processes as there are cores; figures are
per second of wall clock and per second of processor time, which holds on a busy machine too. Peak memory is that of the largest process.

Usage: .venv/bin/python bench/media.py [--count 2000] [--processes 2] [--runs 3]
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import random
import resource
import shutil
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PIL import Image, ImageDraw, ImageFilter

from triage.content import Item
from triage.extractors.photo import PhotoMetadata
from triage.filetype import identify
from triage.formats import picture, picture_facts
from triage.hashing import pdq
from triage.model import Digests, Entry, Kind, Locator, Step
from triage.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.evidence import Evidence

WORK = Path(__file__).resolve().parent / "work" / "media"
SIZE = (4000, 3000)
DIFFERENT = 40  # pictures that are drawn; the others differ in their time alone


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement over all pictures."""

    name: str
    count: int
    seconds: float
    processor: float
    megabytes: int

    def line(self) -> str:
        """As a row of the table."""
        return (
            f"| {self.name} | {self.count / self.seconds:.1f} | {self.count / self.processor:.1f} | {1000 * self.processor / self.count:.2f}"
            f" | {self.megabytes} |"
        )


def main() -> None:
    """Make the pictures, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    paths = made(options.count)
    size = sum(path.stat().st_size for path in paths)
    print(
        f"{len(paths)} JPEGs of 12 megapixels, {size / len(paths) / 1e6:.2f} MB each; {options.processes} processes\n"
    )
    print(
        "| what | a second | a second of processor time | ms of processor time each | largest process, MB |\n|---|---|---|---|---|"
    )
    for name, work in WORKS.items():
        runs = [measured(name, work, paths, options.processes) for _ in range(options.runs)]
        print(sorted(runs, key=lambda each: each.seconds)[len(runs) // 2].line(), flush=True)
    if shutil.which("exiftool"):
        print(_exiftool(paths, options.processes).line())


def made(count: int) -> list[Path]:
    """The pictures; those that are there already are kept."""
    WORK.mkdir(parents=True, exist_ok=True)
    paths = [WORK / f"IMG_{number:05d}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        if not path.exists():
            path.write_bytes(_picture(number))
    return paths


def _picture(number: int) -> bytes:
    scene = _drawn(number % DIFFERENT)
    clock = f"2026:03:{number // 1440 % 28 + 1:02d} {number // 60 % 24:02d}:{number % 60:02d}:00\0".encode()
    block = _exif(clock, _thumbnail(number % DIFFERENT))
    return scene[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + scene[2:]


_kept: dict[tuple[str, int], bytes] = {}


def _drawn(number: int) -> bytes:
    if ("scene", number) not in _kept:
        chance = random.Random(number)
        noise = chance.randbytes(SIZE[0] // 4 * SIZE[1] // 4)
        grain = Image.frombytes("L", (SIZE[0] // 4, SIZE[1] // 4), noise).point(lambda value: 100 + value // 4)
        image = grain.resize(SIZE).convert("RGB")
        draw = ImageDraw.Draw(image, "RGBA")
        for _ in range(120):
            x, y, reach = chance.randrange(SIZE[0]), chance.randrange(SIZE[1]), chance.randrange(100, 900)
            draw.ellipse((x, y, x + reach, y + reach), fill=(*(chance.randrange(256) for _ in range(3)), 150))
        target = io.BytesIO()
        image.filter(ImageFilter.SHARPEN).save(target, "JPEG", quality=88)
        small = io.BytesIO()
        image.resize((160, 120)).save(small, "JPEG", quality=80)
        _kept["scene", number], _kept["thumbnail", number] = target.getvalue(), small.getvalue()
    return _kept["scene", number]


def _thumbnail(number: int) -> bytes:
    _drawn(number)
    return _kept["thumbnail", number]


def _exif(clock: bytes, thumbnail: bytes) -> bytes:
    """A first directory with make, model, orientation and EXIF, and a second with the thumbnail."""
    make, model = b"Kamera Fiksi\0", b"KF-12\0"
    values = 8 + 2 + 4 * 12 + 4
    details = values + len(make) + len(model)
    taken = details + 2 + 12 + 4
    second = taken + len(clock)
    jpeg = second + 2 + 2 * 12 + 4
    first = [
        (0x010F, 2, len(make), values),
        (0x0110, 2, len(model), values + len(make)),
        (0x0112, 3, 1, 1),
        (0x8769, 4, 1, details),
    ]
    parts = [b"Exif\0\0II*\0", struct.pack("<I", 8), _directory(first, second), make, model]
    parts += [_directory([(0x9003, 2, len(clock), taken)], 0), clock]
    parts += [_directory([(0x0201, 4, 1, jpeg), (0x0202, 4, 1, len(thumbnail))], 0), thumbnail]
    return b"".join(parts)


def _directory(fields: Sequence[tuple[int, int, int, int]], following: int) -> bytes:
    return (
        struct.pack("<H", len(fields))
        + b"".join(struct.pack("<HHII", *each) for each in fields)
        + struct.pack("<I", following)
    )


# ------------------------------------------------------------------------------------ what is measured


def thumbnails(path: Path) -> None:
    """Both sizes, by decoding at the smallest scale that serves."""
    with path.open("rb") as stream:
        picture.decode(stream, most_pixels=1 << 30)


def embedded(path: Path) -> None:
    """Both sizes from the thumbnail that EXIF holds."""
    with path.open("rb") as stream:
        facts = picture_facts.read(stream)
    assert facts.thumbnail is not None
    picture.decode(io.BytesIO(facts.thumbnail), most_pixels=1 << 30)


def metadata(path: Path) -> None:
    """Everything that the file says, without its pixels."""
    with path.open("rb") as stream:
        facts = picture_facts.read(stream)
    assert facts.values.make


def fingerprints(path: Path) -> None:
    """Decoded once for the fingerprint and both previews."""
    with path.open("rb") as stream:
        pdq.fingerprint(picture.decode(stream, most_pixels=1 << 30).brightness)


def extractor(path: Path) -> None:
    """All that the scan does with a picture behind its digests: metadata, previews, fingerprint, thumbnail compared."""
    list(PhotoMetadata().extract(_item(path)))


def quickly(path: Path) -> None:
    """The same in profile quick."""
    item = _item(path)
    item.quick = True
    list(PhotoMetadata().extract(item))


def plain(path: Path) -> None:
    """What a simple program does: Pillow's thumbnail of 256 pixels, saved as JPEG."""
    with Image.open(path) as image:
        image.thumbnail((256, 256))
        image.save(io.BytesIO(), "JPEG", quality=80)


def plain_whole(path: Path) -> None:
    """The same without scaled decoding."""
    with Image.open(path) as image:
        image.load()
        image.thumbnail((256, 256))
        image.save(io.BytesIO(), "JPEG", quality=80)


WORKS: dict[str, Callable[[Path], None]] = {
    "thumbnails in two sizes, scaled decode (goal 90)": thumbnails,
    "thumbnails in two sizes, from EXIF": embedded,
    "metadata": metadata,
    "fingerprint and thumbnails": fingerprints,
    "all of the extractor": extractor,
    "all of the extractor, profile quick": quickly,
    "plain Pillow, Image.thumbnail": plain,
    "plain Pillow, whole decode": plain_whole,
}


def _item(path: Path) -> Item:
    data = path.read_bytes()
    entry = Entry(Locator((Step("folder", path.name),)), path.name, Kind.FILE, len(data), path=f"/{path.name}")
    digests = Digests(b"", b"", b"", len(data))
    return Item(
        entry,
        digests,
        identify(path.name, data[:65536]),
        data[:65536],
        cast("Evidence", None),
        path.parent,
        Limits(),
        data,
    )


def measured(name: str, work: Callable[[Path], None], paths: Sequence[Path], processes: int) -> Measured:
    """Run one measurement in so many processes."""
    started = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        shares = [(work, paths[each::processes]) for each in range(processes)]
        used = pool.starmap(_share, shares, chunksize=1)
    seconds = time.perf_counter() - started
    return Measured(name, len(paths), seconds, sum(each[0] for each in used), max(each[1] for each in used))


def _share(work: Callable[[Path], None], paths: Sequence[Path]) -> tuple[float, int]:
    before = time.process_time()
    for path in paths:
        work(path)
    return time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _exiftool(paths: Sequence[Path], processes: int) -> Measured:
    """`exiftool -j -G1` over the same files, as many of it at once."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    running = []
    for each in range(processes):
        command = ["exiftool", "-j", "-G1", "-q", *map(str, paths[each::processes])]
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
    for process in running:
        process.wait()
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - started
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured("exiftool -j -G1 (metadata)", len(paths), seconds, processor, after.ru_maxrss // 1024)


if __name__ == "__main__":
    main()
