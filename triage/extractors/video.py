"""Clips: size, length, device, time and place, the fingerprints of their frames, previews and a contact sheet.

The containers are read by FFmpeg (mark A for size, length, device, time and place, compared with exiftool over public samples). A frame in
which much is seen makes the preview.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import fields
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError, NoPicture
from triage.hashing.pdq import LEAST_QUALITY
from triage.model import Frame, Media, Metadata, Preview, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats import picture, video
    from triage.formats.video import Facts
    from triage.model import Record


class VideoFrames:
    """One `Media` per clip with its `Metadata`, `Preview`s, and a `Frame` for each frame that differs from the one before."""

    name: ClassVar[str] = "video-frames"
    version: ClassVar[str] = "2"
    title: ClassVar[str] = "Clips"
    describes: ClassVar[str] = (
        "Size in pixels, length, coding, device, time and place as the container says them, the fingerprints (PDQ) of frames, about one"
        " a second, previews and a sheet of frames spread over the length"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Only the first picture stream; subtitles and tracks of data are not read.",
        "The time of a movie's header is UTC by the format; some cameras write their own clock there.",
        "A clip of more than 2,000 million pixels in all (33 seconds of 1080p at 30 frames a second) is looked at in 240 places alone.",
        "Frames that differ from the one kept before by 8 bits or fewer are left out.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Media, Metadata, Preview, Frame)

    def wants(self, item: Item) -> bool:
        """Any clip."""
        return item.mime.startswith("video/")

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """What the clip says of itself, its frames, previews of one and a sheet of several. Raises EvidenceError."""
        from triage.formats import video  # noqa: PLC0415  # loaded with the first clip: a worker starts sooner

        with closing(item.open()) as stream:
            try:
                with video.opened(stream, most_pixels=item.limits.picture_pixels) as clip:
                    yield from _told(clip.facts, "video")
                    yield from _frames(clip)
            except NoPicture:
                stream.seek(0)
                with video.sound(stream) as facts:
                    yield from _told(facts, "audio")


def _told(facts: Facts, kind: str) -> Iterator[Media | Metadata]:
    values = facts.values
    yield Media(
        where="video stream" if kind == "video" else "sound stream",
        kind=kind,
        width=facts.width,
        height=facts.height,
        duration_s=facts.duration_s,
        codec=facts.codec,
        sound_codec=facts.sound_codec,
        **{field.name: getattr(values, field.name) for field in fields(values)},
    )
    if facts.tags:
        yield Metadata(where="container", source="container", tags=json.dumps(facts.tags, ensure_ascii=False))


def _frames(clip: video.Clip) -> Iterator[Record | Problem]:
    """Every record, then the previews: of the first frame in which something is seen, else of the first; and the sheet."""
    from triage.fingerprints import distinct  # noqa: PLC0415  # see above
    from triage.formats.contact_sheet import Sheet  # noqa: PLC0415  # see above

    previews: list[Preview] = []
    clear = False
    sheet = Sheet()
    try:
        for frame, record in distinct(clip):
            yield record
            sheet.offer(frame)
            if not previews or (not clear and record.quality >= LEAST_QUALITY):
                previews = _previews(frame.preview(), record.where)
                clear = record.quality >= LEAST_QUALITY
    except EvidenceError as error:
        yield Problem(kind=error.kind, stage=VideoFrames.name, message=f"Not all frames were seen: {error}")
    yield from previews
    if made := sheet.made():
        yield _preview(made[0], made[1], "sheet")


def _previews(pair: picture.Pair, where: str) -> list[Preview]:
    return [_preview(pair.preview, where, "large"), _preview(pair.small, f"{where}, small", "small")]


def _preview(made: picture.Small, where: str, view: str) -> Preview:
    return Preview(where=where, view=view, width=made.width, height=made.height, jpeg=made.jpeg)
