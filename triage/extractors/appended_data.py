"""Data behind the end of a file, and a second file that shares its bytes: found by structure, told with place, size and type.

The ends after the formats' specifications (`formats/file_end.py`, mark A). Bytes behind the end may be the clip of a motion picture, what a camera
leaves, or something hidden: nothing of that is concluded. Further pictures that a camera declares (MPF) belong to the file. Zeros, bytes
0xFF and blanks alone are filling and are not told.
"""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, ClassVar

from triage.evidence.appended import appended_entry, levels
from triage.filetype import identify
from triage.filetype.signatures import EMPTY, ZIP, ZIPPED
from triage.formats.file_end import TYPES, end_of, zip_end
from triage.model import Appended, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from triage.content import Item
    from triage.model import Entry, Record

HEAD = 1 << 16
DEEPEST = 3
_FILLING = b"\0\xff \t\r\n"
_INSIDE = re.compile(
    rb"\xff\xd8\xff[\xdb\xe0-\xef]|\x89PNG\r\n\x1a\n|PK\x03\x04|%PDF-1|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|.{4}ftyp[a-zA-Z0-9]{3}",
    re.DOTALL,
)
_MOTION = (b"MotionPhoto", b"MicroVideo")
_PDF = b"%PDF-"
_PDF_WITHIN = 1024  # readers of PDF look for its header so far into a file
_ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/heic": "heic", "video/mp4": "mp4",
    "video/quicktime": "mov", "application/pdf": "pdf", "application/zip": "zip", "application/vnd.rar": "rar",
    "application/x-7z-compressed": "7z", "application/x-tar": "tar", "application/gzip": "gz", "text/plain": "txt",
}  # fmt: skip


class AppendedData:
    """One `Appended` per stretch, and an entry below the file for each whose type is known."""

    name: ClassVar[str] = "appended-data"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Data behind the end of a file"
    describes: ClassVar[str] = (
        "Data behind the end of pictures, clips, PDF and zip files and archives that share a file with another type: offset, size, what"
        " it looks like; what is of a known type is examined as a file of its own"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A file whose own structure breaks off has no known end: nothing is told of it.",
        "Zeros, bytes 0xFF and blanks alone behind the end are taken for filling and are not told.",
        "Data hidden in the pixels, in unused fields or between the parts of a file are not looked for.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Appended,)

    def wants(self, item: Item) -> bool:
        """What has an end that its structure tells."""
        return item.mime in TYPES

    def extract(self, item: Item) -> Iterator[Record | Entry | Problem]:
        """What lies behind the end, then an archive or a PDF that shares the bytes. Raises EvidenceError."""
        size = item.digests.length
        with closing(item.open()) as stream:
            end = end_of(item.mime, stream)
            if end is not None and end < size:
                yield from _behind(item, stream, end, size)
            yield from _shared(item, stream, end if end is not None else size)


def _behind(item: Item, stream: BinaryIO, end: int, size: int) -> Iterator[Record | Entry | Problem]:
    stream.seek(end)
    head = stream.read(HEAD)
    if not head.strip(_FILLING) and _only_filling(stream):
        return
    declared = "motion photo" if any(word in item.head or word in head for word in _MOTION) else None
    mime = _type(head)
    if mime is not None:
        yield from _told(item, "behind the end", (end, size - end), mime, declared)
        return
    yield Appended(where=f"byte {end}", kind="behind the end", offset=end, size=size - end, declared=declared)
    if match := _INSIDE.search(head):
        at = end + match.start()
        if mime := _type(head[match.start() :]):
            yield from _told(item, "behind the end", (at, size - at), mime, declared)


def _type(head: bytes) -> str | None:
    """By signature or as text; what libmagic takes a few bytes for is chance."""
    found = identify("", head)
    return found.mime if found.how in {"signature", "text"} and found.mime != EMPTY else None


def _only_filling(stream: BinaryIO) -> bool:
    return all(not block.strip(_FILLING) for block in iter(lambda: stream.read(1 << 20), b""))


def _shared(item: Item, stream: BinaryIO, end: int) -> Iterator[Record | Entry | Problem]:
    """A zip whose directory is at the end of the file and that begins inside it; one in front of another; a PDF header near the start."""
    archive = zip_end(stream, item.digests.length)
    if archive is not None and item.mime == ZIP and archive[0] > 0:
        yield from _told(item, "in front", (0, archive[0]), ZIP, None)
    if archive is not None and item.mime not in ZIPPED and archive[0] < end:
        yield from _told(item, "shared", (archive[0], archive[1] - archive[0]), "application/zip", None)
    at = item.head[:_PDF_WITHIN].find(_PDF)
    if at > 0 and item.mime != "application/pdf":
        yield from _told(item, "shared", (at, item.digests.length - at), "application/pdf", None)


def _told(
    item: Item, kind: str, extent: tuple[int, int], mime: str, declared: str | None
) -> Iterator[Record | Entry | Problem]:
    offset, size = extent
    yield Appended(where=f"{mime} at byte {offset}", kind=kind, offset=offset, size=size, mime=mime, declared=declared)
    if levels(item.entry) < DEEPEST:
        yield appended_entry(item.entry, f"appended-{offset:x}.{_ENDINGS.get(mime, 'bin')}", offset, size)
    else:
        message = f"data behind the end of a file that lies behind the end of {DEEPEST} others; not examined"
        yield Problem(kind="limit", stage=AppendedData.name, message=message)
