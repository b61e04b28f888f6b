"""Boxes of ISO base media (MP4, MOV, 3GP, CR3) that hold metadata: small ones alone, by name, in bounded work.

Source: ISO/IEC 14496-12 section 4.2 (mark A).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BOXES = 4096
MOST_BYTES = 4 << 20
DEEPEST = 8


def boxes_in(stream: BinaryIO, opened: tuple[bytes, ...]) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each box at the top and, in place of themselves, of those inside the boxes named `opened`.

    Of a box of more than 4 MiB the content is left empty. Ends where no box can follow.
    """
    end = stream.seek(0, 2)
    yield from _within(stream, (0, end), opened, [MOST_BOXES, DEEPEST])


def _within(
    stream: BinaryIO, extent: tuple[int, int], opened: tuple[bytes, ...], left: list[int]
) -> Iterator[tuple[bytes, bytes]]:
    """`left`: how many boxes and how many levels may still be looked at."""
    at, end = extent
    while at + 8 <= end and left[0] > 0:
        left[0] -= 1
        stream.seek(at)
        head = stream.read(16)
        size, start = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, start = int.from_bytes(head[8:16], "big"), 16
        size = size or end - at
        if size < start or at + size > end:
            return
        if head[4:8] in opened and left[1]:
            left[1] -= 1
            yield from _within(stream, (at + start, at + size), opened, left)
            left[1] += 1
        else:
            stream.seek(at + start)
            yield head[4:8], stream.read(size - start) if size <= MOST_BYTES else b""
        at += size
