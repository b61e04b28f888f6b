"""Who is behind the row numbers of `msgstore.db`: identities, the phone number behind an `@lid`, chats with their subject."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.formats import cells
from triage.formats.sqlite import select

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.sqlite import View
    from triage.model import Problem

    Schema = dict[str, frozenset[str]]


@dataclass(slots=True)
class People:
    """Identities by row: jid to text, `@lid` identity to the jid of the phone number, chat to its jid and subject."""

    jids: dict[object, str] = field(default_factory=dict)
    phones: dict[object, object] = field(default_factory=dict)
    chats: dict[object, tuple[int | None, str | None]] = field(default_factory=dict)

    def address(self, row: object) -> str | None:
        """The identity of a jid row, by phone number where WhatsApp recorded the link. 0 and -1 mean none."""
        if not isinstance(row, int) or row <= 0:
            return None
        return self.jids.get(self.phones.get(row, row)) or self.jids.get(row)

    def chat(self, row: object) -> tuple[str | None, str | None]:
        """The identity and the subject of a chat row."""
        jid, subject = self.chats.get(row, (None, None))
        return self.address(jid), subject


def read_people(database: View, schema: Schema, people: People) -> tuple[Iterator[Problem], ...]:
    """The parts in which `people` is filled, each to be read by itself, so that damage to one leaves the others."""
    return _jids(database, schema, people), _phones(database, schema, people), _chats(database, schema, people)


def _jids(database: View, schema: Schema, people: People) -> Iterator[Problem]:
    if "_id" in schema.get("jid", ()):
        columns = select("jid", ("_id", "raw_string", "user", "server"), schema["jid"])
        for row in database.rows(f"SELECT {columns} FROM jid"):  # noqa: S608  # names are constants
            if identity := cells.text(row["raw_string"]) or _joined(row):
                people.jids[row["_id"]] = identity
    yield from ()


def _phones(database: View, schema: Schema, people: People) -> Iterator[Problem]:
    if {"lid_row_id", "jid_row_id"} <= schema.get("jid_map", frozenset()):
        people.phones.update(
            (row[0], row[1]) for row in database.rows("SELECT lid_row_id, jid_row_id FROM jid_map ORDER BY 1, 2")
        )
    yield from ()


def _chats(database: View, schema: Schema, people: People) -> Iterator[Problem]:
    if "_id" in schema.get("chat", ()):
        columns = select("chat", ("_id", "jid_row_id", "subject"), schema["chat"])
        for row in database.rows(f"SELECT {columns} FROM chat"):  # noqa: S608  # names are constants
            people.chats[row["_id"]] = (cells.integer(row["jid_row_id"]), cells.text(row["subject"]))
    yield from ()


def _joined(row: sqlite3.Row) -> str | None:
    user, server = cells.text(row["user"]), cells.text(row["server"])
    return f"{user}@{server}" if user and server else None
