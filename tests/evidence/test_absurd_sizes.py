"""A file that states far more bytes than its medium has is refused with its size; a sparse file within bounds is read."""

import random
import time

import pytest
from evidence_walk import by_path, content, opened, tool, walk

from triage.errors import LimitReached
from triage.evidence.ext_inodes import names_in
from triage.model import Child, Entry, Kind, Locator
from triage.stored import child


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "disk.img"
    path.write_bytes(bytes(2 << 20))
    source = tmp_path / "source"
    source.write_bytes(b"isi")
    tool("mkfs.ext4", "-q", "-F", path)
    for name, size in (("sparse", 40 << 20), ("absurd", 3 << 30)):
        tool("debugfs", "-w", "-R", f"write {source} {name}", path)
        tool("debugfs", "-w", "-R", f"sif {name} size {size}", path)
    return path


def test_an_absurd_size_is_a_limit(image, tmp_path):
    evidence = opened(image, tmp_path)
    entry = by_path(walk(evidence)[0])["/absurd"]
    assert entry.size == 3 << 30
    with pytest.raises(LimitReached, match=f"states a size of {3 << 30} bytes"):
        evidence.open(entry.locator)


def test_a_sparse_file_larger_than_its_medium_is_read(image, tmp_path):
    evidence = opened(image, tmp_path)
    assert content(evidence, by_path(walk(evidence)[0])["/sparse"]) == b"isi".ljust(40 << 20, b"\0")


def test_a_higher_limit_reads_it(image, tmp_path):
    evidence = opened(image, tmp_path, sparse_bytes=4 << 30)
    with evidence.open(by_path(walk(evidence)[0])["/absurd"].locator) as stream:
        assert stream.read(6) == b"isi\0\0\0"


def test_one_absurd_inode_does_not_cost_its_folder(tmp_path):
    """Without extents the engine takes half a minute for each terabyte that an inode states, and a folder is listed whole or not."""
    image, source = tmp_path / "disk.img", tmp_path / "source"
    image.write_bytes(bytes(2 << 20))
    tool("mkfs.ext3", "-q", "-F", image)
    tool("debugfs", "-w", "-R", "mkdir /map", image)
    for name in ("satu", "rusak", "dua"):
        source.write_bytes(name.encode() * 1000)
        tool("debugfs", "-w", "-R", f"write {source} /map/{name}", image)
    tool("debugfs", "-w", "-R", f"sif /map/rusak size {1 << 46}", image)
    started = time.monotonic()
    evidence = opened(image, tmp_path)
    entries, problems = walk(evidence)
    found = by_path(entries)
    assert [(path, problem.kind) for path, problem in problems] == [("/map", "limit")]
    assert {path for path in found if path.startswith("/map/")} == {"/map/satu", "/map/rusak", "/map/dua"}
    assert content(evidence, found["/map/satu"]) == b"satu" * 1000
    assert content(evidence, found["/map/dua"]) == b"dua" * 1000
    assert found["/map/rusak"].size == 1 << 46
    with pytest.raises(LimitReached, match="states a size"):
        evidence.open(found["/map/rusak"].locator)
    assert time.monotonic() - started < 20


def test_folders_of_noise_end():
    for seed in range(200):
        assert len(list(names_in(random.Random(seed).randbytes(4096)))) <= 4096 // 8


def test_numbers_beyond_64_bits_can_be_stored():
    entry = Entry(Locator(), "a", Kind.FILE, size=(1 << 64) - 1, position=1 << 63)
    row = child(entry)
    assert isinstance(row, Child)
    assert all(value is None or not isinstance(value, int) or value < 1 << 63 for value in row.row)
