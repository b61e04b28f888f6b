"""Fingerprints of what is seen in a clip or in a file on our own disk: what formats decode, made into what lists compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.formats import picture, video
from triage.hashing import pdq
from triage.hashing.borders import without_bars
from triage.model import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_PIXELS = 200_000_000
ALIKE = 8  # bits by which a frame must differ from the one kept before it


def distinct(clip: video.Clip) -> Iterator[tuple[video.Frame, Frame]]:
    """The frames of a clip that differ from the one kept before, each with its record. Raises EvidenceError."""
    last = b""
    for frame in clip.frames():
        value, quality = without_bars(frame.brightness())
        if not last or pdq.bits_apart(value, last) > ALIKE:
            last = value
            where = f"frame at {frame.second:.3f} s"
            yield frame, Frame(where=where, second=round(frame.second, 3), fingerprint=value.hex(), quality=quality)


def look(path: Path) -> Iterator[pdq.Print]:
    """The fingerprints of a picture or of the frames of a clip; nothing for what is neither. Raises OSError."""
    with path.open("rb") as stream:
        try:
            yield pdq.fingerprint(picture.decode(stream, most_pixels=MOST_PIXELS).brightness)
        except EvidenceError:
            pass
        else:
            return
        stream.seek(0)
        try:
            with video.opened(stream, most_pixels=MOST_PIXELS) as clip:
                for _, frame in distinct(clip):
                    yield pdq.Print(bytes.fromhex(frame.fingerprint), frame.quality)
        except EvidenceError:
            return
