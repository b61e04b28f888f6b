"""The state of an F2FS file system as of its last checkpoint.

Two packs of blocks take turns; each begins and ends with the same checkpoint block, so a pack whose two ends carry one version
and fit their checksums was written completely. The newer complete pack counts. It says which copy of each NAT and SIT block is
current (bitmaps), holds the latest changes to both tables (journals, inside the summaries of the hot and cold data
segments) and lists the files that were deleted while open (orphans).
Nodes that were synchronised after the checkpoint form a chain in the warm node segment; they are counted here and not applied.
Source of the facts: `Documentation/filesystems/f2fs.rst` and `include/linux/f2fs_fs.h` of the kernel.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed
from triage.evidence.f2fs_structures import BLOCK, SEGMENT, Blocks, Superblock, checksum

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNMOUNTED, _ORPHANS, _COMPACT, _FAST = 0x1, 0x2, 0x4, 0x20
_CRC_IN_NODES, _NO_CRC_IN_NODES, _LARGE_NAT_BITMAP = 0x40, 0x200, 0x400

_HEAD = struct.Struct("<3Q3I8I8H8I8H9IQ16B")  # the whole block up to the bitmaps, 192 bytes
_JOURNAL = 507  # bytes of a journal: what 512 summaries of 7 bytes and a footer of 5 leave of a block
_SUMMARIES = SEGMENT * 7
_NAT_ENTRY = struct.Struct("<IBII")  # node, version, inode, address
_SIT_ENTRY = struct.Struct("<IH64sQ")  # segment, count, bitmap, age
_ORPHANS_PER_BLOCK = 1020
_CHAIN_LIMIT = 1 << 16


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One pack: what of it the reader needs. `start` is its first block address, `chain` where synchronised nodes begin."""

    version: int
    flags: int
    start: int
    blocks: int
    first_summary: int
    payload: int
    chain: int
    crc: int
    nat_bitmap: bytes
    sit_bitmap: bytes


