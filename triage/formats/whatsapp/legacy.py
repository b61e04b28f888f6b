"""Messages of the legacy schema of `msgstore.db`: table `messages`, until about 2021, and what is left of it after a migration.

Every column but the key has come and gone (mark A: three public samples of different age). The path of a media file is in
`thumb_image`, a serialised Java object; a status of 6 makes the row a system event whose action is in `media_size` (mark B).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats import cells, java_serial, vcards
from triage.formats.sqlite import select
from triage.formats.whatsapp import codes
from triage.model import Call, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.sqlite import View

    Schema = dict[str, frozenset[str]]

_COLUMNS = (
    "_id", "key_remote_jid", "key_from_me", "key_id", "status", "data", "timestamp", "media_wa_type", "media_size", "media_name",
    "media_caption", "media_hash", "latitude", "longitude", "thumb_image", "remote_resource", "received_timestamp",
    "receipt_device_timestamp", "read_device_timestamp", "forwarded", "quoted_row_id", "media_duration",
)  # fmt: skip
_QUOTE = ("key_id", "data", "media_caption")
_PLACES = frozenset({5, 16})
_CALL_KIND = codes.KINDS[codes.MISSED]


def is_legacy(schema: Schema) -> bool:
    """Whether there is a table `messages` that is read here."""
    return {"key_remote_jid", "data"} <= schema.get("messages", frozenset())


def read_legacy(database: View, schema: Schema, *, app: str, account: str | None) -> Iterator[Message | Call]:
    """One `Message` per row of `messages` that was not migrated to `message`; the sentinel row is none.

    A migrated row keeps its number and its key, so a row whose pair is in the modern table is the same message. Where there is
    no call log yet, the rows that stand for calls are calls as well.
    """
    subjects = _subjects(database, schema)
    calls = not ("_id" in schema.get("call_log", ()) and database.count("call_log"))
    for row in database.rows(_query(schema)):
        if cells.text(row["key_id"]) == codes.SENTINEL:
            continue
        message = _message(row, subjects, app, account)
        yield message
        if calls and message.kind == _CALL_KIND:
            yield _call(row, message)


def _query(schema: Schema) -> str:
    columns = [select("messages", _COLUMNS, schema["messages"])]
    columns.append("messages.rowid AS number" if "_id" not in schema["messages"] else "messages._id AS number")
    joins, condition = [], ""
    quotes = schema.get("messages_quotes", frozenset())
    joinable = "_id" in quotes and "quoted_row_id" in schema["messages"]
    columns += [
        f"q.{name} AS quoted_{name}" if joinable and name in quotes else f"NULL AS quoted_{name}" for name in _QUOTE
    ]
    if joinable:
        joins.append("LEFT JOIN messages_quotes q ON q._id = messages.quoted_row_id")
    if {"_id", "key_id"} <= schema.get("message", frozenset()) and {"_id", "key_id"} <= schema["messages"]:
        joins.append("LEFT JOIN message m ON m._id = messages._id AND m.key_id = messages.key_id")
        condition = "WHERE m._id IS NULL"
    return f"SELECT {', '.join(columns)} FROM messages {' '.join(joins)} {condition} ORDER BY messages.rowid"  # noqa: S608  # names are constants


def _subjects(database: View, schema: Schema) -> dict[str, str]:
    if not {"key_remote_jid", "subject"} <= schema.get("chat_list", frozenset()):
        return {}
    rows = database.rows("SELECT key_remote_jid, subject FROM chat_list ORDER BY rowid")
    return {jid: subject for jid, subject in rows if isinstance(jid, str) and isinstance(subject, str) and subject}


def _message(row: sqlite3.Row, subjects: dict[str, str], app: str, account: str | None) -> Message:
    way = codes.direction(row["key_from_me"])
    thread = cells.text(row["key_remote_jid"])
    kind = cells.integer(row["media_wa_type"]) or 0
    system = cells.integer(row["status"]) == codes.SYSTEM_STATUS and kind not in codes.CALLS
    kind = codes.SYSTEM if system else kind
    latitude, longitude = cells.coordinates(row["latitude"], row["longitude"]) if kind in _PLACES else (None, None)
    stated = cells.text(row["remote_resource"])
    out = way == "out" and not system
    return Message(
        where=f"messages._id={row['number']}",
        app=app,
        account=account,
        deleted="revoked" if kind in codes.REVOKED else None,
        thread=thread,
        thread_name=subjects.get(thread or ""),
        sender=stated if system else codes.sender(stated, thread, way),
        recipients=thread if out and codes.is_person(thread) else None,
        direction="unknown" if system else way,
        sent_at=cells.unix_milliseconds(row["timestamp"]),
        body=_body(row, kind),
        kind=codes.kind_word(kind),
        raw_kind=_raw_kind(row, system=system),
        attachment=_attachment(row) if kind in codes.FILES else None,
        attachment_size=cells.count(row["media_size"]) or None if kind in codes.FILES else None,
        attachment_sha256=cells.base64_digest(row["media_hash"]),
        latitude=latitude,
        longitude=longitude,
        identifier=cells.text(row["key_id"]),
        quoted=cells.text(row["quoted_key_id"]),
        quoted_body=cells.written(row["quoted_data"]) or cells.written(row["quoted_media_caption"]),
        received_at=cells.unix_milliseconds(row["receipt_device_timestamp" if out else "received_timestamp"]),
        read_at=cells.unix_milliseconds(row["read_device_timestamp"]) if out else None,
        forwarded=bool((cells.integer(row["forwarded"]) or 0) & 1) or None,
        view_once=kind in codes.VIEW_ONCE or None,
        raw_time=cells.raw_time(row["timestamp"], "ms Unix"),
    )


def _body(row: sqlite3.Row, kind: int) -> str | None:
    """Of a place the name; a contact card is in `data`, too; what else is no text stays where it is."""
    text = cells.written(row["data"])
    if kind in {4, 14} and text:
        return vcards.shown([text]) or text
    return text or cells.written(row["media_caption"]) or (cells.text(row["media_name"]) if kind in _PLACES else None)


def _raw_kind(row: sqlite3.Row, *, system: bool) -> str | None:
    if system:
        return f"status {row['status']} action {row['media_size']}"
    return cells.text(row["media_wa_type"])


def _attachment(row: sqlite3.Row) -> str | None:
    """The path in the serialised object, else the name the sender's phone gave the file."""
    blob = row["thumb_image"]
    if isinstance(blob, bytes):
        for text in java_serial.strings(blob):
            if "/" in text and "." in text.rpartition("/")[2] and not text.startswith(("http", "java")):
                return text
    return cells.text(row["media_name"])


def _call(row: sqlite3.Row, message: Message) -> Call:
    """The seconds are in `media_duration`, the word video in the caption (mark C)."""
    duration = cells.seconds_long(cells.integer(row["media_duration"]))
    missed = cells.integer(row["media_wa_type"]) == codes.MISSED
    return Call(
        where=message.where,
        app=message.app,
        account=message.account,
        party=message.thread if codes.is_person(message.thread) else message.sender,
        direction=message.direction,
        started_at=message.sent_at,
        duration_s=duration,
        kind="video" if message.body == "video" else "voice",
        outcome="missed" if missed else "answered" if duration else None,
        raw_kind=message.raw_kind,
        identifier=(message.identifier or "").removeprefix("call:") or None,
        raw_time=message.raw_time,
    )
