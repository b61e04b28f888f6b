"""Numbers that WhatsApp on Android stores, in words. Rare ones are disputed (mark C): the number is always kept beside the word."""

from __future__ import annotations

KINDS = {
    0: "text", 1: "image", 2: "audio", 3: "video", 4: "contact", 5: "location", 7: "system", 8: "call", 9: "document",
    10: "call", 11: "undecrypted", 13: "gif", 14: "contact", 15: "revoked", 16: "live location", 20: "sticker",
    23: "product", 24: "group invite", 25: "template", 26: "template", 27: "template", 28: "template", 32: "template reply",
    36: "system", 42: "view-once image", 43: "view-once video", 44: "order", 45: "interactive", 55: "interactive",
    57: "interactive", 62: "product", 64: "revoked", 66: "poll", 81: "video note", 82: "view-once audio", 90: "call",
    92: "event", 94: "channel invite", 99: "album", 103: "status mention", 106: "poll", 112: "system",
}  # fmt: skip
SYSTEM = 7
REVOKED = frozenset({15, 64})
VIEW_ONCE = frozenset({42, 43, 82})
FILES = frozenset({1, 2, 3, 9, 13, 20, 42, 43, 81, 82})  # kinds that come with a file
MISSED = 10  # a missed call in the legacy table; 8 is any other call
CALLS = frozenset({8, MISSED})
SENTINEL = "-1"  # the key of the row the app writes into an empty table (mark A); it is no message
SYSTEM_STATUS = 6  # legacy: the row is a system event, its action in media_size

# call_result; 0, 7 and 8 are mark C
OUTCOMES = {0: "in progress", 2: "missed", 3: "unavailable", 4: "rejected", 5: "answered", 7: "busy", 8: "joined"}

_DIRECTIONS = {0: "in", 1: "out"}


def kind_word(number: int | None) -> str:
    """What sort of message a number stands for."""
    return "unknown" if number is None else KINDS.get(number, f"unknown ({number})")


def direction(from_me: object) -> str:
    """NULL never becomes "in"."""
    return _DIRECTIONS.get(from_me, "unknown") if isinstance(from_me, int) else "unknown"


def is_person(jid: str | None) -> bool:
    """Whether an identity is one person's, and no group, list, channel or status."""
    return jid is not None and jid.endswith(("@s.whatsapp.net", "@lid"))


def sender(stated: str | None, thread: str | None, way: str) -> str | None:
    """In a group the row names the sender; between two people the chat does. Sent messages: the owner, unnamed here."""
    if way != "in":
        return None
    return stated or (thread if is_person(thread) else None)


def outcome(result: int | None, duration: float | None) -> str | None:
    """A call that lasted was answered, whatever the code (mark B)."""
    if duration:
        return "answered"
    return None if result is None else OUTCOMES.get(result, f"unknown ({result})")
