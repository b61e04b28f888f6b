"""Tabs of Safari: `BrowserState.db` (open ones, until iOS 14), `SafariTabs.db` (groups of tabs, since iOS 15), `CloudTabs.db` (other devices).

`tabs` has title, address, last time seen in seconds since 2001 and whether browsing was private; `bookmarks` of SafariTabs.db holds tabs among
its folders, newer builds with times in a property list; `cloud_tabs` names the device in `cloud_tab_devices`. Reference: public parsers
(mark B; the property list of `bookmarks` mark C); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.browsers import profile_of
from triage.formats.plist import archive_or_none
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = frozenset({"browserstate.db", "safaritabs.db", "cloudtabs.db"})
_TAB = ("id", "title", "url", "user_visible_url", "last_viewed_time", "private_browsing", "opened_from_link")
_GROUPED = ("id", "title", "url", "parent", "deleted", "extra_attributes", "last_modified")
_CLOUD = ("rowid", "title", "url", "device_uuid", "last_viewed_time")
_DEVICE = Join("cloud_tab_devices", "device_uuid", "device_uuid", ("device_name", "last_modified"), "device")
_GROUP = Join("bookmarks", "id", "parent", ("title",), "group")


class SafariTabs:
    """One `Visit` per tab."""

    name: ClassVar[str] = "safari-tabs"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Safari tabs"
    describes: ClassVar[str] = (
        "Tabs that are open, private ones among them, with group; tabs of other devices of the owner"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A tab has the time it was last looked at, where it is stored; what was open in it before is not read.",
        "Tabs of other devices (CloudTabs.db) are marked 'synced', and account names the device.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Visit,)

    def wants(self, item: Item) -> bool:
        """BrowserState.db, SafariTabs.db, CloudTabs.db."""
        return is_database(item.mime) and item.entry.name.lower() in _NAMES

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The tabs in order of their row."""
        account = profile_of(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, account))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    if not (tables.has("tabs", "url") or tables.has("bookmarks", "url") or tables.has("cloud_tabs", "url")):
        yield unrecognised(SafariTabs.title, SafariTabs.name, tables.schema)
    yield from kept(SafariTabs.name, _tabs(tables, account))
    yield from kept(SafariTabs.name, _grouped(tables, account))
    yield from kept(SafariTabs.name, _of_other_devices(tables))


def _tabs(tables: Tables, account: str | None) -> Iterator[Visit]:
    for row in tables.rows("tabs", _TAB, order="id"):
        private = cells.integer(row["private_browsing"])
        yield Visit(
            where=stored_in("tabs", row, "id"),
            app="Safari",
            account=account,
            url=cells.text(row["url"]) or cells.text(row["user_visible_url"]),
            title=cells.text(row["title"]),
            visited_at=cells.apple_seconds(row["last_viewed_time"]),
            kind="private tab" if private else "tab",
            raw_kind=cells.text(row["private_browsing"]),
            raw_time=times.raw_time(row["last_viewed_time"], "s Cocoa"),
        )


def _grouped(tables: Tables, account: str | None) -> Iterator[Visit]:
    """Rows with an address are tabs; the group is the folder above, `Private` that of private browsing."""
    for row in tables.rows("bookmarks", _GROUPED, (_GROUP,), order="id"):
        url = cells.text(row["url"])
        if url is None:
            continue
        group = cells.text(row["group.title"])
        seen = _last_seen(row["extra_attributes"])
        yield Visit(
            where=stored_in("bookmarks", row, "id"),
            app="Safari",
            account=account,
            deleted="closed" if cells.integer(row["deleted"]) else None,
            url=url,
            title=cells.text(row["title"]),
            visited_at=cells.date(seen),
            kind="private tab" if group == "Private" else f"tab of group {group}" if group else "tab",
            raw_time=None if seen is None else str(seen),
        )


def _last_seen(value: object) -> object:
    found = archive_or_none(value)
    return found.get("DateLastViewed") if isinstance(found, dict) else None


def _of_other_devices(tables: Tables) -> Iterator[Visit]:
    for row in tables.rows("cloud_tabs", _CLOUD, (_DEVICE,), order="rowid"):
        stored = row["last_viewed_time"] if row["last_viewed_time"] is not None else row["device.last_modified"]
        yield Visit(
            where=stored_in("cloud_tabs", row, "rowid"),
            app="Safari",
            account=cells.text(row["device.device_name"]) or cells.text(row["device_uuid"]),
            url=cells.text(row["url"]),
            title=cells.text(row["title"]),
            visited_at=cells.apple_seconds(stored),
            kind="tab",
            origin="synced",
            raw_time=times.raw_time(stored, "s Cocoa"),
        )
