"""LUKS volumes, versions 1 and 2: the key out of a password, the plain content as a medium.

Read: AES and Camellia, the key derivations PBKDF2 and Argon2, sectors of 512 to 4096 bytes. Our own, because libluksde knows
no version 2 (measured: it refuses the header) and takes seconds where the standard library takes tenths. Not read: Serpent,
Twofish and other ciphers (named), a detached header (the data then looks like noise), keys in a token, integrity data,
re-encryption under way.

References: see `luks_header`; the splitting of key material is section 2.4 of the specification of version 1.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from triage.errors import Malformed, Truncated, Unsupported
from triage.evidence.ciphers import remembered, stretched
from triage.evidence.luks_header import SECTOR, Derivation, Header, Slot, read_header
from triage.evidence.medium import Medium
from triage.evidence.nested import Part
from triage.evidence.sector_ciphers import SectorCipher, Sectors, is_known
from triage.model import Opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.keyring import Keyring
    from triage.evidence.limits import Limits
    from triage.model import Problem

NAME = "luks"


class Luks:
    """The one volume inside a LUKS volume. Raises Encrypted, Malformed, Truncated, Unsupported, LimitReached."""

    format = NAME

    def __init__(self, stream: Stream, keyring: Keyring, _limits: Limits) -> None:
        header = read_header(stream)
        whole = stream.seek(0, 2)
        if header.offset >= whole:
            raise Truncated(f"{header.title}: the image ends before its data begins")
        if not header.slots:
            raise Unsupported(f"{header.title}: it has no key slot; its key was destroyed or is in a token")
        if not is_known(header.cipher):
            raise Unsupported(f"{header.title}; this cipher is not read")
        key, number = keyring.opening(header.title, lambda password: _volume_key(header, stream, password))
        self._medium = LuksMedium(stream, header, key)
        self.opened = Opened(f"LUKS{header.version}", number)
        self.parts = (Part(NAME, f"inside LUKS{header.version}, {header.cipher}", self._medium.size),)

    def medium(self, part: Part) -> Medium:
        """The plain content."""
        assert part in self.parts
        return self._medium

    def warnings(self) -> Iterator[Problem]:
        """None: what is wrong with a header is told when it is opened."""
        yield from ()

    def close(self) -> None:
        """Nothing to give back: the stream is its owner's."""


class LuksMedium(Medium):
    """The plain content, deciphered as it is read."""

    format = NAME

    def __init__(self, stream: Stream, header: Header, key: bytes) -> None:
        behind = stream.seek(0, 2) - header.offset
        size = min(behind, header.size or behind) // header.sector * header.sector
        super().__init__(size)
        cipher = SectorCipher(header.cipher, key, header.sector)
        self._sectors = Sectors(
            stream, cipher, offset=header.offset, size=size, sector=header.sector, first=header.first_sector
        )

    def _at(self, offset: int, size: int) -> bytes:
        self._sectors.seek(offset)
        return self._sectors.read(size)


def _volume_key(header: Header, stream: Stream, password: str) -> bytes | None:
    """The key of the volume by the first slot that the password opens; None: it opens none."""
    refused: Unsupported | None = None
    for slot in header.slots:
        try:
            key = _merged(_key_material(slot, stream, password), slot)
        except Unsupported as error:  # another slot may be of a kind that is read
            refused = error
            continue
        if _derived(header.check, key, len(_fitting(header))) == _fitting(header):
            return key
    if refused is not None:
        raise refused
    return None


def _fitting(header: Header) -> bytes:
    return header.check_value[:20] if header.version == 1 else header.check_value


def _key_material(slot: Slot, stream: Stream, password: str) -> bytes:
    size = slot.key_size * slot.stripes
    whole = -(-size // SECTOR) * SECTOR
    stream.seek(slot.offset)
    data = stream.read(whole)
    if len(data) < whole:
        raise Truncated("the image ends before the key slots of its LUKS header do")
    key = _derived(slot.derivation, password.encode("utf-8", "surrogateescape"), slot.area_key_size)
    return SectorCipher(slot.cipher, key).deciphered(data, 0)[:size]


def _derived(how: Derivation, secret: bytes, size: int) -> bytes:
    if how.kind == "pbkdf2":
        return stretched(secret, how.salt, rounds=how.rounds, digest=how.digest, size=size)
    return remembered(secret, how.salt, kind=how.kind, rounds=how.rounds, memory=how.memory, lanes=how.lanes, size=size)


def _merged(material: bytes, slot: Slot) -> bytes:
    """The key out of its stripes: each is mixed in and the whole diffused by a digest, the last one mixed in alone."""
    size = slot.key_size
    key = bytes(size)
    for at in range(0, len(material), size):
        mixed = int.from_bytes(key, "big") ^ int.from_bytes(material[at : at + size], "big")
        key = mixed.to_bytes(size, "big")
        if at + size < len(material):
            key = _diffused(key, slot.split_digest)
    return key


def _diffused(key: bytes, digest: str) -> bytes:
    try:
        length = hashlib.new(digest, usedforsecurity=False).digest_size
        pieces = [
            hashlib.new(digest, number.to_bytes(4, "big") + key[at : at + length], usedforsecurity=False).digest()[
                : len(key) - at
            ]
            for number, at in enumerate(range(0, len(key), length))
        ]
    except (ValueError, TypeError) as error:
        raise Unsupported(f"the digest {digest} is not known here") from error
    if not length:
        raise Malformed(f"the digest {digest} has no length")
    return b"".join(pieces)
