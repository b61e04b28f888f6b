"""Deleted names of NTFS: to which record they belong, checked on the demo's own image and on patched copies of it."""

import hashlib
import json
import lzma
import struct
from dataclasses import replace
from types import SimpleNamespace

import pytest
from evidence_walk import by_path, content, opened, tool, walk

from triage.assets import resource
from triage.errors import Truncated, Unreadable
from triage.evidence.deleted_ntfs import RecordFinder, after
from triage.model import Kind, Locator

VOLUME = 2048 * 512
RECORD = 1024
TEXT, PICTURES = "/Users/dewi/Documents/dihapus.txt", "/Users/dewi/Pictures"


@pytest.fixture(scope="module")
def laptop():
    return lzma.decompress(resource("demo", "laptop.img.xz").read_bytes())


@pytest.fixture(scope="module")
def planted():
    told = json.loads(resource("demo", "truth.json").read_text(encoding="utf-8"))
    return [file for file in told["files"] if file["deleted"] and file["exhibit"].startswith("Laptop")]


@pytest.fixture
def image(laptop, tmp_path):
    """Writes the image, changed by a function over (bytes, the offset of MFT record 0)."""

    def made(change=None):
        data = bytearray(laptop)
        if change is not None:
            boot = data[VOLUME : VOLUME + 512]
            sector, sectors = struct.unpack_from("<HB", boot, 11)
            change(data, VOLUME + struct.unpack_from("<Q", boot, 48)[0] * sector * sectors)
        path = tmp_path / "laptop.img"
        path.write_bytes(data)
        return path

    return made


def test_deleted_files_are_read_with_their_own_content(image, planted, tmp_path):
    path = image()
    entries, problems = walk(opened(path, tmp_path))
    found = by_path(entries)
    assert len(planted) == 2
    for file in planted:
        entry = found["/" + file["path"]]
        again = opened(path, tmp_path).open(Locator.parse(entry.locator.text()))
        assert (entry.deleted, entry.kind, entry.size) == (True, Kind.FILE, file["size"])
        assert hashlib.sha256(again.read()).hexdigest() == file["sha256"]
        assert entry.times.modified is not None
    assert [str(problem) for _, problem in problems] == []


def test_what_is_deleted_is_what_the_sleuth_kit_lists_and_reads(image, tmp_path):
    path = image()
    told = [line.split("\t") for line in tool("fls", "-rdpo", 2048, path).decode().splitlines()]
    evidence = opened(path, tmp_path)
    found = by_path(entry for entry in walk(evidence)[0] if entry.deleted)
    assert sorted(found) == sorted("/" + name for _, name in told)
    for kind, name in told:
        address = kind.split()[-1].rstrip(":")
        if address.count("-") == 2:
            assert content(evidence, found["/" + name]) == tool("icat", "-o", 2048, path, address)


@pytest.mark.parametrize(("flags", "more"), [(1, 0), (0, 1), (1, 1)])
def test_a_locator_is_refused_once_its_record_is_another_files(flags, more, image, tmp_path):
    """Allocated again, or allocated and deleted again: the sequence number went on."""
    entry = by_path(walk(opened(image(), tmp_path))[0])[TEXT]

    def change(data, table):
        at = table + entry.locator.steps[-1].number * RECORD
        struct.pack_into("<H", data, at + 16, struct.unpack_from("<H", data, at + 16)[0] + more)
        struct.pack_into("<H", data, at + 22, flags)

    evidence = opened(image(change), tmp_path)
    with pytest.raises(Unreadable, match="since it was listed"):
        evidence.open(entry.locator)
    with pytest.raises(Unreadable, match="since it was listed"):
        list(evidence.children(replace(entry, kind=Kind.FOLDER)))


@pytest.mark.parametrize(
    ("name_sequence", "record_sequence", "flags", "parent", "own"),
    [
        (1, 2, 2, 5, True),
        (0xFFFF, 1, 2, 5, True),
        (1, 3, 2, 5, False),
        (2, 1, 2, 5, False),
        (1, 2, 1, 5, False),
        (7, 2, 2, 99, True),
        (7, 2, 1, 99, False),
    ],
)
def test_which_record_is_a_names_own(name_sequence, record_sequence, flags, parent, own):
    """Flags after tsk_fs.h: 1 allocated, 2 unallocated. 99 is the folder of orphans."""
    record = SimpleNamespace(info=SimpleNamespace(meta=SimpleNamespace(seq=record_sequence, flags=flags)))
    label = SimpleNamespace(meta_addr=40, meta_seq=name_sequence, par_addr=parent)
    assert RecordFinder({40: record}.__getitem__, 99).record_of(label) is (record if own else None)


