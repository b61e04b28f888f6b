"""`threads_db2` of Messenger on Android: sender and attachments are JSON, the key of a thread names its parties (mark B)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.formats import cells, json_values
from triage.formats.media_kinds import kind_of
from triage.formats.messenger import APP
from triage.formats.sqlite import stored_in
from triage.formats.tables import Join
from triage.formats.times import sent, started
from triage.model import Call, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from triage.formats.tables import Tables
    from triage.model import Record

_MESSAGE = (
    "rowid", "msg_id", "thread_key", "text", "sender", "timestamp_ms", "timestamp_sent_ms", "attachments", "shares", "msg_type",
    "generic_admin_message_extensible_data", "pending_send_media_attachment", "admin_text_type", "coordinates",
)  # fmt: skip
_THREAD = Join("threads", "thread_key", "thread_key", ("name",))
_HEADER = -1  # msg_type of a row that is no message
_PAIR = re.compile(r"(?:ONE_TO_ONE|TINCAN|TINCAN_MULTI_ENDPOINT):(\d+):(\d+)")
_KEY = re.compile(r"\A(?:FACEBOOK:)?")


def parts(tables: Tables, account: str | None) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part."""
    if not tables.has("messages", "msg_id", "thread_key", "sender"):
        return
    names = {
        _bare(cells.text(key)): cells.text(row["name"])
        for key, row in tables.lookup("thread_users", "user_key", "name").items()
    }
    yield _contacts(tables, account)
    yield _messages(tables, names, account)
    yield _reactions(tables, names, account)


def _bare(key: str | None) -> str | None:
    """`FACEBOOK:123` is the person 123."""
    return _KEY.sub("", key, count=1) if key else None


def _contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    for row in tables.rows("thread_users", ("rowid", "user_key", "name", "username"), order="rowid"):
        yield Contact(
            where=stored_in("thread_users", row, "rowid"), app=APP, account=account, identifier=_bare(cells.text(row["user_key"])),
            name=cells.text(row["name"]), note=cells.text(row["username"]),
        )  # fmt: skip


def _messages(tables: Tables, names: Mapping[str | None, str | None], account: str | None) -> Iterator[Message | Call]:
    for row in tables.rows("messages", _MESSAGE, (_THREAD,), order="rowid"):
        if cells.integer(row["msg_type"]) == _HEADER:
            continue
        call = json_values.parsed(row["generic_admin_message_extensible_data"])
        if json_values.text(call, "event") or json_values.text(call, "callee_id"):
            yield _call(row, call, names, account)
        else:
            yield _message(row, names, account)


def _parties(row: sqlite3.Row, account: str | None) -> tuple[str | None, str | None]:
    """The other party and the owner; the key of a thread of two has the owner behind."""
    found = _PAIR.match(cells.text(row["thread_key"]) or "")
    return (found[1], found[2]) if found else (None, account)


def _message(row: sqlite3.Row, names: Mapping[str | None, str | None], account: str | None) -> Message:
    person = json_values.parsed(row["sender"])
    sender = _bare(json_values.text(person, "user_key"))
    other, own = _parties(row, account)
    direction = "unknown" if sender is None or own is None else "out" if sender == own else "in"
    file = json_values.inside(json_values.parsed(row["attachments"]), 0)
    name = json_values.text(file, "filename") or json_values.text(
        json_values.parsed(row["pending_send_media_attachment"]), 0, "uri"
    )
    shared = json_values.inside(json_values.parsed(row["shares"]), 0)
    text = [cells.text(row["text"]), json_values.text(shared, "name"), json_values.text(shared, "href")]
    return Message(
        where=stored_in("messages", row, "rowid"),
        app=APP,
        account=account or own,
        thread=cells.text(row["thread_key"]),
        thread_name=cells.text(row["threads.name"]) or names.get(other),
        sender=sender,
        sender_name=json_values.text(person, "name") or names.get(sender),
        recipients=other if direction == "out" else own if direction == "in" else None,
        direction=direction,
        **sent(row["timestamp_ms"], "ms Unix"),
        body="\n".join(each for each in text if each) or None,
        kind=_kind(row, file, name),
        raw_kind=cells.text(row["msg_type"]),
        attachment=name,
        attachment_size=cells.count(json_values.inside(file, "file_size")),
        identifier=cells.text(row["msg_id"]),
    )


def _kind(row: sqlite3.Row, file: object, name: str | None) -> str:
    if file is not None or name is not None:
        return kind_of(json_values.text(file, "mime_type"), name) or "file"
    return "system" if cells.integer(row["admin_text_type"]) else "text"


def _call(row: sqlite3.Row, call: object, names: Mapping[str | None, str | None], account: str | None) -> Call:
    """Events such as `missed_call`, `one_on_one_call_ended` (mark B); other words are kept raw."""
    caller, callee = json_values.text(call, "caller_id"), json_values.text(call, "callee_id")
    other, own = _parties(row, account)
    event = json_values.text(call, "event") or ""
    direction = "unknown" if own is None or caller is None else "out" if caller == own else "in"
    lasted = cells.seconds_long(cells.integer(json_values.text(call, "call_duration")))
    party = callee if direction == "out" else caller if direction == "in" else other
    return Call(
        where=stored_in("messages", row, "rowid"),
        app=APP,
        account=account or own,
        party=party,
        party_name=names.get(party),
        direction=direction,
        **started(row["timestamp_ms"], "ms Unix"),
        duration_s=lasted,
        kind="video" if json_values.inside(call, "video") in {True, "true", "True"} else "voice",
        outcome="missed" if "missed" in event else "answered" if lasted else None,
        raw_kind=event or None,
        identifier=cells.text(row["msg_id"]),
        thread=cells.text(row["thread_key"]),
    )


def _reactions(tables: Tables, names: Mapping[str | None, str | None], account: str | None) -> Iterator[Message]:
    wanted = ("rowid", "msg_id", "user_key", "reaction", "reaction_timestamp")
    joined = Join("messages", "msg_id", "msg_id", ("thread_key",))
    for row in tables.rows("message_reactions", wanted, (joined,), order="rowid"):
        sender = _bare(cells.text(row["user_key"]))
        yield Message(
            where=stored_in("message_reactions", row, "rowid"),
            app=APP,
            account=account,
            thread=cells.text(row["messages.thread_key"]),
            sender=sender,
            sender_name=names.get(sender),
            direction="unknown" if account is None or sender is None else "out" if sender == account else "in",
            **sent(row["reaction_timestamp"], "ms Unix"),
            body=cells.text(row["reaction"]),
            kind="reaction",
            quoted=cells.text(row["msg_id"]),
        )
