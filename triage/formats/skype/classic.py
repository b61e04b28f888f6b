"""`main.db` of Skype up to version 7, of every system (mark A; types other than 61 and 201 mark C)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.formats import cells, codes, markup
from triage.formats.media_kinds import kind_of
from triage.formats.sqlite import stored_in
from triage.formats.times import sent, started
from triage.model import Account, Call, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.tables import Tables
    from triage.model import Record

_APP = "Skype"
_KINDS = {
    61: "text", 60: "text", 201: "file", 68: "file", 63: "contact", 30: "call", 39: "call", 50: "contact request",
    51: "contact request", 10: "system", 12: "system", 13: "system", 2: "system",
}  # fmt: skip
_MESSAGE = (
    "id", "convo_id", "chatname", "author", "from_dispname", "body_xml", "timestamp", "type", "edited_timestamp", "edited_by",
    "dialog_partner", "guid",
)  # fmt: skip
_FILE = (
    "id",
    "convo_id",
    "partner_handle",
    "partner_dispname",
    "type",
    "filepath",
    "filename",
    "filesize",
    "starttime",
    "chatmsg_guid",
)
_CALL = (
    "id",
    "begin_timestamp",
    "duration",
    "is_incoming",
    "host_identity",
    "partner_handle",
    "conv_dbid",
    "is_unseen_missed",
    "type",
)
_PHONES = ("phone_mobile", "phone_home", "phone_office", "pstnnumber")


@dataclass(frozen=True, slots=True)
class _Chats:
    """Who and where: the owner, conversations, their members, files by the message that carried them."""

    account: str | None
    own: str | None
    conversations: dict[object, sqlite3.Row] = field(default_factory=dict)
    members: dict[object, list[sqlite3.Row]] = field(default_factory=dict)
    files: dict[object, list[sqlite3.Row]] = field(default_factory=dict)

    def others(self, conversation: object) -> str | None:
        """The members of a conversation but the owner."""
        known = (cells.text(each["identity"]) for each in self.members.get(conversation, ()))
        return ", ".join(each for each in known if each and each != self.own) or None

    def named(self, conversation: object, column: str) -> str | None:
        """A column of a conversation."""
        row = self.conversations.get(conversation)
        return cells.text(row[column]) if row is not None else None


def parts(tables: Tables, space: str | None) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part."""
    if not tables.has("Messages", "id", "body_xml"):
        return
    accounts = tables.lookup("Accounts", "skypename")
    own = next((found for name in accounts if (found := cells.text(name))), None)
    chats = _Chats(
        own or space,
        own,
        tables.lookup("Conversations", "id", "identity", "displayname"),
        tables.grouped("Participants", "convo_id", "identity"),
        tables.grouped("Transfers", "chatmsg_guid", *_FILE),
    )
    yield _accounts(tables)
    yield _contacts(tables, chats)
    yield _messages(tables, chats)
    yield _transfers(tables, chats)
    yield _calls(tables, chats)


def _accounts(tables: Tables) -> Iterator[Account]:
    for row in tables.rows("Accounts", ("id", "skypename", "fullname", "emails", "country", *_PHONES), order="id"):
        name = cells.text(row["skypename"])
        yield Account(
            where=stored_in("Accounts", row, "id"),
            app=_APP,
            account=name,
            identifier=name,
            name=cells.text(row["fullname"]),
            phone=_phones(row),
            email=", ".join((cells.text(row["emails"]) or "").split()) or None,
            country=cells.text(row["country"]),
        )


def _contacts(tables: Tables, chats: _Chats) -> Iterator[Contact]:
    wanted = (
        "id",
        "skypename",
        "fullname",
        "displayname",
        "given_displayname",
        "emails",
        "about",
        "isblocked",
        *_PHONES,
    )
    for row in tables.rows("Contacts", wanted, order="id"):
        names = ("given_displayname", "displayname", "fullname")
        yield Contact(
            where=stored_in("Contacts", row, "id"),
            app=_APP,
            account=chats.account,
            identifier=cells.text(row["skypename"]),
            name=next((found for name in names if (found := cells.text(row[name]))), None),
            phone=_phones(row),
            email=", ".join((cells.text(row["emails"]) or "").split()) or None,
            note=cells.text(row["about"]),
        )


def _phones(row: sqlite3.Row) -> str | None:
    return ", ".join(found for column in _PHONES if (found := cells.text(row[column]))) or None


