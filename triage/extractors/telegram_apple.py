"""Telegram on iOS and macOS: `postbox/db/db_sqlite`, tables of keys and values (mark B; names of fields and actions mark C).

t0 state, t2 peers, t6 media, t7 messages. Where the file is encrypted (SQLCipher, raw key and salt, the first 32 bytes in clear), both are in
`.tempkeyEncrypted` beside the accounts, under the local passcode or, where the user set none, a word that is always the same: AES-256-CBC,
key and IV the first 32 and the last 16 bytes of SHA-512 of it (published tools, mark B).
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from triage.errors import Encrypted, EvidenceError
from triage.evidence.ciphers import deciphered
from triage.filetype import is_database
from triage.formats import cells, given_keys
from triage.formats.sqlcipher import CipherKey
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.formats.telegram import postbox_messages as stored
from triage.formats.telegram.postbox import peer_of, root
from triage.formats.times import sent
from triage.model import Account, Call, Contact, Message, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

_PATH = re.compile(r"/account-(\d+)/postbox/db/db_sqlite\Z")
_APP = "Telegram"
_TEMPKEY, _NO_PASSCODE = "../../../.tempkeyEncrypted", "no-matter-key"
_HEADER = (("cipher_plaintext_header_size", 32),)
_STATE = 2  # the key of the account's state in t0
_CLOUD = 0  # name space of messages that the service has numbered
_SECRET = 3


class TelegramApple:
    """One `Message` per row of t7 and per further medium, `Call`s of the messages that tell one, the peers as `Contact`s, the `Account`."""

    name: ClassVar[str] = "telegram-apple"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Telegram on iOS and macOS"
    describes: ClassVar[str] = (
        "Chats, groups and channels with sender, time, text, files, places, replies, edits, timers, calls, people"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "An encrypted store is opened where .tempkeyEncrypted lies beside it, with the local passcode (--password) where the user set one.",
        "The names of cached files follow from the stored numbers; the client may have removed the file.",
        "Reactions, polls, stories and drafts are not read; a medium of an unknown class is named by its number.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account, Call, Contact, Message)

    def wants(self, item: Item) -> bool:
        """db_sqlite of a postbox, whatever its content looks like."""
        return _PATH.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The account, people, messages in order of chat and time; a problem of kind encrypted where the store is."""
        closed = not is_database(item.mime) or given_keys.enciphered(item.head)
        yield from read(item, self.name, _read, key=_key(item) if closed else None)


def _key(item: Item) -> CipherKey:
    wrapped = item.near(_TEMPKEY).get(_TEMPKEY)
    start = given_keys.Beginning(item.scratch, item.head)
    if wrapped is not None and start.opens(key := _unwrapped(wrapped, _NO_PASSCODE)):
        return key
    shapes: list[given_keys.Shapes] = [partial(given_keys.raw_key, settings=_HEADER)]
    if wrapped is not None:
        shapes.append(lambda passcode: iter([_unwrapped(wrapped, passcode)]))
    if given := given_keys.given_key(item, *shapes):
        return given
    where = (
        "is wrapped in .tempkeyEncrypted"
        if wrapped is not None
        else "would be in .tempkeyEncrypted, which is not in the evidence"
    )
    raise Encrypted(f"Telegram's store db_sqlite is encrypted; its key {where}; {given_keys.advice(item)}")


