"""What an iOS backup says it holds: `Manifest.db` (since iOS 10) and the binary `Manifest.mbdb` before.

Both say the same: domain, path in it, and the name under which the content lies in the backup, SHA-1 of `domain-path` in
hexadecimal (mark A). `Manifest.db` is SQLite: table Files (fileID, domain, relativePath, flags, file); `file` is an
MBFile, archived by NSKeyedArchiver, with Size, Mode, LastModified, LastStatusChange, Birth, EncryptionKey (mark A). The
database is evidence: it is opened from a private copy that cannot be changed, and only base tables are asked.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from triage.errors import EvidenceError, Malformed
from triage.evidence.members import NO_TIMES
from triage.evidence.names import exact
from triage.evidence.plists import archived
from triage.model import Kind, Stamp, Times
from triage.model.entries import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CELL = 4 << 20  # the longest value a row may have
_FILE_ID = re.compile(r"[0-9a-f]{40}\Z")
_FLAGS = {1: Kind.FILE, 2: Kind.FOLDER, 4: Kind.OTHER}
_NEEDED = frozenset({"fileid", "domain", "relativepath", "flags", "file"})
_FAILURES = (sqlite3.Error, UnicodeError, ValueError, OverflowError, MemoryError)
# The inner query is bounded before anything is sorted: a damaged tree may have rows without end.
_ALL = """
SELECT rowid, fileID, domain, relativePath FROM (SELECT rowid, fileID, domain, relativePath FROM Files LIMIT ?)
ORDER BY domain, relativePath, fileID
"""
_RECORD = "SELECT flags, file FROM Files WHERE rowid = ?"
_ONE = "SELECT rowid, fileID, domain, relativePath FROM Files WHERE fileID = ? LIMIT 1"
_HAS = "SELECT 1 FROM Files WHERE fileID = ? LIMIT 1"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """One thing of the phone. `wrapped` is its key as stored, None where it is not enciphered.

    `damaged` says that its record cannot be read: only the names are known.
    """

    domain: str
    path: str
    file_id: str
    kind: Kind
    size: int | None = None
    times: Times = NO_TIMES
    wrapped: bytes | None = None
    damaged: bool = False

    @property
    def name(self) -> str:
        """Domain and path in it, with `/` between."""
        return f"{self.domain}/{self.path}" if self.path else self.domain


class Manifest(Protocol):
    """The list of a backup, whichever file it comes from."""

    def records(self, most: int) -> Iterator[BackedUp]:
        """At most so many, sorted: a folder comes before what it holds. Raises Malformed, Truncated where it breaks off."""
        ...

    def find(self, file_id: str) -> BackedUp | None:
        """The record with this name of content."""
        ...

    def has(self, file_id: str) -> bool:
        """Whether there is such a record."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...


def is_file_id(text: str) -> bool:
    """Whether a text is the name of a content: forty hexadecimal digits."""
    return _FILE_ID.match(text) is not None


def kind_of(mode: int) -> Kind:
    """File, folder or other (links and the rest), from a Unix mode."""
    if stat.S_ISREG(mode):
        return Kind.FILE
    return Kind.FOLDER if stat.S_ISDIR(mode) else Kind.OTHER


def seconds(value: object) -> Stamp | None:
    """Unix seconds as a time; 0 means "no value"."""
    if not isinstance(value, int) or not 0 < value < 1 << 33:
        return None
    return Stamp(value * NANOSECONDS, resolution=NANOSECONDS)


class ManifestDatabase:
    """`Manifest.db`, from a private copy at `path`. Raises Malformed."""

    def __init__(self, path: Path) -> None:
        mode = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
        try:
            self._database = sqlite3.connect(f"file:{quote(path.as_posix())}?{mode}", uri=True, isolation_level=None)
        except _FAILURES as error:
            raise _broken(error) from error
        try:
            self._prepare()
        except BaseException:
            self._database.close()
            raise

    def records(self, most: int) -> Iterator[BackedUp]:
        """Sorted by domain and path; the record of each is read when it comes up."""
        try:
            for rowid, file_id, domain, path in self._database.execute(_ALL, (most,)):
                row = self._database.execute(_RECORD, (rowid,)).fetchone() or (None, None)
                yield _backed_up(file_id, domain, path, *row)
        except _FAILURES as error:
            raise _broken(error) from error

    def find(self, file_id: str) -> BackedUp | None:
        """The record with this name of content."""
        try:
            row = self._database.execute(_ONE, (file_id,)).fetchone()
            if row is None:
                return None
            return _backed_up(*row[1:], *(self._database.execute(_RECORD, row[:1]).fetchone() or (None, None)))
        except _FAILURES as error:
            raise _broken(error) from error

    def has(self, file_id: str) -> bool:
        """Whether there is such a record; not, where the database is damaged there."""
        with contextlib.suppress(*_FAILURES):
            return self._database.execute(_HAS, (file_id,)).fetchone() is not None
        return False

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _prepare(self) -> None:
        database = self._database
        database.text_factory = exact
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, CELL)
        try:
            for pragma in ("query_only=1", "trusted_schema=0", "temp_store=MEMORY", "mmap_size=0"):
                database.execute(f"PRAGMA {pragma}").fetchall()
            kinds = database.execute("SELECT type, sql FROM sqlite_master WHERE name = 'Files'").fetchall()
            columns = {str(row[1]).lower() for row in database.execute("PRAGMA table_info(Files)")}
        except _FAILURES as error:
            raise _broken(error) from error
        plain = [kind for kind, sql in kinds if kind == "table" and str(sql)[:13].upper() == "CREATE TABLE "]
        if not plain or not columns >= _NEEDED:
            raise Malformed("the manifest has no table of files as backups have it")


def _broken(error: BaseException) -> Malformed:
    return Malformed(f"the manifest of the backup is damaged, or no database: {error}")


def _backed_up(file_id: object, domain: object, path: object, flags: object, blob: object) -> BackedUp:
    names = (_text(domain), _text(path), _text(file_id))
    kind = _FLAGS.get(flags, Kind.OTHER) if isinstance(flags, int) else Kind.OTHER
    try:
        fields = archived(blob if isinstance(blob, bytes) else b"")
    except EvidenceError:
        return BackedUp(*names, kind, damaged=True)
    mode, size, key = fields.get("Mode"), fields.get("Size"), fields.get("EncryptionKey")
    times = Times(
        seconds(fields.get("LastModified")), None, seconds(fields.get("LastStatusChange")), seconds(fields.get("Birth"))
    )
    return BackedUp(
        *names,
        kind_of(mode) if isinstance(mode, int) and 0 < mode < 1 << 16 else kind,
        size if isinstance(size, int) and 0 <= size < 1 << 62 else None,
        times,
        key if isinstance(key, bytes) else None,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else repr(value)[:200]
