"""What happened when, and where: every dated record in one order of time, every position in one list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.queries.base import Reader
from triage.queries.timeline import HAPPENINGS
from triage.schema import iso, shown_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.queries.timeline import Happening

EXCERPT = 160  # characters of a message


@dataclass(frozen=True, slots=True)
class EventRow:
    """One dated record. `day` and `hour` are in the zone asked for where the evidence says UTC, else as stored.

    `kind` is one of HAPPENINGS, or file; `day` None where the calendar does not have it.
    """

    kind: str
    at: str
    day: str | None
    hour: int | None
    exhibit: str
    app: str | None
    what: str | None
    path: str


@dataclass(frozen=True, slots=True)
class PositionRow:
    """One position, degrees WGS 84. `kind` says of what, as in v_places; `photo` also where a file states its own."""

    entry_id: int
    latitude: float
    longitude: float
    kind: str | None
    at: str | None
    exhibit: str
    app: str | None
    what: str | None
    path: str
    where: str


class Whereabouts(Reader):
    """Queries over times and places."""

    def each_event(self, *, hours: int) -> Iterator[EventRow]:
        """Every dated record, the earliest first; `hours` is the zone's distance from UTC. Files by the time of their last change."""
        parts = [_event(kind, each) for kind, each in HAPPENINGS.items()]
        parts.append(
            """SELECT 'file' AS kind, e.modified AS at, e.local_times & 1 AS local, NULL AS app, e.name AS what, e.id AS entry_id
            FROM entry e WHERE e.kind = 'file' AND e.modified IS NOT NULL"""
        )
        shown = f"(t.at / 1000000000 + CASE WHEN t.local THEN 0 ELSE {hours * 3600} END)"
        return self.each(
            EventRow,
            f"""SELECT t.kind, {iso("t.at", "t.local")}, strftime('%Y-%m-%d', {shown}, 'unixepoch'),
            CAST(strftime('%H', {shown}, 'unixepoch') AS INTEGER), x.label, t.app, t.what, e.path FROM ({" UNION ALL ".join(parts)}) t
            JOIN entry e ON e.id = t.entry_id JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            ORDER BY {shown}, t.kind, e.path, t.what""",
        )

    def each_position(self) -> Iterator[PositionRow]:
        """Every position that the evidence states, by exhibit and time."""
        return self.each(
            PositionRow,
            f"""SELECT p.entry_id, p.latitude, p.longitude, p.kind, p.at, x.label, p.app, p.what, e.path, p.where_ FROM (
            SELECT entry_id, latitude, longitude, 'photo' AS kind, {iso("taken_at", "taken_at_local")} AS at, NULL AS app,
            trim(coalesce(make, '') || ' ' || coalesce(model, '')) AS what, where_ FROM media
            UNION ALL SELECT entry_id, latitude, longitude, kind, at, app, name, where_ FROM v_places) p
            JOIN entry e ON e.id = p.entry_id JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            WHERE p.latitude IS NOT NULL AND p.longitude IS NOT NULL ORDER BY x.label, p.at, e.path, p.where_""",
        )


def _event(kind: str, each: Happening) -> str:
    app = "NULL" if each.table == "media" else "r.app"
    return f"""SELECT '{kind}' AS kind, r.{each.at} AS at, r.{each.at}_local AS local, {app} AS app, substr({each.what}, 1, {EXCERPT}) AS what,
        r.entry_id FROM {shown_table(each.table)} r JOIN entry e ON e.id = r.entry_id WHERE r.{each.at} IS NOT NULL"""
