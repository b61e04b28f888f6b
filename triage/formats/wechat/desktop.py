"""WeChat on Windows, deciphered by somebody: MSG and Contact of version 3, `Msg_<MD5 of the user name>` and Name2Id of version 4 (mark C).

Version 3: CreateTime Unix seconds, IsSender 1 for the owner, a text received in a group begins with its author. Version 4: real_sender_id is the
row of the sender in Name2Id, the low 32 bits of local_type are the type.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from triage.formats import cells, codes
from triage.formats.sqlite import stored_in
from triage.formats.tables import Join
from triage.formats.times import sent
from triage.formats.web_packing import is_marked, unpacked
from triage.formats.wechat.codes import KINDS, authored, body, place
from triage.model import Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.tables import Tables
    from triage.model import Record

_APP = "WeChat"
_MESSAGE = ("localId", "MsgSvrID", "Type", "IsSender", "CreateTime", "StrTalker", "StrContent")
_TALKER = Join("Contact", "UserName", "StrTalker", ("Remark", "NickName"))
_LATER = ("local_id", "server_id", "local_type", "real_sender_id", "create_time", "message_content")
_CHAT = re.compile(r"Msg_([0-9a-f]{32})")
_TYPE = 0xFFFFFFFF
_MOST_TEXT = 1 << 20
_CONTACTS = {
    "Contact": ("UserName", "Alias", "Remark", "NickName"),
    "contact": ("username", "alias", "remark", "nick_name"),
}


def parts(tables: Tables, own: str | None, account: str | None) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part; `own` is the folder's name."""
    for table, columns in _CONTACTS.items():
        if tables.has(table, columns[0]):
            yield _contacts(tables, table, columns, account)
    if tables.has("MSG", "StrTalker"):
        yield (_message(row, own, account) for row in tables.rows("MSG", _MESSAGE, (_TALKER,), order="localId"))
    if tables.has("Name2Id", "user_name"):
        yield _later(tables, own, account)


def _contacts(tables: Tables, table: str, columns: tuple[str, ...], account: str | None) -> Iterator[Contact]:
    user, alias, remark, nick = columns
    for row in tables.rows(table, columns, order=user):
        yield Contact(
            where=stored_in(table, row, user), app=_APP, account=account, identifier=cells.text(row[user]),
            name=cells.text(row[remark]) or cells.text(row[nick]), note=cells.text(row[alias]),
        )  # fmt: skip


def _message(row: sqlite3.Row, own: str | None, account: str | None) -> Message:
    direction = codes.direction(row["IsSender"])
    kind, talker = cells.integer(row["Type"]), cells.text(row["StrTalker"])
    author, content = authored(cells.text(row["StrContent"]), talker, direction)
    latitude, longitude = place(kind, content)
    return Message(
        where=stored_in("MSG", row, "localId"),
        app=_APP,
        account=account,
        thread=talker,
        thread_name=cells.text(row["Contact.Remark"]) or cells.text(row["Contact.NickName"]),
        sender=author if direction == "in" else own if direction == "out" else None,
        recipients=talker if direction == "out" else None,
        direction=direction,
        **sent(row["CreateTime"], "s Unix"),
        body=body(kind, content),
        kind=codes.kind(kind, KINDS),
        raw_kind=cells.text(row["Type"]),
        latitude=latitude,
        longitude=longitude,
        identifier=cells.text(row["MsgSvrID"]),
        deleted="revoked" if kind == 10002 else None,
    )


def _later(tables: Tables, own: str | None, account: str | None) -> Iterator[Message]:
    """A table for each chat; the owner is the person of whom the folder's name is the beginning."""
    names = {row["rowid"]: cells.text(row["user_name"]) for row in tables.rows("Name2Id", ("rowid", "user_name"))}
    chats = {hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(): name for name in names.values() if name}
    mine = next((name for name in names.values() if name and own and own.startswith(name)), None)
    for table in sorted(filter(_CHAT.fullmatch, tables.schema)):
        digest = table.removeprefix("Msg_")
        for row in tables.rows(table, _LATER, order="local_id"):
            yield _later_message(row, table, chats.get(digest, digest), names.get(row["real_sender_id"]), mine, account)


def _text(content: object) -> str | None:
    """Text, also packed by Zstandard, as version 4 keeps longer ones (mark C)."""
    if isinstance(content, bytes) and is_marked(content):
        content = (unpacked(content, _MOST_TEXT) or b"").decode("utf-8", "backslashreplace")
    return content if isinstance(content, str) else None


def _later_message(  # what is looked up for a row
    row: sqlite3.Row, table: str, thread: str, sender: str | None, mine: str | None, account: str | None
) -> Message:
    number = cells.integer(row["local_type"])
    kind = None if number is None else number & _TYPE
    content = _text(row["message_content"])
    latitude, longitude = place(kind, content)
    direction = "unknown" if sender is None or mine is None else "out" if sender == mine else "in"
    return Message(
        where=stored_in(table, row, "local_id"),
        app=_APP,
        account=mine or account,
        thread=thread,
        sender=sender,
        recipients=thread if direction == "out" else None,
        direction=direction,
        **sent(row["create_time"], "s Unix"),
        body=body(kind, authored(content, thread, direction)[1]),
        kind=codes.kind(kind, KINDS),
        raw_kind=cells.text(row["local_type"]),
        latitude=latitude,
        longitude=longitude,
        identifier=cells.text(row["server_id"]),
        deleted="revoked" if kind == 10002 else None,
    )
