"""Which programs of an iPhone, iPad or Mac used the network: `DataUsage.sqlite` and `netusage.sqlite`, table ZPROCESS.

A program stays here after it was removed. Times are seconds since 2001: first and last use. Reference: a public netusage.sqlite (mark A).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"(?:.*[ _-])?(?:DataUsage|netusage)\.sqlite\Z", re.IGNORECASE)
_COLUMNS = ("Z_PK", "ZBUNDLENAME", "ZPROCNAME", "ZFIRSTTIMESTAMP", "ZTIMESTAMP")


class AppleNetworkUse:
    """One `Use` per row of ZPROCESS."""

    name: ClassVar[str] = "apple-network-use"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple network use"
    describes: ClassVar[str] = "Programs that used the network, first and last time, also those removed since"
    limitations: ClassVar[tuple[str, ...]] = (
        "Bytes sent and received (ZLIVEUSAGE) are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Use,)

    def wants(self, item: Item) -> bool:
        """DataUsage.sqlite, netusage.sqlite."""
        return is_database(item.mime) and _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The rows in their order."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Record | Problem]:
    if not tables.has("ZPROCESS", "Z_PK"):
        yield unrecognised(AppleNetworkUse.title, AppleNetworkUse.name, tables.schema)
    yield from kept(AppleNetworkUse.name, _uses(tables))


def _uses(tables: Tables) -> Iterator[Use]:
    for row in tables.rows("ZPROCESS", _COLUMNS, order="Z_PK"):
        yield Use(
            where=stored_in("ZPROCESS", row, "Z_PK"),
            app="Apple",
            identifier=cells.text(row["ZBUNDLENAME"]),
            name=cells.text(row["ZPROCNAME"]),
            kind="network use",
            started_at=cells.apple_seconds(row["ZFIRSTTIMESTAMP"]),
            ended_at=cells.apple_seconds(row["ZTIMESTAMP"]),
            raw_time=times.raw_time(row["ZFIRSTTIMESTAMP"], "s Cocoa"),
        )
