"""Signal on iOS: `grdb*/signal.sqlite`, SQLCipher 4 with a raw key of 32 bytes and a salt of 16, the first 32 bytes in clear (mark B).

The key is the keychain item `GRDBDatabaseCipherKeySpec`: the store is opened where the acquisition left a deciphered keychain in the
evidence (`formats/keychain`), else it is named as encrypted. Tables as published parsers have them (mark B); calls, attachments of newer
builds and the owner mark C. Times are Unix milliseconds.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from triage.errors import Encrypted
from triage.filetype import is_database
from triage.formats import cells, codes, given_keys, keychain, plist
from triage.formats.media_kinds import kind_of
from triage.formats.sqlcipher import CipherKey
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.formats.times import sent, started
from triage.model import Call, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_PATH = re.compile(r"/grdb[^/]*/signal\.sqlite\Z")
_ACCOUNT, _KEY_BYTES = "GRDBDatabaseCipherKeySpec", 48
_HEADER = (("cipher_plaintext_header_size", 32),)
_APP = "Signal"
_MESSAGE = (
    "id", "recordType", "uniqueId", "uniqueThreadId", "timestamp", "receivedAtTimestamp", "body", "authorPhoneNumber", "authorUUID",
    "wasRemotelyDeleted", "isViewOnceMessage", "expiresInSeconds", "expireStartedAt", "expiresAt", "quotedMessage", "editState", "callType",
)  # fmt: skip
_INCOMING, _OUTGOING, _CALL = 19, 21, 20
_WAYS = {_INCOMING: "in", _OUTGOING: "out"}
_OLD_FILE = ("id", "uniqueId", "albumMessageId", "contentType", "sourceFilename", "byteCount", "localRelativeFilePath")
_REFERENCE = ("attachmentRowId", "ownerRowId", "sourceFilename", "orderInMessage")
_NEW_FILE = Join(
    "Attachment", "id", "attachmentRowId", ("contentType", "mimeType", "localRelativeFilePath", "unencryptedByteCount")
)


class SignalApple:
    """One `Message` per interaction and per further attachment, reactions, `Call`s, `Contact`s."""

    name: ClassVar[str] = "signal-apple"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Signal on iOS"
    describes: ClassVar[str] = (
        "Chats, groups, attachments, quotes, timers, reactions, calls and people of Signal on iPhones"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "The store is opened where a deciphered keychain lies in the evidence, or its item is given (--password); else it is named as encrypted.",
        "Files of attachments are encrypted one by one in newer builds and not opened.",
        "Rows that are neither received nor sent are kind system with the number of their type; their details are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message, Call, Contact)

    def wants(self, item: Item) -> bool:
        """signal.sqlite in a folder grdb, encrypted or not."""
        return _PATH.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Messages, reactions, calls, people; a problem of kind encrypted where there is no key."""
        closed = not is_database(item.mime) or given_keys.enciphered(item.head)
        yield from read(item, self.name, _read, key=_key(item) if closed else None)


def _key(item: Item) -> CipherKey:
    steps = item.entry.locator.steps
    depth = len([part for part in steps[-1].path.split("/") if part]) - 1 if steps else 0
    found = keychain.secret(item.near(*keychain.around(depth)), _ACCOUNT, _KEY_BYTES)
    if found is None and (given := given_keys.given_key(item, partial(given_keys.raw_key, settings=_HEADER))):
        return given
    if found is None:
        raise Encrypted(
            f"Signal's database is encrypted; its key is the keychain item {_ACCOUNT}, and no deciphered keychain that has it is in the evidence;"
            f" {given_keys.advice(item)}"
        )
    return CipherKey(found.hex(), raw=True, settings=_HEADER)


class _Thread(NamedTuple):
    """A conversation: who or what it is with, and the name of a group."""

    party: str | None
    group: str | None


def _read(tables: Tables) -> Iterator[Record | Problem]:
    if not tables.has("model_TSInteraction", "id"):
        yield unrecognised(SignalApple.title, SignalApple.name, tables.schema)
        return
    names, own = _names(tables), _own(tables)
    threads = {
        row["uniqueId"]: _thread(row)
        for row in tables.rows("model_TSThread", ("uniqueId", "contactPhoneNumber", "contactUUID", "groupModel"))
    }
    for part in (
        _messages(tables, threads, names, own),
        _reactions(tables, threads, names, own),
        _calls(tables, threads, names, own),
        _contacts(tables, names, own),
    ):
        yield from kept(SignalApple.name, part)


