"""The key of EnMicroMsg.db out of files beside it: MD5(IMEI + account number), the first seven digits (mark B)."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from triage.errors import EvidenceError
from triage.formats import java_serial, shared_prefs
from triage.formats.sqlcipher import CipherKey
from triage.formats.sqlite import Database
from triage.formats.sqlite_copy import NOT_A_DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from triage.formats.sqlite import Group
    from triage.formats.sqlite_copy import Bounds

_SUBSTITUTE = "1234567890ABCDEF"  # what the app takes where it may not read an IMEI
_SYSTEM, _DEVICE = "../systemInfo.cfg", "../CompatibleInfo.cfg"
_PREFERENCES = {
    "../../shared_prefs/system_config_prefs.xml": "default_uin",
    "../../shared_prefs/auth_info_key_prefs.xml": "_auth_uin",
}
_IMEI = re.compile(r"[0-9A-Za-z]{14,17}\Z")
_FOLDER = re.compile(r"/([0-9a-f]{32})/[^/]+\Z")
_SETTINGS: tuple[tuple[str, int | str], ...] = (
    ("cipher_compatibility", 1),
    ("cipher_page_size", 1024),
    ("kdf_iter", 4000),
)
_MOST_KEYS = 64


class _Neighbourly(Protocol):
    """An item: bytes, and small files near it."""

    @property
    def scratch(self) -> Path: ...
    @property
    def limits(self) -> Bounds: ...
    @property
    def head(self) -> bytes: ...
    def near(self, *relatives: str) -> Mapping[str, bytes]: ...


@dataclass(frozen=True, slots=True)
class _Beginning:
    """The first pages alone: enough to see whether a key fits."""

    scratch: Path
    limits: Bounds
    head: bytes

    def open(self) -> BinaryIO:
        return io.BytesIO(self.head)

    def sibling(self, suffix: str, /) -> BinaryIO | None:  # noqa: ARG002  # the beginning has no companions
        return None


def key_of(item: _Neighbourly) -> CipherKey | None:
    """The key that opens the database, or None."""
    files = item.near(_SYSTEM, _DEVICE, *_PREFERENCES)
    start = _Beginning(item.scratch, item.limits, item.head)
    tried = dict.fromkeys(f"{device}{number}" for number in _numbers(item, files) for device in _devices(files))
    for secret in list(tried)[:_MOST_KEYS]:
        digest = hashlib.md5(secret.encode(), usedforsecurity=False).hexdigest()
        key = CipherKey(digest[:7], settings=_SETTINGS)
        if _opens(start, key):
            return key
    return None


def _numbers(item: _Neighbourly, files: Mapping[str, bytes]) -> Iterator[str]:
    """Account numbers, as signed decimals: those that the folder's name confirms come first."""
    entry = getattr(item, "entry", None)
    found = _FOLDER.search(getattr(entry, "path", ""))
    folder = found[1] if found else ""
    stated = [number for name, key in _PREFERENCES.items() if (number := _preference(files.get(name), key))]
    system = files.get(_SYSTEM, b"")[:65536]
    read = (str(int.from_bytes(system[at : at + 4], "big", signed=True)) for at in range(max(0, len(system) - 3)))
    yield from (number for number in (*stated, *read) if _folder_of(number) == folder)
    yield from stated


def _folder_of(number: str) -> str:
    return hashlib.md5(f"mm{number}".encode(), usedforsecurity=False).hexdigest()


def _preference(data: bytes | None, key: str) -> str | None:
    try:
        return shared_prefs.preferences(data)[0].get(key) if data else None
    except EvidenceError:
        return None


def _devices(files: Mapping[str, bytes]) -> Iterator[str]:
    """What the app may have taken for an IMEI."""
    yield from (each for each in java_serial.strings(files.get(_DEVICE, b"")) if _IMEI.match(each))
    yield _SUBSTITUTE


def _opens(start: Group, key: CipherKey) -> bool:
    """A right key makes a database of the pages, whole or cut; a wrong one makes none."""
    try:
        Database(start, key).close()
    except EvidenceError as error:
        return str(error) != NOT_A_DATABASE
    return True
