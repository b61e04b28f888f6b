"""F2FS: deleted names and files, and what was written after the last checkpoint. The deletions are written into images by hand."""

import random
import re
import struct

import pytest
from f2fs_disk import BLOCK, SEGMENT, Disk, crc, layer, make_small, read, walk

from triage.errors import Unreadable
from triage.model import Kind


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return make_small(tmp_path_factory.mktemp("f2fs"))


@pytest.fixture
def disk(small):
    return Disk(small)


def delete(disk, name):
    nid = disk.ino(name)
    disk.remove_name(name)
    disk.free_node(nid)
    return nid


def test_a_deleted_file_is_read_while_its_inode_and_blocks_are_free(disk):
    nid = delete(disk, "holiday.jpg")
    disk.free_blocks()
    system = layer(disk.data)
    found, (entry,), problems = walk(system)
    assert "/holiday.jpg" not in found
    assert not problems
    assert (entry.path, entry.size, entry.kind, entry.deleted) == ("/holiday.jpg", 20_000, Kind.FILE, True)
    assert entry.locator.steps[-1].number == nid
    assert re.fullmatch(r"block-\d+", entry.locator.steps[-1].stream)
    assert read(system, entry) == random.Random(3).randbytes(20_000)
    assert entry.times.modified is not None


def test_what_is_in_a_deleted_folder_is_deleted(disk):
    inner = disk.ino("inner.txt", disk.ino("sub"))
    delete(disk, "sub")
    disk.free_node(inner)
    disk.free_blocks()
    system = layer(disk.data)
    found, deleted, problems = walk(system)
    assert (not problems, "/sub" in found) == (True, False)
    assert [(entry.path, entry.kind) for entry in deleted] == [("/sub", Kind.FOLDER), ("/sub/inner.txt", Kind.FILE)]
    assert read(system, deleted[1]) == b"inner" * 2000


def test_a_deleted_file_without_blocks_is_not_read_as_zeros(disk):
    inode = disk.node(disk.ino("holiday.jpg"))
    delete(disk, "holiday.jpg")
    disk.data[inode + 360 + disk.word(inode + 360, form="<H") : inode + 4052] = bytes(
        4052 - 360 - disk.word(inode + 360, form="<H")
    )
    system = layer(disk.data)
    (entry,) = walk(system)[1]
    with pytest.raises(Unreadable, match="given back"):
        read(system, entry)


def test_a_deleted_file_whose_blocks_belong_to_others_now_is_not_read(disk):
    delete(disk, "holiday.jpg")  # its blocks stay marked as in use
    system = layer(disk.data)
    (entry,) = walk(system)[1]
    with pytest.raises(Unreadable, match="overwritten"):
        read(system, entry)


def test_a_deleted_name_whose_inode_was_given_away_is_listed_alone(disk):
    nid = disk.ino("holiday.jpg")
    disk.remove_name("holiday.jpg")  # the inode is live: the file is said to live on under another name
    system = layer(disk.data)
    (entry,) = walk(system)[1]
    assert (entry.name, entry.size, entry.position, entry.times.modified) == ("holiday.jpg", None, None, None)
    assert entry.locator.steps[-1].stream == "reused"
    with pytest.raises(Unreadable, match="another file"):
        read(system, entry)
    disk.word(disk.node(nid) + 12, 0)  # no links: deleted while open
    system = layer(disk.data)
    (entry,) = walk(system)[1]
    assert read(system, entry) == random.Random(3).randbytes(20_000)


def test_a_former_inode_with_another_name_is_not_attributed(disk):
    nid = disk.ino("note.txt")
    place = disk.node(nid)
    delete(disk, "note.txt")
    disk.data[place + 92 : place + 96] = b"vote"
    (entry,) = walk(layer(disk.data))[1]
    assert (entry.name, entry.size, entry.locator.steps[-1].stream) == ("note.txt", None, "reused")


def test_a_deleted_name_that_was_overwritten_in_part_is_no_name(disk):
    name = "other-file-with-a-long-name.bin"
    block, _, number = disk.slot(name)
    disk.remove_name(name)
    assert [entry.name for entry in walk(layer(disk.data))[1]] == [name]
    disk.data[block + 2384 + 8 * (number + 1)] ^= 1
    assert walk(layer(disk.data))[1] == []


def test_files_deleted_while_open_are_in_a_folder_of_their_own(disk):
    nid = disk.ino("note.txt")
    block, slot, number = disk.slot("note.txt")
    disk.data[block + number // 8] &= ~(1 << number % 8)
    disk.data[slot : slot + 11] = bytes(11)
    disk.word(disk.node(nid) + 12, 0)
    orphans = bytearray(BLOCK)
    struct.pack_into("<I", orphans, 0, nid)
    struct.pack_into("<HHI", orphans, BLOCK - 12, 1, 1, 1)
    struct.pack_into("<I", orphans, BLOCK - 4, crc(orphans[: BLOCK - 4]))
    head, count, first = disk.pack, disk.word(disk.pack + 136), disk.word(disk.pack + 140)
    disk.data[head + (first + 1) * BLOCK : head + (count + 1) * BLOCK] = disk.data[
        head + first * BLOCK : head + count * BLOCK
    ]
    disk.data[head + first * BLOCK : head + (first + 1) * BLOCK] = orphans
    disk.seal(w132=disk.word(head + 132) | 2, w136=count + 1, w140=first + 1)
    system = layer(disk.data)
    found, (entry,), problems = walk(system)
    assert not problems
    assert found["/$OrphanFiles"].kind is Kind.FOLDER
    assert (entry.path, entry.size, entry.deleted) == ("/$OrphanFiles/note.txt", 19, True)
    assert read(system, entry) == b"meet at the harbour"
    (limited,) = walk(layer(disk.data, orphans=0))[2]
    assert limited.kind == "limit"
    disk.data[head + first * BLOCK] ^= 1
    assert "deleted while open is damaged" in walk(layer(disk.data))[2][0].message


def test_files_synchronised_after_the_checkpoint_are_reported(disk):
    head = disk.pack
    segment, offset, flags = disk.word(head + 40), disk.word(head + 70, form="<H"), disk.word(head + 132)
    version = disk.word(head, form="<Q")
    if flags & 0x40:
        version |= disk.word(head + disk.word(head + 164)) << 32
    place = (disk.main + segment * SEGMENT + offset) * BLOCK
    nid = disk.ino("note.txt")
    disk.data[place : place + BLOCK] = disk.data[disk.node(nid) :][:BLOCK]
    struct.pack_into("<IIIQI", disk.data, place + BLOCK - 24, nid, nid, 2, version, place // BLOCK)
    (problem,) = walk(layer(disk.data))[2]
    assert (problem.kind, problem.detail) == ("unsupported", f"inodes {nid}")
    assert "after the last checkpoint" in problem.message
