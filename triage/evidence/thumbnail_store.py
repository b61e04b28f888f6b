"""Stores of cached pictures as archives: each picture a file that is hashed, fingerprinted and matched like any other.

The picture is given as it is stored; what is known of its original is in its name, and `triage.caches` ties it to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Truncated, Unreadable
from triage.evidence.members import Member, MemberTree
from triage.evidence.streams import Memory, Window
from triage.formats.thumbs import android, compound, thumbcache, thumbs_db
from triage.model import Kind, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits
    from triage.formats.thumbs import Cell, Readable
    from triage.model import Entry, Locator, Step

FORMAT = "thumbs"


class ThumbnailStore:
    """The layer of one store."""

    format = FORMAT

    def __init__(self, stream: Stream, limits: Limits, _scratch: Path, _password: str | None = None) -> None:
        self._stream, self._limits = stream, limits
        self._cells: dict[int, Cell] | None = None
        self._problem: Problem | None = None

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """The pictures, in the order of the store. Names that occur twice are told apart by their number."""
        if folder is not None:
            return
        tree = MemberTree(within, FORMAT, self._limits)
        for cell in self._found().values():
            if tree.is_full():
                yield tree.full()
                break
            yield from tree.entries(Member(cell.name.replace("/", "_"), cell.number, Kind.FILE, cell.size))
        if self._problem is not None:
            yield self._problem

    def open(self, step: Step) -> Stream:
        """The picture. Raises Unreadable, Truncated."""
        cell = self._found().get(-1 if step.number is None else step.number)
        if cell is None:
            raise Unreadable("the store has no such picture")
        if len(cell.pieces) == 1:
            return Window(self._stream, *cell.pieces[0])
        data = b"".join(self._piece(offset, size) for offset, size in cell.pieces)
        return Window(Memory(data), 0, len(data))

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()

    def _piece(self, offset: int, size: int) -> bytes:
        self._stream.seek(offset)
        data = self._stream.read(size)
        if len(data) < size:
            raise Truncated("the store ends inside this picture")
        return data

    def _found(self) -> dict[int, Cell]:
        """All cells; what was found before damage is kept, and the damage told."""
        if self._cells is None:
            self._cells = {}
            try:
                for cell in _reader(self._stream)(self._stream):
                    self._cells.setdefault(cell.number, cell)
                    if len(self._cells) > self._limits.container_entries:
                        break
            except EvidenceError as error:
                self._problem = Problem(kind=error.kind, stage="list", message=str(error))
        return self._cells


def is_thumbnail_store(stream: Readable, head: bytes) -> bool:
    """Whether a stream is one of these stores, by its content."""
    if head.startswith((thumbcache.MAGIC, android.BLOBS)):
        return True
    try:
        if head.startswith(compound.MAGIC):
            return thumbs_db.is_thumbs_db(stream)
        return head[:1] in {b"\0", b"\1"} and android.is_thumbdata(stream)
    except EvidenceError:
        return False


def _reader(stream: Readable) -> Callable[[Readable], Iterator[Cell]]:
    stream.seek(0)
    head = stream.read(8)
    if head.startswith(thumbcache.MAGIC):
        return thumbcache.cells
    if head.startswith(compound.MAGIC):
        return thumbs_db.cells
    return android.blobs if head.startswith(android.BLOBS) else android.thumbdata
