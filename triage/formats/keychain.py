"""A secret out of an iPhone's keychain that the acquisition deciphered, where such a dump lies in the evidence (mark C for the forms).

Tools write it as a property list or as JSON: a dictionary for each item, in lists by class; names of fields differ (`acct`, `account`,
`v_Data`, `data`), values are bytes, Base64 or hexadecimal. So an item is known by its account and the secret by its length.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.formats import plist

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Where tools put such a dump, from the root of the file system or archive.
DUMPS = (
    "keychain.plist", "keychain_decrypted.plist", "keychain-decrypted.plist", "backup_keychain_v2.plist", "keychain.json", "Keychain.plist",
    "private/var/Keychains/keychain.plist", "private/var/keychains/keychain.plist", "metadata/keychain.plist", "extra/keychain.plist",
    "extra/KeychainDump/backup_keychain_v2.plist", "extra/KeychainDump/keychain.plist", "Dump/keychain.plist",
)  # fmt: skip
_MOST_DEPTH = 12
_HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2})+")


def around(depth: int) -> tuple[str, ...]:
    """The dumps as seen from a file that lies `depth` folders below the root."""
    return tuple("../" * depth + name for name in DUMPS)


def secret(dumps: Mapping[str, bytes], account: str, length: int) -> bytes | None:
    """The secret of this length of the item of this account, in the first dump that has one."""
    for data in dumps.values():
        for item in _items(_parsed(data), 0):
            if any(_said(value) == account for value in item.values()):
                for value in item.values():
                    if (found := _bytes(value, length)) is not None:
                        return found
    return None


def _parsed(data: bytes) -> object:
    try:
        if data.lstrip()[:1] in {b"[", b"{"}:
            return json.loads(data)
        return plist.loaded(data)
    except (EvidenceError, ValueError, RecursionError):
        return None


def _items(value: object, depth: int) -> Iterator[dict[object, object]]:
    """Every dictionary, the outer ones first."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _items(each, depth + 1)


def _said(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None


def _bytes(value: object, length: int) -> bytes | None:
    """A value of this length, as bytes, hexadecimal or Base64."""
    if isinstance(value, bytes):
        return value if len(value) == length else None
    if not isinstance(value, str) or not length <= len(value) <= 2 * length:
        return None
    try:
        made = bytes.fromhex(value) if _HEXADECIMAL.fullmatch(value) else base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error):
        return None
    return made if len(made) == length else None
