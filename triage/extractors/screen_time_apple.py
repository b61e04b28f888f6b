"""Screen Time of iPhones, iPads and Macs: `RMAdminStore-Local.sqlite` and `RMAdminStore-Cloud.sqlite`.

Seconds of use by hour for each app and each web domain (ZUSAGETIMEDITEM), notifications and pick-ups by app (ZUSAGECOUNTEDITEM); the hour, the
device and the person stand in tables above (ZUSAGECATEGORY, ZUSAGEBLOCK, ZUSAGE, ZCOREDEVICE, ZCOREUSER). The cloud store has the other
devices of the owner and of the family. Reference: public parsers (mark B); no public sample at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import Use

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAME = re.compile(r"rmadminstore-(?:local|cloud)\.sqlite\Z", re.IGNORECASE)
_TIMED, _COUNTED = "ZUSAGETIMEDITEM", "ZUSAGECOUNTEDITEM"
_CATEGORY = Join("ZUSAGECATEGORY", "Z_PK", "ZCATEGORY", ("ZBLOCK",), "category")


def _above(on: str) -> tuple[Join, ...]:
    """The tables from the hour up to the person."""
    return (
        Join("ZUSAGEBLOCK", "Z_PK", on, ("ZSTARTDATE", "ZLASTEVENTDATE", "ZUSAGE"), "block"),
        Join("ZUSAGE", "Z_PK", "block.ZUSAGE", ("ZDEVICE", "ZUSER"), "usage"),
        Join("ZCOREDEVICE", "Z_PK", "usage.ZDEVICE", ("ZNAME",), "device"),
        Join("ZCOREUSER", "Z_PK", "usage.ZUSER", ("ZGIVENNAME", "ZFAMILYNAME"), "person"),
    )


class AppleScreenTime:
    """One `Use` per app or domain and hour; one per count."""

    name: ClassVar[str] = "apple-screen-time"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple Screen Time"
    describes: ClassVar[str] = (
        "Seconds of use by hour for each app and web domain, notifications and pick-ups by app, with device and person"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "started_at is the beginning of the hour; when within it the app was used is not stored.",
        "Limits that were set and requests to a parent are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Use,)

    def wants(self, item: Item) -> bool:
        """RMAdminStore-Local.sqlite, RMAdminStore-Cloud.sqlite."""
        return is_database(item.mime) and _NAME.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Times, then counts, each in order of their row."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Record | Problem]:
    if not tables.has(_TIMED, "Z_PK"):
        yield unrecognised(AppleScreenTime.title, AppleScreenTime.name, tables.schema)
    yield from kept(AppleScreenTime.name, _timed(tables))
    yield from kept(AppleScreenTime.name, _counted(tables))


def _timed(tables: Tables) -> Iterator[Use]:
    columns = ("Z_PK", "ZBUNDLEIDENTIFIER", "ZDOMAIN", "ZTOTALTIMEINSECONDS", "ZCATEGORY")
    for row in tables.rows(_TIMED, columns, (_CATEGORY, *_above("category.ZBLOCK")), order="Z_PK"):
        bundle, domain = cells.text(row["ZBUNDLEIDENTIFIER"]), cells.text(row["ZDOMAIN"])
        yield _use(
            row,
            stored_in(_TIMED, row, "Z_PK"),
            bundle or domain,
            "used in that hour" if bundle else "domain used in that hour",
            seconds=cells.seconds_long(row["ZTOTALTIMEINSECONDS"]),
        )


def _counted(tables: Tables) -> Iterator[Use]:
    columns = ("Z_PK", "ZBUNDLEIDENTIFIER", "ZNUMBEROFNOTIFICATIONS", "ZNUMBEROFPICKUPS", "ZBLOCK")
    for row in tables.rows(_COUNTED, columns, _above("ZBLOCK"), order="Z_PK"):
        for column, kind in (
            ("ZNUMBEROFNOTIFICATIONS", "notifications in that hour"),
            ("ZNUMBEROFPICKUPS", "pick-ups in that hour"),
        ):
            if number := cells.count(row[column]):
                where = f"{stored_in(_COUNTED, row, 'Z_PK')} {column}"
                yield _use(row, where, cells.text(row["ZBUNDLEIDENTIFIER"]), kind, count=number)


def _use(
    row: sqlite3.Row,
    where: str,
    identifier: str | None,
    kind: str,
    *,
    seconds: float | None = None,
    count: int | None = None,
) -> Use:
    person = [cells.text(row[f"person.{name}"]) for name in ("ZGIVENNAME", "ZFAMILYNAME")]
    return Use(
        where=where,
        app="Apple",
        account=" ".join(part for part in person if part) or None,
        identifier=identifier,
        name=cells.text(row["device.ZNAME"]),
        kind=kind,
        started_at=cells.apple_seconds(row["block.ZSTARTDATE"]),
        duration_s=seconds,
        count=count,
        raw_time=times.raw_time(row["block.ZSTARTDATE"], "s Cocoa"),
    )
