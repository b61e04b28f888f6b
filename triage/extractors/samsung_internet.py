"""Bookmarks, tabs and saved pages of Samsung Internet: `SBrowser.db`, `SBrowser2.db`.

`BOOKMARKS` holds pages and folders, `TABS` what was open (also in secret mode where the build keeps it), `SAVEPAGE` pages kept on the phone.
History and downloads of the same browser are Chromium's, in `app_sbrowser`. Columns differ between builds; what a build does not have is
empty. Reference: public descriptions of the database, none with all columns (mark C); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.browsers import profile_of
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Bookmark, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

_APP = "Samsung Internet"
_TABLES = ("BOOKMARKS", "TABS", "SAVEPAGE", "SAVED_PAGES")
_URL, _TITLE = ("URL", "TAB_URL", "SURL", "url"), ("TITLE", "TAB_TITLE", "title")
_TIME = ("CREATED", "MODIFIED", "DATE", "TAB_USAGE_TIMESTAMP", "created", "date")
_GONE = ("IS_DELETED", "DELETED", "deleted")
_SECRET = ("IS_INCOGNITO", "TAB_INCOGNITO", "INCOGNITO")


class SamsungInternet:
    """One `Bookmark` per page kept, one `Visit` per tab."""

    name: ClassVar[str] = "samsung-internet"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Samsung Internet bookmarks and tabs"
    describes: ClassVar[str] = "Bookmarks, pages kept on the phone, tabs with their time, those of secret mode marked"
    limitations: ClassVar[tuple[str, ...]] = (
        "Columns are recognised by their names, which differ between builds; raw_time has what was stored.",
        "Times are taken for milliseconds since 1970, as far as they are numbers of that size.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Bookmark, Visit)

    def wants(self, item: Item) -> bool:
        """SBrowser.db, SBrowser2.db."""
        return is_database(item.mime) and item.entry.name.lower() in {"sbrowser.db", "sbrowser2.db"}

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Table by table, in order of the rows."""
        account = profile_of(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, account))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    names = {table.upper(): table for table in tables.schema}
    present = [names[name] for name in _TABLES if name in names]
    if not present:
        yield unrecognised(SamsungInternet.title, SamsungInternet.name, tables.schema)
    for table in present:
        yield from kept(SamsungInternet.name, _rows(tables, table, account))


def _rows(tables: Tables, table: str, account: str | None) -> Iterator[Bookmark | Visit]:
    columns = tables.schema[table]
    by_use = {
        use: next((name for name in names if name in columns), None)
        for use, names in (("url", _URL), ("title", _TITLE), ("time", _TIME), ("gone", _GONE), ("secret", _SECRET))
    }
    wanted = [name for name in by_use.values() if name]
    for row in tables.rows(table, ("rowid", *wanted), order="rowid"):
        found = {use: row[name] if name else None for use, name in by_use.items()}
        if cells.text(found["url"]) is not None:
            yield _record(f"{table}.rowid={row['rowid']}", table.upper(), found, account)


def _record(where: str, table: str, found: Mapping[str, object], account: str | None) -> Bookmark | Visit:
    moment = cells.unix_milliseconds(found["time"])
    deleted = "deleted" if cells.integer(found["gone"]) else None
    url, title = cells.text(found["url"]), cells.text(found["title"])
    raw = times.raw_time(found["time"], "ms Unix")
    if table == "TABS":
        return Visit(
            where=where, app=_APP, account=account, deleted=deleted, url=url, title=title, visited_at=moment,
            kind="private tab" if cells.integer(found["secret"]) else "tab", raw_time=raw,
        )  # fmt: skip
    folder = None if table == "BOOKMARKS" else "saved pages"
    return Bookmark(
        where=where, app=_APP, account=account, deleted=deleted, url=url, title=title, added_at=moment, folder=folder,
        raw_time=raw,
    )  # fmt: skip
