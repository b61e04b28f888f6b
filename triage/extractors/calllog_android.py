"""Android call log: table `calls` of the contacts provider.

Written by com.android.providers.contacts: `calllog.db` since Android 7, `contacts2.db` before; Samsung the same.
Reference: AOSP `CallLog.Calls` (mark B); `contacts2.db` compared with a public sample (mark A).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Call

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"(calllog.*|contacts2)\.db\Z", re.IGNORECASE)
_COLUMNS = (
    "_id", "number", "name", "date", "duration", "type", "presentation", "features", "deleted", "normalized_number",
    "countryiso", "subscription_component_name", "subscription_id", "phone_account_address",
)  # fmt: skip
_VIDEO = 1
_HIDDEN = frozenset({"-1", "-2", "-3"})  # unknown, withheld, pay phone: written before `presentation` existed
_DIRECTIONS = {1: "in", 2: "out", 3: "in", 4: "in", 5: "in", 6: "in", 7: "in"}
_OUTCOMES = {1: "answered", 3: "missed", 4: "voicemail", 5: "rejected", 6: "blocked", 7: "answered"}


class AndroidCalls:
    """One `Call` per row of `calls`."""

    name: ClassVar[str] = "android-calls"
    version: ClassVar[str] = "2"
    title: ClassVar[str] = "Android calls"
    describes: ClassVar[str] = (
        "Calls of the phone app: number, name as stored with the call, time, duration, outcome, SIM or app that carried it"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "An outgoing call of zero seconds has no outcome: the log does not say why it failed.",
        "service is the phone account as the log stores it (number, card or app); which SIM that was is in telephony.db.",
        "Transcripts and geocoded places are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Call,)

    def wants(self, item: Item) -> bool:
        """calllog.db, calllog_shadow.db, contacts2.db."""
        return is_database(item.mime) and _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The calls in order of their row."""
        yield from read(item, self.name, lambda tables: _read(tables, owner(item.entry.path)))


def _read(tables: Tables, account: str | None) -> Iterator[Call | Problem]:
    """A contacts2.db without calls is one of Android 7 and later: its calls are in calllog.db."""
    if tables.has("calls", "_id", "date"):
        yield from kept(AndroidCalls.name, _calls(tables, account))
    elif not tables.has("raw_contacts"):
        yield unrecognised(AndroidCalls.title, AndroidCalls.name, tables.schema)


def _calls(tables: Tables, account: str | None) -> Iterator[Call]:
    for row in tables.rows("calls", _COLUMNS, order="_id"):
        yield _call(row, account)


def _call(row: sqlite3.Row, account: str | None) -> Call:
    kind = cells.integer(row["type"])
    features = cells.integer(row["features"]) or 0
    return Call(
        where=stored_in("calls", row),
        app="Phone",
        account=account,
        party=_party(row),
        party_name=cells.text(row["name"]),
        direction=_DIRECTIONS.get(kind, "unknown") if kind is not None else "unknown",
        started_at=cells.unix_milliseconds(row["date"]),
        duration_s=cells.seconds_long(row["duration"]),
        kind="video" if features & _VIDEO else "voice",
        outcome=_outcome(kind, row),
        raw_kind=cells.text(row["type"]),
        deleted="marked deleted" if cells.integer(row["deleted"]) == 1 else None,
        international=cells.text(row["normalized_number"]),
        service=_service(row),
        country=cells.text(row["countryiso"]),
    )


def _party(row: sqlite3.Row) -> str | None:
    """The other number; None where it was withheld or unknown."""
    number = cells.text(row["number"])
    return None if number in _HIDDEN or cells.integer(row["presentation"]) in {2, 3, 4} else number


def _service(row: sqlite3.Row) -> str | None:
    columns = ("phone_account_address", "subscription_component_name", "subscription_id")
    return next((found for column in columns if (found := cells.text(row[column]))), None)


def _outcome(kind: int | None, row: sqlite3.Row) -> str | None:
    if kind is None:
        return None
    if kind == 2:
        return "answered" if (cells.seconds_long(row["duration"]) or 0) > 0 else None
    return _OUTCOMES.get(kind, f"unknown ({kind})")
