"""Google Messages: `bugle_db`, SMS, MMS and RCS as that app keeps them; RCS may stand nowhere else.

Times Unix milliseconds. The sender's `sub_id` says the direction: -2 is another person, any other number one of the phone's cards (mark
B: AOSP constant). Codes of protocol and status are of a single source (mark C): `raw_kind` has the numbers.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.app_paths import owner
from triage.formats.media_kinds import kind_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Children, Join, Tables, read
from triage.formats.times import sent
from triage.model import Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"bugle_db\Z", re.IGNORECASE)
_APP = "Google Messages"
_OTHER = -2  # sub_id of another person
_DRAFT = 3  # message_status
_MESSAGE = (
    "_id", "conversation_id", "sender_id", "self_id", "sent_timestamp", "received_timestamp", "message_protocol", "message_status",
    "mms_subject", "rcs_message_id",
)  # fmt: skip
_PERSON = ("sub_id", "normalized_destination", "display_destination", "full_name")
_JOINS = (
    Join("participants", "_id", "sender_id", _PERSON),
    Join("conversations", "_id", "conversation_id", ("name",)),
)
_PART = ("_id", "message_id", "text", "uri", "content_type", "local_cache_path", "file_size_bytes", "file_name")


class GoogleMessages:
    """One `Message` per row of `messages` and per further attachment, one `Contact` per participant."""

    name: ClassVar[str] = "google-messages"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Google Messages"
    describes: ClassVar[str] = "SMS, MMS and RCS chats of Google Messages with their attachments and parties"
    limitations: ClassVar[tuple[str, ...]] = (
        "SMS and MMS stand in mmssms.db too: they are records of both files.",
        "What carried a message (protocol 0 SMS, 1 MMS, 3 RCS) and its state are codes of a single source: raw_kind has the numbers.",
        "Reactions and read receipts of RCS are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Contact, Message)

    def wants(self, item: Item) -> bool:
        """bugle_db."""
        return is_database(item.mime) and _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """People, then messages in order of their row."""
        yield from read(item, self.name, lambda tables: _read(tables, owner(item.entry.path)))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    if not tables.has("messages", "_id", "conversation_id"):
        yield unrecognised(GoogleMessages.title, GoogleMessages.name, tables.schema)
    yield from kept(GoogleMessages.name, _people(tables, account))
    yield from kept(GoogleMessages.name, _messages(tables, account))


def _people(tables: Tables, account: str | None) -> Iterator[Contact]:
    for row in tables.rows("participants", ("_id", *_PERSON), order="_id"):
        if cells.integer(row["sub_id"]) == _OTHER:
            yield Contact(
                where=stored_in("participants", row),
                app=_APP,
                account=account,
                identifier=cells.text(row["_id"]),
                name=cells.text(row["full_name"]),
                phone=cells.text(row["display_destination"]) or cells.text(row["normalized_destination"]),
                international=cells.text(row["normalized_destination"]),
            )


def _messages(tables: Tables, account: str | None) -> Iterator[Message]:
    people = tables.lookup("participants", "_id", *_PERSON)
    members = tables.grouped("conversation_participants", "conversation_id", "participant_id")
    parts = Children(tables.rows("parts", _PART, order="message_id"), "message_id")
    for row in tables.rows("messages", _MESSAGE, _JOINS, order="_id"):
        listed = (people.get(each["participant_id"]) for each in members.get(row["conversation_id"], ()))
        others = [number for each in listed if each is not None and (number := _number(each))]
        own = people.get(row["self_id"])
        message = _message(row, others, _number(own) if own is not None else None, account)
        yield from _with_parts(message, parts.of(row["_id"]))


def _number(row: sqlite3.Row, before: str = "") -> str | None:
    columns = ("normalized_destination", "display_destination")
    return next((found for column in columns if (found := cells.text(row[before + column]))), None)


def _message(row: sqlite3.Row, others: Sequence[str], own: str | None, account: str | None) -> Message:
    side = cells.integer(row["participants.sub_id"])
    direction = "unknown" if side is None else "in" if side == _OTHER else "out"
    protocol, status = cells.text(row["message_protocol"]), cells.text(row["message_status"])
    when = row["sent_timestamp"] if cells.integer(row["sent_timestamp"]) else row["received_timestamp"]
    return Message(
        where=stored_in("messages", row),
        app=_APP,
        account=account,
        thread=cells.text(row["conversation_id"]),
        thread_name=cells.text(row["conversations.name"]) or ", ".join(others) or None,
        sender=_number(row, "participants.") if direction != "unknown" else None,
        sender_name=cells.text(row["participants.full_name"]) if direction == "in" else None,
        recipients=(", ".join(others) or None) if direction == "out" else own if direction == "in" else None,
        direction=direction,
        **sent(when, "ms Unix"),
        kind="draft" if cells.integer(row["message_status"]) == _DRAFT else "text",
        raw_kind=f"protocol {protocol} status {status}",
        received_at=cells.unix_milliseconds(row["received_timestamp"]) if direction == "in" else None,
        body=cells.text(row["mms_subject"]),
        identifier=cells.text(row["rcs_message_id"]),
    )


def _with_parts(message: Message, parts: Sequence[sqlite3.Row]) -> Iterator[Message]:
    """The message with its texts and first attachment, then one message per further attachment."""
    texts = [message.body, *(cells.text(each["text"]) for each in parts)]
    files = [each for each in parts if cells.text(each["uri"]) or cells.text(each["local_cache_path"])]
    message = replace(message, body="\n".join(each for each in texts if each) or None)
    if not files:
        yield message
    for number, row in enumerate(files):
        path = next(
            (found for name in ("file_name", "local_cache_path", "uri") if (found := cells.text(row[name]))), None
        )
        yield replace(
            message,
            where=message.where if number == 0 else stored_in("parts", row),
            body=message.body if number == 0 else None,
            kind=kind_of(cells.text(row["content_type"]), path) or "document",
            attachment=path,
            attachment_size=cells.count(row["file_size_bytes"]),
        )
