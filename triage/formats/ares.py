"""Ares Galaxy's lists of files: `ShareL.dat` (local) and `ShareH.dat` (history), lightly obfuscated.

Behind a magic of 14 bytes, entries of a fixed head and a body; each is deciphered with a running 16-bit key that begins anew for every
head (13871) and body (13872): plain = c XOR key >> 8, key = (c + key) x 23219 + 36126. Head of ShareL: 47 bytes: SHA-1, type at 20, size at
25 (64 bits), length of the body at 45; of ShareH: 23 bytes: SHA-1, shared at 20, length at 21. Body: fields of number, 16 bits of
length, text. Reference: public parsers (mark B); a public ShareL.dat (mark A).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from triage.errors import Malformed, Truncated

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL, HISTORY = b"__ARESDB1.04L_", b"__ARESDB1.02H_"
_HEAD_KEY, _BODY_KEY = 13871, 13872
_HEADS = {LOCAL: (47, 45), HISTORY: (23, 21)}


class AresFile(NamedTuple):
    """One entry: where it begins, its SHA-1, size in bytes (ShareL), whether it is shared (ShareH), texts by number of field."""

    at: int
    sha1: bytes
    size: int | None
    shared: bool | None
    fields: dict[int, str]


def files(data: bytes) -> Iterator[AresFile]:
    """The entries in order. Raises Malformed, Truncated behind the last that can be had."""
    magic = data[:14]
    if magic not in _HEADS:
        raise Malformed("no list of Ares")
    size, place = _HEADS[magic]
    at = 14
    while at < len(data):
        head = _deciphered(data[at : at + size], _HEAD_KEY)
        if len(head) < size:
            raise Truncated(f"the list of Ares breaks off at byte {at}")
        (length,) = struct.unpack_from("<H", head, place)
        body = _deciphered(data[at + size : at + size + length], _BODY_KEY)
        if len(body) < length:
            raise Truncated(f"the list of Ares breaks off at byte {at + size}")
        local = magic == LOCAL
        yield AresFile(
            at,
            head[:20],
            struct.unpack_from("<Q", head, 25)[0] if local else None,
            None if local else head[20] == 1,
            _fields(body),
        )
        at += size + length


def _deciphered(data: bytes, key: int) -> bytes:
    plain = bytearray()
    for byte in data:
        plain.append(byte ^ (key >> 8))
        key = ((byte + key) * 23219 + 36126) & 0xFFFF
    return bytes(plain)


def _fields(body: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    at = 0
    while at + 3 <= len(body):
        number, length = struct.unpack_from("<BH", body, at)
        found.setdefault(number, body[at + 3 : at + 3 + length].decode("utf-8", "backslashreplace"))
        at += 3 + length
    return found
