"""Calls of WhatsApp on iOS: `CallHistory.sqlite` of its app group, a Core Data store (mark B; outcomes mark C).

An event belongs to an aggregate that holds direction, missed and video; the parties are in a table of their own. Older builds
have ZWACALLEVENT instead of ZWACDCALLEVENT.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, tables
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Join
from triage.formats.whatsapp import apple
from triage.model import Call

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.tables import Tables
    from triage.model import Problem, Record

_NAME = "callhistory.sqlite"
_SIGNS = (b"ZWACDCALLEVENT", b"ZWACALLEVENT")
_EVENTS = ("ZWACDCALLEVENT", "ZWACALLEVENT")
_EVENT = (
    "Z_PK",
    "ZDATE",
    "ZDURATION",
    "ZOUTCOME",
    "ZCALLIDSTRING",
    "ZGROUPCALLCREATORUSERJIDSTRING",
    "ZGROUPJIDSTRING",
)
_AGGREGATE = Join("ZWAAGGREGATECALLEVENT", "Z_PK", "Z1CALLEVENTS", ("ZINCOMING", "ZMISSED", "ZVIDEO"), "group")


class WhatsAppAppleCalls:
    """One `Call` per event."""

    name: ClassVar[str] = "whatsapp-apple-calls"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "WhatsApp calls on iOS"
    describes: ClassVar[str] = "Voice and video calls with their parties, direction, time, duration and outcome"
    limitations: ClassVar[tuple[str, ...]] = (
        "Outcomes other than ended, missed and rejected are given by their number.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Call,)

    def wants(self, item: Item) -> bool:
        """CallHistory.sqlite, or a database whose head shows the table of events."""
        if not is_database(item.mime):
            return False
        return item.entry.name.casefold() == _NAME or any(sign in item.head for sign in _SIGNS)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Events in order of their row."""
        app = "WhatsApp Business" if "whatsappsmb" in item.entry.path.casefold() else "WhatsApp"
        return tables.read(item, self.name, partial(_read, app=app))


def _read(found: Tables, app: str) -> Iterator[Record | Problem]:
    table = found.first(*_EVENTS)
    if table is None or not found.has(table, "Z_PK"):
        yield unrecognised(app, WhatsAppAppleCalls.name, found.schema)
        return
    yield from kept(WhatsAppAppleCalls.name, _calls(found, table, app))


def _calls(found: Tables, table: str, app: str) -> Iterator[Call]:
    parties = found.grouped(f"{table}PARTICIPANT", "Z1PARTICIPANTS", "ZJIDSTRING")
    for row in found.rows(table, _EVENT, (_AGGREGATE,), order="Z_PK"):
        others = [name for each in parties.get(row["Z_PK"], ()) if (name := cells.text(each["ZJIDSTRING"]))]
        yield _call(row, others, table, app)


def _call(row: sqlite3.Row, others: list[str], table: str, app: str) -> Call:
    duration = cells.seconds_long(row["ZDURATION"])
    outcome = cells.integer(row["ZOUTCOME"])
    return Call(
        where=f"{table}.Z_PK={row['Z_PK']}",
        app=app,
        party=others[0] if len(others) == 1 else cells.text(row["ZGROUPCALLCREATORUSERJIDSTRING"]),
        direction={1: "in", 0: "out"}.get(cells.integer(row["group.ZINCOMING"]), "unknown"),  # type: ignore[arg-type]  # None is no key
        started_at=cells.apple_seconds(row["ZDATE"]),
        duration_s=duration,
        kind="video" if cells.integer(row["group.ZVIDEO"]) == 1 else "voice",
        outcome=_outcome(row, outcome, duration),
        raw_kind=cells.text(row["ZOUTCOME"]),
        identifier=cells.text(row["ZCALLIDSTRING"]),
        thread=cells.text(row["ZGROUPJIDSTRING"]),
        recipients=", ".join(others) if len(others) > 1 else None,
        raw_time=cells.raw_time(row["ZDATE"], "s since 2001"),
    )


def _outcome(row: sqlite3.Row, outcome: int | None, duration: float | None) -> str | None:
    if duration:
        return "answered"
    if cells.integer(row["group.ZMISSED"]) == 1:
        return "missed"
    return None if outcome in {None, 0} else apple.OUTCOMES.get(outcome or 0, f"unknown ({outcome})")
