"""What a walker of a format sees: one contiguous stretch of the medium, from the start of a possible file on.

A walker asks for bytes by their offset in the possible file and says where that file ends. It never guesses: bytes that
the stretch does not have are `Truncated`, a structure that breaks is `Malformed`, and neither is carved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Truncated

if TYPE_CHECKING:
    from collections.abc import Iterator

Read = Callable[[int, int], bytes]  # offset on the medium, size -> at most `size` bytes, fewer only at its end
SECTOR = 512
_BUFFER = 64 << 10
_BLOCK = 1 << 20
_STEP = 4096
_DECODE = 24 << 20


class Piece:
    """A stretch of `size` bytes from `start` on the medium.

    `cost` counts the bytes that were fetched for it; of `decode` bytes of packed data the codes may be checked one by one.
    """

    def __init__(self, read: Read, start: int, size: int, decode: int = _DECODE) -> None:
        self._read = read
        self._start = start
        self.size = size
        self.cost = 0
        self.decode = decode
        self.proven = True  # a walker that could follow the frame only, and not check what is in it, takes this back
        self._held_from, self._held = 0, b""

    def at(self, offset: int, size: int) -> bytes:
        """Exactly `size` bytes. Raises Truncated where the stretch ends before."""
        data = self.upto(offset, size)
        if len(data) < size:
            raise Truncated(f"ends within the {size} bytes at {offset}")
        return data

    def upto(self, offset: int, size: int) -> bytes:
        """At most `size` bytes, fewer only where the stretch ends."""
        begin = offset - self._held_from
        if begin >= 0 and begin + size <= len(self._held):
            return self._held[begin : begin + size]
        wanted = min(max(size, _BUFFER), self.size - offset)
        if wanted <= 0:
            return b""
        self._held_from, self._held = offset, self._fetched(offset, wanted)
        self.cost += wanted
        return self._held[:size]

    def _fetched(self, offset: int, size: int) -> bytes:
        """Bytes as far as they can be read; what cannot be read ends the stretch."""
        try:
            return self._read(self._start + offset, size)
        except EvidenceError:
            parts: list[bytes] = []
            for at in range(offset, offset + size, _STEP):
                try:
                    parts.append(self._read(self._start + at, min(_STEP, offset + size - at)))
                except EvidenceError:
                    self.size = at
                    break
            return b"".join(parts)

    def number(self, offset: int, size: int, *, big: bool = True) -> int:
        """An unsigned number of `size` bytes."""
        return int.from_bytes(self.at(offset, size), "big" if big else "little")

    def need(self, end: int) -> int:
        """`end`, where the stretch reaches so far. Raises Truncated where it does not."""
        if end > self.size:
            raise Truncated(f"says it is at least {end} bytes long; {self.size} are there")
        return end

    def may_decode(self, size: int) -> bool:
        """Whether so many bytes may be decoded; they count as decoded then."""
        allowed = size <= self.decode
        self.decode -= size if allowed else 0
        return allowed

    def behind(self, offset: int) -> Piece:
        """What follows an offset, as a piece of its own."""
        return Piece(self._read, self._start + offset, max(0, self.size - offset))

    def blocks(self, offset: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Everything from `offset` to `end` in large blocks, each with its offset; a block starts on a sector."""
        while offset < end:
            block = self.at(offset, min(end - offset, _BLOCK - offset % SECTOR))
            yield offset, block
            offset += len(block)


def require(condition: object, message: str) -> None:
    """Raise Malformed unless the condition holds."""
    if not condition:
        raise Malformed(message)
