"""Photographs and other pictures: what EXIF, XMP, IPTC and the file's structure say, the size, a fingerprint and small previews.

Source: CIPA DC-008-2019 (EXIF 2.32), XMP and IPTC specifications; compared with exiftool over public samples of many makers (mark A).
Where a picture comes from (camera, messenger, download) is not concluded here.
"""

from __future__ import annotations

import io
import json
from contextlib import closing
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from triage.errors import EvidenceError
from triage.hashing import pdq, thumbnails
from triage.model import Media, Metadata, Preview, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats import picture
    from triage.formats.picture_facts import Facts
    from triage.model import Brightness, Record

_NO_PICTURE = frozenset({"image/svg+xml", "image/vnd.djvu", "image/astc"})
_MOST_THUMBNAIL = 4_000_000  # pixels
_LEAST_THUMBNAIL, _ENOUGH = 60, 96  # pixels of the shorter side: to be looked at, and to stand for the picture


class PhotoMetadata:
    """One `Media` per picture, a `Metadata` for each source of tags, `Preview`s where it can be decoded.

    The pixels are decoded once, for previews, fingerprint and the matching with lists.
    """

    name: ClassVar[str] = "photo-metadata"
    version: ClassVar[str] = "4"
    title: ClassVar[str] = "Photographs and pictures"
    describes: ClassVar[str] = (
        "EXIF, maker's notes, XMP and IPTC (camera, serial number, owner, program, time, place), how a JPEG was encoded, size in"
        " pixels, a fingerprint (PDQ) with its quality, previews, and whether the embedded thumbnail shows the same picture"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Maker's notes: serial numbers, owner and identifiers of Apple, Canon, FLIR, Fujifilm, HP, Nikon, Olympus, Panasonic, Pentax and Sony; no other maker's.",
        "The fingerprint is of the picture as people see it, decoded at a reduced size; another program may differ by up to 10 bits.",
        "Of camera raw files the largest JPEG inside is shown and fingerprinted; the sensor's own data is not developed.",
        "taken_at is the camera's clock (DateTimeOriginal); it is UTC only where the picture records an offset.",
        "In profile quick the embedded thumbnail stands for the picture where there is one; seen_in says so.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Media, Metadata, Preview)

    def wants(self, item: Item) -> bool:
        """Any picture made of pixels."""
        return item.mime.startswith("image/") and item.mime not in _NO_PICTURE

    def extract(self, item: Item) -> Iterator[Record | Brightness | Problem]:
        """The metadata with the fingerprint, then the previews; each may fail without the other."""
        facts = _facts(item)
        yield from (_problem(kind, words) for kind, words in facts.problems)
        thumbnail = _thumbnail(facts)
        quick = item.quick and thumbnail is not None and _shorter(thumbnail) >= _ENOUGH
        decoded = thumbnail if quick and thumbnail else _decoded(item)
        if isinstance(decoded, Problem):
            yield _media(facts)
            yield from _sources(facts)
            yield decoded
            return
        seen = pdq.fingerprint(decoded.brightness)
        apart = thumbnails.distance(thumbnail.brightness, seen) if thumbnail and not quick else None
        where = "embedded thumbnail" if quick else "embedded picture" if facts.raw else "pixels"
        yield _media(facts, _Seen(where, seen, apart))
        yield from _sources(facts)
        yield from _previews(decoded, where)
        if thumbnail and apart is not None and apart >= thumbnails.ANOTHER:
            yield _preview(thumbnail.preview, "EXIF thumbnail", "thumbnail")
        yield decoded.brightness


def _facts(item: Item) -> Facts:
    from triage.formats import picture_facts  # noqa: PLC0415  # loaded with the first picture: a worker starts sooner

    with closing(item.open()) as stream:
        return picture_facts.read(stream)


class _Seen(NamedTuple):
    """What was made of the pixels: of which, their fingerprint, and how far the embedded thumbnail is from it."""

    where: str
    fingerprint: pdq.Print
    thumbnail_distance: int | None


def _media(facts: Facts, seen: _Seen | None = None) -> Media:
    """The size of the pixels wins over the one EXIF claims, which editors often leave behind."""
    values, encoding = facts.values, facts.encoding
    width, height = facts.size or (values.width, values.height)
    print_of = seen.fingerprint if seen else None
    return Media(
        where="EXIF",
        kind="picture",
        width=width,
        height=height,
        taken_at=facts.taken_at,
        taken_from=facts.taken_from,
        zone=facts.zone,
        document_id=facts.document_id,
        metadata=facts.state,
        encoding=encoding.fingerprint if encoding else None,
        encoding_tables=encoding.tables_fingerprint if encoding else None,
        encoding_quality=encoding.quality if encoding else None,
        fingerprint=print_of.value.hex() if print_of else None,
        quality=print_of.quality if print_of else None,
        seen_in=seen.where if seen else None,
        thumbnail_distance=seen.thumbnail_distance if seen else None,
        **facts.camera(),
        **{name: getattr(values, name) for name in _AS_THEY_ARE},
    )


_AS_THEY_ARE = ("modified_at", "gps_at", "datum", "unique_id", "content_id")


def _sources(facts: Facts) -> Iterator[Metadata]:
    for source in facts.sources:
        tags = json.dumps(source.tags, ensure_ascii=False)
        yield Metadata(where=source.name, source=source.name, tags=tags, complete=source.complete)


def _thumbnail(facts: Facts) -> picture.Decoded | None:
    """The thumbnail that EXIF holds, turned as the picture is; None where there is none that shows something."""
    if facts.thumbnail is None:
        return None
    from triage.formats import picture  # noqa: PLC0415  # see above

    try:
        found = picture.decode(io.BytesIO(facts.thumbnail), most_pixels=_MOST_THUMBNAIL, turn=facts.values.orientation)
    except EvidenceError:
        return None
    return found if _shorter(found) >= _LEAST_THUMBNAIL else None


def _shorter(decoded: picture.Decoded) -> int:
    return min(decoded.brightness.width, decoded.brightness.height)


def _decoded(item: Item) -> picture.Decoded | Problem:
    from triage.formats import picture  # noqa: PLC0415  # see above

    try:
        with closing(item.open()) as stream:
            return picture.decode(stream, most_pixels=item.limits.picture_pixels)
    except EvidenceError as error:
        return _problem(error.kind, f"No preview: {error}")


def _previews(decoded: picture.Decoded, where: str) -> Iterator[Preview]:
    yield _preview(decoded.preview, where, "large")
    yield _preview(decoded.small, f"{where}, small", "small")


def _preview(made: picture.Small, where: str, view: str) -> Preview:
    return Preview(where=where, view=view, width=made.width, height=made.height, jpeg=made.jpeg)


def _problem(kind: str, message: str) -> Problem:
    return Problem(kind=kind, stage=PhotoMetadata.name, message=message)
