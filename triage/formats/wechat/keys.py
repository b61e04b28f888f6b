"""The key of EnMicroMsg.db out of files beside it: MD5(IMEI + account number), the first seven digits (mark B); or given by a person.

What may be given: the seven digits, or the IMEI where the phone's files do not have it.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Protocol

from triage.errors import EvidenceError
from triage.formats import java_serial, shared_prefs
from triage.formats.given_keys import Beginning, Locked, given_key, passphrase, raw_key
from triage.formats.sqlcipher import CipherKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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


class _Neighbourly(Locked, Protocol):
    """An item: bytes, what was given, and small files near it."""

    def near(self, *relatives: str) -> Mapping[str, bytes]: ...


def key_of(item: _Neighbourly) -> CipherKey | None:
    """The key that opens the database, or None."""
    files = item.near(_SYSTEM, _DEVICE, *_PREFERENCES)
    start = Beginning(item.scratch, item.head)
    numbers = list(dict.fromkeys(_numbers(item, files)))
    tried = dict.fromkeys(f"{device}{number}" for number in numbers for device in _devices(files))
    found = next(filter(start.opens, map(_key, list(tried)[:_MOST_KEYS])), None)
    return found or given_key(item, lambda given: _given(given, numbers), raw_key, passphrase)


def _key(secret: str) -> CipherKey:
    return CipherKey(hashlib.md5(secret.encode(), usedforsecurity=False).hexdigest()[:7], settings=_SETTINGS)


def _given(secret: str, numbers: list[str]) -> Iterator[CipherKey]:
    """A key as it is, or made of an IMEI that was given."""
    yield CipherKey(secret, settings=_SETTINGS)
    if _IMEI.match(secret):
        yield from (_key(f"{secret}{number}") for number in numbers)


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
