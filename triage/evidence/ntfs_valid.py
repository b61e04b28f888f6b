"""How much of an NTFS file was ever written.

NTFS keeps two sizes of a content outside its record: the real size and the initialised one; what lies behind the latter
reads as zeros, whatever the clusters hold. The engine honours this when it reads and does not hand the number out, so it is
read here from the record itself (NTFS documentation of the Linux-NTFS project, "FILE record" and "attribute header").
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from triage.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.evidence.engine import tsk
    from triage.evidence.streams import ReadOnly

SECTOR = 512
WINDOW = 1 << 16
_ATTRIBUTE_LIST, _DATA, _END = 0x20, 0x80, 0xFFFFFFFF
_HEADER = struct.Struct("<4sHH12xH")  # magic, offset and number of fix-ups, (...), offset of the first attribute
_ATTRIBUTE = struct.Struct("<IIBBHH")  # type, length, not resident, length of the name, its offset, flags
_SIZES = struct.Struct("<QQ")  # real size, initialised size; at 48 of an attribute that is not resident
_NEEDED = 48 + _SIZES.size  # bytes of an attribute that are looked at


class ValidSizes:
    """Initialised sizes, record by record. `runs` are the pieces of the table of records: (byte in it, byte on the medium, size)."""

    def __init__(self, image: ReadOnly, runs: Sequence[tuple[int, int, int]], record_size: int) -> None:
        self._image, self._runs, self._size = image, tuple(runs), record_size
        self._window: tuple[int, bytes] = (0, b"")

    def of(self, address: int) -> int | None:
        """Bytes written of the unnamed content outside record `address`; None: inside it, packed, or spread over records."""
        record = self._record(address)
        if record is None:
            return None
        try:
            return _initialised(record)
        except (struct.error, IndexError):
            return None

    def position(self, address: int) -> int | None:
        """Where record `address` lies on the medium, in bytes; None where the table has no such record in one piece."""
        start = address * self._size
        for first, position, size in self._runs:
            if first <= start and start + self._size <= first + size:
                return position + start - first
        return None

    def _record(self, address: int) -> bytes | None:
        position = self.position(address)
        return None if position is None else self._bytes(position)

    def _bytes(self, position: int) -> bytes | None:
        start, window = self._window
        if not start <= position <= start + len(window) - self._size:
            try:
                self._image.seek(position)
                window = self._image.read(WINDOW)
            except EvidenceError:
                return None
            start = position
            self._window = start, window
        return window[position - start : position - start + self._size]


def valid_sizes_of(record_of: Callable[[int], tsk.File], image: ReadOnly, offset: int, block_size: int) -> ValidSizes:
    """Of the NTFS at `offset` of an image; finds nothing where the table of records cannot be found."""
    image.seek(offset)
    runs: list[tuple[int, int, int]] = []
    try:
        size = _record_size(image.read(SECTOR), block_size)
        for attribute in record_of(0):
            if int(attribute.info.type) == _DATA and not runs:
                runs = [
                    (int(run.offset) * block_size, offset + int(run.addr) * block_size, int(run.len) * block_size)
                    for run in attribute
                ]
    except (EvidenceError, OSError, IndexError):
        return ValidSizes(image, (), SECTOR)
    return ValidSizes(image, runs, size)


def _record_size(boot: bytes, block_size: int) -> int:
    """Byte 64 of the boot sector: clusters a record, or, negative, the power of two of its bytes."""
    stated = boot[64] - 256 if boot[64] > 127 else boot[64]
    return 1 << min(-stated, 16) if stated < 0 else min(stated * block_size, WINDOW)


def _initialised(record: bytes) -> int | None:
    magic, fixups, count, at = _HEADER.unpack_from(record)
    if magic != b"FILE":
        return None
    whole: bytes | None = None
    while at < len(record):
        if whole is None and at > SECTOR - 2 - _NEEDED:  # up to here no byte is one that a fix-up replaces
            record = whole = _fixed(record, fixups, count)
        kind, length, outside, name, _, flags = _ATTRIBUTE.unpack_from(record, at)
        if kind in {_ATTRIBUTE_LIST, _END} or kind > _DATA or length < _ATTRIBUTE.size:
            return None
        if kind == _DATA and not name:
            return None if flags or not outside else int(_SIZES.unpack_from(record, at + 48)[1])
        at += length
    return None


def _fixed(record: bytes, fixups: int, count: int) -> bytes:
    """The record with the last two bytes of each sector as they were before it was written."""
    whole = bytearray(record)
    for number in range(1, count):
        whole[number * SECTOR - 2 : number * SECTOR] = record[fixups + 2 * number : fixups + 2 * number + 2]
    return bytes(whole)
