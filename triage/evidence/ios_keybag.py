"""The keybag of an encrypted iOS backup: class keys, each wrapped with a key that is derived from the password.

`BackupKeyBag` in Manifest.plist is a row of tag (4 letters), length (32 bits, big-endian), value. First the header (VERS, TYPE, UUID,
HMCK, WRAP, SALT, ITER, and since iOS 10.2 DPWT, DPIC, DPSL), then each class from its UUID on (CLAS, WRAP, KTYP, WPKY).
Password key = PBKDF2-HMAC-SHA1 (SALT, ITER) of the password, since iOS 10.2 of PBKDF2-HMAC-SHA256 (DPSL, DPIC) of it.
A file key is wrapped once more with its class key, after the number of the class (32 bits, little-endian).

Reference: Apple Platform Security, "Keybags for Data Protection"; Bedrune and Sigwald, "iPhone data protection in depth" (2011); three
public readers agree (mark B). Keys live in the memory of this process alone.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from triage.errors import Encrypted, Malformed
from triage.evidence.ciphers import stretched, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WRONG = "the password does not open this backup"
_BY_PASSWORD = 2  # bit of WRAP
_MOST_CLASSES = 64
_WRAPPED = 40  # a key of 32 bytes after RFC 3394

Fields = dict[bytes, bytes]


class ClassKeys:
    """The opened class keys of a backup. Its text form says nothing about them."""

    def __init__(self, keys: dict[int, bytes]) -> None:
        self._keys = keys

    def opened(self, wrapped: bytes) -> bytes:
        """The key that was wrapped with a class key. Raises Encrypted (a class that stays closed), Malformed."""
        if len(wrapped) != 4 + _WRAPPED:
            raise Malformed("the key of the file has a length that no key has")
        number = int.from_bytes(wrapped[:4], "little")
        if number not in self._keys:
            raise Encrypted(f"protected by a key of class {number}, which the password does not open")
        key = unwrapped(self._keys[number], wrapped[4:])
        if key is None:
            raise Malformed("the key of the file does not fit the keys of the backup")
        return key


def unlocked(keybag: bytes, passwords: Iterable[str]) -> ClassKeys:
    """The class keys that the first fitting password opens. Raises Encrypted where none fits, Malformed, LimitReached."""
    for password in passwords:
        if (keys := _unlocked(keybag, password)) is not None:
            return keys
    raise Encrypted(WRONG)


def _unlocked(keybag: bytes, password: str) -> ClassKeys | None:
    header, classes = _parsed(keybag)
    secret = password.encode("utf-8", "surrogatepass")
    if b"DPSL" in header:
        secret = stretched(secret, header[b"DPSL"], rounds=_number(header, b"DPIC"), digest="sha256")
    secret = stretched(secret, _value(header, b"SALT"), rounds=_number(header, b"ITER"), digest="sha1")
    closed = [fields for fields in classes if _number(fields, b"WRAP") & _BY_PASSWORD and b"WPKY" in fields]
    if not closed:
        raise Malformed("the keybag of the backup holds no key that a password opens")
    keys = {_number(fields, b"CLAS"): unwrapped(secret, fields[b"WPKY"]) for fields in closed}
    opened = {number: key for number, key in keys.items() if key is not None}
    return ClassKeys(opened) if opened else None


def _parsed(keybag: bytes) -> tuple[Fields, list[Fields]]:
    """The header, and the fields of each class."""
    groups: list[Fields] = [{}]
    for tag, value in _tags(keybag):
        if tag == b"UUID" and tag in groups[0]:
            groups.append({})
        if len(groups) > _MOST_CLASSES:
            raise Malformed("the keybag of the backup has too many keys")
        groups[-1][tag] = value
    return groups[0], [fields for fields in groups[1:] if b"CLAS" in fields]


def _tags(keybag: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(keybag):
        tag, length = struct.unpack_from(">4sL", keybag, at)
        value = keybag[at + 8 : at + 8 + length]
        if len(value) < length:
            raise Malformed("the keybag of the backup breaks off")
        yield tag, value
        at += 8 + length


def _value(fields: Fields, tag: bytes) -> bytes:
    value = fields.get(tag)
    if value is None:
        raise Malformed(f"the keybag of the backup has no {tag.decode()}")
    return value


def _number(fields: Fields, tag: bytes) -> int:
    value = _value(fields, tag)
    if len(value) > 8:
        raise Malformed(f"the keybag of the backup has no number in {tag.decode()}")
    return int.from_bytes(value, "big")
