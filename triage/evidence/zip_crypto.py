"""Members of a zip under the traditional encryption of PKWARE ("ZipCrypto"), after APPNOTE 6.3, section 6.1.

Twelve bytes of random data precede the content; the last of them is the high byte of the CRC-32 or, where the CRC follows the
content (bit 3), of the time. One wrong password in 256 passes that test; the checksum of the content then tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import Encrypted, Truncated
from triage.evidence.streams import ReadOnly

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.evidence.base import Stream

HEADER = 12
WRONG = "the password given does not open this member"


class TraditionalContent(ReadOnly):
    """The decrypted content, to be read from its start to its end. Raises Encrypted where no password fits."""

    def __init__(self, packed: Stream, passwords: Iterable[bytes], check: int) -> None:
        super().__init__(max(0, packed.seek(0, 2) - HEADER))
        packed.seek(0)
        header = packed.read(HEADER)
        if len(header) < HEADER:
            raise Truncated("the packed content ends too early")
        self._packed = packed
        self._cipher = self._fitting(header, passwords, check)
        self._next = 0

    def _at(self, offset: int, size: int) -> bytes:
        assert offset == self._next, "a cipher of this kind runs in one direction"
        self._packed.seek(HEADER + offset)
        data = self._packed.read(size)
        self._next += len(data)
        return self._cipher.decrypted(data)

    @staticmethod
    def _fitting(header: bytes, passwords: Iterable[bytes], check: int) -> _Cipher:
        for password in passwords:
            cipher = _Cipher(password)
            if cipher.decrypted(header)[-1] == check:
                return cipher
        raise Encrypted(WRONG)


class _Cipher:
    """Three keys that every byte of the plain text changes."""

    def __init__(self, password: bytes) -> None:
        self._keys = (0x12345678, 0x23456789, 0x34567890)
        for byte in password:
            self._keys = _changed(*self._keys, byte)

    def decrypted(self, data: bytes) -> bytes:
        """The plain text of the next bytes. The inner loop is written out: it runs once for each byte of a member."""
        first, second, third = self._keys
        table, plain = _TABLE, bytearray(len(data))
        for at, hidden in enumerate(data):
            mask = third | 2
            byte = hidden ^ (mask * (mask ^ 1)) >> 8 & 0xFF
            plain[at] = byte
            first = first >> 8 ^ table[(first ^ byte) & 0xFF]
            second = ((second + (first & 0xFF)) * 134_775_813 + 1) & 0xFFFFFFFF
            third = third >> 8 ^ table[(third ^ second >> 24) & 0xFF]
        self._keys = first, second, third
        return bytes(plain)


def _changed(first: int, second: int, third: int, byte: int) -> tuple[int, int, int]:
    first = first >> 8 ^ _TABLE[(first ^ byte) & 0xFF]
    second = ((second + (first & 0xFF)) * 134_775_813 + 1) & 0xFFFFFFFF
    return first, second, third >> 8 ^ _TABLE[(third ^ second >> 24) & 0xFF]


def _row(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    return value


_TABLE = tuple(_row(value) for value in range(256))  # of the CRC-32 without its inversions
