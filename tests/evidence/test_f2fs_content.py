"""F2FS: compressed and encrypted content, the tree of a file, the room in an inode."""

import base64
import hashlib
import random
import struct

import pytest
import zstandard
from f2fs_disk import BLOCK, NS, Disk, crc, layer, make_small, read, walk

from triage.errors import Encrypted, EvidenceError, Malformed, Unsupported
from triage.evidence.f2fs_content import BlockMap
from triage.evidence.f2fs_inode import Inode
from triage.evidence.f2fs_names import label_of
from triage.evidence.f2fs_packing import lz4_block
from triage.evidence.f2fs_structures import read_superblock
from triage.evidence.streams import FileStream
from triage.model import Kind


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return make_small(tmp_path_factory.mktemp("f2fs"))


@pytest.fixture
def disk(small):
    return Disk(small)


LZ4 = base64.b64decode(
    "/AMwLiBKYWxhbiBLZW5hbmdhCjERABwyEQAcMxEAHDQRABw1EQAcNhEAD3cA//////////////////////////////////////////////"
    "///////////////////////////////////1v/8QABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAx"
    "MjM0NTY3ODk6Ozw9Pj9AQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpbXF1eX2BhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ent8fX5/gI"
    "GCg4SFhoeIiYqLjI2Oj5CRkpOUlZaXmJmam5ydnp+goaKjpKWmp6ipqqusra6vsLGys7S1tre4ubq7vL2+v8DBwsPExcbHyMnKy8zNzs/Q"
    "0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8AAe0fegEAP1B6enp6eg=="
)  # lz4.block.compress of CLUSTER, python-lz4 4.4.5


CLUSTER = (
    b"".join(b"%d. Jalan Kenanga\n" % (number % 7) for number in range(1000))[:15784] + bytes(range(256)) * 2
).ljust(16384, b"z")


def test_an_lz4_block_of_the_reference_library_is_unpacked():
    assert lz4_block(LZ4, 16384) == CLUSTER
    with pytest.raises(Malformed):
        lz4_block(LZ4, 16383)
    for end in range(len(LZ4)):
        try:
            assert len(lz4_block(LZ4[:end], 16384)) < 16384
        except Malformed:
            continue


