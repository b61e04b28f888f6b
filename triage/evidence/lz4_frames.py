"""LZ4 frames: blocks of at most 4 MiB, one behind the other, perhaps each building on the 64 KiB before it.

Source: "LZ4 Frame Format Description" 1.6 and "LZ4 Block Format Description" (Y. Collet), mark A. The checksums, XXH32, are
not computed: no library at hand does, and in Python it would take longer than everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Unsupported
from triage.evidence.unpack import lz4_unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"\x04\x22\x4d\x18"
HISTORY = 1 << 16
_LARGEST = {4: 64 << 10, 5: 256 << 10, 6: 1 << 20, 7: 4 << 20}
_STORED = 1 << 31


class Lz4Frame:
    """One frame. Takes packed data in pieces of any size; what follows the frame is in `unused_data`."""

    def __init__(self) -> None:
        self._packed = bytearray()
        self._largest = 0  # bytes of a block; 0: the header was not seen yet
        self._linked = self._block_sums = self._sum = False
        self._history = b""
        self.eof, self.unused_data = False, b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpacked pieces of at most 4 MiB. Raises Malformed, Unsupported."""
        self._packed += data
        if not self._largest and not self._start():
            return
        at = 0
        while not self.eof and (block := self._block(at)) is not None:
            stored, body, at = block
            yield self._unpacked(stored, body)
        if self.eof:
            self.unused_data = bytes(self._packed[at + 4 + 4 * self._sum :])
        del self._packed[:at]

    def _start(self) -> bool:
        """Magic, flags, largest block, perhaps the size (8) and a dictionary (4), a byte of checksum."""
        if len(self._packed) < 7:
            return False
        flags, block = self._packed[4], self._packed[5]
        length = 7 + (8 if flags & 8 else 0)
        if len(self._packed) < length:
            return False
        self._largest = _LARGEST.get(block >> 4 & 7, 0)
        if flags >> 6 != 1 or not self._largest:
            raise Malformed("the header of the LZ4 data is damaged")
        if flags & 1:
            raise Unsupported("packed by LZ4 with a dictionary that is not in the file")
        self._linked, self._block_sums, self._sum = not flags & 0x20, bool(flags & 0x10), bool(flags & 4)
        del self._packed[:length]
        return True

    def _block(self, at: int) -> tuple[bool, bytes, int] | None:
        """Whether it is stored, its bytes, and where the next one starts; None where it is not there as a whole."""
        mark = int.from_bytes(self._packed[at : at + 4], "little")
        if len(self._packed) < at + 4 + (4 * self._sum if not mark else 0):
            return None
        if not mark:
            self.eof = True
            return None
        size = mark & ~_STORED
        if size > self._largest:
            raise Malformed(f"a block of the LZ4 data claims {size} bytes")
        end = at + 4 + size
        if len(self._packed) < end + 4 * self._block_sums:
            return None
        return bool(mark & _STORED), bytes(self._packed[at + 4 : end]), end + 4 * self._block_sums

    def _unpacked(self, stored: bool, body: bytes) -> bytes:  # noqa: FBT001  # the fact the block itself states first
        if stored:
            made = body
        elif self._linked and self._history:
            made = linked_block(body, self._history, self._largest)
        else:
            made = lz4_unpacked(body, self._largest)
        if self._linked:
            self._history = (self._history + made)[-HISTORY:]
        return made


def linked_block(body: bytes, history: bytes, most: int) -> bytes:
    """An LZ4 block that may refer to what was unpacked before it. Raises Malformed."""
    made, at, start = bytearray(history), 0, len(history)
    try:
        while True:
            token = body[at]
            count, at = _long(body, at + 1, token >> 4)
            made += body[at : at + count]
            at += count
            if at >= len(body):
                break
            back = body[at] | body[at + 1] << 8
            count, at = _long(body, at + 2, token & 15)
            _repeat(made, back, count + 4)
            if len(made) - start > most:
                break
    except (IndexError, EvidenceError) as error:
        raise Malformed("the packed content is damaged: a block of its LZ4 data cannot be unpacked") from error
    if at != len(body) or len(made) - start > most:
        raise Malformed("the packed content is damaged: a block of its LZ4 data has the wrong length")
    return bytes(made[start:])


def _long(body: bytes, at: int, count: int) -> tuple[int, int]:
    """A length of four bits, continued in further bytes where all four are set."""
    if count == 15:
        while (more := body[at]) == 255:
            count, at = count + 255, at + 1
        count, at = count + more, at + 1
    return count, at


def _repeat(made: bytearray, back: int, count: int) -> None:
    """Copy from `back` bytes before the end, which may overlap what is being made."""
    if not 0 < back <= len(made):
        raise Malformed("a copy from before the start")
    piece = made[len(made) - back :]
    made += (piece * (count // back + 1))[:count] if back < count else piece[:count]