@dataclass(slots=True)
class State:
    """The chosen pack with its journals, the other pack's NAT journal, and what is to be said about the choice."""

    checkpoint: Checkpoint
    nat_journal: dict[int, int]
    sit_journal: dict[int, bytes]
    older_nat_journal: dict[int, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def read_state(blocks: Blocks, superblock: Superblock) -> State:
    """The state to show. Raises Malformed or Truncated where neither pack can be used."""
    sound, damaged, failure = _packs(blocks, superblock)
    warnings = []
    if not sound:
        if not damaged:
            raise failure or Malformed("the F2FS file system has no checkpoint")
        warnings.append(
            "both checkpoints are damaged; the newer one was used as it stands, names or content may be missing"
        )
    elif damaged and _newest(sound + damaged) in damaged:
        warnings.append("the newest checkpoint is damaged or was not finished; what is shown is the state before it")
    elif failure is not None:
        warnings.append(f"one of the two checkpoints is unusable ({failure}); what is shown may be an older state")
    usable = sound or damaged
    chosen = _newest(usable)
    older = next((each for each in (*sound, *damaged) if each is not chosen), None)
    nat, sit, told = _journals(blocks, chosen)
    found = State(chosen, nat, sit, warnings=warnings + told)
    found.older_nat_journal = _journals(blocks, older)[0] if older else {}
    return found


def orphans(blocks: Blocks, checkpoint: Checkpoint) -> Iterator[int]:
    """The numbers of the inodes deleted while open. Raises Malformed or Truncated where the list is damaged."""
    if not checkpoint.flags & _ORPHANS:
        return
    for at in range(1 + checkpoint.payload, checkpoint.first_summary):
        block = blocks.read(checkpoint.start + at)
        count, crc = struct.unpack_from("<II", block, BLOCK - 8)
        if count > _ORPHANS_PER_BLOCK or checksum(block[: BLOCK - 4]) != crc:
            raise Malformed("the list of files deleted while open is damaged")
        yield from struct.unpack_from(f"<{count}I", block)


def synchronised(blocks: Blocks, superblock: Superblock, checkpoint: Checkpoint) -> set[int]:
    """Inode numbers of the files synchronised after the checkpoint; the chain is followed as far as it can be read."""
    expected, mask = _version_in_nodes(checkpoint)
    found: set[int] = set()
    address, seen = checkpoint.chain, set[int]()
    while superblock.in_main(address) and address not in seen and len(seen) < _CHAIN_LIMIT:
        seen.add(address)
        try:
            block = blocks.read(address)
        except EvidenceError:
            break
        ino, flag, version, following = struct.unpack_from("<IIQI", block, BLOCK - 20)
        if version & mask != expected:
            break
        if flag & 0x2:  # the mark of a synchronised node
            found.add(ino)
        address = following
    return found


def _version_in_nodes(checkpoint: Checkpoint) -> tuple[int, int]:
    """What the version in a node's footer is after this checkpoint, and which bits of it count."""
    if checkpoint.flags & _NO_CRC_IN_NODES:
        return checkpoint.version & 0xFFFFFFFF, 0xFFFFFFFF
    if checkpoint.flags & _CRC_IN_NODES:
        return checkpoint.version | checkpoint.crc << 32, (1 << 64) - 1
    return checkpoint.version, (1 << 64) - 1


def _packs(blocks: Blocks, superblock: Superblock) -> tuple[list[Checkpoint], list[Checkpoint], EvidenceError | None]:
    sound: list[Checkpoint] = []
    damaged: list[Checkpoint] = []
    failure: EvidenceError | None = None
    for start in (superblock.checkpoint_address, superblock.checkpoint_address + SEGMENT):
        try:
            head = blocks.read(start, 1 + superblock.checkpoint_payload)
            pack = _pack(head, start, superblock)
            (sound if _is_complete(blocks, head, pack) else damaged).append(pack)
        except EvidenceError as error:
            failure = failure or error
    return sound, damaged, failure


def _pack(head: bytes, start: int, superblock: Superblock) -> Checkpoint:
    values = _HEAD.unpack_from(head)
    flags, count, first_summary = values[38:41]
    sit_size, nat_size, checksum_at = values[44:47]
    segment, offset = values[7], values[15]  # of the warm node log
    if not (1 + superblock.checkpoint_payload <= first_summary < count <= SEGMENT and count >= 3):
        raise Malformed("a checkpoint of the F2FS file system is damaged")
    nat_at, sit_at = _bitmaps(flags, superblock.checkpoint_payload, sit_size, nat_size)
    nat, sit = head[nat_at : nat_at + nat_size], head[sit_at : sit_at + sit_size]
    if len(nat) < nat_size or len(sit) < sit_size or nat_size * 8 < superblock.nat_segments // 2 * SEGMENT:
        raise Malformed("a checkpoint of the F2FS file system has bitmaps that do not fit in it")
    crc = struct.unpack_from("<I", head, checksum_at)[0] if checksum_at <= BLOCK - 4 else 0
    chain = superblock.main_address + segment * SEGMENT + offset
    payload = superblock.checkpoint_payload
    return Checkpoint(values[0], flags, start, count, first_summary, payload, chain, crc, nat, sit)


def _bitmaps(flags: int, payload: int, sit_size: int, nat_size: int) -> tuple[int, int]:
    """Where the NAT and the SIT bitmap begin in the checkpoint blocks."""
    if flags & _LARGE_NAT_BITMAP:
        return _HEAD.size + 4, _HEAD.size + 4 + nat_size
    if payload:
        return _HEAD.size, BLOCK
    return _HEAD.size + sit_size, _HEAD.size


def _is_complete(blocks: Blocks, head: bytes, pack: Checkpoint) -> bool:
    try:
        tail = blocks.read(pack.start + pack.blocks - 1)
    except EvidenceError:
        return False
    return _fits(head[:BLOCK]) and _fits(tail) and tail[:8] == head[:8]


def _fits(block: bytes) -> bool:
    """Whether a checkpoint block fits its checksum, which leaves out only itself."""
    (at,) = struct.unpack_from("<I", block, 164)
    if not _HEAD.size <= at <= BLOCK - 4:
        return False
    expected = checksum(block[:at])
    if at < BLOCK - 4:
        expected = checksum(block[at + 4 :], expected)
    return bool(struct.unpack_from("<I", block, at)[0] == expected)


def _newest(packs: list[Checkpoint]) -> Checkpoint:
    """By version, which may wrap."""
    if len(packs) == 1:
        return packs[0]
    first, second = packs
    ahead = (first.version - second.version) & ((1 << 64) - 1)
    return first if ahead < 1 << 63 else second


def _journals(blocks: Blocks, pack: Checkpoint) -> tuple[dict[int, int], dict[int, bytes], list[str]]:
    """The NAT journal (node number: address), the SIT journal (segment: bitmap), and what is wrong with them."""
    try:
        nat, sit = _journal_bytes(blocks, pack)
        return _nat_journal(nat), _sit_journal(sit), []
    except EvidenceError as error:
        return {}, {}, [f"the journal of the checkpoint is unusable ({error}); recent changes are missing"]


def _journal_bytes(blocks: Blocks, pack: Checkpoint) -> tuple[bytes, bytes]:
    if pack.flags & _COMPACT:
        block = blocks.read(pack.start + pack.first_summary)
        return block[:_JOURNAL], block[_JOURNAL : 2 * _JOURNAL]
    behind = 7 if pack.flags & (_UNMOUNTED | _FAST) else 4  # six or three summaries, and the closing block
    at = pack.blocks - behind
    if at < 1:
        raise Malformed("the checkpoint is too short for its summaries")
    hot, cold = blocks.read(pack.start + at), blocks.read(pack.start + at + 2)
    return hot[_SUMMARIES : _SUMMARIES + _JOURNAL], cold[_SUMMARIES : _SUMMARIES + _JOURNAL]


def _nat_journal(journal: bytes) -> dict[int, int]:
    (count,) = struct.unpack_from("<H", journal)
    if count > (_JOURNAL - 2) // _NAT_ENTRY.size:
        raise Malformed("the NAT journal states more entries than it has room for")
    entries = (_NAT_ENTRY.unpack_from(journal, 2 + at * _NAT_ENTRY.size) for at in range(count))
    return {nid: address for nid, _, _, address in entries}


def _sit_journal(journal: bytes) -> dict[int, bytes]:
    (count,) = struct.unpack_from("<H", journal)
    if count > (_JOURNAL - 2) // _SIT_ENTRY.size:
        raise Malformed("the SIT journal states more entries than it has room for")
    entries = (_SIT_ENTRY.unpack_from(journal, 2 + at * _SIT_ENTRY.size) for at in range(count))
    return {segment: bitmap for segment, _, bitmap, _ in entries}
