"""Android call log: table `calls` of the contacts provider.

Written by com.android.providers.contacts: `calllog.db` since Android 7, `contacts2.db` before; Samsung the same.
Reference: AOSP `CallLog.Calls` (mark B); `contacts2.db` compared with a public sample (mark A).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.sqlite import Database, select, stored_in, unrecognised
from triage.model import Call

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"(calllog.*|contacts2)\.db\Z", re.IGNORECASE)
_COLUMNS = ("_id", "number", "name", "date", "duration", "type", "presentation", "features", "deleted")
_VIDEO = 1
_HIDDEN = frozenset({"-1", "-2", "-3"})  # unknown, withheld, pay phone: written before `presentation` existed
_DIRECTIONS = {1: "in", 2: "out", 3: "in", 4: "in", 5: "in", 6: "in", 7: "in"}
_OUTCOMES = {1: "answered", 3: "missed", 4: "voicemail", 5: "rejected", 6: "blocked", 7: "answered"}


class AndroidCalls:
    """One `Call` per row of `calls`."""

    name: ClassVar[str] = "android-calls"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android calls"
    describes: ClassVar[str] = "Calls of the phone app: number, name as stored with the call, time, duration, outcome"
    limitations: ClassVar[tuple[str, ...]] = (
        "Contacts of contacts2.db are not read yet.",
        "An outgoing call of zero seconds has no outcome: the log does not say why it failed.",
        "Transcripts, geocoded place and SIM are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Call,)

    def wants(self, item: Item) -> bool:
        """calllog.db, calllog_shadow.db, contacts2.db."""
        return is_database(item.mime) and _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The calls in order of their row."""
        with Database(item) as database:
            schema = database.schema()
            if not {"_id", "date"} <= schema.get("calls", frozenset()):
                yield unrecognised(self.title, self.name, schema)
                return
            columns = select("calls", _COLUMNS, schema["calls"])
            for row in database.rows(f"SELECT {columns} FROM calls ORDER BY calls._id"):  # noqa: S608  # names are constants
                yield _call(row)
            yield from database.problems(self.name)


def _call(row: sqlite3.Row) -> Call:
    kind = cells.integer(row["type"])
    features = cells.integer(row["features"]) or 0
    return Call(
        where=stored_in("calls", row),
        app="Phone",
        party=_party(row),
        party_name=cells.text(row["name"]),
        direction=_DIRECTIONS.get(kind, "unknown") if kind is not None else "unknown",
        started_at=cells.unix_milliseconds(row["date"]),
        duration_s=cells.seconds_long(row["duration"]),
        kind="video" if features & _VIDEO else "voice",
        outcome=_outcome(kind, row),
        raw_kind=cells.text(row["type"]),
        deleted="marked deleted" if cells.integer(row["deleted"]) == 1 else None,
    )


def _party(row: sqlite3.Row) -> str | None:
    """The other number; None where it was withheld or unknown."""
    number = cells.text(row["number"])
    return None if number in _HIDDEN or cells.integer(row["presentation"]) in {2, 3, 4} else number


def _outcome(kind: int | None, row: sqlite3.Row) -> str | None:
    if kind is None:
        return None
    if kind == 2:
        return "answered" if (cells.seconds_long(row["duration"]) or 0) > 0 else None
    return _OUTCOMES.get(kind, f"unknown ({kind})")
