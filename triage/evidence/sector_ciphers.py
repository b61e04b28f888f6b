"""Ciphers over sectors, as dm-crypt has them: `cipher-mode-iv`, each sector enciphered by itself.

Reference: dm-crypt, Documentation/admin-guide/device-mapper/dm-crypt.rst of Linux (mark A: checked against images of cryptsetup).
The initial vector of a sector comes from its number: plain (32 bits), plain64, plain64be, or essiv:digest, where the number is
enciphered with the digest of the key; ecb has none. Numbers count units of 512 bytes, whatever the size of a sector.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cryptography.hazmat.decrepit.ciphers.algorithms import Camellia
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB, XTS

from triage.errors import Malformed, Unsupported
from triage.evidence.streams import ReadOnly

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm

    from triage.evidence.base import Stream

UNIT = 512
_CIPHERS: dict[str, Callable[[bytes], BlockCipherAlgorithm]] = {"aes": AES, "camellia": Camellia}
_MODES: dict[str, Callable[[bytes], XTS | CBC | ECB]] = {"xts": XTS, "cbc": CBC, "ecb": lambda _vector: ECB()}  # noqa: S305  # as found
_PLAIN: dict[str, Callable[[int], bytes]] = {
    "plain": lambda number: (number & 0xFFFFFFFF).to_bytes(16, "little"),
    "plain64": lambda number: number.to_bytes(16, "little"),
    "plain64be": lambda number: number.to_bytes(16, "big"),
}


def is_known(spec: str) -> bool:
    """Whether `SectorCipher` reads it."""
    cipher, mode, vector = _split(spec)
    name, _, digest = vector.partition(":")
    vectors = name in _PLAIN or (name == "essiv" and digest in hashlib.algorithms_available)
    return vectors and cipher in _CIPHERS and (mode in {"cbc", "ecb"} or (cipher, mode) == ("aes", "xts"))


class SectorCipher:
    """Deciphers whole sectors. Raises Unsupported (a cipher that is not known), Malformed (a key of a wrong length)."""

    def __init__(self, spec: str, key: bytes, sector: int = UNIT) -> None:
        if not is_known(spec):
            raise Unsupported(f"the cipher {spec} is not read")
        cipher, mode, vector = _split(spec)
        self._sector = sector
        try:
            self._algorithm: BlockCipherAlgorithm = _CIPHERS[cipher](key)
            self._mode = _MODES[mode]
            self._vector = self._essiv(cipher, vector, key) if ":" in vector else _PLAIN[vector]
            Cipher(self._algorithm, self._mode(bytes(16))).decryptor()
        except ValueError as error:
            raise Malformed(f"the cipher {spec} and a key of {len(key)} bytes do not fit") from error

    def deciphered(self, data: bytes, number: int) -> bytes:
        """The plain text of sectors one after the other; the first has this number, counted in units of 512 bytes."""
        step, algorithm, mode, vector = self._sector // UNIT, self._algorithm, self._mode, self._vector
        view = memoryview(data)
        return b"".join(
            Cipher(algorithm, mode(vector(number + at // self._sector * step)))
            .decryptor()
            .update(view[at : at + self._sector])
            for at in range(0, len(data), self._sector)
        )

    @staticmethod
    def _essiv(cipher: str, vector: str, key: bytes) -> Callable[[int], bytes]:
        salt = hashlib.new(vector.partition(":")[2], key, usedforsecurity=False).digest()
        engine = Cipher(_CIPHERS[cipher](salt), ECB()).encryptor()  # noqa: S305  # of one block: what ESSIV is
        return lambda number: engine.update(number.to_bytes(16, "little"))


class Sectors(ReadOnly):
    """The plain content of enciphered sectors, from `offset` of a stream on. `size` is a multiple of `sector`, in bytes."""

    def __init__(
        self, parent: Stream, cipher: SectorCipher, *, offset: int, size: int, sector: int, first: int
    ) -> None:
        super().__init__(size)
        self._parent, self._cipher, self._offset = parent, cipher, offset
        self._sector, self._first = sector, first

    def _at(self, offset: int, size: int) -> bytes:
        start = offset // self._sector * self._sector
        end = -(-(offset + size) // self._sector) * self._sector
        self._parent.seek(self._offset + start)
        data = self._parent.read(end - start)
        plain = self._cipher.deciphered(data, self._first + start // UNIT)
        return plain[offset - start : offset - start + size]


def _split(spec: str) -> tuple[str, str, str]:
    """Cipher, mode and initial vector. dm-crypt's short form of a cipher alone means CBC with plain vectors."""
    cipher, _, rest = spec.partition("-")
    mode, _, vector = rest.partition("-")
    return cipher, mode or "cbc", vector or "plain"