def _thread(row: sqlite3.Row) -> _Thread:
    model = plist.archive_or_none(row["groupModel"])
    title = model.get("groupName") if isinstance(model, dict) else None
    party = cells.text(row["contactPhoneNumber"]) or cells.text(row["contactUUID"])
    return _Thread(party, cells.text(title))


def _own(tables: Tables) -> str | None:
    """The owner's number, else the identity, out of the app's settings."""
    wanted = ("TSStorageRegisteredNumberKey", "TSStorageRegisteredUUIDKey")
    found = {
        row["key"]: plist.archive_or_none(row["value"])
        for row in tables.rows("keyvalue", ("key", "value"))
        if row["key"] in wanted
    }
    return next((said for name in wanted if (said := cells.text(found.get(name)))), None)


def _names(tables: Tables) -> dict[str, str]:
    """Names by number and by identity: those of the owner's address book before those people gave themselves."""
    found: dict[str, str] = {}
    for table, columns in (
        ("model_SignalAccount", ("nickname", "givenName", "familyName", "fullName")),
        ("model_OWSUserProfile", ("profileName", "familyName")),
    ):
        for row in tables.rows(table, ("recipientPhoneNumber", "recipientUUID", *columns)):
            parts = [text for column in columns if (text := cells.text(row[column]))]
            name = " ".join(parts[:2])
            for identity in (cells.text(row["recipientPhoneNumber"]), cells.text(row["recipientUUID"])):
                if identity and name:
                    found.setdefault(identity, name)
    return found


def _messages(
    tables: Tables, threads: dict[object, _Thread], names: dict[str, str], own: str | None
) -> Iterator[Message]:
    old = tables.grouped("model_TSAttachment", "albumMessageId", *_OLD_FILE)
    new = _references(tables)
    for row in tables.rows("model_TSInteraction", _MESSAGE, order="id"):
        message = _message(row, threads, names, own)
        yield from _with_files(message, old.get(row["uniqueId"], []), new.get(row["id"], []))


def _references(tables: Tables) -> dict[object, list[sqlite3.Row]]:
    """The attachments of newer builds by the row of their message."""
    found: dict[object, list[sqlite3.Row]] = {}
    order = "ownerRowId" if tables.has("MessageAttachmentReference", "ownerRowId") else ""
    for row in tables.rows("MessageAttachmentReference", _REFERENCE, (_NEW_FILE,), order=order):
        found.setdefault(row["ownerRowId"], []).append(row)
    return found


def _message(row: sqlite3.Row, threads: dict[object, _Thread], names: dict[str, str], own: str | None) -> Message:
    thread = threads.get(row["uniqueThreadId"], _Thread(None, None))
    number = cells.integer(row["recordType"])
    way = _WAYS.get(number or 0, "unknown")
    author = cells.text(row["authorPhoneNumber"]) or cells.text(row["authorUUID"])
    sender = author if way == "in" else own if way == "out" else None
    quote = plist.archive_or_none(row["quotedMessage"])
    quote = quote if isinstance(quote, dict) else {}
    seconds, begun = cells.count(row["expiresInSeconds"]), cells.count(row["expireStartedAt"])
    return Message(
        where=stored_in("model_TSInteraction", row, "id"),
        app=_APP,
        account=own,
        deleted="revoked" if cells.flag(row["wasRemotelyDeleted"]) else None,
        thread=thread.party or cells.text(row["uniqueThreadId"]),
        thread_name=thread.group or names.get(thread.party or ""),
        sender=sender,
        sender_name=names.get(author or "") if way == "in" else None,
        recipients=thread.party if way == "out" else None,
        direction=way,
        **sent(row["timestamp"], "ms Unix"),
        body=cells.written(row["body"]),
        kind="text" if number in _WAYS else "call" if number == _CALL else "system",
        raw_kind=None if number is None else f"recordType {number}",
        identifier=cells.text(row["timestamp"]) if number in _WAYS else cells.text(row["uniqueId"]),
        quoted=cells.text(quote.get("timestamp")),
        quoted_body=cells.text(quote.get("body")),
        expires_at=cells.unix_milliseconds(begun + 1000 * seconds) if seconds and begun else None,
        received_at=cells.unix_milliseconds(row["receivedAtTimestamp"]) if way == "in" else None,
        view_once=cells.flag(row["isViewOnceMessage"]) or None,
    )


