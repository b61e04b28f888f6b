"""Directories of a TIFF structure: which fields they have and where the values lie. Our own, for what exifread does not give.

Raw files, maker notes, embedded previews and EXIF that exifread gives up on are read with it. A directory is read at once and every
length is bounded; what a directory says that cannot be is left out and counted (`broken`), the rest is given.
Source: TIFF 6.0 and CIPA DC-008-2019 section 4.6 (mark A).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from triage.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
_NUMBERS = {1: "B", 3: "H", 4: "I", 6: "b", 7: "B", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_RATIOS = {5: "I", 10: "i"}
TEXTS = frozenset({2, 129})
MOST_FIELDS = 1000
MOST_DIRECTORIES = 64
MOST_BYTES = 1 << 16
MOST_VALUES = 256


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its number, TIFF type, count, and the offset of its value from the start of the structure."""

    number: int
    kind: int
    count: int
    at: int

    @property
    def size(self) -> int:
        """Bytes of its value."""
        return WIDTHS[self.kind] * self.count


@dataclass(slots=True)
class Directory:
    """The fields of one directory by number, where the next one is (0: none), and how many fields cannot be right."""

    fields: dict[int, Field] = field(default_factory=dict)
    following: int = 0
    broken: int = 0


class Tiff:
    """A TIFF structure that begins at byte `base` of a stream. `order` is given where there is no header ("little", "big")."""

    def __init__(self, stream: BinaryIO, *, base: int = 0, order: str | None = None) -> None:
        self.stream, self.base = stream, base
        self.end = stream.seek(0, 2) - base
        head = self.cut(0, 8)
        self.order = order or ("big" if head[:2] == b"MM" else "little")
        self._sign = ">" if self.order == "big" else "<"
        self.first = self.unsigned(head[4:8])

    def unsigned(self, data: bytes) -> int:
        """An unsigned number in the order of this structure."""
        return int.from_bytes(data, "big" if self.order == "big" else "little")

    def cut(self, at: int, size: int) -> bytes:
        """At most `size` bytes from an offset."""
        if not 0 <= at <= self.end or size <= 0:
            return b""
        self.stream.seek(self.base + at)
        return self.stream.read(size)

    def directory(self, at: int, *, shift: int = 0) -> Directory:
        """The directory at an offset; `shift` is added to the offsets of its values. Raises Malformed where there is none."""
        count = self.unsigned(self.cut(at, 2))
        if not count or at < 0 or at + 2 > self.end:
            raise Malformed("a directory of the metadata lies outside of it or is empty")
        data = self.cut(at + 2, min(count, MOST_FIELDS) * 12)
        found = Directory(broken=max(0, count - len(data) // 12))
        for place in range(0, len(data) - 11, 12):
            self._add(found, data[place : place + 12], at + 2 + place + 8, shift)
        found.following = self.unsigned(self.cut(at + 2 + count * 12, 4))
        return found

    def _add(self, found: Directory, entry: bytes, inline: int, shift: int) -> None:
        number, kind, count = struct.unpack(self._sign + "HHI", entry[:8])
        width = WIDTHS.get(kind)
        size = count * (width or 0)
        at = inline if size <= 4 else self.unsigned(entry[8:]) + shift
        if width is None or not 0 <= at <= self.end - size:
            found.broken += 1
        elif number not in found.fields:
            found.fields[number] = Field(number, kind, count, at)

    def chain(self, at: int) -> Iterator[Directory]:
        """The directories from one on, each once; ends at the first that is none."""
        seen: set[int] = set()
        while at and at not in seen and len(seen) < MOST_DIRECTORIES:
            seen.add(at)
            try:
                found = self.directory(at)
            except Malformed:
                return
            yield found
            at = found.following

    def data(self, value: Field, most: int = MOST_BYTES) -> bytes:
        """The bytes of a value, at most so many."""
        return self.cut(value.at, min(value.size, most))

    def text(self, value: Field | None) -> str | None:
        """Text up to its first zero byte without the blanks around it; None where it is none or empty."""
        if value is None or value.kind not in TEXTS | {1, 7}:
            return None
        raw = self.data(value).partition(b"\0")[0].decode("utf-8", "backslashreplace")
        return raw.strip(" \t\r\n") or None

    def numbers(self, value: Field | None) -> list[float]:
        """Its numbers, 256 at most. A ratio over zero is no number and ends the list; text has none."""
        if value is None:
            return []
        data = self.data(value, MOST_VALUES * 8)
        if letter := _RATIOS.get(value.kind):
            return _ratios(list(struct.iter_unpack(self._sign + letter * 2, data[: len(data) // 8 * 8])))
        letter = _NUMBERS.get(value.kind, "")
        width = WIDTHS[value.kind]
        if not letter:
            return []
        return [float(each) for (each,) in struct.iter_unpack(self._sign + letter, data[: len(data) // width * width])]

    def whole(self, value: Field | None) -> int | None:
        """Its first number, where that is a whole one."""
        found = self.numbers(value)[:1]
        return int(found[0]) if found and found[0] == found[0] // 1 else None


def _ratios(pairs: list[tuple[int, int]]) -> list[float]:
    found: list[float] = []
    for above, below in pairs:
        if not below:
            break
        found.append(above / below)
    return found


def shown(tiff: Tiff, value: Field, most: int = 240) -> str:
    """A value as text for people and other programs: numbers by blanks, bytes in hexadecimal, cut where it is long."""
    if value.kind in TEXTS:
        return (tiff.text(value) or "")[:most]
    if value.kind == 7 or (value.kind in {1, 6} and value.count > 4):
        data = tiff.data(value, most // 2)
        return data.hex() + (f"... ({value.size} bytes)" if value.size > len(data) else "")
    found = tiff.numbers(value)[:32]
    words = " ".join(f"{each:.10g}" for each in found)
    return words + (f" ... ({value.count} values)" if value.count > len(found) else "")