def _messages(tables: Tables, chats: _Chats) -> Iterator[Message]:
    for row in tables.rows("Messages", _MESSAGE, order="id"):
        files = chats.files.get(row["guid"], []) if row["guid"] is not None else []
        yield _message(row, files[0] if files else None, chats)


def _message(row: sqlite3.Row, file: sqlite3.Row | None, chats: _Chats) -> Message:
    kind = cells.integer(row["type"])
    author, text = cells.text(row["author"]), cells.text(row["body_xml"])
    direction = _direction(author, chats.own)
    named = markup.attribute(text, "OriginalName", "v")
    path = (_path(file) if file is not None else None) or named
    shared = kind == 201 or path is not None
    partner = cells.text(row["dialog_partner"])
    return Message(
        where=stored_in("Messages", row, "id"),
        app=_APP,
        account=chats.account,
        thread=chats.named(row["convo_id"], "identity") or cells.text(row["chatname"]) or partner,
        thread_name=chats.named(row["convo_id"], "displayname"),
        sender=author,
        sender_name=cells.text(row["from_dispname"]),
        recipients=(chats.others(row["convo_id"]) or partner)
        if direction == "out"
        else chats.own
        if direction == "in"
        else None,
        direction=direction,
        **sent(row["timestamp"], "s Unix"),
        body=None if shared else markup.plain(text),
        kind=(kind_of(None, path) or "file")
        if shared
        else _KINDS.get(kind, f"unknown ({kind})")
        if kind is not None
        else "unknown",
        raw_kind=cells.text(row["type"]),
        attachment=path,
        attachment_size=cells.count(file["filesize"])
        if file is not None
        else cells.count(markup.attribute(text, "FileSize", "v")),
        identifier=row["guid"].hex() if isinstance(row["guid"], bytes) else cells.text(row["guid"]),
        edited_at=cells.unix_seconds(row["edited_timestamp"]),
        deleted="revoked" if text is None and cells.unix_seconds(row["edited_timestamp"]) else None,
    )


def _direction(author: str | None, own: str | None) -> str:
    if author is None or own is None:
        return "unknown"
    return "out" if author == own else "in"


def _path(row: sqlite3.Row) -> str | None:
    return cells.text(row["filepath"]) or cells.text(row["filename"])


def _transfers(tables: Tables, chats: _Chats) -> Iterator[Message]:
    """Files that no message carries; 1 is received, 2 sent (mark C)."""
    carried = set(tables.lookup("Messages", "guid"))
    for row in tables.rows("Transfers", _FILE, order="id"):
        if row["chatmsg_guid"] is not None and row["chatmsg_guid"] in carried:
            continue
        direction = codes.direction(row["type"], {1: "in", 2: "out"})
        partner = cells.text(row["partner_handle"])
        yield Message(
            where=stored_in("Transfers", row, "id"),
            app=_APP,
            account=chats.account,
            thread=chats.named(row["convo_id"], "identity") or partner,
            thread_name=chats.named(row["convo_id"], "displayname"),
            sender=partner if direction == "in" else chats.own if direction == "out" else None,
            recipients=partner if direction == "out" else None,
            direction=direction,
            **sent(row["starttime"], "s Unix"),
            kind=kind_of(None, _path(row)) or "file",
            raw_kind=cells.text(row["type"]),
            attachment=_path(row),
            attachment_size=cells.count(row["filesize"]),
        )


def _calls(tables: Tables, chats: _Chats) -> Iterator[Call]:
    members = tables.grouped("CallMembers", "call_db_id", "identity", "dispname")
    for row in tables.rows("Calls", _CALL, order="id"):
        others = [
            found
            for each in members.get(row["id"], ())
            if (found := cells.text(each["identity"])) and found != chats.own
        ]
        direction = codes.direction(row["is_incoming"], {0: "out", 1: "in"})
        lasted = cells.seconds_long(row["duration"])
        first = (
            cells.text(row["partner_handle"]) or next(iter(others), None) or chats.named(row["conv_dbid"], "identity")
        )
        yield Call(
            where=stored_in("Calls", row, "id"),
            app=_APP,
            account=chats.account,
            party=first,
            direction=direction,
            **started(row["begin_timestamp"], "s Unix"),
            duration_s=lasted,
            outcome="answered"
            if lasted
            else "missed"
            if direction == "in" and cells.integer(row["is_unseen_missed"]) == 1
            else None,
            raw_kind=cells.text(row["type"]),
            recipients=", ".join(each for each in others if each != first) or None,
        )
