"""Picture fingerprints, measured: recall for each edit, false matches, speed of the search, pictures a second.

    python bench/fingerprints.py FOLDER [--pictures N] [--references N]

FOLDER holds photographs of any kind (`../shared/corpus/photos`). Each is edited, saved as JPEG 90 where the edit says nothing else, and
looked for by its plain PDQ and by ours (what a scan does). Found: at most 31 bits from the photograph before the edit. Edits that were made
for the variants (their exact inverse is tried) are marked `*`; the others lie in between or beyond.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from triage.errors import EvidenceError
from triage.formats import picture
from triage.hashing import pdq
from triage.hashing.nearest import MOST_DISTANCE, WIDTH, Index, near_pieces, opened, search
from triage.hashing.variants import stages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.hashing.nearest import Hashes
    from triage.model import Brightness

LARGEST = 1200  # photographs are reduced to this before they are edited: edits of large ones take minutes
MOST_PIXELS = 1 << 30
ROUNDS = 5
_SCENES = ("Landscape_", "Portrait_")  # samples that show one scene

Edit: TypeAlias = "Callable[[Image.Image], Image.Image | bytes]"


class Photograph(NamedTuple):
    """A photograph, reduced, and the fingerprint it would have on a list."""

    name: str
    image: Image.Image
    value: Hashes


def main() -> None:
    """Print every table."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("folder", type=Path)
    chosen.add_argument("--pictures", type=int, default=40, help="pictures of 12 megapixels for the speed")
    chosen.add_argument("--references", type=int, default=1_000_000)
    options = chosen.parse_args()
    photographs = _photographs(options.folder)
    print(f"{len(photographs)} photographs of quality {pdq.LEAST_QUALITY} and more")
    index = _random_index(options.references)
    _recall(photographs)
    _false_matches(photographs, index)
    _searches(index)
    _speed(photographs, options.pictures, index)


def _recall(photographs: Sequence[Photograph]) -> None:
    print(f"\n{'edit':<24}{'plain':>8}{'ours':>8}   per cent found, and the median distance of ours")
    rows = []
    for name, edit in EDITS.items():
        distances = np.array([_distances(each, edit) for each in photographs])
        plain, ours = (distances <= MOST_DISTANCE).mean(axis=0) * 100
        rows.append((plain, ours))
        print(f"{name:<24}{plain:8.1f}{ours:8.1f}   {np.median(distances[:, 1]):.0f}")
    plain, ours = np.mean(rows[: len(NAMED)], axis=0)
    print(f"{'mean of the first ' + str(len(NAMED)):<24}{plain:8.1f}{ours:8.1f}")


def _distances(photograph: Photograph, edit: Edit) -> tuple[int, int]:
    """Of the plain fingerprint, and the least of all variants."""
    changed = edit(photograph.image)
    seen = _brightness(changed if isinstance(changed, bytes) else _jpeg(changed, 90))
    plain = np.frombuffer(pdq.fingerprint(seen).value, np.uint8)
    found = [_apart(part.hashes, photograph.value) for part in stages(seen)]
    return _apart(plain, photograph.value), min(found, default=pdq.BITS)


def _apart(hashes: Hashes, value: Hashes) -> int:
    return int(np.bitwise_count(hashes.reshape(-1, WIDTH) ^ value).sum(axis=1).min())


def _false_matches(photographs: Sequence[Photograph], index: Index) -> None:
    """Every variant of every photograph against random references, and against every other photograph."""
    asked = at_random = 0
    near: list[tuple[int, str, str]] = []
    nearest = pdq.BITS
    values = np.stack([each.value for each in photographs])
    for each in photographs:
        hashes = np.concatenate([part.hashes for part in stages(_brightness(_jpeg(each.image, 90)))])
        asked += len(hashes)
        at_random += len(search(hashes, index))
        distances = np.bitwise_count(hashes[:, np.newaxis] ^ values).sum(axis=2).min(axis=0)
        for other, distance in zip(photographs, distances.tolist(), strict=True):
            if other is each or _scene(each.name) == _scene(other.name):
                continue
            if distance <= MOST_DISTANCE:
                near.append((distance, each.name, other.name))
            else:
                nearest = min(nearest, distance)
    count, pairs = len(photographs), len(photographs) * (len(photographs) - 1)
    print(
        f"\n{asked} fingerprints of {count} photographs asked of {len(index.references)} random ones: {at_random} matches"
    )
    print(f"{pairs} ordered pairs of photographs: {len(near)} matches; the least distance of the others {nearest}")
    for bits, one, two in sorted(near):
        print(f"  look at them: {bits} bits  {one}  {two}")


