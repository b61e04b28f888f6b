"""Discord: what the app fetched and kept. `kv-storage/@account.<id>/a` (Android, iOS), `Cache.db` and `fsCachedData` (iOS), the
cache of the program on computers (`formats/chromium_cache`).

A message is the JSON of Discord's own interface: id (a snowflake, whose time is that of sending), channel_id, author, content, timestamp
with zone, attachments. kv-storage keeps one in each row of messages0 behind a byte that is no JSON. Reference: Discord's developer
documentation for messages (mark A), published parsers for the stores (mark B), a public iOS cache (mark A).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, chromium_cache, json_values
from triage.formats.app_paths import owner
from triage.formats.media_kinds import kind_of
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.formats.whole import whole
from triage.model import Message, Problem, Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

_STORE = re.compile(r"/kv-storage/@account\.?(\d*)/a\Z")
_CACHE = re.compile(r"/com\.hammerandchisel\.discord/Cache\.db\Z")
_FILE = re.compile(r"/com\.hammerandchisel\.discord/fsCachedData/[0-9A-F-]{36}\Z", re.IGNORECASE)
_COMPUTER = re.compile(
    r"/discord(?:canary|ptb|development)?/(?:[^/]+/)*Cache/(?:Cache_Data/)?(?:f_[0-9a-f]{6}|data_[123]|[0-9a-f]{16}_0)\Z",
    re.IGNORECASE,
)
_ASKED = re.compile(r"/channels/\d+/messages")
_MOST_CACHE = 64 << 20
_SIGNS = (b'"channel_id"', b'"author"')
_APP = "Discord"
_KINDS = {
    0: "text", 1: "system", 2: "system", 3: "call", 4: "system", 5: "system", 6: "system", 7: "system", 8: "system", 9: "system",
    10: "system", 11: "system", 18: "system", 19: "text", 20: "text", 21: "system", 22: "system", 23: "text",
}  # fmt: skip
_EPOCH = 1_420_070_400_000  # 2015-01-01 in milliseconds: where snowflakes begin
_MOST_BYTES = 16 << 20


class Discord:
    """One `Message` per message that a store or cache holds, and per further attachment."""

    name: ClassVar[str] = "discord"
    version: ClassVar[str] = "3"
    title: ClassVar[str] = "Discord"
    describes: ClassVar[str] = "Messages of channels and direct messages that the app fetched, with their attachments"
    limitations: ClassVar[tuple[str, ...]] = (
        "A cache shows what was fetched; that it was read or kept, it does not show.",
        "The same message may lie in several answers of the cache: each is a record, with the same identifier.",
        "The owner is known from the name of the folder of kv-storage; elsewhere direction is unknown.",
        "In the cache of a computer on Windows, small answers packed by Brotli are not found; an answer that cannot be unpacked is told where its address is known.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message,)

    def wants(self, item: Item) -> bool:
        """Store `a` of kv-storage, Cache.db, files of its folder that hold messages, and the cache of Discord on computers."""
        path = item.entry.path
        if is_database(item.mime):
            return _STORE.search(path) is not None or _CACHE.search(path) is not None
        if _COMPUTER.search(path):
            return True
        return _FILE.search(path) is not None and all(sign in item.head for sign in _SIGNS)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The messages in the order of row and answer."""
        found = _STORE.search(item.entry.path)
        own = (found[1] or None) if found else None
        account = owner(item.entry.path, own)
        if is_database(item.mime):
            yield from read(item, self.name, lambda tables: _read(tables, own, account))
        elif _COMPUTER.search(item.entry.path):
            yield from _computer(item, account)
        else:
            with item.open() as stream:
                value = json_values.parsed(stream.read(_MOST_BYTES + 1))
            yield from _answer(value, "answer", own, account)


def _read(tables: Tables, own: str | None, account: str | None) -> Iterator[Message | Problem]:
    if not tables.first("messages0", "cfurl_cache_receiver_data"):
        yield unrecognised(Discord.title, Discord.name, tables.schema)
    yield from kept(Discord.name, _stored(tables, own, account))
    yield from kept(Discord.name, _cached(tables, own, account))


def _stored(tables: Tables, own: str | None, account: str | None) -> Iterator[Message]:
    for row in tables.rows("messages0", ("rowid", "data"), order="rowid"):
        data = row["data"]
        data = data.encode("utf-8", "replace") if isinstance(data, str) else data
        start = data.find(b"{") if isinstance(data, bytes) else -1
        value = json_values.parsed(data[start:]) if 0 <= start < 16 else None
        message = json_values.inside(value, "message") or value
        channel = json_values.text(value, "channelId")
        yield from _messages(message, f"messages0.rowid={row['rowid']}", own, account, channel)


