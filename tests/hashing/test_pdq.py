"""PDQ against the published vectors, and the eight orientations."""

import csv
import io

import numpy as np
import pytest
from corpus import corpus_file
from making.photos import make_photo
from PIL import Image

from triage.hashing import pdq
from triage.model import Brightness

AGREED = 10  # bits by which two decoders may differ (the reference's own rule)

# The published pictures of one scene turned, and the orientation that undoes it.
TURNED = {
    "1-original": "",
    "2-rotate-90": "turned by 90 degrees to the right",
    "3-rotate-180": "turned by 180 degrees",
    "4-rotate-270": "turned by 90 degrees to the left",
    "5-flipx": "mirrored top to bottom",
    "6-flipy": "mirrored left to right",
    "7-flip-plus-1": "mirrored along the falling diagonal",
    "8-flip-minus-1": "mirrored along the rising diagonal",
}


def brightness(image: Image.Image) -> Brightness:
    grey = image.convert("L")
    return Brightness(grey.width, grey.height, grey.tobytes(), max(image.size))


def bits(left: bytes, right: bytes) -> int:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).bit_count()


def vectors() -> list[tuple[str, bytes]]:
    rows = csv.DictReader(corpus_file("vectors", "pdq", "PDQMD5TestData.csv").read_text().splitlines())
    named = [(row["FilePath"].rpartition("/data/")[2].replace("/", "__"), row["Hash"]) for row in rows]
    return [(name, bytes.fromhex(value)) for name, value in named if len(value) == 64]


def test_published_vectors() -> None:
    compared = 0
    for name, expected in vectors():
        path = corpus_file("vectors", "pdq", "PDQMD5TestData.csv").with_name(name)
        if not path.exists():
            continue
        with Image.open(path) as image:
            assert bits(pdq.fingerprint(brightness(image)).value, expected) <= AGREED, name
        compared += 1
    assert compared >= 14


def test_a_picture_decoded_at_reduced_size_has_nearly_the_same_fingerprint() -> None:
    expected = dict(vectors())["bridge-mods__aaa-orig.jpg"]
    with Image.open(corpus_file("vectors", "pdq", "bridge-mods__aaa-orig.jpg")) as image:
        image.draft("L", (256, 256))
        assert image.width < 1600
        reduced = Brightness(image.width, image.height, image.convert("L").tobytes(), 1600)
    assert bits(pdq.fingerprint(reduced).value, expected) <= AGREED


def test_quality_of_published_pictures() -> None:
    """A detailed photograph has 100; a drop shadow on white has nearly nothing to see."""
    for name, expected in (("bridge-mods__aaa-orig.jpg", range(100, 101)), ("misc-images__small.jpg", range(10))):
        with Image.open(corpus_file("vectors", "pdq", name)) as image:
            assert pdq.fingerprint(brightness(image)).quality in expected


@pytest.mark.parametrize("name", TURNED)
def test_orientations(name: str) -> None:
    expected = dict(vectors())["bridge-mods__aaa-orig.jpg"]
    with Image.open(corpus_file("vectors", "pdq", f"reg-test-input__dih__bridge-{name}.jpg")) as image:
        turned = brightness(image)
    found = pdq.hashes(pdq.orientations(pdq.plane_of(turned), longest=turned.longest))
    distances = [bits(each.tobytes(), expected) for each in found]
    assert pdq.ORIENTATIONS[int(np.argmin(distances))] == TURNED[name]
    assert min(distances) <= AGREED


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (64, 64), (65, 63), (512, 512), (513, 10), (700, 400)])
def test_every_size_has_a_fingerprint(size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(make_photo(size=size, exif=False, kind="PNG"))) as image:
        found = pdq.fingerprint(brightness(image))
    assert len(found.value) == 32
    assert 0 <= found.quality <= 100


def test_nothing_to_see_has_no_quality() -> None:
    assert pdq.fingerprint(Brightness(600, 400, bytes([90]) * 240_000, 600)).quality == 0