def _scene(name: str) -> str:
    base = Path(name).name
    return next((scene for scene in _SCENES if base.startswith(scene)), name)


def _searches(index: Index) -> None:
    """Queries exactly 31 bits away from a reference: time for each, and how many are found."""
    chance = np.random.default_rng(2)
    count = len(index.references)
    print(f"\n{'queries at once':>16}{'ms a query':>12}{'CPU ms':>9}{'found':>12}   of {count} references")
    for many in (1, 8, 128, 1000):
        chosen = chance.integers(0, count, many)
        bits = np.unpackbits(index.references[chosen], axis=1)
        for row in bits:
            row[chance.choice(pdq.BITS, MOST_DISTANCE, replace=False)] ^= 1
        queries = np.packbits(bits, axis=1)
        started, used = time.perf_counter(), time.process_time()
        found = search(queries, index)
        wall, processor = (time.perf_counter() - started) / many * 1e3, (time.process_time() - used) / many * 1e3
        right = sum(near.reference == chosen[near.query] for near in found)
        print(f"{many:>16}{wall:12.2f}{processor:9.2f}{right:>8}/{many}")


def _speed(photographs: Sequence[Photograph], count: int, index: Index) -> None:
    """Pictures of 12 megapixels: decoded for preview and fingerprint; with all variants; and asked of a list as well."""
    pictures = [
        _twelve_megapixels(photographs[number % len(photographs)].image, number) for number in range(min(count, 12))
    ]
    jobs = [pictures[number % len(pictures)] for number in range(count)]
    size = sum(map(len, pictures)) / len(pictures) / 1e6
    print(f"\n{count} pictures of 4000 x 3000 pixels, {size:.1f} MB each, two processes")
    print(f"{'work':<44}{'a second':>9}{'CPU ms each':>13}")
    with multiprocessing.get_context("spawn").Pool(2, _prepare, (len(index.references),)) as pool:
        for name, work in WORK.items():
            pool.map(work, jobs[:4])
            rates, used = [], []
            for _ in range(ROUNDS):
                started = time.perf_counter()
                used.append(sum(pool.map(work, jobs, chunksize=1)) / count * 1e3)
                rates.append(count / (time.perf_counter() - started))
            print(f"{name:<44}{np.median(rates):9.1f}{np.median(used):13.1f}   best {max(rates):.1f}")


def _decode(data: bytes) -> float:
    used = time.process_time()
    pdq.fingerprint(_brightness(data))
    return time.process_time() - used


def _fan(data: bytes) -> float:
    used = time.process_time()
    seen = _brightness(data)
    pdq.fingerprint(seen)
    for _ in stages(seen):
        pass
    return time.process_time() - used


def _ask(data: bytes) -> float:
    used = time.process_time()
    seen = _brightness(data)
    pdq.fingerprint(seen)
    for part in stages(seen):
        search(part.hashes, _held[0])
    return time.process_time() - used


WORK = {
    "decode, preview, fingerprint": _decode,
    "the same and all variants": _fan,
    "the same and all asked of the references": _ask,
}
_held: list[Index] = []


def _prepare(count: int) -> None:
    _held.append(_random_index(count))


def _random_index(count: int) -> Index:
    references = np.random.default_rng(1).integers(0, 256, (count, WIDTH), dtype=np.uint8)
    return opened(np.frombuffer(b"".join(near_pieces(references)), np.uint8), count)


def _photographs(folder: Path) -> list[Photograph]:
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            with path.open("rb") as stream:
                picture.decode(stream, most_pixels=MOST_PIXELS)
            with Image.open(path) as image:
                upright = ImageOps.exif_transpose(image).convert("RGB")
        except (EvidenceError, OSError, ValueError, SyntaxError):
            continue
        if min(upright.size) < 200:
            continue
        upright.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
        value, quality = pdq.fingerprint(_brightness(_jpeg(upright, 98)))
        if quality >= pdq.LEAST_QUALITY:
            found.append(Photograph(str(path.relative_to(folder)), upright, np.frombuffer(value, np.uint8)))
    return found


