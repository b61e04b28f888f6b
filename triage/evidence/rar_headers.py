"""The headers of RAR archives, versions 1.5 to 4 ("4") and 5: which members there are and where their bytes lie.

Sources: "RAR archive file format" of RAR 4 (technote.txt) and "RAR 5.0 archive format" (rarlab.com), mark A; the coding of names
in version 4 as independent readers have it (mark B). Both say how a header is laid out; how members are packed is not public.
"""

from __future__ import annotations

import stat
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Encrypted, Malformed, Truncated
from triage.evidence.dos import dos_stamp
from triage.evidence.names import exact
from triage.model import Kind, Stamp, Times, Zone
from triage.model.entries import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream

MAGIC_4, MAGIC_5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
LONGEST_5 = 2 << 20  # bytes of a header of version 5, by its specification
NAMES_ENCRYPTED = (
    "the names in the RAR archive are protected by a password, too; Sigap does not open that: unpack it first"
)
_FILETIME_EPOCH = 11_644_473_600 * NANOSECONDS
_HEAD_4 = struct.Struct("<HBHH")
_FILE_4 = struct.Struct("<2LB2L2BHL")
_UNIX_4 = 3


@dataclass(frozen=True, slots=True)
class RarMember:
    """One member: where its packed bytes lie and how they are packed. `method` 0: stored."""

    name: str
    kind: Kind
    header: int
    start: int
    packed: int
    size: int | None
    crc: int | None
    method: int
    is_encrypted: bool
    is_part: bool  # begins or goes on in another volume
    times: Times


def members_of(stream: Stream, size: int) -> Iterator[RarMember]:
    """All members in their order. Raises Malformed, Truncated, Encrypted where the headers break off."""
    stream.seek(0)
    head = stream.read(len(MAGIC_5))
    if head == MAGIC_5:
        return _members_5(stream, size)
    if head.startswith(MAGIC_4):
        return _members_4(stream, size)
    raise Malformed("no RAR archive: its first bytes are missing")


def is_rar(head: bytes) -> bool:
    """Whether the first bytes are those of a RAR archive."""
    return head.startswith((MAGIC_4, MAGIC_5))


def _members_4(stream: Stream, size: int) -> Iterator[RarMember]:
    at = len(MAGIC_4)
    while at < size:
        header = _header_4(stream, at)
        _, kind, flags, length = _HEAD_4.unpack_from(header)
        if kind == 0x7B:
            return
        if kind == 0x73 and flags & 0x80:
            raise Encrypted(NAMES_ENCRYPTED)
        data = 0
        if kind in {0x74, 0x7A}:
            member = _file_4(header, flags, at)
            data = member.packed
            if kind == 0x74:
                yield member
        elif flags & 0x8000 and length >= 11:
            data = int.from_bytes(header[7:11], "little")
        at += length + data


def _header_4(stream: Stream, at: int) -> bytes:
    stream.seek(at)
    fixed = stream.read(_HEAD_4.size)
    if len(fixed) < _HEAD_4.size:
        raise Truncated(f"the RAR archive breaks off at its byte {at}")
    crc, _, _, length = _HEAD_4.unpack(fixed)
    header = fixed + stream.read(max(0, length - _HEAD_4.size))
    if length < _HEAD_4.size or len(header) < length:
        raise Truncated(f"the RAR archive breaks off in its header at byte {at}")
    if zlib.crc32(header[2:]) & 0xFFFF != crc:
        raise Malformed(f"the header of the RAR archive at byte {at} does not fit its checksum")
    return header


def _file_4(header: bytes, flags: int, at: int) -> RarMember:
    try:
        packed, size, system, crc, clock, _, method, name_size, attributes = _FILE_4.unpack_from(header, 7)
        place = 7 + _FILE_4.size
        if flags & 0x100:
            high_packed, high_size = struct.unpack_from("<2L", header, place)
            packed, size, place = packed | high_packed << 32, size | high_size << 32, place + 8
        raw = header[place : place + name_size]
        place += name_size + (8 if flags & 0x400 else 0)
        times = _times_4(clock, header[place:] if flags & 0x1000 else b"")
    except (struct.error, IndexError) as error:
        raise Malformed(f"the header of the RAR archive at byte {at} is damaged") from error
    mode = attributes if system == _UNIX_4 else 0
    return RarMember(
        name=_name_4(raw, coded=bool(flags & 0x200)),
        kind=_kind(is_folder=flags & 0xE0 == 0xE0, mode=mode, is_link=False),
        header=at,
        start=at + len(header),
        packed=packed,
        size=size,
        crc=crc,
        method=method - 0x30,
        is_encrypted=bool(flags & 4),
        is_part=bool(flags & 3),
        times=times,
    )


def _name_4(raw: bytes, *, coded: bool) -> str:
    plain, _, code = raw.partition(b"\0")
    if coded and code:
        name = _uncoded(plain, code).encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    else:
        name = exact(plain)
    return name.replace("\\", "/")  # the separator of version 4, whatever the system


def _uncoded(plain: bytes, code: bytes) -> str:
    """UTF-16 as differences to the plain name: two bits per step say what follows."""
    units: list[int] = []
    high, at, flags, left = code[0], 1, 0, 0
    while at < len(code):
        if not left:
            flags, at, left = code[at], at + 1, 8
            continue
        left -= 2
        kind, one = flags >> left & 3, code[at]
        at += 1
        if kind == 0:
            units.append(one)
        elif kind == 1:
            units.append(one | high << 8)
        elif kind == 2:
            units.append(one | (code[at] if at < len(code) else 0) << 8)
            at += 1
        else:
            more = code[at] if one & 0x80 and at < len(code) else 0
            at += one >> 7
            same = plain[len(units) : len(units) + (one & 0x7F) + 2]
            units += [(byte + more & 0xFF) | (high << 8 if one & 0x80 else 0) for byte in same]
    return struct.pack(f"<{len(units)}H", *units).decode("utf-16-le", "surrogatepass")


