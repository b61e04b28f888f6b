"""The pages of a database file read without SQLite: rows of tables whose pages SQLite refuses, one cell after the other.

Reference: the published file format (mark A). Every number is checked before it is followed: page numbers against the file,
lengths against limits, a page is looked at once.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from triage.formats.sqlite_copy import MAGIC, page_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    Value = int | float | str | bytes | None

LEAF, INTERIOR = 0x0D, 0x05
_ENCODINGS = {1: "utf-8", 2: "utf-16-le", 3: "utf-16-be"}
_MOST_COLUMNS = 2000
_WHOLE = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # serial type and bytes
_REAL = 7


class Row(NamedTuple):
    """A row as its cell has it; an INTEGER PRIMARY KEY is None among the values and stands in `rowid`."""

    rowid: int
    values: list[Value]


class Pages:
    """The pages of an open file. `most` bounds the bytes of one row. Raises nothing: what cannot be read is not there."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most
        file.seek(0)
        head = file.read(100)
        size = page_size(head)
        self.sound = head.startswith(MAGIC) and 512 <= size <= 65536 and size & (size - 1) == 0
        self.size = size if self.sound else 4096
        self._usable = self.size - (head[20] if len(head) > 20 else 0)
        self._encoding = _ENCODINGS.get(int.from_bytes(head[56:60], "big"), "utf-8")
        self.count = file.seek(0, 2) // self.size if self.sound else 0
        self.seen: set[int] = set()
        self._free = self._freelist(head)

    def rows(self, root: int) -> Iterator[Row | None]:
        """The rows of the table at `root`; None for each page that should belong to it and cannot be read."""
        waiting = [root]
        while waiting:
            number = waiting.pop()
            if number in self.seen:
                continue
            data = self.page(number)
            self.seen.add(number)
            start = 100 if number == 1 else 0
            kind = data[start] if len(data) > start + 12 else 0
            if kind == LEAF:
                yield from self.leaf(data, start)
            elif kind == INTERIOR:
                waiting.extend(reversed(self._children(data, start)))
            else:
                yield None

    def orphans(self) -> Iterator[bytes]:
        """Leaf pages of tables that no table reached and that are not free."""
        for number in range(2, self.count + 1):
            if number not in self.seen and number not in self._free:
                data = self.page(number)
                if data[:1] == bytes([LEAF]):
                    yield data

    def leaf(self, data: bytes, start: int = 0) -> Iterator[Row]:
        """The rows in the cells of a leaf page; a cell that makes no sense is left out."""
        count = int.from_bytes(data[start + 3 : start + 5], "big")
        for number in range(min(count, self.size // 4)):
            at = int.from_bytes(data[start + 8 + 2 * number : start + 10 + 2 * number], "big")
            if 0 < at < self._usable and (row := self._row(data, at)) is not None:
                yield row

    def page(self, number: int) -> bytes:
        """The bytes of a page, numbered from 1; none where the file has no such page."""
        if not 1 <= number <= self.count:
            return b""
        self._file.seek((number - 1) * self.size)
        return self._file.read(self.size)

    def _children(self, data: bytes, start: int) -> list[int]:
        count = min(int.from_bytes(data[start + 3 : start + 5], "big"), self.size // 4)
        pointers = [int.from_bytes(data[at : at + 2], "big") for at in range(start + 12, start + 12 + 2 * count, 2)]
        found = [int.from_bytes(data[at : at + 4], "big") for at in pointers if 0 < at <= self.size - 4]
        return [*found, int.from_bytes(data[start + 8 : start + 12], "big")]

    def _row(self, data: bytes, at: int) -> Row | None:
        size, at = _varint(data, at)
        rowid, at = _varint(data, at)
        if not 0 < size <= self._most:
            return None
        payload = self._payload(data, at, size)
        values = None if payload is None else self._values(payload)
        return None if values is None else Row(rowid - (1 << 64) if rowid >= 1 << 63 else rowid, values)

    def _payload(self, data: bytes, at: int, size: int) -> bytes | None:
        """What is in the cell itself and in the chain of pages behind it; what is missing at its end is left out."""
        largest = self._usable - 35
        local = size
        if size > largest:
            least = (self._usable - 12) * 32 // 255 - 23
            local = least + (size - least) % (self._usable - 4)
            local = least if local > largest else local
        parts = [data[at : at + local]]
        if local == size:
            return parts[0] if len(parts[0]) == size else None
        number = int.from_bytes(data[at + local : at + local + 4], "big")
        left, chain = size - local, 0
        while left > 0 and number and chain <= self.count:
            page = self.page(number)
            self.seen.add(number)
            parts.append(page[4 : 4 + min(left, self._usable - 4)])
            left -= len(parts[-1]) or left
            number, chain = int.from_bytes(page[:4], "big"), chain + 1
        return b"".join(parts)

    def _values(self, payload: bytes) -> list[Value] | None:
        """The values of a record; None where its header makes no sense. Values beyond the payload's end are cut."""
        size, at = _varint(payload, 0)
        if not 0 < size <= len(payload):
            return None
        kinds: list[int] = []
        while at < size and len(kinds) < _MOST_COLUMNS:
            kind, at = _varint(payload, at)
            kinds.append(kind)
        values: list[Value] = []
        at = size
        for kind in kinds:
            if kind in {10, 11}:
                return None
            width = _WHOLE.get(kind, 8 if kind == _REAL else (kind - 12) // 2 if kind >= 12 else 0)
            values.append(self._value(kind, payload[at : at + width]))
            at += width
        return values

    def _value(self, kind: int, raw: bytes) -> Value:
        if kind == _REAL:
            return float(struct.unpack(">d", raw)[0]) if len(raw) == 8 else None
        if kind >= 12:
            return raw if kind % 2 == 0 else raw.decode(self._encoding, "replace")
        if kind in _WHOLE:
            return int.from_bytes(raw, "big", signed=True)
        return {8: 0, 9: 1}.get(kind)

    def _freelist(self, head: bytes) -> set[int]:
        """Pages that belong to nothing: what they hold was deleted."""
        found: set[int] = set()
        trunk = int.from_bytes(head[32:36], "big")
        while trunk and trunk not in found and trunk <= self.count:
            found.add(trunk)
            page = self.page(trunk)
            count = min(int.from_bytes(page[4:8], "big"), self.size // 4 - 2)
            found.update(int.from_bytes(page[8 + 4 * at : 12 + 4 * at], "big") for at in range(count))
            trunk = int.from_bytes(page[:4], "big")
        return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of up to nine bytes, big-endian, seven bits a byte and eight in the ninth. 0 beyond the end."""
    value = 0
    for count in range(9):
        if at >= len(data):
            return 0, at
        byte = data[at]
        at += 1
        if count == 8:
            return value << 8 | byte, at
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    return value, at
