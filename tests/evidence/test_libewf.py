"""Ex01 images by our own reader and by libewf, and logical evidence files through a tree shaped like libewf's."""

import hashlib
import random

import pytest
from evidence_walk import by_path, content, fat_image, opened, walk
from ex01_writer import CHUNK, ex01

from triage.errors import Encrypted, EvidenceError, Malformed, Unreadable
from triage.evidence import recognise, source_files
from triage.evidence.ex01 import open_own_ex01
from triage.evidence.libewf import open_by_libewf, segments, translated
from triage.evidence.logical_ewf import LogicalEwf
from triage.model import Kind, Locator, Problem
from triage.settings import Limits


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    return fat_image(
        tmp_path_factory.mktemp("ex01") / "card.dd", {"note.txt": b"a fictional note", "DCIM/1.jpg": b"1" * 900}
    )


@pytest.mark.parametrize("packed", [True, False])
def test_the_disk_in_an_ex01_is_the_disk(packed, image, tmp_path):
    path = tmp_path / "card.Ex01"
    path.write_bytes(ex01(image.read_bytes(), packed=packed))
    assert recognise(path) == "ex01"
    assert source_files(path) == (path,)
    plain, evidence = opened(image, tmp_path), opened(path, tmp_path)
    assert [entry.locator for entry in walk(evidence)[0]] == [entry.locator for entry in walk(plain)[0]]
    assert content(evidence, by_path(walk(evidence)[0])["/note.txt"]) == b"a fictional note"
    stated = evidence.stated()
    assert stated["md5"] == hashlib.md5(image.read_bytes()).hexdigest()
    assert (stated["case number"], stated["examiner"]) == ("K-1", "S. Example")
    assert evidence.verify().fits is True
    plain.close()
    evidence.close()


def test_a_stored_digest_that_does_not_fit_is_found(image, tmp_path):
    path = tmp_path / "card.Ex01"
    path.write_bytes(ex01(image.read_bytes(), md5=b"1" * 16))
    evidence = opened(path, tmp_path)
    assert evidence.verify().fits is False
    evidence.close()


def test_a_damaged_chunk_is_zeros_and_damage(image, tmp_path):
    disk = random.Random(4).randbytes(10 * CHUNK)
    data = bytearray(ex01(disk, packed=False))
    data[data.index(disk[3 * CHUNK : 3 * CHUNK + 64]) + 100] ^= 1
    path = tmp_path / "card.Ex01"
    path.write_bytes(data)
    medium = open_own_ex01(path)
    read = medium.read()
    (damage,) = medium.take_damage()
    assert (damage.offset, damage.size) == (3 * CHUNK, CHUNK)
    assert read == disk[: 3 * CHUNK] + bytes(CHUNK) + disk[4 * CHUNK :]
    medium.close()


def test_changed_and_cut_images_are_disks_or_errors_of_ours(tmp_path):
    whole, rng = ex01(bytes(4 * CHUNK)), random.Random(8)
    path = tmp_path / "x.Ex01"
    for _ in range(80):
        data = bytearray(whole[: rng.choice((len(whole), rng.randrange(40, len(whole))))])
        for _ in range(3):
            data[rng.randrange(8, len(data))] = rng.randrange(256)
        path.write_bytes(data)
        for reader in (open_own_ex01, open_by_libewf):
            try:
                medium = reader(path)
                medium.read(1 << 20)
                medium.close()
            except EvidenceError:
                pass


@pytest.mark.parametrize("packed", [True, False])
def test_libewf_reads_the_same_and_says_that_it_may_hide_damage(packed, image, tmp_path):
    path = tmp_path / "card.Ex01"
    path.write_bytes(ex01(image.read_bytes(), packed=packed))
    own, other = open_own_ex01(path), open_by_libewf(path)
    assert own.read() == other.read() == image.read_bytes()
    assert own.stored.md5 == other.stored.md5
    assert ("case number", "K-1") in own.stored.facts
    assert [problem.stage for problem in other.warnings()] == ["open"]
    own.close()
    other.close()


