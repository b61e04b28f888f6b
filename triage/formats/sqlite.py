"""SQLite evidence, opened so that neither the evidence nor Sigap comes to harm. The one way to such a database.

Rules measured with SQLite 3.40.1 (mark A): without companions `immutable=1` on a private copy; a WAL is missed by
`immutable`, so the group is copied and the copy opened `mode=ro`; a hot rollback journal needs `mode=rw` to roll back.
The shared-memory file is never copied: SQLite makes it anew. The schema is hostile: only ordinary tables are read.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self, TypeVar
from urllib.parse import quote

from triage.errors import EvidenceError, LimitReached, Malformed, Truncated, Unreadable
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType


Found = TypeVar("Found")

BLOCK = 1 << 20
MAGIC = b"SQLite format 3\0"
JOURNAL_MAGIC = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
WAL_MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
STEPS = 20_000  # virtual machine instructions between two looks at the clock
MOST_MISSING = 64 << 20  # bytes put in the place of missing pages
NAMED = 40  # tables named in a Problem
ROOM = 16  # values up to this many times the cell limit are met and cut; larger ones end the query

_FAILURES = (sqlite3.Error, UnicodeError, ValueError, OverflowError, MemoryError)
_DEFENSIVE = 1010  # SQLITE_DBCONFIG_DEFENSIVE
_PAGE_SIZES = frozenset(1 << bits for bits in range(9, 17))
_NOT_A_DATABASE = "not a database, or an encrypted one"


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


@dataclass(frozen=True, slots=True)
class BaseTable:
    """An ordinary table: no view, no virtual table."""

    name: str
    columns: tuple[str, ...]


class Database:
    """A private copy of a database, opened read-only. Close it, or use `with`: the copy is deleted then.

    Every method raises EvidenceError (Malformed, Truncated, LimitReached, Unreadable), nothing else.
    """

    def __init__(self, group: Group) -> None:
        self._limits = group.limits
        self._folder = Path(tempfile.mkdtemp(prefix="sqlite-", dir=group.scratch))
        self._cut = 0
        self._connection: sqlite3.Connection | None = None
        try:
            self._short = self._copy_main(group)
            self.wal_present = self._copy_companion(group, "-wal", WAL_MAGICS)
            self.journal_present = self._copy_companion(group, "-journal", (JOURNAL_MAGIC,))
            self._connect()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the copy and delete it. Harmless when called again."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def tables(self) -> tuple[BaseTable, ...]:
        """The ordinary tables, sorted by name."""
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name"
        ordinary = [row["name"] for row in self.rows(sql) if _ordinary(row["name"], row["sql"])]
        return tuple(BaseTable(name, self.columns(name)) for name in ordinary)

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of a table in their order; none where there is no such table."""
        return tuple(str(row["name"]) for row in self.rows(f"PRAGMA table_info({quoted(table)})"))

    def schema(self) -> dict[str, frozenset[str]]:
        """Every ordinary table with the set of its columns: what an extractor probes."""
        return {table.name: frozenset(table.columns) for table in self.tables()}

    def count(self, table: str) -> int:
        """The number of rows of a table."""
        return int(next(self.rows(f"SELECT count(*) FROM {quoted(table)}"))[0])  # noqa: S608  # the name is quoted

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[sqlite3.Row]:
        """The rows of one query, as they come: what was read before damage is kept."""
        count = 0
        try:
            for row in self._opened().execute(sql, parameters):
                yield row
                count += 1
        except _FAILURES as error:
            yield from self._withheld(sql, parameters, count)
            raise self._translated(error) from error

    def _withheld(self, sql: str, parameters: Sequence[object], count: int) -> Iterator[sqlite3.Row]:
        """The row before the damage: Python's cursor looks one row ahead and drops it when that fails."""
        if not sql.startswith("SELECT"):
            return
        try:
            row = self._opened().execute(f"{sql} LIMIT 1 OFFSET {count}", parameters).fetchone()
        except _FAILURES:
            return
        if row is not None:
            yield row

    def _opened(self) -> sqlite3.Connection:
        assert self._connection is not None, "the database is closed"
        return self._connection

    def problems(self, stage: str) -> Iterator[Problem]:
        """What has to be said about the copy once it was read: shortened cells, missing pages, rollback."""
        if self._cut:
            message = f"{self._cut} values longer than the limit were shortened"
            yield Problem(kind="limit", stage=stage, message=message)
        if self._short:
            yield Problem(kind="truncated", stage=stage, message=self._short)
        if self.journal_present:
            message = "An unfinished transaction was rolled back in the copy that was read"
            yield Problem(kind="malformed", stage=stage, message=message, detail="hot rollback journal")

    def _copy_main(self, group: Group) -> str | None:
        """Copy the main file; returns what is missing at its end, in words, or None."""
        with contextlib.closing(group.open()) as source:
            head = source.read(100)
            if not head.startswith(MAGIC):
                raise Malformed(_NOT_A_DATABASE)
            source.seek(0)
            path = self._folder / "main.db"
            length = self._spool(source, path)
        promised = _promised(head)
        if promised <= length:
            return None
        if promised - length <= MOST_MISSING:
            _lengthen(path, page=_page_size(head), length=promised)
        return f"The database ends after {length} of {promised} bytes"

    def _copy_companion(self, group: Group, suffix: str, magics: tuple[bytes, ...]) -> bool:
        """Copy a companion that SQLite would heed; an empty or reset one changes nothing and is left out."""
        source = group.sibling(suffix)
        if source is None:
            return False
        with contextlib.closing(source):
            if not source.read(8).startswith(magics):
                return False
            source.seek(0)
            path = self._folder / f"main.db{suffix}"
            self._spool(source, path)
        if suffix == "-journal":
            _defuse(path)
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

    def _connect(self) -> None:
        mode = "mode=rw" if self.journal_present else "mode=ro" if self.wal_present else "immutable=1"
        uri = f"file:{quote((self._folder / 'main.db').as_posix())}?{mode}"
        try:
            connection = sqlite3.connect(uri, uri=True, isolation_level=None)
            self._connection = connection
            self._confine(connection)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except (sqlite3.Error, UnicodeError) as error:
            raise self._translated(error) from error

    def _confine(self, connection: sqlite3.Connection) -> None:
        """No writes, no code from the schema, bounded values, bounded time."""
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._limits.cell_bytes * ROOM)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for pragma in ("trusted_schema=0", "cell_size_check=1", "mmap_size=0", "temp_store=2", "query_only=1"):
            connection.execute(f"PRAGMA {pragma}")
        if configure := getattr(connection, "setconfig", None):  # Python 3.12 and later
            configure(_DEFENSIVE, True)  # noqa: FBT003  # the signature is sqlite3's
        end = time.monotonic() + self._limits.entry_seconds
        connection.set_progress_handler(lambda: int(time.monotonic() > end), STEPS)
        connection.text_factory = self._as_text
        connection.row_factory = sqlite3.Row

    def _as_text(self, value: bytes) -> str:
        if len(value) > self._limits.cell_bytes:
            self._cut += 1
            value = value[: self._limits.cell_bytes]
        return value.decode("utf-8", "backslashreplace")

    def _translated(self, error: Exception) -> EvidenceError:
        message = str(error)
        if "interrupted" in message:
            return LimitReached("reading the database took longer than the limit")
        if "too big" in message or isinstance(error, MemoryError | OverflowError):
            return LimitReached("a value of the database is larger than the limit")
        if "file is not a database" in message:
            return Malformed(_NOT_A_DATABASE)
        if self._short:
            return Truncated(f"{self._short}; SQLite says: {message}")
        return Malformed(f"the database is damaged; SQLite says: {message}")


