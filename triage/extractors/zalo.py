"""Zalo on iOS: `chat_dbs/<own id>/<peer id>.db` and `group_<id>.db`, `profile.sqlite`, `chatgroup.sqlite`.

One database a conversation: ChatContent with SenderId, MsgType, TimeStamp (Unix milliseconds), MsgContent. The owner is the folder's name.
Reference: published parser and notes (mark B); some types mark C. The message store of Zalo on Android is not published: such databases
are read by likeness; `zaloprefs` names the owner (mark C).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, codes, json_values
from triage.formats.app_paths import owner
from triage.formats.media_kinds import kind_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.formats.times import sent
from triage.model import Account, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

_CHAT = re.compile(r"/chat_dbs/(\d+)/(?:(group)_)?(\d+)\.db\Z")
_PEOPLE = re.compile(r"/[^/]*(?:zalo|zingalo)[^/]*/Documents/(profile|chatgroup)\.sqlite\Z", re.IGNORECASE)
_PREFERENCES = re.compile(r"/com\.zing\.zalo/(?:databases|db)/zaloprefs\Z")
_CONTAINER = re.compile(r"/Documents/(profile|chatgroup)\.sqlite\Z")
_SIGNS = (b"BuddyEntity", b"GroupEntity")
_APP = "Zalo"
_OWNER = "currentUserUid"
_MESSAGE = ("rowid", "SenderId", "CliMsgId", "GlobalMsgId", "MsgType", "TimeStamp", "MsgContent", "LocalPath")
_KINDS: Mapping[int, str] = {
    0: "text", 1: "image", 2: "image", 3: "image", 4: "file", 19: "file", 23: "file", 6: "voice", 10: "sticker", 12: "link", 15: "system",
    20: "system", 24: "system", 36: "system", 26: "poll",
}  # fmt: skip


class Zalo:
    """One `Message` per row of ChatContent, one `Contact` per person and group, the `Account` on Android."""

    name: ClassVar[str] = "zalo"
    version: ClassVar[str] = "2"
    title: ClassVar[str] = "Zalo"
    describes: ClassVar[str] = "Chats, groups, references to files and people of Zalo on iPhones, the owner on Android"
    limitations: ClassVar[tuple[str, ...]] = (
        "Zalo on Android and Windows: the tables of messages are not published; they are read by likeness where they look like messages.",
        "Names are in profile.sqlite and chatgroup.sqlite, which are other items: a conversation is named by its number.",
        "A link or call (type 12) is shown as its text; what kind of call it was is in raw_kind where the app says it.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account, Contact, Message)

    def wants(self, item: Item) -> bool:
        """Databases in chat_dbs; profile.sqlite and chatgroup.sqlite of the app; zaloprefs on Android."""
        if not is_database(item.mime):
            return False
        path = item.entry.path
        named = _CHAT.search(path) or _PEOPLE.search(path) or _PREFERENCES.search(path)
        return named is not None or (_CONTAINER.search(path) is not None and any(sign in item.head for sign in _SIGNS))

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """People, then messages in order of their row."""
        found = _CHAT.search(item.entry.path)
        own, group, peer = (found[1], found[2], found[3]) if found else (None, None, None)
        thread = f"group_{peer}" if group else peer
        yield from read(item, self.name, lambda tables: _read(tables, own, thread, item.entry.path))


def _read(tables: Tables, own: str | None, thread: str | None, path: str) -> Iterator[Record | Problem]:
    yield from kept(Zalo.name, _preferences(tables, path))
    if not tables.first("prefs_v2", "ChatContent", "ChatEntity", "ProfileEntity", "BuddyEntity", "GroupEntity"):
        yield unrecognised(Zalo.title, Zalo.name, tables.schema)
    account = owner(path, own)
    yield from kept(Zalo.name, _contacts(tables, account))
    yield from kept(Zalo.name, _messages(tables, own, thread, account))


def _preferences(tables: Tables, path: str) -> Iterator[Account]:
    """Whose Zalo it is, on Android (mark C)."""
    for row in tables.rows("prefs_v2", ("key", "value")):
        if cells.text(row["key"]) == _OWNER and (identity := cells.text(row["value"])):
            yield Account(
                where=f"prefs_v2.key={_OWNER}",
                app=_APP,
                account=owner(path, identity),
                identifier=identity,
                service=_APP,
            )


def _contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    mobiles = {
        cells.text(key): cells.text(row["mobile"])
        for key, row in tables.lookup("BuddyEntity", "zaloid", "mobile").items()
    }
    for row in tables.rows("ProfileEntity", ("rowid", "userid", "displayname"), order="rowid"):
        identity = cells.text(row["userid"])
        yield Contact(
            where=stored_in("ProfileEntity", row, "rowid"), app=_APP, account=account, identifier=identity,
            name=cells.text(row["displayname"]), phone=mobiles.get(identity),
        )  # fmt: skip
    for row in tables.rows("GroupEntity", ("rowid", "groupid", "name"), order="rowid"):
        yield Contact(
            where=stored_in("GroupEntity", row, "rowid"), app=_APP, account=account, identifier=f"group_{row['groupid']}",
            name=cells.text(row["name"]), note="group",
        )  # fmt: skip


def _messages(tables: Tables, own: str | None, thread: str | None, account: str | None) -> Iterator[Message]:
    table = tables.first("ChatContent", "ChatEntity") or "ChatContent"
    for row in tables.rows(table, _MESSAGE, order="rowid"):
        yield _message(row, table, own, thread, account)


def _message(row: sqlite3.Row, table: str, own: str | None, thread: str | None, account: str | None) -> Message:
    sender = cells.text(row["SenderId"])
    mine = sender == "0" or (
        own is not None and sender == own
    )  # the app writes 0 for its owner in some builds (mark C)
    direction = "unknown" if sender is None or own is None else "out" if mine else "in"
    content, path = cells.text(row["MsgContent"]), cells.text(row["LocalPath"])
    value = json_values.parsed(content) if content and content[:1] in "{[" else None
    action = json_values.text(value, "action")
    kind = cells.integer(row["MsgType"])
    return Message(
        where=stored_in(table, row, "rowid"),
        app=_APP,
        account=account,
        thread=thread,
        sender=own if mine else sender,
        recipients=thread if direction == "out" else own if direction == "in" else None,
        direction=direction,
        **sent(row["TimeStamp"], "ms Unix"),
        body=_words(value) or content if value is None or _words(value) else None,
        kind="call"
        if action and "call" in action
        else (kind_of(None, path) if path else None) or codes.kind(kind, _KINDS),
        raw_kind=", ".join(each for each in (cells.text(row["MsgType"]), action) if each) or None,
        attachment=path,
        identifier=cells.text(row["GlobalMsgId"]) or cells.text(row["CliMsgId"]),
    )


def _words(value: object) -> str | None:
    """Title, description and address of a link; the words of anything else that has some."""
    said = [found for key in ("title", "description", "href", "desc", "msg") if (found := json_values.text(value, key))]
    return "\n".join(dict.fromkeys(said)) or None
