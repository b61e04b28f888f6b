"""Files made to have the same MD5 or SHA-1: told apart by the other digest, for every pair of the corpus."""

import hashlib

import pytest
from corpus import corpus_file

from triage.hashing.importer import Wish, import_list
from triage.hashing.lists import HashList, open_lists
from triage.model import Digests

PAIRS = [
    ("md5-1.docx", "md5-2.docx"), ("md5-1.gz", "md5-2.gz"), ("md5-1.jpg", "md5-2.jpg"), ("md5-1fc.jpg", "md5-2fc.jpg"),
    ("md5-1.pdf", "md5-2.pdf"), ("md5-1.xls", "md5-2.xls"), ("md5-1.zip", "md5-2.zip"), ("sha1-1.pdf", "sha1-2.pdf"),
]  # fmt: skip


def digests(name):
    content = corpus_file("hashes", "collisions", name).read_bytes()
    return Digests(*(hashlib.new(each, content).digest() for each in ("md5", "sha1", "sha256")), len(content))


def imported(home, header, *items, kind="notable", name="daftar"):
    columns = header.split(",")
    rows = "".join(",".join(getattr(item, column).hex() for column in columns) + "\n" for item in items)
    (home / "source.csv").write_text(f"{header}\n{rows}")
    import_list(home / "source.csv", Wish(name, kind), home=home, actor="x")


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_a_pair_is_told_apart(tmp_path, pair):
    one, two = map(digests, pair)
    same = "md5" if one.md5 == two.md5 else "sha1"
    assert getattr(one, same) == getattr(two, same)
    other = "sha1" if same == "md5" else "md5"
    spoken = {"md5": "MD5", "sha1": "SHA-1"}

    imported(tmp_path, f"{same},{other}", one)
    lists = open_lists(["daftar"], tmp_path)
    (hit,) = lists.match(one)
    assert "The SHA-1 and MD5 of the content are on the notable list" in hit.explanation
    assert "states another" not in hit.explanation
    (hit,) = lists.match(two)
    assert hit.value == f"{same}:{getattr(two, same).hex()}"
    assert f"The {spoken[same]} of the content is on the notable list" in hit.explanation
    assert f"The list states another {spoken[other]} for it" in hit.explanation

    imported(tmp_path, f"{same},{other}", one, kind="known", name="known")
    assert HashList.open("known", tmp_path).matches(one)
    assert HashList.open("known", tmp_path).matches(two) == ()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_both_on_the_list_are_each_themselves(tmp_path, pair):
    one, two = map(digests, pair)
    imported(tmp_path, "md5,sha1,sha256", one, two)
    opened = HashList.open("daftar", tmp_path)
    for item in (one, two):
        (match,) = opened.matches(item)
        assert (match.agreeing, match.contradicted, match.value) == (("sha256", "sha1", "md5"), (), item.sha256.hex())


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_the_second_never_hits_by_what_it_does_not_share(tmp_path, pair):
    one, two = map(digests, pair)
    differing = [name for name in ("md5", "sha1", "sha256") if getattr(one, name) != getattr(two, name)]
    for name in differing:
        imported(tmp_path, name, one)
        assert open_lists(["daftar"], tmp_path).match(two) == ()
