"""A disk that was cut short is called that, and not taken for another kind of disk."""

from __future__ import annotations

import struct
import subprocess

import pytest
from evidence_walk import opened

from triage.errors import Truncated, Unsupported
from triage.evidence.volumes import claimed_size
from triage.model import Entry, Kind, Locator, Step

MIB = 1 << 20


def mbr(*parts: tuple[int, int, int]) -> bytes:
    """A boot sector with partitions of type, first block and number of blocks."""
    entries = b"".join(struct.pack("<B3xB3xII", 0, kind, first, count) for kind, first, count in parts)
    return bytes(446) + entries.ljust(64, b"\0") + b"\x55\xaa"


def test_a_table_says_how_large_its_disk_is():
    assert claimed_size(mbr((7, 2048, 98304)) + bytes(512)) == 100352 * 512
    gpt = b"EFI PART" + bytes(24) + struct.pack("<Q", 204799)
    assert claimed_size(mbr((0xEE, 1, 0xFFFFFFFF)) + gpt.ljust(512, b"\0")) == 204800 * 512


@pytest.mark.parametrize("head", [b"", bytes(1024), b"\xeb" * 510 + b"\x55\xaa", mbr((0xEE, 1, 9)), mbr()[:500]])
def test_what_is_no_table_says_nothing(head):
    assert claimed_size(head) is None


def refusal(path, volume: Step):
    evidence = opened(path, path.parent / "scratch")
    with pytest.raises((Truncated, Unsupported)) as told:
        list(evidence.children(Entry(Locator((volume,)), volume.path, Kind.VOLUME)))
    return told.value


@pytest.mark.parametrize(
    ("size", "volume"), [(MIB // 2, Step("volume", "whole", 0)), (MIB + 9000, Step("volume", "p1", MIB))]
)
def test_a_disk_that_ends_in_its_first_partition_is_cut_short(tmp_path, size, volume):
    disk = tmp_path / "disk.img"
    with disk.open("wb") as out:
        out.write(mbr((7, 2048, 98304)))
        out.truncate(49 * MIB)
    subprocess.run(["truncate", "--size", str(size), str(disk)], check=True)
    error = refusal(disk, volume)
    assert isinstance(error, Truncated)
    assert "ends" in str(error)
    assert str(49 * MIB - size) in str(error)


def test_a_foreign_file_system_stays_named_when_cut(tmp_path):
    disk = tmp_path / "xfs.img"
    disk.write_bytes(mbr((0x83, 2048, 98304)).ljust(MIB, b"\0") + b"XFSB".ljust(8192, b"\0"))
    error = refusal(disk, Step("volume", "p1", MIB))
    assert isinstance(error, Unsupported)
    assert "XFS" in str(error)
