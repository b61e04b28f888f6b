"""Contents that lie in one piece: read directly, the same bytes as by way of the file system."""

import hashlib
import struct
from pathlib import Path

import pytest
from corpus import corpus_file
from evidence_walk import by_path, content, opened, tool, walk

from triage.model import Kind

CLUSTER = 4096


@pytest.fixture
def disk(tmp_path) -> Path:
    """NTFS with a content in one piece, made by tools that are not ours."""
    image = tmp_path / "disk.dd"
    with image.open("wb") as stream:
        stream.truncate(8 << 20)
    tool("mkntfs", "-F", "-Q", "-q", image)
    (tmp_path / "content").write_bytes(b"W" * (4 * CLUSTER))
    tool("ntfscp", "-q", image, tmp_path / "content", "whole.bin")
    return image


def both_ways(evidence, entry):
    with evidence.content(entry) as stream:
        return stream.read(), content(evidence, entry)


def whole_bin(image, scratch):
    evidence = opened(image, scratch)
    entries, _ = walk(evidence)
    entry = next(each for path, each in by_path(entries).items() if path.endswith("whole.bin"))
    return entry, *both_ways(evidence, entry)


def test_a_content_in_one_piece_is_read_where_it_lies(disk, tmp_path):
    entry, direct, engine = whole_bin(disk, tmp_path)
    assert entry.one_piece
    assert direct == engine == b"W" * (4 * CLUSTER)


def test_what_was_never_written_reads_as_zeros_although_the_clusters_hold_something(disk, tmp_path):
    """Lower the initialised size in the record by hand: what is behind it is zeros by the definition of NTFS."""
    data = bytearray(disk.read_bytes())
    sizes = struct.pack("<QQQ", 4 * CLUSTER, 4 * CLUSTER, 4 * CLUSTER)  # allocated, real, initialised
    places = [at for at in range(0, len(data) - 24, 8) if data[at : at + 24] == sizes]
    assert places
    for at in places:
        data[at + 16 : at + 24] = struct.pack("<Q", CLUSTER)
    disk.write_bytes(data)
    entry, direct, engine = whole_bin(disk, tmp_path)
    assert not entry.one_piece
    assert direct == engine == b"W" * CLUSTER + bytes(3 * CLUSTER)


@pytest.mark.parametrize("name", ["ntfs-lastaccess.raw.gz", "ntfs-si-vs-fn.raw.gz"])
def test_every_content_of_real_volumes_is_the_same_both_ways(name, tmp_path):
    evidence = opened(corpus_file("images", "msuhanov-ntfs", name), tmp_path)
    entries, _ = walk(evidence)
    pieces = [each for each in entries if each.kind is Kind.FILE and each.one_piece]
    assert pieces
    for entry in pieces:
        direct, engine = both_ways(evidence, entry)
        assert evidence.at_once(entry, len(engine)) == engine, entry.path
        assert evidence.at_once(entry, len(engine) - 1) is None, entry.path
        assert hashlib.md5(direct).digest() == hashlib.md5(engine).digest(), entry.path
