"""The sections of EWF segment files: the chain of descriptors, followed where it is whole and found again where it is not.

Source: libewf, "Expert Witness Compression Format specification" (J. Metz), Section descriptor. A descriptor has 76 bytes: type
(16), offset of the next section (8), size (8), padding (40), Adler-32 of all before (4). Little-endian.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Unreadable
from triage.evidence.ewf_segments import HEADER

if TYPE_CHECKING:
    from triage.evidence.ewf_segments import Segments

DESCRIPTOR = 76
LAST = frozenset({"next", "done"})
KNOWN = b"header|header2|xheader|volume|disk|data|sectors|table|table2|next|done|hash|digest|xhash|error2|session|incomplete"
MOST_SECTIONS = 250_000  # in one image; a disk of 20 TB has about 120,000
_MOST_DOUBTS = 20
_PATTERN = re.compile(rb"(?:" + KNOWN + rb")\x00")
_FIRST_STRIDE, _STRIDE = 1 << 12, 1 << 20


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its type, segment, where its data start and end. `lost`: what lies before it could not be followed."""

    kind: str
    segment: int
    start: int
    end: int
    lost: bool = False

    @property
    def size(self) -> int:
        """Bytes of data."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Chain:
    """The sections of one segment file in order, and how its chain ends: next, done, or "" where it is cut off."""

    sections: tuple[Section, ...]
    ends: str
    doubts: tuple[str, ...] = ()


def chain_of(segments: Segments, number: int, most: int = MOST_SECTIONS) -> Chain:
    """Follow the chain of one segment file. A damaged descriptor is stepped over by looking for the next whole one."""
    return _Walk(segments, number, most).chain()


class _Walk:
    def __init__(self, segments: Segments, number: int, most: int) -> None:
        self._segments, self._number, self._most = segments, number, most
        self._size = segments.sizes[number]
        self._found: list[Section] = []
        self._doubts: list[str] = []

    def chain(self) -> Chain:
        """Never raises: what cannot be read ends the chain."""
        position, lost, ends, steps = HEADER, False, "", 0
        try:
            while not ends and position + DESCRIPTOR <= self._size and steps < self._most:
                steps += 1
                descriptor = self._descriptor(position)
                if descriptor is None:
                    self._doubt(f"the section at byte {position} is damaged")
                    position, lost = self._next_whole(position + 1), True
                    continue
                kind, following = descriptor
                ends = kind if kind in LAST else ""
                end = min(following, self._size) if not ends else position + DESCRIPTOR
                self._found.append(Section(kind, self._number, position + DESCRIPTOR, end, lost))
                position, lost = end, False
        except Unreadable as error:
            self._doubt(str(error))
        return Chain(tuple(self._found), ends, tuple(self._doubts))

    def _descriptor(self, position: int) -> tuple[str, int] | None:
        """Type and offset of the next section; None where the checksum or the order is wrong."""
        data = self._segments.read(self._number, position, DESCRIPTOR)
        if len(data) < DESCRIPTOR or zlib.adler32(data[:72]) != struct.unpack_from("<I", data, 72)[0]:
            return None
        kind = data[:16].split(b"\0")[0].decode("ascii", "replace")
        following, size = struct.unpack_from("<QQ", data, 16)
        if kind not in LAST and following < position + DESCRIPTOR:  # also what makes every chain end
            return None
        if size and kind not in LAST and position + size != following:
            self._doubt(f"the section {kind} at byte {position} states two different ends; its offset is followed")
        return kind, following

    def _next_whole(self, position: int) -> int:
        """The position of the next section that has a known type and a right checksum; the end of the file where none."""
        stride = _FIRST_STRIDE
        while position + DESCRIPTOR <= self._size:
            block = self._segments.read(self._number, position, stride + DESCRIPTOR)
            for match in _PATTERN.finditer(block):
                at = match.start()
                if at < stride and _belongs(block[at : at + DESCRIPTOR], position + at):
                    return position + at
            position += stride
            stride = min(stride * 2, _STRIDE)
        return self._size

    def _doubt(self, text: str) -> None:
        if len(self._doubts) < _MOST_DOUBTS:
            self._doubts.append(text)


def _belongs(data: bytes, position: int) -> bool:
    """Whether a descriptor that was searched for is whole and of this file, not of an image among the data of the disk.

    Its offset counts from the start of its own file: it must point to where the section ends.
    """
    if len(data) < DESCRIPTOR or zlib.adler32(data[:72]) != struct.unpack_from("<I", data, 72)[0]:
        return False
    following, size = struct.unpack_from("<QQ", data, 16)
    if data[:16].split(b"\0")[0].decode("ascii", "replace") in LAST:
        return following in {position, position + DESCRIPTOR}
    return bool(following == position + size)
