"""Names in F2FS folders: live ones, and deleted ones whose slots were not used again.

A block of names, and likewise the inline area of a small folder, has a bitmap, then slots of 11 bytes (hash, inode number, length
of the name, type), then 8 bytes of name for each slot; a longer name takes the next slots too. Deleting a name clears its bits and
leaves the rest. Where a folder has more than one block, names are spread by hash; all blocks are read here.

A deleted name counts only if all its slots are free, and if the hash beside it is the hash of the name: the slot of a
long name may have been overwritten in part.
Sources of the facts: `Documentation/filesystems/f2fs.rst` ("Directory Structure") and `include/linux/f2fs_fs.h`
of the kernel; the hash is the TEA hash that ext3 introduced (`fs/f2fs/hash.c`).
"""

from __future__ import annotations

import base64
import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.evidence.f2fs_structures import BLOCK
from triage.evidence.names import forms
from triage.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 255
DOTS = frozenset({b".", b".."})
FILE_TYPES = {1: Kind.FILE, 2: Kind.FOLDER}  # 3 to 7: devices, pipes, sockets, links
_LAST_TYPE = 7

Label = tuple[str, str, bytes | None]

_SLOT = struct.Struct("<IIHB")
_MASK = 0xFFFFFFFF
_KEPT_CIPHERTEXT = 149


@dataclass(frozen=True, slots=True)
class Name:
    """One name as stored. `type` is the number of the file type beside it."""

    raw: bytes
    ino: int
    type: int
    hash: int
    deleted: bool


@dataclass(frozen=True, slots=True)
class Area:
    """How a block of names is divided: number of slots, where slots and names begin."""

    slots: int
    slots_at: int
    names_at: int


def area_of(size: int) -> Area:
    """The division of `size` bytes, a block or the inline area of an inode: as many slots as fit with their bits."""
    slots = size * 8 // (19 * 8 + 1)
    names_at = size - 8 * slots
    return Area(slots, names_at - _SLOT.size * slots, names_at)


BLOCK_AREA = area_of(BLOCK)


def names_in(block: bytes, area: Area, *, hashed: bool) -> Iterator[Name | None]:
    """The names, live and deleted, in the order of their slots; None for each live slot that breaks the rules.

    `hashed`: the names are hashed as they stand (not so where the folder ignores case), which deleted ones must fit.
    """
    bits = int.from_bytes(block[: (area.slots + 7) // 8], "little")
    at = 0
    while at < area.slots:
        live = bool(bits >> at & 1)
        slot = _SLOT.unpack_from(block, area.slots_at + at * _SLOT.size)
        taken = (slot[2] + 7) // 8
        if not 0 < slot[2] <= LONGEST or at + taken > area.slots:
            if live:
                yield None
            at += 1
            continue
        start = area.names_at + 8 * at
        name = Name(block[start : start + slot[2]], slot[1], slot[3], slot[0], not live)
        if live or _is_plausible(name, bits >> at & ((1 << taken) - 1), hashed=hashed):
            yield name
            at += taken
        else:
            at += 1


def _is_plausible(name: Name, taken_bits: int, *, hashed: bool) -> bool:
    if taken_bits or not name.ino or not 0 < name.type <= _LAST_TYPE or name.raw in DOTS:
        return False
    return not hashed or hash_of(name.raw) == name.hash


def label_of(raw: bytes, hash_: int, *, encrypted: bool) -> Label:
    """Locator form, display form, and the bytes where they are no text."""
    return _without_key(raw, hash_) if encrypted else forms(raw)


def _without_key(raw: bytes, hash_: int) -> Label:
    """An encrypted name in the form the kernel shows where it has no key, and the ciphertext.

    Base64url of hash, a second hash that F2FS does not use, ciphertext; of a long one its first 149 bytes and the SHA-256 of the
    rest (`fs/crypto/fname.c`, "no-key name"; kernels since 5.15).
    """
    kept, rest = raw[:_KEPT_CIPHERTEXT], raw[_KEPT_CIPHERTEXT:]
    data = struct.pack("<II", hash_, 0) + kept + (hashlib.sha256(rest).digest() if rest else b"")
    text = base64.urlsafe_b64encode(data).decode().rstrip("=")
    return text, text, raw


def hash_of(name: bytes) -> int:
    """The hash kept beside a name."""
    first, second = 0x67452301, 0xEFCDAB89
    for at in range(0, max(len(name), 1), 16):
        words = _hash_words(name[at : at + 16], len(name) - at)
        first, second = _mixed(first, second, words)
    return first


def _hash_words(part: bytes, left: int) -> tuple[int, ...]:
    """Four words of a stretch of a name, each from its highest byte down, filled with the length of what is left."""
    fill = (left & 0xFF) * 0x01010101 if left < 256 else 0
    words = []
    for at in range(0, 16, 4):
        word = fill
        for byte in part[at : at + 4]:
            word = (word << 8 | byte) & _MASK
        words.append(word)
    return tuple(words)


def _mixed(first: int, second: int, words: tuple[int, ...]) -> tuple[int, int]:
    """Sixteen rounds of the Tiny Encryption Algorithm, added to what was there."""
    left, right, total = first, second, 0
    for _ in range(16):
        total = (total + 0x9E3779B9) & _MASK
        left = (left + (((right << 4) + words[0]) ^ (right + total) ^ ((right >> 5) + words[1]))) & _MASK
        right = (right + (((left << 4) + words[2]) ^ (left + total) ^ ((left >> 5) + words[3]))) & _MASK
    return (first + left) & _MASK, (second + right) & _MASK
