"""Lists that are SQLite databases: NSRL RDS 3, Autopsy's `.kdb`, and that of IPED.

RDS 3: table FILE of the minimal edition; in the full edition FILE is a view, and METADATA is the table behind it (mark B). One file
stands there once for each package it came in, so repeats are the rule. Digests are hexadecimal text; `.kdb` and IPED keep bytes.
Files are opened read-only in place: they may be larger than the disk has room for.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from triage.errors import UserError
from triage.hashing.details import Detail
from triage.hashing.shapes import DIGESTS
from triage.hashing.sources.packed import Pattern, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from triage.hashing.intake import Intake
    from triage.hashing.sources.origin import Origin

MAGIC = b"SQLite format 3\0"
ROWS = 50_000  # fetched together
TOGETHER = 20_000  # row numbers of RDS read together

_RDS_ROW = "SELECT sha256 || ',' || sha1 || ',' || md5 FROM {}"
_RDS_TEXT = "SELECT group_concat(sha256 || ',' || sha1 || ',' || md5, char(10)), count(*) FROM {} WHERE rowid >= ? AND rowid < ?"
_RDS_PATTERN = Pattern(tuple(DIGESTS), (0, 65, 106), ((64, 0x2C), (105, 0x2C)), 138, b"")
_KDB_ROWS = """SELECT h.md5, h.sha1, h.sha2_256, (SELECT name FROM file_names n WHERE n.hash_id = h.id LIMIT 1),
    (SELECT group_concat(comment, '; ') FROM comments c WHERE c.hash_id = h.id) FROM hashes h"""
_IPED_ROWS = """SELECT h.MD5, h.SHA1, h.SHA256, NULL, (SELECT group_concat(p.PROPERTY_NAME || '=' || x.VALUE, '; ')
    FROM HASHES_PROPERTIES x JOIN PROPERTIES p USING (PROPERTY_ID) WHERE x.HASH_ID = h.HASH_ID) FROM HASHES h"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of database: its name, whether its files are known ones, and how it is read."""

    name: str
    known: bool
    read: Callable[[Origin, Intake], None]


def recognised(path: Path) -> Kind:
    """What a database is. Raises UserError naming its tables where it is no list."""
    connection = _opened(path)
    try:
        tables = _tables(connection)
    finally:
        connection.close()
    for name in ("METADATA", "FILE"):
        if {"sha256", "sha1", "md5"} <= tables.get(name, set()):
            edition = "full" if name == "METADATA" else "minimal"
            return Kind(f"NSRL RDS 3, {edition}", known=True, read=_rds_reader(name))
    if {"md5", "sha1", "sha2_256"} <= tables.get("HASHES", set()) and "FILE_NAMES" in tables:
        return Kind("Autopsy hash database (.kdb)", known=False, read=_bytes_reader(_KDB_ROWS))
    if {"hash_id", "md5", "sha1", "sha256"} <= tables.get("HASHES", set()) and "HASHES_PROPERTIES" in tables:
        return Kind("IPED hash database", known=False, read=_bytes_reader(_IPED_ROWS))
    named = ", ".join(sorted(tables)[:20]) or "none"
    raise UserError(f"{path}: an SQLite database, and neither NSRL RDS 3, nor .kdb, nor IPED; its tables: {named}")


def _rds_reader(table: str) -> Callable[[Origin, Intake], None]:
    def read(origin: Origin, intake: Intake) -> None:
        connection = _opened(origin.path)
        try:
            _read_rds(connection, table, intake)
        except (sqlite3.Error, UnicodeError) as error:
            raise UserError(f"{origin.path}: a damaged database ({error})") from error
        finally:
            connection.close()

    return read


def _read_rds(connection: sqlite3.Connection, table: str, intake: Intake) -> None:
    """By ranges of row numbers, each as one text made by SQLite itself: half the time of fetching row by row.

    A range where a row has no digest, or a table without row numbers, is read row by row.
    """
    try:
        (place,) = connection.execute(f"SELECT min(rowid) FROM {table}").fetchone()  # noqa: S608  # one of two names
    except sqlite3.OperationalError:
        place = None
    if place is None:  # a view has no row numbers
        _take_each(connection.execute(_RDS_ROW.format(table)), 0, intake)
    while place is not None:
        until = place + TOGETHER
        text, rows = connection.execute(_RDS_TEXT.format(table), (place, until)).fetchone()
        if not _take_text(text.encode() + b"\n" if text else b"", rows, place, intake):
            _take_each(
                connection.execute(f"{_RDS_ROW.format(table)} WHERE rowid >= ? AND rowid < ?", (place, until)),
                place - 1,
                intake,
            )
        (place,) = connection.execute(f"SELECT min(rowid) FROM {table} WHERE rowid >= ?", (until,)).fetchone()  # noqa: S608  # see above


