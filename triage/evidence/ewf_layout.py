"""Which chunk of the disk lies where: the tables of all segments in order, and the holes where something is missing.

A table does not say which chunks of the disk it is about: that follows from the numbers of entries before it. Where something is
missing, the number of chunks that the disk should have tells how large the hole is, as long as there is one hole alone.
With more than one, what lies between them cannot be placed and is not read: a wrong place would be wrong evidence.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.evidence.ewf_sections import DESCRIPTOR, Section
from triage.evidence.ewf_tables import Span, Table, first_place, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.evidence.ewf_facts import Geometry
    from triage.evidence.ewf_sections import Chain
    from triage.evidence.ewf_segments import Segments
    from triage.evidence.ewf_tables import Walker

_MOST_WORDS = 400


@dataclass(slots=True, eq=False)
class Hole:
    """Chunks that are not in the image, and why."""

    why: str
    first: int = 0
    count: int = 0


class Layout:
    """All runs of chunks of the disk in order, without overlap, from chunk 0 to the last."""

    def __init__(self, runs: list[Table | Hole]) -> None:
        self.runs = runs
        self._firsts = [run.first for run in runs]

    def run(self, chunk: int) -> Table | Hole:
        """The run that a chunk belongs to."""
        return self.runs[bisect_right(self._firsts, chunk) - 1]

    def holes(self) -> Iterator[Hole]:
        """What is missing."""
        return (run for run in self.runs if isinstance(run, Hole))


def layout_of(segments: Segments, chains: dict[int, Chain | str], geometry: Geometry, walker: Walker) -> Layout:
    """Place the tables of all segments. A chain that is a text says why that segment is not used."""
    pieces: list[Table | Hole] = []
    ends, name = "", ""
    for number in range(1, segments.last + 1):
        chain = chains[number]
        if isinstance(chain, str):
            pieces.append(Hole(chain))
            ends = "next"
            continue
        name, ends = segments.paths[number].name, chain.ends
        pieces += _Pieces(segments, geometry, walker, name).of(chain.sections)
        if not ends:
            pieces.append(Hole(f"{name} is cut off or its end is damaged"))
    if ends == "next":
        pieces.append(Hole(f"the segment files behind {name} are missing"))
    return Layout(_placed(pieces, geometry.chunks))


def _placed(pieces: list[Table | Hole], total: int) -> list[Table | Hole]:
    missing = total - sum(piece.count for piece in pieces)
    holes = [index for index, piece in enumerate(pieces) if isinstance(piece, Hole)]
    if missing == 0 or (missing < 0 and not holes):
        pieces = [piece for piece in pieces if isinstance(piece, Table)]
    elif missing < 0:  # more than there can be: what lies behind the first hole cannot be trusted to be where it seems
        pieces = _with_one_hole(pieces, holes[0], len(pieces) - 1, total)
    elif not holes:
        pieces = [*pieces, Hole(f"the tables have {total - missing} of {total} chunks", count=missing)]
    else:
        pieces = _with_one_hole(pieces, holes[0], holes[-1], total)
    return list(_numbered(pieces, total))


def _with_one_hole(pieces: list[Table | Hole], start: int, stop: int, total: int) -> list[Table | Hole]:
    before, after = pieces[:start], pieces[stop + 1 :]
    reasons = dict.fromkeys(piece.why for piece in pieces[start : stop + 1] if isinstance(piece, Hole))
    why = "; ".join(reasons)[:_MOST_WORDS]
    if any(isinstance(piece, Table) for piece in pieces[start : stop + 1]):
        why += "; where the chunks between belong cannot be told"
    count = max(0, total - sum(piece.count for piece in (*before, *after)))
    return [*before, Hole(why, count=count), *after]


def _numbered(pieces: Iterable[Table | Hole], total: int) -> Iterator[Table | Hole]:
    first = 0
    for piece in pieces:
        if piece.count and first < total:
            piece.first = first
            yield piece
            first += piece.count


class _Pieces:
    """The tables of one segment file, with a hole wherever one may be missing."""

    def __init__(self, segments: Segments, geometry: Geometry, walker: Walker, name: str) -> None:
        self._segments, self._geometry, self._walker, self._name = segments, geometry, walker, name
        self._pieces: list[Table | Hole] = []
        self._sectors: Section | None = None  # the last sectors section
        self._table: Table | None = None  # the table of these sectors
        self._before: Section | None = None

    def of(self, sections: Iterable[Section]) -> list[Table | Hole]:
        """In the order of the chunks."""
        for section in sections:
            if section.lost:
                self._step_over(section)
            if section.kind == "sectors":
                self._finish()
                self._sectors = section
            elif section.kind in {"table", "table2"}:
                self._add(section)
            self._before = section
        self._finish()
        return self._pieces

    def _add(self, section: Section) -> None:
        table, known = table_of(self._segments, section, self._sectors, self._geometry), self._table
        if table is None:
            if self._sectors is None:
                self._pieces.append(Hole(f"a table of {self._name} is damaged"))
        elif known is not None and (section.kind == "table2" or self._again(table, known)):
            if table.count == known.count:
                known.copies += table.copies
        else:
            self._table = table
            self._pieces.append(table)

    def _again(self, table: Table, known: Table) -> bool:
        """Whether a second table section is the same one again: of the same sectors, with the same first chunk."""
        same = self._sectors is not None and table.count == known.count
        return same and first_place(self._segments, table) == first_place(self._segments, known)

    def _finish(self) -> None:
        """Sectors without a table are searched for their chunks."""
        sectors, table = self._sectors, self._table
        self._sectors = self._table = None
        if sectors is None or table is not None:
            return
        span = Span(sectors.segment, sectors.start, sectors.end)
        found, whole = self._walker.walk(span, self._geometry.chunks)
        if found is not None:
            self._pieces.append(found)
        if not whole:
            self._pieces.append(Hole(f"a table of {self._name} is missing or damaged"))

    def _step_over(self, section: Section) -> None:
        """What was lost in front of a section: perhaps chunks, if it is not known to be something else.

        A table that is about the sectors at hand leaves no room for others in between; a table whose first chunk lies right
        behind the section before is about sectors whose descriptor was lost; the second table is as long as the first.
        """
        before, sectors, start = self._before, self._sectors, section.start - DESCRIPTOR
        place = self._first_place(section) if section.kind in {"table", "table2"} else None
        if place is not None and sectors is not None and sectors.start <= place < sectors.end:
            return
        if place is not None and before is not None and place == before.end + DESCRIPTOR:
            self._finish()
            self._sectors = Section("sectors", section.segment, before.end + DESCRIPTOR, start)
            return
        second = before is not None and before.kind == "table" and start - before.end == before.size + DESCRIPTOR
        if second and self._table is not None:
            return
        self._finish()
        self._pieces.append(Hole(f"a part of {self._name} is damaged"))

    def _first_place(self, section: Section) -> int | None:
        table = table_of(self._segments, section, None, self._geometry)
        return first_place(self._segments, table) if table else None
