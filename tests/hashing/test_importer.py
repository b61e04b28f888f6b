"""Importing: what is taken, what is refused, and that the old list survives everything else."""

import hashlib
import json
import os
import time

import pytest
from corpus import corpus_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage.errors import UserError
from triage.hashing import importer, sorting
from triage.hashing.importer import Refusal, Wish, import_list, list_lists, remove_list
from triage.hashing.lists import HashList
from triage.hashing.record import Source
from triage.model import Digests


def sha1(text):
    return hashlib.sha1(text.encode()).hexdigest()


EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"  # md5sum /dev/null


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def digests(content):
    hashes = (hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256"))
    return Digests(*hashes, len(content))


def imported(home, content, *, name="daftar", kind="notable", file="source.txt"):
    source = home / file
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    return import_list(source, Wish(name, kind), home=home, actor="Penyidik Wira")


def files(home):
    return {path.relative_to(home): path.read_bytes() for path in sorted((home / "lists").rglob("*")) if path.is_file()}


def test_a_receipt_counts_every_row(tmp_path):
    content = f"# comment\n{md5('a')}\n\n{md5('b').upper()}  b.jpg\n{md5('a')}\nrubbish\n{'0' * 33}\n"
    receipt = imported(tmp_path, content)
    assert (receipt.read, receipt.taken, receipt.duplicates, receipt.refused) == (5, 2, 1, 2)
    assert receipt.refusals == (
        Refusal(6, "no MD5, SHA-1 or SHA-256"),
        Refusal(7, "no MD5, SHA-1 or SHA-256: 33 hexadecimal digits"),
    )
    assert receipt.counts == {"md5": 2}
    assert receipt.sources == (Source("source.txt", hashlib.sha256(content.encode()).hexdigest(), "text"),)
    assert (receipt.name, receipt.kind, receipt.replaced) == ("daftar", "notable", None)
    assert json.loads(json.dumps(receipt.to_dict()))["refusals"][0] == {"line": 6, "reason": "no MD5, SHA-1 or SHA-256"}


def test_refusals_are_counted_beyond_the_first_hundred(tmp_path):
    receipt = imported(tmp_path, "rubbish\n" * 1000 + "".join(md5(str(each)) + "\n" for each in range(300)))
    assert (receipt.refused, len(receipt.refusals), receipt.refusals[-1].line) == (1000, 100, 100)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("digest", ["md5", "sha1", "sha256"])
def test_many_bare_digests(tmp_path, end, digest):
    values = [hashlib.new(digest, str(number).encode()).hexdigest() for number in range(40_000)]
    receipt = imported(tmp_path, end.join((*values, values[0], "rubbish")), kind="known")
    assert (receipt.taken, receipt.duplicates, receipt.refusals) == (
        40_000,
        1,
        (Refusal(40_002, "no MD5, SHA-1 or SHA-256"),),
    )
    table = (next((tmp_path / "lists" / "daftar").glob("tables-*")) / f"{digest}.table").read_bytes()
    assert table == b"".join(sorted(bytes.fromhex(value) for value in values))


def test_digests_with_zero_bytes_at_their_ends(tmp_path):
    values = [
        "00" * 16,
        "00" * 15 + "01",
        "01" + "00" * 15,
        "ff" * 15 + "00",
        "ff" * 16,
        "61" * 15 + "00",
        "61" * 14 + "0000",
    ]
    receipt = imported(tmp_path, "\n".join(values))
    assert receipt.taken == 7
    opened = HashList.open("daftar", tmp_path)
    for value in values:
        assert opened.find(Digests(bytes.fromhex(value), bytes(20), bytes(32), 1)) == ("md5", value)
    assert opened.find(Digests(bytes.fromhex("61" * 13 + "000000"), bytes(20), bytes(32), 1)) is None


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.binary(min_size=16, max_size=16), min_size=1, max_size=60),
    st.sets(st.binary(min_size=16, max_size=16), max_size=20),
)
def test_finds_what_is_in_and_nothing_else(tmp_path, present, others):
    imported(tmp_path, "\n".join(value.hex() for value in present), kind="known")
    opened = HashList.open("daftar", tmp_path)
    for value in present | others:
        found = opened.find(Digests(value, bytes(20), bytes(32), 1))
        assert found == (("md5", value.hex()) if value in present else None)


