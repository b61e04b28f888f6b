"""A raw image in numbered parts: .001 .002, .000 .001, .aa .ab, .r01 .r02; and the raw image as one file.

There is no header: the parts beside the first one are found by name, in order, and joined. Imaging tools write all parts but the last
in one size, which is why a part that is missing or was cut can be told, and its place kept.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Unreadable, Unsupported
from triage.evidence.medium import Damage
from triage.evidence.pieces import Pieces, disk_size
from triage.evidence.streams import FileStream
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPEN_PARTS = 32
MOST_PARTS = 20_000
_NUMBERED = re.compile(r"^(?P<stem>.*\.[rR]?)(?P<mark>[0-9]{2,5})$", re.DOTALL)
_LETTERED = re.compile(r"^(?P<stem>.*\.)(?P<mark>[a-z]{2,3}|[A-Z]{2,3})$", re.DOTALL)


class Raw(Pieces):
    """One file that is the disk, byte by byte."""

    format = "raw"

    def __init__(self, stream: FileStream) -> None:
        super().__init__(stream.size, stream)
        self._file = stream

    def _piece(self, offset: int, size: int) -> bytes:
        return self._plain(self._file, offset, offset, size)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the disk: `size` bytes, of which `held` are in the file (None: the file is missing)."""

    path: Path | None
    size: int
    held: int


def is_split_raw(path: Path) -> bool:
    """Whether the name is that of the first part and at least one more part lies beside it."""
    try:
        return len(_found(path)) > 1
    except EvidenceError:
        return False


def open_split_raw(path: Path) -> SplitRaw:
    """All parts as one disk. Raises Unsupported (not the first part, unknown size of a missing one), Unreadable."""
    found = _found(path)
    first, last = min(found), max(found)
    if first > 1:
        raise Unsupported(f"the first part of the image is missing: {found[first].name} is the earliest beside it")
    if found[first] != path:
        raise Unsupported(f"not the first part of the image; name {found[first].name} instead")
    if last - first >= MOST_PARTS:
        raise Unsupported(f"more than {MOST_PARTS} parts")
    sizes = {number: _size(part) for number, part in found.items()}
    return SplitRaw(tuple(_parts(found, sizes)), _uneven(sizes))


class SplitRaw(Pieces):
    """The parts, one after the other; a few of them open at a time."""

    format = "split raw"

    def __init__(self, parts: tuple[Part, ...], uneven: bool) -> None:  # noqa: FBT001  one fact about the parts
        self._open: OrderedDict[int, FileStream] = OrderedDict()
        self._parts = parts
        self._starts = [0]
        for part in parts:
            self._starts.append(self._starts[-1] + part.size)
        super().__init__(disk_size(self._starts[-1]))
        if uneven:
            message = (
                "the parts of the image differ in size; joined as they are, a part that was cut would not be noticed"
            )
            self._notes.append(Problem(kind="malformed", stage="open", message=message))

    def known_damage(self) -> Iterator[Damage]:
        """Parts that are missing or shorter than the others."""
        for start, part in zip(self._starts, self._parts, strict=False):
            if part.held < part.size:
                yield Damage(start + part.held, part.size - part.held, _why(part))

    def files(self) -> tuple[Path, ...]:
        """The parts that are there."""
        return tuple(part.path for part in self._parts if part.path is not None)

    def close(self) -> None:
        """Close all parts."""
        while self._open:
            self._open.popitem()[1].close()
        super().close()

    def _piece(self, offset: int, size: int) -> bytes:
        number = bisect_right(self._starts, offset) - 1
        part = self._parts[number]
        within = offset - self._starts[number]
        if within >= part.held:
            return self._lost(offset, min(size, part.size - within), _why(part))
        size = min(size, part.held - within)
        try:
            return self._plain(self._stream(number, part), within, offset, size)
        except EvidenceError as error:
            return self._lost(offset, size, str(error))

    def _stream(self, number: int, part: Part) -> FileStream:
        stream = self._open.get(number)
        if stream is None:
            assert part.path is not None
            stream = self._open[number] = FileStream(part.path)
            if len(self._open) > OPEN_PARTS:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(number)
        return stream


def _why(part: Part) -> str:
    return "a part of the image is missing" if part.path is None else f"the part {part.path.name} was cut"


def _found(path: Path) -> dict[int, Path]:
    """The parts beside the first one by number, where the name has the form of a part. Raises Unsupported."""
    match = _NUMBERED.match(path.name) or _LETTERED.match(path.name)
    if match is None:
        raise Unsupported("its name is not that of the first part of an image in parts (.001, .000, .aa, .r01)")
    stem, mark = match["stem"], match["mark"]
    found = {_number(mark): path}
    for other in _beside(path):
        end = other.name[len(stem) :]
        if other.name.startswith(stem) and len(end) == len(mark) and _same_kind(end, mark):
            found[_number(end)] = other
    if min(found) in ({0, 1} if mark.isdigit() else {0}):
        return found
    if len(found) > 1 and len(mark) == 3 and mark.isdigit():
        return found  # parts of an image, though the first is missing
    return {_number(mark): path}


def _same_kind(end: str, mark: str) -> bool:
    if not end.isascii():
        return False
    if mark.isdigit():
        return end.isdigit()
    return end.isalpha() and end.isupper() == mark.isupper() and end.islower() == mark.islower()


def _number(mark: str) -> int:
    if mark.isdigit():
        return int(mark)
    number = 0
    for letter in mark.lower():
        number = number * 26 + ord(letter) - ord("a")
    return number


def _beside(path: Path) -> list[Path]:
    try:
        return sorted(other for other in path.parent.iterdir() if other.is_file())
    except OSError as error:
        raise Unreadable(f"its folder cannot be listed: {error.strerror}") from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}") from error


def _usual(sizes: dict[int, int]) -> int | None:
    """The size of a full part: what at least two parts but the last have, and none exceeds; None: not known."""
    last = max(sizes)
    counts = Counter(size for number, size in sizes.items() if number != last)
    if not counts:
        return None
    usual = max(counts)
    alone = len(counts) == 1 and counts[usual] == 1
    return usual if counts[usual] >= 2 or alone else None


def _uneven(sizes: dict[int, int]) -> bool:
    usual = _usual(sizes)
    if usual is None:
        return len(sizes) > 2
    return sum(size != usual for number, size in sizes.items() if number != max(sizes)) > 1


def _parts(found: dict[int, Path], sizes: dict[int, int]) -> Iterator[Part]:
    first, last = min(found), max(found)
    usual, uneven = _usual(sizes), _uneven(sizes)
    for number in range(first, last + 1):
        path = found.get(number)
        if path is None and (usual is None or uneven):
            raise Unsupported(
                f"part {number} of the image is missing and the size of a part is not known; find the part"
            )
        held = 0 if path is None else sizes[number]
        full = held if number == last or usual is None or uneven else usual
        yield Part(path, full, held)
