"""Sounds: voice messages, recordings, music. Length, coding, and what the container says of device, time and place.

Read by FFmpeg (mark A for length, compared with exiftool and with the making of the samples). Which message carried a sound is told by the
readers of the apps, which tie messages to files.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import fields
from typing import TYPE_CHECKING, ClassVar

from triage.model import Media, Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record


class Sounds:
    """One `Media` per sound, and a `Metadata` with the texts of its container."""

    name: ClassVar[str] = "sounds"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Sounds and voice messages"
    describes: ClassVar[str] = "Length, coding, and device, program, time and place where the container says them"
    limitations: ClassVar[tuple[str, ...]] = (
        "What is said in a sound is not made into text; nothing is concluded from it.",
        "Sounds in SILK (WeChat, QQ) and in formats that are protected are not read.",
        "The length is measured where the container does not say it, over two million packets at most.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Media, Metadata)

    def wants(self, item: Item) -> bool:
        """Any sound but notes for an instrument."""
        return item.mime.startswith("audio/") and item.mime != "audio/midi"

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """What the sound says of itself. Raises EvidenceError."""
        from triage.formats import video  # noqa: PLC0415  # loaded with the first sound: a worker starts sooner

        with closing(item.open()) as stream, video.sound(stream) as found:
            yield Media(
                where="sound stream",
                kind="audio",
                duration_s=found.duration_s,
                sound_codec=found.sound_codec,
                **{field.name: getattr(found.values, field.name) for field in fields(found.values)},
            )
            if found.tags:
                yield Metadata(where="container", source="container", tags=json.dumps(found.tags, ensure_ascii=False))
