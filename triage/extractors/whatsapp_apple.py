"""WhatsApp and WhatsApp Business on iOS and macOS: `ChatStorage.sqlite`, a Core Data store.

Written by net.whatsapp.WhatsApp and net.whatsapp.WhatsAppSMB into their app group. Columns come and go with the model, so each
is probed. Reference: published parsers (mark B); rare kinds and the owner's reaction (mark C). Times are seconds since 2001.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, tables, vcards
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Join
from triage.formats.whatsapp import apple, codes
from triage.model import Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.tables import Tables
    from triage.model import Problem, Record

_NAME = re.compile(r"chatstorage.*\.sqlite\Z", re.IGNORECASE)
_BUSINESS = "whatsappsmb"
_SIGN = b"ZWAMESSAGE"
_MESSAGE = (
    "Z_PK", "ZISFROMME", "ZMESSAGEDATE", "ZSENTDATE", "ZMESSAGETYPE", "ZGROUPEVENTTYPE", "ZTEXT", "ZFROMJID", "ZTOJID",
    "ZPUSHNAME", "ZSTANZAID", "ZFLAGS", "ZCHATSESSION", "ZGROUPMEMBER",
)  # fmt: skip
_MEDIA = (
    "ZMEDIALOCALPATH", "ZFILESIZE", "ZTITLE", "ZVCARDNAME", "ZVCARDSTRING", "ZLATITUDE", "ZLONGITUDE", "ZMETADATA",
)  # fmt: skip
_JOINS = (
    Join("ZWACHATSESSION", "Z_PK", "ZCHATSESSION", ("ZCONTACTJID", "ZPARTNERNAME", "ZREMOVED"), "chat"),
    Join("ZWAGROUPMEMBER", "Z_PK", "ZGROUPMEMBER", ("ZMEMBERJID", "ZCONTACTNAME", "ZFIRSTNAME"), "member"),
    Join("ZWAMESSAGEINFO", "Z_PK", "ZMESSAGEINFO", ("ZRECEIPTINFO",), "info"),
    Join("ZWAMESSAGE", "Z_PK", "ZPARENTMESSAGE", ("ZSTANZAID", "ZTEXT"), "parent"),
)
_BY_ITEM = Join("ZWAMEDIAITEM", "Z_PK", "ZMEDIAITEM", _MEDIA, "media")
_BY_MESSAGE = Join("ZWAMEDIAITEM", "ZMESSAGE", "Z_PK", _MEDIA, "media")  # models without ZWAMESSAGE.ZMEDIAITEM


class WhatsAppApple:
    """One `Message` per row of ZWAMESSAGE, and one per reaction to it."""

    name: ClassVar[str] = "whatsapp-apple"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "WhatsApp on iOS and macOS"
    describes: ClassVar[str] = (
        "Chats, groups, media references, places, contact cards, quotes, reactions, revoked messages"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "sent_at is ZMESSAGEDATE, the time by which the app orders messages; ZSENTDATE is left out.",
        "Edits, receipts of single members of a group, poll votes and call rows inside chats are not told apart.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message,)

    def wants(self, item: Item) -> bool:
        """ChatStorage*.sqlite with the message table in its head, or empty of it because all is in the log."""
        return is_database(item.mime) and (_NAME.match(item.entry.name) is not None or _SIGN in item.head)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Messages in order of their row."""
        app = "WhatsApp Business" if _BUSINESS in item.entry.path.casefold() else "WhatsApp"
        return tables.read(item, self.name, partial(_read, app=app))


def _read(found: Tables, app: str) -> Iterator[Record | Problem]:
    stage = WhatsAppApple.name
    if not found.has("ZWAMESSAGE", "Z_PK"):
        yield unrecognised(app, stage, found.schema)
        return
    names: dict[str, str] = {}
    yield from kept(stage, _push_names(found, names))
    yield from kept(stage, _messages(found, names, app))


def _push_names(found: Tables, names: dict[str, str]) -> Iterator[Problem]:
    for row in found.rows("ZWAPROFILEPUSHNAME", ("ZJID", "ZPUSHNAME")):
        jid, name = cells.text(row[0]), cells.text(row[1])
        if jid and name:
            names.setdefault(jid, name)
    yield from ()


def _messages(found: Tables, names: dict[str, str], app: str) -> Iterator[Message]:
    media = _BY_ITEM if found.has("ZWAMESSAGE", "ZMEDIAITEM") else _BY_MESSAGE
    for row in found.rows("ZWAMESSAGE", _MESSAGE, (*_JOINS, media), order="Z_PK"):
        message = _message(row, names, app)
        yield message
        for number, reaction in enumerate(apple.reactions(row["info.ZRECEIPTINFO"])):
            yield _reaction(message, reaction, names, number)


