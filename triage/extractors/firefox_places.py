"""Firefox, and Tor Browser, which is made of it: `places.sqlite` on computers and Android, `places.db` on iOS.

`moz_places` are pages, `moz_historyvisits` visits, `moz_bookmarks` what was kept; downloads are annotations of pages. Times are Unix
microseconds on computers and milliseconds on phones: the size of the number tells them apart (from 2001 to 2286 no value fits both).
Reference: Mozilla's places, columns of a public sample (mark A); the phones' store (mark B).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.browsers import browser_of, profile_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import Bookmark, Download, Visit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record, Stamp

_NAMES = frozenset({"places.sqlite", "places.db"})
_TABLES = (b"CREATE TABLE moz_places", b"moz_historyvisits")
_MICROSECONDS_FROM = 10**13  # milliseconds of the year 2286, microseconds of April 1970
DEEPEST = 64

_KINDS = {
    1: "link", 2: "typed", 3: "bookmark", 4: "embedded", 5: "permanent redirect", 6: "temporary redirect", 7: "download",
    8: "subframe", 9: "reload",
}  # fmt: skip
_STATES = {0: "in progress", 1: "complete", 2: "interrupted", 3: "cancelled", 4: "paused"}
_DESTINATION, _META = "downloads/destinationFileURI", "downloads/metaData"

_VISIT = ("id", "place_id", "visit_date", "visit_type", "from_visit", "is_local")
_PAGE = ("url", "title", "visit_count", "visit_count_local")
_VISIT_JOINS = (
    Join("moz_places", "id", "place_id", _PAGE),
    Join("moz_historyvisits", "id", "from_visit", ("place_id",), "earlier"),
    Join("moz_places", "id", "earlier.place_id", ("url",), "page_before"),
)
_BOOKMARK = ("id", "type", "fk", "parent", "title", "dateAdded")
_BOOKMARK_JOINS = (Join("moz_places", "id", "fk", ("url", "title")),)
_NOTE_JOINS = (
    Join("moz_anno_attributes", "id", "anno_attribute_id", ("name",)),
    Join("moz_places", "id", "place_id", ("url",)),
)


class FirefoxPlaces:
    """One `Visit` per visit, one `Bookmark` per page kept, one `Download` per annotated page."""

    name: ClassVar[str] = "firefox-places"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Firefox history and bookmarks"
    describes: ClassVar[str] = (
        "Pages visited with their time and how they were reached, bookmarks with folder, downloads"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Pages without a visit (kept, or only looked up) are read where they are bookmarks.",
        "Cookies, form history, sessions, tabs, saved log-ins and cache are not read.",
        "browser.db of Firefox for Android before 2020 has a reader of its own.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Visit, Bookmark, Download)

    def wants(self, item: Item) -> bool:
        """places.sqlite, or any database that has its tables at the front."""
        if not is_database(item.mime):
            return False
        return item.entry.name in _NAMES or all(table in item.head for table in _TABLES)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Visits, bookmarks, downloads, each in order of their row."""
        app, account = browser_of(item.entry.path, "Firefox"), profile_of(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, app, account))


def _read(tables: Tables, app: str, account: str | None) -> Iterator[Record | Problem]:
    if not tables.has("moz_places", "id", "url"):
        yield unrecognised(FirefoxPlaces.title, FirefoxPlaces.name, tables.schema)
    for part in (_visits, _bookmarks, _downloads):
        yield from kept(FirefoxPlaces.name, part(tables, app, account))


def _moment(value: object) -> Stamp | None:
    number = cells.integer(value)
    micro = number is not None and abs(number) >= _MICROSECONDS_FROM
    return cells.unix_microseconds(value) if micro else cells.unix_milliseconds(value)


def _stored(value: object) -> str | None:
    number = cells.integer(value)
    return times.raw_time(value, "us Unix" if number is not None and abs(number) >= _MICROSECONDS_FROM else "ms Unix")


def _visits(tables: Tables, app: str, account: str | None) -> Iterator[Visit]:
    for row in tables.rows("moz_historyvisits", _VISIT, _VISIT_JOINS, order="id"):
        kind = cells.integer(row["visit_type"])
        yield Visit(
            where=stored_in("moz_historyvisits", row, "id"),
            app=app,
            account=account,
            url=cells.text(row["moz_places.url"]),
            title=cells.text(row["moz_places.title"]),
            visited_at=_moment(row["visit_date"]),
            count=cells.count(row["moz_places.visit_count"]) or cells.count(row["moz_places.visit_count_local"]),
            kind=None if kind is None else _KINDS.get(kind, f"unknown ({kind})"),
            raw_kind=cells.text(row["visit_type"]),
            referrer=cells.text(row["page_before.url"]),
            origin="synced" if cells.integer(row["is_local"]) == 0 else None,
            raw_time=_stored(row["visit_date"]),
        )


def _bookmarks(tables: Tables, app: str, account: str | None) -> Iterator[Bookmark]:
    folders = tables.lookup("moz_bookmarks", "id", "parent", "title")
    for row in tables.rows("moz_bookmarks", _BOOKMARK, _BOOKMARK_JOINS, order="id"):
        if cells.text(row["moz_places.url"]) is None:
            continue  # a folder or a line between bookmarks
        yield Bookmark(
            where=stored_in("moz_bookmarks", row, "id"),
            app=app,
            account=account,
            url=cells.text(row["moz_places.url"]),
            title=cells.text(row["title"]) or cells.text(row["moz_places.title"]),
            added_at=_moment(row["dateAdded"]),
            folder=_folder(folders, row["parent"]),
            raw_time=_stored(row["dateAdded"]),
        )


def _folder(folders: dict[object, sqlite3.Row], number: object) -> str | None:
    """The names of the folders from the outside in; a circle or a chain without end is cut."""
    names: list[str] = []
    for _ in range(DEEPEST):
        row = folders.get(number)
        if row is None or row["parent"] == number:
            break
        names.append(cells.text(row["title"]) or "")
        number = row["parent"]
    return "/".join(name for name in reversed(names) if name) or None


def _downloads(tables: Tables, app: str, account: str | None) -> Iterator[Download]:
    """The path and the state of a download are two annotations of the page it came from."""
    noted: dict[object, dict[str, sqlite3.Row]] = {}
    for row in tables.rows("moz_annos", ("id", "place_id", "content", "dateAdded"), _NOTE_JOINS, order="id"):
        noted.setdefault(row["place_id"], {})[str(row["moz_anno_attributes.name"])] = row
    for notes in noted.values():
        if _DESTINATION in notes:
            yield _download(notes[_DESTINATION], _meta(notes.get(_META)), app, account)


def _download(row: sqlite3.Row, meta: dict[str, object], app: str, account: str | None) -> Download:
    state = cells.integer(meta.get("state"))
    return Download(
        where=stored_in("moz_annos", row, "id"),
        app=app,
        account=account,
        url=cells.text(row["moz_places.url"]),
        path=cells.text(row["content"]),
        size=cells.count(meta.get("fileSize")),
        started_at=_moment(row["dateAdded"]),
        ended_at=cells.unix_milliseconds(meta.get("endTime")),
        state=None if state is None else _STATES.get(state, f"unknown ({state})"),
        raw_state=cells.text(state),
        raw_time=_stored(row["dateAdded"]),
    )


def _meta(row: sqlite3.Row | None) -> dict[str, object]:
    try:
        value = json.loads(str(row["content"])) if row is not None else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
