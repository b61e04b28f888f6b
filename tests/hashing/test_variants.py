"""Edited pictures are found again, and the words say what was undone."""

import numpy as np
import pytest
from corpus import corpus_file
from PIL import Image, ImageOps

from triage.hashing import pdq
from triage.hashing.variants import stages
from triage.model import Brightness

EDITS = {
    "": lambda image: image.resize((300, 200)),
    "mirrored left to right": ImageOps.mirror,
    "turned by 90 degrees to the right": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "borders trimmed": lambda image: ImageOps.expand(image, (0, 0, 0, 90), "white"),
    "even borders trimmed": lambda image: noisy(ImageOps.expand(image, (0, 120), "black")),
    "turned back by 4 degrees": lambda image: image.rotate(-4, Image.Resampling.BICUBIC),
    "edges widened by 2.5 %": lambda image: image.crop((20, 13, 780, 489)),
    "edges widened by 2.5 % a side, mirrored left to right": lambda image: ImageOps.mirror(
        image.crop((20, 13, 780, 489))
    ),
}


def scene() -> Image.Image:
    with Image.open(corpus_file("vectors", "pdq", "bridge-mods__aaa-orig.jpg")) as image:
        return image.convert("RGB").resize((800, 502))


def noisy(image: Image.Image) -> Image.Image:
    change = np.random.default_rng(2).integers(-9, 10, (image.height, image.width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + change, 0, 255).astype(np.uint8))


def brightness(image: Image.Image) -> Brightness:
    grey = image.convert("L")
    return Brightness(grey.width, grey.height, grey.tobytes(), max(image.size))


def nearest(image: Image.Image, wanted: bytes) -> tuple[int, str]:
    found = []
    for stage in stages(brightness(image)):
        assert len(stage.hashes) == len(stage.words) == len(set(stage.words))
        distances = np.bitwise_count(stage.hashes ^ np.frombuffer(wanted, np.uint8)).sum(axis=1)
        found.append((int(distances.min()), stage.words[int(distances.argmin())]))
    return min(found)


@pytest.mark.parametrize("words", EDITS)
def test_an_edit_is_undone_and_named(words: str) -> None:
    wanted = pdq.fingerprint(brightness(scene())).value
    distance, found = nearest(EDITS[words](scene()), wanted)
    assert distance <= 12, found
    assert found.startswith(words)
    assert found == words or words not in {"", *pdq.ORIENTATIONS}


def test_another_picture_is_far_from_every_variant() -> None:
    wanted = pdq.fingerprint(brightness(scene())).value
    with Image.open(corpus_file("vectors", "perception", "image3.jpg")) as image:
        distance, _ = nearest(image, wanted)
    assert distance > 60


def test_a_picture_in_which_little_is_seen_is_not_looked_for() -> None:
    assert list(stages(Brightness(200, 100, bytes([200]) * 20_000, 200))) == []
