"""Signal on Android: the tables of `signal.db`, plain: out of a backup, or deciphered before (mark B; older and newer schema).

On the phone the file is encrypted by SQLCipher with a key that the phone's keystore wraps: without it the file is named as encrypted.
Tables message (older: sms, mms), recipient, thread, groups, attachment (older: part), reaction, call. Times are milliseconds.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from triage.errors import Encrypted
from triage.filetype import is_database
from triage.formats import cells, given_keys, tables
from triage.formats.app_paths import owner
from triage.formats.sqlcipher import CipherKey
from triage.formats.sqlite import kept
from triage.model import Call, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.tables import Tables
    from triage.model import Problem, Record

_NAME = re.compile(r"signal.*\.db\Z", re.IGNORECASE)
_PACKAGE = "/org.thoughtcrime.securesms/"
_MESSAGES = ("message", "sms", "mms")
_MESSAGE = (
    "_id", "date_sent", "date", "date_received", "thread_id", "from_recipient_id", "to_recipient_id", "recipient_id", "address", "type",
    "msg_box", "body", "remote_deleted", "view_once", "reveal_duration", "expires_in", "expire_started", "quote_id", "quote_body",
    "latest_revision_id", "original_message_id",
)  # fmt: skip
_ATTACHMENTS = (("attachment", "message_id"), ("part", "mid"))
_FILE = ("content_type", "ct", "data_file", "_data", "data_size", "file_name")
_RECIPIENT = (
    "_id", "e164", "phone", "aci", "uuid", "username", "group_id", "system_joined_name", "profile_joined_name", "profile_given_name",
    "signal_profile_name", "blocked",
)  # fmt: skip
_BASE = 0x1F
_IN, _OUT = frozenset({20}), frozenset({21, 22, 23, 24, 25, 26, 27, 28})
_STATES = {22: "sending", 24: "failed", 27: "draft"}
_CALLS = frozenset({1, 2, 3, 8, 10, 11, 12})  # base types that stand for calls (mark C)


class SignalAndroid:
    """One `Message` per row of the message tables and per further attachment, reactions, `Call`s, `Contact`s."""

    name: ClassVar[str] = "signal-android"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Signal on Android"
    describes: ClassVar[str] = (
        "Chats, groups, attachments, quotes, edits, timers, reactions, calls and people, out of a backup or a deciphered database"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "The encrypted database of a phone is named and not opened: its key is in the phone's keystore.",
        "Attachments of a phone (app_parts) are encrypted one by one and not opened; those of a backup are.",
        "Polls, payments, stories' views and group changes are given as system messages or not at all.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message, Call, Contact)

    def wants(self, item: Item) -> bool:
        """signal*.db of the app or of a backup."""
        if _NAME.match(item.entry.name) is None:
            return False
        return is_database(item.mime) or _PACKAGE in item.entry.path

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Messages, reactions, calls, people."""
        key = None if is_database(item.mime) else given_keys.given_key(item, _shapes)
        if key is None and not is_database(item.mime):
            raise Encrypted(
                "the Signal database is encrypted; its key is wrapped by the keystore of the phone (SignalSecret);"
                f" {given_keys.advice(item)}"
            )
        return tables.read(item, self.name, partial(_read, account=owner(item.entry.path)), key=key)


def _shapes(secret: str) -> Iterator[CipherKey]:
    """The digits are a passphrase as text, stretched once (mark B), or the key itself."""
    if digits := given_keys.digits_of(secret):
        yield CipherKey(digits, settings=(("kdf_iter", 1),))
        yield CipherKey(digits, settings=(("cipher_compatibility", 3), ("cipher_page_size", 4096), ("kdf_iter", 1)))
    yield from given_keys.raw_key(secret)


