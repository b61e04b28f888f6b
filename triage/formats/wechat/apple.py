"""WeChat on iOS: a table per chat, `Chat_<MD5 of the user name>`, and Friend with the people (mark B)."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.formats import cells, codes
from triage.formats.protobuf import Fields
from triage.formats.times import sent
from triage.formats.wechat.codes import KINDS, body, place
from triage.model import Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from triage.formats.tables import Tables
    from triage.model import Record

_APP = "WeChat"
_TABLE = re.compile(r"Chat_([0-9a-f]{32})\Z")
_COLUMNS = ("MesLocalID", "MesSvrID", "CreateTime", "Des", "Message", "Type", "Status")
_DIRECTIONS = {0: "out", 1: "in"}
_AUTHOR = re.compile(r"([A-Za-z0-9_@.-]{3,64}):\n")


def chat_tables(tables: Tables) -> list[str]:
    """The tables of chats, sorted."""
    return sorted(name for name in tables.schema if _TABLE.match(name) and tables.has(name, "MesLocalID", "Message"))


def parts(tables: Tables, chats: Sequence[str], space: str | None) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part."""
    people = {
        name: shown
        for row in tables.rows("Friend", ("userName", "dbContactRemark"))
        if (name := cells.text(row["userName"])) and (shown := _shown(row) or name)
    }
    hashed = {hashlib.md5(name.encode("utf-8", "replace"), usedforsecurity=False).hexdigest(): name for name in people}
    if tables.has("Friend", "userName"):
        yield _contacts(tables, space)
    for table in chats:
        yield _messages(tables, table, hashed.get(table.removeprefix("Chat_")), people, space)


def _shown(row: sqlite3.Row) -> str | None:
    """The names in dbContactRemark, a protobuf: 1 nickname, 3 remark (mark C)."""
    data = row["dbContactRemark"]
    try:
        fields = Fields(data) if isinstance(data, bytes) else None
    except EvidenceError:
        return None
    return (fields.text(3) or fields.text(1)) if fields is not None else None


def _contacts(tables: Tables, space: str | None) -> Iterator[Contact]:
    for row in tables.rows("Friend", ("userName", "dbContactRemark", "type"), order="userName"):
        yield Contact(
            where=f"Friend.userName={row['userName']}",
            app=_APP,
            account=space,
            identifier=cells.text(row["userName"]),
            name=_shown(row),
        )


def _messages(
    tables: Tables, table: str, person: str | None, people: Mapping[str, str], space: str | None
) -> Iterator[Message]:
    thread = person or table.removeprefix("Chat_")
    for row in tables.rows(table, _COLUMNS, order="MesLocalID"):
        direction = codes.direction(row["Des"], _DIRECTIONS)
        kind, content = cells.integer(row["Type"]), cells.text_of(row["Message"])
        author = person
        if direction == "in" and (found := _AUTHOR.match(content or "")):
            author, content = found[1], (content or "")[found.end() :] or None
        latitude, longitude = place(kind, content)
        yield Message(
            where=f"{table}.MesLocalID={row['MesLocalID']}",
            app=_APP,
            account=space,
            thread=thread,
            thread_name=people.get(thread),
            sender=author if direction == "in" else None,
            sender_name=people.get(author or "") if direction == "in" else None,
            recipients=person if direction == "out" else None,
            direction=direction,
            **sent(row["CreateTime"], "s Unix"),
            body=body(kind, content),
            kind=codes.kind(kind, KINDS),
            raw_kind=cells.text(row["Type"]),
            latitude=latitude,
            longitude=longitude,
            identifier=cells.text(row["MesSvrID"]),
            deleted="revoked" if kind == 10002 else None,
        )
