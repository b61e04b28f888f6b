"""The header of a LUKS volume, versions 1 and 2, as one shape: where the data is, how it is enciphered, which slots open it.

References: LUKS On-Disk Format Specification 1.2.3 (2018) and LUKS2 On-Disk Format Specification 1.1.3 (2023), both by
the cryptsetup project (mark A: checked against `cryptsetup luksDump`). Version 1 is a fixed structure, big-endian. Version
2 is a binary header and JSON behind it, with a second copy behind the first; a copy counts where its checksum fits.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import LimitReached, Malformed, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.evidence.base import Stream

MAGIC, SECOND_MAGIC = b"LUKS\xba\xbe", b"SKUL\xba\xbe"
SECTOR = 512
_FIRST = struct.Struct(">6sH32s32s32sII20s32sI40s")
_SLOT = struct.Struct(">II32sII")
_ACTIVE = 0x00AC71F3
_SECOND = struct.Struct(">6sHQQ48s32s64s40s48sQ184s64s")
_BINARY = 4096
_SIZES = tuple(0x4000 << step for step in range(9))  # 16 KiB to 4 MiB, where the second copy may lie
_MOST_SLOTS = 32
_MOST_STRIPES = 1 << 16  # cryptsetup writes 4,000


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a password becomes a key. `kind` is pbkdf2 (`digest`, `rounds`), argon2i or argon2id (`rounds`, `memory` in KiB)."""

    kind: str
    salt: bytes
    rounds: int
    digest: str = ""
    memory: int = 0
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """One password's place: its enciphered key material (`offset`, bytes) and how to open it. Sizes in bytes."""

    derivation: Derivation
    offset: int
    key_size: int
    area_key_size: int
    stripes: int
    split_digest: str
    cipher: str


@dataclass(frozen=True, slots=True)
class Header:
    """What a LUKS volume says of itself. `offset` and `size` (None: to the end) are of the data, in bytes; `check` and
    `check_value` tell whether a volume key is the right one. `first_sector` is added to the number of each sector of `sector` bytes.
    """

    version: int
    identifier: str
    label: str
    cipher: str
    offset: int
    size: int | None
    sector: int
    first_sector: int
    slots: tuple[Slot, ...]
    check: Derivation
    check_value: bytes

    @property
    def title(self) -> str:
        """For people: version, cipher, identifier and label."""
        label = f', label "{self.label}"' if self.label else ""
        return f"a LUKS{self.version} encrypted volume ({self.cipher}, identifier {self.identifier}{label})"


def read_header(stream: Stream) -> Header:
    """The header. Raises Malformed, LimitReached, Unsupported (a version or a state of conversion that is not read)."""
    stream.seek(0)
    head = stream.read(_BINARY)
    if head.startswith(MAGIC) and head[6:8] == b"\x00\x01":
        return _version_1(head)
    return _version_2(stream)


def _version_1(head: bytes) -> Header:
    if len(head) < _FIRST.size + 8 * _SLOT.size:
        raise Malformed("a LUKS encrypted volume; its header is cut short")
    _, _, name, mode, digest, offset, key_size, value, salt, rounds, identifier = _FIRST.unpack_from(head)
    _check_key_size(key_size)
    cipher, hashed = f"{_text(name)}-{_text(mode)}", _text(digest)
    slots = tuple(_slots_1(head, cipher, hashed, key_size))
    check = Derivation("pbkdf2", salt, rounds, hashed)
    return Header(1, _text(identifier), "", cipher, offset * SECTOR, None, SECTOR, 0, slots, check, value)


def _slots_1(head: bytes, cipher: str, digest: str, key_size: int) -> Iterator[Slot]:
    for number in range(8):
        state, rounds, salt, offset, stripes = _SLOT.unpack_from(head, _FIRST.size + number * _SLOT.size)
        if state == _ACTIVE:
            _check_stripes(stripes)
            derivation = Derivation("pbkdf2", salt, rounds, digest)
            yield Slot(derivation, offset * SECTOR, key_size, key_size, stripes, digest, cipher)


def _version_2(stream: Stream) -> Header:
    for offset, magic in ((0, MAGIC), *((size, SECOND_MAGIC) for size in _SIZES)):
        copy = _copy(stream, offset, magic)
        if copy is not None:
            identifier, label, text = copy
            return _described(identifier, label, text)
    raise Malformed("a LUKS encrypted volume; no copy of its header is whole")


