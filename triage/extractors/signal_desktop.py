"""Signal on Windows, macOS and Linux: `sql/db.sqlite`, encrypted by SQLCipher 4 (mark B for tables, mark A for the cipher).

`config.json` beside the folder holds the raw key (`key`, builds until 2024) or one that the system's safe storage wraps
(`encryptedKey`), which is named and not opened. Columns move between builds: what a message says is in `json` as well.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from triage.errors import Encrypted, Malformed
from triage.filetype import is_database
from triage.formats import cells, given_keys, tables
from triage.formats.sqlcipher import CipherKey
from triage.formats.sqlite import kept, unrecognised
from triage.model import Call, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.tables import Tables
    from triage.model import Problem, Record

_PATH = re.compile(r"/signal[^/]*/(?:[^/]+/)?sql/db\.sqlite\Z", re.IGNORECASE)
_CONFIG = "../config.json"
_KEY = re.compile(r"[0-9a-fA-F]{64}")
_MESSAGE = (
    "rowid", "id", "conversationId", "type", "body", "json", "sent_at", "received_at_ms", "received_at", "sourceServiceId", "sourceUuid",
    "source", "isViewOnce", "isErased", "expireTimer", "expirationStartTimestamp", "expiresAt",
)  # fmt: skip
_WAYS = {"incoming": "in", "outgoing": "out"}


class SignalDesktop:
    """One `Message` per row of `messages` and per further attachment, reactions inside them, `Call`s, `Contact`s."""

    name: ClassVar[str] = "signal-desktop"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Signal Desktop"
    describes: ClassVar[str] = "Chats, groups, attachments, quotes, edits, timers, reactions, calls and people"
    limitations: ClassVar[tuple[str, ...]] = (
        "A key that the system's safe storage wraps (encryptedKey) is not unwrapped; what it wraps may be given (--password).",
        "Files of attachments are encrypted one by one in newer builds and not opened.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message, Call, Contact)

    def wants(self, item: Item) -> bool:
        """sql/db.sqlite below a folder of Signal, whatever its content looks like."""
        return _PATH.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Messages, calls, people; a problem of kind encrypted where there is no key."""
        key = None if is_database(item.mime) else given_keys.given_key(item) or _key(item)
        return tables.read(item, self.name, _read, key=key)


def _key(item: Item) -> CipherKey:
    stored = item.near(_CONFIG).get(_CONFIG)
    if stored is None:
        raise Encrypted(
            f"the Signal database is encrypted; its config.json is not in the evidence; {given_keys.advice(item)}"
        )
    try:
        config = json.loads(stored)
    except (ValueError, RecursionError) as error:
        raise Malformed("config.json of Signal cannot be read") from error
    key = config.get("key") if isinstance(config, dict) else None
    if isinstance(key, str) and _KEY.fullmatch(key):
        return CipherKey(key, raw=True)
    if isinstance(config, dict) and "encryptedKey" in config:
        store = config.get("safeStorageBackend") or "the system's safe storage"
        raise Encrypted(
            f"the key of the Signal database is wrapped by {store}: only the user's own session opens it; {given_keys.advice(item)}"
        )
    raise Encrypted(f"config.json of Signal holds no key; {given_keys.advice(item)}")


def _read(found: Tables) -> Iterator[Record | Problem]:
    stage = SignalDesktop.name
    if not found.has("messages", "id"):
        yield unrecognised("Signal", stage, found.schema)
        return
    talks = found.lookup(
        "conversations", "id", "type", "name", "profileFullName", "e164", "serviceId", "uuid", "groupId"
    )
    own = _own(found)
    yield from kept(stage, _messages(found, talks, own))
    yield from kept(stage, _calls(found, talks, own))
    yield from kept(stage, _contacts(talks, own))


def _own(found: Tables) -> str | None:
    """The number in `items`, `number_id`: {"value": "+62....1"}."""
    for row in found.rows("items", ("id", "json")):
        if row["id"] in {"number_id", "uuid_id"} and isinstance(value := _object(row["json"]).get("value"), str):
            return value.partition(".")[0]
    return None


def _messages(found: Tables, talks: dict[object, sqlite3.Row], own: str | None) -> Iterator[Message]:
    people = {row["serviceId"] or row["uuid"]: row for row in talks.values()}
    for row in found.rows("messages", _MESSAGE, order="rowid"):
        stored = _object(row["json"])
        message = _message(row, stored, talks, people, own)
        files = [each for each in _list(stored, "attachments") if isinstance(each, dict)]
        yield from _with_files(message, files)
        for number, reaction in enumerate(_list(stored, "reactions")):
            if isinstance(reaction, dict):
                yield _reaction(message, reaction, talks, number)


