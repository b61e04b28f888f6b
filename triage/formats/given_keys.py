"""Keys of app databases that a person gives (`--password`, one a line of a file): which of them opens this database, tried on its first pages.

What may be given: a key as hexadecimal digits (64, or 96 with the salt), as tools that read keychains and memory write it, or a
passphrase. The settings are those of SQLCipher's versions (mark A) and of the apps (mark B, see their extractors).
"""

from __future__ import annotations

import base64
import binascii
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from triage.formats import sqlcipher
from triage.formats.sqlcipher import CipherKey
from triage.model import Opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Shapes = Callable[[str], Iterator[CipherKey]]
    Settings = tuple[tuple[str, int | str], ...]

SCHEME = "SQLCipher"
_VERSIONS: tuple[Settings, ...] = (
    (),
    (("cipher_compatibility", 3),),
    (("cipher_compatibility", 3), ("cipher_page_size", 4096)),
)
_EARLY: Settings = (("cipher_compatibility", 1), ("kdf_iter", 4000))
_RAW = re.compile(r"[0-9a-fA-F]{64}(?:[0-9a-fA-F]{32})?")
_WITH_SALT = 48  # bytes
_ZEROS = slice(72, 92)  # bytes of the header that SQLite keeps zero; enciphered they are not


class Locked(Protocol):
    """An item: its first bytes, and what a person gave for the evidence."""

    opened: Opened | None

    @property
    def scratch(self) -> Path: ...
    @property
    def head(self) -> bytes: ...
    @property
    def secrets(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first pages of a database alone: enough to see whether a key fits."""

    scratch: Path
    head: bytes

    def opens(self, key: CipherKey) -> bool:
        """Whether the first page can be deciphered with this key."""
        with tempfile.TemporaryDirectory(prefix="key-", dir=self.scratch) as folder:
            path = Path(folder) / "first.db"
            path.write_bytes(self.head)
            return sqlcipher.fits(f"file:{quote(path.as_posix())}?immutable=1", key)


def given_key(item: Locked, *shapes: Shapes) -> CipherKey | None:
    """The first key given that opens the database in one of these shapes; `item.opened` then says which it was. None: none does."""
    start = Beginning(item.scratch, item.head)
    for number, secret in enumerate(item.secrets, start=1):
        for shape in shapes or (raw_key, passphrase):
            if key := next(filter(start.opens, shape(secret)), None):
                item.opened = Opened(SCHEME, number)
                return key
    return None


def enciphered(head: bytes) -> bool:
    """Whether a database whose first 32 bytes are in clear is encrypted behind them."""
    return any(head[_ZEROS])


def advice(item: Locked) -> str:
    """What to do about a database that stayed closed."""
    if not item.secrets:
        return "give its key with --password"
    return (
        "the key given does not open it"
        if len(item.secrets) == 1
        else f"none of the {len(item.secrets)} keys given opens it"
    )


def raw_key(secret: str, *, settings: Settings = ()) -> Iterator[CipherKey]:
    """The key itself, by every version; and a passphrase that is these bytes."""
    if digits := digits_of(secret):
        for version in _VERSIONS:
            yield CipherKey(digits, raw=True, settings=(*version, *settings))
        for version in _VERSIONS if len(digits) != 2 * _WITH_SALT else ():
            yield CipherKey(digits, packed=True, settings=(*version, *settings))


def passphrase(secret: str) -> Iterator[CipherKey]:
    """Text, by every version."""
    if digits_of(secret) is None:
        for settings in (*_VERSIONS, _EARLY):
            yield CipherKey(secret, settings=settings)


def digits_of(secret: str) -> str | None:
    """The hexadecimal digits of a key of 32 bytes, or of 48 with the salt, however it is written; None where it is no such key."""
    plain = re.sub(r"\A(?:0x|x')|'\Z|[\s:]", "", secret)
    if _RAW.fullmatch(plain):
        return plain.lower()
    try:
        data = base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data.hex() if len(data) in {_WITH_SALT - 16, _WITH_SALT} else None
