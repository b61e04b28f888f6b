"""Unallocated runs against `blkls -l` and `dumpe2fs`, gaps between volumes, and carved files as entries."""

import gzip
import hashlib
import random
import re
from dataclasses import dataclass
from pathlib import Path

import carving_disks
import pytest
from carving_samples import clip, picture
from corpus import corpus_file
from evidence_walk import tool

from triage.errors import EvidenceError, LimitReached, Malformed, Truncated, Unreadable, Unsupported
from triage.evidence.carved import FreeSpace, folder_of, free_space_of, gap_folders, gap_of
from triage.evidence.engine import tsk
from triage.evidence.streams import FileStream, Memory
from triage.evidence.unallocated import free_ranges, joined, volume_gaps
from triage.evidence.unallocated_bitmap import clear_runs
from triage.model import Entry, Kind, Locator, Problem, Step

MEBIBYTE = 1 << 20


def ranges_of(path, offset=0):
    disk = Path(path).read_bytes()
    return list(free_ranges(tsk.FS_Info(tsk.Img_Info(str(path)), offset=offset), offset, reader(disk)))


def reader(disk):
    return lambda offset, size: disk[offset : offset + size]


def by_blkls(path):
    """What The Sleuth Kit calls unallocated, as ranges."""
    size = tsk.FS_Info(tsk.Img_Info(str(path))).info.block_size
    lines = tool("blkls", "-l", path).splitlines()
    return list(joined((int(line.split(b"|")[0]) * size, size) for line in lines if line.endswith(b"|f")))


def by_dumpe2fs(path):
    text = tool("dumpe2fs", path).decode()
    size = int(re.search(r"Block size: +(\d+)", text)[1])
    found = []
    for listed in re.findall(r"^ +Free blocks: (.*\d)$", text, re.MULTILINE):
        for part in listed.split(", "):
            first, _, last = part.partition("-")
            found.append((int(first) * size, (int(last or first) + 1 - int(first)) * size))
    return list(joined(sorted(found)))


def some_files(scratch):
    paths = []
    for number in range(9):
        path = scratch / f"F{number}.BIN"
        path.write_bytes(random.Random(number).randbytes(7000 * number + 900))
        paths.append(path)
    return paths


def blank(tmp_path, size):
    path = tmp_path / "disk.img"
    with path.open("wb") as disk:
        disk.truncate(size)
    return path


@pytest.mark.parametrize(
    ("bits", "size", "cluster"), [(12, 3 * MEBIBYTE, 4), (16, 40 * MEBIBYTE, 4), (32, 40 * MEBIBYTE + 1536, 1)]
)
def test_free_clusters_of_fat(bits, size, cluster, tmp_path):
    path = blank(tmp_path, size)
    tool("mkfs.fat", "-F", bits, "-s", cluster, path)
    files = some_files(tmp_path)
    tool("mcopy", "-i", path, *files, "::")
    tool("mdel", "-i", path, "::F3.BIN", "::F7.BIN")
    ours = ranges_of(path)
    assert ours == by_blkls(path)
    assert len(ours) >= 3


def test_free_clusters_of_ntfs(tmp_path):
    path = blank(tmp_path, 24 * MEBIBYTE)
    tool("mkntfs", "-F", "-q", path)
    for file in some_files(tmp_path):
        tool("ntfscp", path, file, file.name)
    ours = ranges_of(path)
    assert ours == by_blkls(path)
    assert len(ours) > 1


def test_free_clusters_of_exfat(tmp_path):
    path = blank(tmp_path, 40 * MEBIBYTE)
    tool("mkfs.exfat", path)
    assert ranges_of(path) == by_blkls(path)


@pytest.mark.parametrize(
    "parts",
    [
        ("images", "syzkaller", "exfat_0.img"),
        ("images", "syzkaller", "hfsplus_0.img"),
        ("images", "syzkaller", "vfat_0.img"),
        ("images", "syzkaller", "vfat_42.img.gz"),
        ("images", "syzkaller", "ntfs3_0.img.gz"),
        ("images", "dfvfs", "hfsplus_2020.raw.gz"),
        ("images", "dfvfs", "ext2.raw.gz"),
    ],
)
def test_free_space_of_file_systems_that_others_made(parts, tmp_path):
    path = corpus_file(*parts)
    if path.suffix == ".gz":
        unpacked = tmp_path / "disk.img"
        unpacked.write_bytes(gzip.decompress(path.read_bytes()))
        path = unpacked
    assert ranges_of(path) == by_blkls(path)


@pytest.mark.parametrize("kind", ["ext2", "ext3"])
@pytest.mark.parametrize("block", [1024, 4096])
def test_free_blocks_of_ext2_and_ext3(kind, block, tmp_path):
    top = tmp_path / "top"
    top.mkdir()
    some_files(top)
    path = blank(tmp_path, 80 * MEBIBYTE)
    tool(f"mkfs.{kind}", "-q", "-F", "-b", block, "-d", top, path)
    assert ranges_of(path) == by_blkls(path) == by_dumpe2fs(path)


