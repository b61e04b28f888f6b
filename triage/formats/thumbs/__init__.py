"""Stores of cached pictures: many small pictures in one file. Each parser yields the pictures as `Cell`s, in the order of the file."""

from __future__ import annotations

from typing import NamedTuple, Protocol

KINDS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG", "png"), (b"BM", "bmp"), (b"GIF8", "gif"), (b"RIFF", "webp"))
MOST_BYTES = 32 << 20  # of one cached picture


class Readable(Protocol):
    """What is needed of a stream."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move the position."""
        ...

    def read(self, size: int = -1, /) -> bytes:
        """Bytes from the position on."""
        ...


class Cell(NamedTuple):
    """One cached picture: its name in the store, the number that finds it again, where its bytes are (offset, size), in order.

    `head` stands before them where the store keeps pixels without a header (`bitmaps`): what it says of size and layout lies elsewhere.
    """

    name: str
    number: int
    pieces: tuple[tuple[int, int], ...]
    head: bytes = b""

    @property
    def size(self) -> int:
        """Of the picture, in bytes."""
        return len(self.head) + sum(size for _, size in self.pieces)


def ending(head: bytes) -> str | None:
    """The extension of a picture by its first bytes; None where it is no picture of a kind that caches hold."""
    return next((name for start, name in KINDS if head.startswith(start)), None)