def quoted(identifier: str) -> str:
    """An identifier as SQL writes it, whatever it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def select(table: str, wanted: Sequence[str], present: frozenset[str], *, alias: str = "") -> str:
    """A column list that yields NULL for every wanted column the table does not have."""
    source = quoted(alias or table)
    return ", ".join(
        f"{source}.{quoted(name)} AS {quoted(name)}" if name in present else f"NULL AS {quoted(name)}"
        for name in wanted
    )


def stored_in(table: str, row: sqlite3.Row, key: str = "_id") -> str:
    """Where a record is, for any SQLite browser: `message._id=12`."""
    return f"{table}.{key}={row[key]}"


def kept(stage: str, found: Iterator[Found]) -> Iterator[Found | Problem]:
    """What one part of a database yields; damage ends that part with a Problem and leaves the next one to be read."""
    try:
        yield from found
    except EvidenceError as error:
        yield Problem(kind=error.kind, stage=stage, message=str(error))


def unrecognised(app: str, stage: str, schema: Mapping[str, object]) -> Problem:
    """A database of a known app whose tables are not those that are read: it names what was found instead."""
    found = ", ".join(sorted(schema)[:NAMED]) or "no table at all"
    message = f"The tables of {app} that Sigap reads are not in this database"
    return Problem(kind="unsupported", stage=stage, message=message, detail=f"{len(schema)} tables: {found}")


def _ordinary(name: object, sql: object) -> bool:
    """SQLite itself begins the text of every ordinary table with these words; anything else is a trap."""
    return isinstance(name, str) and isinstance(sql, str) and re.match(r"CREATE TABLE\b", sql) is not None


def _promised(head: bytes) -> int:
    """The length the header states; 0 where it states none. Its page count counts where bytes 24 and 92 agree."""
    size = _page_size(head)
    trusted = head[24:28] == head[92:96] and size in _PAGE_SIZES
    return int.from_bytes(head[28:32], "big") * size if trusted else 0


def _page_size(head: bytes) -> int:
    size = int.from_bytes(head[16:18], "big")
    return 65536 if size == 1 else size


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
