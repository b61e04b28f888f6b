"""Positions of every kind, as a map asks for them: how many in each cell of a box, and the positions themselves."""

from __future__ import annotations

from dataclasses import dataclass

from triage.queries.base import Reader
from triage.schema import iso

Box = tuple[float, float, float, float]  # west, south, east, north in degrees, WGS 84

# One row per position. `kind` says of what it is (docs/database.md, v_places): `photo` where a picture or clip states it.
_POSITIONS = """
    SELECT r.id, r.entry_id, r.app, coalesce(r.kind, 'place') AS kind, r.latitude, r.longitude, r.at, r.at_local, r.name AS what,
        r.accuracy_m, r.deleted, r.where_ FROM place r
    UNION ALL SELECT r.id, r.entry_id, r.app, 'message', r.latitude, r.longitude, r.sent_at, r.sent_at_local, r.body, NULL, r.deleted,
        r.where_ FROM shown_message r
    UNION ALL SELECT r.id, r.entry_id, NULL, 'photo', r.latitude, r.longitude, r.taken_at, r.taken_at_local, NULL, NULL, NULL, r.where_
        FROM media r"""
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

    def position_extent(self, kind: str = "") -> Box | None:
        """The box around all positions; None where there is none."""
        sql = f"SELECT min(p.longitude), min(p.latitude), max(p.longitude), max(p.latitude) FROM ({_POSITIONS}) p WHERE {_IN_BOX}"
        (found,) = self.rows(lambda *row: row, sql, _values((-180, -90, 180, 90), kind))
        return None if found[0] is None else found

    def position_cells(self, box: Box, *, cell: float, kind: str = "") -> list[tuple[float, float, int]]:
        """Mean longitude, mean latitude and number of the positions in each square cell of so many degrees."""
        sql = f"""SELECT avg(p.longitude), avg(p.latitude), count(*) FROM ({_POSITIONS}) p WHERE {_IN_BOX}
            GROUP BY CAST((p.longitude + 180) / ? AS INTEGER), CAST((p.latitude + 90) / ? AS INTEGER)
            ORDER BY 3, 1, 2"""
        return self.rows(lambda *row: row, sql, [*_values(box, kind), cell, cell])

    def position_count(self, box: Box, kind: str = "") -> int:
        """How many positions lie in a box."""
        return self.value(f"SELECT count(*) FROM ({_POSITIONS}) p WHERE {_IN_BOX}", _values(box, kind))

    def positions_in(self, box: Box, *, limit: int, offset: int = 0, kind: str = "") -> list[PositionRow]:
        """A page of the positions in a box, the latest first."""
        return self.rows(
            PositionRow,
            f"""SELECT p.id, p.entry_id, p.kind, x.label, p.app, p.latitude, p.longitude, {iso("p.at", "p.at_local")},
            coalesce(p.what, e.name), p.accuracy_m, p.deleted, e.path, p.where_, l.country, l.province, l.regency, l.near, l.near_km
            FROM ({_POSITIONS}) p JOIN entry e ON e.id = p.entry_id JOIN evidence v ON v.id = e.evidence_id
            JOIN exhibit x ON x.id = v.exhibit_id
            LEFT JOIN locality l ON l.latitude = p.latitude AND l.longitude = p.longitude WHERE {_IN_BOX}
            ORDER BY p.at DESC, e.path, p.where_, p.kind, p.id LIMIT ? OFFSET ?""",
            [*_values(box, kind), limit, offset],
        )


def _values(box: Box, kind: str) -> list[object]:
    west, south, east, north = box
    return [west, east, south, north, kind, kind]
