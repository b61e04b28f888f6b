"""`Contacts.data` of Viber on iOS (Core Data): messages, members, attachments, calls (mark B)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats import cells
from triage.formats.media_kinds import kind_of
from triage.formats.sqlite import stored_in
from triage.formats.tables import Join
from triage.formats.times import sent, started
from triage.model import Call, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.tables import Tables
    from triage.model import Record

_APP = "Viber"
_MESSAGE = (
    "Z_PK", "ZDATE", "ZSTATEDATE", "ZSTATE", "ZTEXT", "ZCONVERSATION", "ZPHONENUMINDEX", "ZATTACHMENT", "ZBEINGDELETED", "ZSYSTEMTYPE",
)  # fmt: skip
_JOINS = (
    Join("ZCONVERSATION", "Z_PK", "ZCONVERSATION", ("ZNAME", "ZINTERLOCUTOR")),
    Join("ZMEMBER", "Z_PK", "ZPHONENUMINDEX", ("ZDISPLAYFULLNAME", "ZDISPLAYSHORTNAME", "ZPHONE")),
    Join("ZMEMBER", "Z_PK", "ZCONVERSATION.ZINTERLOCUTOR", ("ZDISPLAYFULLNAME", "ZDISPLAYSHORTNAME", "ZPHONE"), alias="other"),
    Join("ZATTACHMENT", "Z_PK", "ZATTACHMENT", ("ZNAME", "ZTYPE")),
)  # fmt: skip
_STATES = {"send": "out", "sent": "out", "delivered": "out", "seen": "out", "received": "in"}
_KINDS = {
    "picture": "image",
    "image": "image",
    "video": "video",
    "sticker": "sticker",
    "audio": "audio",
    "customLocation": "location",
}


def parts(tables: Tables, account: str | None) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part."""
    if tables.has("ZVIBERMESSAGE", "Z_PK"):
        yield _messages(tables, account)
    if tables.has("ZMEMBER", "Z_PK"):
        yield _contacts(tables, account)
    if tables.has("ZRECENT", "Z_PK", "ZCALLTYPE"):
        yield _calls(tables, account)


def _messages(tables: Tables, account: str | None) -> Iterator[Message]:
    for row in tables.rows("ZVIBERMESSAGE", _MESSAGE, _JOINS, order="Z_PK"):
        direction = _STATES.get((cells.text(row["ZSTATE"]) or "").lower(), "unknown")
        member, other = _identity(row, "ZMEMBER"), _identity(row, "other")
        path, kind = cells.text(row["ZATTACHMENT.ZNAME"]), cells.text(row["ZATTACHMENT.ZTYPE"])
        yield Message(
            where=stored_in("ZVIBERMESSAGE", row, "Z_PK"),
            app=_APP,
            account=account,
            thread=cells.text(row["ZCONVERSATION"]),
            thread_name=cells.text(row["ZCONVERSATION.ZNAME"]) or _name(row, "other") or other,
            sender=(member or other) if direction == "in" else None,
            sender_name=(_name(row, "ZMEMBER") or _name(row, "other")) if direction == "in" else None,
            recipients=other if direction == "out" else None,
            direction=direction,
            **sent(row["ZDATE"] if row["ZDATE"] is not None else row["ZSTATEDATE"], "s Cocoa"),
            body=cells.text(row["ZTEXT"]),
            kind=_KINDS.get(kind or "", kind_of(None, path) or f"unknown ({kind})") if kind or path else "text",
            raw_kind=kind or cells.text(row["ZSTATE"]),
            attachment=path,
            deleted="marked deleted" if cells.integer(row["ZBEINGDELETED"]) == 1 else None,
        )


def _identity(row: sqlite3.Row, table: str) -> str | None:
    return cells.text(row[f"{table}.ZPHONE"]) or _name(row, table)


def _name(row: sqlite3.Row, table: str) -> str | None:
    return cells.text(row[f"{table}.ZDISPLAYFULLNAME"]) or cells.text(row[f"{table}.ZDISPLAYSHORTNAME"])


def _contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    numbers = tables.grouped("ZPHONENUMBER", "ZMEMBER", "ZPHONE")
    for row in tables.rows("ZMEMBER", ("Z_PK", "ZDISPLAYFULLNAME", "ZDISPLAYSHORTNAME", "ZPHONE"), order="Z_PK"):
        own = cells.text(row["ZPHONE"])
        listed = [found for each in numbers.get(row["Z_PK"], ()) if (found := cells.text(each["ZPHONE"]))]
        yield Contact(
            where=stored_in("ZMEMBER", row, "Z_PK"),
            app=_APP,
            account=account,
            identifier=cells.text(row["Z_PK"]),
            name=cells.text(row["ZDISPLAYFULLNAME"]) or cells.text(row["ZDISPLAYSHORTNAME"]),
            phone=", ".join(dict.fromkeys([*([own] if own else []), *listed])) or None,
        )


def _calls(tables: Tables, account: str | None) -> Iterator[Call]:
    """ZCALLTYPE is text with the direction in it: `incoming`, `outgoing`, `missed`, with `_viber` or `video` behind (mark C)."""
    line = Join("ZRECENTSLINE", "Z_PK", "ZRECENTSLINE", ("ZPHONENUMBER",))
    number = Join("ZPHONENUMBER", "Z_PK", "ZRECENTSLINE.ZPHONENUMBER", ("ZPHONE",))
    for row in tables.rows("ZRECENT", ("Z_PK", "ZCALLTYPE", "ZDATE", "ZDURATION"), (line, number), order="Z_PK"):
        kind = (cells.text(row["ZCALLTYPE"]) or "").lower()
        lasted = cells.seconds_long(row["ZDURATION"])
        missed = "missed" in kind
        yield Call(
            where=stored_in("ZRECENT", row, "Z_PK"),
            app=_APP,
            account=account,
            party=cells.text(row["ZPHONENUMBER.ZPHONE"]),
            direction="in" if missed or "incoming" in kind else "out" if "outgoing" in kind else "unknown",
            **started(row["ZDATE"], "s Cocoa"),
            duration_s=lasted,
            kind="video" if "video" in kind else "voice",
            outcome="missed" if missed else "answered" if lasted else None,
            raw_kind=cells.text(row["ZCALLTYPE"]),
        )
