"""Where the central directory of a zip lies: after PKWARE's APPNOTE 6.3, sections 4.3.14 to 4.3.16.

The record that says so stands at the end, behind it at most a comment. A zip that was cut short may end with the record of another zip, one
that lies unpacked inside it: so a record is believed only where its comment, the directory and the first member it leads to
are there, and where nothing that is a zip itself is left over in front of it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_END_64_PROTECTION = struct.Struct("<H2QH")
_ENTRY_HEADER = struct.Struct("<42xL")
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_MARK, _ENTRY, _MEMBER = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_CANDIDATES = 64


@dataclass(frozen=True, slots=True)
class Found:
    """Start and length of the directory, how far all offsets are shifted by what stands in front, members it should have.

    `count` is None where the record has no room for the number.
    """

    start: int
    length: int
    shift: int
    count: int | None


def find_directory(stream: Stream, size: int) -> Found:
    """The directory of a zip. Raises Malformed, and Encrypted where the directory itself is protected."""
    why: EvidenceError = Malformed("the zip has no directory at its end: it is cut short or damaged there")
    for end, record in _records(stream, size):
        try:
            found = _directory(stream, end, record)
            _check(stream, found)
        except Malformed as error:
            why = error
            continue
        return found
    raise why


def _records(stream: Stream, size: int) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes of what may be the last record, the last one first."""
    tail_start = max(0, size - _END.size - _FULL_16)
    stream.seek(tail_start)
    tail = stream.read(size - tail_start)
    at = len(tail)
    for _ in range(_CANDIDATES):
        at = tail.rfind(_MARK, 0, at)
        if at < 0:
            return
        if len(tail) - at >= _END.size:
            yield tail_start + at, tail[at : at + _END.size]


def _directory(stream: Stream, end: int, record: bytes) -> Found:
    _, _, _, _, count, length, start, _ = _END.unpack(record)
    known: int | None = None if count == _FULL_16 else count
    if _FULL_32 in {length, start} or count == _FULL_16:
        end, length, start, known = _wide_end(stream, end, (length, start, known))
    shift = end - length - start
    if shift < 0:
        raise Malformed("the directory of the zip points outside the file")
    return Found(start + shift, length, shift, known)


def _wide_end(stream: Stream, end: int, narrow: tuple[int, int, int | None]) -> tuple[int, int, int, int | None]:
    if end < 20:
        return end, *narrow
    stream.seek(end - 20)
    magic, _, offset, _ = struct.unpack("<4sLQL", stream.read(20))
    if magic != b"PK\x06\x07":
        return end, *narrow
    for position in (end - 20 - _END_64.size, offset):
        stream.seek(position)
        record = stream.read(_END_64.size + _END_64_PROTECTION.size)
        if len(record) >= _END_64.size and record[:4] == b"PK\x06\x06":
            _refuse_protected(record)
            *_, count, length, start = _END_64.unpack_from(record)
            return position, length, start, count
    raise Malformed("the zip64 directory of the zip cannot be found")


def _refuse_protected(record: bytes) -> None:
    """Version 2 of the record (7.3.4) has an algorithm where the directory itself is encrypted."""
    _, following, *_ = _END_64.unpack_from(record)
    if following >= _END_64.size - 12 + _END_64_PROTECTION.size and len(record) > _END_64.size:
        *_, algorithm = _END_64_PROTECTION.unpack_from(record, _END_64.size)
        if algorithm:
            raise Encrypted(
                "the names in the zip are encrypted too (PKWARE strong encryption), which Sigap does not open"
            )


def _check(stream: Stream, found: Found) -> None:
    """Raises Malformed where the record cannot be that of this zip."""
    if found.length:
        stream.seek(found.start)
        entry = stream.read(_ENTRY_HEADER.size)
        if entry[:4] != _ENTRY:
            raise Malformed("the directory of the zip is not where the end of the zip says")
    if found.shift and _starts_itself(stream) and not _ends_at(stream, found.shift):
        raise Malformed(
            "the zip is cut short or damaged at its end: the directory there is that of another zip, which lies inside it"
        )


def _starts_itself(stream: Stream) -> bool:
    stream.seek(0)
    return stream.read(4) == _MEMBER


def _ends_at(stream: Stream, end: int) -> bool:
    """Whether a whole zip ends at an offset: two zips, one behind the other, of which the last one counts."""
    start = max(0, end - _END.size - _FULL_16)
    stream.seek(start)
    before = stream.read(end - start)
    at = before.rfind(_MARK)
    return (
        at >= 0 and len(before) - at >= _END.size and at + _END.size + _END.unpack_from(before, at)[-1] == len(before)
    )
