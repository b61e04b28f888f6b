"""`viber_messages` and `viber_data` of Viber on Android (messages mark B, calls and address book mark A)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats import cells, codes, json_values
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
    "_id", "msg_date", "date", "send_type", "body", "conversation_id", "participant_id", "extra_uri", "extra_mime", "mime_type",
    "deleted", "msg_info", "token", "location_lat", "location_lng", "status", "timebomb", "address",
)  # fmt: skip
_JOINS = (
    Join("participants", "_id", "participant_id", ("participant_info_id",)),
    Join("participants_info", "_id", "participants.participant_info_id", ("number", "member_id", "display_name", "contact_name", "viber_name", "participant_type")),
    Join("conversations", "_id", "conversation_id", ("name", "conversation_type")),
)  # fmt: skip
_NAMES = ("contact_name", "display_name", "viber_name")
_SELF = 0  # participant_type
_CALL = (
    "_id", "number", "canonized_number", "date", "duration", "type", "viber_call", "viber_call_type", "end_reason", "call_id", "conference_info",
)  # fmt: skip
_DIRECTIONS = {1: "in", 2: "out", 3: "in"}  # 3: missed (mark C)
_VIDEO = 4
_MIME_NUMBERS = {0: "text", 1: "image", 2: "audio", 3: "video", 4: "sticker", 5: "location"}  # mark C


def parts(tables: Tables, account: str | None) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part."""
    if tables.has("messages", "_id", "conversation_id", "send_type"):
        yield _messages(tables, account)
    if tables.has("calls", "_id", "canonized_number"):
        yield _calls(tables, account)
    if tables.has("phonebookcontact", "_id"):
        yield _contacts(tables, account)


def _messages(tables: Tables, account: str | None) -> Iterator[Message]:
    members = _members(tables)
    for row in tables.rows("messages", _MESSAGE, _JOINS, order="_id"):
        yield _message(row, members.get(row["conversation_id"], []), account)


def _members(tables: Tables) -> dict[object, list[tuple[str | None, bool]]]:
    """The parties of each conversation: number, and whether it is the owner."""
    found: dict[object, list[tuple[str | None, bool]]] = {}
    info = tables.lookup("participants_info", "_id", "number", "member_id", "participant_type")
    for row in tables.rows("participants", ("conversation_id", "participant_info_id")):
        person = info.get(row["participant_info_id"])
        if person is not None:
            own = cells.integer(person["participant_type"]) == _SELF
            found.setdefault(row["conversation_id"], []).append((_number(person), own))
    return found


def _number(row: sqlite3.Row, before: str = "") -> str | None:
    return cells.text(row[f"{before}number"]) or cells.text(row[f"{before}member_id"])


def _message(row: sqlite3.Row, members: list[tuple[str | None, bool]], account: str | None) -> Message:
    direction = codes.direction(row["send_type"])
    person = _number(row, "participants_info.")
    others = [number for number, own in members if number and not own]
    own = next((number for number, mine in members if number and mine), None)
    latitude, longitude = _place(row)
    path = cells.text(row["extra_uri"])
    when = row["msg_date"] if row["msg_date"] is not None else row["date"]
    return Message(
        where=stored_in("messages", row),
        app=_APP,
        account=account,
        thread=cells.text(row["conversation_id"]),
        thread_name=cells.text(row["conversations.name"]) or ", ".join(others) or None,
        sender=person if direction == "in" else own if direction == "out" else None,
        sender_name=_first(row) if direction == "in" else None,
        recipients=(", ".join(others) or cells.text(row["address"])) if direction == "out" else None,
        direction=direction,
        **sent(when, "ms Unix"),
        body=cells.text(row["body"]),
        kind=_kind(row, path),
        raw_kind=cells.text(row["extra_mime"]) or cells.text(row["mime_type"]),
        attachment=path,
        attachment_size=cells.count(json_values.inside(json_values.parsed(row["msg_info"]), "fileInfo", "FileSize")),
        latitude=latitude,
        longitude=longitude,
        identifier=cells.text(row["token"]) if cells.integer(row["token"]) != 0 else None,
        deleted="marked deleted" if cells.integer(row["deleted"]) == 1 else None,
    )


def _first(row: sqlite3.Row) -> str | None:
    return next((found for name in _NAMES if (found := cells.text(row[f"participants_info.{name}"]))), None)


def _kind(row: sqlite3.Row, path: str | None) -> str:
    """By MIME where one is stored as text, else by the app's number."""
    for column in ("extra_mime", "mime_type"):
        value = row[column]
        if isinstance(value, str) and not value.isdigit() and value:
            known = {"text": "text", "location": "location", "sticker": "sticker", "call": "call", "notif": "system"}
            return kind_of(value, path) or known.get(value.split("/")[0], f"unknown ({value})")
        if cells.integer(value) is not None:
            return codes.kind(value, _MIME_NUMBERS)
    return (kind_of(None, path) or "file") if path else "text"


def _place(row: sqlite3.Row) -> tuple[float, float] | tuple[None, None]:
    """Stored as degrees, or as whole ten-millionths of them."""
    pair = [cells.real(row[column]) for column in ("location_lat", "location_lng")]
    scaled = [each / 1e7 if each is not None and abs(each) > 180 else each for each in pair]
    return cells.coordinates(*scaled)


def _calls(tables: Tables, account: str | None) -> Iterator[Call]:
    for row in tables.rows("calls", _CALL, order="_id"):
        lasted = cells.seconds_long(row["duration"])
        kind = cells.integer(row["type"])
        yield Call(
            where=stored_in("calls", row),
            app=_APP,
            account=account,
            party=cells.text(row["number"]),
            direction=codes.direction(kind, _DIRECTIONS),
            **started(row["date"], "ms Unix"),
            duration_s=lasted,
            kind="video" if cells.integer(row["viber_call_type"]) == _VIDEO else "voice",
            outcome="answered" if lasted else "missed" if kind == 3 else None,
            raw_kind=cells.text(row["type"]),
            international=cells.text(row["canonized_number"]),
            service=None
            if cells.integer(row["viber_call"]) == 1
            else "phone"
            if cells.integer(row["viber_call"]) == 0
            else None,
        )


def _contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    numbers = tables.grouped("phonebookdata", "contact_id", "data1", "data2")
    for row in tables.rows("phonebookcontact", ("_id", "display_name", "deleted"), order="_id"):
        own = numbers.get(row["_id"], [])
        yield Contact(
            where=stored_in("phonebookcontact", row),
            app=_APP,
            account=account,
            identifier=cells.text(row["_id"]),
            name=cells.text(row["display_name"]),
            phone=_joined(own, "data1"),
            international=_joined(own, "data2"),
            deleted="marked deleted" if cells.integer(row["deleted"]) == 1 else None,
        )


def _joined(rows: list[sqlite3.Row], column: str) -> str | None:
    return ", ".join(dict.fromkeys(found for row in rows if (found := cells.text(row[column])))) or None
