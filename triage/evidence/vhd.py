"""Virtual PC and Hyper-V disks of the first generation (VHD): fixed, dynamic, differencing with the parent beside it.

Source: "Virtual Hard Disk Image Format Specification", Microsoft, version 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Truncated, Unsupported
from triage.evidence.beside import beside, chained
from triage.evidence.medium import Damage
from triage.evidence.pieces import (
    BEHIND,
    CUT_TABLE,
    SECTOR,
    Cache,
    Pieces,
    Table,
    closed_on_error,
    disk_size,
    exactly,
    fields,
    joined,
    opened,
    outside,
    power_of_two,
    taken,
)
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.streams import FileStream

FIXED, DYNAMIC, DIFFERENCING = 2, 3, 4
NOWHERE = 0xFFFFFFFF
LARGEST_BLOCK = 1 << 30
_COOKIE, _SPARSE = b"conectix", b"cxsparse"


@dataclass(frozen=True, slots=True)
class Footer:
    """The footer, or its copy at the start. `sound` says whether its checksum fits."""

    size: int
    kind: int
    header: int
    identity: bytes
    sound: bool


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a dynamic or differencing disk; `parents` are the names it gives its parent, best first."""

    table: int
    entries: int
    block: int
    parent_identity: bytes
    parents: tuple[str, ...]


def open_vhd(path: Path, chain: tuple[Path, ...] = ()) -> Vhd:
    """The disk in a VHD file, its parents beside it included. Raises EvidenceError."""
    chain = chained(path, chain)
    with opened(path) as stream:
        footer = _footer(stream)
        if footer.kind == FIXED:
            return FixedVhd(stream, footer)
        header = _header(stream, footer.header)
        parent = _parent(path, header, chain) if footer.kind == DIFFERENCING else None
        with closed_on_error(parent):
            return DynamicVhd(stream, footer, header, parent)


def _footer(stream: FileStream) -> Footer:
    """The footer at the end, or the copy at the start where that one is sound and the footer is not."""
    found = [_parsed(taken(stream, at, SECTOR)) for at in (stream.size - 512, stream.size - 511, 0)]
    footers = [footer for footer in found if footer is not None]
    if not footers:
        raise Truncated("neither its footer nor the copy at its start is there")
    footer = next((footer for footer in footers if footer.sound), footers[0])
    if footer.kind not in {FIXED, DYNAMIC, DIFFERENCING}:
        raise Unsupported(f"a VHD of type {footer.kind}, which Sigap does not know")
    disk_size(footer.size)
    return footer


def _parsed(data: bytes) -> Footer | None:
    if data[:8] != _COOKIE or len(data) < 511:
        return None
    data = data.ljust(SECTOR, b"\0")
    (header,), (size,) = fields(">Q", data, 16), fields(">Q", data, 48)
    kind, checksum = fields(">II", data, 60)
    return Footer(size, kind, header, data[68:84], sound=checksum == _checksum(data, 64))


def _checksum(data: bytes, at: int) -> int:
    """One's complement of the sum of all bytes but those of the checksum itself."""
    return ~(sum(data) - sum(data[at : at + 4])) & 0xFFFFFFFF


def _header(stream: FileStream, offset: int) -> Header:
    data = exactly(stream, offset, 1024, "header")
    if data[:8] != _SPARSE:
        raise Malformed("the header of its blocks is not where its footer says")
    (table,), (entries, block) = fields(">Q", data, 16), fields(">II", data, 28)
    power_of_two(block, SECTOR, LARGEST_BLOCK, "block size")
    names = (data[64:576].decode("utf-16-be", "replace").split("\0", 1)[0], *_located(stream, data))
    return Header(table, entries, block, data[40:56], tuple(name for name in names if name))


def _located(stream: FileStream, data: bytes) -> Iterator[str]:
    """Names of the parent from the locators for Windows (W2ru: relative, W2ku: absolute)."""
    for at in range(576, 576 + 8 * 24, 24):
        _space, length = fields(">II", data, at + 4)
        (offset,) = fields(">Q", data, at + 16)
        if data[at : at + 4] in {b"W2ru", b"W2ku"} and length <= 4096:
            yield taken(stream, offset, length).decode("utf-16-le", "replace").split("\0", 1)[0]


