"""Positions of every kind, as a map asks for them: how many in each cell of a box, and the positions themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.queries.base import Reader
from triage.schema import iso

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Sequence

    from triage.queries.period import Period

Box = tuple[float, float, float, float]  # west, south, east, north in degrees, WGS 84

# One row per position. `kind` says of what it is (docs/database.md, v_places): `photo` where a picture or clip states it.
_POSITIONS = """
    SELECT r.id, r.entry_id, r.app, coalesce(r.kind, 'place') AS kind, r.latitude, r.longitude, r.at, r.at_local, r.name AS what,
        r.accuracy_m, r.deleted, r.where_, 0 AS place FROM place r
    UNION ALL SELECT r.id, r.entry_id, r.app, 'message', r.latitude, r.longitude, r.sent_at, r.sent_at_local, r.body, NULL, r.deleted,
        r.where_, 1 FROM shown_message r WHERE r.latitude IS NOT NULL
    UNION ALL SELECT r.id, r.entry_id, NULL, 'photo', r.latitude, r.longitude, r.taken_at, r.taken_at_local, NULL, NULL, NULL, r.where_, 2
        FROM media r WHERE r.latitude IS NOT NULL"""
_TABLES = 4  # more than there are: a position is known by id times this, plus the place of its table above
_IN_BOX = """p.longitude BETWEEN ? AND ? AND p.latitude BETWEEN ? AND ? AND (? = '' OR p.kind = ?)"""


@dataclass(frozen=True, slots=True)
class PositionRow:
    """One position. `accuracy_m` is the radius that the record states; the locality as `v_places` has it."""

    id: int
    entry_id: int
    kind: str
    exhibit: str
    app: str | None
    latitude: float
    longitude: float
    at: str | None
    what: str | None
    accuracy_m: float | None
    deleted: str | None
    path: str
    where: str
    country: str | None
    province: str | None
    regency: str | None
    near: str | None
    near_km: float | None


class Positions(Reader):
    """Queries over positions."""

    def position_kinds(self) -> dict[str, int]:
        """How many positions of each kind."""
        sql = f"SELECT p.kind, count(*) FROM ({_POSITIONS}) p WHERE p.latitude IS NOT NULL AND p.longitude IS NOT NULL GROUP BY 1 ORDER BY 1"
        return dict(self.rows(lambda kind, count: (kind, count), sql))

    def position_extent(self, kind: str = "", period: Period | None = None) -> Box | None:
        """The box around all positions; None where there is none."""
        sql = f"""SELECT min(p.longitude), min(p.latitude), max(p.longitude), max(p.latitude) FROM ({_POSITIONS}) p
            WHERE {_in_box(period)}"""
        (found,) = self.rows(lambda *row: row, sql, _values((-180, -90, 180, 90), kind))
        return None if found[0] is None else found

    def position_cells(
        self, box: Box, *, cell: float, kind: str = "", period: Period | None = None
    ) -> list[tuple[float, float, int]]:
        """Mean longitude, mean latitude and number of the positions in each square cell of so many degrees."""
        sql = f"""SELECT avg(p.longitude), avg(p.latitude), count(*) FROM ({_POSITIONS}) p WHERE {_in_box(period)}
            GROUP BY CAST((p.longitude + 180) / ? AS INTEGER), CAST((p.latitude + 90) / ? AS INTEGER)
            ORDER BY 3, 1, 2"""
        return self.rows(lambda *row: row, sql, [*_values(box, kind), cell, cell])

    def position_ids(
        self,
        box: Box,
        *,
        kind: str = "",
        period: Period | None = None,
        limit: int = -1,
        stop: Callable[[], bool] = lambda: False,
    ) -> array[int]:
        """The positions in a box, the latest first, a number for each (`positions_of` knows them): 8 bytes each."""
        sql = f"""SELECT p.id * {_TABLES} + p.place FROM ({_POSITIONS}) p WHERE {_in_box(period)}
            ORDER BY p.at DESC, p.place, p.id LIMIT ?"""
        return self.numbers(sql, [*_values(box, kind), limit], stop)

    def positions_of(self, numbers: Sequence[int]) -> dict[int, PositionRow]:
        """A page of positions by their numbers."""
        rows = self.rows(
            lambda place, *columns: (columns[0] * _TABLES + place, PositionRow(*columns)),
            f"""SELECT p.place, p.id, p.entry_id, p.kind, x.label, p.app, p.latitude, p.longitude, {iso("p.at", "p.at_local")},
            coalesce(p.what, e.name), p.accuracy_m, p.deleted, e.path, p.where_, l.country, l.province, l.regency, l.near, l.near_km
            FROM ({_POSITIONS}) p JOIN entry e ON e.id = p.entry_id JOIN evidence v ON v.id = e.evidence_id
            JOIN exhibit x ON x.id = v.exhibit_id
            LEFT JOIN locality l ON l.latitude = p.latitude AND l.longitude = p.longitude
            WHERE p.id IN ({", ".join("?" * len(numbers))})""",
            [number // _TABLES for number in numbers],
        )
        wanted = set(numbers)
        return {number: row for number, row in rows if number in wanted}


def _in_box(period: Period | None) -> str:
    return f"{_IN_BOX} AND {period.holds('p.at', 'p.at_local')}" if period else _IN_BOX


def _values(box: Box, kind: str) -> list[object]:
    west, south, east, north = box
    return [west, east, south, north, kind, kind]
