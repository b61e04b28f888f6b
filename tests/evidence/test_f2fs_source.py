"""F2FS, read from images of the system's own tools, whole, damaged and cut short."""

import gzip
import hashlib
import io
import os
import random
import re
import struct
import time
from pathlib import Path

import pytest
from corpus import corpus_file
from evidence_walk import tool
from f2fs_disk import BLOCK, NS, SEGMENT, Disk, layer, make, make_small, read, walk

from triage.errors import EvidenceError, LimitReached, Malformed, Truncated, Unsupported
from triage.evidence.f2fs_names import hash_of
from triage.evidence.f2fs_structures import read_superblock
from triage.model import Entry, Kind, Locator, Problem


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return make_small(tmp_path_factory.mktemp("f2fs"))


@pytest.fixture
def disk(small):
    return Disk(small)


def digest(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Many files (more than a table block of nodes), deep folders, long and odd names, large, sparse, inline and empty files."""
    top = tmp_path_factory.mktemp("f2fs") / "top"
    (top / "many").mkdir(parents=True)
    chance = random.Random(7)
    for number in range(1000):
        (top / "many" / f"IMG_{number:05d}.jpg").write_bytes(b"%d;" % number * (number % 50))
    deep = top
    for number in range(30):
        deep /= f"deep{number}"
        deep.mkdir()
    (deep / "leaf.bin").write_bytes(chance.randbytes(5000))
    (top / "big.bin").write_bytes(chance.randbytes(13 << 20))  # beyond the two direct nodes: 923 + 2 * 1018 blocks
    with (top / "sparse").open("wb") as file:
        for at in (9 << 20, 20 << 20):
            file.seek(at)
            file.write(b"there")
    (top / "inline").write_bytes(chance.randbytes(3000))
    (top / "empty").touch()
    (top / ("x" * 255)).write_bytes(b"long")
    (top / "chat.db").write_bytes(b"d" * 5000)
    (top / "chat.db-wal").write_bytes(b"w" * 50)
    (top / "link").symlink_to("many/IMG_00001.jpg")
    Path(os.fsdecode(os.fsencode(top) + b"/caf\xe9.txt")).write_bytes(b"odd")
    os.utime(top / "inline", (1_700_000_001, 1_600_000_002))
    return top


@pytest.fixture(scope="module")
def plain(tree, tmp_path_factory):
    return make(tmp_path_factory.mktemp("f2fs") / "plain.img", tree, size=128 << 20)


@pytest.mark.parametrize(
    "features",
    [(), ("-g", "android"), ("-i", "-O", "extra_attr,inode_checksum,inode_crtime,sb_checksum,lost_found")],
    ids=["plain", "android", "large NAT bitmap"],
)
def test_every_file_of_a_tree_is_listed_and_read(tree, tmp_path, features):
    system = layer(make(tmp_path / "disk.img", tree, *features, size=128 << 20))
    found, deleted, problems = walk(system)
    assert (deleted, problems) == ([], [])
    expected = {}
    for path in tree.rglob("*"):
        shown = "/" + os.fsencode(path.relative_to(tree)).decode("utf-8", "backslashreplace")
        if path.is_symlink():
            expected[shown] = ("other", None, digest(os.fsencode(path.readlink())))
        elif path.is_dir():
            expected[shown] = ("folder", None, None)
        else:
            expected[shown] = ("file", path.stat().st_size, digest(path.read_bytes()))
    expected["/"] = ("folder", None, None)
    got = {}
    for path, entry in found.items():
        content = None if entry.kind is Kind.FOLDER else digest(read(system, entry))
        got[path] = (entry.kind.value, entry.size, content)
    got.pop("/lost+found", None)
    assert got == expected


def test_an_entry_says_what_its_inode_says(plain, tree, tmp_path):
    system = layer(plain)
    found, _, _ = walk(system)
    inline = found["/inline"]
    number = f"{inline.locator.steps[-1].number:#x}"
    told = tool("dump.f2fs", "-i", number, plain, input=b"y\n", cwd=tmp_path).decode()
    assert (tmp_path / "lost_found" / "inline").read_bytes() == read(system, inline)
    values = {name: int(value) for name, value in re.findall(r"^(i_\w+)\s+\[0x\s*\w+ : (\d+)\]", told, re.MULTILINE)}
    assert (inline.size, inline.times.modified.ns) == (
        values["i_size"],
        values["i_mtime"] * NS + values["i_mtime_nsec"],
    )
    assert inline.times.accessed.ns == values["i_atime"] * NS + values["i_atime_nsec"]
    assert inline.times.changed.ns == values["i_ctime"] * NS + values["i_ctime_nsec"]
    assert inline.times.modified.ns == 1_600_000_002 * NS
    assert inline.times.born is None
    data = plain.read_bytes()
    assert data[inline.position :].startswith((tree / "inline").read_bytes())
    assert data[found["/big.bin"].position :].startswith((tree / "big.bin").read_bytes()[:BLOCK])
    assert (inline.volume, inline.locator.steps[-1].path) == ("p1", "/inline")
    assert found["/caf\\xe9.txt"].raw_name == b"caf\xe9.txt"
    assert Locator.parse(found["/caf\\xe9.txt"].locator.text()) == found["/caf\\xe9.txt"].locator
    assert found["/chat.db"].companions == (found["/chat.db-wal"].locator,)


def test_a_file_system_behind_an_offset_has_positions_on_the_medium(small):
    data = bytes(12345) + small.read_bytes()
    system = layer(data, 12345)
    entry = walk(system)[0]["/holiday.jpg"]
    assert read(system, entry) == random.Random(3).randbytes(20_000)
    assert data[entry.position :].startswith(random.Random(3).randbytes(BLOCK))


def test_parts_of_a_large_file_are_read_alike(plain, tree):
    system = layer(plain)
    whole = (tree / "sparse").read_bytes()
    stream = system.open(walk(system)[0]["/sparse"].locator.steps[-1])
    for at, size in ((0, 10), ((9 << 20) - 3, 20), (5000, 3 << 20), ((20 << 20) + 2, 100), (4095, 2)):
        stream.seek(at)
        assert stream.read(size) == whole[at : at + size]


def test_an_image_made_by_a_kernel_is_equal_to_what_dump_f2fs_extracts(tmp_path):
    """Digests of what `dump.f2fs -i` of f2fs-tools 1.15 writes for inodes 5, 7, 8 and 9; file3 is a hard link to file2."""
    image = gzip.decompress(corpus_file("images", "syzkaller", "f2fs_0.img.gz").read_bytes())
    system = layer(image)
    found, deleted, problems = walk(system)
    assert (deleted, problems) == ([], [])
    digests = {
        path: hashlib.md5(read(system, entry)).hexdigest() for path, entry in found.items() if entry.kind is Kind.FILE
    }
    assert digests == {
        "/file0/file0": "be97a3ff3d374f7260973668479241c6",
        "/file1": "4fb43c90d6564d5b47fafd9bd62b5d83",
        "/file2": "5420afa22f6423a9f59e669540656bb4",
        "/file3": "5420afa22f6423a9f59e669540656bb4",
        "/file.cold": "df88666ce65b148a01aea8386455b42b",
    }
    assert found["/file0/file1"].kind is Kind.OTHER
    assert len(read(system, found["/file0/file1"])) == 39  # the length of the link's target, from dump.f2fs


def journalled(disk, name):
    """The place of a file moves from the table into the journal of the checkpoint."""
    nid = disk.ino(name)
    disk.flush_journal()
    entry = bytes(disk.data[disk.nat_entries(nid)[0] :][:9])
    for at in disk.nat_entries(nid):
        disk.data[at : at + 9] = bytes(9)
    struct.pack_into("<HI9s", disk.data, disk.journal(), 1, nid, entry)


def test_recent_changes_are_in_the_journal_of_the_checkpoint(disk, tmp_path):
    kernel = tmp_path / "kernel.img"
    kernel.write_bytes(gzip.decompress(corpus_file("images", "syzkaller", "f2fs_0.img.gz").read_bytes()))
    compact = Disk(kernel)
    assert (compact.word(compact.pack + 132) & 4, disk.word(disk.pack + 132) & 4) == (4, 0)
    for changed, name, size in ((disk, "note.txt", 19), (compact, "file1", 10)):
        journalled(changed, name)
        assert walk(layer(changed.data))[0]["/" + name].size == size
        changed.word(changed.journal(), 0, "<H")
        assert walk(layer(changed.data))[0]["/" + name].size is None
        changed.word(changed.journal(), 39, "<H")
        assert "journal of the checkpoint is unusable" in walk(layer(changed.data))[2][0].message


def test_the_second_superblock_is_used_where_the_first_is_damaged(disk):
    disk.data[1024:1028] = bytes(4)
    found, _, problems = walk(layer(disk.data))
    assert "/holiday.jpg" in found
    assert [each.kind for each in problems] == ["malformed"]
    assert "second superblock" in problems[0].message
    disk.data[BLOCK + 1024] = 0
    with pytest.raises(Malformed, match="magic"):
        layer(disk.data)


def test_a_superblock_checksum_is_held(tree, tmp_path):
    path = tmp_path / "disk.img"
    with path.open("wb") as file:
        file.truncate(64 << 20)
    tool("mkfs.f2fs", "-q", "-O", "extra_attr,sb_checksum", path)
    data = bytearray(path.read_bytes())
    assert read_superblock(io.BytesIO(data), 0)[1] is None
    data[1024 + 110] ^= 1  # a bit of the UUID
    assert "checksum" in read_superblock(io.BytesIO(data), 0)[1]


def test_a_file_system_over_several_devices_is_named(disk):
    for at in (1024 + 2201, 1024 + 2201 + 68):
        disk.data[at : at + 8] = b"/dev/sda"
    (problem,) = walk(layer(disk.data))[2]
    assert (problem.kind, "2 devices" in problem.message) == ("unsupported", True)


def test_other_block_sizes_are_named(disk):
    for at in (1024, BLOCK + 1024):
        disk.word(at + 16, 14)
    with pytest.raises(Unsupported, match="blocks of 16384 bytes"):
        layer(disk.data)


def test_the_older_checkpoint_is_used_where_the_newer_is_damaged_and_that_is_said(disk):
    disk.seal(w0=disk.word(disk.pack) + 1)
    disk.data[disk.pack + 500] ^= 1
    found, _, problems = walk(layer(disk.data))
    assert "/" in found
    assert any("newest checkpoint is damaged" in each.message for each in problems if isinstance(each, Problem))
    for start in (disk.checkpoint, disk.checkpoint + SEGMENT):
        disk.data[start * BLOCK + 501] ^= 1
    assert any("both checkpoints are damaged" in str(each) for each in walk(layer(disk.data))[2])
    for start in (disk.checkpoint, disk.checkpoint + SEGMENT):
        disk.data[start * BLOCK : (start + 1) * BLOCK] = bytes(BLOCK)
    with pytest.raises(Malformed, match="checkpoint"):
        layer(disk.data)


def test_the_hash_of_a_name_is_the_one_stored_beside_it(plain):
    disk = Disk(plain)
    for name in ("inline", "big.bin", "x" * 255, "chat.db-wal", "sparse", "link"):
        assert disk.word(disk.slot(name)[1]) == hash_of(name.encode())


def test_names_that_break_the_rules_are_counted_and_slashes_written_out(disk):
    block, _, number = disk.slot("note.txt")
    disk.data[block + 2384 + 8 * number : block + 2384 + 8 * number + 2] = b"a/"
    found, _, _ = walk(layer(disk.data))
    assert found["/a\\x2fte.txt"].raw_name == b"a/te.txt"
    disk.word(disk.slot("holiday.jpg")[1] + 8, 300, "<H")
    problems = walk(layer(disk.data))[2]
    assert "names that break the rules" in problems[0].message


def test_an_inode_that_is_not_there_leaves_the_name_and_a_problem(disk):
    nid = disk.ino("note.txt")
    disk.data[disk.node(nid) + BLOCK - 24] ^= 0xFF
    system = layer(disk.data)
    found, _, (problem,) = walk(system)
    assert (found["/note.txt"].kind, found["/note.txt"].size) == (Kind.FILE, None)
    assert problem.message == "1 names whose inode cannot be read"
    with pytest.raises(Malformed, match="not that node's"):
        read(system, found["/note.txt"])


def test_a_folder_inside_itself_is_listed_once(disk):
    disk.word(disk.slot("sub")[1] + 4, 3)
    found, _, problems = walk(layer(disk.data))
    assert isinstance(problems[0], LimitReached)
    assert len(found) < 10


def test_limits_are_met_with_a_word(disk, plain):
    problems = walk(layer(plain, container_entries=20))[2]
    assert {each.kind for each in problems} == {"limit"}
    assert isinstance(walk(layer(plain, folder_depth=5))[2][0], LimitReached)


def test_images_cut_short_are_read_as_far_as_they_go(small):
    data = small.read_bytes()
    for part in (0, 1000, 6000, 2 << 20):  # no superblock, no checkpoint
        with pytest.raises((Truncated, Malformed)):
            layer(data[:part])
    for part in (len(data) // 4, len(data) // 2, len(data) * 3 // 4):
        assert any(each.kind == "truncated" for each in walk(layer(data[:part]))[2])


@pytest.fixture(scope="module")
def used(small):
    """Where the blocks of the small image that are not empty begin."""
    data, empty = small.read_bytes(), bytes(BLOCK)
    return [at for at in range(0, len(data), BLOCK) if data[at : at + BLOCK] != empty]


@pytest.mark.parametrize("seed", range(20))
def test_mutated_images_give_entries_problems_or_evidence_errors(small, used, seed):
    chance = random.Random(seed)
    data = bytearray(small.read_bytes())
    for _ in range(1000 if seed % 2 else 30):
        data[chance.choice(used) + chance.randrange(BLOCK)] = chance.choice((0, 0xFF, chance.randrange(256)))
    started = time.monotonic()
    try:
        system = layer(data)
        found, deleted, _ = walk(system)
    except EvidenceError:
        return
    for entry in [*found.values(), *deleted]:
        assert isinstance(entry, Entry)
        if entry.kind is not Kind.FOLDER:
            try:
                system.open(entry.locator.steps[-1]).read(1 << 20)
            except EvidenceError:
                continue
    assert time.monotonic() - started < 20
