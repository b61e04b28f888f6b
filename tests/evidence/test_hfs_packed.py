"""Compressed HFS+ files, resource forks and telling attributes, on volumes made here; libfshfs is the second reader."""

import hashlib
import json
import random
import struct
from datetime import UTC, datetime

import hfs_disk
import pytest
from corpus import corpus_file
from evidence_walk import by_path, content, opened, walk

from triage.errors import EvidenceError

SMALL = b"kata yang pendek dan berulang " * 12
DICE = random.Random(5)
LARGE = b"".join(b"baris %d dari berkas yang panjang\n" % DICE.randrange(100_000) for _ in range(6000))
NOISE = DICE.randbytes(70_000)
CONTENTS = {
    f"kind {kind}.txt": (kind, data)
    for kind, data in [(1, SMALL), *((kind, LARGE if kind % 2 == 0 else SMALL) for kind in (3, 4, 7, 8, 9, 10, 11, 12))]
} | {"noise 8.bin": (8, NOISE), "exact 4.bin": (4, LARGE[:65536])}
SAFARI = b"0083;5f2b9ae0;Safari;11111111-2222-3333-4444-555555555555"


def compressed():
    files = {}
    for name, (kind, data) in CONTENTS.items():
        attribute, fork = hfs_disk.packed(kind, data)
        files[name] = (b"", fork, {"com.apple.decmpfs": attribute}, hfs_disk.UF_COMPRESSED)
    return files


def disk(tmp_path, files):
    path = tmp_path / "mac.img"
    path.write_bytes(hfs_disk.volume(files))
    return path


def test_every_kind_is_unpacked(tmp_path):
    evidence = opened(disk(tmp_path, compressed()), tmp_path)
    entries, problems = walk(evidence)
    found = by_path(entries)
    assert problems == []
    for name, (_, data) in CONTENTS.items():
        assert (found[f"/{name}"].size, content(evidence, found[f"/{name}"])) == (len(data), data), name


def test_a_second_reader_agrees(tmp_path):
    pyfshfs = pytest.importorskip("pyfshfs")
    files = {name: each for name, each in compressed().items() if name != "kind 1.txt"}  # libfshfs does not know kind 1
    path = disk(tmp_path, files)
    evidence = opened(path, tmp_path)
    found = by_path(walk(evidence)[0])
    volume = pyfshfs.volume()
    volume.open(str(path))
    second = {each.name: each.read_buffer(each.size) for each in volume.get_root_directory().sub_file_entries}
    volume.close()
    assert len(second) == len(files)
    for name, data in second.items():
        assert data == content(evidence, found[f"/{name}"]), name


def test_it_is_read_from_any_place(tmp_path):
    evidence = opened(disk(tmp_path, compressed()), tmp_path)
    found = by_path(walk(evidence)[0])
    with evidence.open(found["/kind 8.txt"].locator) as stream:
        for _ in range(50):
            at, size = DICE.randrange(len(LARGE)), DICE.randrange(1, 80_000)
            stream.seek(at)
            assert stream.read(size) == LARGE[at : at + size]


@pytest.mark.parametrize("kind", [5, 13, 14, 99])
def test_an_unknown_kind_is_named(tmp_path, kind):
    files = {"a": (b"", b"", {"com.apple.decmpfs": struct.pack("<4sIQ", b"fpmc", kind, 10)}, hfs_disk.UF_COMPRESSED)}
    evidence = opened(disk(tmp_path, files), tmp_path)
    entry = by_path(walk(evidence)[0])["/a"]
    with pytest.raises(EvidenceError, match=f"kind {kind}"):
        evidence.open(entry.locator)


def test_a_mark_without_its_attribute_is_no_empty_file(tmp_path):
    files = {"a": (b"", b"", {}, hfs_disk.UF_COMPRESSED)}
    evidence = opened(disk(tmp_path, files), tmp_path)
    entry = by_path(walk(evidence)[0])["/a"]
    assert entry.size is None
    with pytest.raises(EvidenceError, match="no attribute"):
        evidence.open(entry.locator)


def test_forks_and_telling_attributes_are_streams(tmp_path):
    told = {"com.apple.quarantine": SAFARI, "com.apple.FinderInfo": bytes(32)}
    evidence = opened(disk(tmp_path, {"a.dmg": (b"data", b"resources", told, 0)}), tmp_path)
    found = by_path(walk(evidence)[0])
    assert {path for path in found if path.startswith("/a.dmg")} == {
        "/a.dmg",
        "/a.dmg:com.apple.ResourceFork",
        "/a.dmg:com.apple.quarantine",
    }
    assert content(evidence, found["/a.dmg:com.apple.ResourceFork"]) == b"resources"
    assert content(evidence, found["/a.dmg:com.apple.quarantine"]) == SAFARI


def test_the_resource_fork_of_a_real_volume(tmp_path):
    evidence = opened(corpus_file("images", "keramics", "hfsplus_zlib.dmg"), tmp_path)
    found = by_path(walk(evidence)[0])
    assert content(evidence, found["/testdir1/resourcefork1:com.apple.ResourceFork"]) == b"My resource fork\n"


@pytest.mark.parametrize("seed", range(12))
def test_damage_is_an_error_and_bounded(tmp_path, seed):
    path = disk(tmp_path, compressed())
    data, dice = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(400):
        data[dice.randrange(4096, len(data))] = dice.randrange(256)
    path.write_bytes(data)
    evidence = opened(path, tmp_path)
    for entry in walk(evidence)[0]:
        if entry.kind == "file":
            try:
                content(evidence, entry)
            except EvidenceError:
                continue


@pytest.mark.parametrize("name", ["hfsplus_0.img", "hfsplus_4.img"])
def test_a_root_folder_that_the_engine_gives_up_is_read_by_the_second_reader(tmp_path, name):
    truth = json.loads(corpus_file("truth", "images", "syzkaller", f"{name}.libfshfs.json").read_text(encoding="utf-8"))
    evidence = opened(corpus_file("images", "syzkaller", name), tmp_path)
    entries, problems = walk(evidence)
    found = by_path(entries)
    assert [problem.kind for _, problem in problems] == ["malformed"]
    assert "second reader" in problems[0][1].message
    told = {file["path"]: file["md5"] for file in truth["files"] if "md5" in file and "\0" not in file["path"]}
    digests = {path: hashlib.md5(content(evidence, found[path])).hexdigest() for path in told if path in found}
    assert digests == told
    assert found["/file.cold"].times.modified.ns // 10**9 == _seconds(truth, "/file.cold")


def _seconds(truth, path):
    (stated,) = [file["mtime"] for file in truth["files"] if file["path"] == path]
    return int(datetime.fromisoformat(stated).replace(tzinfo=UTC).timestamp())
