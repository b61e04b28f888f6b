"""Lists that are SQLite databases: NSRL RDS 3, Autopsy's `.kdb`, and that of IPED.

RDS 3: table FILE of the minimal edition; in the full edition FILE is a view, and METADATA is the table behind it (mark B). One file
stands there once for each package it came in, so repeats are the rule. Digests are hexadecimal text; `.kdb` and IPED keep bytes.
Files are opened read-only in place: they may be larger than the disk has room for.
"""

from __future__ import annotations

import binascii
import re
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np

from triage.errors import UserError
from triage.hashing.details import Detail
from triage.hashing.shapes import DIGESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from triage.hashing.intake import Intake
    from triage.hashing.sources.origin import Origin

MAGIC = b"SQLite format 3\0"
ROWS = 50_000  # fetched together

_RDS_WIDTH = sum(2 * width for width in DIGESTS.values())
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
        sql = f"SELECT sha256 || sha1 || md5 FROM {table}"  # noqa: S608  # one of two names of ours
        with _rows(origin.path, sql) as rows:
            before = 0
            for batch in rows:
                _take_rds(batch, before, intake)
                before += len(batch)

    return read


def _take_rds(batch: Sequence[tuple[object]], before: int, intake: Intake) -> None:
    """Repeats that follow each other are counted and not sorted; a row that is none sends the batch through one by one."""
    texts = [row[0] for row in batch]
    try:
        joined = "".join(texts)  # type: ignore[arg-type]  # a row without a digest is caught here
        packed = np.frombuffer(binascii.unhexlify(joined), np.uint8).reshape(len(texts), -1)
        even = packed.shape[1] * 2 == _RDS_WIDTH and all(len(text) == _RDS_WIDTH for text in texts)  # type: ignore[arg-type]  # see above
    except (ValueError, TypeError):
        even = False
    if even:
        intake.add_packed(tuple(DIGESTS), packed, range(before + 1, before + 1 + len(texts)))
        return
    for number, text in enumerate(texts, start=before + 1):
        _take_one(text, number, intake)


def _take_one(text: object, number: int, intake: Intake) -> None:
    if not isinstance(text, str) or not re.fullmatch(f"[0-9A-Fa-f]{{{_RDS_WIDTH}}}", text):
        intake.refuse(number, "a row without whole SHA-256, SHA-1 and MD5")
        return
    packed, values, place = bytes.fromhex(text), {}, 0
    for name, width in DIGESTS.items():
        values[name] = packed[place : place + width]
        place += width
    intake.add(number, values)


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
