"""Members of a zip under the AES encryption of WinZip (AE-1, AE-2), after WinZip's "AES Encryption Information" (2009).

Content: salt (8, 12 or 16 bytes by strength), two bytes to verify the password, the data in AES-CTR, ten bytes of
HMAC-SHA1. Keys: PBKDF2-HMAC-SHA1 of the password in 1000 rounds, for cipher, authentication and verification. Two of
65,536 wrong passwords pass the verification; the authentication code then tells.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Encrypted, Malformed, Truncated
from triage.evidence.ciphers import Counted
from triage.evidence.streams import Window
from triage.evidence.zip_crypto import WRONG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.evidence.base import Stream

METHOD = 99
_FIELDS = struct.Struct("<H2sBH")
_KEY_SIZES = {1: 16, 2: 24, 3: 32}
_ROUNDS = 1000
_CODE = 10
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Protection:
    """The extra field of such a member: key size in bytes, the method it was packed with, and whether its CRC counts."""

    key_size: int
    method: int
    has_crc: bool

    @staticmethod
    def parse(extra: bytes) -> Protection:
        """Raises Malformed where the field is missing or says what the format does not know."""
        if len(extra) < _FIELDS.size:
            raise Malformed("an AES member without the field that says how it is encrypted")
        version, vendor, strength, method = _FIELDS.unpack_from(extra)
        if version not in {1, 2} or vendor != b"AE" or strength not in _KEY_SIZES:
            raise Malformed("an AES member whose encryption is of an unknown kind")
        return Protection(_KEY_SIZES[strength], method, has_crc=version == 1)


def opened(packed: Stream, protection: Protection, passwords: Iterable[bytes]) -> Stream:
    """The decrypted content, seekable. Raises Encrypted (no password fits), Malformed (damaged), Truncated."""
    size, salt_size = packed.seek(0, 2), protection.key_size // 2
    length = size - salt_size - 2 - _CODE
    if length < 0:
        raise Truncated("the packed content ends too early")
    packed.seek(0)
    salt, told = packed.read(salt_size), packed.read(2)
    for password in passwords:
        keys = hashlib.pbkdf2_hmac("sha1", password, salt, _ROUNDS, 2 * protection.key_size + 2)
        if hmac.compare_digest(keys[-2:], told):
            data = Window(packed, salt_size + 2, length)
            _authenticate(data, keys[protection.key_size : -2], Window(packed, size - _CODE, _CODE).read())
            return Counted(data, keys[: protection.key_size])
    raise Encrypted(WRONG)


def _authenticate(data: Stream, key: bytes, told: bytes) -> None:
    code = hmac.new(key, digestmod="sha1")
    while block := data.read(_BLOCK):
        code.update(block)
    if not hmac.compare_digest(code.digest()[:_CODE], told):
        raise Malformed("the content does not fit its authentication code: damaged, or the password is wrong after all")
