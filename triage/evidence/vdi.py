"""VirtualBox disks (VDI): dynamic, fixed, and differencing ones whose parent lies beside them.

Source: the VDI chapter of the "keramics" format documentation and the structure of VirtualBox's own VDICore header,
version 1.1. A differencing disk names its parent by identifier only, so the .vdi files of the folder are compared.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Unreadable, Unsupported
from triage.evidence.beside import chained
from triage.evidence.pieces import (
    CUT_TABLE,
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
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.medium import Damage
    from triage.evidence.streams import FileStream

DYNAMIC, FIXED, UNDO, DIFFERENCING = 1, 2, 3, 4
NOWHERE, ZERO = 0xFFFFFFFF, 0xFFFFFFFE
MOST_SEARCHED = 256  # files of the folder looked at for a parent
_SIGNATURE = b"\x7f\x10\xda\xbe"


@dataclass(frozen=True, slots=True)
class Header:
    """What reading needs of the header; offsets and sizes in bytes."""

    kind: int
    table: int
    data: int
    size: int
    block: int
    extra: int
    blocks: int
    identity: bytes
    parent: bytes


def open_vdi(path: Path, chain: tuple[Path, ...] = ()) -> Vdi:
    """The disk in a VDI file. Raises EvidenceError."""
    chain = chained(path, chain)
    with opened(path) as stream:
        header = _header(stream)
        parent = _parent(path, header, chain) if header.kind == DIFFERENCING else None
        with closed_on_error(parent):
            return Vdi(stream, header, parent)


def _header(stream: FileStream) -> Header:
    data = exactly(stream, 0, 512, "header")
    if data[64:68] != _SIGNATURE:
        raise Malformed("it has no header of a VirtualBox disk")
    version, _length, kind = fields("<3I", data, 68)
    if version >> 16 != 1:
        raise Unsupported(f"version {version >> 16}.{version & 0xFFFF} of VDI, which Sigap does not know")
    if kind not in {DYNAMIC, FIXED, DIFFERENCING}:
        raise Unsupported(f"a VDI of type {kind}, which Sigap does not know")
    table, start = fields("<II", data, 340)
    (size,), (block, extra, blocks) = fields("<Q", data, 368), fields("<3I", data, 376)
    disk_size(size)
    power_of_two(block, 4096, 1 << 30, "block size")
    if extra > block or blocks * block < size:
        raise Malformed(f"its {blocks} blocks of {block} bytes do not make a disk of {size} bytes")
    return Header(kind, table, start, size, block, extra, blocks, data[392:408], data[424:440])


def _parent(path: Path, header: Header, chain: tuple[Path, ...]) -> Vdi:
    try:
        found = sorted(other for other in islice(path.parent.glob("*.[vV][dD][iI]"), MOST_SEARCHED) if other != path)
    except OSError as error:
        raise Unreadable(f"its folder cannot be listed: {error.strerror}") from error
    for other in found:
        if not other.is_symlink() and _identity(other) == header.parent:
            return open_vdi(other, chain)
    name = uuid.UUID(bytes_le=header.parent)
    raise Unsupported(f"its parent disk {name} is not beside it; copy it into the same folder")


def _identity(path: Path) -> bytes | None:
    try:
        with opened(path) as stream:
            identity = _header(stream).identity
        stream.close()
    except EvidenceError:
        return None
    return identity


class Vdi(Pieces):
    """Blocks of one size, found through a table."""

    format = "vdi"

    def __init__(self, stream: FileStream, header: Header, parent: Vdi | None) -> None:
        blocks = (header.size + header.block - 1) // header.block
        self._table = Table(stream, header.table, blocks, "<I", what="table of blocks")
        super().__init__(header.size, stream, parent=parent)
        self._file, self._header = stream, header

    def known_damage(self) -> Iterator[Damage]:
        """Blocks that the file is too short for."""
        yield from joined(outside(self._table.entries(), self._header.block, self.size, self._file.size, self._place))

    def _place(self, entry: int) -> int | None:
        if entry >= ZERO:
            return None
        return self._header.data + entry * (self._header.block + self._header.extra) + self._header.extra

    def _piece(self, offset: int, size: int) -> bytes:
        number, within = divmod(offset, self._header.block)
        size = min(size, self._header.block - within)
        entry = self._table[number]
        if entry is None:
            return self._lost(offset, size, CUT_TABLE)
        if entry == NOWHERE:
            return self._inherited(offset, size)
        position = self._place(entry)
        return bytes(size) if position is None else self._plain(self._file, position + within, offset, size)
