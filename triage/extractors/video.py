"""Clips: size, length, a preview, and the fingerprints of their frames.

The containers are read by FFmpeg (mark A for size and length, compared with exiftool over public samples). A frame in which much is
seen makes the preview.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.hashing.pdq import LEAST_QUALITY
from triage.model import Frame, Media, Preview, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats import video
    from triage.model import Record


class VideoFrames:
    """One `Media` per clip, a `Preview`, and a `Frame` for each frame that differs from the one before."""

    name: ClassVar[str] = "video-frames"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Clips"
    describes: ClassVar[str] = (
        "Size in pixels, length, a preview and the fingerprints (PDQ) of frames, about one a second"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Only the first picture stream; sound, subtitles and the container's own times and places are not read.",
        "A clip of more than 2,000 million pixels in all (33 seconds of 1080p at 30 frames a second) is looked at in 240 places alone.",
        "Frames that differ from the one kept before by 8 bits or fewer are left out.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Media, Preview, Frame)

    def wants(self, item: Item) -> bool:
        """Any clip."""
        return item.mime.startswith("video/")

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """What the clip says of itself, its frames, and one of them as preview. Raises EvidenceError."""
        from triage.formats import video  # noqa: PLC0415  # loaded with the first clip: a worker starts sooner

        with closing(item.open()) as stream, video.opened(stream, most_pixels=item.limits.picture_pixels) as clip:
            facts = clip.facts
            yield Media(
                where="video stream", kind="video", width=facts.width, height=facts.height, duration_s=facts.duration_s
            )
            yield from _frames(clip)


def _frames(clip: video.Clip) -> Iterator[Record | Problem]:
    """Every record, and the preview: of the first frame in which something is seen, else of the first."""
    from triage.fingerprints import distinct  # noqa: PLC0415  # see above

    chosen: Preview | None = None
    clear = False
    try:
        for frame, record in distinct(clip):
            yield record
            if chosen is None or (not clear and record.quality >= LEAST_QUALITY):
                small = frame.preview()
                chosen = Preview(where=record.where, width=small.width, height=small.height, jpeg=small.jpeg)
                clear = record.quality >= LEAST_QUALITY
    except EvidenceError as error:
        yield Problem(kind=error.kind, stage=VideoFrames.name, message=f"Not all frames were seen: {error}")
    if chosen is not None:
        yield chosen
