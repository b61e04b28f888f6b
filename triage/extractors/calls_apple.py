"""Calls and voicemail of an iPhone: `CallHistory.storedata`, `call_history.db` (iOS 7 and before), `voicemail.db`.

Core Data store ZCALLRECORD since iOS 8: the join table of group calls is found by its name, whose numbers change with the
model. Reference: published parsers agree (mark B); `voicemail.db` columns compared with a public sample (mark A). Codes of
ZDISCONNECTED_CAUSE are not published and left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, codes
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Call

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"(CallHistory(Temp)?\.storedata|call_history\.db)\Z", re.IGNORECASE)
_VOICEMAIL = re.compile(r"/Voicemail/voicemail\.db\Z|\Avoicemail\.db\Z", re.IGNORECASE)
_RECORD = (
    "Z_PK", "ZDATE", "ZDURATION", "ZADDRESS", "ZNAME", "ZORIGINATED", "ZANSWERED", "ZCALLTYPE", "ZCALL_CATEGORY",
    "ZSERVICE_PROVIDER", "ZISO_COUNTRY_CODE",
)  # fmt: skip
_LEGACY = ("ROWID", "address", "date", "duration", "flags", "name", "country_code")
_MAIL = ("ROWID", "date", "sender", "callback_num", "duration", "trashed_date", "flags")
_GROUP = re.compile(r"Z_(\d+)REMOTEPARTICIPANTHANDLES\Z")
_VIDEO_TYPE, _VIDEO_CATEGORY = 8, 2
_OUT, _FACETIME = 1, 16  # bits of flags, iOS 7 and before


class AppleCalls:
    """One `Call` per row of ZCALLRECORD, `call` or `voicemail`."""

    name: ClassVar[str] = "apple-calls"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "iPhone calls and voicemail"
    describes: ClassVar[str] = "Phone, FaceTime and app calls with every party of a group call, and voicemail"
    limitations: ClassVar[tuple[str, ...]] = (
        "A received call that was not answered is missed: whether it was rejected, the history does not say.",
        "An unanswered outgoing call has no outcome.",
        "Calls that other apps reported to the system stand here and in the app's own history.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Call,)

    def wants(self, item: Item) -> bool:
        """CallHistory.storedata, call_history.db, voicemail.db."""
        named = _NAMES.match(item.entry.name) or _VOICEMAIL.search(item.entry.path)
        return is_database(item.mime) and named is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The calls in order of their row."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Call | Problem]:
    if not tables.first("ZCALLRECORD", "call", "voicemail"):
        yield unrecognised(AppleCalls.title, AppleCalls.name, tables.schema)
    for part in (_history, _legacy, _voicemail):
        yield from kept(AppleCalls.name, part(tables))


def _history(tables: Tables) -> Iterator[Call]:
    groups = _groups(tables)
    for row in tables.rows("ZCALLRECORD", _RECORD, order="Z_PK"):
        yield _call(row, groups.get(row["Z_PK"], []))


def _call(row: sqlite3.Row, parties: list[str]) -> Call:
    direction = codes.direction(row["ZORIGINATED"])
    kind = cells.integer(row["ZCALLTYPE"])
    video = kind == _VIDEO_TYPE or cells.integer(row["ZCALL_CATEGORY"]) == _VIDEO_CATEGORY
    return Call(
        where=stored_in("ZCALLRECORD", row, "Z_PK"),
        app="Phone",
        party=cells.text_of(row["ZADDRESS"]) or ", ".join(parties) or None,
        party_name=cells.text(row["ZNAME"]),
        direction=direction,
        started_at=cells.apple_seconds(row["ZDATE"]),
        duration_s=cells.seconds_long(row["ZDURATION"]),
        kind="video" if video else "voice",
        outcome=_outcome(direction, row),
        raw_kind=cells.text(row["ZCALLTYPE"]),
        service=cells.text(row["ZSERVICE_PROVIDER"]),
        country=cells.text(row["ZISO_COUNTRY_CODE"]),
    )


def _outcome(direction: str, row: sqlite3.Row) -> str | None:
    """Answered is stated; a call that lasted was answered; missed is received and not answered (mark B)."""
    answered = cells.integer(row["ZANSWERED"])
    if answered == 1 or (cells.seconds_long(row["ZDURATION"]) or 0) > 0:
        return "answered"
    return "missed" if direction == "in" and answered == 0 else None


def _groups(tables: Tables) -> dict[object, list[str]]:
    """The parties of each call, through the join table and ZHANDLE."""
    handles = tables.lookup("ZHANDLE", "Z_PK", "ZVALUE", "ZNORMALIZEDVALUE")
    found: dict[object, list[str]] = {}
    for table in filter(_GROUP.match, sorted(tables.schema)):
        call = next((each for each in tables.schema[table] if each.endswith("REMOTEPARTICIPANTCALLS")), "")
        handle = next((each for each in tables.schema[table] if each.endswith("REMOTEPARTICIPANTHANDLES")), "")
        for row in tables.rows(table, (call, handle), order=call) if call and handle else ():
            known = handles.get(row[handle])
            party = known and (cells.text_of(known["ZNORMALIZEDVALUE"]) or cells.text_of(known["ZVALUE"]))
            if party:
                found.setdefault(row[call], []).append(party)
    return found


def _legacy(tables: Tables) -> Iterator[Call]:
    for row in tables.rows("call", _LEGACY, order="ROWID"):
        flags = cells.integer(row["flags"])
        lasted = cells.seconds_long(row["duration"])
        direction = "unknown" if flags is None else "out" if flags & _OUT else "in"
        yield Call(
            where=stored_in("call", row, "ROWID"),
            app="Phone",
            party=cells.text(row["address"]),
            party_name=cells.text(row["name"]),
            direction=direction,
            started_at=cells.unix_seconds(row["date"]),
            duration_s=lasted,
            outcome="answered" if lasted else "missed" if direction == "in" else None,
            raw_kind=cells.text(row["flags"]),
            service="FaceTime" if flags is not None and flags & _FACETIME else None,
        )


def _voicemail(tables: Tables) -> Iterator[Call]:
    """Messages left; the sound lies beside the database as `<ROWID>.amr`. Table `deleted` keeps those that are gone."""
    for table, gone in (("voicemail", None), ("deleted", "deleted")):
        for row in tables.rows(table, _MAIL, order="ROWID") if tables.has(table, "sender") else ():
            yield Call(
                where=stored_in(table, row, "ROWID"),
                app="Voicemail",
                party=cells.text(row["sender"]) or cells.text(row["callback_num"]),
                direction="in",
                started_at=cells.unix_seconds(row["date"]),
                duration_s=cells.seconds_long(row["duration"]),
                outcome="voicemail",
                raw_kind=cells.text(row["flags"]),
                deleted=gone or ("trashed" if cells.apple_seconds(row["trashed_date"]) else None),
            )
