"""Photographs and other pictures: what EXIF says, the size in pixels, a fingerprint and a small preview.

Source: CIPA DC-008-2019 (EXIF 2.32); compared with exiftool over public samples of many makers (mark A).
Where a picture comes from (camera, messenger, download) is not concluded from EXIF or folder.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.hashing import pdq
from triage.model import Brightness, Media, Preview, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats import exif, picture
    from triage.model import Record

_NO_PICTURE = frozenset({"image/svg+xml", "image/vnd.djvu"})
_RAW = frozenset({
    "image/x-canon-cr3", "image/x-canon-crw", "image/x-fujifilm-raf", "image/x-minolta-mrw", "image/x-olympus-orf",
    "image/x-panasonic-rw2", "image/x-sigma-x3f",
})  # fmt: skip


class PhotoMetadata:
    """One `Media` per picture, with or without EXIF; one `Preview` where it can be decoded.

    The pixels are decoded once, for preview, fingerprint and the matching with lists.
    """

    name: ClassVar[str] = "photo-metadata"
    version: ClassVar[str] = "2"
    title: ClassVar[str] = "Photographs and pictures"
    describes: ClassVar[str] = (
        "EXIF (camera, serial number, time, place), size in pixels, a fingerprint (PDQ) with its quality and a preview of every"
        " picture"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Maker notes, XMP and IPTC are not read.",
        "The fingerprint is of the picture as people see it, decoded at a reduced size; another program may differ by up to 10 bits.",
        "Camera raw files other than those built on TIFF: neither EXIF nor preview.",
        "taken_at is the camera's clock (DateTimeOriginal); it is UTC only where the picture records an offset.",
        "Animated pictures: the first frame.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Media, Preview)

    def wants(self, item: Item) -> bool:
        """Any picture made of pixels."""
        return item.mime.startswith("image/") and item.mime not in _NO_PICTURE

    def extract(self, item: Item) -> Iterator[Record | Brightness | Problem]:
        """The metadata with the fingerprint, then the preview; each may fail without the other."""
        facts, problem = _exif(item)
        if problem is not None:
            yield problem
        decoded = _decoded(item)
        if isinstance(decoded, Problem):
            yield _media(facts, _size(item), None)
            yield decoded
            return
        yield _media(facts, _size(item), pdq.fingerprint(decoded.brightness))
        small = decoded.preview
        yield Preview(where="pixels", width=small.width, height=small.height, jpeg=small.jpeg)
        yield decoded.brightness


def _exif(item: Item) -> tuple[exif.Exif, Problem | None]:
    from triage.formats import exif  # noqa: PLC0415  # loaded with the first picture: a worker starts sooner

    if item.mime in _RAW:
        return exif.Exif(), _problem("unsupported", "The metadata of this raw format is not read yet")
    try:
        with closing(item.open()) as stream:
            return exif.read(stream) or exif.Exif(), None
    except EvidenceError as error:
        return exif.Exif(), _problem(error.kind, f"EXIF cannot be read: {error}")


def _size(item: Item) -> tuple[int, int] | None:
    """As the header says; a failure is reported once, with the preview."""
    from triage.formats import picture  # noqa: PLC0415  # see above

    try:
        with closing(item.open()) as stream:
            return picture.size(stream)
    except EvidenceError:
        return None


def _media(facts: exif.Exif, size: tuple[int, int] | None, seen: pdq.Print | None) -> Media:
    """The size of the pixels wins over the one EXIF claims, which editors often leave behind."""
    values = asdict(facts) | {"taken_at": facts.taken_at}
    if size is not None:
        values |= {"width": size[0], "height": size[1]}
    if seen is not None:
        values |= {"fingerprint": seen.value.hex(), "quality": seen.quality}
    return Media(where="EXIF", kind="picture", **values)


def _decoded(item: Item) -> picture.Decoded | Problem:
    from triage.formats import picture  # noqa: PLC0415  # see above

    try:
        with closing(item.open()) as stream:
            return picture.decode(stream, most_pixels=item.limits.picture_pixels)
    except EvidenceError as error:
        return _problem(error.kind, f"No preview: {error}")


def _problem(kind: str, message: str) -> Problem:
    return Problem(kind=kind, stage=PhotoMetadata.name, message=message)