def test_a_record_that_cannot_be_read_is_nobodys():
    def gone(address):
        raise OSError("ntfs_dinode_lookup: (ntfs.c:1) no such record")

    label = SimpleNamespace(meta_addr=40, meta_seq=1, par_addr=5)
    assert RecordFinder(gone, 99).record_of(label) is None
    empty = SimpleNamespace(info=SimpleNamespace(meta=None))
    assert RecordFinder(lambda address: empty, 99).record_of(label) is None


def _copied_over(deleted, live, flags):
    """A change: the record of a live entry over the deleted one, which stays deleted under its own number."""

    def change(data, table):
        at, other = (table + entry.locator.steps[-1].number * RECORD for entry in (deleted, live))
        own = data[at : at + RECORD]
        data[at : at + RECORD] = data[other : other + RECORD]
        data[at + 16 : at + 18] = own[16:18]
        struct.pack_into("<H", data, at + 22, flags)
        data[at + 44 : at + 48] = own[44:48]

    return change


def test_a_deleted_folder_lists_what_it_held(image, tmp_path):
    """Its record is free, the name in the index is left: as on a disk that was pulled while the folder was deleted."""
    live = by_path(walk(opened(image(), tmp_path))[0])

    def change(data, table):
        at = table + live[PICTURES].locator.steps[-1].number * RECORD
        struct.pack_into("<H", data, at + 16, struct.unpack_from("<H", data, at + 16)[0] + 1)
        struct.pack_into("<H", data, at + 22, 2)

    evidence = opened(image(change), tmp_path)
    folder = by_path(walk(evidence)[0])[PICTURES]
    assert (folder.kind, folder.deleted, folder.size, folder.locator.steps[-1].stream) == (
        Kind.FOLDER, True, None, "seq2"
    )  # fmt: skip
    again = replace(folder, locator=Locator.parse(folder.locator.text()))
    names = {entry.path for entry in evidence.children(again)}
    assert names == {path for path in live if path.rpartition("/")[0] == PICTURES}


def test_streams_of_deleted_files_carry_the_check_too(image, tmp_path):
    live = by_path(walk(opened(image(), tmp_path))[0])
    source = next(path for path in live if path.startswith("/Users/") and ":" in path.rpartition("/")[2])
    expected = content(opened(image(), tmp_path), live[source])
    evidence = opened(image(_copied_over(live[TEXT], live[source], 0)), tmp_path)
    (stream,) = [entry for entry in walk(evidence)[0] if entry.deleted and entry.path == source]
    assert stream.locator.steps[-1].stream.endswith("-seq2")
    assert content(evidence, stream) == expected


def test_sequence_numbers_go_round_without_zero():
    assert [after(1), after(0xFFFE), after(0xFFFF)] == [2, 0xFFFF, 1]


def test_the_list_of_bad_clusters_holds_nothing_unless_there_are_some(image, tmp_path):
    path = image()
    bad = by_path(walk(opened(path, tmp_path))[0])["/$BadClus:$Bad"]
    assert bad.kind is Kind.OTHER  # listed and not read, like what the engine makes up
    assert bad.size == int(
        tool("istat", "-o", 2048, path, 8).decode().split("Name: $Bad ")[1].split("size: ")[1].split()[0]
    )
    assert tool("icat", "-o", 2048, path, "8-128-1") == b""
    with pytest.raises(Truncated):
        opened(path, tmp_path).open(bad.locator).read(1)

    def change(data, table):
        name = data.index("$Bad".encode("utf-16-le") + b"\x02", table + 8 * RECORD)
        data[name + 8 : name + 14] = b"\x01\x05\x11\x01\x0a\x00"  # five clusters of nothing, then cluster 10

    bad = by_path(walk(opened(image(change), tmp_path))[0])["/$BadClus:$Bad"]
    assert bad.kind is Kind.FILE