def pack(disk, algorithm, packed, *, chksum=None):
    """Turn the blocks of holiday.jpg into a compressed cluster, a plain one (its own first block), and nothing."""
    inode = disk.node(disk.ino("holiday.jpg"))
    extra = disk.word(inode + 360, form="<H")
    assert extra >= 36
    own = struct.unpack_from("<5I", disk.data, inode + 360 + extra)
    cluster = struct.pack("<II", len(packed), crc(packed) if chksum is None else chksum).ljust(24, b"\0") + packed
    needed = -(-len(cluster) // BLOCK)
    for number in range(needed):
        part = cluster[number * BLOCK : (number + 1) * BLOCK].ljust(BLOCK, b"\0")
        disk.data[own[1 + number] * BLOCK :][:0] = b""
        disk.data[own[1 + number] * BLOCK : (own[1 + number] + 1) * BLOCK] = part
    words = [0xFFFFFFFE, *own[1 : 1 + needed], *[0] * (3 - needed), own[0], 0, 0, 0]
    struct.pack_into("<8I", disk.data, inode + 360 + extra, *words)
    disk.word(inode + 80, disk.word(inode + 80) | 4)
    struct.pack_into("<BBH", disk.data, inode + 392, algorithm, 2, 1)


@pytest.mark.parametrize("algorithm", [1, 2], ids=["LZ4", "Zstandard"])
def test_compressed_files_are_unpacked(disk, algorithm):
    packed = LZ4 if algorithm == 1 else zstandard.ZstdCompressor().compress(CLUSTER)
    pack(disk, algorithm, packed)
    system = layer(disk.data)
    entry = walk(system)[0]["/holiday.jpg"]
    expected = (CLUSTER + random.Random(3).randbytes(BLOCK))[:20_000]
    assert read(system, entry) == expected
    stream = system.open(entry.locator.steps[-1])
    stream.seek(16_380)
    assert stream.read(8) == expected[16_380:16_388]
    assert disk.data[entry.position : entry.position + 24 + len(packed)].endswith(packed)


def test_what_is_wrong_with_a_compressed_file_is_said(disk):
    def failure(*arguments, **options):
        pack(disk, *arguments, **options)
        system = layer(disk.data)
        with pytest.raises(EvidenceError) as caught:
            read(system, walk(system)[0]["/holiday.jpg"])
        return type(caught.value), str(caught.value)

    fresh = bytes(disk.data)
    cases = {
        (0, LZ4): (Unsupported, "LZO"),
        (3, LZ4): (Unsupported, "LZO-RLE"),
        (9, LZ4): (Unsupported, "algorithm 9"),
        (1, LZ4[:-20]): (Malformed, "LZ4"),
        (2, LZ4): (Malformed, "Zstandard"),
        (2, zstandard.ZstdCompressor().compress(bytes(1 << 22))): (Malformed, "16385 bytes instead of 16384"),
    }
    for arguments, (family, words) in cases.items():
        disk.data[:] = fresh
        told = failure(*arguments)
        assert told[0] is family
        assert words in told[1]
    disk.data[:] = fresh
    assert "checksum" in failure(1, LZ4, chksum=1)[1]
    disk.data[disk.node(disk.ino("holiday.jpg")) + 393] = 60
    system = layer(disk.data)
    with pytest.raises(Malformed, match="cluster size"):
        read(system, walk(system)[0]["/holiday.jpg"])


def test_encrypted_files_are_listed_under_the_names_the_kernel_shows(disk):
    root, nid = disk.node(3), disk.ino("holiday.jpg")
    hashes = {name: disk.word(disk.slot(name)[1]) for name in ("holiday.jpg", "note.txt")}
    disk.data[root + 2] |= 4
    disk.data[disk.node(nid) + 2] |= 4
    system = layer(disk.data)
    found, _, _ = walk(system)
    shown = base64.urlsafe_b64encode(struct.pack("<II", hashes["holiday.jpg"], 0) + b"holiday.jpg").decode().rstrip("=")
    entry = found[f"/{shown}"]
    assert (entry.raw_name, entry.size, entry.kind) == (b"holiday.jpg", 20_000, Kind.FILE)
    with pytest.raises(Encrypted, match="fscrypt"):
        read(system, entry)
    assert len(found) == 6


def test_a_long_encrypted_name_ends_in_a_digest():
    text, shown, raw = label_of(b"\0/" * 100, 5, encrypted=True)
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    assert (text, raw, len(data)) == (shown, b"\0/" * 100, 8 + 149 + 32)
    assert data[-32:] == hashlib.sha256((b"\0/" * 100)[149:]).digest()


def test_impossible_sizes_and_addresses_are_malformed(disk):
    inode = disk.node(disk.ino("holiday.jpg"))
    extra = disk.word(inode + 360, form="<H")
    fresh = bytes(disk.data)
    for at, value, form in ((16, 1 << 60, "<Q"), (360 + extra + 8, 0xFFFFFFF0, "<I"), (360 + extra, 1, "<I")):
        disk.data[:] = fresh
        disk.word(inode + at, value, form)
        system = layer(disk.data)
        with pytest.raises(Malformed):
            read(system, walk(system)[0]["/holiday.jpg"])
    disk.data[:] = fresh
    disk.word(disk.node(disk.ino("note.txt")) + 16, 5000, "<Q")
    system = layer(disk.data)
    with pytest.raises(Malformed, match="kept in an inode"):
        read(system, walk(system)[0]["/note.txt"])


class Tree:
    """Node blocks made up on demand: a node's words by its number."""

    def __init__(self, words):
        self.words = words

    def node(self, nid, ino):
        return struct.pack("<1018I", *(self.words.get((nid, at), 0) for at in range(1018))).ljust(BLOCK, b"\0")


def inode_block(roots, size):
    block = bytearray(BLOCK)
    struct.pack_into("<H", block, 0, 0o100644)
    struct.pack_into("<Q", block, 16, size)
    struct.pack_into("<5I", block, 4052, *roots)
    return bytes(block)


def test_every_depth_of_the_tree_is_reached(small):
    superblock = read_superblock(FileStream(small), 0)[0]
    address = superblock.main_address
    start = 923 + 2 * 1018
    words = {
        (11, 1017): address + 1,  # the last block of the second direct node
        (12, 3): 21, (21, 5): address + 2,  # the first indirect node
        (13, 0): 22, (22, 0): address + 3,  # the second
        (14, 2): 31, (31, 7): 41, (41, 9): address + 4,  # the doubly indirect
    }  # fmt: skip
    inode = Inode(5, address, inode_block((10, 11, 12, 13, 14), 1 << 42), 0)
    block_map = BlockMap(Tree(words), superblock, inode)
    double = start + 2 * 1018**2
    expected = {
        start - 1: address + 1,
        start + 3 * 1018 + 5: address + 2,
        start + 1018**2: address + 3,
        double + 2 * 1018**2 + 7 * 1018 + 9: address + 4,
    }
    for index, place in expected.items():
        assert list(block_map.runs(index - 1, index + 2))[1:2] == [(place, 1)]
    assert list(block_map.mapped()) == list(expected.values())
    assert list(block_map.runs(double + 3 * 1018**2, block_map.end)) == [(0, block_map.end - double - 3 * 1018**2)]
    assert block_map.end == 923 + 2 * 1018 + 2 * 1018**2 + 1018**3  # 4 TiB less a little, as the kernel documents


def test_the_room_in_an_inode_depends_on_its_attributes():
    """Counts after the macros of the kernel's f2fs_fs.h: 923 words less extra attributes and inline attributes."""
    block = bytearray(inode_block((0,) * 5, 0))
    assert (len(Inode(5, 9, bytes(block), 0).addresses()), len(Inode(5, 9, bytes(block), 0).inline_area)) == (923, 3688)
    block[3] = 0x01  # inline attributes: 50 words unless their size is flexible
    assert len(Inode(5, 9, bytes(block), 0x40).addresses()) == 873
    block[3] = 0x25  # names inline, extra attributes
    struct.pack_into("<HH", block, 360, 36, 60)
    struct.pack_into("<qI", block, 372, 1_650_000_000, 5)
    fixed, flexible = Inode(5, 9, bytes(block), 0), Inode(5, 9, bytes(block), 0x140)
    assert (len(fixed.addresses()), len(flexible.addresses())) == (923 - 9 - 50, 923 - 9 - 60)
    assert (fixed.times().born, flexible.times().born.ns) == (None, 1_650_000_000 * NS + 5)
    assert (flexible.inline_at, len(flexible.inline_area)) == (360 + 4 * 10, 4 * (923 - 9 - 60 - 1))
    for size, xattr in ((37, 0), (0, 0), (3692, 0), (36, 914)):
        struct.pack_into("<HH", block, 360, size, xattr)
        with pytest.raises(Malformed):
            Inode(5, 9, bytes(block), 0x40)


def test_a_node_at_two_places_of_a_file_is_malformed(small):
    superblock = read_superblock(FileStream(small), 0)[0]
    words = {(14, at): 31 for at in range(1018)} | {(31, at): 41 for at in range(1018)}
    inode = Inode(5, superblock.main_address, inode_block((0, 0, 0, 0, 14), 1 << 40), 0)
    with pytest.raises(Malformed, match="two places"):
        list(BlockMap(Tree(words), superblock, inode).mapped())
