"""Kik: `*.kikDatabase.db` (Android, newer ones with the number of the account in front) and `kik.sqlite` (iOS).

Android: messagesTable, KIKcontactsTable, KIKContentTable; times Unix milliseconds. iOS: ZKIKMESSAGE, ZKIKUSER, ZKIKATTACHMENT; Core
Data seconds; ZTYPE 1 received, 2 sent, 3 and 4 housekeeping. Reference: published parsers agree (mark B).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, codes
from triage.formats.app_paths import owner
from triage.formats.media_kinds import kind_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Children, Join, Tables, read
from triage.formats.times import sent
from triage.model import Account, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"(.*kik(Core)?Database\.db|.*KIKCore\.db|kik\.sqlite)\Z", re.IGNORECASE)
_CORE = re.compile(r"/cores/private/([0-9a-f-]{8,40})/|/([0-9a-f-]{36})\.kikDatabase\.db\Z", re.IGNORECASE)
_APP = "Kik"
_MESSAGE = (
    "_id", "timestamp", "was_me", "partner_jid", "bin_id", "body", "content_id", "read_state", "uid", "app_id", "stat_msg", "sys_msg",
)  # fmt: skip
_PERSON = Join("KIKcontactsTable", "jid", "partner_jid", ("display_name", "user_name"))
_CHAT = Join("KIKcontactsTable", "jid", "bin_id", ("display_name", "user_name", "is_group"), alias="chat")
_APPLE = ("Z_PK", "ZTYPE", "ZRECEIVEDTIMESTAMP", "ZTIMESTAMP", "ZBODY", "ZUSER", "ZSTATE", "ZFLAGS", "ZUID")
_USER = Join("ZKIKUSER", "Z_PK", "ZUSER", ("ZUSERNAME", "ZDISPLAYNAME", "ZJID"))
_APPLE_DIRECTIONS: Mapping[int, str] = {1: "in", 2: "out"}
_APPLE_KINDS: Mapping[int, str] = {1: "text", 2: "text", 3: "system", 4: "system"}


class Kik:
    """One `Message` per row of messagesTable or ZKIKMESSAGE, one `Contact` per person or group, the `Account`."""

    name: ClassVar[str] = "kik"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Kik"
    describes: ClassVar[str] = "Chats, groups, references to files, people and the account of Kik"
    limitations: ClassVar[tuple[str, ...]] = (
        "The account is the one in the name of file or folder, or the only one the core database lists.",
        "Who wrote in a group is not stored for iOS messages: sender is the group there.",
        "A file is named by the identifier under which Kik keeps it.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account, Contact, Message)

    def wants(self, item: Item) -> bool:
        """kikDatabase.db, kikCoreDatabase.db, kik.sqlite."""
        return is_database(item.mime) and _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The account, people, messages."""
        found = _CORE.search(item.entry.path)
        account = owner(item.entry.path, (found[1] or found[2]) if found else None)
        yield from read(item, self.name, lambda tables: _read(tables, account))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    if not tables.first("messagesTable", "KIKcontactsTable", "CoreTable", "ZKIKMESSAGE"):
        yield unrecognised(Kik.title, Kik.name, tables.schema)
    for part in (_accounts, _contacts, _apple_contacts, _messages, _apple_messages):
        yield from kept(Kik.name, part(tables, account))


def _accounts(tables: Tables, account: str | None) -> Iterator[Account]:
    for row in tables.rows("CoreTable", ("rowid", "username", "core_id", "is_active"), order="rowid"):
        yield Account(
            where=stored_in("CoreTable", row, "rowid"),
            app=_APP,
            account=cells.text(row["core_id"]) or account,
            identifier=cells.text(row["core_id"]),
            name=cells.text(row["username"]),
            deleted="not active" if cells.integer(row["is_active"]) == 0 else None,
        )


def _contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    wanted = ("rowid", "jid", "display_name", "user_name", "is_group", "group_hashtag", "is_blocked", "in_roster")
    for row in tables.rows("KIKcontactsTable", wanted, order="rowid"):
        notes = (cells.text(row["user_name"]), cells.text(row["group_hashtag"]))
        yield Contact(
            where=stored_in("KIKcontactsTable", row, "rowid"),
            app=_APP,
            account=account,
            identifier=cells.text(row["jid"]),
            name=cells.text(row["display_name"]) or cells.text(row["user_name"]),
            note=", ".join(each for each in notes if each) or None,
        )