@pytest.mark.parametrize(
    "options",
    [
        ("-b", "1024"),
        ("-b", "4096"),
        ("-b", "1024", "-O", "^flex_bg"),
        ("-b", "1024", "-O", "^resize_inode,meta_bg"),
        ("-b", "1024", "-O", "sparse_super2"),
        ("-b", "2048", "-O", "^64bit,^metadata_csum,uninit_bg"),
    ],
)
def test_free_blocks_of_ext4_whose_bitmaps_were_never_written(options, tmp_path):
    """The Sleuth Kit 4.11 calls the copies of superblock and descriptors in such groups free; their own tool does not."""
    top = tmp_path / "top"
    top.mkdir()
    some_files(top)
    path = blank(tmp_path, 120 * MEBIBYTE)
    tool("mkfs.ext4", "-q", "-F", *options, "-d", top, path)
    ours = ranges_of(path)
    assert ours == by_dumpe2fs(path)
    assert sum(size for _, size in ours) > 60 * MEBIBYTE


def test_ranges_count_from_the_start_of_the_medium(tmp_path):
    path = blank(tmp_path, 3 * MEBIBYTE)
    tool("mkfs.fat", path)
    alone = ranges_of(path)
    moved = tmp_path / "moved.img"
    moved.write_bytes(bytes(MEBIBYTE) + path.read_bytes())
    assert ranges_of(moved, MEBIBYTE) == [(offset + MEBIBYTE, size) for offset, size in alone]


def test_a_file_system_without_a_map_we_read_is_unsupported():
    path = corpus_file("images", "syzkaller", "iso9660_0.img")
    with pytest.raises(Unsupported):
        ranges_of(path)


def test_too_many_runs_are_a_limit(tmp_path):
    path = blank(tmp_path, 3 * MEBIBYTE)
    tool("mkfs.fat", path)
    tool("mcopy", "-i", path, *some_files(tmp_path), "::")
    tool("mdel", "-i", path, "::F3.BIN", "::F7.BIN")
    whole = ranges_of(path)
    found = free_ranges(tsk.FS_Info(tsk.Img_Info(str(path))), 0, reader(path.read_bytes()), most=2)
    assert [next(found), next(found)] == whole[:2]
    with pytest.raises(LimitReached):
        next(found)


@pytest.mark.parametrize("name", ["fat", "exfat", "ext4", "ntfs"])
def test_maps_with_changed_bytes_yield_ranges_or_an_error_of_the_evidence(name, tmp_path):
    path = blank(tmp_path, 24 * MEBIBYTE)
    tool(f"mkfs.{name}", *(["-q", "-F"] if name in {"ext4", "ntfs"} else []), path)
    engine = tsk.FS_Info(tsk.Img_Info(str(path)))
    whole = path.read_bytes()
    heads = bytearray(whole[: 4 * MEBIBYTE])
    for seed in range(60):
        dice = random.Random(seed)
        broken = bytearray(heads)
        for _ in range(dice.randrange(1, 40)):
            broken[dice.choice((0, 1024, 4096)) + dice.randrange(1024)] = dice.randrange(256)
        cut = dice.choice((None, 300, 1500, 100_000))
        disk = bytes(broken[:cut])
        try:
            for number, (offset, size) in enumerate(free_ranges(engine, 0, reader(disk))):
                assert offset >= 0
                assert size > 0
                if number > 20_000:
                    break
        except EvidenceError:
            pass


def test_a_cut_table_is_truncated(tmp_path):
    path = blank(tmp_path, 3 * MEBIBYTE)
    tool("mkfs.fat", path)
    engine = tsk.FS_Info(tsk.Img_Info(str(path)))
    with pytest.raises(Truncated):
        list(free_ranges(engine, 0, reader(path.read_bytes()[:600])))
    with pytest.raises(Malformed):
        list(free_ranges(engine, 0, reader(bytes(4096))))


@pytest.mark.parametrize("highest_first", [False, True])
def test_clear_runs_are_the_clear_bits(highest_first):
    dice = random.Random(3)
    data = b"".join(dice.choice((bytes(9), b"\xff" * 9, dice.randbytes(9))) for _ in range(200))
    count = 8 * len(data) - 5
    bits = [byte >> (7 - bit if highest_first else bit) & 1 for byte in data for bit in range(8)][:count]
    found = list(joined(clear_runs([data[:500], data[500:]], count, highest_first=highest_first)))
    assert [at for first, length in found for at in range(first, first + length)] == [
        at for at, bit in enumerate(bits) if not bit
    ]


@dataclass
class Stretch:
    offset: int
    size: int


