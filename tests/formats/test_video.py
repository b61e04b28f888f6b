"""Clips: facts, frames against the published fingerprints, refusals."""

import contextlib
import io
import json
import random
from itertools import pairwise

import pytest
from corpus import corpus_file
from making.clips import make_clip

from triage.errors import EvidenceError, LimitReached, Malformed, Unsupported
from triage.formats import video
from triage.hashing import pdq

LIMIT = 200_000_000


def seen(data: bytes) -> tuple[video.Facts, list[tuple[float, pdq.Print]]]:
    with video.opened(io.BytesIO(data), most_pixels=LIMIT) as clip:
        return clip.facts, [(frame.second, pdq.fingerprint(frame.brightness())) for frame in clip.frames()]


def published(name: str) -> dict[float, tuple[int, bytes]]:
    lines = corpus_file("vectors", "video", f"{name}.vpdq.txt").read_text().split()
    rows = [line.split(",") for line in lines]
    return {float(row[3]): (int(row[1]), bytes.fromhex(row[2])) for row in rows}


@pytest.mark.parametrize("name", ["doorknob-hd-no-bar", "chair-19-sd-bar"])
def test_published_fingerprints_of_frames(name: str) -> None:
    """vPDQ's own output: at most 10 bits apart where something is seen, and nearly the same quality."""
    expected = published(name)
    _, frames = seen(corpus_file("vectors", "video", f"{name}.mp4").read_bytes())
    for second, found in frames:
        quality, value = expected[round(second, 3)]
        assert abs(found.quality - quality) <= 3
        assert quality < 50 or pdq.bits_apart(found.value, value) <= 10
    assert len(frames) >= max(expected)


def test_a_made_clip() -> None:
    facts, frames = seen(make_clip())
    assert (facts.width, facts.height, facts.duration_s, facts.codec) == (160, 120, 4.0, "mpeg4")
    seconds = [second for second, _ in frames]
    assert seconds[0] == 0
    assert all(0.25 <= later - earlier <= 1.04 for earlier, later in pairwise(seconds))
    assert seconds[-1] >= 3
    assert len({found.value for _, found in frames}) >= 4


@pytest.mark.parametrize(("form", "codec"), [("avi", "mjpeg"), ("matroska", "mpeg4"), ("mpegts", "mpeg2video")])
def test_other_containers(form: str, codec: str) -> None:
    facts, frames = seen(make_clip(form=form, codec=codec, size=(176, 144)))
    assert (facts.width, facts.height) == (176, 144)
    assert len(frames) >= 4


def test_a_large_clip_is_looked_at_in_places(monkeypatch) -> None:
    monkeypatch.setattr(video, "WHOLE", 1000)
    monkeypatch.setattr(video, "PLACES", 2)
    _, frames = seen(make_clip(seconds=8))
    assert 1 <= len(frames) <= 2


def test_sizes_and_lengths_agree_with_exiftool() -> None:
    compared = 0
    for row in json.loads(corpus_file("truth", "exiftool", "dev.photos.json").read_text(encoding="utf-8")):
        if row.get("File:MIMEType") not in {"video/mp4", "video/quicktime", "video/x-m4v"}:
            continue
        size = next(
            (
                (row[f"Track{n}:ImageWidth"], row[f"Track{n}:ImageHeight"])
                for n in range(1, 5)
                if f"Track{n}:ImageWidth" in row
            ),
            None,
        )
        path = corpus_file(*row["SourceFile"].split("/"))
        with (
            path.open("rb") as stream,
            contextlib.suppress(EvidenceError),
            video.opened(stream, most_pixels=LIMIT) as clip,
        ):
            assert size is None or (clip.facts.width, clip.facts.height) == size, row["SourceFile"]
            compared += size is not None
    assert compared >= 3


def test_a_playlist_opens_nothing(tmp_path) -> None:
    (tmp_path / "real.mp4").write_bytes(make_clip(seconds=1))
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{tmp_path}/real.mp4\n"
    concat = f"ffconcat version 1.0\nfile {tmp_path}/real.mp4\n"
    for text in (playlist, concat):
        with pytest.raises(EvidenceError):
            seen(text.encode())


def test_refusals_are_named() -> None:
    data = make_clip(seconds=1)
    with pytest.raises(Malformed):
        seen(b"\0\0\0\x18ftypmp42" + bytes(200))
    with pytest.raises(LimitReached, match="160 x 120"), video.opened(io.BytesIO(data), most_pixels=100):
        pass


def test_sound_alone_has_no_picture() -> None:
    import av

    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        frame.sample_rate = 8000
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(Unsupported):
        seen(target.getvalue())


def test_damaged_clips_give_frames_or_an_evidence_error(capfd) -> None:
    chance = random.Random(5)
    for form, codec in (("mp4", "mpeg4"), ("matroska", "mpeg4"), ("avi", "mjpeg")):
        data = make_clip(seconds=1, form=form, codec=codec)
        for number in range(40):
            changed = bytearray(data[: chance.randrange(len(data))] if number % 3 == 0 else data)
            for _ in range(chance.randint(1, 30) if changed else 0):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            with contextlib.suppress(EvidenceError):
                seen(bytes(changed))
    capfd.readouterr()