def _times_4(clock: int, more: bytes) -> Times:
    """Wall clock, to 2 s, made finer by the extended times: four bits each for modified, born and accessed."""
    stamps: list[Stamp | None] = [dos_stamp(clock >> 16, clock & 0xFFFF), None, None]
    if len(more) < 2:
        return Times(stamps[0])
    flags, at = int.from_bytes(more[:2], "little"), 2
    for number in range(3):
        bits = flags >> (12 - 4 * number)
        if not bits & 8:
            continue
        if number:
            (clock,) = struct.unpack_from("<L", more, at)
            at += 4
        count = bits & 3
        fine = int.from_bytes(more[at : at + count].rjust(3, b"\0"), "little") * 100
        stamps[number] = _finer(dos_stamp(clock >> 16, clock & 0xFFFF), fine + (NANOSECONDS if bits & 4 else 0))
        at += count
    modified, born, accessed = stamps
    return Times(modified, accessed, None, born)


def _finer(stamp: Stamp | None, more: int) -> Stamp | None:
    return None if stamp is None else Stamp(stamp.ns + more, stamp.zone, 100)


class _Fields:
    """The fields of a header of version 5. Raises Malformed where they are not there."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self.at, self._where = data, 0, at

    def take(self, size: int) -> bytes:
        if not 0 <= size <= len(self._data) - self.at:
            raise Malformed(f"the header of the RAR archive at byte {self._where} is damaged")
        self.at += size
        return self._data[self.at - size : self.at]

    def number(self) -> int:
        """Seven bits a byte, the lowest first; the highest bit says that more follow."""
        value = 0
        for shift in range(0, 70, 7):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return value
        raise Malformed(f"the header of the RAR archive at byte {self._where} is damaged")

    def fixed(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def left(self) -> int:
        return len(self._data) - self.at


def _members_5(stream: Stream, size: int) -> Iterator[RarMember]:
    at = len(MAGIC_5)
    while at < size:
        header, start = _header_5(stream, at)
        fields = _Fields(header, at)
        kind, flags = fields.number(), fields.number()
        extra = fields.number() if flags & 1 else 0
        data = fields.number() if flags & 2 else 0
        if kind == 5:
            return
        if kind == 4:
            raise Encrypted(NAMES_ENCRYPTED)
        if kind == 2:
            yield _file_5(fields, flags, extra, (at, start, data))
        at = start + data


def _header_5(stream: Stream, at: int) -> tuple[bytes, int]:
    """The header behind its checksum and length, and where it ends."""
    stream.seek(at)
    head = stream.read(7)
    fields = _Fields(head[4:], at)
    if len(head) < 6:
        raise Truncated(f"the RAR archive breaks off at its byte {at}")
    length = fields.number()
    if not 0 < length <= LONGEST_5:
        raise Malformed(f"the header of the RAR archive at byte {at} is damaged")
    start = at + 4 + fields.at
    stream.seek(start)
    header = stream.read(length)
    if len(header) < length:
        raise Truncated(f"the RAR archive breaks off in its header at byte {at}")
    if zlib.crc32(head[4 : 4 + fields.at] + header) != int.from_bytes(head[:4], "little"):
        raise Malformed(f"the header of the RAR archive at byte {at} does not fit its checksum")
    return header, start + length


def _file_5(fields: _Fields, flags: int, extra: int, place: tuple[int, int, int]) -> RarMember:
    about = fields.number()
    size, attributes = fields.number(), fields.number()
    modified = Stamp(fields.fixed(4) * NANOSECONDS, Zone.UTC, NANOSECONDS) if about & 2 else None
    crc = fields.fixed(4) if about & 4 else None
    packing, system = fields.number(), fields.number()
    name = exact(fields.take(fields.number()))
    records = dict(_records(fields, extra))
    times = _times_5(records[3], modified) if 3 in records else Times(modified)
    header, start, packed = place
    return RarMember(
        name=name,
        kind=_kind(is_folder=bool(about & 1), mode=attributes if system == 1 else 0, is_link=5 in records),
        header=header,
        start=start,
        packed=packed,
        size=None if about & 8 else size,
        crc=crc,
        method=packing >> 7 & 7,
        is_encrypted=1 in records,
        is_part=bool(flags & 0x18),
        times=times,
    )


def _records(fields: _Fields, extra: int) -> Iterator[tuple[int, _Fields]]:
    """The records of the extra area, which is the end of the header."""
    fields.take(fields.left() - extra)
    while fields.left():
        record = _Fields(fields.take(fields.number()), 0)
        yield record.number(), record


def _times_5(record: _Fields, modified: Stamp | None) -> Times:
    flags = record.number()
    found: dict[int, int] = {}
    for bit in (2, 4, 8):
        if flags & bit:
            found[bit] = record.fixed(4) * NANOSECONDS if flags & 1 else record.fixed(8) * 100 - _FILETIME_EPOCH
    step = NANOSECONDS if flags & 1 else 100
    if flags & 0x11 == 0x11:
        step = 1
        found = {bit: ns + record.fixed(4) for bit, ns in found.items()}
    stamps = {bit: Stamp(ns, Zone.UTC, step) for bit, ns in found.items()}
    return Times(stamps.get(2, modified), stamps.get(8), None, stamps.get(4))


def _kind(*, is_folder: bool, mode: int, is_link: bool) -> Kind:
    if is_folder:
        return Kind.FOLDER
    return Kind.OTHER if is_link or stat.S_IFMT(mode) not in {0, stat.S_IFREG} else Kind.FILE
