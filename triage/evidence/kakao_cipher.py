"""How KakaoTalk enciphers single columns: AES-256-CBC under a key of PKCS #12's derivation (RFC 7292, appendix B; SHA-1, two rounds).

Constants and prefixes are the app's own, as a published tool has them (mark B).
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from triage.errors import EvidenceError
from triage.evidence.ciphers import deciphered, unpadded

_PASSWORD = bytes.fromhex("1608096F02172B0821210A1003030706")
_IV = bytes.fromhex("0F080100194725DC15F517E0E1150C35")
_PREFIXES = (
    "", "", "12", "24", "18", "30", "36", "12", "48", "7", "35", "40", "17", "23", "29", "isabel", "kale", "sulli", "van", "merry",
    "kyle", "james", "maddux", "tony", "hayden", "paul", "elijah", "dorothy", "sally", "bran", "extr.ursra", "veil",
)  # fmt: skip
_ROUNDS, _BLOCK, _SIZE = 2, 64, 32  # SHA-1 works on blocks of 64 bytes; AES-256 takes 32
_MOST = 1 << 20


class Deciphering:
    """Deciphers values and counts those that do not give text."""

    def __init__(self) -> None:
        self.failed = 0

    def text(self, value: object, person: int | None, kind: int | None) -> str | None:
        """The text of a value that belongs to a person; `kind` is the number that names the prefix. None: empty, or it fails."""
        if not isinstance(value, str) or not value:
            return None
        found = _text(value, person, kind) if person is not None and kind is not None and len(value) <= _MOST else None
        self.failed += found is None
        return found


def _text(value: str, person: int, kind: int) -> str | None:
    if not 0 <= kind < len(_PREFIXES):
        return None
    try:
        data = base64.b64decode(value, validate=True)
        plain = unpadded(deciphered(key(person, kind), _IV, data))
        return plain.decode() if plain is not None else None
    except (ValueError, EvidenceError):  # no Base64, letters beyond ASCII, no UTF-8
        return None


@lru_cache(maxsize=4096)
def key(person: int, kind: int) -> bytes:
    """The key of a person; a number of 0 or less has no salt."""
    salt = (f"{_PREFIXES[kind]}{person}" if person > 0 else "").encode()[:16].ljust(16, b"\0")
    return derived(_PASSWORD, salt)


def derived(password: bytes, salt: bytes) -> bytes:
    """32 bytes of key material (identifier 1) by RFC 7292, B.2; `password` as it is, UTF-16 and its end made here."""
    text = b"".join(bytes((0, each)) for each in password) + b"\0\0"
    inner = _filled(salt) + _filled(text)
    found = b""
    while len(found) < _SIZE:
        part = bytes([1]) * _BLOCK + inner
        for _ in range(_ROUNDS):
            part = hashlib.sha1(part, usedforsecurity=False).digest()
        found += part
        inner = _next(inner, _filled(part))
    return found[:_SIZE]


def _filled(data: bytes) -> bytes:
    """Repeated to whole blocks."""
    size = _BLOCK * -(-len(data) // _BLOCK)
    return (data * (size // max(1, len(data)) + 1))[:size]


def _next(inner: bytes, part: bytes) -> bytes:
    """Each block plus the digest's block plus one, modulo 2^512."""
    step = int.from_bytes(part[:_BLOCK], "big") + 1
    blocks = (int.from_bytes(inner[at : at + _BLOCK], "big") for at in range(0, len(inner), _BLOCK))
    return b"".join(((block + step) % (1 << 8 * _BLOCK)).to_bytes(_BLOCK, "big") for block in blocks)
