"""What an Android phone's Digital Wellbeing keeps: `app_usage` of com.google.android.apps.wellbeing.

`events` has each change of an app with its time in milliseconds and a type as in the usage statistics, `packages` the names; `component_events`
has the sites seen in Chrome (`components.component_name`). It goes back longer than the system's own statistics. Reference: a public parser
and AOSP's types of events (mark B; sites mark C); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.spaces import space_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.formats.usage_stats import EVENTS
from triage.model import Use

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_PACKAGE = Join("packages", "_id", "package_id", ("package_name",), "package")
_SITE = (
    Join("components", "_id", "component_id", ("component_name", "package_id"), "component"),
    Join("packages", "_id", "component.package_id", ("package_name",), "package"),
)


class AndroidWellbeing:
    """One `Use` per event."""

    name: ClassVar[str] = "android-wellbeing"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android Digital Wellbeing"
    describes: ClassVar[str] = (
        "Programs coming to the front and leaving it, notifications, screen and lock, sites seen in Chrome"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "The name of a site is that of its host; pages are not kept.",
        "Timers, focus and bedtime settings are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Use,)

    def wants(self, item: Item) -> bool:
        """app_usage below the folder of an app for wellbeing."""
        return is_database(item.mime) and item.entry.name == "app_usage" and "wellbeing" in item.entry.path.lower()

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Events, then sites, each in order of their row."""
        account = space_of(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, account))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    if not tables.has("events", "_id", "timestamp"):
        yield unrecognised(AndroidWellbeing.title, AndroidWellbeing.name, tables.schema)
    for table, joins, key in (("events", (_PACKAGE,), "package_id"), ("component_events", _SITE, "component_id")):
        rows = tables.rows(table, ("_id", "timestamp", "type", key), joins, order="_id")
        yield from kept(AndroidWellbeing.name, (_use(row, table, account) for row in rows))


def _use(row: sqlite3.Row, table: str, account: str | None) -> Use:
    kind = cells.integer(row["type"])
    return Use(
        where=stored_in(table, row),
        app="Android",
        account=account,
        identifier=cells.text(row["package.package_name"]),
        name=cells.text(row["component.component_name"]) if table == "component_events" else None,
        kind=None if kind is None else EVENTS.get(kind, f"unknown ({kind})"),
        started_at=cells.unix_milliseconds(row["timestamp"]),
        raw_kind=cells.text(row["type"]),
        raw_time=times.raw_time(row["timestamp"], "ms Unix"),
    )
