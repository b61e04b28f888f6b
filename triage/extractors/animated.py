"""Pictures of several frames or pages: the fingerprints of those that differ, so that what a later frame shows is found too.

GIF89a, the animation chunks of WebP and PNG, sequences of AVIF, pages of TIFF (mark A: frame counts compared with the making of the samples).
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.hashing.borders import without_bars
from triage.hashing.pdq import bits_apart
from triage.model import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.content import Item
    from triage.model import Problem, Record

ALIKE = 8  # bits by which a frame must differ from the one kept before it


class AnimatedPictures:
    """One `Frame` for each frame or page that differs from the one kept before; nothing for a picture of one frame."""

    name: ClassVar[str] = "animated-pictures"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Animated pictures and pages"
    describes: ClassVar[str] = "The fingerprints (PDQ) of the frames of animated pictures and of the pages of TIFF"
    limitations: ClassVar[tuple[str, ...]] = (
        "The first 300 frames, fewer of a large picture: as many as fit the limit of pixels of one picture.",
        "Frames that differ from the one kept before by 8 bits or fewer are left out.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Frame,)

    def wants(self, item: Item) -> bool:
        """What may have several frames, by its head."""
        several = _SEVERAL.get(item.mime)
        return several is not None and several(item.head)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The frames in order; what was seen before damage is kept. Raises EvidenceError."""
        from triage.formats import picture  # noqa: PLC0415  # loaded with the first picture: a worker starts sooner

        last = b""
        with closing(item.open()) as stream:
            try:
                several = picture.header(stream).several
            except EvidenceError:
                return  # told once, by the reader of pictures
            if not several:
                return
            for number, frame in enumerate(picture.frames(stream, most_pixels=item.limits.picture_pixels)):
                value, quality = without_bars(frame)
                if not last or bits_apart(value, last) > ALIKE:
                    last = value
                    second = frame.second or 0.0
                    yield Frame(where=f"frame {number}", second=second, fingerprint=value.hex(), quality=quality)


_SEVERAL: dict[str, Callable[[bytes], bool]] = {
    "image/gif": lambda head: b"NETSCAPE2.0" in head or head.count(b"!\xf9\x04") > 1 or len(head) >= 1 << 16,
    "image/webp": lambda head: b"ANIM" in head[:64],
    "image/png": lambda head: b"acTL" in head,
    "image/avif": lambda head: b"avis" in head[:64],
    "image/tiff": lambda _head: True,
}
