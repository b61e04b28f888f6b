"""When things happened: how much of what in each stretch of time, and the events themselves in their order.

An event is a record with a time. A time that the evidence gives without a zone is taken as the clock stood and never shifted; times in
UTC are shifted to the zone that is asked for. Both stand in one line of time, so an event says which it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.queries.base import Reader
from triage.schema import iso, shown_table

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Sequence

SECOND = 1_000_000_000
HOUR, DAY = 3600, 86400


@dataclass(frozen=True, slots=True)
class Happening:
    """Where the events of a kind are: table, column of the time, who, and what (SQL over `r`)."""

    table: str
    at: str
    who: str
    what: str


HAPPENINGS: dict[str, Happening] = {
    "message": Happening(
        "message", "sent_at", "coalesce(r.sender_name, r.sender)", "coalesce(r.body, r.attachment, r.kind)"
    ),
    "call": Happening(
        "call",
        "started_at",
        "coalesce(r.party_name, r.party)",
        "coalesce(r.direction, '') || ' ' || coalesce(r.outcome, '')",
    ),
    "media": Happening(
        "media", "taken_at", "nullif(trim(coalesce(r.make, '') || ' ' || coalesce(r.model, '')), '')", "e.name"
    ),
    "visit": Happening("visit", "visited_at", "NULL", "coalesce(r.title, r.url)"),
    "search": Happening("search", "searched_at", "NULL", "r.term"),
    "download": Happening("download", "started_at", "NULL", "coalesce(r.path, r.url)"),
    "notification": Happening("notification", "posted_at", "r.title", "r.body"),
    "use": Happening("use", "started_at", "NULL", "coalesce(r.name, r.identifier)"),
    "place": Happening("place", "at", "r.name", "r.latitude || ', ' || r.longitude"),
    "program": Happening("program", "installed_at", "NULL", "coalesce(r.name, r.identifier)"),
}
_WITHOUT_APP = {"media"}
_KINDS = 16  # more than there are kinds: an event is known by id times this, plus the place of its kind
_PLACES = {kind: place for place, kind in enumerate(HAPPENINGS)}


@dataclass(frozen=True, slots=True)
class Span:
    """Which events: the kinds (none: all), from `since` up to `until` in seconds of shown time, `shift` seconds east of UTC."""

    kinds: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    shift: int = 0

    @property
    def chosen(self) -> tuple[str, ...]:
        """The kinds that are asked for, in their order."""
        return tuple(kind for kind in HAPPENINGS if not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `at` is ISO 8601; `shown_s` the second on the clock of the zone asked for, since 1970."""

    kind: str
    id: int
    entry_id: int
    exhibit: str
    app: str | None
    who: str | None
    what: str | None
    at: str
    shown_s: int
    deleted: str | None
    path: str
    where: str
    account: str | None
    thread: str | None


class Timeline(Reader):
    """Queries over time."""

    def activity(self, span: Span, *, step: int) -> list[tuple[int, str, int]]:
        """How many events of a kind begin in each step of so many seconds: start (a multiple of `step`), kind, count."""
        parts = [
            f"SELECT {_floor(_shown(kind), step)} AS start, '{kind}' AS kind, count(*) AS events {_from(kind)} GROUP BY start"
            for kind in span.chosen
        ]
        return self.rows(lambda *row: row, f"{' UNION ALL '.join(parts)} ORDER BY start, kind", _values(span))

    def event_ids(self, span: Span, *, limit: int = -1, stop: Callable[[], bool] = lambda: False) -> array[int]:
        """The events in the order of shown time, a number for each (`events_of` knows them): 8 bytes each."""
        parts = [
            f"SELECT r.id * {_KINDS} + {_PLACES[kind]} AS number, {_shown(kind)} AS shown {_from(kind)}"
            for kind in span.chosen
        ]
        sql = f"SELECT number FROM ({' UNION ALL '.join(parts)}) ORDER BY shown, number LIMIT ?"
        return self.numbers(sql, [*_values(span), limit], stop)

    def events_of(self, numbers: Sequence[int], *, shift: int = 0) -> dict[int, Event]:
        """A page of events by their numbers; `shift` as in the span they were asked for with."""
        found: dict[int, Event] = {}
        for kind, place in _PLACES.items():
            ids = [number // _KINDS for number in numbers if number % _KINDS == place]
            if ids:
                sql = f"{_event(kind)} AND r.id IN ({', '.join('?' * len(ids))})"
                rows = self.rows(Event, sql, [*_values(Span((kind,), shift=shift)), *ids])
                found |= {row.id * _KINDS + place: row for row in rows}
        return found

    def event_extent(self) -> tuple[int, int] | None:
        """Seconds since 1970 of the first and the last event; None where there is none."""
        parts = [
            f"SELECT min({each.at}) AS first, max({each.at}) AS last FROM {each.table}" for each in HAPPENINGS.values()
        ]
        (found,) = self.rows(lambda *row: row, f"SELECT min(first), max(last) FROM ({' UNION ALL '.join(parts)})")
        return None if found[0] is None else (found[0] // SECOND, found[1] // SECOND)


def _shown(kind: str) -> str:
    """SQL of the second on the clock: shifted where the evidence says UTC. The shift is the first bound value of each part."""
    at = f"r.{HAPPENINGS[kind].at}"
    return f"({_floor(at, SECOND)} / {SECOND} + CASE WHEN {at}_local THEN 0 ELSE shift.s END)"


def _floor(number: str, step: int) -> str:
    """SQL of the multiple of `step` at or below a number, also below zero."""
    return f"(({number}) - ((({number}) % {step} + {step}) % {step}))"


def _from(kind: str) -> str:
    """The part of a query that binds shift, since and until (twice each, for those that may be missing)."""
    happening = HAPPENINGS[kind]
    shown = _shown(kind)
    return (
        f"FROM {shown_table(happening.table)} r, (SELECT ? AS s) shift WHERE r.{happening.at} IS NOT NULL"
        f" AND (? IS NULL OR {shown} >= ?) AND (? IS NULL OR {shown} < ?)"
    )


def _event(kind: str) -> str:
    happening, inner = HAPPENINGS[kind], _from(kind)
    app = "NULL" if kind in _WITHOUT_APP else "r.app"
    deleted, account = ("NULL", "NULL") if kind in _WITHOUT_APP else ("r.deleted", "r.account")
    thread = "r.thread" if kind == "message" else "NULL"
    at = iso(f"r.{happening.at}", f"r.{happening.at}_local")
    joined = inner.replace(
        " WHERE ",
        " JOIN entry e ON e.id = r.entry_id JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id WHERE ",
        1,
    )
    return (
        f"SELECT '{kind}', r.id, r.entry_id, x.label, {app}, {happening.who}, {happening.what}, {at}, {_shown(kind)},"
        f" {deleted}, e.path, r.where_, {account}, {thread} {joined}"
    )


def _values(span: Span) -> list[object]:
    return [span.shift, span.since, span.since, span.until, span.until] * len(span.chosen)
