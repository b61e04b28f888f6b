"""The central directory of a zip, read by our own eyes: after PKWARE's APPNOTE 6.3, sections 4.3.12 and 4.4.

Own reading, because evidence needs what the standard library hides: the bytes of the names, members with the same name, the
extra fields, and a directory of millions of members without an object for each.
"""

from __future__ import annotations

import io
import struct
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Malformed, Truncated
from triage.evidence.dos import dos_stamp
from triage.evidence.streams import Window
from triage.evidence.zip_end import find_directory
from triage.model import Stamp, Times, Zone
from triage.model.entries import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream

_ENTRY = struct.Struct("<4s6H3L5H2L")
_FULL_32 = 0xFFFFFFFF
_FILETIME_EPOCH = 11_644_473_600 * NANOSECONDS


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One entry of the central directory. `header` is where its local header starts in the stream."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    header: int
    mode: int
    times: Times
    clock: int = 0  # the time as stored, which the traditional encryption checks a password with
    aes: bytes = b""  # the extra field of WinZip's encryption

    @property
    def is_encrypted(self) -> bool:
        """Bit 0 of the flags: the content is protected."""
        return bool(self.flags & 1)


class ZipDirectory:
    """The members of a zip by index, in the order of the central directory. `stated`: how many there should be."""

    def __init__(self, stream: Stream, size: int) -> None:
        found = find_directory(stream, size)
        self._length, self._shift, self.stated = found.length, found.shift, found.count
        self._window = io.BufferedReader(Window(stream, found.start, found.length), 1 << 16)
        self._offsets = array("Q")
        self._complete = False

    def members(self, most: int) -> Iterator[tuple[int, ZipMember]]:
        """Index and member, at most `most` of them. Raises Malformed where the directory breaks off."""
        at = index = 0
        while at < self._length and index < most:
            member, following = self._read(at)
            if index == len(self._offsets):
                self._offsets.append(at)
            yield index, member
            at, index = following, index + 1

    def member(self, index: int, most: int) -> ZipMember | None:
        """The member with this index, None where there is none."""
        if index >= len(self._offsets):
            for found, member in self.members(most):
                if found == index:
                    return member
            return None
        return self._read(self._offsets[index])[0]

    def _read(self, at: int) -> tuple[ZipMember, int]:
        try:
            self._window.seek(at)
            fixed = self._window.read(_ENTRY.size)
            fields = _ENTRY.unpack(fixed)
            name_size, extra_size, comment_size = fields[10:13]
            name = self._window.read(name_size)
            extra = self._window.read(extra_size)
        except (struct.error, Truncated) as error:
            raise Malformed(f"the directory of the zip breaks off at its byte {at}") from error
        if fields[0] != b"PK\x01\x02" or len(name) < name_size:
            raise Malformed(f"the directory of the zip is damaged at its byte {at}")
        return self._member(fields, name, extra), at + _ENTRY.size + name_size + extra_size + comment_size

    def _member(self, fields: tuple[int, ...], name: bytes, extra: bytes) -> ZipMember:
        _, made, _, flags, method, clock, day, crc, packed, size, _, _, _, _, _, attributes, header = fields
        blocks = dict(_blocks(extra))
        size, packed, header = _wide(blocks.get(0x0001, b""), size, packed, header)
        mode = attributes >> 16 if made >> 8 in {3, 19} else 0  # made on Unix or macOS: the mode lies there
        times, aes = _times(day, clock, blocks), blocks.get(0x9901, b"")
        return ZipMember(name, flags, method, crc, packed, size, header + self._shift, mode, times, clock, aes)


def _blocks(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _wide(block: bytes, *narrow: int) -> tuple[int, int, int]:
    wide, at = [], 0
    for value in narrow:
        if value == _FULL_32 and at + 8 <= len(block):
            wide.append(int.from_bytes(block[at : at + 8], "little"))
            at += 8
        else:
            wide.append(value)
    return wide[0], wide[1], wide[2]


def _times(day: int, clock: int, blocks: dict[int, bytes]) -> Times:
    """NTFS block (0x000a, 100 ns), else extended timestamp (0x5455, seconds), both UTC; else the DOS wall clock."""
    ntfs, unix = blocks.get(0x000A, b""), blocks.get(0x5455, b"")
    if len(ntfs) >= 32 and ntfs[4:8] == b"\x01\x00\x18\x00":
        modified, accessed, born = (_filetime(value) for value in struct.unpack_from("<3Q", ntfs, 8))
        return Times(modified, accessed, None, born)
    if len(unix) >= 5 and unix[0] & 1:
        return Times(Stamp(struct.unpack_from("<l", unix, 1)[0] * NANOSECONDS, Zone.UTC, NANOSECONDS))
    return Times(dos_stamp(day, clock))


def _filetime(value: int) -> Stamp | None:
    return Stamp(value * 100 - _FILETIME_EPOCH, Zone.UTC, 100) if value else None