def _message(  # what is looked up in
    row: sqlite3.Row,
    stored: dict[str, Any],
    talks: dict[object, sqlite3.Row],
    people: dict[object, sqlite3.Row],
    own: str | None,
) -> Message:
    kind = cells.text(row["type"])
    way = _WAYS.get(kind or "", "unknown")
    talk = talks.get(row["conversationId"])
    author = row["sourceServiceId"] or row["sourceUuid"] or row["source"]
    person = people.get(author)
    quote = stored.get("quote") if isinstance(stored.get("quote"), dict) else {}
    edits = [each for each in _list(stored, "editHistory") if isinstance(each, dict)]
    return Message(
        where=f"messages.rowid={row['rowid']}",
        app="Signal",
        account=own,
        deleted="revoked" if cells.integer(row["isErased"]) == 1 else None,
        thread=_identity(talk) or cells.text(row["conversationId"]),
        thread_name=_name(talk),
        sender=(_identity(person) or cells.text(author)) if way == "in" else own if way == "out" else None,
        sender_name=_name(person) if way == "in" else None,
        recipients=_identity(talk) if way == "out" else None,
        direction=way,
        sent_at=cells.unix_milliseconds(row["sent_at"]),
        body=cells.written(row["body"]),
        kind="text" if way != "unknown" else (kind or "unknown"),
        raw_kind=kind,
        identifier=cells.text(row["sent_at"]),
        quoted=cells.text((quote or {}).get("id")),
        quoted_body=cells.text((quote or {}).get("text")),
        edited_at=cells.unix_milliseconds(stored.get("editMessageTimestamp")) if edits else None,
        expires_at=cells.unix_milliseconds(row["expiresAt"]) if cells.count(row["expireTimer"]) else None,
        received_at=cells.unix_milliseconds(row["received_at_ms"]) if way == "in" else None,
        view_once=cells.integer(row["isViewOnce"]) == 1 or None,
        raw_time=cells.raw_time(row["sent_at"], "ms Unix"),
    )


def _with_files(message: Message, files: list[dict[str, Any]]) -> Iterator[Message]:
    for number, file in enumerate(files or [{}]):
        sort = str(file.get("contentType") or "").partition("/")[0]
        yield replace(
            message,
            where=f"{message.where} attachment {number + 1}" if number else message.where,
            body=None if number else message.body,
            kind=message.kind if not file else sort if sort in {"image", "video", "audio"} else "document",
            attachment=cells.text(file.get("path")) or cells.text(file.get("fileName")),
            attachment_size=cells.count(file.get("size")),
        )


def _reaction(message: Message, reaction: dict[str, Any], talks: dict[object, sqlite3.Row], number: int) -> Message:
    author = talks.get(reaction.get("fromId")) if isinstance(reaction.get("fromId"), str) else None
    at = reaction.get("timestamp")
    return Message(
        where=f"{message.where} reaction {number}",
        app="Signal",
        account=message.account,
        thread=message.thread,
        thread_name=message.thread_name,
        sender=_identity(author) or cells.text(reaction.get("fromId")),
        sender_name=_name(author),
        sent_at=cells.unix_milliseconds(at),
        body=cells.text(reaction.get("emoji")),
        kind="reaction",
        quoted=message.identifier,
        raw_time=cells.raw_time(at, "ms Unix"),
    )


def _calls(found: Tables, talks: dict[object, sqlite3.Row], own: str | None) -> Iterator[Call]:
    by_identity = {each: row for row in talks.values() for each in (row["id"], row["serviceId"], row["uuid"]) if each}
    wanted = ("rowid", "callId", "peerId", "type", "direction", "status", "timestamp")
    for row in found.rows("callsHistory", wanted, order="rowid"):
        talk = by_identity.get(row["peerId"])
        status = cells.text(row["status"])
        yield Call(
            where=f"callsHistory.rowid={row['rowid']}",
            app="Signal",
            account=own,
            party=_identity(talk) or cells.text(row["peerId"]),
            party_name=_name(talk),
            direction={"Incoming": "in", "Outgoing": "out"}.get(cells.text(row["direction"]) or "", "unknown"),
            started_at=cells.unix_milliseconds(row["timestamp"]),
            kind="video" if cells.text(row["type"]) == "Video" else "voice",
            outcome={"Accepted": "answered", "Missed": "missed", "Declined": "rejected"}.get(status or ""),
            raw_kind=status,
            identifier=cells.text(row["callId"]),
            raw_time=cells.raw_time(row["timestamp"], "ms Unix"),
        )


def _contacts(talks: dict[object, sqlite3.Row], own: str | None) -> Iterator[Contact]:
    for row in talks.values():
        if cells.text(row["type"]) != "group":
            yield Contact(
                where=f"conversations.id={row['id']}",
                app="Signal",
                account=own,
                identifier=cells.text(row["serviceId"]) or cells.text(row["uuid"]) or cells.text(row["id"]),
                name=_name(row),
                phone=cells.text(row["e164"]),
            )


def _identity(talk: sqlite3.Row | None) -> str | None:
    if talk is None:
        return None
    return next(
        (text for name in ("e164", "serviceId", "uuid", "groupId", "id") if (text := cells.text(talk[name]))), None
    )


def _name(talk: sqlite3.Row | None) -> str | None:
    return None if talk is None else cells.text(talk["name"]) or cells.text(talk["profileFullName"])


def _object(stored: object) -> dict[str, Any]:
    """The JSON of a cell as a dictionary; an empty one where it is none."""
    if not isinstance(stored, str):
        return {}
    try:
        found = json.loads(stored)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _list(stored: dict[str, Any], name: str) -> list[Any]:
    found = stored.get(name)
    return found if isinstance(found, list) else []
