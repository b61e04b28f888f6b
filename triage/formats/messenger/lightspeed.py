"""`lightspeed-userDatabases/<uid>.db` of Messenger on iOS: client_messages or thread_messages (mark C)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats import cells
from triage.formats.media_kinds import kind_of
from triage.formats.messenger import APP
from triage.formats.sqlite import stored_in
from triage.formats.tables import Join
from triage.formats.times import sent
from triage.model import Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.tables import Tables
    from triage.model import Record

_TABLES = ("client_messages", "thread_messages")
_MESSAGE = (
    "rowid", "pk", "thread_pk", "thread_key", "sender_contact_pk", "sender_id", "text", "message_id", "display_timestamp_ms", "timestamp_ms",
    "message_content_type", "is_unsent",
)  # fmt: skip
_SENDER = Join("client_contacts", "pk", "sender_contact_pk", ("name", "id", "igid"))
_OLDER_SENDER = Join("contacts", "id", "sender_id", ("name",))
_THREAD = Join("client_threads", "pk", "thread_pk", ("thread_key", "thread_name"))
_FILES = ("message_pk", "message_id", "filename", "attachment_mime_type", "preview_url", "playable_url")


def parts(tables: Tables, account: str | None) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part."""
    table = tables.first(*_TABLES)
    if table is None:
        return
    yield _contacts(tables, account)
    yield _messages(tables, table, account)


def _contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    for row in tables.rows("client_contacts", ("pk", "id", "igid", "name", "username", "phone_number"), order="pk"):
        yield Contact(
            where=stored_in("client_contacts", row, "pk"), app=APP, account=account,
            identifier=cells.text(row["id"]) or cells.text(row["igid"]) or cells.text(row["pk"]), name=cells.text(row["name"]),
            phone=cells.text(row["phone_number"]), note=cells.text(row["username"]),
        )  # fmt: skip


def _messages(tables: Tables, table: str, account: str | None) -> Iterator[Message]:
    files = {
        key: rows
        for column in ("message_pk", "message_id")
        for key, rows in tables.grouped("client_attachments", column, *_FILES).items()
    }
    for row in tables.rows(table, _MESSAGE, (_SENDER, _OLDER_SENDER, _THREAD), order="rowid"):
        attached = files.get(row["pk"]) or files.get(row["message_id"]) or []
        yield _message(row, table, attached[0] if attached else None, account)


def _message(row: sqlite3.Row, table: str, file: sqlite3.Row | None, account: str | None) -> Message:
    sender = next(
        (
            found
            for column in ("client_contacts.id", "sender_id", "sender_contact_pk")
            if (found := cells.text(row[column]))
        ),
        None,
    )
    known = row["client_contacts.id"] is not None or row["sender_id"] is not None
    direction = "unknown" if account is None or not known else "out" if sender == account else "in"
    name = (
        next(
            (found for column in ("filename", "playable_url", "preview_url") if (found := cells.text(file[column]))),
            None,
        )
        if file
        else None
    )
    when = row["display_timestamp_ms"] if row["display_timestamp_ms"] is not None else row["timestamp_ms"]
    return Message(
        where=stored_in(table, row, "rowid"),
        app=APP,
        account=account,
        thread=next(
            (
                found
                for column in ("client_threads.thread_key", "thread_key", "thread_pk")
                if (found := cells.text(row[column]))
            ),
            None,
        ),
        thread_name=cells.text(row["client_threads.thread_name"]),
        sender=sender,
        sender_name=cells.text(row["client_contacts.name"]) or cells.text(row["contacts.name"]),
        direction=direction,
        **sent(when, "ms Unix"),
        body=cells.text(row["text"]),
        kind=(kind_of(cells.text(file["attachment_mime_type"]), name) or "file") if file else "text",
        raw_kind=cells.text(row["message_content_type"]),
        attachment=name,
        identifier=cells.text(row["message_id"]),
        deleted="revoked" if cells.integer(row["is_unsent"]) == 1 else None,
    )
