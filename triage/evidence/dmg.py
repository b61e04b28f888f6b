"""Apple disk images (DMG, UDIF): stored, zero, and packed by zlib, bzip2, LZMA, LZFSE or ADC.

Source: see `dmg_structures`. Encrypted images are named, not opened.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, Malformed, Unsupported
from triage.evidence.adc import adc_unpacked
from triage.evidence.disk_signatures import disk_format
from triage.evidence.dmg_structures import Chunk, ChunkTable, Trailer, master_fits, tables_of, trailer_of
from triage.evidence.lzfse_blocks import lzfse_unpacked
from triage.evidence.medium import Damage
from triage.evidence.pieces import SECTOR, Cache, Pieces, disk_size, exactly, joined, opened
from triage.evidence.signatures import UNLOCK_FIRST
from triage.evidence.unpack import bzip2_unpacked, lzma_unpacked, zlib_inflated
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from triage.evidence.streams import FileStream

ZERO, STORED, UNUSED = 0, 1, 2
PACKED: dict[int, Callable[[bytes, int], bytes]] = {
    0x80000004: adc_unpacked,
    0x80000005: zlib_inflated,
    0x80000006: bzip2_unpacked,
    0x80000007: lzfse_unpacked,
    0x80000008: lzma_unpacked,
}
LARGEST_CHUNK = 16 << 20  # bytes; what hdiutil writes is at most 1 MiB
VERIFIED_AT_ONCE = 1 << 20


def open_dmg(path: Path) -> Dmg:
    """The disk in an Apple disk image. Raises EvidenceError."""
    with opened(path) as stream:
        if disk_format(stream, stream.size) == "encrypted dmg":
            raise Encrypted(f"an encrypted Apple disk image; {UNLOCK_FIRST}")
        trailer = trailer_of(stream)
        return Dmg(stream, trailer, tables_of(stream, trailer))


class Dmg(Pieces):
    """Chunks in the order of the disk. Between them, and where one is zero, the disk is zero."""

    format = "dmg"

    def __init__(self, stream: FileStream, trailer: Trailer, tables: tuple[ChunkTable, ...]) -> None:
        chunks = sorted((chunk for table in tables for chunk in table.chunks), key=lambda chunk: chunk.sector)
        for chunk in chunks:
            if chunk.kind not in PACKED and chunk.kind not in {ZERO, STORED, UNUSED}:
                raise Unsupported(f"its chunks are packed by method {chunk.kind:#x}, which Sigap does not know")
        sectors = trailer.sectors or max((chunk.sector + chunk.sectors for chunk in chunks), default=0)
        super().__init__(disk_size(sectors * SECTOR), stream)
        self._file, self._data, self._tables = stream, trailer.data, tables
        self._chunks = chunks
        self._starts = [chunk.sector * SECTOR for chunk in chunks]
        self._unpacked = Cache()
        if not master_fits(trailer, tables):
            message = "the checksum over the tables of the Apple disk image does not fit; a table may be damaged"
            self._notes.append(Problem(kind="malformed", stage="open", message=message))

    def known_damage(self) -> Iterator[Damage]:
        """Chunks that the file is too short for."""
        yield from joined(self._outside())

    def verify(self) -> Iterator[Problem]:
        """Read every part that has a CRC-32 and say which do not fit; takes as long as reading the whole disk."""
        for table in self._tables:
            if table.checksum is not None and self._crc(table) != table.checksum:
                message = f"the part {table.name!r} of the Apple disk image does not fit its checksum (CRC-32)"
                yield Problem(kind="malformed", stage="read", message=message)

    def _crc(self, table: ChunkTable) -> int:
        """Over the chunks in their order; those marked as unused do not count (seen in images of hdiutil)."""
        value = 0
        for chunk in table.chunks:
            at, end = chunk.sector * SECTOR, min((chunk.sector + chunk.sectors) * SECTOR, self.size)
            while chunk.kind != UNUSED and at < end:
                self.seek(at)
                data = self.read(min(VERIFIED_AT_ONCE, end - at))
                value = zlib.crc32(data, value)
                at += len(data)
        return value

    def _outside(self) -> Iterator[Damage]:
        for start, chunk in zip(self._starts, self._chunks, strict=True):
            size = min(chunk.sectors * SECTOR, self.size - start)
            if size > 0 and chunk.kind not in {ZERO, UNUSED} and self._place(chunk) + chunk.length > self._file.size:
                held = min(size, max(0, self._file.size - self._place(chunk))) if chunk.kind == STORED else 0
                yield Damage(start + held, size - held, "the chunk is behind the end of the file")

    def _place(self, chunk: Chunk) -> int:
        return self._data + chunk.offset

    def _piece(self, offset: int, size: int) -> bytes:
        number = bisect_right(self._starts, offset) - 1
        if number + 1 < len(self._starts):
            size = min(size, self._starts[number + 1] - offset)
        within = offset - self._starts[number] if number >= 0 else 0
        left = self._chunks[number].sectors * SECTOR - within if number >= 0 else 0
        if left <= 0:
            return bytes(size)
        return self._chunk_piece(number, within, offset, min(size, left))

    def _chunk_piece(self, number: int, within: int, offset: int, size: int) -> bytes:
        chunk = self._chunks[number]
        if chunk.kind in {ZERO, UNUSED}:
            return bytes(size)
        if chunk.kind == STORED:
            return self._plain(self._file, self._place(chunk) + within, offset, size)
        try:
            return self._unpacked.get(number, lambda: self._unpack(chunk))[within : within + size]
        except EvidenceError as error:
            return self._lost(offset, size, f"the chunk is damaged: {error}")

    def _unpack(self, chunk: Chunk) -> bytes:
        size = chunk.sectors * SECTOR
        if size > LARGEST_CHUNK or not 0 < chunk.length <= 2 * size + 4096:
            raise Malformed(f"it would have {chunk.length} packed and {size} unpacked bytes")
        return PACKED[chunk.kind](exactly(self._file, self._place(chunk), chunk.length, "packed chunk"), size)
