"""Telegram Desktop: whose accounts are logged in, out of `tdata/key_datas` and the file of each account beside it (published tools agree, mark B).

`TDF$`, version, content, MD5. The content is a salt, the key of everything, and the list of accounts. The key is enciphered under the
local passcode, or under none: PBKDF2-HMAC-SHA512 of SHA-512(salt + passcode + salt), 100,000 rounds, one without a passcode. What is
enciphered begins with the first 16 bytes of the SHA-1 of its plain form; key and vector are made of them as MTProto 1 does (AES-256-IGE).
"""

from __future__ import annotations

import hashlib
import re
import struct
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from triage.errors import Encrypted, EvidenceError, Malformed, Truncated
from triage.evidence.ciphers import ige_deciphered, stretched
from triage.formats import given_keys
from triage.formats.whole import whole
from triage.model import Account, Opened, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

_NAME = re.compile(r"key_data[s01]?\Z")
_MAGIC = b"TDF$"
_MOST, _MOST_ACCOUNTS = 1 << 20, 64
_ROUNDS, _KEY_BYTES, _PRINT = 100_000, 256, 16
_OWNER = 75  # the block that says who is logged in
_WIDE = b"\xff" * 8  # where the numbers of 32 bits were: those of 64 follow


class TelegramDesktop:
    """An `Account` for each account that is logged in."""

    name: ClassVar[str] = "telegram-desktop"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Telegram Desktop"
    describes: ClassVar[str] = (
        "The identifiers of the accounts that are logged in on a computer, with the local passcode where there is one"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Telegram Desktop keeps no history of messages on the computer; what a user exported is read (telegram-export, telegram-html).",
        "With a local passcode the accounts are read where it is given (--password).",
        "An account whose own file is missing or damaged is given without its identifier.",
        "Drafts, settings and cached pictures and clips inside tdata are enciphered one by one and not read; keys of sessions are not kept.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account,)

    def wants(self, item: Item) -> bool:
        """The file of keys, by name and first bytes."""
        return _NAME.match(item.entry.name) is not None and item.head.startswith(_MAGIC)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The accounts in their order; a problem of kind encrypted where the passcode is missing."""
        salt, wrapped, listed = _parts(_content(whole(item, most=_MOST)), 3)
        key = _local_key(item, salt, wrapped)
        for number in _numbers(_plain(listed, key)):
            name = f"{_file_of(number)}s"
            user = None
            try:
                user = _user(item.near(name).get(name), key, name)
            except EvidenceError as error:
                yield Problem(kind=error.kind, stage=self.name, message=f"account {number + 1}: {error}")
            yield Account(where=f"account {number + 1}", app="Telegram", identifier=user, service=self.title)


class _Keys(NamedTuple):
    key: bytes
    iv: bytes


def _local_key(item: Item, salt: bytes, wrapped: bytes) -> bytes:
    """The key under which everything else is enciphered. Raises Encrypted."""
    for place, passcode in enumerate(("", *item.secrets)):
        spoken = passcode.encode("utf-8", "surrogatepass")
        first = hashlib.sha512(salt + spoken + salt).digest()
        key = stretched(first, salt, rounds=_ROUNDS if passcode else 1, digest="sha512", size=_KEY_BYTES)
        plain = _opened(wrapped, key)
        if plain is not None and len(plain) >= _KEY_BYTES:
            item.opened = Opened("Telegram Desktop", place) if place else None
            return plain[:_KEY_BYTES]
    raise Encrypted(f"Telegram Desktop is locked by a local passcode; {given_keys.advice(item)}")


def _content(data: bytes) -> bytes:
    """What the wrapper holds. Raises Malformed where its digest does not fit."""
    version, content, digest = data[4:8], data[8:-16], data[-16:]
    told = hashlib.md5(content + struct.pack("<i", len(content)) + version + _MAGIC, usedforsecurity=False).digest()
    if len(data) < 24 or told != digest:
        raise Malformed("the digest of a file of Telegram Desktop does not fit its content")
    return content


def _parts(content: bytes, count: int) -> list[bytes]:
    """Strings of bytes behind their lengths. Raises Truncated."""
    found, at = [], 0
    for _ in range(count):
        size = int.from_bytes(content[at : at + 4], "big")
        if at + 4 + size > len(content):
            raise Truncated("a file of Telegram Desktop ends too soon")
        found.append(content[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def _plain(enciphered: bytes, key: bytes) -> bytes:
    plain = _opened(enciphered, key)
    if plain is None:
        raise Malformed("enciphered data does not fit its digest")
    return plain


def _opened(enciphered: bytes, key: bytes) -> bytes | None:
    """The plain form; None where its digest does not fit: another key. The length comes first."""
    told, data = enciphered[:_PRINT], enciphered[_PRINT:]
    if len(data) < _PRINT or len(data) % _PRINT:
        return None
    keys = _keys(told, key)
    plain = ige_deciphered(keys.key, keys.iv, data)
    if hashlib.sha1(plain, usedforsecurity=False).digest()[:_PRINT] != told:
        return None
    return plain[4 : int.from_bytes(plain[:4], "little")]


def _keys(told: bytes, key: bytes) -> _Keys:
    """Key and vector out of the digest and the 128 bytes of the key from the ninth on."""
    own = key[8:136]
    mixed = (told + own[:32], own[32:48] + told + own[48:64], own[64:96] + told, told + own[96:128])
    a, b, c, d = (hashlib.sha1(each, usedforsecurity=False).digest() for each in mixed)
    return _Keys(a[:8] + b[8:20] + c[4:16], a[8:20] + b[:8] + c[16:20] + d[:8])


def _numbers(listed: bytes) -> list[int]:
    """The numbers of the accounts, from 0."""
    count = min(int.from_bytes(listed[:4], "big"), _MOST_ACCOUNTS, len(listed) // 4 - 1)
    return [int.from_bytes(listed[4 * each : 4 * each + 4], "big") for each in range(1, count + 1)]


def _file_of(number: int) -> str:
    """The name of an account's file: the first eight bytes of the MD5 of its own name, each half byte before the other."""
    name = "data" if number == 0 else f"data#{number + 1}"
    return "".join(f"{byte:02X}"[::-1] for byte in hashlib.md5(name.encode(), usedforsecurity=False).digest()[:8])


def _user(stored: bytes | None, key: bytes, name: str) -> str | None:
    """Who is logged in; None where there is no such file. Raises Malformed, Truncated."""
    if stored is None:
        return None
    block = _plain(_parts(_content(stored), 1)[0], key)
    if int.from_bytes(block[:4], "big") != _OWNER:
        raise Malformed(f"its file {name} holds no block {_OWNER}")
    (who,) = _parts(block[4:], 1)
    user = int.from_bytes(who[8:16] if who[:8] == _WIDE else who[:4], "big")
    return str(user) if user else None
