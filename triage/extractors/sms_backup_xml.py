"""Backups of SMS Backup & Restore (SyncTech) on Android: `sms-*.xml` and `calls-*.xml`, found by their first element.

Elements sms, mms (with part and addr) and call; times Unix milliseconds; the word `null` stands for nothing; types are those of Android's
own tables. Reference: calls compared with a public sample of eight (mark A), messages by public readers (mark B).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.formats import cells, codes
from triage.formats.media_kinds import kind_of
from triage.formats.times import sent, started
from triage.formats.xml_events import End, Start, XmlEvents
from triage.model import Call, Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from triage.content import Item
    from triage.model import Problem, Record

_ROOT = re.compile(rb"<(smses|calls)(\s[^<>]*)?>")
_APP = "SMS Backup & Restore"
_DIRECTIONS = {1: "in", 2: "out", 3: "out", 4: "out", 5: "out", 6: "out"}
_BOXES = {3: "draft", 4: "outbox", 5: "failed", 6: "queued"}
_CALLS = {1: "in", 2: "out", 3: "in", 4: "in", 5: "in", 6: "in", 7: "in"}
_OUTCOMES = {1: "answered", 3: "missed", 4: "voicemail", 5: "rejected", 6: "blocked", 7: "answered"}
_HIDDEN = frozenset({"-1", "-2", "-3"})
_FROM, _LAYOUT, _OWN = "137", "application/smil", "insert-address-token"


class SmsBackupXml:
    """One `Message` per element sms and mms, one `Call` per element call."""

    name: ClassVar[str] = "sms-backup-xml"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "SMS Backup & Restore"
    describes: ClassVar[str] = "Text messages, multimedia messages and calls in the backup files of that app"
    limitations: ClassVar[tuple[str, ...]] = (
        "Of a multimedia message the first attachment is named; its content, which stands in the file, is not read.",
        "One element of more than 8 MiB, such as a message with a large picture, ends the reading; that is told.",
        "A backup is an earlier state of the phone: its messages may stand in the phone's own database too.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Call, Message)

    def wants(self, item: Item) -> bool:
        """An XML file whose first element is smses or calls."""
        return (
            item.head[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
            and _ROOT.search(item.head[:4096]) is not None
        )

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The records in the order of the file."""
        with item.open() as stream:
            yield from _records(XmlEvents(stream))


def _records(events: XmlEvents) -> Iterator[Message | Call]:
    count = 0
    mms: Mapping[str, str] | None = None
    parts: list[Mapping[str, str]] = []
    for event in events:
        if isinstance(event, Start):
            values = {name: value for name, value in event.attributes.items() if value != "null"}
            count += event.name in {"sms", "call", "mms"}
            if event.name == "sms":
                yield _sms(values, f"sms {count} line {event.line}")
            elif event.name == "call":
                yield _call(values, f"call {count} line {event.line}")
            elif event.name == "mms":
                mms, parts = values | {"where": f"mms {count} line {event.line}"}, []
            elif event.name in {"part", "addr"}:
                parts.append({key: value for key, value in values.items() if key != "data"} | {"element": event.name})
        elif isinstance(event, End) and event.name == "mms" and mms is not None:
            yield _mms(mms, parts)
            mms = None


def _sms(values: Mapping[str, str], where: str) -> Message:
    box, address = cells.integer(values.get("type")), values.get("address") or None
    direction = codes.direction(box, _DIRECTIONS)
    return Message(
        where=where,
        app=_APP,
        thread=address,
        thread_name=_name(values),
        sender=address if direction == "in" else None,
        sender_name=_name(values) if direction == "in" else None,
        recipients=address if direction == "out" else None,
        direction=direction,
        **sent(values.get("date"), "ms Unix"),
        body="\n".join(each for each in (values.get("subject"), values.get("body")) if each) or None,
        kind=_BOXES.get(box, "text") if box is not None else "text",
        raw_kind=values.get("type"),
    )


def _mms(values: Mapping[str, str], parts: Sequence[Mapping[str, str]]) -> Message:
    box = cells.integer(values.get("msg_box"))
    direction = codes.direction(box, _DIRECTIONS)
    known = [
        (each.get("type"), each.get("address"))
        for each in parts
        if each["element"] == "addr" and each.get("address") != _OWN
    ]
    files = [
        each for each in parts if each["element"] == "part" and each.get("ct") not in {"text/plain", _LAYOUT, None}
    ]
    texts = [values.get("sub"), *(each.get("text") for each in parts if each.get("ct") == "text/plain")]
    named = (files[0].get(key) for key in ("cl", "name", "fn")) if files else iter(())
    file = next((each for each in named if each), None)
    kind = (kind_of(files[0].get("ct"), file) or "document") if files else "text"
    return Message(
        where=values["where"],
        app=_APP,
        thread=values.get("address"),
        thread_name=_name(values),
        sender=next((address for kind, address in known if kind == _FROM and address), None),
        recipients=", ".join(address for kind, address in known if kind != _FROM and address) or None,
        direction=direction,
        **sent(values.get("date"), "ms Unix"),
        body="\n".join(each for each in texts if each) or None,
        kind=_BOXES.get(box, kind) if box is not None else kind,
        raw_kind=values.get("msg_box"),
        attachment=file,
        identifier=values.get("m_id"),
    )


def _call(values: Mapping[str, str], where: str) -> Call:
    kind, number = cells.integer(values.get("type")), values.get("number") or None
    lasted = cells.integer(values.get("duration"))
    outcome = None if kind is None or kind == 2 else _OUTCOMES.get(kind, f"unknown ({kind})")
    return Call(
        where=where,
        app=_APP,
        party=None if number in _HIDDEN else number,
        party_name=_name(values),
        direction=codes.direction(kind, _CALLS),
        **started(values.get("date"), "ms Unix"),
        duration_s=cells.seconds_long(lasted),
        outcome="answered" if kind == 2 and lasted else outcome,
        raw_kind=values.get("type"),
        service=values.get("subscription_id"),
    )


def _name(values: Mapping[str, str]) -> str | None:
    """The name the app found for the number; `(Unknown)` is its word for none."""
    found = values.get("contact_name")
    return found if found and found != "(Unknown)" else None
