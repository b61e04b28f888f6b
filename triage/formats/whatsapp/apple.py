"""Numbers and small formats of WhatsApp on Apple's systems (mark B; rare kinds and call outcomes C: the number stands beside the word)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from triage.errors import Malformed
from triage.formats.protobuf import Fields

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = {
    0: "text", 1: "image", 2: "video", 3: "audio", 4: "contact", 5: "location", 6: "system", 7: "link", 8: "document", 10: "system",
    11: "gif", 12: "undecrypted", 14: "revoked", 15: "sticker", 19: "template", 20: "template", 23: "template", 24: "template",
    25: "text", 26: "product", 27: "group invite", 28: "system", 30: "template", 31: "text", 32: "template", 34: "text",
    38: "view-once image", 39: "view-once video", 41: "template", 42: "template", 46: "poll", 53: "view-once audio", 54: "video note",
    55: "channel", 59: "call", 66: "album",
}  # fmt: skip
SYSTEM = frozenset({6, 10, 28})
REVOKED = 14
LOCATION = 5
CONTACT = 4
VIEW_ONCE = frozenset({38, 39, 53})
FORWARDED = 0x180  # mask of ZFLAGS
OUTCOMES = {0: "answered", 1: "missed", 4: "rejected"}


class Quote(NamedTuple):
    """What the metadata of a media item say about the message that is answered."""

    identifier: str | None
    sender: str | None


class Reaction(NamedTuple):
    """A sign, whose it is (None: the owner's), and when in Unix milliseconds."""

    sender: str | None
    sign: str | None
    at: int | None


def kind_word(number: int | None) -> str:
    """What sort of message a number of ZMESSAGETYPE stands for."""
    return "unknown" if number is None else KINDS.get(number, f"unknown ({number})")


def quote(metadata: object) -> Quote:
    """ZMETADATA: field 5 is the key of the quoted message, 6 its sender."""
    fields = _fields(metadata)
    return Quote(fields.text(5), fields.text(6)) if fields else Quote(None, None)


def reactions(receipts: object) -> Iterator[Reaction]:
    """ZRECEIPTINFO: 7.1 the reactions of others, 7.2 the owner's (mark C)."""
    fields = _fields(receipts)
    for holder in fields.messages(7) if fields else ():
        for other in holder.messages(1):
            yield Reaction(other.text(2), other.text(3), other.number(4))
        for own in holder.messages(2):
            yield Reaction(None, own.text(2), own.number(3))


def _fields(data: object) -> Fields | None:
    if not isinstance(data, bytes) or not data:
        return None
    try:
        return Fields(data)
    except Malformed:
        return None
