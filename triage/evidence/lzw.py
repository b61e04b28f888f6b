"""The packing of `compress` (.Z): LZW with codes of 9 to 16 bits. Its memory is bounded; its speed is that of Python.

Source: compress.c of ncompress (public domain), mark A: two magic bytes, a byte of flags (lower five bits: bits of the longest code;
0x80: code 256 clears the table), codes from the lowest bit up. Codes come in groups of eight of one width; where the width
changes or the table is cleared, what is left of the group is skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import Malformed, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"\x1f\x9d"
PIECE = 1 << 18
_HEAD = 3
_CLEAR = 256
_NARROWEST, _WIDEST = 9, 16
_GROUP = 8  # codes
_KEPT_WHOLE = 512  # bytes: a longer string is kept as a shorter one and a byte, or 65,536 of them would take gigabytes

_Kept = bytes | tuple[int, int]


class Lzw:
    """Takes packed data in pieces of any size. Nothing marks the end: it ends with the data."""

    unused_data = b""
    eof = False

    def __init__(self) -> None:
        self._packed = bytearray()
        self._most = self._first = 0
        self._table: list[_Kept] = []
        self._width, self._at, self._inside = _NARROWEST, 0, 0  # start of the group in bytes, codes of it taken
        self._last, self._last_code = b"", 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpacked pieces of bounded size. Raises Malformed, Unsupported."""
        self._packed += data
        if not self._most and not self._start():
            return
        made = bytearray()
        while (code := self._code()) is not None:
            made += self._string(code)
            if len(made) >= PIECE:
                yield bytes(made)
                made.clear()
        yield bytes(made)
        dropped = min(self._at, len(self._packed))  # a group that is skipped may end behind what is here
        del self._packed[:dropped]
        self._at -= dropped

    def _start(self) -> bool:
        if len(self._packed) < _HEAD:
            return False
        flags = self._packed[2]
        self._most, self._first = flags & 0x1F, 257 if flags & 0x80 else 256
        if not _NARROWEST <= self._most <= _WIDEST or flags & 0x60:
            raise Unsupported(f"packed by an unknown kind of `compress` (flags {flags:#x})")
        self._at = _HEAD
        self._clear()
        return True

    def _clear(self) -> None:
        self._table = [*(bytes((value,)) for value in range(256)), *[b""] * (self._first - 256)]
        self._last = b""

    def _code(self) -> int | None:
        """The next code; None where the data do not hold a whole one."""
        width, bit = self._width, self._inside * self._width
        start = self._at + bit // 8
        if len(self._packed) * 8 < self._at * 8 + bit + width:
            return None
        value = int.from_bytes(self._packed[start : start + 3], "little") >> bit % 8
        self._inside += 1
        if self._inside == _GROUP:
            self._regroup(width)
        return value & ((1 << width) - 1)

    def _regroup(self, width: int) -> None:
        """Skip what is left of the group; the next one has codes of this width."""
        if self._inside:
            self._at += self._width
        self._inside, self._width = 0, width

    def _string(self, code: int) -> bytes:
        """What a code stands for; learns the string behind the one before it."""
        if code == _CLEAR and self._first > _CLEAR:
            self._regroup(_NARROWEST)
            self._clear()
            return b""
        table = self._table
        if code < len(table):
            found = self._whole(code)
        elif code == len(table) and self._last:
            found = self._last + self._last[:1]
        else:
            raise Malformed("the packed content is damaged: a code that stands for nothing yet")
        if self._last and len(table) < 1 << self._most:
            table.append(self._last + found[:1] if len(self._last) < _KEPT_WHOLE else (self._last_code, found[0]))
        if len(table) == 1 << self._width and self._width < self._most:
            self._regroup(self._width + 1)
        self._last, self._last_code = found, code
        return found

    def _whole(self, code: int) -> bytes:
        kept, behind = self._table[code], bytearray()
        while isinstance(kept, tuple):
            code, byte = kept
            behind.append(byte)
            kept = self._table[code]
        return kept + bytes(reversed(behind))
