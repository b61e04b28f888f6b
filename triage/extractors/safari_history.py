"""Safari: `History.db` on iPhone, iPad and Mac, with the profiles of iOS 17.

`history_visits` with `history_items`; times are seconds since 2001 UTC. `history_tombstones` say that the user deleted history:
the address where one page was deleted, and the span of time that was cleared. Reference: columns known from public parsers
(mark B); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.browsers import profile_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_TABLES = (b"CREATE TABLE history_items", b"history_visits")
_UNIT = "s Cocoa"
_VISIT = ("id", "history_item", "visit_time", "title", "origin", "redirect_source", "load_successful", "synthesized")
_JOINS = (
    Join("history_items", "id", "history_item", ("url", "visit_count")),
    Join("history_visits", "id", "redirect_source", ("history_item",), "earlier"),
    Join("history_items", "id", "earlier.history_item", ("url",), "page_before"),
)


class SafariHistory:
    """One `Visit` per row of history_visits, one with `deleted` per row of history_tombstones."""

    name: ClassVar[str] = "safari-history"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Safari history"
    describes: ClassVar[str] = (
        "Pages visited with their time, redirections, visits synced from other devices, deletions of history"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A deletion has the time to which history was cleared, and the address where one page was deleted.",
        "Tabs are other databases; cache and WebKit's own stores are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Visit,)

    def wants(self, item: Item) -> bool:
        """History.db, or any database that has its tables at the front."""
        if not is_database(item.mime):
            return False
        return item.entry.name == "History.db" or all(table in item.head for table in _TABLES)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Visits, then deletions, each in order of their row."""
        account = profile_of(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, account))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    if not tables.has("history_visits", "id", "history_item"):
        yield unrecognised(SafariHistory.title, SafariHistory.name, tables.schema)
    yield from kept(SafariHistory.name, _visits(tables, account))
    yield from kept(SafariHistory.name, _deletions(tables, account))


def _visits(tables: Tables, account: str | None) -> Iterator[Visit]:
    for row in tables.rows("history_visits", _VISIT, _JOINS, order="id"):
        origin = cells.integer(row["origin"])
        yield Visit(
            where=stored_in("history_visits", row, "id"),
            app="Safari",
            account=account,
            url=cells.text(row["history_items.url"]),
            title=cells.text(row["title"]),
            visited_at=cells.apple_seconds(row["visit_time"]),
            count=cells.count(row["history_items.visit_count"]),
            kind="not loaded" if cells.integer(row["load_successful"]) == 0 else None,
            referrer=cells.text(row["page_before.url"]),
            origin={0: None, 1: "synced"}.get(origin, f"unknown ({origin})") if origin is not None else None,
            raw_time=times.raw_time(row["visit_time"], _UNIT),
        )


def _deletions(tables: Tables, account: str | None) -> Iterator[Visit]:
    columns = ("id", "start_time", "end_time", "url")
    for row in tables.rows("history_tombstones", columns, order="id"):
        yield Visit(
            where=stored_in("history_tombstones", row, "id"),
            app="Safari",
            account=account,
            deleted="history cleared",
            url=cells.text(row["url"]),
            visited_at=cells.apple_seconds(row["end_time"]),
            raw_time=times.raw_time(row["end_time"], _UNIT),
        )
