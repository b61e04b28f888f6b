"""Pictures of several frames as records."""

import pytest
from making.items import item_from_bytes
from making.photos import animated, make_photo

from triage.errors import EvidenceError
from triage.extractors import wanted_by
from triage.extractors.animated import AnimatedPictures
from triage.settings import Limits


def frames(data: bytes, name: str = "a.gif", **options):
    item = item_from_bytes(name, data, **options)
    assert "animated-pictures" in [each.name for each in wanted_by(item)]
    return list(AnimatedPictures().extract(item))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_every_frame_is_looked_at(kind: str) -> None:
    found = frames(animated(kind), f"a.{kind.lower()}")
    assert [each.where for each in found] == [f"frame {number}" for number in range(4)]
    assert len({each.fingerprint for each in found}) == 4
    assert [each.second for each in found] == ([0.0] * 4 if kind == "TIFF" else [0.0, 0.5, 1.0, 1.5])


def test_a_single_frame_is_none() -> None:
    assert frames(make_photo(kind="TIFF", exif=False), "a.tif") == []
    assert "animated-pictures" not in [
        each.name for each in wanted_by(item_from_bytes("a.gif", make_photo(kind="GIF", exif=False)))
    ]


def test_frames_are_bounded() -> None:
    assert len(frames(animated(frames=8), limits=Limits(picture_pixels=3 * 320 * 240))) == 3


def test_what_was_seen_before_damage_is_kept() -> None:
    data = animated(frames=8)
    found = []
    with pytest.raises(EvidenceError):
        found.extend(frames(data[: len(data) // 2]))
    item = item_from_bytes("a.gif", data[: len(data) // 2])
    seen = AnimatedPictures().extract(item)
    assert next(seen).where == "frame 0"
