"""Where a picture, clip, PDF or zip ends by its own structure: what lies behind that belongs to something else.

Sources: ITU-T T.81 (JPEG), CIPA DC-007 (the further pictures of one file, MPF), PNG, GIF89a, RIFF, ISO/IEC 14496-12, ISO 32000, APPNOTE.TXT
(mark A: over the public photographs the end is that of the file, or exiftool tells of a trailer too).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.formats.tiff import Tiff

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

BLOCK = 1 << 20
TAIL = 1 << 16
MOST_PARTS = 1_000_000
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # begins with a plain byte: ten times as fast as with a repeat
_EOI, _SOS = 0xD9, 0xDA
_ALONE = frozenset({0x01, 0xD8})
_BOX = re.compile(rb"[A-Za-z0-9 \xa9_-]{4}\Z")
_PICTURES = 0xB002
ZIP_END = b"PK\5\6"


def end_of(mime: str, stream: BinaryIO) -> int | None:
    """The first byte behind the file that begins at the start of a stream; None where its structure does not say, or breaks off."""
    walk = _WALKS.get(mime)
    if walk is None:
        return None
    size = stream.seek(0, 2)
    try:
        found = walk(stream, size)
    except EvidenceError:
        return None
    return found if found is not None and found <= size else None


def _jpeg(stream: BinaryIO, size: int) -> int | None:
    """Behind the end marker, or behind the last of the further pictures that an MPF segment names."""
    at, further = 2, 0
    for _ in range(MOST_PARTS):
        head = _at(stream, at, 4)
        if len(head) < 2 or head[0] != 0xFF:
            return None
        code = head[1]
        if code == 0xFF:
            at += 1
        elif code == _EOI:
            return max(at + 2, further)
        elif code in _ALONE:
            at += 2
        else:
            length = int.from_bytes(head[2:], "big")
            if code == 0xE2 and _at(stream, at + 4, 4) == b"MPF\0":
                further = _further_pictures(stream, at + 8, size)
            at += 2 + length
            if code == _SOS and (at := _behind_scan(stream, at)) < 0:
                return None
    return None


def _behind_scan(stream: BinaryIO, at: int) -> int:
    """Where the next marker that is no part of packed data is; -1: none."""
    stream.seek(at)
    held = b""
    while block := stream.read(BLOCK):
        data = held + block
        if match := _MARKER.search(data):
            return at + match.end() - 2
        held = data[-1:] if data.endswith(b"\xff") else b""
        at += len(data) - len(held)
    return -1


def _further_pictures(stream: BinaryIO, base: int, size: int) -> int:
    """Behind the last picture of the list in an MPF segment; 0 where there is none inside the file."""
    tiff = Tiff(stream, base=base)
    try:
        entries = tiff.directory(tiff.first).fields.get(_PICTURES)
    except EvidenceError:
        return 0
    data = tiff.data(entries) if entries else b""
    ends = [0]
    for place in range(0, len(data) - 15, 16):
        length, offset = (tiff.unsigned(data[place + start : place + start + 4]) for start in (4, 8))
        if offset and base + offset + length <= size:
            ends.append(base + offset + length)
    return max(ends)


def _png(stream: BinaryIO, _size: int) -> int | None:
    at = 8
    for _ in range(MOST_PARTS):
        head = _at(stream, at, 8)
        if len(head) < 8:
            return None
        at += 12 + int.from_bytes(head[:4], "big")
        if head[4:] == b"IEND":
            return at
    return None


def _gif(stream: BinaryIO, _size: int) -> int | None:
    head = _at(stream, 0, 13)
    at = 13 + _palette(head[10:11])
    for _ in range(MOST_PARTS):
        kind = _at(stream, at, 1)
        if kind == b";":
            return at + 1
        if kind == b",":
            at = _blocks(stream, at + 11 + _palette(_at(stream, at + 9, 1)))
        elif kind == b"!":
            at = _blocks(stream, at + 2)
        else:
            return None
        if at < 0:
            return None
    return None


def _palette(flags: bytes) -> int:
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _blocks(stream: BinaryIO, at: int) -> int:
    """Behind the last of a row of blocks; -1 where it breaks off."""
    for _ in range(MOST_PARTS):
        length = _at(stream, at, 1)
        if not length:
            return -1
        at += 1 + length[0]
        if not length[0]:
            return at
    return -1


def _riff(stream: BinaryIO, _size: int) -> int:
    length = int.from_bytes(_at(stream, 4, 4), "little")
    return 8 + length + (length & 1)


def _bitmap(stream: BinaryIO, _size: int) -> int | None:
    return int.from_bytes(_at(stream, 2, 4), "little") or None


def _boxes(stream: BinaryIO, size: int) -> int | None:
    """Behind the last box; what follows and is no box is not its own."""
    at = 0
    for _ in range(MOST_PARTS):
        head = _at(stream, at, 16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if len(head) < 8 or not _BOX.match(head[4:8]) or length < 8:
            return size if length == 0 and _BOX.match(head[4:8]) else at or None
        if at + length > size:
            return None
        at += length
    return None


def _pdf(stream: BinaryIO, size: int) -> int | None:
    """Behind the last end mark in the last MiB, with the end of its line."""
    start = max(0, size - BLOCK)
    data = _at(stream, start, BLOCK)
    at = data.rfind(b"%%EOF")
    if at < 0:
        return None
    end = at + 5
    while data[end : end + 1] in {b"\r", b"\n"}:
        end += 1
    return start + end


def _zip(stream: BinaryIO, size: int) -> int | None:
    found = zip_end(stream, size)
    return found[1] if found else None


def zip_end(stream: BinaryIO, size: int) -> tuple[int, int] | None:
    """Where the zip whose directory ends near the end of a file begins and ends; None where there is none that fits together."""
    start = max(0, size - TAIL - 22)
    data = _at(stream, start, TAIL + 22)
    at = data.rfind(ZIP_END)
    while at >= 0:
        record = data[at : at + 22]
        directory, offset = (int.from_bytes(record[place : place + 4], "little") for place in (12, 16))
        first = start + at - directory - offset
        end = start + at + 22 + int.from_bytes(record[20:22], "little")
        if len(record) == 22 and first >= 0 and end <= size and _at(stream, first, 4) == b"PK\3\4":
            return first, end
        at = data.rfind(ZIP_END, 0, at)
    return None


def _at(stream: BinaryIO, at: int, size: int) -> bytes:
    stream.seek(at)
    return stream.read(size)


_WALKS: dict[str, Callable[[BinaryIO, int], int | None]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/gif": _gif,
    "image/webp": _riff,
    "image/bmp": _bitmap,
    "image/heic": _boxes,
    "image/avif": _boxes,
    **dict.fromkeys(("video/mp4", "video/3gpp", "video/quicktime", "video/x-m4v"), _boxes),
    "application/pdf": _pdf,
    "application/zip": _zip,
}
TYPES = frozenset(_WALKS)
