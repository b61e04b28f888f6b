"""The chunks of the disk in an EWF image: read in long stretches, unpacked, checked. Safe for several threads."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Unreadable
from triage.evidence.ewf_chunks import longest, plain, unpacked
from triage.evidence.ewf_layout import Hole
from triage.evidence.ewf_segments import Gone, Segments
from triage.evidence.ewf_tables import Tables
from triage.evidence.medium import Damage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.evidence.ewf_facts import Geometry
    from triage.evidence.ewf_layout import Layout
    from triage.evidence.ewf_tables import Table, Walker

_STRETCH = 2 << 20  # bytes of a segment file read at once
_SMALL = 512  # a packed chunk up to this size is very regular, zeros most often
_KNOWN = 8  # how many of them are remembered

Place = tuple[int, int, bool]  # offset in the segment file, the offset behind, whether packed


class Disk:
    """Unpacks chunks by number."""

    def __init__(self, segments: Segments, geometry: Geometry, layout: Layout, walker: Walker) -> None:
        self.size, self.chunk, self.sector = geometry.size, geometry.chunk, geometry.sector_bytes
        self._segments, self._layout = segments, layout
        self._tables = Tables(segments, walker)
        self._regular: dict[bytes, bytes] = {}

    def chunks(self, first: int, end: int) -> Iterator[bytes | Damage]:
        """Chunks from `first` up to `end`, in order; in place of a chunk that is not to be had, the damage.

        Raises Gone.
        """
        for run, numbers in groupby(range(first, end), self._layout.run):
            if isinstance(run, Hole):
                damage = self._of_hole(run)
                yield from (damage for _ in numbers)
            else:
                yield from self._of_table(run, list(numbers))

    def length(self, number: int) -> int:
        """Bytes of a chunk: the last one may be short."""
        return min(self.chunk, self.size - number * self.chunk)

    def missing(self) -> Iterator[Damage]:
        """What is known not to be there."""
        return (self._of_hole(hole) for hole in self._layout.holes())

    def close(self) -> None:
        """Close the segment files."""
        self._segments.close()

    def _of_hole(self, hole: Hole) -> Damage:
        offset = hole.first * self.chunk
        return Damage(offset, min(hole.count * self.chunk, self.size - offset), hole.why)

    def _of_table(self, table: Table, numbers: list[int]) -> Iterator[bytes | Damage]:
        entries = self._tables.entries(table)
        places = [entries.place(number - table.first) for number in numbers]
        window = _Window(self._segments, table.segment, [place for place in places if place], longest(self.chunk))
        for number, place in zip(numbers, places, strict=True):
            try:
                yield self._chunk(number, window, place)
            except Gone:
                raise
            except EvidenceError as error:
                yield Damage(number * self.chunk, self.length(number), str(error))

    def _chunk(self, number: int, window: _Window, place: Place | None) -> bytes:
        if place is None:
            raise Malformed("where the chunk lies is not known: its table is damaged")
        data, wanted = window.at(place), self.length(number)
        inside = self._unpacked(data) if place[2] else plain(data, wanted, self.chunk)
        if not wanted <= len(inside) <= self.chunk:
            raise Malformed(f"the chunk unpacks to {len(inside)} bytes, not {wanted}")
        return inside if len(inside) == wanted else inside[:wanted]

    def _unpacked(self, data: memoryview) -> bytes:
        """Areas that hold nothing are the same few bytes packed, over and over."""
        if len(data) > _SMALL:
            return unpacked(data, self.chunk)
        packed = bytes(data)
        inside = self._regular.get(packed)
        if inside is None:
            inside = unpacked(packed, self.chunk)
            if len(self._regular) < _KNOWN:
                self._regular[packed] = inside
        return inside


class _Window:
    """The bytes of neighbouring chunks, read from the segment file together."""

    def __init__(self, segments: Segments, segment: int, places: list[Place], longest_chunk: int) -> None:
        self._segments, self._segment, self._longest = segments, segment, longest_chunk
        self._stop = places[-1][1] if places else 0
        self._most = min(_STRETCH, len(places) * longest_chunk)
        self._start, self._data = 0, memoryview(b"")

    def at(self, place: Place) -> memoryview:
        """What is stored of one chunk. Raises Unreadable."""
        start, stop = place[0], min(place[1], place[0] + self._longest)
        if not self._start <= start <= stop <= self._start + len(self._data):
            self._move(start, stop)
        return self._data[start - self._start : stop - self._start]

    def _move(self, start: int, stop: int) -> None:
        """From this chunk on as far as is wanted; where that cannot be read, this chunk alone."""
        ahead = self._stop - start
        size = max(stop - start, min(ahead, self._most)) if ahead > 0 else stop - start
        try:
            data = self._segments.read(self._segment, start, size)
        except Gone:
            raise
        except Unreadable:
            data = self._segments.read(self._segment, start, stop - start)
        self._start, self._data = start, memoryview(data)


def merged(pieces: Iterable[bytes | Damage]) -> tuple[Damage, ...]:
    """The damage among chunks: each range once, adjoining ones with the same reason as one."""
    found: list[Damage] = []
    for piece in pieces:
        if not isinstance(piece, Damage) or (found and found[-1] == piece):
            continue
        last = found[-1] if found else None
        if last and last.why == piece.why and last.offset + last.size == piece.offset:
            found[-1] = Damage(last.offset, last.size + piece.size, last.why)
        else:
            found.append(piece)
    return tuple(found)
