"""The names of one F2FS folder, read block by block, and the inodes they lead to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.evidence.f2fs_content import BlockMap
from triage.evidence.f2fs_inode import Inode
from triage.evidence.f2fs_names import BLOCK_AREA, DOTS, Name, area_of, names_in
from triage.evidence.f2fs_structures import BLOCK, Blocks, Superblock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.evidence.f2fs_nodes import Nodes

_RUN = 64  # blocks of names read at once


class Reader:
    """What a listing and an opening need of the file system, in one value."""

    def __init__(self, blocks: Blocks, superblock: Superblock, nodes: Nodes) -> None:
        self.blocks, self.superblock, self.nodes = blocks, superblock, nodes

    def inode(self, nid: int) -> Inode:
        """A live inode. Raises EvidenceError."""
        address = self.nodes.address(nid)
        return Inode(nid, address, self.nodes.node(nid, nid), self.superblock.feature)

    def inode_at(self, nid: int, address: int) -> Inode:
        """An inode at a place where it was found before. Raises EvidenceError."""
        return Inode(nid, address, self.nodes.at(address, nid), self.superblock.feature)

    def inodes(self, nids: Iterable[int]) -> dict[int, Inode | EvidenceError]:
        """Many live inodes, or what is wrong with them."""
        found: dict[int, Inode | EvidenceError] = {}
        for nid, read in self.nodes.nodes(nids).items():
            try:
                found[nid] = read if isinstance(read, EvidenceError) else Inode(nid, *read, self.superblock.feature)
            except EvidenceError as error:
                found[nid] = error
        return found


class FolderNames:
    """All names of one folder, bounded; what could not be read is counted in `damage`."""

    def __init__(self, reader: Reader, folder: Inode, *, former: bool) -> None:
        self._reader, self._folder, self._former = reader, folder, former
        self.damage: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Name]:
        """Names in the order of the folder, without the two dots. In a former folder all are deleted."""
        hashed = not self._folder.casefolded
        for block in self._blocks():
            area = BLOCK_AREA if len(block) == BLOCK else area_of(len(block))
            for name in names_in(block, area, hashed=hashed):
                if name is None:
                    self.damage["names that break the rules of the format"] += 1
                elif name.raw not in DOTS:
                    yield replace(name, deleted=True) if self._former else name

    def _blocks(self) -> Iterator[bytes]:
        if self._folder.has_inline_names:
            yield self._folder.inline_area
            return
        block_map = BlockMap(self._reader.nodes, self._reader.superblock, self._folder, former=self._former)
        addresses = self._addresses(block_map)
        while batch := list(islice(addresses, _RUN)):
            yield from self._read(batch)

    def _addresses(self, block_map: BlockMap) -> Iterator[int]:
        seen: set[int] = set()
        try:
            for address in block_map.mapped():
                if address in seen or not self._reader.superblock.in_main(address):
                    self.damage["blocks of names at impossible places"] += 1
                else:
                    seen.add(address)
                    yield address
        except EvidenceError as error:
            self.damage[f"break in the index of the folder ({error})"] += 1

    def _read(self, addresses: list[int]) -> Iterator[bytes]:
        """The blocks at addresses: at once where they are neighbours."""
        first, count = addresses[0], len(addresses)
        if addresses != list(range(first, first + count)):
            middle = next(at for at in range(1, count) if addresses[at] != addresses[at - 1] + 1)
            yield from self._read(addresses[:middle])
            yield from self._read(addresses[middle:])
            return
        try:
            data = self._reader.blocks.read(first, count)
        except EvidenceError:
            if count == 1:
                self.damage["blocks of names that cannot be read"] += 1
                return
            for address in addresses:
                yield from self._read([address])
            return
        yield from (data[at : at + BLOCK] for at in range(0, len(data), BLOCK))
