"""`Manifest.mbdb`: the list of an iOS backup before iOS 10, numbers big-endian.

    "mbdb" 05 00, then records: domain, path, target of a link, digest, key (each a string: 16 bits of length, FFFF for none),
    mode (16 bits), inode (64), user, group, three times (32 each), size (64), class (8), number of properties (8)
    and as many pairs of strings

Reference: three public descriptions agree on this shape, on the mode and that the first time is the last change of the content (mark
B). On the other two times they disagree: those are not given.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

from triage.errors import LimitReached, Malformed, Truncated
from triage.evidence.ios_manifest import BackedUp, kind_of, seconds
from triage.evidence.names import exact
from triage.model import Times

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"mbdb\x05\x00"
MOST_BYTES = 256 << 20
_NUMBERS = struct.Struct(">HQLLLLLQBB")


class ManifestRecords:
    """`Manifest.mbdb`, held in memory. What comes before damage is kept; the damage is told when all is listed."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise LimitReached(f"a Manifest.mbdb of more than {MOST_BYTES} bytes is not read")
        if not data.startswith(MAGIC):
            raise Malformed("the manifest of the backup is damaged: its first bytes are not those of a Manifest.mbdb")
        self._damage: Truncated | None = None
        found: dict[str, BackedUp] = {}
        try:
            for record in _records(data):
                found.setdefault(record.file_id, record)
        except Truncated as error:
            self._damage = error
        self._found = found

    def records(self, most: int) -> Iterator[BackedUp]:
        """Sorted by domain and path. Raises Truncated at the end where the file breaks off."""
        ordered = sorted(self._found.values(), key=lambda record: (record.domain, record.path))
        yield from ordered[:most]
        if self._damage is not None:
            raise self._damage

    def find(self, file_id: str) -> BackedUp | None:
        """The record with this name of content."""
        return self._found.get(file_id)

    def has(self, file_id: str) -> bool:
        """Whether there is such a record."""
        return file_id in self._found

    def close(self) -> None:
        """Forget the records."""
        self._found = {}


def _records(data: bytes) -> Iterator[BackedUp]:
    at = len(MAGIC)
    while at < len(data):
        domain, at = _string(data, at)
        path, at = _string(data, at)
        _target, at = _string(data, at)
        _digest, at = _string(data, at)
        key, at = _string(data, at)
        if at + _NUMBERS.size > len(data):
            raise _cut(at)
        mode, _, _, _, modified, _, _, size, _, properties = _NUMBERS.unpack_from(data, at)
        at += _NUMBERS.size
        for _ in range(2 * properties):
            _property, at = _string(data, at)
        yield _backed_up(domain or b"", path or b"", mode, modified, size, key)


def _string(data: bytes, at: int) -> tuple[bytes | None, int]:
    if at + 2 > len(data):
        raise _cut(at)
    length = int.from_bytes(data[at : at + 2], "big")
    if length == 0xFFFF:
        return None, at + 2
    end = at + 2 + length
    if end > len(data):
        raise _cut(at)
    return data[at + 2 : end], end


def _cut(at: int) -> Truncated:
    return Truncated(f"the Manifest.mbdb breaks off, or is damaged, at its byte {at}")


def _backed_up(domain: bytes, path: bytes, mode: int, modified: int, size: int, key: bytes | None) -> BackedUp:
    name = hashlib.sha1(domain + b"-" + path, usedforsecurity=False).hexdigest()
    times = Times(seconds(modified))
    return BackedUp(exact(domain), exact(path), name, kind_of(mode), size, times, key or None)
