"""Messages in Android's own backup (.ab): `<n>_sms_backup` and `<n>_mms_backup` of the telephony provider.

Compressed (zlib) lists of JSON objects, whose values are text. Reference: AOSP's TelephonyBackupAgent (mark A for names of the fields) and a
public reader (mark B). Times of SMS are Unix milliseconds, of MMS seconds.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from triage.errors import LimitReached, Malformed, Truncated
from triage.formats import cells, codes, json_values
from triage.formats.app_paths import owner
from triage.formats.times import sent
from triage.model import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"\d{1,8}_(sms|mms)_backup\Z")
_MOST_BYTES = 15 << 20  # the agent itself begins a new file after 1,000 messages
_DIRECTIONS = {1: "in", 2: "out", 3: "out", 4: "out", 5: "out", 6: "out"}
_BOXES = {3: "draft", 4: "outbox", 5: "failed", 6: "queued"}
_FROM, _OWN = 137, "insert-address-token"


class AndroidSmsBackup:
    """One `Message` per object of the list."""

    name: ClassVar[str] = "android-sms-backup"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "SMS and MMS of an Android backup"
    describes: ClassVar[str] = "Messages that the phone put into its own backup"
    limitations: ClassVar[tuple[str, ...]] = (
        "The backup keeps no drafts and no attachments: of a multimedia message it has text, parties and subject.",
        "A backup is an earlier state of the phone: its messages may stand in the phone's own database too.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message,)

    def wants(self, item: Item) -> bool:
        """Files of these names."""
        return _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The messages in the order of the list."""
        multimedia = "_mms_" in item.entry.name
        value = json_values.parsed(_unpacked(item))
        if not isinstance(value, list):
            raise Malformed("the backup of messages is no list")
        for number, each in enumerate(value):
            message = _mms(each, number) if multimedia else _sms(each, number)
            yield (
                message
                if (account := owner(item.entry.path, json_values.text(each, "self_phone"))) is None
                else _owned(message, account)
            )


def _owned(message: Message, account: str) -> Message:
    return replace(message, account=account)


def _unpacked(item: Item) -> bytes:
    """The list; what does not end is no list any more."""
    with item.open() as stream:
        packed = stream.read(_MOST_BYTES + 1)
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(packed, _MOST_BYTES)
    except zlib.error as error:
        raise Malformed("the backup of messages cannot be unpacked") from error
    if reader.unconsumed_tail:
        raise LimitReached(f"a backup of messages of more than {_MOST_BYTES} bytes is not read")
    if not reader.eof:
        raise Truncated("the backup of messages ends too early")
    return data


def _sms(value: object, number: int) -> Message:
    box, address = cells.integer(json_values.text(value, "type")), json_values.text(value, "address")
    direction = codes.direction(box, _DIRECTIONS)
    others = ", ".join(each for each in map(str, json_values.members(value, "recipients")))
    return Message(
        where=f"message {number}",
        app="SMS",
        thread=others or address,
        sender=address if direction == "in" else None,
        recipients=(others or address) if direction == "out" else None,
        direction=direction,
        **sent(json_values.text(value, "date"), "ms Unix"),
        body=json_values.text(value, "body"),
        kind=_BOXES.get(box, "text") if box is not None else "text",
        raw_kind=json_values.text(value, "type"),
    )


def _mms(value: object, number: int) -> Message:
    box = cells.integer(json_values.text(value, "msg_box"))
    known = [
        (cells.integer(json_values.text(each, "type")), address)
        for each in json_values.members(value, "mms_addresses")
        if (address := json_values.text(each, "address")) and address != _OWN
    ]
    texts = (json_values.text(value, "sub"), json_values.text(value, "mms_body"))
    others = ", ".join(each for each in map(str, json_values.members(value, "recipients")))
    return Message(
        where=f"message {number}",
        app="MMS",
        thread=others or None,
        sender=next((address for kind, address in known if kind == _FROM), None),
        recipients=", ".join(address for kind, address in known if kind != _FROM) or None,
        direction=codes.direction(box, _DIRECTIONS),
        **sent(json_values.text(value, "date"), "s Unix"),
        body="\n".join(each for each in texts if each) or None,
        kind=_BOXES.get(box, "text") if box is not None else "text",
        raw_kind=json_values.text(value, "msg_box"),
        identifier=json_values.text(value, "m_id"),
    )
