"""Files as eMule and its relatives store them: `known.met`, `known2.met`'s neighbours, `*.part.met`.

An entry: time (Unix seconds), eD2k hash (16 bytes), 16 bits of number of parts, as many hashes, 32 bits of number of tags. A tag: type
(bit 80: a name of one byte follows, else 16 bits of length and the name), value. Reference: eMule's source as public parsers describe it
(mark B), and a public known.met (mark A).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from triage.errors import Malformed, Truncated

Value = int | float | str | bytes

MOST_ENTRIES = 1_000_000
MOST_TAGS = 10_000
_FIXED = {3: "<I", 4: "<f", 5: "<B", 8: "<H", 9: "<B", 11: "<Q"}


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One file. `at` is where its entry begins; `changed` Unix seconds; tags by name: a number, or the bytes of the name."""

    at: int
    changed: int
    hash: bytes
    tags: dict[int | bytes, Value] = field(default_factory=dict)


class Tags:
    """Reads entries one after the other. Every method raises Truncated, Malformed."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self.at = data, at

    def entry(self) -> KnownFile:
        """The entry that begins here."""
        at = self.at
        changed, digest = self._number("<I"), self._bytes(16)
        self._bytes(16 * self._number("<H"))
        count = self._number("<I")
        if count > MOST_TAGS:
            raise Malformed(f"a file with {count} tags at byte {at}")
        tags: dict[int | bytes, Value] = {}
        for _ in range(count):
            name, value = self._tag()
            tags.setdefault(name, value)
        return KnownFile(at, changed, digest, tags)

    def _tag(self) -> tuple[int | bytes, Value]:
        kind = self._number("<B")
        if kind & 0x80:
            kind &= 0x7F
            return self._number("<B"), self._value(kind)
        raw = self._bytes(self._number("<H"))
        return (raw[0] if len(raw) == 1 else raw), self._value(kind)

    def _value(self, kind: int) -> Value:
        if form := _FIXED.get(kind):
            size = struct.calcsize(form)
            found: int | float = struct.unpack(form, self._bytes(size))[0]
            return found
        if kind == 1:
            return self._bytes(16)
        if kind == 2:
            return self._text(self._number("<H"))
        if kind == 7:
            return self._bytes(self._number("<I"))
        if 0x11 <= kind <= 0x20:
            return self._text(kind - 0x10)
        raise Malformed(f"a tag of type {kind} before byte {self.at}")

    def _text(self, length: int) -> str:
        """UTF-8 behind a byte order mark, or as it stands; an older client wrote the code page of its computer."""
        raw = self._bytes(length).removeprefix(b"\xef\xbb\xbf")
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return raw.decode("cp1252", "backslashreplace")

    def _number(self, form: str) -> int:
        found: int = struct.unpack(form, self._bytes(struct.calcsize(form)))[0]
        return found

    def _bytes(self, size: int) -> bytes:
        piece = self._data[self.at : self.at + size]
        if len(piece) < size:
            raise Truncated(f"the list of files breaks off at byte {self.at}")
        self.at += size
        return piece
