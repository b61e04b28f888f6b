"""History of the Chromium family: Chrome, Edge, Brave, Opera, Samsung Internet, Vivaldi, Yandex and others.

File `History` of a profile, on Android, iOS and computers alike: tables `urls`, `visits`, `keyword_search_terms`, `downloads`,
`downloads_url_chains`, and in newer builds `content_annotations`. Times are microseconds since 1601 UTC; downloads of builds before
2013 (column full_path) are in Unix seconds. Reference: Chromium's history backend, columns of six public samples of five
generations (mark A); transition types and states of downloads from Chromium's headers (mark A).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.browsers import browser_of, profile_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import Download, Search, Visit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = frozenset({"History", "Archived History"})
_TABLES = (b"CREATE TABLE urls", b"CREATE TABLE visits", b"keyword_search_terms")
UNIT = "us WebKit"

_TRANSITIONS = {
    0: "link", 1: "typed", 2: "bookmark", 3: "subframe", 4: "subframe by hand", 5: "search", 6: "start page", 7: "form", 8: "reload",
    9: "keyword", 10: "keyword search",
}  # fmt: skip
_SOURCES = {0: "synced", 3: "imported", 4: "imported", 5: "imported"}
_STATES = {0: "in progress", 1: "complete", 2: "cancelled", 3: "interrupted", 4: "interrupted"}

_VISIT = ("id", "url", "visit_time", "from_visit", "transition", "visit_duration", "originator_cache_guid")
_VISIT_JOINS = (
    Join("urls", "id", "url", ("url", "title", "visit_count")),
    Join("visits", "id", "from_visit", ("url",), "earlier"),
    Join("urls", "id", "earlier.url", ("url",), "page_before"),
    Join("visit_source", "id", "id", ("source",)),
    Join("content_annotations", "visit_id", "id", ("search_terms",)),
)
_DOWNLOAD = (
    "id", "full_path", "current_path", "target_path", "url", "start_time", "end_time", "received_bytes", "total_bytes", "state",
    "referrer", "tab_url", "mime_type",
)  # fmt: skip


class ChromiumHistory:
    """One `Visit` per row of visits, one `Search` per searched word, one `Download` per row of downloads."""

    name: ClassVar[str] = "chromium-history"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Chromium history"
    describes: ClassVar[str] = (
        "Pages visited with their time and how they were reached, searched words, downloads with their source"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A searched word has the time at which its page of results was last visited.",
        "Cookies, cache, form data, sessions, icons and top sites are not read; icons may name pages that history has lost.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Visit, Search, Download)

    def wants(self, item: Item) -> bool:
        """History, or any database that has its tables at the front."""
        if not is_database(item.mime):
            return False
        return item.entry.name in _NAMES or all(table in item.head for table in _TABLES)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Visits, searches, downloads, each in order of their row."""
        app, account = browser_of(item.entry.path, "Chromium"), profile_of(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, app, account))


def _read(tables: Tables, app: str, account: str | None) -> Iterator[Record | Problem]:
    if not tables.has("urls", "id", "url") and not tables.has("downloads"):
        yield unrecognised(ChromiumHistory.title, ChromiumHistory.name, tables.schema)
    for part in (_visits, _searches, _downloads):
        yield from kept(ChromiumHistory.name, part(tables, app, account))


def _visits(tables: Tables, app: str, account: str | None) -> Iterator[Visit]:
    for row in tables.rows("visits", _VISIT, _VISIT_JOINS, order="id"):
        transition = cells.integer(row["transition"])
        kind = None if transition is None else transition & 0xFF
        yield Visit(
            where=stored_in("visits", row, "id"),
            app=app,
            account=account,
            url=cells.text(row["urls.url"]),
            title=cells.text(row["urls.title"]),
            visited_at=cells.webkit_microseconds(row["visit_time"]),
            count=cells.count(row["urls.visit_count"]),
            kind=None if kind is None else _TRANSITIONS.get(kind, f"unknown ({kind})"),
            raw_kind=cells.text(row["transition"]),
            referrer=cells.text(row["page_before.url"]),
            origin=_origin(row),
            duration_s=_seconds(row["visit_duration"]),
            raw_time=times.raw_time(row["visit_time"], UNIT),
        )


def _origin(row: sqlite3.Row) -> str | None:
    """A visit that another device made names that device; older builds mark it in visit_source."""
    source = cells.integer(row["visit_source.source"])
    return "synced" if cells.text(row["originator_cache_guid"]) else _SOURCES.get(-1 if source is None else source)


def _seconds(microseconds: object) -> float | None:
    number = cells.count(microseconds)
    return number / 1_000_000 if number else None


def _searches(tables: Tables, app: str, account: str | None) -> Iterator[Search]:
    """Words typed into the address bar or a search page; then those that newer builds found in addresses by themselves."""
    page = Join("urls", "id", "url_id", ("url", "last_visit_time"))
    told: set[object] = set()
    for row in tables.rows("keyword_search_terms", ("rowid", "url_id", "term"), (page,), order="rowid"):
        told.add(row["url_id"])
        yield _search(
            f"keyword_search_terms.rowid={row['rowid']}", row["term"], row["urls.last_visit_time"], row, app, account
        )
    for row in tables.rows("visits", _VISIT, _VISIT_JOINS, order="id"):
        if cells.text(row["content_annotations.search_terms"]) and row["url"] not in told:
            where = f"content_annotations.visit_id={row['id']}"
            yield _search(where, row["content_annotations.search_terms"], row["visit_time"], row, app, account)


def _search(
    where: str, term: object, moment: object, row: sqlite3.Row, app: str, account: str | None
) -> Search:  # one place each
    return Search(
        where=where,
        app=app,
        account=account,
        term=cells.text(term),
        searched_at=cells.webkit_microseconds(moment),
        url=cells.text(row["urls.url"]),
        raw_time=times.raw_time(moment, UNIT),
    )


def _downloads(tables: Tables, app: str, account: str | None) -> Iterator[Download]:
    chains = tables.grouped("downloads_url_chains", "id", "chain_index", "url")
    old = tables.has("downloads", "full_path")
    moment = cells.unix_seconds if old else cells.webkit_microseconds
    for row in tables.rows("downloads", _DOWNLOAD, order="id"):
        state = cells.integer(row["state"])
        yield Download(
            where=stored_in("downloads", row, "id"),
            app=app,
            account=account,
            url=cells.text(row["url"]) or _last(chains.get(row["id"], [])),
            referrer=cells.text(row["referrer"]) or cells.text(row["tab_url"]),
            path=next(
                (path for key in ("target_path", "current_path", "full_path") if (path := cells.text(row[key]))), None
            ),
            size=cells.count(row["total_bytes"]),
            received=cells.count(row["received_bytes"]),
            started_at=moment(row["start_time"]),
            ended_at=moment(row["end_time"]),
            state=None if state is None else _STATES.get(state, f"unknown ({state})"),
            raw_state=cells.text(row["state"]),
            mime=cells.text(row["mime_type"]),
            raw_time=times.raw_time(row["start_time"], "s Unix" if old else UNIT),
        )


def _last(chain: list[sqlite3.Row]) -> str | None:
    """The address the content came from: redirections before it have lower numbers."""
    ordered = sorted(chain, key=lambda row: cells.integer(row["chain_index"]) or 0)
    return cells.text(ordered[-1]["url"]) if ordered else None
