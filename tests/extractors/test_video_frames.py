"""Clips as records."""

import pytest
from making.clips import make_clip
from making.items import item_from_bytes

from triage.errors import LimitReached
from triage.extractors import wanted_by
from triage.extractors.video import VideoFrames
from triage.hashing.pdq import bits_apart
from triage.model import Frame, Media, Preview
from triage.settings import Limits


def records(data: bytes, **options):
    item = item_from_bytes("a.mp4", data, **options)
    assert [extractor.name for extractor in wanted_by(item)] == ["video-frames"]
    return list(VideoFrames().extract(item))


def frames(data: bytes) -> list[Frame]:
    return [each for each in records(data) if isinstance(each, Frame)]


def test_a_clip() -> None:
    media, *seen, preview = records(make_clip(seconds=3))
    assert media == Media(where="video stream", kind="video", width=160, height=120, duration_s=3.0)
    assert isinstance(preview, Preview)
    assert (preview.width, preview.height) == (160, 120)
    assert [type(each) for each in seen] == [Frame] * len(seen)
    assert seen[0].where == "frame at 0.000 s"
    assert {int(each.second) for each in seen} == {0, 1, 2}  # a scene a second
    assert len(seen) <= 5  # seven were looked at: what looks the same is left out


def test_bars_make_no_difference() -> None:
    plain, barred = frames(make_clip()), frames(make_clip(bars=40))
    for left in plain:
        assert (
            min(bits_apart(bytes.fromhex(left.fingerprint), bytes.fromhex(right.fingerprint)) for right in barred) <= 31
        )


def test_what_was_seen_before_damage_is_kept() -> None:
    data = make_clip(seconds=4, form="mpegts", codec="mpeg2video", size=(176, 144))
    item = item_from_bytes("a.ts", data[: len(data) // 2])
    found = list(VideoFrames().extract(item))
    assert len([each for each in found if isinstance(each, Frame)]) >= 2
    assert isinstance(found[-1], Preview)


def test_the_pixel_limit_is_told() -> None:
    with pytest.raises(LimitReached):
        records(make_clip(seconds=1), limits=Limits(picture_pixels=100))
