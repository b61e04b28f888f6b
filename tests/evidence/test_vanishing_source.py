"""A disk that fails or is pulled while it is read: said as such, whatever lies between it and the reader."""

import errno
import io
import os
import tarfile
import zipfile

import pytest
from evidence_walk import opened

from triage.errors import Truncated, Unreadable
from triage.evidence.engine import translated
from triage.evidence.streams import Copy
from triage.model import Locator, Problem

DATA = os.urandom(300_000)


def zipped(method):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for number in range(2000):
            archive.writestr(f"{number:04}/empty", b"")
        archive.writestr("big", DATA)
    return buffer.getvalue()


def tarred(**fields):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("big")
        info.size = len(DATA)
        archive.addfile(info, io.BytesIO(DATA))
        archive.addfile(tarfile.TarInfo("after"))
    return buffer.getvalue()


def fails_from(monkeypatch, path, start, number=errno.EIO):
    """Whatever reads the file behind byte `start` gets this error of the system."""
    read, read_at = os.read, getattr(os, "pread", None)

    def check(handle, end):
        if os.path.samestat(os.fstat(handle), path.stat()) and end > start:
            raise OSError(number, os.strerror(number))

    def failing(handle, size):
        check(handle, os.lseek(handle, 0, os.SEEK_CUR) + size)
        return read(handle, size)

    def failing_at(handle, size, offset):
        check(handle, offset + size)
        return read_at(handle, size, offset)

    monkeypatch.setattr(os, "read", failing)
    monkeypatch.setattr(os, "pread", failing_at, raising=False)


@pytest.mark.parametrize("make", [lambda: zipped(0), lambda: zipped(8), lambda: zipped(12), lambda: zipped(14), tarred])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENODEV])
def test_members_of_an_archive_on_a_vanished_disk_are_unreadable(make, number, tmp_path, monkeypatch):
    path = tmp_path / "a.bin"
    path.write_bytes(make())
    evidence = opened(path, tmp_path)
    big = next(entry for entry in evidence.children(evidence.root()) if entry.name == "big")
    fails_from(monkeypatch, path, 65_536, number)
    with pytest.raises(Unreadable) as caught:
        evidence.open(big.locator).read()
    assert os.strerror(number) in str(caught.value)


@pytest.mark.parametrize("make", [lambda: zipped(8), tarred])
def test_a_listing_keeps_what_came_before_the_disk_vanished(make, tmp_path, monkeypatch):
    path = tmp_path / "a.bin"
    path.write_bytes(make())
    evidence = opened(path, tmp_path)
    fails_from(monkeypatch, path, path.stat().st_size - 10_000)
    *entries, problem = evidence.children(evidence.root())
    assert entries
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.stage) == ("unreadable", "list")


def test_a_tar_that_claims_more_than_is_there_is_truncated(tmp_path):
    path = tmp_path / "a.tar"
    path.write_bytes(tarred()[:100_000])
    evidence = opened(path, tmp_path)
    big, problem = evidence.children(evidence.root())
    assert problem.kind == "truncated"
    with pytest.raises(Truncated):
        evidence.open(Locator.parse(big.locator.text())).read()


def test_a_scratch_disk_that_fails_is_unreadable():
    class Failing(io.BytesIO):
        def read(self, size=-1, /):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(Unreadable, match="unpacked copy"):
        Copy(Failing(), 10).read()


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ('Read error: x (raw_read: file "/beyond/a.dd" offset: 7 read len: 9 - Input/output error)', Unreadable),
        ("Read error: past end of image (raw_read: - Input/output error)", Unreadable),
        ("tsk_fs_read: offset is too large for image", Truncated),
        ("ext2fs_open: not an EXTxFS file system (magic)", Unreadable),
    ],
)
def test_errors_of_the_engine(text, family):
    found = translated(OSError(f"FS_Info_Con: (tsk3.cpp:207) {text}"), "it cannot be read")
    assert type(found) is family
    assert "/beyond" not in str(found)
