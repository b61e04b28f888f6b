"""Every cipher that opening protected evidence needs, in one place; the errors of `cryptography` are translated here.

Key derivation is PBKDF2 (RFC 8018) of the standard library, key wrapping RFC 3394, content AES in CBC mode (NIST SP
800-38A). CBC deciphers any block from itself and the one before it, so that a stream of it can be read from anywhere.
Keys live in memory alone and are in no message.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR, ECB, GCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2i, Argon2id
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from triage.errors import LimitReached, Malformed, Truncated, Unsupported
from triage.evidence.streams import ReadOnly

if TYPE_CHECKING:
    from triage.evidence.base import Stream

BLOCK = 16
ZERO_IV = bytes(BLOCK)
MOST_ROUNDS = 30_000_000  # iOS asks for ten million, some seconds; what asks for more wants to keep us busy
MOST_MEMORY, MOST_PASSES = 2 << 20, 64  # KiB; LUKS2 takes at most 1 GiB and about four passes


def stretched(  # the parameters of RFC 8018
    password: bytes, salt: bytes, *, rounds: int, digest: str, most: int = MOST_ROUNDS, size: int = 32
) -> bytes:
    """PBKDF2-HMAC with `digest` (sha1, sha256 ...) to `size` bytes. Raises Malformed (no rounds), LimitReached (too many)."""
    if rounds < 1:
        raise Malformed(f"the key is to be derived in {rounds} rounds")
    if rounds > most:
        raise LimitReached(f"the key is to be derived in {rounds} rounds; more than {most} are not tried")
    try:
        return hashlib.pbkdf2_hmac(digest, password, salt, rounds, size)
    except (ValueError, OverflowError) as error:
        raise Unsupported(f"the digest {digest} is not known here") from error


def remembered(  # the parameters of RFC 9106
    password: bytes, salt: bytes, *, kind: str, rounds: int, memory: int, lanes: int, size: int
) -> bytes:
    """Argon2 (RFC 9106) to `size` bytes; `kind` is argon2i or argon2id, `memory` in KiB. Raises as `stretched` does.

    The memory is really used: the limit is what one worker can be asked for, twice what cryptsetup asks for.
    """
    if memory > MOST_MEMORY or rounds > MOST_PASSES:
        raise LimitReached(f"the key is to be derived in {rounds} passes over {memory} KiB; that much is not tried")
    families: dict[str, type[Argon2i | Argon2id]] = {"argon2i": Argon2i, "argon2id": Argon2id}
    family = families.get(kind)
    if family is None:
        raise Unsupported(f"the derivation {kind} of a key is not known here")
    try:
        derivation = family(salt=salt, length=size, iterations=rounds, lanes=lanes, memory_cost=memory)
        return derivation.derive(password)
    except ValueError as error:
        raise Malformed("the parameters of the derivation of a key are out of their range") from error


def unwrapped(wrapping: bytes, wrapped: bytes) -> bytes | None:
    """The key inside an RFC 3394 wrap; None where its integrity value does not fit: another wrapping key."""
    try:
        return aes_key_unwrap(wrapping, wrapped)
    except InvalidUnwrap:
        return None
    except ValueError as error:
        raise Malformed("a wrapped key has a length that no key has") from error


def deciphered(key: bytes, iv: bytes, data: bytes) -> bytes:
    """AES-CBC, whole blocks, padding left in place. Raises Malformed where key, IV or data have a wrong length."""
    try:
        engine = Cipher(AES(key), CBC(iv)).decryptor()
        return engine.update(data) + engine.finalize()
    except ValueError as error:
        raise Malformed("the enciphered data, its key or its initial vector have a wrong length") from error


def ige_deciphered(key: bytes, iv: bytes, data: bytes) -> bytes:
    """AES in infinite garble extension, as MTProto has it: `iv` is the block before the first of the text in cipher and in plain. Raises Malformed."""
    if len(iv) != 2 * BLOCK or len(data) % BLOCK:
        raise Malformed("the enciphered data or its initial vector have a wrong length")
    engine = Cipher(AES(key), ECB()).decryptor()  # noqa: S305  # the mode is made of single blocks
    before, plain, out = iv[:BLOCK], iv[BLOCK:], bytearray()
    for at in range(0, len(data), BLOCK):
        block = data[at : at + BLOCK]
        plain = _xor(engine.update(_xor(block, plain)), before)
        before = block
        out += plain
    return bytes(out)


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(BLOCK, "big")


def unpadded(data: bytes) -> bytes | None:
    """Without PKCS #7 padding; None where there is none that is valid."""
    size = data[-1] if data else 0
    if not 1 <= size <= BLOCK or data[-size:] != bytes([size]) * size:
        return None
    return data[:-size]


