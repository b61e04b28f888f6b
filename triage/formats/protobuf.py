"""Protocol buffers without their schema: numbered fields as the wire has them. Reference: the published encoding (mark A).

The wire does not say whether a length-delimited field is text, bytes or a message inside; the reader of a format knows, and asks.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from triage.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FIELDS = 100_000
DEEPEST = 32
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5


class Fields:
    """The fields of one message by number, each in the order it came. Raises Malformed when it is made from broken bytes.

    `number` and `text` give the last value of a field, as the encoding wants it, or None.
    """

    def __init__(self, data: bytes, *, depth: int = 0) -> None:
        self._depth = depth
        self._found: dict[int, list[int | bytes]] = {}
        for number, value in wire(data):
            self._found.setdefault(number, []).append(value)

    def __contains__(self, number: int) -> bool:
        return number in self._found

    def __iter__(self) -> Iterator[int]:
        return iter(self._found)

    def all(self, number: int) -> list[int | bytes]:
        """Every value of a field: whole numbers without sign, or bytes."""
        return self._found.get(number, [])

    def number(self, number: int) -> int | None:
        """A whole number (varint or fixed), without sign."""
        value = self._last(number)
        return value if isinstance(value, int) else None

    def signed(self, number: int) -> int | None:
        """A varint as int64: two's complement."""
        value = self.number(number)
        return value - (1 << 64) if value is not None and value >= 1 << 63 else value

    def double(self, number: int) -> float | None:
        """A fixed field of 64 bits as a floating number."""
        value = self.number(number)
        return None if value is None else float(struct.unpack("<d", value.to_bytes(8, "little"))[0])

    def real(self, number: int) -> float | None:
        """A fixed field of 32 bits as a floating number."""
        value = self.number(number)
        return None if value is None or value >> 32 else float(struct.unpack("<f", value.to_bytes(4, "little"))[0])

    def data(self, number: int) -> bytes | None:
        """A length-delimited field as bytes."""
        value = self._last(number)
        return value if isinstance(value, bytes) else None

    def text(self, number: int) -> str | None:
        """A length-delimited field as UTF-8; None where it is none, or empty."""
        try:
            return (self.data(number) or b"").decode() or None
        except UnicodeDecodeError:
            return None

    def inside(self, number: int) -> Fields | None:
        """The last message in a field; None where there is none, or it cannot be read as one."""
        return next(reversed(self.messages(number)), None)

    def messages(self, number: int) -> list[Fields]:
        """Every message in a field that can be read as one."""
        if self._depth >= DEEPEST:
            return []
        return [made for value in self.all(number) if (made := _made(value, self._depth + 1)) is not None]

    def _last(self, number: int) -> int | bytes | None:
        values = self._found.get(number)
        return values[-1] if values else None


def wire(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field in order. Raises Malformed behind the last that can be had."""
    at = count = 0
    while at < len(data):
        key, at = varint(data, at)
        count += 1
        if count > MOST_FIELDS:
            raise Malformed(f"more than {MOST_FIELDS} fields in one message")
        value, at = _value(data, at, key & 7)
        if key >> 3 == 0:
            raise Malformed(f"a field without a number before byte {at}")
        yield key >> 3, value


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, at most ten bytes, and where it ends. Raises Malformed."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & ((1 << 64) - 1), at
    raise Malformed(f"a number that does not end at byte {at}")


def _value(data: bytes, at: int, kind: int) -> tuple[int | bytes, int]:
    if kind == _VARINT:
        return varint(data, at)
    if kind == _BYTES:
        size, at = varint(data, at)
        end = at + size
    else:
        end = at + {_EIGHT: 8, _FOUR: 4}.get(kind, len(data) + 1)
    if end > len(data):
        raise Malformed(f"a field of kind {kind} reaches beyond the end at byte {at}")
    raw = data[at:end]
    return (raw if kind == _BYTES else int.from_bytes(raw, "little")), end


def _made(value: int | bytes, depth: int) -> Fields | None:
    if not isinstance(value, bytes):
        return None
    try:
        return Fields(value, depth=depth)
    except Malformed:
        return None