def test_the_digest_of_an_empty_file_is_refused_for_a_notable_list(tmp_path):
    content = f"{md5('a')}\n{EMPTY_MD5}\n"
    assert imported(tmp_path, content).refusals == (
        Refusal(2, "the digest of an empty file, which would match every empty file"),
    )
    assert imported(tmp_path, content, kind="known").refused == 0


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing\n", "rubbish\n", "md5,name\n", "a" * 3_000_000])
def test_a_source_without_a_usable_row(tmp_path, content):
    with pytest.raises(UserError, match="no usable row"):
        imported(tmp_path, content)
    assert list((tmp_path / "lists").iterdir()) == []


def test_a_new_list_replaces_the_old_one_whole(tmp_path):
    first = imported(tmp_path, md5("a"))
    opened = HashList.open("daftar", tmp_path)
    second = imported(tmp_path, f"{md5('b')}  b.jpg", kind="known")
    assert second.replaced == first.digest
    assert opened.find(digests(b"a")) == ("md5", md5("a"))  # what is open stays as it was
    assert HashList.open("daftar", tmp_path).find(digests(b"a")) is None
    assert HashList.open("daftar", tmp_path).find(digests(b"b")) == ("md5", md5("b"))
    assert len(list((tmp_path / "lists" / "daftar").iterdir())) == 2


@pytest.mark.parametrize("step", ["_read", "_written", "content_digest", "_publish", "_sync_folder"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()])
def test_an_import_that_breaks_off_leaves_the_old_list(tmp_path, monkeypatch, step, error):
    imported(tmp_path, md5("a"))
    before = files(tmp_path)

    def fail(*_, **__):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(importer, step, fail)
        with pytest.raises(UserError if isinstance(error, OSError) else type(error)):
            imported(tmp_path, f"{md5('b')}  b.jpg")
    assert files(tmp_path) == before
    assert HashList.open("daftar", tmp_path).verify()


def test_leftovers_of_a_killed_import_go_with_a_later_one(tmp_path):
    imported(tmp_path, md5("a"))
    folder = tmp_path / "lists" / "daftar"
    for name in ("tables-00000001", "tables-00000002"):
        (folder / name).mkdir()
        (folder / name / "md5.table").write_bytes(bytes(16))
    long_ago = time.time() - 2 * importer.ABANDONED_SECONDS
    os.utime(folder / "tables-00000001", (long_ago, long_ago))
    imported(tmp_path, md5("b"))
    assert not (folder / "tables-00000001").exists()
    assert (folder / "tables-00000002").exists()  # may be at work


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", ".hidden", "a b", "ü", "x" * 65, "nul", "COM1.txt", "end.", "a\n"]
)
def test_names_that_are_none(tmp_path, name):
    with pytest.raises(UserError, match="is no name for a list"):
        imported(tmp_path, md5("a"), name=name)


@pytest.mark.parametrize("name", ["a", "RDS_2026.03.1_modern-minimal", "x" * 64, "0"])
def test_names(tmp_path, name):
    imported(tmp_path, md5("a"), name=name)
    assert [info.name for info in list_lists(tmp_path)] == [name]


