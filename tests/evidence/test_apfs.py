"""APFS: the corpus against libfsapfs and the volume's own facts; attributes and damage against made ones."""

import datetime as dt
import gzip
import hashlib
import json
import random
import stat
from types import SimpleNamespace

import pytest
from corpus import corpus_file
from evidence_walk import content, walk

from triage.errors import EvidenceError
from triage.evidence import open_evidence
from triage.evidence.apfs_volume import ApfsVolume
from triage.model import Entry, Kind, Locator, Problem, Step
from triage.settings import Limits

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def from_corpus(tmp_path):
    path = tmp_path / "apfs.raw"
    path.write_bytes(gzip.decompress(corpus_file("images", "dfvfs", "apfs_2019.raw.gz").read_bytes()))
    return path


def unlocked(path, scratch):
    return open_evidence(path, limits=Limits(), scratch=scratch)


def test_the_volume_of_the_corpus_is_what_libfsapfs_says(tmp_path):
    told = json.loads(corpus_file("truth", "images", "dfvfs", "apfs_2019.raw.gz.libfsapfs.json").read_text())
    (volume,) = told["volumes"]
    evidence = unlocked(from_corpus(tmp_path), tmp_path)
    entries, problems = walk(evidence)
    assert not problems
    found = {entry.path: entry for entry in entries if entry.kind is not Kind.VOLUME}
    assert sorted(found) == sorted(file["path"] for file in volume["files"])
    for file in volume["files"]:
        entry = found[file["path"]]
        assert entry.volume == f"whole/{volume['name']}"
        stamp = entry.times.modified
        assert str(EPOCH + dt.timedelta(microseconds=stamp.ns // 1000))[:26] == file["mtime"]
        if "md5" in file:
            assert hashlib.md5(content(evidence, entry), usedforsecurity=False).hexdigest() == file["md5"]
        if "link" in file:
            assert (entry.kind, content(evidence, entry).decode()) == (Kind.OTHER, file["link"])


def test_a_locator_alone_opens_a_file_again(tmp_path):
    path = from_corpus(tmp_path)
    entry = next(entry for entry in walk(unlocked(path, tmp_path))[0] if entry.path == "/a_directory/a_file")
    stream = unlocked(path, tmp_path).open(Locator.parse(entry.locator.text()))
    stream.seek(10)
    assert len(stream.read()) == 43


class Attribute(SimpleNamespace):
    def read_buffer_at_offset(self, size, offset):
        return self.data[offset : offset + size]


def attribute(name, data):
    return Attribute(name=name, size=len(data), data=data)


class File(SimpleNamespace):
    """What the library shows of a file."""

    def __init__(self, name, identifier, mode, *, children=(), attributes=(), times=(1, 2, 3, 0)):
        super().__init__(name=name, identifier=identifier, file_mode=mode, size=5, symbolic_link_target=None)
        self.sub_file_entries = self._children = list(children)
        self.number_of_sub_file_entries = len(self._children)
        self._attributes, self._times = list(attributes), times
        self.number_of_extended_attributes = len(self._attributes)

    def get_sub_file_entry(self, number):
        if self._children[number] is None:
            raise OSError("pyfsapfs_file_entry_get_sub_file_entry: unable to. libfsapfs_inode_read: unsupported inode.")
        return self._children[number]

    def get_extended_attribute(self, number):
        return self._attributes[number]

    def get_extended_attribute_by_name(self, name):
        return next((each for each in self._attributes if each.name == name), None)

    def get_modification_time_as_integer(self):
        return self._times[0]

    def get_access_time_as_integer(self):
        return self._times[1]

    def get_inode_change_time_as_integer(self):
        return self._times[2]

    def get_creation_time_as_integer(self):
        return self._times[3]


class Volume:
    def __init__(self, *files):
        self._files = {file.identifier: file for file in files}

    def get_file_entry_by_identifier(self, identifier):
        return self._files.get(identifier)


WITHIN = Locator((Step("volume", "whole", 0), Step("volume", "Data", 0)))
ROOT = Step("fs", "/", 2)


def listed(*files):
    volume = ApfsVolume(Volume(*files), Limits(), None)
    return volume, list(volume.children(WITHIN, ROOT))


def test_attributes_that_carry_evidence_are_entries_beside_their_file():
    attributes = [
        attribute("com.apple.quarantine", b"0081;5f3;Safari;AB"),
        attribute("com.apple.metadata:kMDItemWhereFroms", b"bplist00"),
        attribute("com.apple.provenance", b"\1\2"),
        attribute("com.apple.decmpfs", b"fpmc"),
        attribute("com.apple.ResourceFork", b"packed"),
        attribute("user.catatan", b"isi"),
        attribute("org.empty", b""),
    ]
    file = File("a.jpg", 20, stat.S_IFREG, attributes=attributes, times=(5, 6, 7, 2**64 - 8))
    volume, found = listed(File("root", 2, stat.S_IFDIR, children=[file]), file)
    names = ["a.jpg", "a.jpg:com.apple.quarantine", "a.jpg:com.apple.metadata:kMDItemWhereFroms", "a.jpg:user.catatan"]
    assert [entry.name for entry in found] == names
    assert found[1].path == "/a.jpg:com.apple.quarantine"
    assert volume.open(found[1].locator.steps[-1]).read() == b"0081;5f3;Safari;AB"
    times = found[0].times
    assert [times.modified.ns, times.accessed.ns, times.changed.ns, times.born.ns] == [5, 6, 7, -8]


def test_an_entry_that_cannot_be_read_leaves_the_others():
    file = File("b", 21, stat.S_IFREG)
    _, found = listed(File("root", 2, stat.S_IFDIR, children=[None, file]), file)
    assert [type(each) for each in found] == [Entry, Problem]
    assert found[1].message == "1 entries of the folder cannot be read"


def test_a_folder_that_contains_itself_is_a_limit():
    inner = File("x", 30, stat.S_IFDIR)
    inner.sub_file_entries = inner._children = [inner]
    inner.number_of_sub_file_entries = 1
    volume = ApfsVolume(Volume(File("root", 2, stat.S_IFDIR, children=[inner]), inner), Limits(), None)
    with pytest.raises(EvidenceError, match="contains itself"):
        list(volume.children(WITHIN, Step("fs", "/x/x", 30)))


def test_mutated_containers_are_answered_with_problems(tmp_path):
    whole = from_corpus(tmp_path).read_bytes()
    dice = random.Random(5)
    used = [at for at in range(0, len(whole), 4096) if any(whole[at : at + 4096])]
    for _ in range(40):
        broken = bytearray(whole)
        for _ in range(dice.choice((1, 20, 300))):
            broken[dice.choice(used) + dice.randrange(4096)] = dice.randrange(256)
        path = tmp_path / "broken"
        path.write_bytes(broken[: dice.choice((len(broken), len(broken) // 2))])
        try:
            evidence = unlocked(path, tmp_path)
            entries, problems = walk(evidence)
        except EvidenceError:
            continue
        assert all(isinstance(problem, EvidenceError | Problem) for _, problem in problems)
        for entry in entries:
            if entry.kind is Kind.FILE:
                try:
                    content(evidence, entry)
                except EvidenceError:
                    continue