def _messages(tables: Tables, account: str | None) -> Iterator[Message]:
    contents = tables.grouped("KIKContentTable", "content_id", "content_name", "content_string")
    key = "_id" if tables.has("messagesTable", "_id") else "rowid"
    for row in tables.rows("messagesTable", (*_MESSAGE, "rowid"), (_PERSON, _CHAT), order=key):
        named = {
            cells.text(each["content_name"]): cells.text(each["content_string"])
            for each in contents.get(row["content_id"], ())
        }
        yield _message(row, key, named, account)


def _message(row: sqlite3.Row, key: str, named: Mapping[str | None, str | None], account: str | None) -> Message:
    direction = codes.direction(row["was_me"])
    partner, thread = cells.text(row["partner_jid"]), cells.text(row["bin_id"])
    content = cells.text(row["content_id"])
    system = any(cells.text(row[column]) for column in ("stat_msg", "sys_msg"))
    return Message(
        where=stored_in("messagesTable", row, key),
        app=_APP,
        account=account,
        thread=thread or partner,
        thread_name=cells.text(row["chat.display_name"]),
        sender=partner if direction == "in" else account if direction == "out" else None,
        sender_name=cells.text(row["KIKcontactsTable.display_name"]) if direction == "in" else None,
        recipients=thread if direction == "out" else None,
        direction=direction,
        **sent(row["timestamp"], "ms Unix"),
        body=cells.text(row["body"]) or cells.text(row["sys_msg"]) or cells.text(row["stat_msg"]),
        kind="system" if system else _content_kind(named) if content else "text",
        raw_kind=cells.text(row["app_id"]),
        attachment=content,
        attachment_size=cells.count(named.get("file-size")),
        identifier=cells.text(row["uid"]),
    )


def _content_kind(named: Mapping[str | None, str | None]) -> str:
    name = named.get("file-name")
    word = (named.get("app-name") or "").lower()
    known = {
        "camera": "image",
        "gallery": "image",
        "video": "video",
        "gif": "gif",
        "stickers": "sticker",
        "sticker": "sticker",
    }
    return kind_of(None, name) or known.get(word, "file")


def _apple_contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    for row in tables.rows("ZKIKUSER", ("Z_PK", "ZUSERNAME", "ZDISPLAYNAME", "ZJID", "ZEMAIL"), order="Z_PK"):
        yield Contact(
            where=stored_in("ZKIKUSER", row, "Z_PK"),
            app=_APP,
            account=account,
            identifier=cells.text(row["ZJID"]) or cells.text(row["ZUSERNAME"]),
            name=cells.text(row["ZDISPLAYNAME"]),
            email=cells.text(row["ZEMAIL"]),
            note=cells.text(row["ZUSERNAME"]),
        )


def _apple_messages(tables: Tables, account: str | None) -> Iterator[Message]:
    wanted = ("ZMESSAGE", "ZCONTENT")
    files = Children(tables.rows("ZKIKATTACHMENT", wanted, order="ZMESSAGE"), "ZMESSAGE")
    for row in tables.rows("ZKIKMESSAGE", _APPLE, (_USER,), order="Z_PK"):
        attached = next((found for each in files.of(row["Z_PK"]) if (found := cells.text(each["ZCONTENT"]))), None)
        direction = codes.direction(row["ZTYPE"], _APPLE_DIRECTIONS)
        user = cells.text(row["ZKIKUSER.ZJID"]) or cells.text(row["ZKIKUSER.ZUSERNAME"])
        name = cells.text(row["ZKIKUSER.ZDISPLAYNAME"])
        received = row["ZRECEIVEDTIMESTAMP"]
        yield Message(
            where=stored_in("ZKIKMESSAGE", row, "Z_PK"),
            app=_APP,
            account=account,
            thread=user,
            thread_name=name,
            sender=user if direction == "in" else account if direction == "out" else None,
            sender_name=name if direction == "in" else None,
            recipients=user if direction == "out" else None,
            direction=direction,
            **sent(row["ZTIMESTAMP"] if row["ZTIMESTAMP"] is not None else received, "s Cocoa"),
            body=cells.text(row["ZBODY"]),
            kind="file" if attached else codes.kind(row["ZTYPE"], _APPLE_KINDS),
            raw_kind=cells.text(row["ZTYPE"]),
            attachment=attached,
            received_at=cells.apple_seconds(received),
            identifier=cells.text(row["ZUID"]),
        )