def _take_text(text: bytes, rows: int, place: int, intake: Intake) -> bool:
    """All rows of a range at once; False where not all of them are whole."""
    taken = take(text, _RDS_PATTERN, names=False) if text else None
    if taken is None or taken.left or len(taken.values) != rows:
        return False
    intake.add_packed(tuple(DIGESTS), taken.values, range(place, place + rows))
    return True


def _take_each(rows: Iterable[tuple[object]], before: int, intake: Intake) -> None:
    for number, (text,) in enumerate(rows, start=before + 1):
        _take_one(text, number, intake)


def _take_one(text: object, number: int, intake: Intake) -> None:
    cells = text.split(",") if isinstance(text, str) else []
    values = dict(zip(DIGESTS, cells, strict=False))
    if not all(re.fullmatch(f"[0-9A-Fa-f]{{{2 * width}}}", values.get(name, "")) for name, width in DIGESTS.items()):
        intake.refuse(number, "a row without whole SHA-256, SHA-1 and MD5")
        return
    intake.add(number, {name: bytes.fromhex(value) for name, value in values.items()})


def _bytes_reader(sql: str) -> Callable[[Origin, Intake], None]:
    def read(origin: Origin, intake: Intake) -> None:
        with _rows(origin.path, sql) as rows:
            number = 0
            for batch in rows:
                for row in batch:
                    number += 1
                    _take_bytes(row, number, intake)

    return read


def _take_bytes(row: Sequence[object], number: int, intake: Intake) -> None:
    values = {}
    for name, value in zip(("md5", "sha1", "sha256"), row[:3], strict=True):
        if value is None:
            continue
        if not isinstance(value, bytes) or len(value) != DIGESTS[name]:
            intake.refuse(number, f"its {name.upper()} is none")
            return
        values[name] = value
    if not values:
        intake.refuse(number, "no MD5, SHA-1 or SHA-256")
        return
    name_, comment = (str(each) if each is not None else "" for each in row[3:5])
    intake.add(
        number, values, name=name_.encode("utf-8", "backslashreplace"), detail=Detail(comments=comment or None).packed()
    )


class _rows:  # noqa: N801  # used like a function in a `with`
    """Batches of rows of a query. Raises UserError where the database is damaged."""

    def __init__(self, path: Path, sql: str) -> None:
        self._path, self._connection = path, _opened(path)
        self._sql = sql

    def __enter__(self) -> Iterator[list[tuple[object]]]:
        return self._batches()

    def __exit__(self, *_error: object) -> None:
        self._connection.close()

    def _batches(self) -> Iterator[list[tuple[object]]]:
        try:
            cursor = self._connection.execute(self._sql)
            while batch := cursor.fetchmany(ROWS):
                yield batch
        except (sqlite3.Error, UnicodeError) as error:
            raise UserError(f"{self._path}: a damaged database ({error})") from error


def _opened(path: Path) -> sqlite3.Connection:
    """Immutable unless a log lies beside it, for then what counts may be in the log."""
    live = path.with_name(path.name + "-wal").exists()
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode=ro{'' if live else '&immutable=1'}", uri=True
        )
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA mmap_size = 0")
    except sqlite3.Error as error:
        raise UserError(f"{path}: cannot be opened as a database ({error})") from error
    return connection


def _tables(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """Names of tables and views in capitals, and their columns in small letters."""
    try:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        ]
        return {str(name).upper(): _columns(connection, str(name)) for name in names}
    except sqlite3.Error as error:
        raise UserError(f"it is no SQLite database, or a damaged one ({error})") from error


def _columns(connection: sqlite3.Connection, name: str) -> set[str]:
    quoted = '"' + name.replace('"', '""') + '"'
    return {str(row[1]).lower() for row in connection.execute(f"PRAGMA table_info({quoted})")}