def _brightness(data: bytes) -> Brightness:
    return picture.decode(io.BytesIO(data), most_pixels=MOST_PIXELS).brightness


def _jpeg(image: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality)
    return target.getvalue()


def _twelve_megapixels(image: Image.Image, seed: int) -> bytes:
    """As a camera has them: with the noise of its sensor, so that the file is as large as such files are."""
    large = image.resize((4000, 3000), Image.Resampling.BICUBIC)
    change = np.random.default_rng(seed).normal(0, 5, (3000, 4000, 1)).astype(np.float32)
    return _jpeg(Image.fromarray(np.clip(np.asarray(large) + change, 0, 255).astype(np.uint8)), 90)


def _gamma(image: Image.Image, *, power: float) -> Image.Image:
    return image.point([round(255 * (value / 255) ** power) for value in range(256)] * 3)


def _noise(image: Image.Image) -> Image.Image:
    change = np.random.default_rng(7).normal(0, 12, (image.height, image.width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + change, 0, 255).astype(np.uint8))


def _watermark(image: Image.Image) -> Image.Image:
    marked = image.copy()
    place = (image.width * 0.25, image.height * 0.45)
    ImageDraw.Draw(marked).text(place, "CONTOH FIKSI", fill="white", font_size=max(12, image.width // 14))
    return marked


def _border(image: Image.Image, *, share: float, colour: str) -> Image.Image:
    return ImageOps.expand(image, (round(image.width * share), round(image.height * share)), colour)


def _letterbox(image: Image.Image) -> Image.Image:
    """Black bars, to 9 by 16 for a wide picture and 16 by 9 for a high one."""
    wide = image.width >= image.height
    size = (image.width, round(image.width * 16 / 9)) if wide else (round(image.height * 16 / 9), image.height)
    return ImageOps.pad(image, size, Image.Resampling.LANCZOS, color="black")


def _crop(image: Image.Image, *, share: float) -> Image.Image:
    across, down = round(image.width * share), round(image.height * share)
    return image.crop((across, down, image.width - across, image.height - down))


def _turn(image: Image.Image, *, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC)


NAMED: dict[str, Edit] = {
    "resize to half": lambda image: image.resize((image.width // 2, image.height // 2), Image.Resampling.BICUBIC),
    "resize to 256": lambda image: ImageOps.contain(image, (256, 256)),
    "JPEG 95": partial(_jpeg, quality=95),
    "JPEG 70": partial(_jpeg, quality=70),
    "JPEG 40": partial(_jpeg, quality=40),
    "gamma 0.7": partial(_gamma, power=0.7),
    "gamma 1.4": partial(_gamma, power=1.4),
    "blur 2": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    "noise 12": _noise,
    "watermark": _watermark,
    "border 5 % white": partial(_border, share=0.05, colour="white"),
    "border 20 % black": partial(_border, share=0.2, colour="black"),
    "letterbox": _letterbox,
    "mirror": ImageOps.mirror,
    "turn 90": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "turn 180": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "turn 2 *": partial(_turn, degrees=2),
    "turn 4 *": partial(_turn, degrees=4),
    "crop 2.5 % a side *": partial(_crop, share=0.025),
    "crop 5 % a side *": partial(_crop, share=0.05),
}
EDITS: dict[str, Edit] = {
    **NAMED,
    "turn -1.5": partial(_turn, degrees=-1.5),
    "turn 3.5": partial(_turn, degrees=3.5),
    "turn 6": partial(_turn, degrees=6),
    "crop 1 % a side": partial(_crop, share=0.01),
    "crop 3 % a side": partial(_crop, share=0.03),
    "crop 4.4 % a side": partial(_crop, share=0.044),
    "crop 7 % a side": partial(_crop, share=0.07),
    "mirror and crop 2 %": lambda image: ImageOps.mirror(_crop(image, share=0.02)),
    "border and mirror": lambda image: ImageOps.mirror(_border(image, share=0.1, colour="white")),
    "crop left 4 %": lambda image: image.crop((round(image.width * 0.04), 0, image.width, image.height)),
}


if __name__ == "__main__":
    main()
