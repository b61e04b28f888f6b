"""`live:<user>.db` of Skype on Android: chatitem, person, particiapnt (mark B; codes of message_type other than 3 mark C)."""

from __future__ import annotations

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
_CALL = 3
_ITEM = (
    "_id", "time", "is_sender_me", "message_type", "content", "conversation_link", "person_id", "device_gallery_path", "duration",
    "type", "entry_id",
)  # fmt: skip


def parts(tables: Tables, space: str | None) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part."""
    if not tables.has("chatitem", "time", "conversation_link"):
        return
    people = tables.lookup("person", "entry_id", "first_name", "last_name")
    users = [found for key in tables.lookup("user", "entry_id") if (found := cells.text(key))]
    account = users[0] if len(users) == 1 else space
    names = {cells.text(key): name for key, row in people.items() if (name := _name(row))}
    yield _accounts(tables, account)
    yield _contacts(tables, account)
    yield _items(tables, names, account)


def _name(row: sqlite3.Row) -> str | None:
    return " ".join(found for column in ("first_name", "last_name") if (found := cells.text(row[column]))) or None


def _accounts(tables: Tables, account: str | None) -> Iterator[Account]:
    for row in tables.rows("user", ("rowid", "entry_id", "first_name", "last_name"), order="rowid"):
        identifier = cells.text(row["entry_id"])
        yield Account(
            where=stored_in("user", row, "rowid"), app=_APP, account=account, identifier=identifier, name=_name(row)
        )


def _contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    for row in tables.rows("person", ("rowid", "entry_id", "first_name", "last_name"), order="rowid"):
        identifier = cells.text(row["entry_id"])
        yield Contact(
            where=stored_in("person", row, "rowid"), app=_APP, account=account, identifier=identifier, name=_name(row)
        )


def _items(tables: Tables, names: dict[str | None, str], account: str | None) -> Iterator[Message | Call]:
    key = "_id" if tables.has("chatitem", "_id") else "rowid"
    for row in tables.rows("chatitem", (*_ITEM, "rowid"), order=key):
        call = cells.integer(row["message_type"]) == _CALL
        yield _call(row, key, names, account) if call else _message(row, key, names, account)


def _message(row: sqlite3.Row, key: str, names: dict[str | None, str], account: str | None) -> Message:
    direction = codes.direction(row["is_sender_me"])
    person, path = cells.text(row["person_id"]), cells.text(row["device_gallery_path"])
    thread = cells.text(row["conversation_link"])
    return Message(
        where=stored_in("chatitem", row, key),
        app=_APP,
        account=account,
        thread=thread,
        thread_name=names.get(thread),
        sender=person if direction == "in" else account if direction == "out" else None,
        sender_name=names.get(person) if direction == "in" else None,
        recipients=thread if direction == "out" else None,
        direction=direction,
        **sent(row["time"], "ms Unix"),
        body=markup.plain(cells.text(row["content"])),
        kind=(kind_of(None, path) or "file") if path else "text",
        raw_kind=cells.text(row["message_type"]),
        attachment=path,
    )


def _call(row: sqlite3.Row, key: str, names: dict[str | None, str], account: str | None) -> Call:
    direction = codes.direction(row["is_sender_me"])
    party = cells.text(row["conversation_link"]) or cells.text(row["person_id"])
    return Call(
        where=stored_in("chatitem", row, key),
        app=_APP,
        account=account,
        party=party,
        party_name=names.get(party),
        direction=direction,
        **started(row["time"], "ms Unix"),
        raw_kind=cells.text(row["message_type"]),
    )
