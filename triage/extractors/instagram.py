"""Instagram direct messages: `direct.db` (Android), `DirectSQLiteDatabase/<uid>.db` (iOS).

`ig_msys_database_<uid>` (Android) has the tables of Messenger's newer store (mark C). Android: messages with the whole message as JSON, timestamp Unix microseconds as text, session with the account. iOS: MESSAGES and THREADS
with archives of objects (NSKeyedArchiver). Reference: published parsers agree (mark B); keys inside the archives mark C.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, json_values, plist
from triage.formats.app_paths import owner
from triage.formats.messenger import msys
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.formats.times import sent
from triage.model import Call, Contact, Message, Stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(
    r"/com\.instagram\.(?:android|barcelona|lite)/.*direct\.db\Z|DirectSQLiteDatabase/(\d+)\.db\Z|(?:^|/)direct\.db\Z|(?:^|/)ig_msys_database_(\d+)\Z"
)
_APP = "Instagram"
_MESSAGE = (
    "_id",
    "user_id",
    "server_item_id",
    "client_item_id",
    "thread_id",
    "recipient_ids",
    "timestamp",
    "message_type",
    "text",
    "message",
)
_KINDS = {
    "text": "text", "media": "image", "raven_media": "view-once image", "visual_media": "view-once image", "voice_media": "voice",
    "reel_share": "link", "story_share": "link", "media_share": "link", "clip": "link", "felix_share": "link", "link": "link", "xma": "link",
    "generic_xma": "link", "like": "like", "placeholder": "unavailable", "action_log": "system", "animated_media": "gif", "location": "location",
    "profile": "contact", "video_call_event": "call", "story_reply": "text",
}  # fmt: skip
_ONCE = frozenset({"raven_media", "visual_media"})
_CALL = "video_call_event"


class Instagram:
    """One `Message` per row of `messages` or MESSAGES and per reaction, one `Call` per call event, one `Contact` per person."""

    name: ClassVar[str] = "instagram"
    version: ClassVar[str] = "2"
    title: ClassVar[str] = "Instagram"
    describes: ClassVar[str] = (
        "Direct messages, groups, shared posts, view-once media, reactions, call events and people"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Media are links that expire; the files may be in the cache under another name and are not tied.",
        "Start and end of a call are two rows: both are calls, as in the database.",
        "In ig_msys_database direction is known where the number of the file's name is a sender or a person of it (mark C).",
        "On iOS a message is read as far as its archive has the keys that public parsers know.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Call, Contact, Message)

    def wants(self, item: Item) -> bool:
        """direct.db; <uid>.db in DirectSQLiteDatabase; ig_msys_database_<uid>."""
        return is_database(item.mime) and _NAMES.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """People, messages, calls."""
        found = _NAMES.search(item.entry.path)
        if found and found[2]:
            yield from read(item, self.name, lambda tables: _msys(tables, item.entry.path, found[2]))
        else:
            yield from read(item, self.name, lambda tables: _read(tables, item.entry.path, found[1] if found else None))


def _read(tables: Tables, path: str, uid: str | None) -> Iterator[Record | Problem]:
    if not tables.first("messages", "MESSAGES", "threads"):
        yield unrecognised(Instagram.title, Instagram.name, tables.schema)
    sessions = [found for key in tables.lookup("session", "user_id") if (found := cells.text(key))]
    own = uid or (sessions[0] if len(sessions) == 1 else None)
    account = owner(path, own)
    people = _People(tables)
    yield from kept(Instagram.name, people.contacts(account))
    yield from kept(Instagram.name, _messages(tables, people, own, account))
    yield from kept(Instagram.name, _apple_messages(tables, own, account))


def _msys(tables: Tables, path: str, named: str) -> Iterator[Record | Problem]:
    """The newer store: the tables of Messenger's. The number in its name is the owner's where it occurs in it."""
    if not tables.has("messages", "timestamp_ms", "sender_id"):
        yield unrecognised(Instagram.title, Instagram.name, tables.schema)
        return
    met = {
        cells.text(key)
        for table, column in (("contacts", "id"), ("messages", "sender_id"))
        for key in tables.lookup(table, column)
    }
    for part in msys.parts(tables, owner(path, named if named in met else None), _APP):
        yield from kept(Instagram.name, part)


class _People:
    """People and threads, as `thread_info` lists them."""

    def __init__(self, tables: Tables) -> None:
        self.names: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        self._found: list[tuple[str, str, str | None, str | None]] = []
        for row in tables.rows("threads", ("thread_id", "thread_info")):
            info = json_values.parsed(row["thread_info"])
            thread = cells.text(row["thread_id"]) or ""
            users = [*json_values.members(info, "users"), json_values.inside(info, "inviter")]
            self._add(thread, users)
            if title := json_values.text(info, "thread_title"):
                self.titles[thread] = title

    def _add(self, thread: str, users: list[object]) -> None:
        shown = []
        for user in users:
            identity = json_values.text(user, "pk") or json_values.text(user, "id")
            name, full = json_values.text(user, "username"), json_values.text(user, "full_name")
            if identity and identity not in self.names:
                self._found.append((thread, identity, name, full))
            if identity:
                self.names.setdefault(identity, full or name or identity)
                shown.append(self.names[identity])
        self.titles.setdefault(thread, ", ".join(shown[:-1] or shown))

    def contacts(self, account: str | None) -> Iterator[Contact]:
        """Each person once, where a thread first lists them."""
        for thread, identity, name, full in self._found:
            where = f"threads.thread_id={thread} thread_info user {identity}"
            yield Contact(where=where, app=_APP, account=account, identifier=identity, name=full or name, note=name)


def _messages(tables: Tables, people: _People, own: str | None, account: str | None) -> Iterator[Message | Call]:
    key = "_id" if tables.has("messages", "_id") else "rowid"
    for row in tables.rows("messages", (*_MESSAGE, "rowid"), order=key):
        value = json_values.parsed(row["message"])
        sender = json_values.text(value, "user_id") or cells.text(row["user_id"])
        direction = "unknown" if own is None or sender is None else "out" if sender == own else "in"
        message = _message(row, key, value, sender, direction)
        message = _placed(message, people, own, account)
        yield _call(message, value) if message.raw_kind == _CALL else message
        yield from _reactions(message, value, people)


def _message(row: sqlite3.Row, key: str, value: object, sender: str | None, direction: str) -> Message:
    kind = cells.text(row["message_type"]) or json_values.text(value, "item_type")
    latitude, longitude = cells.coordinates(*(json_values.inside(value, "location", axis) for axis in ("lat", "lng")))
    stored = row["timestamp"] if row["timestamp"] is not None else json_values.inside(value, "timestamp")
    return Message(
        where=stored_in("messages", row, key),
        app=_APP,
        thread=cells.text(row["thread_id"]),
        sender=sender,
        recipients=cells.text(row["recipient_ids"]) if direction == "out" else None,
        direction=direction,
        **sent(stored, "us Unix"),
        body=cells.text(row["text"]) or _words(value),
        kind="unknown" if kind is None else _KINDS.get(kind, f"unknown ({kind})"),
        raw_kind=kind,
        identifier=cells.text(row["server_item_id"]) or json_values.text(value, "item_id"),
        quoted=json_values.text(value, "replied_to_message", "item_id"),
        quoted_body=json_values.text(value, "replied_to_message", "text"),
        view_once=True if kind in _ONCE else None,
        attachment=_link(value),
        latitude=latitude,
        longitude=longitude,
    )


def _placed(message: Message, people: _People, own: str | None, account: str | None) -> Message:
    return replace(
        message,
        account=account,
        thread_name=people.titles.get(message.thread or "") or None,
        sender_name=people.names.get(message.sender or ""),
        recipients=own if message.direction == "in" else message.recipients,
    )


def _words(value: object) -> str | None:
    """What a shared thing says of itself."""
    ways = (
        ("text",), ("link", "text"), ("reel_share", "text"), ("story_share", "text"), ("media_share", "caption", "text"),
        ("clip", "clip", "caption", "text"), ("action_log", "description"), ("location", "name"), ("profile", "username"), ("like",),
        ("placeholder", "message"), ("video_call_event", "description"),
    )  # fmt: skip
    return next((found for way in ways if (found := json_values.text(value, *way))), None)


def _link(value: object) -> str | None:
    """The link of the best version of a picture, clip or sound."""
    for way in (
        ("media",),
        ("raven_media",),
        ("visual_media", "media"),
        ("voice_media", "media"),
        ("media_share",),
        ("clip", "clip"),
    ):
        medium = json_values.inside(value, *way)
        links = (("video_versions", 0, "url"), ("image_versions2", "candidates", 0, "url"), ("audio", "audio_src"))
        if found := next((link for steps in links if (link := json_values.text(medium, *steps))), None):
            return found
    return json_values.text(value, "link", "link_context", "link_url")


def _call(message: Message, value: object) -> Call:
    action = json_values.text(value, "video_call_event", "action")
    return Call(
        where=message.where,
        app=_APP,
        account=message.account,
        party=message.sender if message.direction == "in" else message.recipients,
        party_name=message.sender_name if message.direction == "in" else message.thread_name,
        direction=message.direction,
        started_at=message.sent_at,
        raw_time=message.raw_time,
        kind="voice" if "audio" in (action or "") else "video",
        outcome="missed" if "missed" in (action or "") else None,
        raw_kind=action,
        identifier=message.identifier,
        thread=message.thread,
    )


def _reactions(message: Message, value: object, people: _People) -> Iterator[Message]:
    for name in ("emojis", "likes"):
        for number, each in enumerate(json_values.members(value, "reactions", name)):
            sender = json_values.text(each, "sender_id")
            yield Message(
                where=f"{message.where} reactions/{name}/{number}",
                app=_APP,
                account=message.account,
                thread=message.thread,
                thread_name=message.thread_name,
                sender=sender,
                sender_name=people.names.get(sender or ""),
                direction="unknown"
                if message.account is None or sender is None
                else "out"
                if sender == message.account
                else "in",
                **sent(json_values.inside(each, "timestamp"), "us Unix"),
                body=json_values.text(each, "emoji") or ("\u2764\ufe0f" if name == "likes" else None),
                kind="reaction",
                quoted=message.identifier,
            )


def _apple_messages(tables: Tables, own: str | None, account: str | None) -> Iterator[Message]:
    for row in tables.rows("MESSAGES", ("rowid", "MESSAGE_ID", "THREAD_ID", "ARCHIVE"), order="rowid"):
        value = plist.archive_or_none(row["ARCHIVE"])
        sender = _deep_text(value, "senderPk")
        at = _deep(value, "serverTimestamp")
        yield Message(
            where=stored_in("MESSAGES", row, "rowid"),
            app=_APP,
            account=account,
            thread=cells.text(row["THREAD_ID"]),
            sender=sender,
            direction="unknown" if own is None or sender is None else "out" if sender == own else "in",
            sent_at=_stamp(at),
            raw_time=at.isoformat() if isinstance(at, datetime) else None,
            body=_deep_text(value, "string"),
            kind="text" if _deep(value, "string") is not None else "unknown",
            identifier=cells.text(row["MESSAGE_ID"]),
        )


def _deep(value: object, key: str, depth: int = 6) -> object:
    """The first value of a key whose name ends so, wherever in the archive it lies: names carry prefixes that change."""
    if depth == 0 or not isinstance(value, dict | list):
        return None
    members: Mapping[str, object] = value if isinstance(value, dict) else {str(n): each for n, each in enumerate(value)}
    for name, each in members.items():
        if name == key or name.endswith((f"*{key}", f"_{key}")):
            return each
    return next((found for each in members.values() if (found := _deep(each, key, depth - 1)) is not None), None)


def _deep_text(value: object, key: str) -> str | None:
    return cells.text(_deep(value, key))


def _stamp(at: object) -> Stamp | None:
    """An archive's date, which is UTC by its format."""
    if not isinstance(at, datetime):
        return None
    whole = at.replace(tzinfo=UTC)
    return Stamp(int(whole.timestamp()) * 1_000_000_000 + whole.microsecond * 1000, resolution=1000)
