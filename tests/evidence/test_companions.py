"""Which files belong to a database, in folders and in archives."""

import io
import tarfile
import zipfile

import pytest
from evidence_walk import content, opened

from triage.model import Kind, Problem

FILES = {
    "data/app/msg.db-wal": b"wal",
    "data/app/msg.db": b"database",
    "data/other/msg.db": b"other",
    "data/app/msg.db-shm": b"shm",
    "top.db": b"top",
    "top.db-journal": b"journal",
    "data/app/msg.db-backup": b"not one",
}


def zipped(path):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)


def tarred(path):
    with tarfile.open(path, "w") as archive:
        for name, data in FILES.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize("make", [zipped, tarred])
def test_databases_in_archives_know_their_companions(make, tmp_path):
    make(tmp_path / "phone.bin")
    evidence = opened(tmp_path / "phone.bin", tmp_path)
    entries = list(evidence.children(evidence.root()))
    belonging = {entry.path: [evidence.open(each).read() for each in entry.companions] for entry in entries}
    assert {path: found for path, found in belonging.items() if found} == {
        "/data/app/msg.db": [b"wal", b"shm"],
        "/top.db": [b"journal"],
    }
    assert [entry.path for entry in entries if entry.kind is Kind.FILE] == [f"/{name}" for name in FILES]
    for entry in entries:  # the order that `parent_index` counts in is kept
        folder = entry.path.rpartition("/")[0]
        assert (entries[entry.parent_index].path if entry.parent_index is not None else "") == folder
        assert entry.kind is Kind.FOLDER or content(evidence, entry) == FILES[entry.path[1:]]


@pytest.mark.parametrize("make", [zipped, tarred])
def test_problems_keep_their_place(make, tmp_path):
    make(tmp_path / "phone.bin")
    evidence = opened(tmp_path / "phone.bin", tmp_path, container_entries=4)
    *entries, problem = evidence.children(evidence.root())
    assert isinstance(problem, Problem)
    assert entries[-1].companions == (entries[2].locator,)
