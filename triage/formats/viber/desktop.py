"""`viber.db` of Viber on Windows and macOS, builds that do not encrypt it: Events, Messages, Contact, ChatInfo (mark C)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats import cells, codes
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
_KINDS = {0: "text", 1: "text", 2: "image", 3: "video", 4: "sticker", 5: "location", 9: "link"}
_EVENT = ("EventID", "TimeStamp", "Direction", "Type", "ContactID", "ChatID", "Number", "Token")
_PEOPLE = (
    Join("Contact", "ContactID", "ContactID", ("Name", "ClientName", "Number", "MID")),
    Join("ChatInfo", "ChatID", "ChatID", ("Name",)),
)
_MESSAGE = Join("Messages", "EventID", "EventID", ("EventID", "Type", "Body", "Subject", "PayloadPath", "Status"))
_CALL = Join("Calls", "EventID", "EventID", ("EventID", "Type", "Duration", "Status"))


def parts(tables: Tables, account: str | None) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part."""
    if tables.has("Events", "EventID") and tables.has("Messages", "EventID"):
        yield _events(tables, account)
    if tables.has("Contact", "ContactID"):
        yield _contacts(tables, account)


def _events(tables: Tables, account: str | None) -> Iterator[Message | Call]:
    """An event is a message, a call, or what neither table explains."""
    for row in tables.rows("Events", _EVENT, (*_PEOPLE, _MESSAGE, _CALL), order="EventID"):
        if row["Calls.EventID"] is not None:
            yield _call(row, account)
        else:
            yield _message(row, account)


def _party(row: sqlite3.Row) -> str | None:
    columns = ("Contact.Number", "Number", "Contact.MID")
    return next((found for column in columns if (found := cells.text(row[column]))), None)


def _name(row: sqlite3.Row) -> str | None:
    return cells.text(row["Contact.Name"]) or cells.text(row["Contact.ClientName"])


def _message(row: sqlite3.Row, account: str | None) -> Message:
    direction = codes.direction(row["Direction"])
    path, party = cells.text(row["Messages.PayloadPath"]), _party(row)
    return Message(
        where=stored_in("Events", row, "EventID"),
        app=_APP,
        account=account,
        thread=cells.text(row["ChatID"]) or party,
        thread_name=cells.text(row["ChatInfo.Name"]) or _name(row),
        sender=party if direction == "in" else account if direction == "out" else None,
        sender_name=_name(row) if direction == "in" else None,
        recipients=party if direction == "out" else account if direction == "in" else None,
        direction=direction,
        **sent(row["TimeStamp"], "ms Unix"),
        body=cells.text(row["Messages.Body"]) or cells.text(row["Messages.Subject"]),
        kind=(kind_of(None, path) if path else None) or codes.kind(row["Messages.Type"], _KINDS),
        raw_kind=cells.text(row["Messages.Type"]),
        attachment=path,
        identifier=cells.text(row["Token"]),
    )


def _call(row: sqlite3.Row, account: str | None) -> Call:
    lasted = cells.seconds_long(row["Calls.Duration"])
    return Call(
        where=stored_in("Events", row, "EventID"),
        app=_APP,
        account=account,
        party=_party(row),
        party_name=_name(row),
        direction=codes.direction(row["Direction"]),
        **started(row["TimeStamp"], "ms Unix"),
        duration_s=lasted,
        outcome="answered" if lasted else None,
        raw_kind=cells.text(row["Calls.Type"]),
    )


def _contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    for row in tables.rows("Contact", ("ContactID", "Name", "ClientName", "Number", "MID"), order="ContactID"):
        yield Contact(
            where=stored_in("Contact", row, "ContactID"),
            app=_APP,
            account=account,
            identifier=cells.text(row["MID"]) or cells.text(row["ContactID"]),
            name=cells.text(row["Name"]) or cells.text(row["ClientName"]),
            phone=cells.text(row["Number"]),
        )
