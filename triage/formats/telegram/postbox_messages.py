"""Messages in the store of Telegram on iOS: a row of table t7 (mark B; numbers of actions and names of cached files mark C).

The key is peer, name space, time (Unix seconds) and number, big-endian. In the value flags say which of its parts there are.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, NamedTuple

from triage.errors import EvidenceError, Malformed
from triage.formats import cells
from triage.formats.media_kinds import kind_of
from triage.formats.telegram.postbox import CLASS, Bytes, class_of, root

_KEY = struct.Struct(">qiii")
_INCOMING = 4
# parts of a value by the bit of its flags, in order: bytes
_OPTIONAL = ((1, 8), (2, 4), (4, 8), (8, 4), (16, 4), (32, 8))
_FORWARD_PEER, _FORWARD_MESSAGE, _FORWARD_SIGNATURE, _FORWARD_KIND, _FORWARD_FLAGS = 2, 4, 8, 16, 32
_IMAGE, _FILE, _MAP, _CARD, _ACTION, _PAGE = (
    class_of(f"TelegramMedia{name}") for name in ("Image", "File", "Map", "Contact", "Action", "Webpage")
)
_REPLY, _EDITED = class_of("ReplyMessageAttribute"), class_of("EditedMessageAttribute")
_EXPIRES = class_of("AutoremoveTimeoutMessageAttribute")
_CALL = 14
_ACTIONS = {
    1: "group created", 2: "members added", 3: "members removed", 4: "photo changed", 5: "title changed", 6: "message pinned",
    7: "joined by link", 8: "became a channel", 9: "became a group", 10: "history cleared", 11: "screenshot taken", 12: "timer changed",
    _CALL: "call",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """What a row of t7 says. `media` are the objects inside it, `referenced` the keys of those in t6."""

    peer: int
    space: int
    time: int
    number: int
    incoming: bool
    author: int | None
    text: str
    forwarded: bool
    attributes: tuple[dict[str, Any], ...]
    media: tuple[dict[str, Any], ...]
    referenced: tuple[tuple[int, int], ...]


class Carried(NamedTuple):
    """What a medium is: kind, name in the cache or its own, size, place, text, seconds of a call."""

    kind: str
    raw_kind: str
    name: str | None = None
    size: int | None = None
    place: tuple[float | None, float | None] = (None, None)
    text: str | None = None
    action: int | None = None
    seconds: int | None = None
    identifier: str | None = None
    video: bool = False


def read_message(key: bytes, value: bytes) -> Stored | None:
    """A row of t7; None where it is a hole, no message. Raises Malformed, Truncated."""
    if len(key) != _KEY.size:
        raise Malformed("a message of Telegram's store has a key of another length")
    data = Bytes(value)
    if data.byte() != 0:
        return None
    data.taken(8)  # stable number and version
    present = data.byte()
    for bit, size in _OPTIONAL:
        data.taken(size if present & bit else 0)
    flags = data.word()
    data.taken(4)  # tags
    forwarded = _forwarded(data)
    author = data.long() if data.byte() == 1 else None
    text = data.text()
    attributes, media = (tuple(_roots(data.many(data.block))) for _ in range(2))
    referenced = tuple(data.many(lambda: (data.integer(), data.long()))) if data.left else ()
    peer, space, time, number = _KEY.unpack(key)
    return Stored(
        peer, space, time, number, bool(flags & _INCOMING), author, text, forwarded, attributes, media, referenced
    )


def carried(medium: dict[str, Any]) -> Carried | None:
    """What a message carries; None for a page it links to, whose address is in the text."""
    kind = medium.get(CLASS)
    if kind == _IMAGE:
        return Carried("image", "TelegramMediaImage", *_picture(medium))
    if kind == _FILE:
        return _file(medium)
    if kind == _MAP:
        return Carried("location", "TelegramMediaMap", place=cells.coordinates(medium.get("la"), medium.get("lo")))
    if kind == _CARD:
        name = " ".join(str(medium[part]) for part in ("n.f", "n.l") if medium.get(part))
        return Carried("contact", "TelegramMediaContact", text=f"{name} ({medium.get('pn') or '?'})")
    if kind == _ACTION:
        return _action(medium)
    return None if kind == _PAGE else Carried("unsupported", f"class {kind}")


def replied_to(message: Stored) -> str | None:
    """The number of the message that is answered."""
    return next((cells.text(each.get("i")) for each in message.attributes if each.get(CLASS) == _REPLY), None)


def edited_at(message: Stored) -> int | None:
    """When it was last edited, Unix seconds."""
    return next((cells.integer(each.get("d")) for each in message.attributes if each.get(CLASS) == _EDITED), None)


def timer(message: Stored) -> tuple[int, int] | None:
    """Seconds a message lives, and from when on (0: not yet)."""
    for each in message.attributes:
        if each.get(CLASS) == _EXPIRES and (seconds := cells.count(each.get("t"))):
            return seconds, cells.count(each.get("c")) or 0
    return None


def stored_medium(value: bytes) -> dict[str, Any] | None:
    """A row of t6: the object itself, or where it is kept (None). Raises Malformed, Truncated."""
    data = Bytes(value)
    return root(data.block()) if data.byte() == 0 else None


def _forwarded(data: Bytes) -> bool:
    flags = data.byte()
    if not flags:
        return False
    data.taken(12)  # author, date
    data.taken(8 if flags & _FORWARD_PEER else 0)
    data.taken(16 if flags & _FORWARD_MESSAGE else 0)
    for bit in (_FORWARD_SIGNATURE, _FORWARD_KIND):
        if flags & bit:
            data.block()
    data.taken(4 if flags & _FORWARD_FLAGS else 0)
    return True


def _roots(blocks: list[bytes]) -> list[dict[str, Any]]:
    """The objects that can be read: one that cannot costs no message."""
    found = []
    for block in blocks:
        try:
            found.append(root(block))
        except EvidenceError:
            found.append({})
    return found


def _picture(medium: dict[str, Any]) -> tuple[str | None, int | None]:
    """The largest size that is listed: the name the client caches it under, and its bytes."""
    sizes = [each for each in _objects(medium, "r") if isinstance(each.get("r"), dict)]
    if not sizes:
        return None, None
    largest = max(sizes, key=lambda each: (cells.integer(each.get("dx")) or 0) * (cells.integer(each.get("dy")) or 0))
    place = largest["r"]
    if "d" in place and "i" in place and "s" in place:
        return f"telegram-cloud-photo-size-{place['d']}-{place['i']}-{place['s']}", cells.count(place.get("n"))
    return None, None


def _file(medium: dict[str, Any]) -> Carried:
    place = medium.get("r")
    place = place if isinstance(place, dict) else {}
    name = next((cells.text(each.get("fn")) for each in _objects(medium, "at") if each.get("fn")), None)
    cached = f"telegram-cloud-document-{place['d']}-{place['f']}" if "d" in place and "f" in place else None
    size = cells.count(medium.get("s64")) or cells.count(medium.get("s")) or cells.count(medium.get("n"))
    mime = cells.text(medium.get("mt"))
    return Carried(
        kind_of(mime, name) or "document", f"TelegramMediaFile {mime or ''}".strip(), cached or name, size, text=name
    )


def _action(medium: dict[str, Any]) -> Carried:
    number = cells.integer(medium.get("_rawValue"))
    kind = "call" if number == _CALL else "system"
    return Carried(
        kind,
        f"TelegramMediaAction {number}",
        text=_ACTIONS.get(number or 0, f"unknown ({number})"),
        action=number,
        seconds=cells.count(medium.get("d")),
        identifier=cells.text(medium.get("i")),
        video=medium.get("vc") is True or medium.get("vc") == 1,
    )


def _objects(medium: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = medium.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
