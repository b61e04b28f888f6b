"""F2FS on the medium: superblock, block addresses, and reading by them.

Everything is little-endian, in blocks of 4096 bytes; a block address counts from the start of the file system. The areas,
in this order: two superblocks, two checkpoint packs, segment information (SIT), node addresses (NAT), segment summaries
(SSA), main area with nodes and data. Sources of the facts: the kernel's `Documentation/filesystems/f2fs.rst` and the layout
published in its `include/linux/f2fs_fs.h`.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Truncated, Unsupported

if TYPE_CHECKING:
    from triage.evidence.base import Stream

BLOCK = 4096
SEGMENT = 512  # blocks
MAGIC = 0xF2F52010
NULL, RESERVED, COMPRESSED = 0, 0xFFFFFFFF, 0xFFFFFFFE  # block addresses that are none

FLEXIBLE_INLINE_XATTR, INODE_CRTIME, SB_CHECKSUM, COMPRESSION = 0x40, 0x100, 0x800, 0x2000  # features

_SUPER_AT = 1024
_SUPER = struct.Struct("<IHH7IQ15I")  # to the node of nodes; UUID, label, extensions follow
_PAYLOAD_AT = 1664  # cp_payload, after 64 extensions of 8 bytes
_FEATURE_AT = 2180
_DEVICES_AT = 2201  # 8 devices of a path of 64 bytes and a length
_LARGEST_PAYLOAD = SEGMENT - 2 - 6  # the kernel's own bound: a pack fits in one segment
_READ_LIMIT = 1 << 20


def checksum(data: bytes, seed: int = MAGIC) -> int:
    """The CRC-32 of F2FS: the usual polynomial, seeded with the magic (or a CRC to go on from), not inverted."""
    return zlib.crc32(data, seed ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Superblock:
    """Where the areas are (block addresses and counts of segments), and what the file system may hold."""

    block_count: int
    checkpoint_address: int
    sit_address: int
    sit_segments: int
    nat_address: int
    nat_segments: int
    main_address: int
    main_segments: int
    root: int
    checkpoint_payload: int
    feature: int
    devices: int

    @property
    def nid_end(self) -> int:
        """The first node number that the NAT has no room for."""
        return (self.nat_segments // 2) * SEGMENT * (BLOCK // 9)

    def in_main(self, address: int, count: int = 1) -> bool:
        """Whether blocks lie in the area of nodes and data."""
        return self.main_address <= address and address + count <= self.main_address + self.main_segments * SEGMENT


def read_superblock(stream: Stream, offset: int) -> tuple[Superblock, str | None]:
    """The first sound copy of two, and what was wrong with the first where the second had to be used.

    Raises Malformed, Truncated or Unsupported with what is wrong with the first copy where both are unusable.
    """
    failure: EvidenceError | None = None
    for at in (0, BLOCK):
        try:
            return _superblock(_block(stream, offset + at)), None if failure is None else str(failure)
        except EvidenceError as error:
            failure = failure or error
    assert failure is not None
    raise failure


class Blocks:
    """Reading by block address: bounded requests, never short."""

    def __init__(self, stream: Stream, offset: int) -> None:
        self._stream = stream
        self.offset = offset

    def read(self, address: int, count: int = 1) -> bytes:
        """`count` blocks. Raises Truncated where the medium ends before."""
        size = count * BLOCK
        if size <= _READ_LIMIT:
            return self._read(self.offset + address * BLOCK, size)
        start = self.offset + address * BLOCK
        return b"".join(self._read(start + at, min(_READ_LIMIT, size - at)) for at in range(0, size, _READ_LIMIT))

    def _read(self, position: int, size: int) -> bytes:
        self._stream.seek(position)
        data = self._stream.read(size)
        while len(data) < size:
            more = self._stream.read(size - len(data))
            if not more:
                raise Truncated(f"the medium ends at byte {position + len(data)}, before a block of the file system")
            data += more
        return data


def _block(stream: Stream, position: int) -> bytes:
    return Blocks(stream, position).read(0)


def _superblock(block: bytes) -> Superblock:
    raw = block[_SUPER_AT:]
    values = _SUPER.unpack_from(raw)
    if values[0] != MAGIC:
        raise Malformed("the F2FS superblock has no magic number")
    (feature,) = struct.unpack_from("<I", raw, _FEATURE_AT)
    _check_checksum(raw, values[9], feature)
    _check_units(values)
    (payload,) = struct.unpack_from("<I", raw, _PAYLOAD_AT)
    devices = sum(bool(raw[at]) for at in range(_DEVICES_AT, _DEVICES_AT + 8 * 68, 68))
    found = Superblock(
        block_count=values[10],
        checkpoint_address=values[19],
        sit_address=values[20],
        sit_segments=values[14],
        nat_address=values[21],
        nat_segments=values[15],
        main_address=values[23],
        main_segments=values[17],
        root=values[24],
        checkpoint_payload=payload,
        feature=feature,
        devices=devices,
    )
    _check_areas(found)
    return found


def _check_checksum(raw: bytes, at: int, feature: int) -> None:
    if not feature & SB_CHECKSUM:
        return
    if at + 4 > len(raw) or struct.unpack_from("<I", raw, at)[0] != checksum(raw[:at]):
        raise Malformed("the F2FS superblock does not fit its checksum")


def _check_units(values: tuple[int, ...]) -> None:
    log_block, log_segment = values[5], values[6]
    if 12 < log_block <= 16:
        raise Unsupported(f"an F2FS file system with blocks of {1 << log_block} bytes; Sigap reads those of 4096")
    if (log_block, log_segment) != (12, 9):
        raise Malformed("the F2FS superblock states impossible sizes of blocks or segments")


def _check_areas(found: Superblock) -> None:
    order = (0, found.checkpoint_address, found.sit_address, found.nat_address, found.main_address, found.block_count)
    sound = (
        all(before < after for before, after in pairwise(order))
        and found.block_count <= 1 << 32
        and found.main_address + found.main_segments * SEGMENT <= found.block_count
        and found.checkpoint_payload <= _LARGEST_PAYLOAD
        and 0 < found.root < found.nid_end
    )
    if not sound:
        raise Malformed("the areas in the F2FS superblock contradict each other")
