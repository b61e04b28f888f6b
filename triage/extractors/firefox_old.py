"""History and bookmarks of Firefox for Android before 2020 (Fennec), Firefox Focus and Tor Browser of then: `browser.db`.

`history` has a row per page with its last visit in milliseconds, `visits` the single visits in microseconds, `bookmarks` pages and folders,
`searchhistory` the words looked for. iPhones keep another `browser.db` with the tables of places, read where places are. Reference:
Mozilla's source of that time, `BrowserDatabaseHelper` (mark A for names and units); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.browsers import browser_of, profile_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import Bookmark, Search, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_PAGE = ("_id", "title", "url", "visits", "date", "deleted", "guid")
_VISIT = ("_id", "history_guid", "visit_type", "date", "is_local")
_MARK = ("_id", "title", "url", "type", "parent", "created", "deleted")
_OF_PAGE = Join("history", "guid", "history_guid", ("url", "title", "visits"), "page")
_FOLDER = Join("bookmarks", "_id", "parent", ("title",), "folder")
_KINDS = {
    1: "link", 2: "typed", 3: "bookmark", 4: "embedded", 5: "permanent redirect", 6: "temporary redirect", 7: "download",
    8: "framed link", 9: "reload",
}  # fmt: skip


class FirefoxOld:
    """One `Visit` per visit, or per page where single visits are not kept; one `Bookmark` per page kept; one `Search` per word."""

    name: ClassVar[str] = "firefox-old"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Firefox for Android before 2020"
    describes: ClassVar[str] = (
        "Pages visited with their time and how they were reached, bookmarks with folder, searched words"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Where single visits are not kept (before 2016), a page has the time of its last visit.",
        "Reading list, tabs (tabs.db), log-ins and cache are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Visit, Bookmark, Search)

    def wants(self, item: Item) -> bool:
        """browser.db below a folder of Mozilla's, or with its tables at the front."""
        if not is_database(item.mime) or item.entry.name.lower() != "browser.db":
            return False
        return "/mozilla/" in item.entry.path.lower() or b"searchhistory" in item.head

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Visits, bookmarks, searches, each in order of their row."""
        app, account = browser_of(item.entry.path, "Firefox"), profile_of(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, app, account))


def _read(tables: Tables, app: str, account: str | None) -> Iterator[Record | Problem]:
    if not tables.has("history", "_id", "url"):
        yield unrecognised(FirefoxOld.title, FirefoxOld.name, tables.schema)
    for part in (_visits, _pages, _bookmarks, _searches):
        yield from kept(FirefoxOld.name, part(tables, app, account))


def _visits(tables: Tables, app: str, account: str | None) -> Iterator[Visit]:
    for row in tables.rows("visits", _VISIT, (_OF_PAGE,), order="_id"):
        kind = cells.integer(row["visit_type"])
        yield Visit(
            where=stored_in("visits", row),
            app=app,
            account=account,
            url=cells.text(row["page.url"]),
            title=cells.text(row["page.title"]),
            visited_at=cells.unix_microseconds(row["date"]),
            count=cells.count(row["page.visits"]),
            kind=None if kind is None else _KINDS.get(kind, f"unknown ({kind})"),
            raw_kind=cells.text(row["visit_type"]),
            origin="synced" if cells.integer(row["is_local"]) == 0 else None,
            raw_time=times.raw_time(row["date"], "us Unix"),
        )


def _pages(tables: Tables, app: str, account: str | None) -> Iterator[Visit]:
    """Pages whose single visits are not kept, and what is marked deleted until the next synchronisation."""
    visited = set(tables.lookup("visits", "history_guid"))
    for row in tables.rows("history", _PAGE, order="_id"):
        gone = cells.integer(row["deleted"])
        if row["guid"] in visited and not gone:
            continue
        yield Visit(
            where=stored_in("history", row),
            app=app,
            account=account,
            deleted="deleted in the history" if gone else None,
            url=cells.text(row["url"]),
            title=cells.text(row["title"]),
            visited_at=cells.unix_milliseconds(row["date"]),
            count=cells.count(row["visits"]),
            raw_time=times.raw_time(row["date"], "ms Unix"),
        )


def _bookmarks(tables: Tables, app: str, account: str | None) -> Iterator[Bookmark]:
    for row in tables.rows("bookmarks", _MARK, (_FOLDER,), order="_id"):
        if cells.text(row["url"]) is None:
            continue
        yield Bookmark(
            where=stored_in("bookmarks", row),
            app=app,
            account=account,
            deleted="deleted in the bookmarks" if cells.integer(row["deleted"]) else None,
            url=cells.text(row["url"]),
            title=cells.text(row["title"]),
            added_at=cells.unix_milliseconds(row["created"]),
            folder=cells.text(row["folder.title"]),
            raw_time=times.raw_time(row["created"], "ms Unix"),
        )


def _searches(tables: Tables, app: str, account: str | None) -> Iterator[Search]:
    for row in tables.rows("searchhistory", ("_id", "query", "date"), order="_id"):
        yield Search(
            where=stored_in("searchhistory", row),
            app=app,
            account=account,
            term=cells.text(row["query"]),
            searched_at=cells.unix_milliseconds(row["date"]),
            raw_time=times.raw_time(row["date"], "ms Unix"),
        )
