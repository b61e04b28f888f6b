"""NTFS files that are compressed (LZNT1) or sparse, written by ntfs-3g: read with the digests they were written with."""

import hashlib
import os
import random
import shutil
import struct
import subprocess

import pytest
from evidence_walk import by_path, content, opened, tool, walk

COMPRESSED = 0x800  # FILE_ATTRIBUTE_COMPRESSED
CLUSTERS = 16 * 4096  # bytes of a compression unit


def contents():
    dice = random.Random(11)
    text = b"".join(b"baris %d\n" % dice.randrange(1000) for _ in range(30_000))
    return {
        "empty": b"",
        "resident": b"pendek",
        "text": text,
        "noise": dice.randbytes(300_000),
        "mixed": text[:100_000] + dice.randbytes(100_000) + bytes(200_000) + text[:50_001],
        "one unit": text[:CLUSTERS],
        "one more": text[: CLUSTERS + 1],
        "zeros": bytes(500_000),
    }


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ntfs")
    path, mount = folder / "disk.img", folder / "mount"
    path.write_bytes(bytes(16 << 20))
    mount.mkdir()
    tool("mkntfs", "-F", "-Q", "-q", path)
    if not shutil.which("ntfs-3g"):
        pytest.skip("ntfs-3g is not installed")
    if subprocess.run(["ntfs-3g", "-o", "compression", path, mount], capture_output=True, check=False).returncode:
        pytest.skip("file systems in user space cannot be mounted here")
    try:
        _fill(mount)
    finally:
        subprocess.run(["umount", mount], check=True)
    return path


def _fill(mount):
    packed = mount / "packed"
    packed.mkdir()
    flags = struct.unpack(">I", os.getxattr(packed, "system.ntfs_attrib_be"))[0]
    os.setxattr(packed, "system.ntfs_attrib_be", struct.pack(">I", flags | COMPRESSED))
    for name, data in contents().items():
        (packed / name).write_bytes(data)
    with (mount / "sparse").open("wb") as out:
        for at, data in sparse_pieces():
            out.seek(at)
            out.write(data)
        out.truncate(6_000_000)


def sparse_pieces():
    return [(0, b"awal"), (1_000_000, random.Random(3).randbytes(9000)), (5_000_000, b"akhir")]


def test_compressed_files_are_read_with_their_digests(image, tmp_path):
    evidence = opened(image, tmp_path)
    found = by_path(walk(evidence)[0])
    for name, data in contents().items():
        assert hashlib.sha256(content(evidence, found[f"/packed/{name}"])).digest() == hashlib.sha256(data).digest(), (
            name
        )
    told = tool("ntfsinfo", "-F", "packed/text", image).decode(errors="replace")
    assert "COMPRESSED" in told.upper(), "the fixture is not compressed at all"


def test_parts_of_a_compressed_file(image, tmp_path):
    evidence = opened(image, tmp_path)
    entry, data, dice = by_path(walk(evidence)[0])["/packed/mixed"], contents()["mixed"], random.Random(2)
    with evidence.open(entry.locator) as stream:
        for _ in range(60):
            at, size = dice.randrange(len(data)), dice.randrange(1, 150_000)
            stream.seek(at)
            assert stream.read(size) == data[at : at + size]


def test_a_sparse_file_has_its_holes(image, tmp_path):
    evidence = opened(image, tmp_path)
    expected = bytearray(6_000_000)
    for at, data in sparse_pieces():
        expected[at : at + len(data)] = data
    assert content(evidence, by_path(walk(evidence)[0])["/sparse"]) == expected


def test_ntfscat_agrees(image, tmp_path):
    evidence = opened(image, tmp_path)
    found = by_path(walk(evidence)[0])
    for name in ("text", "mixed", "noise"):
        assert tool("ntfscat", image, f"packed/{name}") == content(evidence, found[f"/packed/{name}"])
