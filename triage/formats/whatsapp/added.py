"""What hangs on messages or outlives them: reactions, poll votes, text that is left in the search index (mark B; votes C)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats import cells
from triage.formats.sqlite import quoted, select
from triage.formats.whatsapp import codes
from triage.model import Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.sqlite import View
    from triage.formats.whatsapp.people import People

    Schema = dict[str, frozenset[str]]

LEFT_IN_INDEX = "left in search index"
_ADD_ON = (
    "_id", "chat_row_id", "from_me", "key_id", "sender_jid_row_id", "parent_message_row_id", "timestamp",
    "message_add_on_type",
)  # fmt: skip
_INDEXES = ("message_ftsv2_content", "messages_fts_content")
_TABLES = {
    "message": "message_type",
    "messages": "media_wa_type",
}  # whose rows they index, and the column of their kind


def read_reactions(
    database: View, schema: Schema, people: People, *, app: str, account: str | None
) -> Iterator[Message]:
    """One `Message` of kind reaction per row of `message_add_on_reaction`; an empty sign means it was withdrawn."""
    reaction, add_on = schema.get("message_add_on_reaction", frozenset()), schema.get("message_add_on", frozenset())
    if "message_add_on_row_id" not in reaction or "_id" not in add_on:
        return
    joinable = "_id" in schema.get("message", ()) and "parent_message_row_id" in add_on
    parent = schema.get("message", frozenset()) if joinable else frozenset()
    columns = ", ".join(
        (
            select("message_add_on", _ADD_ON, add_on),
            select("message_add_on_reaction", ("reaction", "sender_timestamp"), reaction),
            select("message", ("key_id",), parent).replace('AS "key_id"', "AS parent_key"),
        )
    )
    parents = "LEFT JOIN message ON message._id = message_add_on.parent_message_row_id" if joinable else ""
    sql = f"""SELECT {columns}, message_add_on_reaction.message_add_on_row_id AS number FROM message_add_on_reaction
        LEFT JOIN message_add_on ON message_add_on._id = message_add_on_reaction.message_add_on_row_id {parents}
        ORDER BY message_add_on_reaction.message_add_on_row_id"""  # noqa: S608  # names are constants
    for row in database.rows(sql):
        yield _reaction(row, people, app, account)


def _reaction(row: sqlite3.Row, people: People, app: str, account: str | None) -> Message:
    thread, subject = people.chat(row["chat_row_id"])
    way = codes.direction(row["from_me"])
    sign = cells.text(row["reaction"])
    at = row["sender_timestamp"] or row["timestamp"]
    return Message(
        where=f"message_add_on_reaction.message_add_on_row_id={row['number']}",
        app=app,
        account=account,
        deleted=None if sign else "withdrawn",
        thread=thread,
        thread_name=subject,
        sender=codes.sender(people.address(row["sender_jid_row_id"]), thread, way),
        recipients=thread if way == "out" and codes.is_person(thread) else None,
        direction=way,
        sent_at=cells.unix_milliseconds(at),
        body=sign,
        kind="reaction",
        raw_kind=cells.text(row["message_add_on_type"]),
        identifier=cells.text(row["key_id"]),
        quoted=cells.text(row["parent_key"]),
        raw_time=cells.raw_time(at, "ms Unix"),
    )


def read_votes(database: View, schema: Schema, people: People, *, app: str, account: str | None) -> Iterator[Message]:
    """One `Message` of kind poll vote per option that was chosen."""
    chosen = schema.get("message_add_on_poll_vote_selected_option", frozenset())
    add_on = schema.get("message_add_on", frozenset())
    if not {"message_add_on_row_id", "message_poll_option_id"} <= chosen or "_id" not in add_on:
        return
    options = "option_name" in schema.get("message_poll_option", ()) and "_id" in schema["message_poll_option"]
    joined = "LEFT JOIN message_poll_option o ON o._id = v.message_poll_option_id" if options else ""
    columns = select("message_add_on", _ADD_ON, add_on)
    sql = f"""SELECT {columns}, v.rowid AS number, {"o.option_name" if options else "NULL"} AS reaction
        FROM message_add_on_poll_vote_selected_option v
        LEFT JOIN message_add_on ON message_add_on._id = v.message_add_on_row_id {joined} ORDER BY v.rowid"""  # noqa: S608  # names are constants
    for row in database.rows(sql):
        thread, subject = people.chat(row["chat_row_id"])
        way = codes.direction(row["from_me"])
        yield Message(
            where=f"message_add_on_poll_vote_selected_option.rowid={row['number']}",
            app=app,
            account=account,
            thread=thread,
            thread_name=subject,
            sender=codes.sender(people.address(row["sender_jid_row_id"]), thread, way),
            direction=way,
            sent_at=cells.unix_milliseconds(row["timestamp"]),
            body=cells.text(row["reaction"]),
            kind="poll vote",
            raw_kind=cells.text(row["message_add_on_type"]),
            identifier=cells.text(row["key_id"]),
            raw_time=cells.raw_time(row["timestamp"], "ms Unix"),
        )


def read_leftovers(database: View, schema: Schema, *, app: str, account: str | None) -> Iterator[Message]:
    """Text in a shadow table of the search index whose message is gone or was revoked. The index keeps it in small letters."""
    tables = {name: table for name, table in _TABLES.items() if "_id" in schema.get(name, ())}
    for index in _INDEXES:
        if {"docid", "c0content"} <= schema.get(index, frozenset()):
            yield from _left(database, schema, index, tables, app, account)


def _left(
    database: View, schema: Schema, index: str, tables: dict[str, str], app: str, account: str | None
) -> Iterator[Message]:
    joins = " ".join(f"LEFT JOIN {name} ON {name}._id = f.docid" for name in tables)
    gone = " AND ".join(
        f"({name}._id IS NULL OR {name}.{kind} IN (15, 64))" if kind in schema[name] else f"{name}._id IS NULL"
        for name, kind in tables.items()
    )
    sql = f"""SELECT f.docid, f.c0content, {", ".join(f"{name}._id" for name in tables) or "NULL"} FROM {quoted(index)} f {joins}
        WHERE {gone or "1"} ORDER BY f.docid"""  # noqa: S608  # names are constants
    for number, content, *live in database.rows(sql):
        if body := cells.text(content):
            stubs = "".join(
                f"; {name}._id={each}" for name, each in zip(tables, live, strict=False) if each is not None
            )
            yield Message(
                where=f"{index}.docid={number}{stubs}", app=app, account=account, deleted=LEFT_IN_INDEX, body=body
            )
