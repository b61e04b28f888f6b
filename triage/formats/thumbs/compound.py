"""Compound files (OLE): the streams of the root, and where their bytes are. As much as `Thumbs.db` needs.

Source: Microsoft's [MS-CFB] (mark A): header of 512 bytes, a table of sectors (FAT) whose own sectors stand in the header and in chains of DIFAT
sectors, a directory of 128-byte rows, and small streams in sectors of 64 bytes inside the root's stream.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from triage.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.formats.thumbs import Readable

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_SECTORS = 1 << 20  # of a chain: 512 MiB at 512 bytes
_LAST = 0xFFFFFFFA  # from here on numbers are marks
_ROW = 128
_STREAM, _ROOT = 2, 5


class Stored(NamedTuple):
    """A stream of the file: its name and where its bytes are."""

    name: str
    pieces: tuple[tuple[int, int], ...]


class Compound:
    """Raises Malformed where the header, the table or the directory cannot be followed."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        stream.seek(0)
        head = stream.read(512)
        if len(head) < 512 or not head.startswith(MAGIC):
            raise Malformed("no compound file")
        shift, small = struct.unpack_from("<HH", head, 30)
        if shift not in {9, 12} or small != 6:
            raise Malformed("a compound file with sectors of an unknown size")
        self._sector, self._small = 1 << shift, 1 << small
        self._first, self._cutoff, self._mini = (
            struct.unpack_from("<I", head, 48)[0],
            *struct.unpack_from("<II", head, 56),
        )
        self._table = self._whole_table(head)

    def streams(self) -> Iterator[Stored]:
        """The streams in the order of the directory. Raises Malformed."""
        rows = self._joined(self._chain(self._first))
        root = next((row for row in _rows(rows) if row[1] == _ROOT), None)
        inside = self._chain(root[2]) if root else []
        mini = self._numbers(self._chain(self._mini))
        for name, kind, first, size in _rows(rows):
            if kind == _STREAM and size:
                pieces = (
                    self._pieces(first, size) if size >= self._cutoff else self._small_pieces(first, size, mini, inside)
                )
                yield Stored(name, pieces)

    def read(self, pieces: tuple[tuple[int, int], ...], most: int) -> bytes:
        """The bytes of a stream, `most` of them at the longest."""
        out = bytearray()
        for offset, size in pieces:
            self._stream.seek(offset)
            out += self._stream.read(min(size, most - len(out)))
            if len(out) >= most:
                break
        return bytes(out)

    def _whole_table(self, head: bytes) -> list[int]:
        places = [number for number in struct.unpack_from("<109I", head, 76) if number < _LAST]
        following, seen = struct.unpack_from("<I", head, 68)[0], 0
        while following < _LAST and seen < 1024:
            numbers = self._numbers([following])
            places += [number for number in numbers[:-1] if number < _LAST]
            following, seen = (numbers[-1] if numbers else _LAST), seen + 1
        return self._numbers(places[: MOST_SECTORS // 128])

    def _numbers(self, sectors: list[int]) -> list[int]:
        data = self._joined(sectors)
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def _joined(self, sectors: list[int]) -> bytes:
        return b"".join(self._sector_bytes(number) for number in sectors)

    def _sector_bytes(self, number: int) -> bytes:
        self._stream.seek((number + 1) * self._sector)
        return self._stream.read(self._sector)

    def _chain(self, first: int, table: list[int] | None = None) -> list[int]:
        """The sectors of a chain; one that leads in a circle ends where it began to."""
        numbers, at, seen = self._table if table is None else table, first, set[int]()
        found: list[int] = []
        while at < _LAST and at not in seen and len(found) < MOST_SECTORS:
            seen.add(at)
            found.append(at)
            at = numbers[at] if at < len(numbers) else _LAST
        return found

    def _pieces(self, first: int, size: int) -> tuple[tuple[int, int], ...]:
        places = [(number + 1) * self._sector for number in self._chain(first)]
        return _cut(places, self._sector, size)

    def _small_pieces(self, first: int, size: int, mini: list[int], inside: list[int]) -> tuple[tuple[int, int], ...]:
        share = self._sector // self._small
        places = [
            (inside[number // share] + 1) * self._sector + number % share * self._small
            for number in self._chain(first, mini)
            if number // share < len(inside)
        ]
        return _cut(places, self._small, size)


def _cut(places: list[int], length: int, size: int) -> tuple[tuple[int, int], ...]:
    """Pieces of one length, the last one cut to what the stream has; neighbours joined."""
    pieces: list[tuple[int, int]] = []
    for place in places:
        taken = min(length, size)
        if taken <= 0:
            break
        if pieces and sum(pieces[-1]) == place:
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + taken)
        else:
            pieces.append((place, taken))
        size -= taken
    return tuple(pieces)


def _rows(data: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Name, kind, first sector and size of each row of the directory."""
    for at in range(0, len(data) - _ROW + 1, _ROW):
        length, kind = struct.unpack_from("<HB", data, at + 64)
        first, size = struct.unpack_from("<II", data, at + 116)
        if kind in {_STREAM, _ROOT} and 2 <= length <= 64:
            yield data[at : at + length - 2].decode("utf-16-le", "replace"), kind, first, size
