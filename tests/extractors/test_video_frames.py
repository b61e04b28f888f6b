"""Clips as records."""

import pytest
from making.clips import make_clip, make_sound, tagged_clip
from making.items import item_from_bytes

from triage.errors import EvidenceError, LimitReached
from triage.extractors import wanted_by
from triage.extractors.sounds import Sounds
from triage.extractors.video import VideoFrames
from triage.hashing.pdq import bits_apart
from triage.model import Frame, Media, Metadata, Preview, Stamp, Zone
from triage.settings import Limits


def records(data: bytes, **options):
    item = item_from_bytes("a.mp4", data, **options)
    assert [extractor.name for extractor in wanted_by(item)] == ["appended-data", "video-frames"]
    return [each for each in VideoFrames().extract(item) if not isinstance(each, Metadata)]


def frames(data: bytes) -> list[Frame]:
    return [each for each in records(data) if isinstance(each, Frame)]


def test_a_clip() -> None:
    media, *seen, preview, small, sheet = records(make_clip(seconds=3))
    assert (media.where, media.kind, media.width, media.height) == ("video stream", "video", 160, 120)
    assert (media.duration_s, media.codec, media.sound_codec) == (3.0, "mpeg4", None)
    assert [each.view for each in (preview, small, sheet)] == ["large", "small", "sheet"]
    assert (small.width, small.height) == (96, 72)
    assert (sheet.width, sheet.height) == (480, 120 * -(-len(seen) // 3))
    assert sheet.where.startswith("frames at 0.0, ")
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
    assert {each.view for each in found if isinstance(each, Preview)} >= {"large", "small"}


def test_the_pixel_limit_is_told() -> None:
    with pytest.raises(LimitReached):
        records(make_clip(seconds=1), limits=Limits(picture_pixels=100))


PHONE = {
    "com.apple.quicktime.make": "Apple", "com.apple.quicktime.model": "iPhone Fiksi", "com.apple.quicktime.software": "26.0",
    "com.apple.quicktime.location.ISO6709": "-06.1754+106.8272+012.500/",
    "com.apple.quicktime.creationdate": "2026-03-14T09:26:53+0700",
    "com.apple.quicktime.content.identifier": "AAAA-0001",
}  # fmt: skip
TAKEN = 1773455213  # 2026-03-14 02:26:53 UTC


def test_a_phone_says_what_it_is_and_where() -> None:
    media = records(tagged_clip(PHONE, sound=True))[0]
    assert (media.make, media.model, media.software) == ("Apple", "iPhone Fiksi", "26.0")
    assert (media.latitude, media.longitude, media.altitude) == (-6.1754, 106.8272, 12.5)
    assert (media.taken_at.ns, media.taken_at.zone, media.zone) == (TAKEN * 10**9, Zone.UTC, "+07:00")
    assert (media.taken_from, media.content_id) == ("com.apple.quicktime.creationdate", "AAAA-0001")
    assert (media.codec, media.sound_codec) == ("mpeg4", "aac")


def test_an_android_phone() -> None:
    media = records(
        tagged_clip(
            {"com.android.version": "16", "location": "-06.1754+106.8272/", "creation_time": "2026-03-14T02:26:53Z"}
        )
    )[0]
    assert (media.software, media.latitude, media.longitude) == ("Android 16", -6.1754, 106.8272)
    assert media.taken_at == Stamp(TAKEN * 10**9, Zone.UTC, 10**9)


def test_a_clip_without_pictures_is_a_sound() -> None:
    (media,) = records(tagged_clip({}, pictures=False, seconds=3))
    assert (media.where, media.kind, media.sound_codec, media.width) == ("sound stream", "audio", "aac", None)
    assert media.duration_s == pytest.approx(3.0, abs=0.15)


AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 150  # 12.2 kbit/s: 32 bytes are 20 ms


@pytest.mark.parametrize(
    ("name", "data", "codec"),
    [
        ("a.wav", make_sound(), "pcm_s16le"),
        ("PTT-20260314-WA0001.opus", make_sound(form="ogg", codec="libopus"), "opus"),
        ("a.m4a", make_sound(form="ipod", codec="aac"), "aac"),
        ("a.aac", make_sound(form="adts", codec="aac"), "aac"),
        ("a.amr", AMR, "amrnb"),
        ("a.flac", make_sound(form="flac", codec="flac"), "flac"),
    ],
)
def test_voice_messages_have_their_length(name: str, data: bytes, codec: str) -> None:
    item = item_from_bytes(name, data)
    assert [extractor.name for extractor in wanted_by(item)] == ["sounds"]
    media = next(each for each in Sounds().extract(item) if isinstance(each, Media))
    assert (media.kind, media.sound_codec) == ("audio", codec)
    assert media.duration_s == pytest.approx(3.0, abs=0.15)


def test_a_sound_that_is_none_is_told() -> None:
    with pytest.raises(EvidenceError):
        list(Sounds().extract(item_from_bytes("a.ogg", b"OggS" + bytes(200))))
