"""Hyper-V disks of the second generation (VHDX): fixed, dynamic, differencing with the parent beside it.

Source: [MS-VHDX] "Virtual Hard Disk v2 (VHDX) File Format", section 2.5 for the block allocation table. A log that was not
replayed is applied in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Truncated, Unsupported
from triage.evidence.beside import beside, chained
from triage.evidence.pieces import (
    CUT_TABLE,
    Cache,
    Pieces,
    Table,
    closed_on_error,
    exactly,
    joined,
    opened,
    outside,
)
from triage.evidence.vhdx_log import EMPTY, replayed
from triage.evidence.vhdx_structures import (
    BAT,
    METADATA,
    PATH_KEYS,
    Header,
    Metadata,
    Region,
    current_header,
    metadata_of,
    regions_of,
)
from triage.model import Problem

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.medium import Damage
    from triage.evidence.streams import FileStream, ReadOnly

NOT_PRESENT, FULLY_PRESENT, PARTIALLY_PRESENT = 0, 6, 7  # states of a block; the others read as zeros
MEBI = 1 << 20
SECTORS_IN_BITMAP = 1 << 23


def open_vhdx(path: Path, chain: tuple[Path, ...] = ()) -> Vhdx:
    """The disk in a VHDX file, its parents beside it included. Raises EvidenceError."""
    chain = chained(path, chain)
    with opened(path) as file:
        if exactly(file, 0, 8, "header") != b"vhdxfile":
            raise Malformed("it has no header of a VHDX disk")
        header = current_header(file)
        stream, notes = _current(file, header)
        regions, sound = regions_of(stream)
        if not sound:
            notes.append("the checksums of both VHDX region tables do not fit")
        metadata = metadata_of(stream, regions[METADATA])
        parent = None if metadata.parent is None else _parent(path, metadata.parent, chain)
        if parent is not None and metadata.parent is not None and not _linked(metadata.parent, parent):
            notes.append("the parent disk is not the one this VHDX was made from; contents may be mixed")
        with closed_on_error(parent):
            return Vhdx(stream, header, metadata, regions[BAT], parent, notes)


def _current(file: FileStream, header: Header) -> tuple[ReadOnly, list[str]]:
    """The file with its log applied, and what to know about that."""
    notes = [] if header.sound else ["the checksums of both VHDX headers do not fit"]
    if header.log_identity == EMPTY:
        return file, notes
    stream = replayed(file, header)
    if stream is None:
        return file, [*notes, "the VHDX was not closed properly and its log is damaged; its last writes may be missing"]
    return stream, [*notes, "the VHDX was not closed properly; its log was applied in memory, the file is unchanged"]


def _parent(path: Path, locator: dict[str, str], chain: tuple[Path, ...]) -> Vhdx:
    errors: list[EvidenceError] = []
    for name in (locator[key] for key in PATH_KEYS if locator.get(key)):
        try:
            found = beside(path, name, "parent disk")
        except Unsupported as error:
            errors.append(error)
        else:
            return open_vhdx(found, chain)
    raise errors[0] if errors else Malformed("it depends on a parent disk and does not name it")


def _linked(locator: dict[str, str], parent: Vhdx) -> bool:
    """Whether a linkage of the locator is the identifier of the parent's content."""
    links = (locator.get("parent_linkage", ""), locator.get("parent_linkage2", ""))
    return any(link.strip("{}").lower() == str(parent.identity) for link in links)


class Vhdx(Pieces):
    """Blocks found through the block allocation table; after every chunk of them an entry for a bitmap of sectors."""

    format = "vhdx"

    def __init__(
        self,
        stream: ReadOnly,
        header: Header,
        metadata: Metadata,
        region: Region,
        parent: Vhdx | None,
        notes: list[str],
    ) -> None:
        self._block, self._sector = metadata.block, metadata.sector
        self._ratio = SECTORS_IN_BITMAP * self._sector // self._block
        self._table = _block_table(stream, region, metadata, self._ratio)
        super().__init__(metadata.size, stream, parent=parent)
        self._file = stream
        self.identity: uuid.UUID = header.data_identity
        self._bitmaps = Cache(8 << 20)
        self._notes += [Problem(kind="malformed", stage="open", message=note) for note in notes]

    def known_damage(self) -> Iterator[Damage]:
        """Blocks that the file is too short for."""
        yield from joined(outside(self._payload(), self._block, self.size, self._file.size, _place))

    def _payload(self) -> Iterator[tuple[int, int | None]]:
        """The entries of blocks, without those of bitmaps."""
        blocks = (self.size + self._block - 1) // self._block
        for index, entry in self._table.entries():
            chunk, inside = divmod(index, self._ratio + 1)
            number = chunk * self._ratio + inside
            if inside < self._ratio and number < blocks:
                yield number, entry

    def _piece(self, offset: int, size: int) -> bytes:
        number, within = divmod(offset, self._block)
        size = min(size, self._block - within)
        entry = self._table[number + number // self._ratio]
        if entry is None:
            return self._lost(offset, size, CUT_TABLE)
        state = entry & 7
        if state == NOT_PRESENT:
            return self._inherited(offset, size)
        position = _place(entry)
        if position is None:
            return bytes(size)
        if state == PARTIALLY_PRESENT and self._parent is not None:
            size, here = self._alike(number, within, size)
            if not here:
                return self._inherited(offset, size)
        return self._plain(self._file, position + within, offset, size)

    def _alike(self, number: int, within: int, size: int) -> tuple[int, bool]:
        """How many bytes from here on are held, or not held, alike; and which of the two."""
        chunk, inside = divmod(number, self._ratio)
        start = (inside * self._block + within) // self._sector  # sectors from the start of the chunk
        end = (inside * self._block + within + size - 1) // self._sector
        try:
            bitmap = self._bitmap(chunk, start // 8, end // 8)
        except EvidenceError:
            return size, True
        bits = [bitmap[sector // 8 - start // 8] >> sector % 8 & 1 for sector in range(start, end + 1)]
        run = next((at for at, bit in enumerate(bits) if bit != bits[0]), len(bits))
        return min(size, run * self._sector - within % self._sector), bool(bits[0])

    def _bitmap(self, chunk: int, first: int, last: int) -> bytes:
        """Bytes of the bitmap of a chunk; a set bit is a sector that this file holds, the lowest bit first."""
        entry = self._table[(chunk + 1) * (self._ratio + 1) - 1]
        if entry is None or entry & 7 != FULLY_PRESENT:
            raise Truncated("the bitmap of the chunk is missing")
        place = entry >> 20 << 20
        whole = self._bitmaps.get(place, lambda: exactly(self._file, place, MEBI, "bitmap of sectors"))
        return whole[first : last + 1]


def _place(entry: int) -> int | None:
    """Where a block starts in the file; None: it is not in the file."""
    return entry >> 20 << 20 if entry & 7 in {FULLY_PRESENT, PARTIALLY_PRESENT} else None


def _block_table(stream: ReadOnly, region: Region, metadata: Metadata, ratio: int) -> Table:
    blocks = (metadata.size + metadata.block - 1) // metadata.block
    chunks = (blocks + ratio - 1) // ratio
    count = chunks * (ratio + 1) if metadata.parent is not None else blocks + (blocks - 1) // ratio
    if count * 8 > region.length:
        raise Malformed(f"its block allocation table is too short for a disk of {metadata.size} bytes")
    return Table(stream, region.offset, count, "<Q", what="block allocation table")
