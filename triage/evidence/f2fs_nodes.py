"""F2FS nodes: from a node number (nid) to its block by the node address table, and what an inode says.

Every node block names itself in its footer, so a wrong address is noticed. The table has two copies of each of its blocks, and
the checkpoint says which is current; the other one, and the journal of the other checkpoint, still know where nodes
of deleted files were.
Source of the facts: `Documentation/filesystems/f2fs.rst` and `include/linux/f2fs_fs.h` of the kernel.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed
from triage.evidence.f2fs_structures import BLOCK, NULL, RESERVED, SEGMENT, Blocks, Superblock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.evidence.f2fs_checkpoint import State

_ENTRY = struct.Struct("<BII")  # version, inode, address
_ENTRIES = BLOCK // _ENTRY.size
_SIT_ENTRIES = BLOCK // 74
_FOOTER = struct.Struct("<II")  # node, inode
_FOOTER_AT = BLOCK - 24
_KEPT_TABLE_BLOCKS = 1024
_LARGEST_RUN = 256  # blocks of one request
_LARGEST_GAP = 16  # blocks read for nothing rather than with a second request


class Nodes:
    """Finds node blocks by number. Nothing found is kept but table blocks."""

    def __init__(self, blocks: Blocks, superblock: Superblock, state: State) -> None:
        self._blocks, self._superblock, self._state = blocks, superblock, state
        self._tables: OrderedDict[int, bytes] = OrderedDict()

    def address(self, nid: int) -> int:
        """Where a node is now, 0 where the number is free. Raises EvidenceError where the table has no such number."""
        self._check(nid)
        journal = self._state.nat_journal.get(nid)
        found = self._table_entry(nid, old=False) if journal is None else journal
        return NULL if found == RESERVED else found

    def node(self, nid: int, ino: int) -> bytes:
        """The block of a node of an inode. Raises Malformed where it is not that node's."""
        address = self.address(nid)
        if address == NULL:
            raise Malformed(f"node {nid} is named but has no place on the medium")
        return self._fitting(self._read(address), nid, ino)

    def nodes(self, nids: Iterable[int]) -> dict[int, tuple[int, bytes] | EvidenceError]:
        """Address and block, or what is wrong, of many inodes: read in the order of the medium, neighbours together."""
        found: dict[int, tuple[int, bytes] | EvidenceError] = {}
        places: list[tuple[int, int]] = []
        for nid in nids:
            try:
                places.append((self._placed(nid), nid))
            except EvidenceError as error:
                found[nid] = error
        places.sort()
        for run in _runs(places):
            self._add_run(run, found)
        return found

    def former(self, nid: int, ino: int) -> Iterator[tuple[int, bytes]]:
        """Address and block of former states of a node whose number is free now, the likeliest first."""
        for address in dict.fromkeys(self._former_addresses(nid)):
            try:
                yield address, self._fitting(self._read(address), nid, ino)
            except EvidenceError:
                continue

    def at(self, address: int, nid: int) -> bytes:
        """The block of an inode at a place where it was found before. Raises EvidenceError where it is not there."""
        return self._fitting(self._read(address), nid, nid)

    def in_use(self, address: int) -> bool:
        """Whether a block of the main area belongs to a file now (segment information table). Raises EvidenceError."""
        self._check_address(address)
        segment, at = divmod(address - self._superblock.main_address, SEGMENT)
        bitmap = self._state.sit_journal.get(segment)
        if bitmap is None:
            bitmap = self._valid_blocks(segment)
        return bool(bitmap[at >> 3] & 0x80 >> (at & 7))

    def _placed(self, nid: int) -> int:
        address = self.address(nid)
        if address == NULL:
            raise Malformed(f"node {nid} is named but has no place on the medium")
        self._check_address(address)
        return address

    def _add_run(self, run: list[tuple[int, int]], found: dict[int, tuple[int, bytes] | EvidenceError]) -> None:
        first = run[0][0]
        try:
            data = self._blocks.read(first, run[-1][0] - first + 1)
        except EvidenceError as error:
            if len(run) > 1:
                for place in run:
                    self._add_run([place], found)
            else:
                found[run[0][1]] = error
            return
        for address, nid in run:
            at = (address - first) * BLOCK
            try:
                found[nid] = address, self._fitting(data[at : at + BLOCK], nid, nid)
            except EvidenceError as error:
                found[nid] = error

    def _check(self, nid: int) -> None:
        if not 0 < nid < self._superblock.nid_end:
            raise Malformed(f"there is no node number {nid} in this file system")

    def _check_address(self, address: int) -> None:
        if not self._superblock.in_main(address):
            raise Malformed(f"block address {address} is outside the area of nodes and data")

    def _read(self, address: int) -> bytes:
        self._check_address(address)
        return self._blocks.read(address)

    @staticmethod
    def _fitting(block: bytes, nid: int, ino: int) -> bytes:
        if _FOOTER.unpack_from(block, _FOOTER_AT) != (nid, ino):
            raise Malformed(f"the block of node {nid} is not that node's")
        return block

    def _former_addresses(self, nid: int) -> Iterator[int]:
        self._check(nid)
        if nid in self._state.older_nat_journal:
            yield self._state.older_nat_journal[nid]
        for old in (False, True):
            try:
                yield self._table_entry(nid, old=old)
            except EvidenceError:
                continue

    def _table_entry(self, nid: int, *, old: bool) -> int:
        number, at = divmod(nid, _ENTRIES)
        place = self._superblock.nat_address + 2 * number - number % SEGMENT
        current = _bit(self._state.checkpoint.nat_bitmap, number)
        block = self._table(place + (SEGMENT if current is not old else 0))
        address: int = _ENTRY.unpack_from(block, at * _ENTRY.size)[2]
        return address

    def _valid_blocks(self, segment: int) -> bytes:
        number, at = divmod(segment, _SIT_ENTRIES)
        half = self._superblock.sit_segments // 2 * SEGMENT
        second = _bit(self._state.checkpoint.sit_bitmap, number)
        block = self._table(self._superblock.sit_address + number + (half if second else 0))
        return block[at * 74 + 2 : at * 74 + 66]

    def _table(self, address: int) -> bytes:
        block = self._tables.get(address)
        if block is None:
            block = self._tables[address] = self._blocks.read(address)
            if len(self._tables) > _KEPT_TABLE_BLOCKS:
                self._tables.popitem(last=False)
        return block


def _bit(bitmap: bytes, number: int) -> bool:
    """The bitmaps of the checkpoint count from the highest bit of each byte."""
    byte = number >> 3
    if byte >= len(bitmap):
        raise Malformed("a bitmap of the checkpoint is too short")
    return bool(bitmap[byte] & 0x80 >> (number & 7))


def _runs(places: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Sorted (address, node) pairs in stretches to be read at once."""
    run: list[tuple[int, int]] = []
    for place in places:
        if run and (place[0] - run[-1][0] > _LARGEST_GAP or place[0] - run[0][0] >= _LARGEST_RUN):
            yield run
            run = []
        run.append(place)
    if run:
        yield run