def _read(found: Tables, account: str | None) -> Iterator[Record | Problem]:
    stage = SignalAndroid.name
    if not any(found.has(table, "_id", "thread_id") for table in _MESSAGES):
        return  # another app's database of that name, or one that is still empty
    people = _People()
    yield from kept(stage, people.read(found))
    for table in _MESSAGES:
        yield from kept(stage, _messages(found, table, people, account))
    yield from kept(stage, _reactions(found, people, account))
    yield from kept(stage, _calls(found, people, account))
    yield from kept(stage, _contacts(found, account))


class _People:
    """Recipients by row: identity and name; threads to their recipient; groups to their title."""

    def __init__(self) -> None:
        self.identities: dict[object, str] = {}
        self.names: dict[object, str] = {}
        self.threads: dict[object, object] = {}

    def read(self, found: Tables) -> Iterator[Problem]:
        titles = found.lookup("groups", "group_id", "title")
        for row in found.rows("recipient", _RECIPIENT):
            identity, name = _identity(row), _name(row)
            group = titles.get(row["group_id"]) if row["group_id"] else None
            if identity:
                self.identities[row["_id"]] = identity
            if shown := (cells.text(group["title"]) if group else None) or name:
                self.names[row["_id"]] = shown
        for row in found.rows("thread", ("_id", "recipient_id", "thread_recipient_id", "recipient_ids")):
            self.threads[row[0]] = next((each for each in row[1:] if each is not None), None)
        yield from ()

    def address(self, row: object) -> str | None:
        return self.identities.get(row) or (cells.text(row) if isinstance(row, str) else None)


def _identity(row: sqlite3.Row) -> str | None:
    stated = (row[name] for name in ("e164", "phone", "aci", "uuid", "username", "group_id"))
    return next((text for each in stated if (text := cells.text(each))), None)


def _name(row: sqlite3.Row) -> str | None:
    wanted = ("system_joined_name", "profile_joined_name", "signal_profile_name", "profile_given_name", "username")
    return next((text for name in wanted if (text := cells.text(row[name]))), None)


def _messages(found: Tables, table: str, people: _People, account: str | None) -> Iterator[Message]:
    files = _files(found, table)
    for row in found.rows(table, _MESSAGE, order="_id"):
        message = _message(row, table, people, account)
        own = files.get(row["_id"], [])
        yield _with_file(message, own[0]) if own else message
        for number, file in enumerate(own[1:], start=2):
            yield _with_file(message, file, f" attachment {number}")


def _files(found: Tables, table: str) -> dict[object, list[sqlite3.Row]]:
    """Attachments belong to `message` or, in older builds, to `mms`."""
    if table == "sms":
        return {}
    name, key = next(((name, key) for name, key in _ATTACHMENTS if found.has(name, key)), ("", ""))
    return found.grouped(name, key, *_FILE) if name else {}


def _message(row: sqlite3.Row, table: str, people: _People, account: str | None) -> Message:
    kind = cells.integer(row["type"] if row["type"] is not None else row["msg_box"])
    base = None if kind is None else kind & _BASE
    way = "in" if base in _IN else "out" if base in _OUT else "unknown"
    holder = people.threads.get(row["thread_id"])
    thread = people.address(holder)
    author = row["from_recipient_id"] if row["from_recipient_id"] is not None else row["recipient_id"] or row["address"]
    at = row["date_sent"] if row["date_sent"] is not None else row["date"]
    expiry = cells.count(row["expires_in"]), cells.count(row["expire_started"])
    return Message(
        where=f"{table}._id={row['_id']}",
        app="Signal",
        account=account,
        deleted="revoked" if cells.integer(row["remote_deleted"]) == 1 else None,
        thread=thread,
        thread_name=people.names.get(holder),
        sender=people.address(author) if way == "in" else None,
        sender_name=people.names.get(author) if way == "in" else None,
        recipients=thread if way == "out" else None,
        direction=way,
        sent_at=cells.unix_milliseconds(at),
        body=cells.written(row["body"]),
        kind=_kind(base),
        raw_kind=None if kind is None else str(kind),
        identifier=cells.text(at),
        quoted=cells.text(row["quote_id"]) if row["quote_id"] else None,
        quoted_body=cells.written(row["quote_body"]),
        expires_at=cells.unix_milliseconds(expiry[0] + expiry[1]) if expiry[0] and expiry[1] else None,
        received_at=cells.unix_milliseconds(row["date_received"]) if way == "in" else None,
        view_once=bool(cells.integer(row["view_once"]) or cells.integer(row["reveal_duration"])) or None,
        raw_time=cells.raw_time(at, "ms Unix"),
    )


