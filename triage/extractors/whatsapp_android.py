"""WhatsApp and WhatsApp Business on Android: `msgstore.db`, modern schema (table `message`, since about 2021).

Written by com.whatsapp and com.whatsapp.w4b. The schema is probed table by table: `user_version` is always 1 and columns
come and go. Reference: published parsers (mark B); schema of public samples and of a published dump (mark A). Rare codes of
message, action and call result are disputed (mark C): the number is always kept beside the word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.reading import read_database
from triage.formats.sqlite import View, kept, select, stored_in, unrecognised
from triage.model import Call, Message, Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

Schema = dict[str, frozenset[str]]

_NAMES = re.compile(r"msgstore.*\.db\Z", re.IGNORECASE)
_PACKAGE = re.compile(r"/com\.whatsapp(\.w4b)?/")
_SIGNS = (b"chat_row_id", b"key_remote_jid")  # columns of the message tables, modern and legacy

_MESSAGE = (
    "_id", "chat_row_id", "from_me", "key_id", "sender_jid_row_id", "timestamp", "message_type", "text_data",
    "starred",
)  # fmt: skip
_JOINED = {
    "message_media": ("file_path", "file_size", "file_length", "media_name", "file_hash", "media_caption"),
    "message_location": ("latitude", "longitude", "place_name", "place_address"),
    "message_system": ("action_type",),
}
_CALL = ("_id", "jid_row_id", "from_me", "timestamp", "video_call", "duration", "call_result")

_KINDS = {
    0: "text", 1: "image", 2: "audio", 3: "video", 4: "contact", 5: "location", 7: "system", 8: "call", 9: "document",
    10: "call", 11: "undecrypted", 13: "gif", 14: "contact", 15: "revoked", 16: "live location", 20: "sticker",
    23: "product", 24: "group invite", 25: "template", 26: "template", 27: "template", 28: "template", 32: "template reply",
    36: "system", 42: "view-once image", 43: "view-once video", 44: "order", 45: "interactive", 55: "interactive",
    57: "interactive", 62: "product", 64: "revoked", 66: "poll", 81: "video note", 82: "view-once audio", 90: "call",
    92: "event", 94: "channel invite", 99: "album", 103: "status mention", 106: "poll", 112: "system",
}  # fmt: skip
_SYSTEM = 7
_SENTINEL = (1, "-1")  # the row the app writes into an empty table (mark A); it is no message
_REVOKED = frozenset({15, 64})
_OUTCOMES = {2: "missed", 3: "unavailable", 4: "rejected", 5: "answered", 7: "busy"}


class WhatsAppAndroid:
    """One `Message` per row of `message`, one `Call` per row of `call_log`."""

    name: ClassVar[str] = "whatsapp-android"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "WhatsApp on Android"
    describes: ClassVar[str] = "Chats, groups, media references, places, revoked and cleared messages, and calls"
    limitations: ClassVar[tuple[str, ...]] = (
        "The legacy schema (table messages, until about 2021) is reported and not read yet.",
        "Names come from group subjects alone: contacts are in wa.db, which is another item.",
        "The owner's number is in shared_prefs, not here: account, sender of sent and recipient of received messages stay empty.",
        "Reactions, edits, poll votes, contact cards, quoted copies and receipts are not read.",
        "Encrypted backups (crypt12, crypt14, crypt15) are not opened.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message, Call)

    def wants(self, item: Item) -> bool:
        """msgstore*.db, or a database below the app's folder whose head shows the columns of its message tables."""
        if not is_database(item.mime):
            return False
        if _NAMES.match(item.entry.name):
            return True
        return _PACKAGE.search(item.entry.path) is not None and any(sign in item.head for sign in _SIGNS)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Messages in order of their row, then calls."""
        app = "WhatsApp Business" if "com.whatsapp.w4b" in item.entry.path else "WhatsApp"
        return read_database(item, self.name, partial(_all, app=app))


def _all(database: View, app: str) -> Iterator[Record | Problem]:
    stage = WhatsAppAndroid.name
    schema = database.schema()
    modern = {"_id", "chat_row_id"} <= schema.get("message", frozenset())
    if "key_remote_jid" in schema.get("messages", ()):
        yield from kept(stage, _legacy(database))
    elif not modern:
        yield unrecognised(app, stage, schema)
    people = _People({}, {}, {})
    for read in (_jids, _phones, _chats):
        yield from kept(stage, read(database, schema, people))
    if modern:
        yield from kept(stage, _messages(database, schema, people, app))
    if "_id" in schema.get("call_log", ()):
        yield from kept(stage, _calls(database, schema, people, app))


@dataclass(frozen=True, slots=True)
class _People:
    """Identities by row: jid to text, @lid identity to the jid of the phone number, chat to its jid and subject."""

    jids: dict[object, str]
    phones: dict[object, object]
    chats: dict[object, tuple[int | None, str | None]]

    def address(self, row: object) -> str | None:
        """The identity of a jid row, by phone number where WhatsApp recorded the link. 0 and -1 mean none."""
        number = cells.integer(row)
        if number is None or number <= 0:
            return None
        return self.jids.get(self.phones.get(number, number)) or self.jids.get(number)


def _jids(database: View, schema: Schema, people: _People) -> Iterator[Problem]:
    if "_id" in schema.get("jid", ()):
        columns = select("jid", ("_id", "raw_string", "user", "server"), schema["jid"])
        for row in database.rows(f"SELECT {columns} FROM jid"):  # noqa: S608  # names are constants
            if identity := cells.text(row["raw_string"]) or _joined_identity(row):
                people.jids[row["_id"]] = identity
    yield from ()


def _phones(database: View, schema: Schema, people: _People) -> Iterator[Problem]:
    if {"lid_row_id", "jid_row_id"} <= schema.get("jid_map", frozenset()):
        people.phones.update(
            (row[0], row[1]) for row in database.rows("SELECT lid_row_id, jid_row_id FROM jid_map ORDER BY 1, 2")
        )
    yield from ()


def _chats(database: View, schema: Schema, people: _People) -> Iterator[Problem]:
    if "_id" in schema.get("chat", ()):
        columns = select("chat", ("_id", "jid_row_id", "subject"), schema["chat"])
        for row in database.rows(f"SELECT {columns} FROM chat"):  # noqa: S608  # names are constants
            people.chats[row["_id"]] = (cells.integer(row["jid_row_id"]), cells.text(row["subject"]))
    yield from ()


def _joined_identity(row: sqlite3.Row) -> str | None:
    user, server = cells.text(row["user"]), cells.text(row["server"])
    return f"{user}@{server}" if user and server else None


def _legacy(database: View) -> Iterator[Problem]:
    """What is passed over is counted; one row is the sentinel."""
    found = database.count("messages")
    if found > 1:
        message = f"{found} rows of the legacy table messages are not read yet"
        yield Problem(kind="unsupported", stage=WhatsAppAndroid.name, message=message, detail="schema before 2021")


def _messages(database: View, schema: Schema, people: _People, app: str) -> Iterator[Message]:
    cleared = _cleared(database, schema)
    for row in database.rows(_message_query(schema)):
        if (row["_id"], row["key_id"]) != _SENTINEL:
            yield _message(row, people, cleared, app)


def _message_query(schema: Schema) -> str:
    """LEFT JOINs outward from `message`, so that a missing companion row never hides a message."""
    columns = [select("message", _MESSAGE, schema["message"])]
    joins = []
    for table, wanted in _JOINED.items():
        present = schema.get(table, frozenset())
        joinable = "message_row_id" in present
        columns.append(select(table, wanted, present if joinable else frozenset()))
        if joinable:
            joins.append(f"LEFT JOIN {table} ON {table}.message_row_id = message._id")
    return f"SELECT {', '.join(columns)} FROM message {' '.join(joins)} ORDER BY message._id"  # noqa: S608  # names are constants


def _message(row: sqlite3.Row, people: _People, cleared: dict[object, tuple[int, int]], app: str) -> Message:
    chat, subject = people.chats.get(row["chat_row_id"], (None, None))
    thread = people.address(chat)
    direction = _direction(row["from_me"])
    kind = cells.integer(row["message_type"])
    latitude, longitude = cells.coordinates(row["latitude"], row["longitude"])
    return Message(
        where=stored_in("message", row),
        app=app,
        thread=thread,
        thread_name=subject,
        sender=_sender(people.address(row["sender_jid_row_id"]), thread if kind != _SYSTEM else None, direction),
        recipients=thread if direction == "out" and _is_person(thread) else None,
        direction=direction,
        sent_at=cells.unix_milliseconds(row["timestamp"]),
        body=_body(row),
        kind="unknown" if kind is None else _KINDS.get(kind, f"unknown ({kind})"),
        raw_kind=_raw_kind(kind, row),
        attachment=cells.text(row["file_path"]) or cells.text(row["media_name"]),
        attachment_size=cells.count(row["file_size"]) or cells.count(row["file_length"]),
        attachment_sha256=cells.base64_digest(row["file_hash"]),
        latitude=latitude,
        longitude=longitude,
        deleted=_deleted(kind, row, cleared),
    )


def _direction(from_me: object) -> str:
    """NULL never becomes "in"."""
    return {0: "in", 1: "out"}.get(cells.integer(from_me), "unknown")  # type: ignore[arg-type]  # None is no key


def _sender(stated: str | None, thread: str | None, direction: str) -> str | None:
    """In a group the row names the sender; between two people the chat does. Sent messages: the owner, unnamed here."""
    if direction != "in":
        return None
    return stated or (thread if _is_person(thread) else None)


def _is_person(jid: str | None) -> bool:
    return jid is not None and jid.endswith(("@s.whatsapp.net", "@lid"))


def _body(row: sqlite3.Row) -> str | None:
    place = ", ".join(each for each in (cells.text(row["place_name"]), cells.text(row["place_address"])) if each)
    return cells.text(row["text_data"]) or cells.text(row["media_caption"]) or place or None


def _raw_kind(kind: int | None, row: sqlite3.Row) -> str | None:
    action = cells.integer(row["action_type"])
    if kind is None:
        return None
    return f"{kind} action {action}" if kind == _SYSTEM and action is not None else str(kind)


def _deleted(kind: int | None, row: sqlite3.Row, cleared: dict[object, tuple[int, int]]) -> str | None:
    """Revoked: deleted for everyone. Cleared: the user emptied the chat, and the row is not purged yet."""
    if kind in _REVOKED:
        return "revoked"
    plain, starred = cleared.get(row["chat_row_id"], (-1, -1))
    bound = starred if cells.integer(row["starred"]) == 1 else plain
    return "cleared" if (cells.integer(row["_id"]) or 0) <= bound else None


def _cleared(database: View, schema: Schema) -> dict[object, tuple[int, int]]:
    """Per chat the last row that a pending job hides, of plain and of starred messages (mark A: the app's own view)."""
    if "chat_row_id" not in schema.get("deleted_chat_job", ()):
        return {}
    wanted = ("chat_row_id", "deleted_message_row_id", "deleted_starred_message_row_id")
    columns = select("deleted_chat_job", wanted, schema["deleted_chat_job"])
    bounds: dict[object, tuple[int, int]] = {}
    for row in database.rows(f"SELECT {columns} FROM deleted_chat_job"):  # noqa: S608  # names are constants
        plain, starred = bounds.get(row[0], (0, 0))
        bounds[row[0]] = max(plain, cells.integer(row[1]) or 0), max(starred, cells.integer(row[2]) or 0)
    return bounds


def _calls(database: View, schema: Schema, people: _People, app: str) -> Iterator[Call]:
    columns = select("call_log", _CALL, schema["call_log"])
    for row in database.rows(f"SELECT {columns} FROM call_log ORDER BY call_log._id"):  # noqa: S608  # names are constants
        yield Call(
            where=stored_in("call_log", row),
            app=app,
            party=people.address(row["jid_row_id"]),
            direction=_direction(row["from_me"]),
            started_at=cells.unix_milliseconds(row["timestamp"]),
            duration_s=cells.seconds_long(row["duration"]),
            kind="video" if cells.integer(row["video_call"]) == 1 else "voice",
            outcome=_outcome(row),
            raw_kind=cells.text(row["call_result"]),
        )


def _outcome(row: sqlite3.Row) -> str | None:
    """A call that lasted was answered, whatever the code (mark B)."""
    if (cells.seconds_long(row["duration"]) or 0) > 0:
        return "answered"
    result = cells.integer(row["call_result"])
    return None if result is None else _OUTCOMES.get(result, f"unknown ({result})")
