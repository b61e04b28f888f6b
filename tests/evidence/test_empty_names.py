"""A name that damage emptied, or filled with what no name can hold, is one step of a path, and a loop through it ends."""

from __future__ import annotations

import pytest
from evidence_walk import opened, tool, walk

from triage.errors import LimitReached
from triage.evidence.loops import is_own_ancestor
from triage.evidence.names import NAMELESS, forms


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b"", (NAMELESS, NAMELESS, b"")),
        (b"a/b", ("a\\x2fb", "a\\x2fb", b"a/b")),
        (b"a\0", ("a\\x00", "a\\x00", b"a\0")),
        (b"\xff", ("\udcff", "\\xff", b"\xff")),
        ("kafé".encode(), ("kafé", "kafé", None)),
    ],
)
def test_forms_of_a_name(raw, kept):
    assert forms(raw) == kept


class Cyclic:
    root_address = 2

    def subfolders(self, address):
        yield from {2: [(NAMELESS, 2), ("a", 5)], 5: [("b", 6)], 6: [("a", 5)]}[address]


def test_loops_are_seen():
    assert not is_own_ancestor(Cyclic(), "/", 2, {NAMELESS, "a"})
    assert is_own_ancestor(Cyclic(), f"/{NAMELESS}", 2, {NAMELESS, "a"})
    assert is_own_ancestor(Cyclic(), "/a/b/a", 5, {"b"})
    assert not is_own_ancestor(Cyclic(), "/a/b", 6, {"x"})


def test_a_root_whose_own_name_was_emptied_is_listed_once(tmp_path):
    """The entry `.` of an ext2 root gets a name that begins with its end: the root then lies in itself under an empty name."""
    disk = tmp_path / "disk.img"
    with disk.open("wb") as out:
        out.truncate(2 << 20)
    tool("mke2fs", "-q", "-t", "ext2", "-b", "1024", disk)
    data = bytearray(disk.read_bytes())
    dots = b"\x02\0\0\0\x0c\0\x01\x02.\0\0\0\x02\0\0\0\x0c\0\x02\x02.."
    at = data.index(dots)
    data[at + 8] = 0
    disk.write_bytes(data)
    entries, problems = walk(opened(disk, tmp_path))
    assert [entry.name for entry in entries].count("lost+found") <= 2
    assert len(entries) < 12
    assert any(isinstance(problem, LimitReached) for _, problem in problems)
