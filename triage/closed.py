"""Files that are encrypted, by their signature, and files that may be, because they are noise from start to end.

Both are told as Problems: their content was hashed and could not be examined. Nothing is concluded from noise but that it
may be encrypted; a file wiped with random bytes looks the same (`evidence.noise` has the rule).

Signatures: the formats' own documents (mark B) for KeePass, AxCrypt, OpenSSL, age, OpenPGP and LUKS; Apple's encrypted images
as `disk_signatures` has them; the stream name of encrypted Office documents after Microsoft's MS-OFFCRYPTO, 2.3.4.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.evidence.noise import is_noise
from triage.filetype.signatures import UNKNOWN
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item

STARTS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"LUKS\xba\xbe", "a LUKS container"),
    (3, b"-FVE-FS-", "an image of a BitLocker volume"),
    (0, b"encrcdsa", "an encrypted Apple disk image"),
    (0, b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", "a KeePass password database"),
    (0, b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5", "a KeePass password database (version 1)"),
    (0, bytes.fromhex("c0b9072e4f93f146a015792ca1d9e821"), "a file encrypted by AxCrypt"),
    (0, b"Salted__", "a file encrypted by OpenSSL"),
    (0, b"age-encryption.org/", "a file encrypted by age"),
    (0, b"-----BEGIN PGP MESSAGE-----", "a message encrypted by OpenPGP"),
)
_OFFICE, _PACKAGE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")


def closed_content(item: Item) -> Iterator[Problem]:
    """At most one Problem. Reads further than the head only where the type is unknown. Raises EvidenceError."""
    if what := _encrypted(item):
        yield Problem(kind="encrypted", stage="type", message=f"{what}; its content was not read")
    elif item.mime == UNKNOWN and _may_be(item):
        message = (
            "may be encrypted: noise from start to end and no known format, as a container of VeraCrypt is;"
            " a file of random bytes looks the same"
        )
        yield Problem(kind="maybe-encrypted", stage="type", message=message)


def _encrypted(item: Item) -> str | None:
    for offset, magic, what in STARTS:
        if item.head.startswith(magic, offset):
            return what
    if item.head.startswith(_OFFICE) and _PACKAGE in (item.copy if item.copy is not None else item.head):
        return "an Office document protected by a password"
    return None


def _may_be(item: Item) -> bool:
    with item.open() as stream:
        return is_noise(stream, item.digests.length)
