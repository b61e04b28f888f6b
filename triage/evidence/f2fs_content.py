"""The content of F2FS files: from a block of the file to its address, and the bytes behind it.

A file is a tree: the inode names the first blocks, then come two direct nodes, two indirect and one doubly indirect.
An address of 0 is a hole and reads as zeros, as does a block that was reserved and never written.
Source of the facts: `Documentation/filesystems/f2fs.rst` of the kernel ("Index Structure").
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from itertools import takewhile
from typing import TYPE_CHECKING

from triage.errors import Malformed, Unreadable
from triage.evidence.f2fs_inode import NODE_WORDS, Inode
from triage.evidence.f2fs_packing import unpacked
from triage.evidence.f2fs_structures import BLOCK, COMPRESSED, NULL, RESERVED, Blocks, Superblock
from triage.evidence.streams import Memory, ReadOnly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.f2fs_nodes import Nodes

_WORDS = struct.Struct(f"<{NODE_WORDS}I")
_DEPTHS = (0, 0, 1, 1, 2)  # of the five trees an inode names
_KEPT_NODES = 8
_KEPT_CLUSTERS = 4


class BlockMap:
    """Where the blocks of one file are. `former`: nodes whose numbers are free are looked for at their former places."""

    def __init__(self, nodes: Nodes, superblock: Superblock, inode: Inode, *, former: bool = False) -> None:
        self._nodes, self._superblock, self._inode, self._former = nodes, superblock, inode, former
        packing = inode.packing
        self._own = inode.addresses()
        self._per_node = NODE_WORDS - NODE_WORDS % packing[1] if packing else NODE_WORDS
        self._kept: OrderedDict[int, tuple[int, ...]] = OrderedDict()
        self._places: dict[int, tuple[int, int]] = {}
        self.end = len(self._own) + sum(self._per_node * NODE_WORDS**depth for depth in _DEPTHS)

    def leaf(self, index: int) -> tuple[int, int, tuple[int, ...] | None]:
        """First block, number of blocks and addresses (None: all a hole) of the stretch that holds a block of the file."""
        rest = index - len(self._own)
        if rest < 0:
            return 0, len(self._own), self._own
        for nid, depth in zip(self._inode.roots(), _DEPTHS, strict=True):
            span = self._per_node * NODE_WORDS**depth
            if rest < span:
                return self._descend(nid, depth, index - rest, rest)
            rest -= span
        raise Malformed("the file is longer than F2FS can hold")

    def runs(self, first: int, end: int) -> Iterator[tuple[int, int]]:
        """Address (0: a hole) and length of neighbouring blocks, from one block of the file to before another."""
        start, count = NULL, 0
        for address, length in self._pieces(first, end):
            if count and address == (start + count if start else NULL):
                count += length
                continue
            if count:
                yield start, count
            start, count = address, length
        if count:
            yield start, count

    def mapped(self) -> Iterator[int]:
        """The addresses of all blocks that are no hole, in the order of the file; bounded by the nodes that exist."""
        at = 0
        while at < self.end:
            first, count, addresses = self.leaf(at)
            yield from (each for each in addresses or () if each not in (NULL, RESERVED, COMPRESSED))
            at = first + count

    def _pieces(self, first: int, end: int) -> Iterator[tuple[int, int]]:
        while first < end:
            start, count, addresses = self.leaf(first)
            until = min(end, start + count)
            if addresses is None:
                yield NULL, until - first
            else:
                for address in addresses[first - start : until - start]:
                    yield self._checked(address), 1
            first = until

    def _checked(self, address: int) -> int:
        if address in (NULL, RESERVED):
            return NULL
        if not self._superblock.in_main(address):
            raise Malformed(f"block address {address} of the file is outside the area of nodes and data")
        return address

    def _descend(self, nid: int, depth: int, first: int, rest: int) -> tuple[int, int, tuple[int, ...] | None]:
        while nid and depth:
            depth -= 1
            span = self._per_node * NODE_WORDS**depth
            slot = rest // span
            nid = self._node(nid, first, depth + 1)[slot]
            first, rest = first + slot * span, rest % span
        if not nid:
            return first, self._per_node * NODE_WORDS**depth, None
        return first, self._per_node, self._node(nid, first, 0)[: self._per_node]

    def _node(self, nid: int, first: int, depth: int) -> tuple[int, ...]:
        """The words of a node. One that stands at two places of the tree would make a small medium hold endless content."""
        if self._places.setdefault(nid, (first, depth)) != (first, depth):
            raise Malformed(f"node {nid} stands at two places of one file")
        words = self._kept.get(nid)
        if words is None:
            words = self._kept[nid] = _WORDS.unpack_from(self._block(nid))
            if len(self._kept) > _KEPT_NODES:
                self._kept.popitem(last=False)
        return words

    def _block(self, nid: int) -> bytes:
        if not self._former:
            return self._nodes.node(nid, self._inode.nid)
        for _, block in self._nodes.former(nid, self._inode.nid):
            return block
        raise Unreadable(f"node {nid} of the deleted file is gone")


def content(blocks: Blocks, block_map: BlockMap, inode: Inode) -> Stream:
    """The content of a file or the target of a link. Raises EvidenceError where it cannot be had."""
    if inode.has_inline_data:
        area = inode.inline_area
        if inode.size > len(area):
            raise Malformed(f"{inode.size} bytes are said to be kept in an inode that has room for {len(area)}")
        return Memory(area[: inode.size])
    if inode.size > block_map.end * BLOCK:
        raise Malformed(f"the file is said to have {inode.size} bytes, more than F2FS can hold")
    return Packed(blocks, block_map, inode) if inode.packing else Content(blocks, block_map, inode)


class Content(ReadOnly):
    """The bytes of a file kept as they are."""

    def __init__(self, blocks: Blocks, block_map: BlockMap, inode: Inode) -> None:
        super().__init__(inode.size)
        self._blocks, self._map = blocks, block_map

    def _at(self, offset: int, size: int) -> bytes:
        first, end = offset // BLOCK, (offset + size - 1) // BLOCK + 1
        parts = [
            self._blocks.read(address, count) if address else bytes(count * BLOCK)
            for address, count in self._map.runs(first, end)
        ]
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        return data if len(data) == size else data[offset - first * BLOCK :][:size]


class Packed(Content):
    """The bytes of a compressed file, cluster by cluster; a cluster that would not shrink is kept as it is."""

    def __init__(self, blocks: Blocks, block_map: BlockMap, inode: Inode) -> None:
        super().__init__(blocks, block_map, inode)
        assert inode.packing is not None
        self._algorithm, self._cluster, self._checked = inode.packing
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def _at(self, offset: int, size: int) -> bytes:
        step = self._cluster * BLOCK
        first, last = offset // step, (offset + size - 1) // step
        data = b"".join(self._cluster_at(number) for number in range(first, last + 1))
        return data[offset - first * step :][:size]

    def _cluster_at(self, number: int) -> bytes:
        data = self._kept.get(number)
        if data is None:
            data = self._kept[number] = self._read(number * self._cluster)
            if len(self._kept) > _KEPT_CLUSTERS:
                self._kept.popitem(last=False)
        return data

    def _read(self, index: int) -> bytes:
        first, _, addresses = self._map.leaf(index)
        own = addresses[index - first : index - first + self._cluster] if addresses else ()
        if own and own[0] == COMPRESSED:
            count = sum(1 for _ in takewhile(lambda each: each not in (NULL, RESERVED), own[1:]))
            packed = super()._at((index + 1) * BLOCK, count * BLOCK)
            return unpacked(packed, self._cluster * BLOCK, self._algorithm, checked=self._checked)
        return super()._at(index * BLOCK, self._cluster * BLOCK)


def check_former(nodes: Nodes, block_map: BlockMap, inode: Inode) -> None:
    """Raises Unreadable where the content of a deleted file is not its own any more, EvidenceError where it cannot be told."""
    if inode.has_inline_data or not inode.size:
        return
    blocks = 0
    for address in block_map.mapped():
        if nodes.in_use(address):
            raise Unreadable("the deleted file was overwritten, at least in part; its blocks belong to other files now")
        blocks += 1
    if not blocks:
        raise Unreadable("the blocks of the deleted file were given back before its inode was last written")