def _with_files(message: Message, old: list[sqlite3.Row], new: list[sqlite3.Row]) -> Iterator[Message]:
    """The message with its first attachment, then one message per further attachment."""
    files = [(cells.text(row["contentType"]), _path(row, ""), cells.count(row["byteCount"])) for row in old]
    files += [
        (
            cells.text(row["Attachment.mimeType"]) or cells.text(row["Attachment.contentType"]),
            _path(row, "Attachment."),
            cells.count(row["Attachment.unencryptedByteCount"]),
        )
        for row in new
    ]
    if not files:
        yield message
    for number, (mime, name, size) in enumerate(files):
        yield replace(
            message,
            where=message.where if number == 0 else f"{message.where} attachment {number + 1}",
            body=message.body if number == 0 else None,
            kind=kind_of(mime, name) or "document",
            attachment=name,
            attachment_size=size,
        )


def _path(row: sqlite3.Row, prefix: str) -> str | None:
    return cells.text(row[f"{prefix}localRelativeFilePath"]) or cells.text(row["sourceFilename"])


def _reactions(
    tables: Tables, threads: dict[object, _Thread], names: dict[str, str], own: str | None
) -> Iterator[Message]:
    wanted = ("id", "emoji", "reactorE164", "reactorUUID", "sentAtTimestamp", "uniqueMessageId")
    parent = Join("model_TSInteraction", "uniqueId", "uniqueMessageId", ("timestamp", "uniqueThreadId"))
    for row in tables.rows("model_OWSReaction", wanted, (parent,), order="id"):
        thread = threads.get(row["model_TSInteraction.uniqueThreadId"], _Thread(None, None))
        sender = cells.text(row["reactorE164"]) or cells.text(row["reactorUUID"])
        yield Message(
            where=stored_in("model_OWSReaction", row, "id"),
            app=_APP,
            account=own,
            thread=thread.party or cells.text(row["model_TSInteraction.uniqueThreadId"]),
            thread_name=thread.group or names.get(thread.party or ""),
            sender=sender,
            sender_name=names.get(sender or ""),
            direction="unknown" if own is None or sender is None else "out" if sender == own else "in",
            **sent(row["sentAtTimestamp"], "ms Unix"),
            body=cells.text(row["emoji"]),
            kind="reaction",
            quoted=cells.text(row["model_TSInteraction.timestamp"]),
        )


def _calls(tables: Tables, threads: dict[object, _Thread], names: dict[str, str], own: str | None) -> Iterator[Call]:
    wanted = ("id", "callId", "threadRowId", "type", "direction", "status", "callBeganTimestamp", "timestamp")
    thread = Join("model_TSThread", "id", "threadRowId", ("uniqueId",))
    for row in tables.rows("CallRecord", wanted, (thread,), order="id"):
        talk = threads.get(row["model_TSThread.uniqueId"], _Thread(None, None))
        at = row["callBeganTimestamp"] if row["callBeganTimestamp"] is not None else row["timestamp"]
        kind = cells.integer(row["type"])
        yield Call(
            where=stored_in("CallRecord", row, "id"),
            app=_APP,
            account=own,
            party=talk.party,
            party_name=names.get(talk.party or ""),
            thread=None if talk.party else cells.text(row["model_TSThread.uniqueId"]),
            direction=codes.direction(row["direction"]),
            **started(at, "ms Unix"),
            kind="video" if kind == 1 else "voice",
            raw_kind=f"type {row['type']} status {row['status']}",
            identifier=cells.text(row["callId"]),
        )


def _contacts(tables: Tables, names: dict[str, str], own: str | None) -> Iterator[Contact]:
    wanted = ("id", "recipientPhoneNumber", "recipientUUID")
    for row in tables.rows("model_SignalRecipient", wanted, order="id"):
        number, identity = cells.text(row["recipientPhoneNumber"]), cells.text(row["recipientUUID"])
        if (number or identity) and own not in {number, identity}:
            yield Contact(
                where=stored_in("model_SignalRecipient", row, "id"),
                app=_APP,
                account=own,
                identifier=identity or number,
                name=names.get(number or "") or names.get(identity or ""),
                phone=number,
            )