def _unwrapped(wrapped: bytes, passcode: str) -> CipherKey:
    """Key and salt; others where the passcode is not the right one. Raises Malformed."""
    digest = hashlib.sha512(passcode.encode("utf-8", "surrogatepass")).digest()
    plain = deciphered(digest[:32], digest[-16:], wrapped[: len(wrapped) // 16 * 16])
    return CipherKey(plain[:48].hex(), raw=True, settings=_HEADER)


def _read(tables: Tables) -> Iterator[Record | Problem]:
    if not tables.has("t7", "key", "value"):
        yield unrecognised(TelegramApple.title, TelegramApple.name, tables.schema)
        return
    stage = TelegramApple.name
    own = _own(tables)
    people = _Peers(tables)
    yield from kept(stage, _account(own, people))
    yield from kept(stage, _contacts(people, own))
    yield from kept(stage, _messages(tables, own, people))


class _Peers:
    """The people, groups and channels of t2: their fields by number. An object that cannot be read has none."""

    def __init__(self, tables: Tables) -> None:
        self.fields: dict[int, dict[str, Any]] = {}
        for row in tables.rows("t2", ("key", "value"), order="key"):
            number = _number(row["key"])
            if number is not None:
                self.fields[number] = _object(row["value"])

    def name(self, number: int | None) -> str | None:
        """Name and user name, or the title of a group."""
        found = self.fields.get(number, {}) if number is not None else {}
        full = " ".join(text for part in ("fn", "ln") if (text := cells.text(found.get(part))))
        user = cells.text(found.get("un"))
        plain = cells.text(found.get("t")) or full or None
        return f"{plain} (@{user})" if plain and user else plain or (f"@{user}" if user else None)

    def phone(self, number: int) -> str | None:
        """The number, with its plus."""
        found = next(
            (each for part in ("p", "ph") if isinstance(each := self.fields.get(number, {}).get(part), str)), ""
        )
        return f"+{found.lstrip('+')}" if found.lstrip("+").isdigit() else None


def _own(tables: Tables) -> int | None:
    """The owner's peer number, from the state of the account."""
    for row in tables.rows("t0", ("key", "value")):
        if _number(row["key"]) == _STATE:
            return cells.integer(_object(row["value"]).get("peerId"))
    return None


def _account(own: int | None, people: _Peers) -> Iterator[Account]:
    if own is not None:
        yield Account(
            where=f"t0.key={_STATE}",
            app=_APP,
            account=peer_of(own),
            identifier=peer_of(own),
            name=people.name(own),
            service=_APP,
            phone=people.phone(own),
        )


def _contacts(people: _Peers, own: int | None) -> Iterator[Contact]:
    for number, found in people.fields.items():
        if found and number != own:
            yield Contact(
                where=f"t2.key={number}",
                app=_APP,
                account=_identity(own),
                identifier=peer_of(number),
                name=people.name(number),
                phone=people.phone(number),
            )


def _messages(tables: Tables, own: int | None, people: _Peers) -> Iterator[Message | Call | Problem]:
    media = _Media(tables)
    unread = 0
    for row in tables.rows("t7", ("key", "value"), order="key"):
        try:
            found = stored.read_message(_bytes(row["key"]), _bytes(row["value"]))
        except EvidenceError:
            unread += 1
            continue
        if found is not None:
            yield from _with_media(_message(found, own, people), found, media)
    if unread:
        message = f"{unread} rows of t7 have a form that is not known"
        yield Problem(kind="unsupported", stage=TelegramApple.name, message=message)


class _Media:
    """Objects of t6, by name space and number: asked for, not held."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._there = tables.has("t6", "key", "value")

    def of(self, found: stored.Stored) -> Iterator[stored.Carried]:
        """What a message carries, in order."""
        objects = list(found.media)
        for space, number in found.referenced if self._there else ():
            key = struct.pack(">iq", space, number)
            for row in self._tables.database.rows("SELECT value FROM t6 WHERE key = ?", (key,)):
                try:
                    objects.append(stored.stored_medium(_bytes(row["value"])) or {})
                except EvidenceError:
                    objects.append({})
        for each in objects:
            if (one := stored.carried(each)) is not None:
                yield one


def _message(found: stored.Stored, own: int | None, people: _Peers) -> Message:
    author = found.author
    sender = peer_of(author) if author is not None else _identity(own) if not found.incoming else None
    way = "in" if found.incoming else "out" if author is None or own is None or author == own else "unknown"
    timer = stored.timer(found)
    edited = stored.edited_at(found)
    return Message(
        where=f"t7 peer={found.peer} namespace={found.space} id={found.number}",
        app=_APP,
        account=_identity(own),
        thread=peer_of(found.peer),
        thread_name=people.name(found.peer),
        sender=sender,
        sender_name=people.name(author),
        direction=way,
        **sent(found.time, "s Unix"),
        body=found.text or None,
        raw_kind=None if found.space == _CLOUD else f"namespace {found.space}",
        identifier=str(found.number) if found.space == _CLOUD else f"{found.space}:{found.number}",
        quoted=stored.replied_to(found),
        edited_at=cells.unix_seconds(edited) if edited else None,
        expires_at=cells.unix_seconds(timer[0] + timer[1]) if timer and timer[1] else None,
        forwarded=found.forwarded or None,
    )


def _with_media(message: Message, found: stored.Stored, media: _Media) -> Iterator[Message | Call]:
    """The message with its first medium, then one message per further one; a call beside the message that tells it."""
    there = list(media.of(found))
    for number, each in enumerate(there or [None]):
        one = message if number == 0 else replace(message, body=None, where=f"{message.where} media={number}")
        yield one if each is None else _carrying(one, each)
        if each is not None and each.kind == "call":
            yield _call(message, each)


def _carrying(message: Message, each: stored.Carried) -> Message:
    latitude, longitude = each.place
    return replace(
        message,
        kind=each.kind,
        raw_kind=each.raw_kind,
        body=message.body or each.text,
        attachment=each.name,
        attachment_size=each.size,
        latitude=latitude,
        longitude=longitude,
    )


def _call(message: Message, each: stored.Carried) -> Call:
    return Call(
        where=message.where,
        app=_APP,
        account=message.account,
        party=message.thread,
        party_name=message.thread_name,
        direction=message.direction,
        started_at=message.sent_at,
        duration_s=None if each.seconds is None else float(each.seconds),
        kind="video" if each.video else "voice",
        outcome="answered" if each.seconds else None,
        raw_kind=each.raw_kind,
        identifier=each.identifier,
        raw_time=message.raw_time,
    )


def _object(value: object) -> dict[str, Any]:
    try:
        return root(_bytes(value))
    except EvidenceError:
        return {}


def _number(key: object) -> int | None:
    """Keys of t0 and t2: a number of 64 bits, as a column or as big-endian bytes."""
    if isinstance(key, bytes):
        return int.from_bytes(key, "big", signed=True) if len(key) in {4, 8} else None
    return cells.integer(key)


def _identity(own: int | None) -> str | None:
    return None if own is None else peer_of(own)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""