def _parent(path: Path, header: Header, chain: tuple[Path, ...]) -> Vhd:
    errors: list[EvidenceError] = []
    for name in header.parents:
        try:
            found = beside(path, name, "parent disk")
        except Unsupported as error:
            errors.append(error)
        else:
            return open_vhd(found, chain)
    raise errors[0] if errors else Malformed("it depends on a parent disk and does not name it")


class Vhd(Pieces):
    """What fixed and dynamic disks share."""

    format = "vhd"

    def __init__(self, stream: FileStream, footer: Footer, parent: Vhd | None = None) -> None:
        super().__init__(footer.size, stream, parent=parent)
        self._file, self.identity = stream, footer.identity
        if not footer.sound:
            self._note("the checksum of the VHD footer does not fit; its size and type may be wrong")

    def _note(self, message: str) -> None:
        self._notes.append(Problem(kind="malformed", stage="open", message=message))


class FixedVhd(Vhd):
    """The disk byte by byte, then the footer."""

    def known_damage(self) -> Iterator[Damage]:
        """What the file is too short for."""
        held = max(0, self._file.size - SECTOR)
        if held < self.size:
            yield Damage(held, self.size - held, BEHIND)

    def _piece(self, offset: int, size: int) -> bytes:
        held = max(0, self._file.size - SECTOR)
        if offset >= held:
            return self._lost(offset, size, BEHIND)
        return self._plain(self._file, offset, offset, min(size, held - offset))


class DynamicVhd(Vhd):
    """Blocks with a bitmap before each; a differencing disk has the sectors whose bits are set, its parent the others."""

    def __init__(self, stream: FileStream, footer: Footer, header: Header, parent: Vhd | None) -> None:
        blocks = (footer.size + header.block - 1) // header.block
        if header.entries < blocks:
            raise Malformed(f"its table of {header.entries} blocks is too short for a disk of {footer.size} bytes")
        self._table = Table(stream, header.table, blocks, ">I", what="table of blocks")
        super().__init__(stream, footer, parent)
        self._block = header.block
        self._bitmap_size = (header.block // SECTOR // 8 + SECTOR - 1) // SECTOR * SECTOR
        self._bitmaps = Cache(4 << 20)
        if parent is not None and parent.identity != header.parent_identity:
            self._note("the parent disk is not the one this VHD was made from; contents may be mixed")

    def known_damage(self) -> Iterator[Damage]:
        """Blocks that the file is too short for."""
        yield from joined(outside(self._table.entries(), self._block, self.size, self._file.size, self._place))

    def _place(self, entry: int) -> int | None:
        return None if entry == NOWHERE else entry * SECTOR + self._bitmap_size

    def _piece(self, offset: int, size: int) -> bytes:
        number, within = divmod(offset, self._block)
        size = min(size, self._block - within)
        entry = self._table[number]
        if entry is None:
            return self._lost(offset, size, CUT_TABLE)
        position = self._place(entry)
        if position is None:
            return self._inherited(offset, size)
        if self._parent is not None:
            size, here = self._alike(entry, within, size)
            if not here:
                return self._inherited(offset, size)
        return self._plain(self._file, position + within, offset, size)

    def _alike(self, entry: int, within: int, size: int) -> tuple[int, bool]:
        """How many bytes from here on are held, or not held, alike; and which of the two."""
        try:
            bitmap = self._bitmaps.get(entry, lambda: exactly(self._file, entry * SECTOR, self._bitmap_size, "bitmap"))
        except Truncated:
            return size, True
        first = within // SECTOR
        last = (within + size - 1) // SECTOR
        here = _bit(bitmap, first)
        end = next((sector for sector in range(first + 1, last + 1) if _bit(bitmap, sector) != here), last + 1)
        return min(size, end * SECTOR - within), here


def _bit(bitmap: bytes, sector: int) -> bool:
    return bool(bitmap[sector >> 3] >> (7 - (sector & 7)) & 1)
