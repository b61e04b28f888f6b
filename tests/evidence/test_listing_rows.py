"""Numbers that damage makes up do not reach the case."""

from __future__ import annotations

import sqlite3

import pytest

from triage.evidence.listing import placed


@pytest.mark.parametrize(
    ("block", "position"), [(0, 1048576), (3, 1048576 + 3 * 4096), ((1 << 51) - 257, (1 << 63) - 4096)]
)
def test_a_block_has_its_place(block, position):
    assert placed(1048576, block, 4096) == position


@pytest.mark.parametrize("block", [(1 << 51) - 256, 1 << 60, (1 << 64) - 1])
def test_a_block_beyond_any_disk_has_none(block):
    assert placed(1048576, block, 4096) is None
    with pytest.raises(OverflowError):  # what would stop a run
        sqlite3.connect(":memory:").execute("SELECT ?", [1048576 + block * 4096])
