"""A private copy of a database with its companions, made so that SQLite opens it as far as it goes.

Rules measured with SQLite 3.40.1 (mark A): a WAL is missed by `immutable`, so the group is copied; a hot rollback journal is
rolled back in the copy. The shared-memory file is never copied: SQLite makes it anew.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from triage.errors import LimitReached, Malformed, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 1 << 20
MAGIC = b"SQLite format 3\0"
JOURNAL_MAGIC = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
WAL_MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
MOST_MISSING = 64 << 20  # bytes put in the place of missing pages
NOT_A_DATABASE = "not a database, or an encrypted one"

_PAGE_SIZES = frozenset(1 << bits for bits in range(9, 17))
_WAL_HEADER, _FRAME_HEADER = 32, 24


class Bounds(Protocol):
    """The limits that bind a database."""

    @property
    def cell_bytes(self) -> int: ...
    @property
    def entry_seconds(self) -> float: ...
    @property
    def scratch_copy_bytes(self) -> int: ...


class Group(Protocol):
    """A database file with its companions: what an `Item` is."""

    @property
    def scratch(self) -> Path: ...
    @property
    def limits(self) -> Bounds: ...
    def open(self) -> BinaryIO: ...
    def sibling(self, suffix: str, /) -> BinaryIO | None: ...


class Copy:
    """The copy of a group in a folder of its own. `close` deletes it.

    `short` says in words what is missing at the end of the main file; `wal` and `journal` whether SQLite will heed one;
    `foreign` whether a write-ahead log was left out because it cannot belong to this database. An `encrypted` main file
    shows none of its structure, so nothing about it is checked. Raises EvidenceError.
    """

    def __init__(self, group: Group, *, encrypted: bool = False) -> None:
        self._limits = group.limits
        self._folder = Path(tempfile.mkdtemp(prefix="sqlite-", dir=group.scratch))
        self.path = self._folder / "main.db"
        self.foreign = False
        try:
            self.short = self._main(group, encrypted=encrypted)
            self.wal = self._companion(group, "-wal", WAL_MAGICS)
            self.journal = self._companion(group, "-journal", (JOURNAL_MAGIC,))
            if self.wal and not encrypted and not _fits(self.path, self._beside("-wal")):
                self.leave_log_out()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Delete the copy. Harmless when called again."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def leave_log_out(self) -> None:
        """Take the write-ahead log away from the copy: it belongs to another database."""
        for suffix in ("-wal", "-shm"):
            self._beside(suffix).unlink(missing_ok=True)
        self.wal, self.foreign = False, True

    def _beside(self, suffix: str) -> Path:
        return self._folder / f"main.db{suffix}"

    def _main(self, group: Group, *, encrypted: bool) -> str | None:
        """Copy the main file; returns what is missing at its end, in words, or None."""
        with contextlib.closing(group.open()) as source:
            head = source.read(100)
            if not encrypted and not head.startswith(MAGIC):
                raise Malformed(NOT_A_DATABASE)
            source.seek(0)
            length = self._spool(source, self.path)
        promised = 0 if encrypted else _promised(head)
        if promised <= length:
            return None
        if promised - length <= MOST_MISSING:
            _lengthen(self.path, page=page_size(head), length=promised)
        return f"The database ends after {length} of {promised} bytes"

    def _companion(self, group: Group, suffix: str, magics: tuple[bytes, ...]) -> bool:
        """Copy a companion that SQLite would heed; an empty or reset one changes nothing and is left out."""
        source = group.sibling(suffix)
        if source is None:
            return False
        with contextlib.closing(source):
            if not source.read(8).startswith(magics):
                return False
            source.seek(0)
            self._spool(source, self._beside(suffix))
        if suffix == "-journal":
            _defuse(self._beside(suffix))
        return True

    def _spool(self, source: BinaryIO, path: Path) -> int:
        length = 0
        try:
            with path.open("xb") as target:
                while block := source.read(BLOCK):
                    length += len(block)
                    if length > self._limits.scratch_copy_bytes:
                        raise LimitReached("the database is larger than a copy may be")
                    target.write(block)
        except OSError as error:
            raise Unreadable(f"the database cannot be copied: {error.strerror}") from error
        return length


def page_size(head: bytes) -> int:
    """The page size that a database header states, in bytes."""
    size = int.from_bytes(head[16:18], "big")
    return 65536 if size == 1 else size


def _promised(head: bytes) -> int:
    """The length the header states; 0 where it states none. Its page count counts where bytes 24 and 92 agree."""
    size = page_size(head)
    trusted = head[24:28] == head[92:96] and size in _PAGE_SIZES
    return int.from_bytes(head[28:32], "big") * size if trusted else 0


def _fits(main: Path, log: Path) -> bool:
    """Whether a write-ahead log can be this database's: one page size, one text encoding, one reserve on every page.

    SQLite itself does not ask: whatever log lies beside a database is played into it (mark A).
    """
    with main.open("rb") as database, log.open("rb") as frames:
        head = database.read(100)
        size = int.from_bytes(frames.read(_WAL_HEADER)[8:12], "big")
        if size != page_size(head):
            return False
        return all(_same(head, first) for first in _first_pages(frames, size))


def _first_pages(frames: BinaryIO, size: int) -> Iterator[bytes]:
    """The header of page 1 in every frame that holds it."""
    number = frames.read(4)
    while len(number) == 4:
        if int.from_bytes(number, "big") == 1:
            frames.seek(_FRAME_HEADER - 4, 1)
            yield frames.read(100)
            frames.seek(size - 100, 1)
        else:
            frames.seek(_FRAME_HEADER - 4 + size, 1)
        number = frames.read(4)


def _same(one: bytes, other: bytes) -> bool:
    """Reserve per page and text encoding never change once there is a table; 0 is the encoding of an empty database."""
    if not other.startswith(MAGIC):
        return True  # a torn frame at the end, which SQLite leaves out by its checksum
    encodings = {one[56:60], other[56:60]} - {bytes(4)}
    return one[20] == other[20] and len(encodings) < 2


def _lengthen(path: Path, *, page: int, length: int) -> None:
    """Pages of 0xFF in the place of missing ones: SQLite opens no file that is shorter than its header says.

    A table that reaches into such a page ends with an error, a long text shows them; nothing is made up. What is left
    of a page that was cut goes too, for its cells would read as empty rows.
    """
    with path.open("r+b") as copy:
        whole = copy.seek(0, 2) // page * page
        copy.truncate(whole)
        copy.seek(whole)
        for _ in range((length - whole) // page):
            copy.write(b"\xff" * page)


def _defuse(path: Path) -> None:
    """Take the name of a super-journal out of a copied journal.

    A journal may end with the path of another file, which SQLite opens and deletes when it finds no use for it. That
    path is evidence and would be followed on the examiner's own disk.
    """
    with path.open("r+b") as journal:
        if journal.seek(0, 2) < 16:
            return
        journal.seek(-8, 2)
        if journal.read(8) == JOURNAL_MAGIC:
            journal.seek(-8, 2)
            journal.write(bytes(8))