def _copy(stream: Stream, offset: int, magic: bytes) -> tuple[str, str, bytes] | None:
    stream.seek(offset)
    head = stream.read(_BINARY)
    if len(head) < _BINARY or not head.startswith(magic):
        return None
    _, version, size, _, label, algorithm, _, identifier, _, _, _, checksum = _SECOND.unpack_from(head)
    name = _text(algorithm)
    if version != 2 or size not in _SIZES or name not in {"sha1", "sha256", "sha512"}:
        return None
    text = stream.read(size - _BINARY)
    at = _SECOND.size - 64
    digest = hashlib.new(name, head[:at] + bytes(64) + head[at + 64 :] + text, usedforsecurity=False).digest()
    return (_text(identifier), _text(label), text) if checksum.startswith(digest) else None


def _described(identifier: str, label: str, text: bytes) -> Header:
    """The JSON as a header. What is not as the specification has it raises on the way, and is Malformed."""
    try:
        data = json.loads(text.split(b"\0", 1)[0])
        return _from_json(identifier, label, data)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, binascii.Error) as error:
        raise Malformed(f"the LUKS2 header does not hold what it should ({type(error).__name__})") from error


def _from_json(identifier: str, label: str, data: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Header:
    required = data["config"].get("requirements", {})
    if required and required.get("mandatory"):
        raise Unsupported("the LUKS2 volume was being re-encrypted or needs a feature that is not read")
    segments = data["segments"]
    name, segment = min(segments.items(), key=lambda pair: int(pair[0]))
    if len(segments) != 1 or segment["type"] != "crypt" or "integrity" in segment:
        raise Unsupported("the LUKS2 volume has several segments, or one with integrity data; neither is read")
    digest = next(each for each in data["digests"].values() if name in _list(each["segments"]))
    wanted = {str(each) for each in _list(digest["keyslots"])}
    slots = sorted(data["keyslots"].items(), key=lambda pair: int(pair[0]))
    if len(slots) > _MOST_SLOTS:
        raise LimitReached(f"a LUKS2 header of {len(slots)} key slots")
    sector = _number(segment["sector_size"])
    if sector not in {512, 1024, 2048, 4096}:
        raise Malformed(f"sectors of {sector} bytes")
    return Header(
        2,
        identifier,
        label,
        str(segment["encryption"]),
        _number(segment["offset"]),
        None if segment["size"] == "dynamic" else _number(segment["size"]),
        sector,
        _number(segment["iv_tweak"]),
        tuple(_slot_2(slot) for number, slot in slots if number in wanted and slot["type"] == "luks2"),
        Derivation("pbkdf2", _bytes(digest["salt"]), _number(digest["iterations"]), str(digest["hash"])),
        _bytes(digest["digest"]),
    )


def _slot_2(slot: Mapping[str, object]) -> Slot:
    kdf, area, split = _map(slot["kdf"]), _map(slot["area"]), _map(slot["af"])
    stripes, key_size = _number(split["stripes"]), _number(slot["key_size"])
    _check_key_size(key_size)
    _check_stripes(stripes)
    kind, salt = str(kdf["type"]), _bytes(kdf["salt"])
    derivation = (
        Derivation(kind, salt, _number(kdf["iterations"]), str(kdf["hash"]))
        if kind == "pbkdf2"
        else Derivation(kind, salt, _number(kdf["time"]), "", _number(kdf["memory"]), _number(kdf["cpus"]))
    )
    area_key_size = _number(area["key_size"])
    _check_key_size(area_key_size)
    cipher = str(area["encryption"])
    return Slot(derivation, _number(area["offset"]), key_size, area_key_size, stripes, str(split["hash"]), cipher)


def _check_key_size(size: int) -> None:
    if not 1 <= size <= 256:
        raise Malformed(f"a key of {size} bytes")


def _check_stripes(stripes: int) -> None:
    if not 1 <= stripes <= _MOST_STRIPES:
        raise Malformed(f"a key in {stripes} stripes")


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("utf-8", "replace")


def _map(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("no object")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("no array")
    return value


def _number(value: object) -> int:
    """A number, or one written as text because JSON's own are no 64-bit integers."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("no number")
    number = int(value)
    if not 0 <= number < 1 << 63:
        raise ValueError("a number out of range")
    return number


def _bytes(value: object) -> bytes:
    return base64.b64decode(str(value), validate=True)
