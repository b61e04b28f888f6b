"""SQLCipher: databases encrypted page by page, opened where the key is in the evidence or was given. The home of sqlcipher3.

A page of a 4.x database ends with its IV and an HMAC; the first 16 bytes of the file are the salt. Reference: SQLCipher's design
page (mark A). Older apps use the settings of earlier versions or their own: those are pragmas, given with the key.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlcipher3 import dbapi2

if TYPE_CHECKING:
    import sqlite3

CipherError: type[Exception] = dbapi2.Error
_HEAP = 256 << 20  # bytes SQLite may hold for one encrypted database; a cell beyond ends the query


@dataclass(frozen=True, slots=True)
class CipherKey:
    """What opens an encrypted database: a passphrase, or with `raw` the key itself in hexadecimal digits.

    A raw key has 64 digits, or 96 where it brings the salt. `packed`: the passphrase is bytes that are no text, in hexadecimal digits. `settings` are pragmas of SQLCipher beside its present defaults, by
    name and value, in the order in which they are set: `("cipher_compatibility", 1)`, `("kdf_iter", 4000)`.
    """

    secret: str
    raw: bool = False
    settings: tuple[tuple[str, int | str], ...] = ()
    packed: bool = False

    def __repr__(self) -> str:
        """The key is in no message and no log."""
        return "CipherKey(...)"


def connect(uri: str, key: CipherKey) -> sqlite3.Connection:
    """A connection that deciphers. A wrong key shows at the first query, as "file is not a database". Raises CipherError."""
    connection = cast("sqlite3.Connection", dbapi2.connect(uri, uri=True, isolation_level=None))
    try:
        connection.execute(
            "PRAGMA cipher_log_level = NONE"
        )  # a key that does not fit is no error to be written to the terminal
        secret = f"x'{key.secret}'" if key.raw else key.secret
        connection.execute(f"PRAGMA {'hexkey' if key.packed else 'key'} = " + '"' + secret.replace('"', '""') + '"')
        for name, value in key.settings:
            connection.execute(f"PRAGMA {name} = {value}")
        connection.execute(f"PRAGMA hard_heap_limit = {_HEAP}")
        connection.row_factory = dbapi2.Row
    except BaseException:
        connection.close()
        raise
    return connection


def fits(uri: str, key: CipherKey) -> bool:
    """Whether the key deciphers the first page; the rest of the file may be missing. Raises nothing."""
    try:
        with closing(connect(uri, key)) as connection:
            connection.execute(
                "PRAGMA writable_schema = 1"
            )  # without it a file shorter than its header says is refused
            return bool(
                connection.execute("PRAGMA schema_version").fetchone()[0]
            )  # 0: without a table, or nothing was deciphered
    except (CipherError, UnicodeError, ValueError):
        return False