def test_gaps_are_what_no_volume_covers():
    assert list(volume_gaps([], 100)) == [(0, 100)]
    assert list(volume_gaps([Stretch(0, 100)], 100)) == []
    inner = [Stretch(50, 20), Stretch(10, 30), Stretch(55, 5), Stretch(90, 500)]
    assert list(volume_gaps(inner, 100)) == [(0, 10), (40, 10), (70, 20)]
    assert list(volume_gaps([Stretch(10, 30), Stretch(300, 5)], 100)) == [(0, 10), (40, 60)]


def test_carved_files_are_entries_that_open_again(tmp_path):
    disk = bytes(4096) + picture(1, "JPEG").ljust(65_536, b"\0") + clip(2).ljust(1 << 20, b"\0")
    space = FreeSpace(Memory(disk), len(disk), lambda: [(4096, len(disk)), (len(disk) + 5, 99)])
    within = Locator((Step("volume", "p1", 0), Step("free", "/$Unallocated", 0)))
    first, second = space.children(within, None)
    assert (first.name, first.kind, first.deleted, first.position) == ("carved-1000.jpg", Kind.FILE, True, 4096)
    assert first.locator.text() == f"volume:p1@0|free:/$Unallocated@0|carved:jpeg@4096~{len(picture(1, 'JPEG'))}"
    assert (first.path, first.volume) == ("/$Unallocated/carved-1000.jpg", "p1")
    assert first.times.modified is None
    assert Locator.parse(second.locator.text()) == second.locator
    assert second.name == f"carved-{4096 + 65_536:x}-unproven.mp4"
    assert space.open(first.locator.steps[-1]).read() == picture(1, "JPEG")
    assert space.open(second.locator.steps[-1]).read() == clip(2)
    for step in (Step("carved", "jpeg", 4096), Step("carved", "jpeg", 4096, "x"), Step("carved", "jpeg", 9, "9999999")):
        with pytest.raises(Unreadable):
            space.open(step)


def test_the_folder_says_how_much_will_be_searched(tmp_path):
    path = blank(tmp_path, 3 * MEBIBYTE)
    tool("mkfs.fat", path)
    medium = FileStream(path)
    space = free_space_of(tsk.FS_Info(tsk.Img_Info(str(path))), 0, medium, medium.size)
    folder = folder_of(Locator((Step("volume", "whole", 0),)), space, 0)
    assert isinstance(folder, Entry)
    assert (folder.kind, folder.path, folder.size) == (Kind.FOLDER, "/$Unallocated", sum(s for _, s in ranges_of(path)))
    refused = FreeSpace(medium, medium.size, lambda: free_ranges(tsk.FS_Info(tsk.Img_Info(str(path))), 0, reader(b"")))
    problem = folder_of(Locator(), refused, 0)
    assert isinstance(problem, Problem)
    assert problem.kind == "truncated"


def test_a_picture_between_two_volumes_is_found():
    disk = bytes(8192) + picture(1, "PNG").ljust(1 << 20, b"\0")
    volumes = [Stretch(512, 4096), Stretch(len(disk) - 512, 512)]
    folders = list(gap_folders(volumes, len(disk)))
    assert [folder.path for folder in folders] == ["/$Unpartitioned 1", "/$Unpartitioned 2"]
    number = folders[1].locator.steps[-1].number
    space = gap_of(volumes, number, Memory(disk), len(disk))
    (found,) = space.children(folders[1].locator, None)
    assert (found.position, found.path) == (8192, "/$Unpartitioned 2/carved-2000.png")
    with pytest.raises(Unreadable):
        gap_of(volumes, 77, Memory(disk), len(disk))


@pytest.mark.parametrize("system", carving_disks.SYSTEMS)
def test_what_was_deleted_whole_is_found_with_its_digest_and_nothing_wrong(system, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    path = tmp_path / "disk.img"
    planted = carving_disks.make(system, path, 60, size=64 * MEBIBYTE, scratch=scratch)
    medium = FileStream(path)
    space = free_space_of(tsk.FS_Info(tsk.Img_Info(str(path))), 0, medium, medium.size)
    found = [each for each in space.children(Locator(), None) if isinstance(each, Entry)]
    digests = [hashlib.sha256(space.open(each.locator.steps[-1]).read()).digest() for each in found]
    whole = {hashlib.sha256(item.data).digest() for item in planted.values() if item.whole}
    assert len(whole) >= 15
    assert whole <= set(digests)
    assert set(digests) <= {hashlib.sha256(item.data).digest() for item in planted.values()}
    assert not set(digests) & carving_disks.live_digests(path)
    taken = [run for runs in carving_disks.runs_of(path).values() for run in runs]
    allocated = set(range(medium.size // 512)) - carving_disks.unallocated_sectors(path)
    assert taken
    assert all(
        allocated.isdisjoint(range(each.position // 512, -(-(each.position + each.size) // 512))) for each in found
    )
    assert [each.position for each in found] == sorted(each.position for each in found)
