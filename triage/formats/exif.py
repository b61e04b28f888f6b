"""EXIF of a picture as values. The only home of exifread, whose errors are translated here.

`read` returns None where there is no EXIF, raises where there is one that cannot be read, and says in `partial` what is missing where
a part was read: the three differ. exifread gives the standard's tags; where it gives up, the directories are read with our own
`tiff`, so that what stands before the damage is kept. Maker notes are read by `maker_notes`.
Source: CIPA DC-008-2019 (EXIF 2.32). exifread raises IndexError on truncated input and only logs on rubbish; both are
Malformed here. It reads value by value, so that a hostile directory could keep it busy for hours: reads are counted.
"""

from __future__ import annotations

import logging
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

import exifread
from exifread.core.exceptions import ExifError

from triage.errors import EvidenceError, LimitReached, Malformed
from triage.formats import maker_notes
from triage.formats.exif_block import Block, find_blocks
from triage.formats.exif_tags import GPS_NAMES, NAMES, Values, values
from triage.formats.tiff import TEXTS, Directory, Field, Tiff

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_READS = 200_000
LONGEST_READ = 1 << 20
LONGEST_THUMBNAIL = 1 << 20
LONGEST_BLOCK = 1 << 24  # a longer structure is a picture itself, and its second directory another one
MOST_TAGS = 400
LONGEST_TAG = 240

_EXIF, _GPS, _NOTE = 0x8769, 0x8825, 0x927C
_JPEG_AT, _JPEG_SIZE = 0x0201, 0x0202
_CAMERA_SERIAL = 0xC62F
_BROKEN = (
    ExifError, IndexError, KeyError, ValueError, TypeError, AttributeError, AssertionError, struct.error, EOFError,
    OverflowError, NotImplementedError, RecursionError, ZeroDivisionError,
)  # fmt: skip

logging.getLogger("exifread").addHandler(logging.NullHandler())
logging.getLogger("exifread").propagate = False


@dataclass(frozen=True, slots=True)
class Exif:
    """What was read. `tags` are the standard's tags as text by name, `notes` the maker's; `partial` says what is missing."""

    values: Values
    tags: dict[str, str]
    notes: maker_notes.Notes
    thumbnail: bytes | None = None
    partial: str | None = None


@dataclass(frozen=True, slots=True)
class _Plain:
    """A tag as exifread would give it: `values` is a text or a list of numbers."""

    values: str | list[float]


@dataclass(slots=True)
class _Structure:
    """What our own reading of the directories says."""

    tags: dict[str, _Plain] = field(default_factory=dict)
    notes: maker_notes.Notes = field(default_factory=maker_notes.Notes)
    serial: str | None = None
    thumbnail: bytes | None = None
    broken: int = 0

    def text(self, name: str) -> str | None:
        found = self.tags.get(name)
        return found.values if found is not None and isinstance(found.values, str) else None


def read(stream: BinaryIO) -> Exif | None:
    """The EXIF of a picture (JPEG, PNG, WebP, TIFF, HEIC, AVIF, raw), or None. Raises EvidenceError."""
    blocks = find_blocks(stream)
    if not blocks:
        return None
    tags: dict[str, object] = {}
    structure, failure = _Structure(), None
    for block in blocks:
        _walk(block, structure)
        try:
            tags |= _renamed(_process(block.stream), block.group)
        except EvidenceError as error:
            failure = error
    return _assembled(tags, structure, failure)


def _assembled(tags: dict[str, object], structure: _Structure, failure: EvidenceError | None) -> Exif:
    everything = {**structure.tags, **tags} if failure else tags
    if not everything:
        raise failure or Malformed("the EXIF block holds no readable tag")
    partial = f"EXIF was read in part: {failure}" if failure else None
    if structure.broken and not partial:
        partial = f"EXIF was read in part: {structure.broken} of its fields lead outside of it or are of no known type"
    found = values(everything, structure.notes, structure.serial)
    return Exif(found, _shown(everything), structure.notes, structure.thumbnail, partial)


def _shown(tags: Mapping[str, object]) -> dict[str, str]:
    """Every tag as text, cut where it is long."""
    names = sorted(tags)[:MOST_TAGS]
    return {name: _as_text(getattr(tags[name], "values", None))[:LONGEST_TAG] for name in names}


