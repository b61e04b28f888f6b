"""The search for files in stretches of a medium that no live file owns.

Files start on a sector, so only the first bytes of each sector are looked at: two strided slices of a block hold them,
and a block of 8 MiB costs well under a millisecond. Where a magic number stands, the walker of its format follows the structure and says
where the file ends. A file that breaks, or leaves its stretch, is counted and not carved: its bytes would be partly another's.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, LimitReached
from triage.evidence.carving.kinds import FORMATS, Format, kind_of
from triage.evidence.carving.piece import SECTOR, Piece, Read
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BLOCK = 8 << 20
_STEP = 64 << 10
_DECODE_ONE = 24 << 20
_BY_FIRST: dict[int, tuple[Format, ...]] = {
    first: tuple(form for form in FORMATS if not form.offset and form.magic[0] == first)
    for first in {form.magic[0] for form in FORMATS if not form.offset}
}
_LATER = tuple(form for form in FORMATS if form.offset)
_FIRST = re.compile(b"[" + b"".join(re.escape(bytes([first])) for first in sorted(_BY_FIRST)) + b"]")


@dataclass(frozen=True, slots=True)
class CarvingLimits:
    """Bounds of one search. All but `seconds` give the same answer on every machine."""

    count: int = 100_000  # files found
    file_bytes: int = 8 << 30  # one file
    seconds: float = 6 * 3600.0
    alignment: int = SECTOR  # files are looked for at multiples of this, counted from the start of the medium
    # Work in proportion to what is searched: a base, and so much for each byte of it.
    decoded_bytes: int = 32 << 20  # of JPEG data checked code by code; behind that, markers and sectors have to do
    decoded_share: float = 1 / 16
    vain_bytes: int = 1 << 30  # read for files that turned out not to be whole: hostile data can make many such
    vain_share: float = 4.0


@dataclass(frozen=True, slots=True)
class Carved:
    """A contiguous file from its first byte to its last: its kind, one of SUFFIXES, and where it lies, in bytes.

    `complete`: what is in it was checked as well, by checksum, by its codes or by the lengths that run through it. Otherwise its frame is
    whole, and other data that took the place of its own in the middle would not be noticed.
    """

    kind: str
    offset: int
    size: int
    complete: bool


def carve(
    ranges: Iterable[tuple[int, int]], read: Read, *, limits: CarvingLimits | None = None
) -> Iterator[Carved | Problem]:
    """Files in ranges (offset, size), in that order; at the end, as Problems, what was left out and why.

    `read(offset, size)` gives bytes of the medium, fewer only at its end.
    """
    search = _Search(read, limits or CarvingLimits())
    try:
        for start, size in ranges:
            yield from search.within(start, start + size)
    except EvidenceError as error:  # a limit, or the ranges themselves cannot be read further
        yield Problem(kind=error.kind, stage="carve", message=str(error))
    yield from search.left_out()


class _Search:
    def __init__(self, read: Read, limits: CarvingLimits) -> None:
        self._read, self._limits = read, limits
        self._deadline = time.monotonic() + limits.seconds
        self._found, self._vain_left, self._decode_left = 0, limits.vain_bytes, limits.decoded_bytes
        self._broken: Counter[str] = Counter()
        self._unread = 0
        self._first_unread: int | None = None

    def within(self, start: int, end: int) -> Iterator[Carved]:
        """Files that lie in one stretch of the medium. Raises LimitReached."""
        self._vain_left += int((end - start) * self._limits.vain_share)
        self._decode_left += int((end - start) * self._limits.decoded_share)
        at = passed = self._aligned(start)
        while at < end:
            wanted = min(_BLOCK, end - at)
            block = self._block(at, wanted)
            for position, form in _candidates(block, self._limits.alignment):
                if at + position >= passed and (carved := self._attempt(form, at + position, end)):
                    yield carved
                    passed = self._aligned(carved.offset + carved.size)
            at = max(at + wanted, passed) if len(block) == wanted else end  # a short block is the end of the medium

    def left_out(self) -> Iterator[Problem]:
        """What the search met and did not give out."""
        if self._broken:
            kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self._broken.items()))
            message = f"beginnings of files that are not whole here (overwritten or in pieces), not carved: {kinds}"
            yield Problem(kind="truncated", stage="carve", message=message)
        if self._unread:
            message = (
                f"{self._unread} stretches could not be read, the first at byte {self._first_unread}; not searched"
            )
            yield Problem(kind="unreadable", stage="carve", message=message)

    def _block(self, offset: int, size: int) -> bytes:
        self._keep_limits(offset)
        try:
            return self._read(offset, size)
        except EvidenceError:
            return b"".join(
                self._step(at, min(_STEP, offset + size - at)) for at in range(offset, offset + size, _STEP)
            )

    def _step(self, offset: int, size: int) -> bytes:
        """A small part of a block that cannot be read as a whole; zeros, in which nothing begins, where it cannot either."""
        try:
            return self._read(offset, size)
        except EvidenceError:
            self._unread += 1
            self._first_unread = offset if self._first_unread is None else self._first_unread
            return bytes(size)

    def _keep_limits(self, offset: int) -> None:
        reached = None
        if self._found >= self._limits.count:
            reached = f"{self._found} files were carved"
        elif self._vain_left < 0:
            reached = "too many files that are not whole"
        elif time.monotonic() > self._deadline:
            reached = f"carving took {self._limits.seconds:.0f} seconds"
        if reached:
            raise LimitReached(f"{reached}; not searched from byte {offset} on")

    def _attempt(self, form: Format, offset: int, end: int) -> Carved | None:
        self._keep_limits(offset)
        decode = min(self._decode_left, _DECODE_ONE)
        piece = Piece(self._read, offset, min(end - offset, self._limits.file_bytes), decode)
        try:
            size = form.walk(piece)
            if size is not None:
                self._found += 1
                return Carved(kind_of(form, piece), offset, size, piece.proven)
        except EvidenceError:
            self._broken[form.kind] += 1
        finally:
            self._decode_left -= decode - piece.decode
        self._vain_left -= piece.cost
        return None

    def _aligned(self, offset: int) -> int:
        return -(-offset // self._limits.alignment) * self._limits.alignment


def _candidates(block: bytes, alignment: int) -> Iterator[tuple[int, Format]]:
    """Where in a block, that starts aligned, a file of which format may begin; in order."""
    places = {match.start() for match in _FIRST.finditer(block[::alignment])}
    for form in _LATER:
        letters, first = block[form.offset :: alignment], form.magic[0]
        at = letters.find(first)
        while at >= 0:
            places.add(at)
            at = letters.find(first, at + 1)
    for place in sorted(places):
        position = place * alignment
        for form in (*_BY_FIRST.get(block[position], ()), *_LATER):
            if block.startswith(form.magic, position + form.offset):
                yield position, form