def _kind(base: int | None) -> str:
    if base is None:
        return "unknown"
    if base in _CALLS:
        return "call"
    return _STATES.get(base, "text") if base in _IN | _OUT else f"unknown ({base})"


def _with_file(message: Message, file: sqlite3.Row, suffix: str = "") -> Message:
    mime = cells.text(file["content_type"]) or cells.text(file["ct"])
    sort = (mime or "").partition("/")[0]
    return replace(
        message,
        where=message.where + suffix,
        kind=sort if sort in {"image", "video", "audio"} else "document",
        attachment=cells.text(file["data_file"]) or cells.text(file["_data"]) or cells.text(file["file_name"]),
        attachment_size=cells.count(file["data_size"]) or None,
        body=None if suffix else message.body,
    )


def _reactions(found: Tables, people: _People, account: str | None) -> Iterator[Message]:
    parents = found.lookup("message", "_id", "date_sent", "thread_id") if found.has("message", "date_sent") else {}
    for row in found.rows("reaction", ("_id", "message_id", "author_id", "emoji", "date_sent"), order="_id"):
        parent = parents.get(row["message_id"])
        holder = people.threads.get(parent["thread_id"]) if parent else None
        yield Message(
            where=f"reaction._id={row['_id']}",
            app="Signal",
            account=account,
            thread=people.address(holder),
            thread_name=people.names.get(holder),
            sender=people.address(row["author_id"]),
            sender_name=people.names.get(row["author_id"]),
            sent_at=cells.unix_milliseconds(row["date_sent"]),
            body=cells.text(row["emoji"]),
            kind="reaction",
            quoted=cells.text(parent["date_sent"]) if parent else None,
            raw_time=cells.raw_time(row["date_sent"], "ms Unix"),
        )


def _calls(found: Tables, people: _People, account: str | None) -> Iterator[Call]:
    events = {0: None, 1: "answered", 2: "rejected", 3: "missed", 4: "missed", 5: "deleted"}
    for row in found.rows("call", ("_id", "call_id", "peer", "type", "direction", "event", "timestamp"), order="_id"):
        event = cells.integer(row["event"])
        yield Call(
            where=f"call._id={row['_id']}",
            app="Signal",
            account=account,
            party=people.address(row["peer"]),
            party_name=people.names.get(row["peer"]),
            direction={0: "in", 1: "out"}.get(cells.integer(row["direction"]), "unknown"),  # type: ignore[arg-type]  # None is no key
            started_at=cells.unix_milliseconds(row["timestamp"]),
            kind="video" if cells.integer(row["type"]) == 1 else "voice",
            outcome=None if event is None else events.get(event, f"unknown ({event})"),
            raw_kind=f"type {row['type']} event {row['event']}",
            identifier=cells.text(row["call_id"]),
            raw_time=cells.raw_time(row["timestamp"], "ms Unix"),
        )


def _contacts(found: Tables, account: str | None) -> Iterator[Contact]:
    for row in found.rows("recipient", _RECIPIENT, order="_id"):
        if row["group_id"]:
            continue
        blocked = cells.integer(row["blocked"]) == 1
        yield Contact(
            where=f"recipient._id={row['_id']}",
            app="Signal",
            account=account,
            identifier=cells.text(row["aci"]) or cells.text(row["uuid"]) or _identity(row),
            name=_name(row),
            phone=cells.text(row["e164"]) or cells.text(row["phone"]),
            note="blocked: yes" if blocked else None,
        )
