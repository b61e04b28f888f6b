"""`msys_database_<uid>` of Messenger on Android, `ig_msys_database_<uid>` of Instagram: messages, contacts, attachments, reactions, call_log (mark B; for Instagram C)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from triage.formats import cells, codes
from triage.formats.media_kinds import kind_of
from triage.formats.messenger import APP
from triage.formats.sqlite import stored_in
from triage.formats.tables import Join
from triage.formats.times import sent, started
from triage.model import Call, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from triage.formats.tables import Tables
    from triage.model import Record

_TABLES = ("messages", "secure_messages")
_MESSAGE = (
    "rowid",
    "timestamp_ms",
    "sender_id",
    "thread_key",
    "text",
    "message_id",
    "is_admin_message",
    "is_unsent",
    "reply_source_id",
)
_SENDER = Join("contacts", "id", "sender_id", ("name",))
_THREAD = Join("threads", "thread_key", "thread_key", ("thread_name",))
_OTHER = Join("contacts", "id", "thread_key", ("name",), alias="other")
_FILE = (
    "message_id",
    "filename",
    "playable_url",
    "preview_url",
    "attachment_mime_type",
    "playable_url_mime_type",
    "filesize",
    "title_text",
)
_CALL = (
    "rowid",
    "call_timestamp_ms",
    "call_duration",
    "call_direction",
    "call_media_type",
    "thread_key",
    "peer_id",
    "caller_id",
)
_CALL_DIRECTIONS = {1: "out", 2: "in"}
_VIDEO = 2


def parts(tables: Tables, account: str | None, app: str = APP) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part."""
    if not any(tables.has(table, "timestamp_ms", "sender_id") for table in _TABLES):
        return
    yield _contacts(tables, account, app)
    for table in _TABLES:
        if tables.has(table, "timestamp_ms", "sender_id"):
            yield _messages(tables, table, account, app)
    yield _reactions(tables, account, app)
    yield _calls(tables, account, app)


def _contacts(tables: Tables, account: str | None, app: str) -> Iterator[Contact]:
    wanted = ("id", "name", "first_name", "phone_number", "email_address", "username")
    for row in tables.rows("contacts", wanted, order="id"):
        yield Contact(
            where=stored_in("contacts", row, "id"), app=app, account=account, identifier=cells.text(row["id"]),
            name=cells.text(row["name"]), phone=cells.text(row["phone_number"]), email=cells.text(row["email_address"]),
            note=cells.text(row["username"]),
        )  # fmt: skip


def _messages(tables: Tables, table: str, account: str | None, app: str) -> Iterator[Message]:
    files = tables.grouped("attachments", *_FILE)
    for row in tables.rows(table, _MESSAGE, (_SENDER, _THREAD, _OTHER), order="rowid"):
        yield from _with_files(
            _message(row, table, account, app), files.get(row["message_id"], []) if row["message_id"] else []
        )


def _message(row: sqlite3.Row, table: str, account: str | None, app: str) -> Message:
    sender, thread = cells.text(row["sender_id"]), cells.text(row["thread_key"])
    direction = "unknown" if account is None or sender is None else "out" if sender == account else "in"
    return Message(
        where=stored_in(table, row, "rowid"),
        app=app,
        account=account,
        thread=thread,
        thread_name=cells.text(row["threads.thread_name"]) or cells.text(row["other.name"]),
        sender=sender,
        sender_name=cells.text(row["contacts.name"]),
        recipients=thread if direction == "out" else account if direction == "in" else None,
        direction=direction,
        **sent(row["timestamp_ms"], "ms Unix"),
        body=cells.text(row["text"]),
        kind="system" if cells.integer(row["is_admin_message"]) == 1 else "text",
        identifier=cells.text(row["message_id"]),
        quoted=cells.text(row["reply_source_id"]),
        deleted="revoked" if cells.integer(row["is_unsent"]) == 1 else None,
    )


def _with_files(message: Message, files: Sequence[sqlite3.Row]) -> Iterator[Message]:
    if not files:
        yield message
    for number, row in enumerate(files):
        name = next(
            (found for column in ("filename", "playable_url", "preview_url") if (found := cells.text(row[column]))),
            None,
        )
        mime = cells.text(row["attachment_mime_type"]) or cells.text(row["playable_url_mime_type"])
        yield replace(
            message,
            where=message.where if number == 0 else f"{message.where} attachment {number + 1}",
            body=message.body or cells.text(row["title_text"]) if number == 0 else None,
            kind=kind_of(mime, name) or "file",
            raw_kind=mime,
            attachment=name,
            attachment_size=cells.count(row["filesize"]),
        )


def _reactions(tables: Tables, account: str | None, app: str) -> Iterator[Message]:
    wanted = (
        "rowid",
        "thread_key",
        "message_id",
        "actor_id",
        "reaction",
        "reaction_creation_timestamp_ms",
        "timestamp_ms",
    )
    for row in tables.rows("reactions", wanted, order="rowid"):
        sender = cells.text(row["actor_id"])
        stamp = row["reaction_creation_timestamp_ms"]
        yield Message(
            where=stored_in("reactions", row, "rowid"),
            app=app,
            account=account,
            thread=cells.text(row["thread_key"]),
            sender=sender,
            direction="unknown" if account is None or sender is None else "out" if sender == account else "in",
            **sent(stamp if stamp is not None else row["timestamp_ms"], "ms Unix"),
            body=cells.text(row["reaction"]),
            kind="reaction",
            quoted=cells.text(row["message_id"]),
        )


def _calls(tables: Tables, account: str | None, app: str) -> Iterator[Call]:
    for row in tables.rows("call_log", _CALL, order="rowid"):
        lasted = cells.seconds_long(row["call_duration"])
        yield Call(
            where=stored_in("call_log", row, "rowid"),
            app=app,
            account=account,
            party=next(
                (found for column in ("peer_id", "caller_id", "thread_key") if (found := cells.text(row[column]))), None
            ),
            direction=codes.direction(row["call_direction"], _CALL_DIRECTIONS),
            **started(row["call_timestamp_ms"], "ms Unix"),
            duration_s=lasted,
            kind="video" if cells.integer(row["call_media_type"]) == _VIDEO else "voice",
            outcome="answered" if lasted else None,
            raw_kind=cells.text(row["call_media_type"]),
            thread=cells.text(row["thread_key"]),
        )
