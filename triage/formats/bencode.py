"""Bencode, in which BitTorrent and its clients store what they know. Reference: BEP 3 (mark A).

`i12e` a number, `4:spam` bytes, `l...e` a list, `d...e` a dictionary of bytes to values.
"""

from __future__ import annotations

import re

from triage.errors import LimitReached, Malformed, Truncated

Value = int | bytes | list["Value"] | dict[bytes, "Value"]

DEEPEST = 64
MOST_VALUES = 2_000_000
_NUMBER = re.compile(rb"i(-?\d{1,20})e")
_LENGTH = re.compile(rb"(\d{1,10}):")


def loads(data: bytes) -> dict[bytes, Value]:
    """The dictionary that begins the data; what follows it is not looked at. Raises Malformed, Truncated, LimitReached."""
    value = _Reader(data).value(0)
    if not isinstance(value, dict):
        raise Malformed("the bencoded data is no dictionary")
    return value


def span(data: bytes, key: bytes) -> bytes | None:
    """The exact bytes of one value of the outer dictionary: what an info hash is made over. Raises as `loads` does."""
    reader = _Reader(data)
    if data[:1] != b"d":
        raise Malformed("the bencoded data is no dictionary")
    reader.at = 1
    while data[reader.at : reader.at + 1] not in {b"e", b""}:
        name = reader.text()
        begin = reader.at
        reader.value(1)
        if name == key:
            return data[begin : reader.at]
    return None


def text(value: Value | None) -> str | None:
    """Bytes as text; bytes that are none are escaped. None where there are none."""
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) and value else None


def number(value: Value | None) -> int | None:
    """A whole number."""
    return value if isinstance(value, int) else None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self.at, self._count = data, 0, 0

    def value(self, depth: int) -> Value:
        self._count += 1
        if depth > DEEPEST or self._count > MOST_VALUES:
            raise LimitReached("the bencoded data has more values, or deeper ones, than are read")
        first = self._data[self.at : self.at + 1]
        if first == b"i":
            return int(self._matched(_NUMBER)[1])
        if first == b"l":
            return self._list(depth)
        if first == b"d":
            return self._dictionary(depth)
        return self.text()

    def text(self) -> bytes:
        length = int(self._matched(_LENGTH)[1])
        piece = self._data[self.at : self.at + length]
        if len(piece) < length:
            raise Truncated(f"the bencoded data breaks off at byte {self.at}")
        self.at += length
        return piece

    def _list(self, depth: int) -> list[Value]:
        self.at += 1
        found: list[Value] = []
        while not self._ended():
            found.append(self.value(depth + 1))
        return found

    def _dictionary(self, depth: int) -> dict[bytes, Value]:
        self.at += 1
        found: dict[bytes, Value] = {}
        while not self._ended():
            key = self.text()
            found[key] = self.value(depth + 1)
        return found

    def _ended(self) -> bool:
        if self.at >= len(self._data):
            raise Truncated("the bencoded data breaks off")
        if self._data[self.at : self.at + 1] != b"e":
            return False
        self.at += 1
        return True

    def _matched(self, pattern: re.Pattern[bytes]) -> re.Match[bytes]:
        found = pattern.match(self._data, self.at)
        if found is None:
            raise Malformed(f"no bencoded value at byte {self.at}")
        self.at = found.end()
        return found