def _cached(tables: Tables, own: str | None, account: str | None) -> Iterator[Message]:
    """Answers that lie in the database itself; the others are files of fsCachedData, items of their own."""
    for row in tables.rows("cfurl_cache_receiver_data", ("entry_ID", "isDataOnFS", "receiver_data"), order="entry_ID"):
        data = row["receiver_data"]
        if isinstance(data, bytes) and all(sign in data for sign in _SIGNS):
            yield from _answer(
                json_values.parsed(data), f"cfurl_cache_receiver_data.entry_ID={row['entry_ID']}", own, account
            )


def _computer(item: Item, account: str | None) -> Iterator[Message | Problem]:
    """The answers in a file of a computer's cache."""
    packed = 0
    for body in chromium_cache.bodies(item.entry.name, whole(item, most=_MOST_CACHE)):
        if body.data is None:
            packed += body.address is not None and _ASKED.search(body.address) is not None
        elif all(sign in body.data for sign in _SIGNS):
            yield from _answer(json_values.parsed(body.data), body.where, None, account)
    if packed:
        message = "an answer with messages is damaged, or packed in a way that is not known"
        yield Problem(kind="unsupported", stage=Discord.name, message=message)


def _answer(value: object, where: str, own: str | None, account: str | None) -> Iterator[Message]:
    """An answer is a message, a list of them, or holds such a list."""
    if isinstance(value, dict) and not _is_message(value):
        value = next((value[name] for name in ("messages", "threads") if isinstance(value.get(name), list)), None)
    for number, each in enumerate(value if isinstance(value, list) else [value]):
        if _is_message(each):
            yield from _messages(each, f"{where} message {number}", own, account, None)


def _is_message(value: object) -> bool:
    return isinstance(value, dict) and {"id", "channel_id", "author", "content"} <= value.keys()


def _messages(
    value: object, where: str, own: str | None, account: str | None, channel: str | None
) -> Iterator[Message]:
    """The message with its first attachment, then one per further attachment."""
    message = _message(value, where, own, account, channel)
    files = list(json_values.members(value, "attachments"))
    if not files:
        yield message
    for number, file in enumerate(files):
        name = json_values.text(file, "filename") or json_values.text(file, "url")
        yield replace(
            message,
            where=where if number == 0 else f"{where} attachment {number}",
            body=message.body if number == 0 else None,
            kind=kind_of(json_values.text(file, "content_type"), name) or "file",
            attachment=name,
            attachment_size=cells.count(json_values.inside(file, "size")),
        )


def _message(value: object, where: str, own: str | None, account: str | None, channel: str | None) -> Message:
    author, kind = json_values.text(value, "author", "id"), json_values.inside(value, "type")
    name = json_values.text(value, "author", "global_name") or json_values.text(value, "author", "username")
    identity, stamp = json_values.text(value, "id"), json_values.text(value, "timestamp")
    return Message(
        where=where,
        app=_APP,
        account=account,
        thread=json_values.text(value, "channel_id") or channel,
        sender=author,
        sender_name=name,
        direction="unknown" if own is None or author is None else "out" if author == own else "in",
        sent_at=_moment(stamp) or _snowflake(identity),
        raw_time=stamp or (f"{identity} Discord snowflake" if identity else None),
        body=json_values.text(value, "content"),
        kind=_KINDS.get(kind, f"unknown ({kind})") if isinstance(kind, int) else "unknown",
        raw_kind=str(kind) if isinstance(kind, int) else None,
        identifier=identity,
        quoted=json_values.text(value, "message_reference", "message_id"),
        quoted_body=json_values.text(value, "referenced_message", "content"),
        edited_at=_moment(json_values.text(value, "edited_timestamp")),
    )


def _moment(text: str | None) -> Stamp | None:
    """ISO 8601 with its zone; without one it is no moment."""
    try:
        when = datetime.fromisoformat(text) if text and len(text) < 64 else None
    except ValueError:
        return None
    if when is None or when.tzinfo is None:
        return None
    return Stamp((round(when.timestamp() * 1_000_000)) * 1000, resolution=1000)


def _snowflake(identity: str | None) -> Stamp | None:
    """The upper bits of an identifier are milliseconds since 2015."""
    number = int(identity) if identity and len(identity) < 20 and identity.isascii() and identity.isdigit() else 0
    return cells.unix_milliseconds((number >> 22) + _EPOCH) if number > 1 << 22 else None
