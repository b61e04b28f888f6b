"""Android text messages: `mmssms.db` of the telephony provider, SMS and MMS.

Written by com.android.providers.telephony. Reference: AOSP `Telephony.Sms` and `BaseMmsColumns` (mark B); the columns of
public samples (mark A). SMS times are milliseconds, MMS times seconds.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.sqlite import Database, kept, select, stored_in, unrecognised
from triage.model import Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

Schema = dict[str, frozenset[str]]

_NAMES = re.compile(r"mmssms.*\.db\Z", re.IGNORECASE)
_SMS = ("_id", "thread_id", "address", "date", "type", "body")
_PDU = ("_id", "thread_id", "date", "msg_box", "sub", "m_type")
_PART = ("_id", "mid", "ct", "name", "fn", "cl", "_data", "text")
_ADDRESS = ("_id", "msg_id", "address", "type")

# type of sms, msg_box of pdu
_IN, _SENT, _DRAFT = 1, 2, 3
_DIRECTIONS = {_IN: "in", _SENT: "out", _DRAFT: "out", 4: "out", 5: "out", 6: "out"}
_BOXES = {_DRAFT: "draft", 4: "outbox", 5: "failed", 6: "queued"}
_NOTIFICATION = 130  # the message itself was never fetched
_FROM, _TO = 137, frozenset({151, 130, 129})  # to, cc, bcc
_OWN = "insert-address-token"
_LAYOUT = "application/smil"


class AndroidMessages:
    """One `Message` per SMS and per MMS; a further one per further attachment of an MMS."""

    name: ClassVar[str] = "android-sms"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android SMS and MMS"
    describes: ClassVar[str] = "Text and multimedia messages of the phone, drafts and unsent ones included"
    limitations: ClassVar[tuple[str, ...]] = (
        "sent_at is the time the phone received or stored the message (column date), not the network's date_sent.",
        "RCS messages that Google Messages keeps in bugle_db are not read.",
        "Attachments are named by the path the phone stored; they are matched with files elsewhere.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message,)

    def wants(self, item: Item) -> bool:
        """mmssms.db."""
        return is_database(item.mime) and _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """SMS in order of their row, then MMS."""
        with Database(item) as database:
            schema = database.schema()
            if "_id" not in schema.get("sms", ()) and "_id" not in schema.get("pdu", ()):
                yield unrecognised(self.title, self.name, schema)
            names: dict[int, str] = {}
            yield from kept(self.name, _thread_names(database, schema, names))
            yield from kept(self.name, _sms(database, schema, names))
            yield from kept(self.name, _mms(database, schema, names))
            yield from database.problems(self.name)


def _thread_names(database: Database, schema: Schema, names: dict[int, str]) -> Iterator[Problem]:
    """Fill in the numbers of each thread: `threads.recipient_ids` lists rows of `canonical_addresses`."""
    if not {"_id", "recipient_ids"} <= schema.get("threads", frozenset()):
        return
    if not {"_id", "address"} <= schema.get("canonical_addresses", frozenset()):
        return
    addresses = {
        str(row[0]): cells.text(row[1]) for row in database.rows("SELECT _id, address FROM canonical_addresses")
    }
    for row in database.rows("SELECT _id, recipient_ids FROM threads"):
        parties = [found for each in str(row[1] or "").split() if (found := addresses.get(each))]
        if isinstance(row[0], int) and parties:
            names[row[0]] = ", ".join(parties)
    yield from ()


def _sms(database: Database, schema: Schema, names: dict[int, str]) -> Iterator[Message]:
    if "_id" not in schema.get("sms", ()):
        return
    columns = select("sms", _SMS, schema["sms"])
    for row in database.rows(f"SELECT {columns} FROM sms ORDER BY sms._id"):  # noqa: S608  # names are constants
        box = cells.integer(row["type"])
        address = cells.text(row["address"])
        direction = _direction(box)
        yield Message(
            where=stored_in("sms", row),
            app="SMS",
            thread=cells.text(row["thread_id"]) or address,
            thread_name=_thread_name(row, names) or address,
            sender=address if direction == "in" else None,
            recipients=address if direction == "out" else None,
            direction=direction,
            sent_at=cells.unix_milliseconds(row["date"]),
            body=cells.text(row["body"]),
            kind=_kind(box, "text"),
            raw_kind=cells.text(row["type"]),
        )


def _mms(database: Database, schema: Schema, names: dict[int, str]) -> Iterator[Message]:
    if "_id" not in schema.get("pdu", ()):
        return
    parts = _grouped(database, schema, "part", _PART)
    addresses = _grouped(database, schema, "addr", _ADDRESS)
    columns = select("pdu", _PDU, schema["pdu"])
    for row in database.rows(f"SELECT {columns} FROM pdu ORDER BY pdu._id"):  # noqa: S608  # names are constants
        sender, recipients = _parties(addresses.get(row["_id"], []))
        yield from _messages(row, parts.get(row["_id"], []), Message(
            where=stored_in("pdu", row),
            app="MMS",
            thread=cells.text(row["thread_id"]),
            thread_name=_thread_name(row, names),
            sender=sender,
            recipients=recipients,
            direction=_direction(cells.integer(row["msg_box"])),
            sent_at=cells.unix_seconds(row["date"]),
        ))  # fmt: skip


def _grouped(
    database: Database, schema: Schema, table: str, wanted: tuple[str, ...]
) -> dict[object, list[sqlite3.Row]]:
    """The rows of `part` or `addr` by the MMS they belong to; none where the table or its key is not there."""
    key = wanted[1]
    groups: dict[object, list[sqlite3.Row]] = {}
    if key in schema.get(table, ()):
        columns = select(table, wanted, schema[table])
        for row in database.rows(f"SELECT {columns} FROM {table} ORDER BY 1"):  # noqa: S608  # names are constants
            groups.setdefault(row[key], []).append(row)
    return groups


def _messages(row: sqlite3.Row, parts: list[sqlite3.Row], message: Message) -> Iterator[Message]:
    """The message with its first attachment, then one message per further attachment."""
    texts = [cells.text(row["sub"]), *(cells.text(part["text"]) for part in parts if _type(part) == "text/plain")]
    attached = [part for part in parts if _type(part) not in {"text/plain", _LAYOUT}]
    box = cells.integer(row["msg_box"])
    empty = "notification" if cells.integer(row["m_type"]) == _NOTIFICATION else "text"
    yield replace(
        message,
        body="\n".join(each for each in texts if each) or None,
        kind=_kind(box, _part_kind(attached[0]) if attached else empty),
        raw_kind=cells.text(row["msg_box"]),
        attachment=_file(attached[0]) if attached else None,
    )
    for part in attached[1:]:
        where = stored_in("part", part)
        yield replace(
            message, where=where, kind=_kind(box, _part_kind(part)), raw_kind=_type(part), attachment=_file(part)
        )


def _parties(rows: list[sqlite3.Row]) -> tuple[str | None, str | None]:
    """Sender and recipients; the phone's own number is stored as a token and stays unknown."""
    known = [(cells.integer(row["type"]), cells.text(row["address"])) for row in rows]
    senders = [address for kind, address in known if kind == _FROM and address and address != _OWN]
    recipients = [address for kind, address in known if kind in _TO and address and address != _OWN]
    return (senders[0] if senders else None), ", ".join(recipients) or None


def _thread_name(row: sqlite3.Row, names: dict[int, str]) -> str | None:
    number = cells.integer(row["thread_id"])
    return None if number is None else names.get(number)


def _direction(box: int | None) -> str:
    return "unknown" if box is None else _DIRECTIONS.get(box, "unknown")


def _kind(box: int | None, kind: str) -> str:
    """What the message is, or in which box it waits."""
    return kind if box is None else _BOXES.get(box, kind)


def _type(part: sqlite3.Row) -> str:
    return (cells.text(part["ct"]) or "").lower()


def _part_kind(part: sqlite3.Row) -> str:
    kind = _type(part).partition("/")[0]
    if kind in {"image", "video", "audio"}:
        return kind
    return "contact" if "vcard" in _type(part) else "document"


def _file(part: sqlite3.Row) -> str | None:
    names = (cells.text(part[column]) for column in ("_data", "fn", "name", "cl"))
    return next((name for name in names if name), None)
