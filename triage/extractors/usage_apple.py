"""What an iPhone, iPad or Mac was used for: `knowledgeC.db` (Core Duet), table ZOBJECT.

Each row belongs to a stream (`/app/inFocus`, `/app/usage`, `/app/install`, `/display/isBacklit`, `/device/isLocked` ...) with a value, and
begins and ends in seconds since 2001. Reference: public parsers (mark B); no public sample at hand.
"""

from __future__ import annotations

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

_COLUMNS = ("Z_PK", "ZSTREAMNAME", "ZVALUESTRING", "ZVALUEINTEGER", "ZSTARTDATE", "ZENDDATE")


class AppleUsage:
    """One `Use` per row of ZOBJECT."""

    name: ClassVar[str] = "apple-usage"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple usage (knowledgeC)"
    describes: ClassVar[str] = "Programs in the foreground with beginning and end, installations, screen and lock"
    limitations: ClassVar[tuple[str, ...]] = (
        "From iOS 16 on most of this is kept in Biome, which other readers read.",
        "name holds the number of a row that has one in the place of a text: 1 and 0 for on and off.",
        "Addresses of pages and other metadata of a row are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Use,)

    def wants(self, item: Item) -> bool:
        """knowledgeC.db."""
        return is_database(item.mime) and item.entry.name.lower() == "knowledgec.db"

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The rows in their order."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Record | Problem]:
    if not tables.has("ZOBJECT", "Z_PK", "ZSTREAMNAME"):
        yield unrecognised(AppleUsage.title, AppleUsage.name, tables.schema)
    yield from kept(AppleUsage.name, _uses(tables))


def _uses(tables: Tables) -> Iterator[Use]:
    for row in tables.rows("ZOBJECT", _COLUMNS, order="Z_PK"):
        begun, ended = cells.apple_seconds(row["ZSTARTDATE"]), cells.apple_seconds(row["ZENDDATE"])
        yield Use(
            where=stored_in("ZOBJECT", row, "Z_PK"),
            app="Apple",
            identifier=cells.text(row["ZVALUESTRING"]),
            name=cells.text(row["ZVALUEINTEGER"]) if row["ZVALUESTRING"] is None else None,
            kind=(cells.text(row["ZSTREAMNAME"]) or "").strip("/") or None,
            started_at=begun,
            ended_at=ended,
            duration_s=(ended.ns - begun.ns) / 1e9 if begun and ended and ended.ns >= begun.ns else None,
            raw_kind=cells.text(row["ZSTREAMNAME"]),
            raw_time=times.raw_time(row["ZSTARTDATE"], "s Cocoa"),
        )
