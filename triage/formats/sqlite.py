"""SQLite evidence, opened so that neither the evidence nor Sigap comes to harm. The one way to such a database.

What is opened is a private copy (`sqlite_copy`): `immutable=1` without companions, `mode=ro` with a write-ahead log, `mode=rw`
for a hot rollback journal (measured with SQLite 3.40.1, mark A). The schema is hostile: only ordinary tables are read.
Extractors read through `reading.read_database`, which adds superseded and salvaged rows; `Database` is one view of one copy.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import quote

from triage.errors import EvidenceError, LimitReached, Malformed, Truncated
from triage.formats import sqlcipher
from triage.formats.sqlite_copy import JOURNAL_MAGIC, NOT_A_DATABASE, Bounds, Copy, Group
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from triage.formats.sqlcipher import CipherKey

__all__ = [
    "JOURNAL_MAGIC",
    "BaseTable",
    "Database",
    "Group",
    "View",
    "kept",
    "quoted",
    "select",
    "stored_in",
    "unrecognised",
]

Found = TypeVar("Found")

ROWS = 256  # rows after which the clock begins anew
STEPS = 20_000  # virtual machine instructions between two looks at the clock
NAMED = 40  # tables named in a Problem
ROOM = 16  # values up to this many times the cell limit are met and cut; larger ones end the query

_FAILURES = (sqlite3.Error, sqlcipher.CipherError, UnicodeError, ValueError, OverflowError, MemoryError)
_DEFENSIVE = 1010  # SQLITE_DBCONFIG_DEFENSIVE
_LOG_LEFT_OUT = "The write-ahead log beside the database belongs to another one and was left out"


@dataclass(frozen=True, slots=True)
class BaseTable:
    """An ordinary table: no view, no virtual table."""

    name: str
    columns: tuple[str, ...]


class View:
    """A database file on our own disk, opened read-only. Every method raises EvidenceError, nothing else.

    `mode` is the one that SQLite's URI has; `short` what is missing at the end of the file, in words.
    """

    def __init__(
        self, path: Path, mode: str, limits: Bounds, *, key: CipherKey | None = None, short: str | None = None
    ) -> None:
        self._path, self._limits, self._key, self._short = path, limits, key, short
        self._cut = 0
        self._end = 0.0
        self.wal_present = False
        self.journal_present = False
        self._connection: sqlite3.Connection | None = None
        try:
            self._connect(mode)
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
        """Close the connection. Harmless when called again."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error, sqlcipher.CipherError):
                self._connection.close()
            self._connection = None

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
        self._wind()
        try:
            for row in self._opened().execute(sql, parameters):
                yield row
                count += 1
                if not count % ROWS:
                    self._wind()
        except _FAILURES as error:
            yield from self._withheld(sql, parameters, count)
            raise self._translated(error) from error

    def _wind(self) -> None:
        """The limit of time is for a query that gives nothing: while rows come, a large database may take what it takes."""
        self._end = time.monotonic() + self._limits.entry_seconds

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

    def _connect(self, mode: str) -> None:
        uri = f"file:{quote(self._path.as_posix())}?{mode}"
        try:
            if self._key is None:
                self._connection = sqlite3.connect(uri, uri=True, isolation_level=None)
                self._bound(self._connection)
            else:
                self._connection = sqlcipher.connect(uri, self._key)
            self._confine(self._connection)
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except (sqlite3.Error, sqlcipher.CipherError, UnicodeError) as error:
            raise self._translated(error) from error

    def _bound(self, connection: sqlite3.Connection) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._limits.cell_bytes * ROOM)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        if configure := getattr(connection, "setconfig", None):  # Python 3.12 and later
            configure(_DEFENSIVE, True)  # noqa: FBT003  # the signature is sqlite3's
        connection.row_factory = sqlite3.Row

    def _confine(self, connection: sqlite3.Connection) -> None:
        """No writes, no code from the schema, bounded time."""
        for pragma in ("trusted_schema=0", "cell_size_check=1", "mmap_size=0", "temp_store=2", "query_only=1"):
            connection.execute(f"PRAGMA {pragma}")
        self._wind()
        connection.set_progress_handler(lambda: int(time.monotonic() > self._end), STEPS)
        connection.text_factory = self._as_text

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
            return Malformed(NOT_A_DATABASE)
        if self._short:
            return Truncated(f"{self._short}; SQLite says: {message}")
        return Malformed(f"the database is damaged; SQLite says: {message}")


class Database(View):
    """A private copy of a database and the view of it with its write-ahead log. Close it, or use `with`: the copy is deleted then.

    `key` opens a database that SQLCipher encrypted.
    """

    def __init__(self, group: Group, key: CipherKey | None = None) -> None:
        self._copy = Copy(group, encrypted=key is not None)
        self.path, self.short = self._copy.path, self._copy.short
        super().__init__(self._copy.path, self._mode(), group.limits, key=key, short=self._copy.short)

    def _mode(self) -> str:
        return "mode=rw" if self._copy.journal else "mode=ro" if self._copy.wal else "immutable=1"

    def _connect(self, mode: str) -> None:
        """A log that hides every table the main file has is another database's: the main file is read without it."""
        try:
            super()._connect(mode)
            strange = self._copy.wal and self._hides_everything()
        except EvidenceError:
            if not self._copy.wal or not self._main_alone():
                raise
            strange = True
        if strange:
            super().close()
            self._copy.leave_log_out()
            super()._connect(self._mode())
        self.wal_present, self.journal_present = self._copy.wal, self._copy.journal

    def close(self) -> None:
        """Close the copy and delete it. Harmless when called again."""
        super().close()
        self._copy.close()

    def checkpointed(self) -> View:
        """The database at its last checkpoint: without its write-ahead log. Close it before the database itself."""
        return View(self._copy.path, "immutable=1", self._limits, key=self._key)

    def problems(self, stage: str) -> Iterator[Problem]:
        """What has to be said about the copy once it was read, a log that was left out among it."""
        yield from super().problems(stage)
        if self._copy.foreign:
            yield Problem(kind="malformed", stage=stage, message=_LOG_LEFT_OUT)

    def _hides_everything(self) -> bool:
        names = self._main_alone()
        return bool(names) and not names & {table.name for table in self.tables()}

    def _main_alone(self) -> set[str]:
        """The tables of the main file by itself; none where it cannot be read by itself."""
        try:
            with self.checkpointed() as main:
                return {table.name for table in main.tables()}
        except EvidenceError:
            return set()


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
