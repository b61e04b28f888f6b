"""The main volume of a FileVault 2 disk, from its physical volume header and encrypted metadata alone.

For disks whose other copies of the metadata or whose description of the group are gone, which libfvde then refuses. Reads the first
logical volume as one stretch, as cryptsetup does. References: the FVAULT2 support of cryptsetup (lib/fvault2) and the
FileVault Drive Encryption format of libfvde (mark B; mark A on one sample: the digest of its content).

All numbers are little-endian. Metadata blocks are 8192 bytes, AES-XTS with the key of the header and the identifier of the
physical volume, the number of the block as tweak. Two property lists in them have what is needed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import LimitReached, Malformed, Truncated
from triage.evidence.ciphers import stretched, unwrapped
from triage.evidence.medium import Medium
from triage.evidence.nested import Part
from triage.evidence.sector_ciphers import UNIT, SectorCipher, Sectors
from triage.model import Opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.keyring import Keyring
    from triage.model import Problem

ADVICE = "give the password of a user of the Mac or the recovery key with --password"
_BLOCK = 8192
_MOST_BLOCKS, _MOST_USERS = 1 << 16, 64
_CONTEXT, _LOGICAL, _EXTENTS = 0x0019, 0x001A, 0x0305
_DATA = "<key>{}</key>\\s*<data[^>]*>([^<]+)</data>"
_USERS = re.compile(_DATA.format("PassphraseWrappedKEKStruct").encode())
_KEYS = re.compile(_DATA.format("KEKWrappedVolumeKeyStruct").encode())
_SIZE = re.compile(rb"<key>com\.apple\.corestorage\.lv\.size</key>\s*<integer[^>]*>(0x[0-9a-fA-F]+)</integer>")
_FAMILY = re.compile(rb"<key>com\.apple\.corestorage\.lv\.familyUUID</key>\s*<string[^>]*>([0-9A-Fa-f-]{36})</string>")


@dataclass(frozen=True, slots=True)
class _Volume:
    """What the metadata say: place and size in bytes, the identifier of the family, the wrapped keys."""

    offset: int
    size: int
    family: uuid.UUID
    users: tuple[bytes, ...]
    keys: tuple[bytes, ...]


class FileVault:
    """One logical volume. Raises Encrypted, Malformed, Truncated, LimitReached."""

    format = "corestorage"

    def __init__(self, stream: Stream, keyring: Keyring) -> None:
        volume = _read(stream)
        title = f"a FileVault 2 encrypted volume (family {volume.family})"
        key, number = keyring.opening(title, lambda password: _volume_key(volume, password), advice=ADVICE)
        self.opened: Opened | None = Opened("FileVault 2", number)
        self._medium = FileVaultMedium(stream, volume, key)
        self.parts = (Part("filevault", "inside FileVault 2, aes-xts-plain64", self._medium.size),)

    def medium(self, part: Part) -> Medium:
        """The plain content."""
        assert part in self.parts
        return self._medium

    def warnings(self) -> Iterator[Problem]:
        """None."""
        yield from ()

    def close(self) -> None:
        """Nothing to give back: the stream is its owner's."""


class FileVaultMedium(Medium):
    """The plain content, deciphered as it is read."""

    format = "corestorage"

    def __init__(self, stream: Stream, volume: _Volume, key: bytes) -> None:
        size = max(0, min(volume.size, stream.seek(0, 2) - volume.offset)) // UNIT * UNIT
        super().__init__(size)
        cipher = SectorCipher("aes-xts-plain64", key)
        self._sectors = Sectors(stream, cipher, offset=volume.offset, size=size, sector=UNIT, first=0)

    def _at(self, offset: int, size: int) -> bytes:
        self._sectors.seek(offset)
        return self._sectors.read(size)


def _read(stream: Stream) -> _Volume:
    header = _bytes(stream, 0, 512)
    block_size, label = struct.unpack_from("<I4xQ", header, 96)
    first = label * block_size
    (place,) = struct.unpack_from("<I", _bytes(stream, first, 512), 220)
    count, start = struct.unpack_from("<8xQ16xQ", _bytes(stream, first + place, 40))
    if count > _MOST_BLOCKS:
        raise LimitReached(f"{count} blocks of Core Storage metadata")
    key = header[176:192] + header[304:320]
    found = dict(_blocks(stream, start * block_size, count, key))
    return _volume(found, block_size)


def _blocks(stream: Stream, start: int, count: int, key: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and content of each block in use, in order; a later one of a type stands for an earlier."""
    cipher = SectorCipher("aes-xts-plain64", key, _BLOCK)
    for number in range(count):
        data = _bytes(stream, start + number * _BLOCK, _BLOCK)
        if not any(data):
            return
        plain = cipher.deciphered(data, number)
        if struct.unpack_from("<I", plain, 48)[0] == _BLOCK:
            yield struct.unpack_from("<H", plain, 10)[0], plain


def _volume(blocks: dict[int, bytes], block_size: int) -> _Volume:
    if not blocks.keys() >= {_CONTEXT, _LOGICAL, _EXTENTS}:
        raise Malformed("the Core Storage metadata do not describe an encrypted volume")
    context, logical = _text(blocks[_CONTEXT], 112), _text(blocks[_LOGICAL], 128)
    size, family = _SIZE.search(logical), _FAMILY.search(logical)
    (offset,) = struct.unpack_from("<I", blocks[_EXTENTS], 104)
    if size is None or family is None:
        raise Malformed("the Core Storage metadata do not say how large the volume is")
    try:
        identifier = uuid.UUID(family[1].decode())
        users = tuple(base64.b64decode(found) for found in _USERS.findall(context)[:_MOST_USERS])
        keys = tuple(base64.b64decode(found) for found in _KEYS.findall(context)[:_MOST_USERS])
    except (binascii.Error, ValueError) as error:
        raise Malformed("the keys in the Core Storage metadata are none") from error
    return _Volume(offset * block_size, min(int(size[1], 16), 1 << 62), identifier, users, keys)


def _text(block: bytes, at: int) -> bytes:
    """The property list that a block names by offset and size."""
    offset, size = struct.unpack_from("<II", block, at)
    return block[offset : offset + size]


def _volume_key(volume: _Volume, password: str) -> bytes | None:
    """The AES-XTS key: the volume's own, and the first half of a digest over it and the family as the second key."""
    for user in volume.users:
        if len(user) < 172:
            continue
        (rounds,) = struct.unpack_from("<I", user, 168)
        secret = password.encode("utf-8", "surrogateescape")
        wrapping = stretched(secret, user[8:24], rounds=rounds, digest="sha256", size=16)
        inner = unwrapped(wrapping, user[32:56])
        for wrapped in volume.keys if inner is not None else ():
            if inner is not None and (key := unwrapped(inner, wrapped[8:32])) is not None:
                return key + hashlib.sha256(key + volume.family.bytes).digest()[:16]
    return None


def _bytes(stream: Stream, offset: int, size: int) -> bytes:
    if offset >= 1 << 62:
        raise Malformed("the Core Storage metadata lie nowhere")
    stream.seek(offset)
    data = stream.read(size)
    if len(data) < size:
        raise Truncated("the image ends before its Core Storage metadata do")
    return data
