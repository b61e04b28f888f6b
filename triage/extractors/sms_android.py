"""Android text messages: `mmssms.db` of the telephony provider, SMS and MMS.

Written by com.android.providers.telephony. Reference: AOSP `Telephony.Sms` and `BaseMmsColumns` (mark B); the columns of
public samples (mark A). SMS times are milliseconds, MMS times seconds. `date` is when the phone received or stored a message,
`date_sent` what the network said of a received one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.app_paths import owner
from triage.formats.media_kinds import kind_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Children, Tables, read
from triage.formats.times import Sent, sent
from triage.model import Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"mmssms.*\.db\Z", re.IGNORECASE)
_SMS = (
    "_id", "thread_id", "address", "date", "date_sent", "type", "body", "subject", "service_center", "error_code", "deletable", "hidden",
)  # fmt: skip
_PDU = ("_id", "thread_id", "date", "date_sent", "msg_box", "sub", "m_type", "m_id")
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
    version: ClassVar[str] = "2"
    title: ClassVar[str] = "Android SMS and MMS"
    describes: ClassVar[str] = "Text and multimedia messages of the phone, drafts and unsent ones included"
    limitations: ClassVar[tuple[str, ...]] = (
        "sent_at is the time the phone received or stored the message (column date), not the network's date_sent; raw_time has both.",
        "RCS messages stand in bugle_db of Google Messages, which is another item.",
        "Attachments are named by the path the phone stored; they are matched with files elsewhere.",
        "Which SIM carried a message is not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message,)

    def wants(self, item: Item) -> bool:
        """mmssms.db."""
        return is_database(item.mime) and _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """SMS in order of their row, then MMS."""
        yield from read(item, self.name, lambda tables: _read(tables, owner(item.entry.path)))


def _read(tables: Tables, account: str | None) -> Iterator[Message | Problem]:
    if not tables.has("sms", "_id") and not tables.has("pdu", "_id"):
        yield unrecognised(AndroidMessages.title, AndroidMessages.name, tables.schema)
    names: dict[object, str] = {}
    yield from kept(AndroidMessages.name, _thread_names(tables, names))
    yield from kept(AndroidMessages.name, _sms(tables, names, account))
    yield from kept(AndroidMessages.name, _mms(tables, names, account))


def _thread_names(tables: Tables, names: dict[object, str]) -> Iterator[Message]:
    """Fill in the numbers of each thread: `threads.recipient_ids` lists rows of `canonical_addresses`."""
    known = tables.lookup("canonical_addresses", "_id", "address")
    addresses = {str(key): cells.text(row["address"]) for key, row in known.items()}
    for key, row in tables.lookup("threads", "_id", "recipient_ids").items():
        parties = [found for each in str(row["recipient_ids"] or "").split() if (found := addresses.get(each))]
        if parties:
            names[key] = ", ".join(parties)
    yield from ()


def _sms(tables: Tables, names: Mapping[object, str], account: str | None) -> Iterator[Message]:
    for row in tables.rows("sms", _SMS, order="_id"):
        box = cells.integer(row["type"])
        address = cells.text(row["address"])
        direction = _direction(box)
        yield Message(
            where=stored_in("sms", row),
            app="SMS",
            account=account,
            thread=cells.text(row["thread_id"]) or address,
            thread_name=names.get(row["thread_id"]) or address,
            sender=address if direction == "in" else None,
            recipients=address if direction == "out" else None,
            direction=direction,
            **_when(row, "ms Unix"),
            body="\n".join(each for each in (cells.text(row["subject"]), cells.text(row["body"])) if each) or None,
            kind=_kind(box, "text"),
            raw_kind=cells.text(row["type"]),
            deleted="hidden by the app" if cells.integer(row["hidden"]) == 1 else None,
        )


def _when(row: sqlite3.Row, unit: str) -> Sent:
    """`date`; what the network said of it (`date_sent`) stands beside it as stored, for its clock is often hours off."""
    said = sent(row["date"], unit)
    if (cells.integer(row["date_sent"]) or 0) > 0:
        said["raw_time"] = f"{said['raw_time']}, date_sent {row['date_sent']}"
    return said


def _mms(tables: Tables, names: Mapping[object, str], account: str | None) -> Iterator[Message]:
    parts = Children(tables.rows("part", _PART, order="mid"), "mid")
    addresses = Children(tables.rows("addr", _ADDRESS, order="msg_id"), "msg_id")
    for row in tables.rows("pdu", _PDU, order="_id"):
        sender, recipients = _parties(addresses.of(row["_id"]))
        direction = _direction(cells.integer(row["msg_box"]))
        yield from _messages(row, parts.of(row["_id"]), Message(
            where=stored_in("pdu", row),
            app="MMS",
            account=account,
            thread=cells.text(row["thread_id"]),
            thread_name=names.get(row["thread_id"]),
            sender=sender,
            recipients=recipients,
            direction=direction,
            **_when(row, "s Unix"),
            identifier=cells.text(row["m_id"]),
        ))  # fmt: skip


def _messages(row: sqlite3.Row, parts: Sequence[sqlite3.Row], message: Message) -> Iterator[Message]:
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


def _parties(rows: Sequence[sqlite3.Row]) -> tuple[str | None, str | None]:
    """Sender and recipients; the phone's own number is stored as a token and stays unknown."""
    known = [(cells.integer(row["type"]), cells.text(row["address"])) for row in rows]
    senders = [address for kind, address in known if kind == _FROM and address and address != _OWN]
    recipients = [address for kind, address in known if kind in _TO and address and address != _OWN]
    return (senders[0] if senders else None), ", ".join(recipients) or None


def _direction(box: int | None) -> str:
    return "unknown" if box is None else _DIRECTIONS.get(box, "unknown")


def _kind(box: int | None, kind: str) -> str:
    """What the message is, or in which box it waits."""
    return kind if box is None else _BOXES.get(box, kind)


def _type(part: sqlite3.Row) -> str:
    return (cells.text(part["ct"]) or "").lower()


def _part_kind(part: sqlite3.Row) -> str:
    return kind_of(_type(part)) or "document"


def _file(part: sqlite3.Row) -> str | None:
    names = (cells.text(part[column]) for column in ("_data", "fn", "name", "cl"))
    return next((name for name in names if name), None)
