"""Postbox, the key-value store of Telegram on iOS and macOS: how its values are written (mark B: published parsers agree).

Objects are fields one after the other: a short key, one byte of type, the value, little-endian. A root object is the one field `_`. The
class of an object is the MurmurHash3 of its Swift name. Keys of the tables are big-endian.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from triage.errors import Malformed, Truncated

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_DEPTH = 24
MOST_ITEMS = 100_000
CLASS = ""  # the key under which an object has the hash of its class
_SEED = 0xF7CA7FD2
_WORD = 0xFFFFFFFF


class Bytes:
    """Reads one value after the other. Raises Truncated."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def left(self) -> int:
        """How many bytes follow."""
        return len(self.data) - self.at

    def taken(self, size: int) -> bytes:
        """The next bytes."""
        if size < 0 or size > self.left:
            raise Truncated("a value of Telegram's store ends early")
        self.at += size
        return self.data[self.at - size : self.at]

    def byte(self) -> int:
        """Eight bits without sign."""
        return self.taken(1)[0]

    def word(self) -> int:
        """32 bits without sign."""
        return int.from_bytes(self.taken(4), "little")

    def integer(self) -> int:
        """32 bits with sign."""
        return int.from_bytes(self.taken(4), "little", signed=True)

    def long(self) -> int:
        """64 bits with sign."""
        return int.from_bytes(self.taken(8), "little", signed=True)

    def block(self) -> bytes:
        """Bytes with their length before them."""
        return self.taken(self.integer())

    def text(self) -> str:
        """UTF-8 with its length before it; what is none is shown as escapes."""
        return self.block().decode("utf-8", "backslashreplace")

    def many(self, each: Callable[[], Any]) -> list[Any]:
        """Values with their number before them."""
        count = self.integer()
        if count < 0 or count > min(self.left, MOST_ITEMS):
            raise Truncated("a list of Telegram's store is longer than its value")
        return [each() for _ in range(count)]


def root(data: bytes) -> dict[str, Any]:
    """The object that a value is; its class under `CLASS`. Raises Malformed, Truncated."""
    found = _fields(Bytes(data), 0).get("_")
    if not isinstance(found, dict):
        raise Malformed("a value of Telegram's store is no object")
    return found


def class_of(name: str) -> int:
    """The number of a Swift class, with sign."""
    state = murmur(name.encode(), _SEED)
    return state - (1 << 32) if state >> 31 else state


def murmur(data: bytes, seed: int) -> int:
    """MurmurHash3 for x86, 32 bits."""
    state = seed
    whole = len(data) & ~3
    for (block,) in struct.iter_unpack("<I", data[:whole]):
        state = (_turned(state ^ _mixed(block), 13) * 5 + 0xE6546B64) & _WORD
    state ^= _mixed(int.from_bytes(data[whole:], "little"))
    state ^= len(data)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        state = ((state ^ state >> shift) * factor) & _WORD
    return state


def peer_of(number: int) -> str:
    """Who a peer number means, as Telegram's other clients write it: users by number, groups and channels by its negative.

    The space of the number (user, group, channel, secret chat) is in bits 32 to 34, the number itself in the rest.
    """
    unsigned = number & ((1 << 64) - 1)
    space, own = unsigned >> 32 & 7, (unsigned >> 35) << 32 | unsigned & _WORD
    if space == 0:
        return str(own)
    return str(-own) if space in {1, 2} else f"secret chat {own}" if space == 3 else f"peer {number}"


def _mixed(block: int) -> int:
    return (_turned(block * 0xCC9E2D51 & _WORD, 15) * 0x1B873593) & _WORD


def _turned(value: int, bits: int) -> int:
    return (value << bits | value >> (32 - bits)) & _WORD


def _fields(data: Bytes, depth: int) -> dict[str, Any]:
    if depth > MOST_DEPTH:
        raise Malformed("objects of Telegram's store lie too deep in each other")
    found: dict[str, Any] = {}
    while data.left:
        name = data.taken(data.byte()).decode("utf-8", "backslashreplace")
        found[name] = _value(data, data.byte(), depth)
    return found


def _value(data: Bytes, kind: int, depth: int) -> Any:  # noqa: ANN401  # a value is of any type
    """One value by its type. Raises Malformed for a type that there is not."""

    def thing() -> dict[str, Any]:
        number = data.integer()
        return {CLASS: number, **_fields(Bytes(data.block()), depth + 1)}

    readers: dict[int, Callable[[], Any]] = {
        0: data.integer,
        1: data.long,
        2: lambda: data.byte() != 0,
        3: lambda: struct.unpack("<d", data.taken(8))[0],
        4: data.text,
        5: thing,
        6: lambda: data.many(data.integer),
        7: lambda: data.many(data.long),
        8: lambda: data.many(thing),
        9: lambda: data.many(lambda: (thing(), thing())),
        10: data.block,
        11: lambda: None,
        12: lambda: data.many(data.text),
        13: lambda: data.many(data.block),
    }
    if kind not in readers:
        raise Malformed(f"a value of Telegram's store has the unknown type {kind}")
    return readers[kind]()