class Deciphered(ReadOnly):
    """The plain content of AES-CBC data, readable from anywhere. `size` cuts it; None: what whole blocks give."""

    def __init__(self, parent: Stream, key: bytes, iv: bytes, size: int | None = None) -> None:
        whole = parent.seek(0, 2) // BLOCK * BLOCK
        super().__init__(whole if size is None else size)
        self._parent, self._key, self._iv, self._whole = parent, key, iv, whole
        deciphered(key, iv, b"")  # a key of a wrong length is told at once

    def _at(self, offset: int, size: int) -> bytes:
        first = offset // BLOCK * BLOCK
        last = -(-(offset + size) // BLOCK) * BLOCK
        if last > self._whole:
            raise Truncated(f"ends after {self._whole} of {self.size} bytes")
        start = max(0, first - BLOCK)
        self._parent.seek(start)
        data = self._parent.read(last - start)
        if len(data) < last - start:
            raise Truncated(f"ends after {start + len(data)} of {self.size} bytes")
        iv, data = (data[:BLOCK], data[BLOCK:]) if first else (self._iv, data)
        return deciphered(self._key, iv, data)[offset - first : offset - first + size]

    def close(self) -> None:
        """Close what it reads from, too: nobody else holds it."""
        if not self.closed:
            self._parent.close()
        super().close()


class Counted(ReadOnly):
    """The plain content of AES-CTR data, readable from anywhere. The counter is little-endian from 1, as WinZip has it."""

    def __init__(self, parent: Stream, key: bytes) -> None:
        super().__init__(parent.seek(0, 2))
        self._parent, self._key = parent, key

    def _at(self, offset: int, size: int) -> bytes:
        self._parent.seek(offset)
        data = self._parent.read(size)
        first, last = offset // BLOCK, -(-(offset + len(data)) // BLOCK)
        counters = b"".join(number.to_bytes(BLOCK, "little") for number in range(first + 1, last + 1))
        engine = Cipher(AES(self._key), ECB()).encryptor()  # noqa: S305  # of counters: that is what CTR mode is
        stream = engine.update(counters)[offset - first * BLOCK :][: len(data)]
        mixed = int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")
        return mixed.to_bytes(len(data), "little")


def without_padding(stream: Deciphered) -> int | None:
    """The length of the content before its PKCS #7 padding, None where the end is missing or damaged."""
    if stream.size < BLOCK:
        return None
    stream.seek(stream.size - BLOCK)
    last = unpadded(stream.read(BLOCK))
    return None if last is None else stream.size - BLOCK + len(last)


class GcmOpened:
    """AES-GCM (NIST SP 800-38D) piece by piece; whether the tag fits is asked at the end, so that a cut file can be read."""

    def __init__(self, key: bytes, iv: bytes) -> None:
        """Raises Malformed where key or IV have a wrong length."""
        try:
            self._engine = Cipher(AES(key), GCM(iv)).decryptor()
        except ValueError as error:
            raise Malformed("a key or initial vector of AES-GCM has a wrong length") from error

    def update(self, data: bytes) -> bytes:
        """The next plain bytes."""
        return self._engine.update(data)

    def fits(self, tag: bytes) -> bool:
        """Whether the tag belongs to what was deciphered; nothing more can be deciphered then."""
        try:
            self._engine.finalize_with_tag(tag)
        except (InvalidTag, ValueError):
            return False
        return True


def ctr(key: bytes, iv: bytes, data: bytes) -> bytes:
    """AES-CTR with a big-endian counter that starts at `iv`. Raises Malformed where key or IV have a wrong length."""
    try:
        return Cipher(AES(key), CTR(iv)).decryptor().update(data)
    except ValueError as error:
        raise Malformed("a key or initial vector of AES-CTR has a wrong length") from error
