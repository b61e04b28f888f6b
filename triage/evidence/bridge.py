"""A medium for The Sleuth Kit: the engine asks for bytes of the virtual disk and gets them from our reader.

The engine asks in pieces of 64 KiB at most; they are served from aligned blocks of that size, because every request costs a call
into Python; a medium that keeps what it unpacks is asked directly. Where reading goes on from block to block, several are read at once. It jumps from folder to folder when it lists:
unpacking a MiB of a compressed image for each would cost ten times what is asked for.
"""

from __future__ import annotations

from collections import OrderedDict

from triage.errors import Truncated
from triage.evidence.engine import translated, tsk
from triage.evidence.streams import ReadOnly

BLOCK = 1 << 16
KEPT = 1024
AHEAD = 16


class EngineBytes(ReadOnly):
    """The bytes of an image as the engine reads them."""

    def __init__(self, image: tsk.Img_Info, size: int) -> None:
        super().__init__(size)
        self._image = image

    def _at(self, offset: int, size: int) -> bytes:
        try:
            data: bytes = self._image.read(offset, size)
        except OSError as error:
            raise translated(error, f"the image cannot be read at byte {offset}") from error
        if len(data) < size:
            raise _cut_short(offset + len(data), size - len(data))
        return data


class Piece(ReadOnly):
    """The content of a file that lies in one piece: `size` bytes of a medium from `start` on."""

    def __init__(self, medium: ReadOnly, start: int, size: int) -> None:
        super().__init__(size)
        self._medium, self._start = medium, start

    def _at(self, offset: int, size: int) -> bytes:
        return exactly(self._medium, self._start + offset, size)


def exactly(medium: ReadOnly, offset: int, size: int) -> bytes:
    """So many bytes of a medium. Raises Truncated where it ends before."""
    data = medium.at(offset, size)
    if len(data) < size:
        raise _cut_short(offset + len(data), size - len(data))
    return data


def _cut_short(end: int, missing: int) -> Truncated:
    return Truncated(f"the image ends at byte {end}, {missing} bytes too early")


class EngineImage(tsk.Img_Info):  # type: ignore[misc]  # the engine's class has no types
    """An `Img_Info` over a `Medium`, or any other content. Damage met on the way is remembered by the medium."""

    def __init__(self, medium: ReadOnly) -> None:
        self._medium = medium
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._following = 0  # the block behind the last one asked for
        super().__init__(url="", type=tsk.TSK_IMG_TYPE_EXTERNAL)

    def get_size(self) -> int:
        """Bytes of the virtual disk."""
        return self._medium.size

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes; fewer at the end of the disk."""
        end = min(offset + size, self._medium.size)
        if offset >= end:
            return b""
        if size > BLOCK or self._medium.keeps:
            return self._medium.at(offset, end - offset)
        first, last = offset // BLOCK, (end - 1) // BLOCK
        upto = last + (AHEAD if self._following - 1 <= first <= self._following else 1)
        self._following = last + 1
        data = b"".join(self._block(number, upto) for number in range(first, last + 1))
        return data[offset - first * BLOCK : end - first * BLOCK]

    def close(self) -> None:
        """Close the medium, and let go of what was read ahead."""
        self._blocks.clear()
        self._medium.close()

    def _block(self, number: int, upto: int) -> bytes:
        block = self._blocks.get(number)
        if block is None:
            block = self._fetched(number, upto - number)
        self._blocks.move_to_end(number)
        return block

    def _fetched(self, number: int, count: int) -> bytes:
        """Read some blocks from this one on and keep them; the oldest give way."""
        data = self._medium.at(number * BLOCK, count * BLOCK)
        for place in range(0, max(len(data), 1), BLOCK):
            self._blocks[number + place // BLOCK] = data[place : place + BLOCK]
        while len(self._blocks) > KEPT:
            self._blocks.popitem(last=False)
        return self._blocks[number]
