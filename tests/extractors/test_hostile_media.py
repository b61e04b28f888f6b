"""Pictures and clips made to break their reader: bounded, told, and everything else about them is still read."""

import pytest
from corpus import CORPUS
from making.bombs import BOMBS
from making.items import item_from_bytes

from triage.errors import EvidenceError
from triage.extractors import wanted_by
from triage.model import Brightness, Entry, Media, Problem, Record

# What is told of each: kinds of Problem, by the extractor or by the error that ends it.
TOLD = {
    "huge.png": {"limit"},
    "inflating.png": set(),  # the picture is small; what is packed beyond it is not unpacked
    "text.png": {"malformed"},
    "large.jpg": {"limit"},
    "loop.jpg": set(),  # each directory is read once
    "endless.jpg": {"malformed"},
    "frames.gif": set(),  # as many frames as fit the limit of pixels
    "tiles.heic": {"malformed"},
    "nested.cr3": {"malformed"},
    "endless.mp4": {"malformed"},
    "pages.tif": {"limit", "truncated"},
    "false.dng": {"malformed"},
    "deep.jpg": {"malformed"},
}


def examined(name: str, data: bytes) -> tuple[list[object], set[str]]:
    """Everything that is found, and the kinds of what is told."""
    item, found, ended = item_from_bytes(name, data), [], set()
    for extractor in wanted_by(item):
        try:
            found.extend(extractor.extract(item))
        except EvidenceError as error:
            ended.add(error.kind)
    return found, ended | {each.kind for each in found if isinstance(each, Problem)}


@pytest.mark.parametrize("name", BOMBS)
def test_it_is_bounded_and_told(name: str) -> None:
    found, told = examined(name, BOMBS[name]())
    assert told == TOLD[name]
    assert len(found) < 1000


@pytest.mark.parametrize("name", ["loop.jpg", "endless.jpg", "deep.jpg"])
def test_hostile_metadata_does_not_cost_the_picture(name: str) -> None:
    found, _ = examined(name, BOMBS[name]())
    media = next(each for each in found if isinstance(each, Media))
    assert (media.width, media.height, media.seen_in) == (64, 48, "pixels")


def test_every_hostile_file_of_the_corpus_yields_records_or_problems() -> None:
    """bench/hostile.py does the same with a whole run each, and measures time and memory."""
    folder = CORPUS / "hostile" / "media"
    if not folder.is_dir():
        pytest.skip("corpus folder hostile/media is not here")
    for path in sorted(folder.iterdir()):
        found, _ = examined(path.name, path.read_bytes())
        assert all(isinstance(each, Record | Problem | Brightness | Entry) for each in found), path.name