def _as_text(found: object) -> str:
    if isinstance(found, list):
        if len(found) > 16 and all(isinstance(each, int) and 0 <= each < 256 for each in found[:120]):
            return bytes(found[:120]).hex()
        return " ".join(str(each) for each in found[:64])
    return found.hex() if isinstance(found, bytes) else str(found).strip("\0")


def _process(stream: BinaryIO) -> Mapping[str, object]:
    bounded = cast("BinaryIO", _Bounded(stream))
    stream.seek(0)
    try:
        return cast("Mapping[str, object]", exifread.process_file(bounded, details=False, extract_thumbnail=False))
    except _BROKEN as error:
        raise Malformed(f"the EXIF block is damaged ({type(error).__name__})") from error


def _renamed(tags: Mapping[str, object], group: str) -> dict[str, object]:
    """Tags of a structure whose first directory is not the picture's (CR3), under the names they have elsewhere."""
    if group == "Image":
        return dict(tags)
    if group == "EXIF":
        return {name.replace("Image ", "EXIF ", 1): value for name, value in tags.items()}
    if group == "GPS":
        names = {f"Image Tag 0x{number:04X}": f"GPS {name}" for number, name in GPS_NAMES.items()}
        return {names[name]: value for name, value in tags.items() if name in names}
    return {}


class _Bounded:
    """A stream that gives up after a number of reads, and gives no more than 1 MiB at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._reads = 0

    def read(self, size: int = -1) -> bytes:
        self._reads += 1
        if self._reads > MOST_READS:
            raise LimitReached("the EXIF block makes its reader go round and round")
        return self._stream.read(LONGEST_READ if size < 0 else min(size, LONGEST_READ))

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _walk(block: Block, found: _Structure) -> None:
    """Our own reading of the directories: maker's notes, thumbnail, and what can be had where exifread gives up."""
    tiff = Tiff(block.stream)
    if block.group == "MakerNote":
        whole = Field(_NOTE, 7, tiff.end - tiff.first, tiff.first)
        found.notes = maker_notes.read(tiff, whole, "Canon", found.text("Image Model"))
        return
    try:
        first = tiff.directory(tiff.first)
    except Malformed:
        return
    _keep(tiff, first, block.group, found)
    found.serial = found.serial or tiff.text(first.fields.get(_CAMERA_SERIAL))
    _follow(tiff, first.fields.get(_GPS), "GPS", found)
    details = _follow(tiff, first.fields.get(_EXIF), "EXIF", found)
    if note := details.fields.get(_NOTE) or first.fields.get(_NOTE):
        found.notes = maker_notes.read(tiff, note, found.text("Image Make"), found.text("Image Model"))
    if first.following and tiff.end < LONGEST_BLOCK:
        found.thumbnail = _thumbnail(tiff, first.following)


def _keep(tiff: Tiff, directory: Directory, group: str, found: _Structure) -> None:
    found.broken += directory.broken
    for each in directory.fields.values():
        if name := NAMES.get((group, each.number)):
            text = tiff.text(each) or "" if each.kind in TEXTS else None
            found.tags.setdefault(name, _Plain(tiff.numbers(each) if text is None else text))


def _follow(tiff: Tiff, pointer: Field | None, group: str, found: _Structure) -> Directory:
    """The directory that a field leads to, kept; an empty one where it leads nowhere."""
    if pointer is None:
        return Directory()
    try:
        directory = tiff.directory(tiff.whole(pointer) or 0)
    except Malformed:
        found.broken += 1
        return Directory()
    _keep(tiff, directory, group, found)
    return directory


def _thumbnail(tiff: Tiff, at: int) -> bytes | None:
    """The JPEG of the second directory, as cameras store a small copy of the picture."""
    try:
        fields = tiff.directory(at).fields
    except Malformed:
        return None
    start, size = tiff.whole(fields.get(_JPEG_AT)), tiff.whole(fields.get(_JPEG_SIZE))
    data = tiff.cut(start, min(size, LONGEST_THUMBNAIL)) if start and size else b""
    return data if data.startswith(b"\xff\xd8\xff") else None
