"""Signal's Android backup as an archive: the database made anew from its statements, and the attachments beside it.

Only statements that make ordinary tables and fill them are run, on a database of our own, confined and without extensions. A
frame whose code does not fit ends the reading with a problem; what came before it is kept.
"""

from __future__ import annotations

import hmac
import re
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, LimitReached, Malformed, Truncated, Unreadable
from triage.evidence.ciphers import ctr
from triage.evidence.keyring import passwords_of
from triage.evidence.members import Member, MemberTree
from triage.evidence.spool import Spool
from triage.evidence.streams import Memory, Window
from triage.formats.protobuf import Fields
from triage.formats.signal.backup import Header, attachments, is_passphrase, keys_of, read_header, statement
from triage.model import Kind, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits
    from triage.evidence.streams import ReadOnly
    from triage.model import Entry, Locator, Step

FORMAT = "signal"
HEAD = 512
DATABASE = "signal.db"
_CODE = 10
_MOST_FRAME = 64 << 20
_ALLOWED = re.compile(r"\s*(?:CREATE TABLE (?!sqlite_)|INSERT INTO (?!sqlite_))", re.IGNORECASE)


class SignalBackup:
    """The layer of one backup; the database has the number 0, attachments count from 1. `password` holds passphrases, one a line."""

    format = FORMAT

    def __init__(self, stream: Stream, limits: Limits, scratch: Path, password: str | None = None) -> None:
        """Raises Encrypted (no passphrase, or not the right one), Malformed."""
        self._stream, self._limits, self._scratch = stream, limits, scratch
        stream.seek(0)
        header = read_header(stream.read(HEAD))
        if header is None:
            raise Malformed("no backup of Signal")
        self._header = header
        self._size = stream.seek(0, 2)
        self._cipher, self._coder = self._keys(password)
        self._made: ReadOnly | None = None
        self._found: list[tuple[str, int, int, bytes]] = []  # name, place, length, IV
        self._problem: Problem | None = None

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """The database, the attachments, and what was wrong."""
        if folder is not None:
            return
        tree = MemberTree(within, FORMAT, self._limits)
        yield from tree.entries(Member(DATABASE, 0, Kind.FILE, self._database().size))
        for number, (name, _, length, _) in enumerate(self._found, start=1):
            yield from tree.entries(Member(name, number, Kind.FILE, length))
        if self._problem is not None:
            yield self._problem

    def open(self, step: Step) -> Stream:
        """The database, or an attachment deciphered. Raises Unreadable, Truncated."""
        database = self._database()
        if step.number == 0:
            return Window(database, 0, database.size)
        if step.number is None or not 0 < step.number <= len(self._found):
            raise Unreadable("the backup has no such part")
        _, at, length, iv = self._found[step.number - 1]
        self._stream.seek(at)
        data = self._stream.read(length)
        if len(data) < length:
            raise Truncated("the backup ends inside this attachment")
        return Window(Memory(ctr(self._cipher, iv, data)), 0, length)

    def close(self) -> None:
        """Close the stream below and give back the database."""
        if self._made is not None:
            self._made.close()
        self._stream.close()

    def _keys(self, password: str | None) -> tuple[bytes, bytes]:
        """The keys under which the first frame's code fits."""
        phrases = [each for each in passwords_of(password) if is_passphrase(each)]
        for phrase in phrases:
            cipher, coder = keys_of(phrase, self._header.salt)
            self._cipher, self._coder = cipher, coder
            with suppress(EvidenceError):
                next(_Frames(self._stream, self._header, self._size, cipher, coder).read())
                return cipher, coder
        if phrases:
            raise Encrypted("the passphrase that was given does not open this Signal backup")
        raise Encrypted("the Signal backup is encrypted; give its 30 digits with --password")

    def _database(self) -> ReadOnly:
        if self._made is None:
            self._scratch.mkdir(parents=True, exist_ok=True)
            spool = Spool(self._limits, self._scratch)
            try:
                with tempfile.TemporaryDirectory(prefix="signal-", dir=self._scratch) as folder:
                    path = Path(folder) / DATABASE
                    self._make(path)
                    _spooled(path, spool, self._size)
            except BaseException:
                spool.discard()
                raise
            self._made = spool.stream()
        return self._made

    def _make(self, path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            for pragma in ("journal_mode=OFF", "synchronous=OFF", "trusted_schema=0"):
                database.execute(f"PRAGMA {pragma}")
            database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_FRAME)
            database.execute("BEGIN")
            frames = _Frames(self._stream, self._header, self._size, self._cipher, self._coder)
            try:
                for frame in frames.read():
                    self._take(frame, frames, database)
            except EvidenceError as error:
                message = f"the backup can be read to byte {frames.at} only: {error}"
                self._problem = Problem(kind=error.kind, stage="list", message=message)
            database.execute("COMMIT")

    def _take(self, frame: Fields, frames: _Frames, database: sqlite3.Connection) -> None:
        """Run a statement; note the content that follows a frame. One that does not fit the tables is passed over."""
        for name, length in attachments(frame):
            self._found.append((name, *frames.content(length)))
            if len(self._found) > self._limits.container_entries:
                raise LimitReached("more attachments than are listed")
        found = statement(frame)
        if found is not None and _ALLOWED.match(found[0]):
            with suppress(sqlite3.Error, OverflowError):
                database.execute(*found)


def _spooled(path: Path, spool: Spool, taken: int) -> None:
    with path.open("rb") as made:
        while block := made.read(1 << 20):
            spool.write(block, taken)


class _Frames:
    """Reads the frames in order; `at` is the place of the next one."""

    def __init__(self, stream: Stream, header: Header, size: int, cipher: bytes, coder: bytes) -> None:
        self._stream, self._header, self._size = stream, header, size
        self._cipher, self._coder = cipher, coder
        self._counter = int.from_bytes(header.iv[:4], "big")
        self.at = header.start

    def read(self) -> Iterator[Fields]:
        """Raises Malformed (a code does not fit), Truncated (the end mark is missing)."""
        while self.at < self._size:
            frame = self._frame()
            if frame.number(6):
                return
            yield frame
        raise Truncated("the end mark is missing")

    def content(self, length: int) -> tuple[int, int, bytes]:
        """Place, length and IV of content behind a frame; the next frame follows its code."""
        start, iv = self.at, self._iv()
        self.at += length + _CODE
        if self.at > self._size:
            raise Truncated("an attachment reaches beyond the end")
        return start, length, iv

    def _frame(self) -> Fields:
        iv = self._iv()
        self._stream.seek(self.at)
        stored = self._stream.read(4)
        hidden = self._header.version >= 1
        size = int.from_bytes(ctr(self._cipher, iv, stored) if hidden else stored, "big")
        if not _CODE < size <= _MOST_FRAME or self.at + 4 + size > self._size:
            raise Malformed("a frame has a length that cannot be")
        data = self._stream.read(size)
        body, code = data[:-_CODE], data[-_CODE:]
        whole = stored + body if hidden else body
        if not hmac.compare_digest(hmac.digest(self._coder, whole, "sha256")[:_CODE], code):
            raise Malformed("the code of a frame does not fit")
        self.at += 4 + size
        return Fields(ctr(self._cipher, iv, whole)[4 if hidden else 0 :])

    def _iv(self) -> bytes:
        iv = (self._counter & 0xFFFFFFFF).to_bytes(4, "big") + self._header.iv[4:]
        self._counter += 1
        return iv


def is_signal_backup(head: bytes) -> bool:
    """Whether the first bytes are those of such a backup."""
    return read_header(head[:HEAD]) is not None
