"""TL, the serialisation of Telegram: little-endian words, strings padded to four bytes, a number before every object (mark A).

Strings: one byte of length, or FE and three; vectors: 1CB5C415 and a count. Reference: the published description of TL.
"""

from __future__ import annotations

import struct

from triage.errors import Malformed, Truncated

MOST_STRING = 1 << 22

# peers, by their number: 64 bits since layer 133, 32 before
_PEERS = {
    0x59511722: ("user", 8), 0x36C6019A: ("chat", 8), 0xA2A5371E: ("channel", 8),
    0x9DB1BC6D: ("user", 4), 0xBAD0E5BB: ("chat", 4), 0xBDDDE532: ("channel", 4),
}  # fmt: skip


class Reader:
    """Reads one value after the other. Raises Truncated, Malformed."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def word(self) -> int:
        """32 bits without sign: numbers of constructors, flags."""
        return int.from_bytes(self._taken(4), "little")

    def integer(self) -> int:
        """32 bits with sign."""
        return int.from_bytes(self._taken(4), "little", signed=True)

    def long(self) -> int:
        """64 bits with sign."""
        return int.from_bytes(self._taken(8), "little", signed=True)

    def double(self) -> float:
        """A floating number of 64 bits."""
        return float(struct.unpack("<d", self._taken(8))[0])

    def raw(self) -> bytes:
        """A byte string."""
        start = self.at
        size = self._taken(1)[0]
        if size == 0xFE:
            size = int.from_bytes(self._taken(3), "little")
        elif size == 0xFF:
            raise Malformed("a TL string has a length that there is not")
        if size > MOST_STRING:
            raise Malformed(f"a TL string of {size} bytes")
        value = self._taken(size)
        self.at += -(self.at - start) % 4
        return value

    def text(self) -> str:
        """A string; what is no UTF-8 is shown as escapes."""
        return self.raw().decode("utf-8", "backslashreplace")

    def peer(self) -> int:
        """The dialog number of a peer: a person's own, that of a group or channel negative, as `uid` has it."""
        number = self.word()
        if number not in _PEERS:
            raise Malformed(f"no peer of Telegram: constructor {number:08x}")
        kind, size = _PEERS[number]
        value = int.from_bytes(self._taken(size), "little", signed=True)
        return value if kind == "user" else -value

    def _taken(self, size: int) -> bytes:
        piece = self.data[self.at : self.at + size]
        if len(piece) < size:
            raise Truncated(f"the TL object breaks off at byte {self.at}")
        self.at += size
        return piece
