"""Fifty lists asked as one: the same answer as asking each."""

import hashlib

import pytest

from triage.hashing import sieve
from triage.hashing.importer import Wish, import_list
from triage.hashing.lists import HashList, open_lists
from triage.model import Digests


def digests(content):
    return Digests(*(hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256")), len(content))


@pytest.mark.parametrize("small", [0, 40, 1 << 20])
def test_many_lists_answer_as_each_by_itself(tmp_path, monkeypatch, small):
    """Lists of each algorithm and of several, some of them too large for the sieve, sharing some items."""
    monkeypatch.setattr(sieve, "SMALL", small)
    kinds = [("md5",), ("sha1",), ("sha256",), ("md5", "sha1"), ("sha256", "md5")]
    for number in range(12):
        columns = kinds[number % 5]
        rows = [digests(str(each).encode()) for each in range(number * 7, number * 7 + 20 + 5 * number)]
        text = "\n".join(",".join(getattr(row, column).hex() for column in columns) for row in rows)
        source = tmp_path / "source.csv"
        source.write_text(",".join(columns) + "\n" + text + "\n")
        import_list(source, Wish(f"l{number:02}", "known" if number % 3 else "notable"), home=tmp_path, actor="x")
    names = [f"l{number:02}" for number in range(12)]
    lists, each = open_lists(names, tmp_path), [HashList.open(name, tmp_path) for name in names]
    for number in range(250):
        item = digests(str(number).encode())
        assert [hit.list for hit in lists.match(item)] == [one.info.name for one in each if one.matches(item)]


def test_tags_at_the_ends(tmp_path):
    values = ["00" * 16, "ff" * 16, "ffffffff" + "00" * 12]
    for number in range(4):
        source = tmp_path / "source.txt"
        source.write_text("\n".join(values[: number + 1]))
        import_list(source, Wish(f"l{number}", "notable"), home=tmp_path, actor="x")
    lists = open_lists([f"l{number}" for number in range(4)], tmp_path)
    found = [
        [hit.list for hit in lists.match(Digests(bytes.fromhex(value), bytes(20), bytes(32), 1))] for value in values
    ]
    assert found == [["l0", "l1", "l2", "l3"], ["l1", "l2", "l3"], ["l2", "l3"]]
    assert lists.match(Digests(b"\xff\xff\xff\xff" + bytes(11) + b"\1", bytes(20), bytes(32), 1)) == ()
