"""Snapchat: `arroyo.db` (messages, both systems), `main.db` (friends, Android).

conversation_message holds a protobuf: text of content type 1 lies at 4.4.2.1 (mark B); other content types are not verified, their number
is shown and any text in the message is read (mark C). Times Unix milliseconds. Rows that the log no longer has are shown as superseded:
that a person deleted them is not said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.filetype import is_database
from triage.formats import cells, codes
from triage.formats.app_paths import owner
from triage.formats.protobuf import Fields
from triage.formats.shared_prefs import preferences
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.formats.times import sent
from triage.model import Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"(?:^|/)arroyo\.db\Z|/com\.snapchat\.android/(?:databases|db)/main\.db\Z")
_APP = "Snapchat"
_MESSAGE = (
    "rowid", "client_conversation_id", "client_message_id", "server_message_id", "creation_timestamp", "read_timestamp", "sender_id",
    "content_type", "message_content", "message_state_type", "is_saved", "is_viewed_by_user",
)  # fmt: skip
_KINDS: Mapping[int, str] = {1: "text"}
_DEEPEST, _MOST_TEXTS = 8, 20
_IDENTIFIER = re.compile(r"[0-9a-f-]{16,}\Z|[A-Za-z0-9+/_=-]{20,}\Z|[\d.:]+\Z")


class Snapchat:
    """One `Message` per row of conversation_message, one `Contact` per row of Friend."""

    name: ClassVar[str] = "snapchat"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Snapchat"
    describes: ClassVar[str] = "Messages that the app still keeps, with their state, and friends"
    limitations: ClassVar[tuple[str, ...]] = (
        "The app deletes most messages once they were seen; what is not there was not necessarily never there.",
        "Only content type 1 is known for certain to be text; of others the number is shown, and any text inside.",
        "Direction needs the owner's identifier, which is in settings beside the database: it stays unknown where they are missing.",
        "Media, memories and My Eyes Only are not read here.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Contact, Message)

    def wants(self, item: Item) -> bool:
        """arroyo.db; main.db below the app's folder."""
        return is_database(item.mime) and _NAMES.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Friends, then messages in order of their row."""
        own = _own(item)
        yield from read(item, self.name, lambda tables: _read(tables, own, item.entry.path))


_STORES = {
    "../shared_prefs/identity_persistent_store.xml": "key_user_id",
    "../shared_prefs/user_session_shared_pref.xml": "key_user_id",
}


def _own(item: Item) -> str | None:
    """The owner's identifier out of the app's settings (mark C)."""
    for name, data in item.near(*_STORES).items():
        try:
            found = preferences(data)[0].get(_STORES[name])
        except EvidenceError:
            continue
        if found:
            return found
    return None


def _read(tables: Tables, own: str | None, path: str) -> Iterator[Record | Problem]:
    if not tables.first("conversation_message", "Friend"):
        yield unrecognised(Snapchat.title, Snapchat.name, tables.schema)
    account = owner(path, own)
    yield from kept(Snapchat.name, _friends(tables, account))
    yield from kept(Snapchat.name, _messages(tables, own, account))


def _friends(tables: Tables, account: str | None) -> Iterator[Contact]:
    for row in tables.rows("Friend", ("rowid", "userId", "username", "displayName", "phone"), order="rowid"):
        yield Contact(
            where=stored_in("Friend", row, "rowid"), app=_APP, account=account,
            identifier=cells.text(row["userId"]) or cells.text(row["username"]),
            name=cells.text(row["displayName"]) or cells.text(row["username"]), phone=cells.text(row["phone"]),
            note=cells.text(row["username"]),
        )  # fmt: skip


def _messages(tables: Tables, own: str | None, account: str | None) -> Iterator[Message]:
    for row in tables.rows("conversation_message", _MESSAGE, order="rowid"):
        sender = cells.text(row["sender_id"])
        direction = "unknown" if own is None or sender is None else "out" if sender == own else "in"
        kind = cells.integer(row["content_type"])
        yield Message(
            where=f"conversation_message.client_conversation_id={row['client_conversation_id']} client_message_id={row['client_message_id']}",
            app=_APP,
            account=account,
            thread=cells.text(row["client_conversation_id"]),
            sender=sender,
            direction=direction,
            **sent(row["creation_timestamp"], "ms Unix"),
            read_at=cells.unix_milliseconds(row["read_timestamp"]),
            body=_body(kind, row["message_content"]),
            kind=codes.kind(kind, _KINDS),
            raw_kind=_raw_kind(row),
            identifier=cells.text(row["server_message_id"]),
        )


def _raw_kind(row: sqlite3.Row) -> str | None:
    state = cells.text(row["message_state_type"])
    saved = ", saved" if cells.integer(row["is_saved"]) == 1 else ""
    return f"content_type {row['content_type']}, {state}{saved}"


def _body(kind: int | None, content: object) -> str | None:
    """The text where it is known to be; else every text in the message that is no identifier."""
    try:
        fields = Fields(content) if isinstance(content, bytes) else None
    except EvidenceError:
        return None
    if fields is None:
        return cells.text(content)
    known: Fields | None = fields
    for step in (4, 4, 2):
        known = known.inside(step) if known is not None else None
    text = known.text(1) if known is not None else None
    return text if text or kind == 1 else "\n".join(list(_texts(fields))[:_MOST_TEXTS]) or None


def _texts(fields: Fields, depth: int = 0) -> Iterator[str]:
    """Printable texts of two characters and more, in the order of the fields."""
    for number in fields:
        inner = fields.messages(number) if depth < _DEEPEST else []
        for each in inner:
            yield from _texts(each, depth + 1)
        text = fields.text(number) if not inner else None
        if text and len(text) > 1 and text.isprintable() and not _IDENTIFIER.match(text):
            yield text