def _message(row: sqlite3.Row, names: dict[str, str], app: str) -> Message:
    kind = cells.integer(row["ZMESSAGETYPE"])
    system = kind in apple.SYSTEM
    way = "unknown" if system else codes.direction(row["ZISFROMME"])
    other = cells.text(row["ZFROMJID"]) or cells.text(row["ZTOJID"])
    thread = cells.text(row["chat.ZCONTACTJID"]) or other
    sender = codes.sender(cells.text(row["member.ZMEMBERJID"]), thread, way)
    latitude, longitude = _place(row) if kind == apple.LOCATION else (None, None)
    quoted = apple.quote(row["media.ZMETADATA"])
    return Message(
        where=f"ZWAMESSAGE.Z_PK={row['Z_PK']}",
        app=app,
        deleted=_gone(kind, row),
        thread=thread,
        thread_name=cells.text(row["chat.ZPARTNERNAME"]),
        sender=sender,
        sender_name=_name(row, sender, names) if way == "in" else None,
        recipients=thread if way == "out" and codes.is_person(thread) else None,
        direction=way,
        sent_at=cells.apple_seconds(row["ZMESSAGEDATE"]),
        body=_body(kind, row),
        kind=apple.kind_word(kind),
        raw_kind=_raw_kind(kind, row),
        attachment=cells.text(row["media.ZMEDIALOCALPATH"]),
        attachment_size=cells.count(row["media.ZFILESIZE"]) or None,
        attachment_sha256=cells.base64_digest(row["media.ZVCARDNAME"]),
        latitude=latitude,
        longitude=longitude,
        identifier=cells.text(row["ZSTANZAID"]),
        quoted=cells.text(row["parent.ZSTANZAID"]) or quoted.identifier,
        quoted_body=cells.written(row["parent.ZTEXT"]),
        forwarded=bool((cells.integer(row["ZFLAGS"]) or 0) & apple.FORWARDED) or None,
        view_once=kind in apple.VIEW_ONCE or None,
        raw_time=cells.raw_time(row["ZMESSAGEDATE"], "s since 2001"),
    )


def _place(row: sqlite3.Row) -> tuple[float, float] | tuple[None, None]:
    """Of other kinds these columns hold something else."""
    return cells.coordinates(row["media.ZLATITUDE"], row["media.ZLONGITUDE"])


def _name(row: sqlite3.Row, sender: str | None, names: dict[str, str]) -> str | None:
    """What the group calls its member, else the name the sender gave, else, between two people, the name of the chat."""
    stated = cells.text(row["member.ZCONTACTNAME"]) or cells.text(row["member.ZFIRSTNAME"]) or names.get(sender or "")
    alone = cells.text(row["chat.ZPARTNERNAME"]) if sender == cells.text(row["chat.ZCONTACTJID"]) else None
    return stated or alone


def _body(kind: int | None, row: sqlite3.Row) -> str | None:
    if kind == apple.CONTACT and (cards := vcards.shown([row["media.ZVCARDSTRING"]])):
        return cards
    return cells.written(row["ZTEXT"]) or cells.written(row["media.ZTITLE"])


def _raw_kind(kind: int | None, row: sqlite3.Row) -> str | None:
    event = cells.integer(row["ZGROUPEVENTTYPE"])
    if kind is None:
        return None
    return f"{kind} event {event}" if kind in apple.SYSTEM and event is not None else str(kind)


def _gone(kind: int | None, row: sqlite3.Row) -> str | None:
    """A chat that was removed from the list keeps its messages."""
    if kind == apple.REVOKED:
        return "revoked"
    return "chat removed" if cells.integer(row["chat.ZREMOVED"]) == 1 else None


def _reaction(message: Message, reaction: apple.Reaction, names: dict[str, str], number: int) -> Message:
    own = reaction.sender is None
    return replace(
        message,
        where=f"{message.where} ZRECEIPTINFO reaction {number}",
        deleted=None if reaction.sign else "withdrawn",
        sender=reaction.sender,
        sender_name=names.get(reaction.sender or ""),
        recipients=None,
        direction="out" if own else "in",
        sent_at=cells.unix_milliseconds(reaction.at),
        body=reaction.sign,
        kind="reaction",
        raw_kind=None,
        attachment=None,
        attachment_size=None,
        attachment_sha256=None,
        latitude=None,
        longitude=None,
        identifier=None,
        quoted=message.identifier,
        quoted_body=None,
        forwarded=None,
        view_once=None,
        raw_time=cells.raw_time(reaction.at, "ms Unix"),
    )