def test_segments_lie_beside_the_first_in_order(tmp_path):
    names = ["a.Ex01", "a.Ex02", "a.Ex99", "a.ExAA", "A.exab", "b.Ex01", "a.E01", "a.Lx01", "a.txt"]
    for name in names:
        (tmp_path / name).touch()
    assert [each.name for each in segments(tmp_path / "a.Ex02")] == ["a.Ex01", "a.Ex02", "a.Ex99", "a.ExAA", "A.exab"]
    assert [each.name for each in segments(tmp_path / "a.Lx01")] == ["a.Lx01"]
    assert [each.name for each in segments(tmp_path / "a.txt")] == ["a.txt"]


def test_errors_of_libewf_are_ours():
    for text, family in [("encrypted sections are bad", Encrypted), ("checksum does not match", Malformed)]:
        with pytest.raises(family), translated("reading"):
            raise OSError(f"libewf_x: {text}")


class FakeEntry:
    """What libewf gives of one file or folder."""

    def __init__(self, name, data=b"", inside=(), md5=None):
        self._name, self._data, self._inside, self._md5, self._at = name, data, inside, md5, 0

    def get_name(self):
        return self._name

    def get_size(self):
        return len(self._data)

    def get_hash_value_md5(self):
        return self._md5

    def get_number_of_sub_file_entries(self):
        return len(self._inside)

    def get_sub_file_entry(self, number):
        return self._inside[number]

    def seek_offset(self, offset, _whence):
        self._at = offset

    def read_buffer(self, size):
        data = self._data[self._at : self._at + size]
        self._at += len(data)
        return data

    def get_modification_time_as_integer(self):
        return 1_700_000_000

    def get_access_time_as_integer(self):
        return 0

    def get_entry_modification_time_as_integer(self):
        return None

    get_creation_time_as_integer = get_access_time_as_integer


class FakeHandle:
    """A handle with this root."""

    def __init__(self, root):
        self.ewf = self
        self.get_root_file_entry = lambda: root


def logical(*inside, **limits):
    return LogicalEwf("l01", FakeHandle(FakeEntry(None, inside=inside)), Limits(**limits))


LETTER = b"a fictional letter"
SOUND = hashlib.md5(LETTER).hexdigest()


def test_a_logical_evidence_file_is_a_tree_of_files():
    layer = logical(
        FakeEntry(
            "C", inside=[FakeEntry("letter.txt", LETTER, md5=SOUND), FakeEntry("..", b"dots"), FakeEntry("x.db", b"d")]
        ),
        FakeEntry("x.db-wal", b"w"),
    )
    entries = by_path(list(layer.children(Locator(), None)))
    assert {path: (entry.kind, entry.size) for path, entry in entries.items()} == {
        "/C": (Kind.FOLDER, None),
        "/C/letter.txt": (Kind.FILE, 18),
        "/C/..": (Kind.FILE, 4),
        "/C/x.db": (Kind.FILE, 1),
        "/x.db-wal": (Kind.FILE, 1),
    }
    letter = entries["/C/letter.txt"]
    assert letter.times.modified.ns == 1_700_000_000 * 10**9
    assert letter.times.accessed is None
    fresh = logical(FakeEntry("C", inside=[FakeEntry("letter.txt", LETTER, md5=SOUND)]))
    assert fresh.open(letter.locator.steps[-1]).read() == LETTER
    with pytest.raises(Unreadable):
        fresh.open(entries["/C/x.db"].locator.steps[-1])


def test_a_file_that_does_not_fit_its_stored_digest_is_damaged():
    layer = logical(FakeEntry("letter.txt", LETTER[:-1] + b"?", md5=SOUND))
    (entry,) = layer.children(Locator(), None)
    with pytest.raises(Malformed, match="MD5"):
        layer.open(entry.locator.steps[-1]).read()


def test_a_tree_that_never_ends_is_cut():
    endless = FakeEntry("down")
    endless._inside = (endless,)
    found = list(logical(endless, folder_depth=8).children(Locator(), None))
    assert isinstance(found[-1], Problem)
    assert "folders inside folders" in found[-1].message
    many = logical(*[FakeEntry(str(number)) for number in range(50)], container_entries=10)
    assert [each.kind for each in many.children(Locator(), None)][-1] == "limit"
