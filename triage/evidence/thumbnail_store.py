"""Stores of cached pictures as archives: each picture a file that is hashed, fingerprinted and matched like any other.

The picture is given as it is stored; what is known of its original is in its name, and `triage.caches` ties it to that. Two of Apple's stores hold pixels
alone: a header from what the file's name or the index beside it says goes before them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from triage.errors import EvidenceError, Truncated, Unreadable
from triage.evidence.members import Member, MemberTree
from triage.evidence.near import content_near
from triage.evidence.streams import Memory, Window
from triage.formats.sqlite import Database
from triage.formats.tables import Tables
from triage.formats.thumbs import android, compound, ithmb, quicklook, thumbcache, thumbs_db
from triage.model import Kind, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Evidence, Stream
    from triage.evidence.limits import Limits
    from triage.formats.thumbs import Cell, Readable
    from triage.model import Entry, Locator, Step

FORMAT = "thumbs"


@dataclass(frozen=True, slots=True)
class Beside:
    """What a store alone does not say: the name of its file, and the index with its log where one lies beside it."""

    name: str = ""
    index: bytes | None = None
    log: bytes | None = None


class ThumbnailStore:
    """The layer of one store."""

    format = FORMAT

    def __init__(
        self, stream: Stream, limits: Limits, scratch: Path, _password: str | None = None, beside: Beside | None = None
    ) -> None:
        self._stream, self._limits, self._scratch, self._beside = stream, limits, scratch, beside or Beside()
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
        if len(cell.pieces) == 1 and not cell.head:
            return Window(self._stream, *cell.pieces[0])
        data = cell.head + b"".join(self._piece(offset, size) for offset, size in cell.pieces)
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
                for cell in self._cells_of():
                    self._cells.setdefault(cell.number, cell)
                    if len(self._cells) > self._limits.container_entries:
                        break
            except EvidenceError as error:
                self._problem = Problem(kind=error.kind, stage="list", message=str(error))
        return self._cells

    def _cells_of(self) -> Iterator[Cell]:
        if form := ithmb.form_of(self._beside.name):
            return ithmb.cells(self._stream, form)
        if self._beside.name == quicklook.DATA:
            return self._by_index()
        self._stream.seek(0)
        head = self._stream.read(8)
        if head.startswith(thumbcache.MAGIC):
            return thumbcache.cells(self._stream)
        if head.startswith(compound.MAGIC):
            return thumbs_db.cells(self._stream)
        return android.blobs(self._stream) if head.startswith(android.BLOBS) else android.thumbdata(self._stream)

    def _by_index(self) -> Iterator[Cell]:
        """Raises Unreadable where there is no index: pixels alone cannot be told apart."""
        if self._beside.index is None:
            raise Unreadable(f"{quicklook.INDEX} does not lie beside {quicklook.DATA}, or is too large")
        with Database(_Index(self._beside, self._scratch)) as database:
            yield from quicklook.pictures(Tables(database))


def is_thumbnail_store(stream: Readable, head: bytes, name: str = "") -> bool:
    """Whether a stream is one of these stores: by its content, or by its name where it has no structure of its own."""
    if head.startswith((thumbcache.MAGIC, android.BLOBS)):
        return True
    if ithmb.form_of(name) or name == quicklook.DATA:
        return True
    try:
        if head.startswith(compound.MAGIC):
            return thumbs_db.is_thumbs_db(stream)
        return head[:1] in {b"\0", b"\1"} and android.is_thumbdata(stream)
    except EvidenceError:
        return False


def beside(evidence: Evidence, within: Locator) -> Beside:
    """The name of a store, and its index where it needs one. Raises nothing."""
    name = within.steps[-1].path.rpartition("/")[2] if within.steps else ""
    if name != quicklook.DATA:
        return Beside(name)
    wanted = (quicklook.INDEX, f"{quicklook.INDEX}-wal")
    found = content_near(evidence, within, *wanted)
    return Beside(name, found.get(wanted[0]), found.get(wanted[1]))


@dataclass(frozen=True, slots=True)
class _Bounds:
    cell_bytes: int = 1 << 20
    entry_seconds: float = 60.0
    scratch_copy_bytes: int = 64 << 20


class _Index:
    """The index as what a database is opened from."""

    limits = _Bounds()

    def __init__(self, held: Beside, scratch: Path) -> None:
        self._held, self.scratch = held, scratch

    def open(self) -> BinaryIO:
        return _as_file(self._held.index or b"")

    def sibling(self, suffix: str, /) -> BinaryIO | None:
        return _as_file(self._held.log) if suffix == "-wal" and self._held.log is not None else None


def _as_file(data: bytes) -> BinaryIO:
    return cast("BinaryIO", Window(Memory(data), 0, len(data)))
