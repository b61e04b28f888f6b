"""ext4 files and folders kept in their inodes (inline data), made by mkfs.ext4, read by debugfs as well."""

import random

import pytest
from evidence_walk import by_path, content, opened, tool, walk

from triage.errors import EvidenceError

SIZES = (1, 59, 60, 61, 100, 130, 155, 160, 200, 4096, 5000)
INLINE = "0x10000000"  # EXT4_INLINE_DATA_FL


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder, dice = tmp_path_factory.mktemp("ext4"), random.Random(4)
    (folder / "tree" / "map kecil").mkdir(parents=True)
    files = {f"/b{size}": dice.randbytes(size) for size in SIZES} | {"/map kecil/isi.txt": b"di dalam inode"}
    for name, data in files.items():
        (folder / "tree" / name[1:]).write_bytes(data)
    image = folder / "disk.img"
    image.write_bytes(bytes(8 << 20))
    tool("mkfs.ext4", "-q", "-F", "-O", "inline_data", "-I", "256", "-d", folder / "tree", image)
    return image, files


def test_what_lies_in_inodes_is_read(made, tmp_path):
    image, files = made
    evidence = opened(image, tmp_path)
    entries, problems = walk(evidence)
    found = by_path(entries)
    assert problems == []
    assert {name: content(evidence, found[name]) for name in files} == files
    inline = [name for name in files if INLINE in tool("debugfs", "-R", f'stat "{name}"', image).decode()]
    assert {"/b1", "/b60", "/b61", "/b100", "/map kecil/isi.txt"} <= set(inline)


def test_more_than_fits_an_inode_is_an_error_and_not_zeros(made, tmp_path):
    image = tmp_path / "copy.img"
    image.write_bytes(made[0].read_bytes())
    tool("debugfs", "-w", "-R", "sif /b60 size 3000", image)
    evidence = opened(image, tmp_path)
    with pytest.raises(EvidenceError):
        content(evidence, by_path(walk(evidence)[0])["/b60"])