def test_requests_that_cannot_be_met(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        import_list(tmp_path / "missing", Wish("a", "known"), home=tmp_path, actor="x")
    with pytest.raises(UserError, match="no kind of list"):
        imported(tmp_path, md5("a"), kind="bad")
    with pytest.raises(UserError, match="there is no hash list 'a'"):
        remove_list("a", tmp_path)


def test_more_than_is_sorted_at_once(tmp_path, monkeypatch):
    """Runs on disk, merged range by range, give what sorting in memory gives."""
    content = "md5,sha1\n" + "".join(f"{md5(str(n % 5000))},{sha1(str(n % 7000))}\n" for n in range(20_000))
    whole = imported(tmp_path, content, kind="known")
    monkeypatch.setattr(sorting, "RUN_BYTES", 50_000)
    monkeypatch.setattr(sorting, "STEP", 16)
    pieces = imported(tmp_path, content, kind="known", name="pieces")
    assert (pieces.counts, pieces.taken, pieces.duplicates) == (whole.counts, 20_000, 0)
    assert whole.counts == {"md5": 5000, "sha1": 7000}
    tables = [next((tmp_path / "lists" / name).glob("tables-*")) for name in ("daftar", "pieces")]
    assert {each.name: each.read_bytes() for each in tables[0].iterdir()} == {
        each.name: each.read_bytes() for each in tables[1].iterdir()
    }


def test_listing_and_removing(tmp_path):
    assert list_lists(tmp_path) == ()
    imported(tmp_path, md5("a"), name="b-list")
    imported(tmp_path, md5("a"), name="a-list")
    assert [info.name for info in list_lists(tmp_path)] == ["a-list", "b-list"]
    remove_list("a-list", tmp_path)
    (tmp_path / "lists" / "b-list" / "list.json").write_text("damaged")
    with pytest.raises(UserError, match="'b-list' is damaged"):
        list_lists(tmp_path)
    remove_list("b-list", tmp_path)
    assert list_lists(tmp_path) == ()


def test_two_laboratories_have_the_same_digest(tmp_path):
    homes = [tmp_path / "a", tmp_path / "b"]
    for home in homes:
        home.mkdir()
    first, second = (imported(home, f"{md5('a')}  a.jpg\n") for home in homes)
    assert first.digest == second.digest
    assert imported(homes[0], f"{md5('a')}  b.jpg\n").digest != first.digest


TARGETS = {
    "targets.md5": "md5",
    "targets.sha1.txt": "sha1",
    "targets.sha256sums": "sha256",
    "targets.csv": "sha256",
    "icse.csv": "sha1",
}


@pytest.mark.parametrize("file", TARGETS)
def test_lists_of_the_corpus(tmp_path, file):
    """Every digest that the expected hits name is found, by the strongest algorithm of the list."""
    expected = json.loads(corpus_file("hashes", "derived_dev", "EXPECTED.json").read_bytes())
    source = corpus_file("hashes", "derived_dev", file)
    receipt = import_list(source, Wish("targets", "notable"), home=tmp_path, actor="x")
    assert (receipt.refused, receipt.duplicates) == (0, 0)
    opened, found = HashList.open("targets", tmp_path), 0
    for each in expected["must_hit"]:
        if "sha256" in each:
            item = Digests(*(bytes.fromhex(each[name]) for name in ("md5", "sha1", "sha256")), 1)
            assert opened.find(item) == (TARGETS[file], each[TARGETS[file]])
            found += 1
    assert found == 14
    for each in expected["known_good"]:
        assert opened.find(Digests(bytes.fromhex(each["md5"]), bytes(20), bytes(32), 1)) is None


@pytest.mark.parametrize(
    ("file", "counts", "duplicates", "refused"),
    [
        ("hashdeep/hashdeep.txt", {"sha256": 3, "md5": 3}, 0, 0),
        ("hashdeep/md5deep.txt", {"md5": 4}, 0, 0),
        ("hashdeep/known.txt", {"md5": 1}, 0, 1),
        ("hashdeep/NSRL-2.0.txt", {"sha1": 138, "md5": 138}, 80, 0),  # cut -d, -f1, then -f2, sort -u, wc -l
        ("collisions/free.md5", {"md5": 24}, 24, 0),
        ("collisions/textcoll__textcoll.md5", {"md5": 4}, 4, 0),
    ],
)
def test_lists_by_other_programs(tmp_path, file, counts, duplicates, refused):
    receipt = import_list(corpus_file("hashes", *file.split("/")), Wish("list", "known"), home=tmp_path, actor="x")
    assert (receipt.counts, receipt.duplicates, receipt.refused) == (counts, duplicates, refused)


REFUSED = {
    "hashdeep/sample.jpg": "no list that is known",
    "hashdeep/deadbeef.txt": "no usable row in it; line 1: no MD5, SHA-1 or SHA-256: 11 hexadecimal digits",
    "hashdeep/Z00236.hke": "HashKeeper's description of a set",
    "hashdeep/FILEFORMAT": "hardly a line of it is a row of a list",
    "nsrl/RDSv3_minimal.schema.sql": "no usable row",
    "collisions/README.md": "no usable row",
    "collisions/md5-1.jpg": "no list that is known",
}


def test_files_that_are_no_lists(tmp_path):
    for file, reason in REFUSED.items():
        with pytest.raises(UserError, match=reason):
            import_list(corpus_file("hashes", *file.split("/")), Wish("list", "known"), home=tmp_path, actor="x")
