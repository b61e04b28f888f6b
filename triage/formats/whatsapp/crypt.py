"""Headers and keys of WhatsApp's encrypted backups crypt12, crypt14 and crypt15; nothing is deciphered here.

AES-256-GCM with an IV of 16 bytes over a zlib stream or a zip; then the tag, and in most an MD5 of all before it. crypt12 has a fixed
header, the later ones a protocol buffer behind its length and, with the feature table, a byte 01. Mark A: the public sample set
opens by this description alone.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from triage.errors import Malformed
from triage.formats.java_serial import MAGIC as JAVA
from triage.formats.protobuf import Fields

HEAD = 1 << 10  # bytes in which every header ends
END = 20  # bytes at the end of a crypt12 that are looked at
_IV, _TAG, _MD5, _DIGITS = 16, 16, 16, 4
_OLD = 67  # bytes of a crypt12 header
_PAYLOAD = 131  # bytes of the key file for crypt12 and crypt14, without Java's wrapping
_ROOT = 32
_LABEL = b"backup encryption\x01"


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says before its data, which begin at `start` and are followed by `footer` bytes at most.

    `salts` (server salt, key version, Google id salt) name the key file of crypt12 and crypt14; None: crypt15.
    """

    version: int
    iv: bytes
    start: int
    footer: int
    salts: tuple[bytes, int, bytes] | None


def read_header(head: bytes, end: bytes = b"") -> Header | None:
    """The header in the first bytes of a file; None where it is no such backup. A crypt12 is known by its end, too."""
    return _old(head, end) or _new(head)


def looks_like_backup(name: str, head: bytes) -> bool:
    """Whether name and first bytes are those of a backup: for the type of a file, whose end is not at hand."""
    if name.lower().endswith(".crypt12"):
        return head.startswith(b"\0\1") and len(head) > _OLD
    return head[1:2] in {b"\x08", b"\x01"} and _new(head[:HEAD]) is not None


def keys_of(secret: str, header: Header) -> list[bytes]:
    """The AES keys that a secret may mean for this backup: a key file in hexadecimal digits, or the 64 digits shown to the user.

    None where the secret is neither, or a key file that belongs to another backup.
    """
    try:
        data = bytes.fromhex(secret.strip().replace(" ", ""))
    except ValueError:
        return []
    payload = _unwrapped(data)
    if len(payload) == _PAYLOAD:
        return [payload[-_ROOT:]] if header.salts in {None, (payload[3:35], payload[2], payload[35:51])} else []
    if len(payload) != _ROOT:
        return []
    derived = hmac.digest(hmac.digest(bytes(_ROOT), payload, "sha256"), _LABEL, "sha256")
    return [derived] if header.version == 15 else [payload, derived]


def is_packed(plain: bytes) -> bool:
    """Whether deciphered bytes begin as every backup does: a zlib stream or a zip."""
    return plain[:2] in {b"\x78\x01", b"\x78\x9c", b"\x78\xda", b"\x78\x5e", b"PK"}


def _unwrapped(data: bytes) -> bytes:
    """The byte array in a file that Java serialised; other bytes as they are."""
    if not data.startswith(JAVA):
        return data
    _, mark, rest = data.partition(b"\x78\x70")
    size = int.from_bytes(rest[:4], "big")
    return rest[4 : 4 + size] if mark and len(rest) >= 4 + size else b""


def _old(head: bytes, end: bytes) -> Header | None:
    """Cipher version 00 01, key version, server salt, Google id salt, IV; the file ends with -- and two digits."""
    if not head.startswith(b"\0\1") or len(head) < _OLD or not (end[-4:-2] == b"--" and end[-2:].isdigit()):
        return None
    salts = head[3:35], head[2], head[35:51]
    return Header(12, head[51:67], _OLD, _TAG + _MD5 + _DIGITS, salts)


def _new(head: bytes) -> Header | None:
    size = head[0] if head else 0
    at = 2 if head[1:2] == b"\x01" else 1
    fields = _fields(head[at : at + size]) if size and len(head) >= at + size else None
    if fields is None or 4 not in fields:
        return None
    own, user = fields.inside(2), fields.inside(3)
    if own is not None and len(iv := own.data(5) or b"") == _IV:
        salts = own.data(3) or b"", _version(own.data(2) or b""), own.data(4) or b""
        return Header(14, iv, at + size, _TAG + _MD5, salts)
    if user is not None and len(iv := user.data(1) or b"") == _IV:
        return Header(15, iv, at + size, _TAG + _MD5, None)
    return None


def _version(written: bytes) -> int:
    """The version of the key: a digit in the header, a byte in the key file."""
    return int(written) if written.isdigit() else int.from_bytes(written, "big")


def _fields(data: bytes) -> Fields | None:
    try:
        return Fields(data)
    except Malformed:
        return None
