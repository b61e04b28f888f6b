"""imo: `imofriends.db` and `accountdb.db` (Android), `IMODb2.sqlite` (iOS).

Android: messages with `imdata` as JSON, times Unix nanoseconds, message_type 1 received, 2 sent. iOS: ZIMOCHATMSG with ZIMDATA as an
archive of objects, ZTS Unix nanoseconds. Reference: Android by published parsers (mark B), iOS compared with a public sample of 16
messages (mark A); ZTYPE 12 is a message its sender deleted (mark A), codes of calls are not known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, codes, json_values, plist
from triage.formats.app_paths import owner
from triage.formats.media_kinds import kind_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.formats.times import sent, started
from triage.model import Account, Call, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"(imofriends\.db|accountdb\.db|IMODb2\.sqlite)\Z", re.IGNORECASE)
_PACKAGE = re.compile(r"/com\.imo\.android\.\w+/|/imofriends\.db\Z|/IMODb2\.sqlite\Z", re.IGNORECASE)
_APP = "imo"
_MESSAGE = (
    "_id", "buid", "author", "alias", "author_alias", "imdata", "last_message", "timestamp", "message_type", "message_state",
    "view_type",
)  # fmt: skip
_FRIEND = Join("friends", "buid", "buid", ("name", "display"))
_DIRECTIONS: Mapping[int, str] = {1: "in", 2: "out"}
_APPLE = (
    "Z_PK", "ZTS", "ZSENDERTS", "ZISSENT", "ZTYPE", "ZSTATE", "ZTEXT", "ZBUID", "ZA_UID", "ZALIAS", "ZCONTACT_ALIAS", "ZIMDATA",
)  # fmt: skip
_PERSON = Join("ZIMOCONTACT", "ZBUID", "ZBUID", ("ZDISPLAY", "ZPHONE"))
_APPLE_KINDS: Mapping[int, str] = {0: "text", 1: "image", 12: "text"}
_WORDS = ("image", "photo", "video", "audio", "sticker", "location")


class Imo:
    """One `Message` per message, `Contact`s, `Account`s, one `Call` per row of ZIMORECENTCALL."""

    name: ClassVar[str] = "imo"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "imo"
    describes: ClassVar[str] = "Chats, references to pictures and clips, friends, calls and the account of imo"
    limitations: ClassVar[tuple[str, ...]] = (
        "Newer Android builds keep messages in other databases; tables that look like messages there are shown as assumed.",
        "Direction and outcome of calls are codes that nobody has published: they stay unknown.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account, Call, Contact, Message)

    def wants(self, item: Item) -> bool:
        """imofriends.db, IMODb2.sqlite; accountdb.db below the app's folder."""
        named = _NAMES.match(item.entry.name) is not None and _PACKAGE.search(item.entry.path) is not None
        return is_database(item.mime) and named

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The account, people, messages, calls."""
        yield from read(item, self.name, lambda tables: _read(tables, item.entry.path))


def _read(tables: Tables, path: str) -> Iterator[Record | Problem]:
    if not tables.first("messages", "friends", "account", "ZIMOCHATMSG"):
        yield unrecognised(Imo.title, Imo.name, tables.schema)
    settings = tables.lookup("ZIMOKEYVAL", "ZKEY", "Z_PK", "ZSTRING_VAL")
    own = settings.get("imo_account_uid")
    account = owner(path, cells.text(own["ZSTRING_VAL"]) if own is not None else None)
    for part in (_accounts(tables, account), _apple_account(settings, account)):
        yield from kept(Imo.name, part)
    for read_part in (_friends, _apple_contacts, _messages, _apple_messages, _apple_calls):
        yield from kept(Imo.name, read_part(tables, account))


def _accounts(tables: Tables, account: str | None) -> Iterator[Account]:
    for row in tables.rows("account", ("rowid", "uid", "name", "phone"), order="rowid"):
        yield Account(
            where=stored_in("account", row, "rowid"), app=_APP, account=cells.text(row["uid"]) or account,
            identifier=cells.text(row["uid"]), name=cells.text(row["name"]), phone=cells.text(row["phone"]),
        )  # fmt: skip


def _apple_account(settings: Mapping[object, sqlite3.Row], account: str | None) -> Iterator[Account]:
    own, alias = settings.get("imo_account_uid"), settings.get("imo_account_alias")
    if own is not None:
        yield Account(
            where=stored_in("ZIMOKEYVAL", own, "Z_PK"), app=_APP, account=account, identifier=cells.text(own["ZSTRING_VAL"]),
            name=cells.text(alias["ZSTRING_VAL"]) if alias is not None else None,
        )  # fmt: skip


def _friends(tables: Tables, account: str | None) -> Iterator[Contact]:
    for row in tables.rows("friends", ("rowid", "buid", "name", "display", "_alias_sl", "phone"), order="rowid"):
        names = ("name", "display", "_alias_sl")
        yield Contact(
            where=stored_in("friends", row, "rowid"),
            app=_APP,
            account=account,
            identifier=cells.text(row["buid"]),
            name=next((found for name in names if (found := cells.text(row[name]))), None),
            phone=cells.text(row["phone"]),
        )


def _apple_contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    for row in tables.rows("ZIMOCONTACT", ("Z_PK", "ZBUID", "ZDISPLAY", "ZALIAS", "ZPHONE"), order="Z_PK"):
        yield Contact(
            where=stored_in("ZIMOCONTACT", row, "Z_PK"),
            app=_APP,
            account=account,
            identifier=cells.text(row["ZBUID"]),
            name=cells.text(row["ZDISPLAY"]) or cells.text(row["ZALIAS"]),
            phone=cells.text(row["ZPHONE"]),
            note=cells.text(row["ZALIAS"]),
        )


def _messages(tables: Tables, account: str | None) -> Iterator[Message]:
    key = "_id" if tables.has("messages", "_id") else "rowid"
    for row in tables.rows("messages", (*_MESSAGE, "rowid"), (_FRIEND,), order=key):
        direction = codes.direction(row["message_type"], _DIRECTIONS)
        data = json_values.parsed(row["imdata"])
        friend, kind = cells.text(row["buid"]), json_values.text(data, "type")
        sender = cells.text(row["author"]) or friend
        yield Message(
            where=stored_in("messages", row, key),
            app=_APP,
            account=account,
            thread=friend,
            thread_name=cells.text(row["friends.name"]) or cells.text(row["friends.display"]),
            sender=sender if direction == "in" else account if direction == "out" else None,
            sender_name=_alias(row) if direction == "in" else None,
            recipients=friend if direction == "out" else None,
            direction=direction,
            **sent(row["timestamp"], "ns Unix"),
            body=cells.text(row["last_message"]),
            kind=_kind(kind),
            raw_kind=kind or cells.text(row["view_type"]),
            attachment=_object(data),
            deleted="revoked" if kind == "__deleted_im" else None,
        )


def _alias(row: sqlite3.Row) -> str | None:
    columns = ("author_alias", "alias", "friends.name")
    return next((found for column in columns if (found := cells.text(row[column]))), None)


def _kind(kind: str | None) -> str:
    """The words of imdata: `photo_uploaded`, `video_uploaded`, ..."""
    if kind is None or kind == "__deleted_im":
        return "text"
    word = next((each for each in _WORDS if each in kind), None)
    return f"unknown ({kind})" if word is None else "image" if word == "photo" else word


def _object(data: object) -> str | None:
    """The name or number of the file: on disk it is part of the name in the cache."""
    first = json_values.inside(data, "objects", 0)
    ways = ((first, "filename"), (first, "object_id"), (data, "photo_id"), (data, "video_id"), (data, "file_name"))
    return next((found for value, step in ways if (found := json_values.text(value, step))), None)


def _apple_messages(tables: Tables, account: str | None) -> Iterator[Message]:
    for row in tables.rows("ZIMOCHATMSG", _APPLE, (_PERSON,), order="Z_PK"):
        direction = codes.direction(row["ZISSENT"])
        data = plist.archive_or_none(row["ZIMDATA"])
        kind, friend = json_values.text(data, "type"), cells.text(row["ZBUID"])
        path = _object(data)
        gone = kind == "__deleted_im" or cells.integer(row["ZTYPE"]) == 12
        yield Message(
            where=stored_in("ZIMOCHATMSG", row, "Z_PK"),
            app=_APP,
            account=account,
            thread=friend,
            thread_name=cells.text(row["ZIMOCONTACT.ZDISPLAY"]) or cells.text(row["ZCONTACT_ALIAS"]),
            sender=(cells.text(row["ZA_UID"]) or friend)
            if direction == "in"
            else account
            if direction == "out"
            else None,
            sender_name=cells.text(row["ZALIAS"]) if direction == "in" else None,
            recipients=friend if direction == "out" else account if direction == "in" else None,
            direction=direction,
            **sent(row["ZTS"], "ns Unix"),
            body=cells.text(row["ZTEXT"]),
            kind=(kind_of(None, path) if path else None) or codes.kind(row["ZTYPE"], _APPLE_KINDS),
            raw_kind=", ".join(each for each in (cells.text(row["ZTYPE"]), kind) if each) or None,
            attachment=path,
            deleted="revoked" if gone else None,
        )


def _apple_calls(tables: Tables, account: str | None) -> Iterator[Call]:
    for row in tables.rows(
        "ZIMORECENTCALL", ("Z_PK", "ZCALL_TYPE", "ZCHAT_TYPE", "ZTS", "ZBUID", "ZDISPLAY"), order="Z_PK"
    ):
        yield Call(
            where=stored_in("ZIMORECENTCALL", row, "Z_PK"),
            app=_APP,
            account=account,
            party=cells.text(row["ZBUID"]),
            party_name=cells.text(row["ZDISPLAY"]),
            **started(row["ZTS"], "ns Unix"),
            raw_kind=f"call {row['ZCALL_TYPE']} chat {row['ZCHAT_TYPE']}",
        )
