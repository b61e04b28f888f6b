"""Traces of use in one shape: pages, searches, downloads, programs, networks, notifications, use, shared files, places.

Each kind is a table of records; what is shown of it is described as data. `what` is the thing itself, `detail` what is said of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from triage.queries.base import Reader
from triage.schema import iso

NOTABLE_CATEGORIES = ("vault", "p2p", "anonymity", "transfer")


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One record. Times ISO 8601; `deleted` as in the record."""

    id: int
    kind: str
    entry_id: int
    exhibit: str
    app: str
    account: str | None
    what: str | None
    detail: str | None
    at: str | None
    deleted: str | None
    path: str
    where: str


@dataclass(frozen=True, slots=True)
class Trace:
    """How the records of a table are shown: columns of `what` and `detail`, the first time that there is, the view that holds them all."""

    what: tuple[str, ...]
    detail: tuple[str, ...]
    at: tuple[str, ...]
    view: str


TRACES: dict[str, Trace] = {
    "visit": Trace(("title", "url"), ("url", "kind", "origin"), ("visited_at",), "v_visits"),
    "search": Trace(("term",), ("url",), ("searched_at",), "v_searches"),
    "download": Trace(("path", "url"), ("url", "state", "referrer"), ("started_at", "ended_at"), "v_downloads"),
    "bookmark": Trace(("title", "url"), ("url", "folder"), ("added_at",), "v_bookmarks"),
    "program": Trace(
        ("name", "identifier"),
        ("identifier", "category", "version", "installer"),
        ("installed_at", "updated_at"),
        "v_programs",
    ),
    "network": Trace(("name",), ("identifier", "security"), ("joined_at", "added_at"), "v_networks"),
    "notification": Trace(("title",), ("body", "channel"), ("posted_at",), "v_notifications"),
    "use": Trace(("identifier", "name"), ("kind", "name"), ("started_at",), "v_use"),
    "shared": Trace(("name", "path"), ("hash", "state", "path"), ("added_at", "last_at", "ended_at"), "v_shared"),
    "place": Trace(("latitude || ', ' || r.longitude",), ("kind", "name", "accuracy_m || ' m'"), ("at",), "v_places"),
    "gallery": Trace(
        ("name", "path"),
        ("album", "owner", "origin", "original_name", "path"),
        ("taken_at", "added_at", "trashed_at"),
        "v_gallery",
    ),
}
_CHOSEN = {"notable": f"r.category IN ({', '.join(repr(each) for each in NOTABLE_CATEGORIES)})"}


class Traces(Reader):
    """Queries over traces."""

    def trace_counts(self) -> dict[str, int]:
        """How many records of each kind; kinds without any are left out."""
        counts = {kind: self.value(f"SELECT count(*) FROM {kind}") for kind in TRACES}
        return {kind: count for kind, count in counts.items() if count}

    def trace_count(self, kind: str, text: str = "", *, only: str = "") -> int:
        """How many records of a kind hold this text."""
        where, values = _where(kind, text, only)
        return self.value(f"SELECT count(*) FROM {kind} r JOIN entry e ON e.id = r.entry_id {where}", values)

    def traces(self, kind: str, text: str = "", *, only: str = "", limit: int, offset: int = 0) -> list[TraceRow]:
        """Records of a kind that hold this text, the latest first. `only` "notable": programs of such a category."""
        trace = TRACES[kind]
        at, local = (
            f"coalesce({', '.join(f'r.{name}{ending}' for name in trace.at)}, NULL)" for ending in ("", "_local")
        )
        where, values = _where(kind, text, only)
        return self.rows(
            TraceRow,
            f"""SELECT r.id, '{kind}', r.entry_id, x.label, coalesce(r.app, ''), r.account, {_first(trace.what)},
            {_joined(trace)}, {iso(at, local)}, r.deleted, e.path, r.where_ FROM {kind} r JOIN entry e ON e.id = r.entry_id
            JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id {where}
            ORDER BY {at} DESC, e.path, r.where_, r.id LIMIT ? OFFSET ?""",
            [*values, limit, offset],
        )


def _first(columns: tuple[str, ...]) -> str:
    return f"coalesce({', '.join(f'r.{column}' for column in columns)}, NULL)"


def _joined(trace: Trace) -> str:
    """The details there are, but not again what is shown as the thing itself."""
    shown = _first(trace.what)
    parts = [
        f"CASE WHEN r.{each} IS NULL OR r.{each} IS {shown} THEN '' ELSE ' · ' || r.{each} END" for each in trace.detail
    ]
    return f"nullif(substr({' || '.join(parts)}, 4), '')"


def _where(kind: str, text: str, only: str) -> tuple[str, list[object]]:
    trace, conditions = TRACES[kind], []
    values: list[object] = []
    if only:
        conditions.append(_CHOSEN[only])
    if text:
        columns = dict.fromkeys((*trace.what, *trace.detail))
        found = " OR ".join(f"instr(lower(coalesce(r.{column}, '')), lower(?))" for column in columns)
        conditions.append(f"({found} OR instr(lower(coalesce(r.app, '')), lower(?)) OR instr(lower(e.path), lower(?)))")
        values = [text] * (len(columns) + 2)
    return (f"WHERE {' AND '.join(conditions)}" if conditions else ""), values
