"""A folder as evidence."""

import errno
import os
import time
from pathlib import Path

import pytest
from evidence_walk import by_path, opened, walk

from triage.errors import Unreadable
from triage.evidence.streams import FileStream
from triage.model import Kind, Locator, Problem, Step, Zone


@pytest.fixture
def tree(tmp_path):
    top = tmp_path / "dump"
    (top / "DCIM" / "Camera").mkdir(parents=True)
    (top / "DCIM" / "Camera" / "a.jpg").write_bytes(b"picture")
    (top / "DCIM" / "Camera" / "B.jpg").write_bytes(b"")
    (top / "chat.db").write_bytes(b"db")
    (top / "chat.db-wal").write_bytes(b"wal")
    (top / "chat.db-journal").mkdir()
    (top / "link").symlink_to("/etc/passwd")
    (top / "loop").symlink_to(".")
    os.mkfifo(top / "pipe")
    os.close(os.open(os.fsencode(top) + b"/caf\xe9\n.txt", os.O_CREAT | os.O_WRONLY))
    return top


def test_everything_is_listed_once_sorted_and_no_link_is_followed(tree, tmp_path):
    evidence = opened(tree, tmp_path)
    entries, problems = walk(evidence)
    assert evidence.format == "folder"
    assert problems == []
    assert [(entry.path, entry.kind.value, entry.size) for entry in entries] == [
        ("/DCIM", "folder", None),
        ("/DCIM/Camera", "folder", None),
        ("/DCIM/Camera/B.jpg", "file", 0),
        ("/DCIM/Camera/a.jpg", "file", 7),
        ("/caf\\xe9\n.txt", "file", 0),
        ("/chat.db", "file", 2),
        ("/chat.db-journal", "folder", None),
        ("/chat.db-wal", "file", 3),
        ("/link", "other", None),
        ("/loop", "other", None),
        ("/pipe", "other", None),
    ]
    assert all(entry.volume is None for entry in entries)


def test_a_database_knows_its_companions(tree, tmp_path):
    entries = by_path(walk(opened(tree, tmp_path))[0])
    assert entries["/chat.db"].companions == (entries["/chat.db-wal"].locator,)
    assert entries["/chat.db-wal"].companions == ()


def test_names_that_are_no_text_can_be_opened_again_from_their_locator_text(tree, tmp_path):
    Path(os.fsdecode(os.fsencode(tree) + b"/caf\xe9\n.txt")).write_bytes(b"strange")
    entry = by_path(walk(opened(tree, tmp_path))[0])["/caf\\xe9\n.txt"]
    assert entry.raw_name == b"caf\xe9\n.txt"
    again = opened(tree, tmp_path)
    assert again.open(Locator.parse(entry.locator.text())).read() == b"strange"


def test_times_are_utc_and_birth_is_given_only_where_recorded(tree, tmp_path):
    os.utime(tree / "chat.db", ns=(1_700_000_000_000_000_001, 1_600_000_000_000_000_002))
    times = by_path(walk(opened(tree, tmp_path))[0])["/chat.db"].times
    assert (times.accessed.ns, times.modified.ns) == (1_700_000_000_000_000_001, 1_600_000_000_000_000_002)
    assert times.modified.zone is Zone.UTC
    assert abs(times.changed.ns / 1e9 - time.time()) < 100
    assert (times.born is None) == (not hasattr(tree.stat(), "st_birthtime"))


def test_links_and_pipes_are_never_opened(tree, tmp_path):
    evidence = opened(tree, tmp_path)
    for name in ("link", "pipe", "DCIM", "none"):
        with pytest.raises(Unreadable):
            evidence.open(Locator((Step("folder", name),)))


def test_a_locator_cannot_leave_the_folder(tree, tmp_path):
    (tmp_path / "secret").write_bytes(b"no")
    evidence = opened(tree, tmp_path)
    for name in ("../secret", "DCIM/../../secret", "/etc/passwd", "DCIM//x", "."):
        with pytest.raises(Unreadable):
            evidence.open(Locator((Step("folder", name),)))


def test_a_folder_deeper_than_the_limit_is_a_problem(tree, tmp_path):
    _, problems = walk(opened(tree, tmp_path, folder_depth=1))
    assert [(path, error.kind) for path, error in problems] == [("/DCIM/Camera", "limit")]


def test_a_file_that_shrinks_while_it_is_read_is_truncated(tree, tmp_path):
    evidence = opened(tree, tmp_path)
    (tree / "big").write_bytes(bytes(1000))
    stream = evidence.open(Locator((Step("folder", "big"),)))
    (tree / "big").write_bytes(bytes(10))
    with pytest.raises(Exception, match="ended at byte 10 of 1000") as caught:
        stream.read()
    assert caught.value.kind == "truncated"
    stream.close()


def test_an_entry_that_cannot_be_read_is_a_problem_and_the_rest_is_listed(tree, tmp_path, monkeypatch):
    real = os.scandir

    class Gone:
        def __init__(self, entry):
            self.name = entry.name
            self._entry = entry

        def stat(self, *, follow_symlinks):
            if self.name == "link":
                raise PermissionError(13, "Permission denied")
            return self._entry.stat(follow_symlinks=follow_symlinks)

    class Scan:
        def __init__(self, folder):
            self._scan = real(folder)

        def __enter__(self):
            return (Gone(entry) for entry in self._scan)

        def __exit__(self, *details):
            self._scan.close()

    evidence = opened(tree, tmp_path)
    monkeypatch.setattr(os, "scandir", Scan)
    monkeypatch.setattr(os, "supports_fd", {*os.supports_fd, Scan})
    found = list(evidence.children(evidence.root()))
    assert [each.message for each in found if isinstance(each, Problem)] == ["link: Permission denied"]
    assert sum(not isinstance(each, Problem) for each in found) == 7


def _aged(*paths):
    """Access times that any reading would change, also where the disk is mounted `relatime`."""
    for path in paths:
        os.utime(path, ns=(1_500_000_000 * 10**9, 1_600_000_000 * 10**9))
    return {path: path.stat().st_atime_ns for path in paths}


def test_listing_and_reading_change_no_access_time(tree, tmp_path):
    control = tmp_path / "control"
    control.write_bytes(b"x")
    before = _aged(control)
    control.read_bytes()
    if not hasattr(os, "O_NOATIME") or control.stat().st_atime_ns == before[control]:
        pytest.skip("this disk records no access times, or the system cannot keep them")
    image = tmp_path / "card.dd"
    image.write_bytes(bytes(4096))
    before = _aged(*(path for path in [tree, *tree.rglob("*"), image] if not path.is_symlink() and not path.is_fifo()))
    evidence = opened(tree, tmp_path)
    for entry in walk(evidence)[0]:
        if entry.kind is Kind.FILE:
            with evidence.open(entry.locator) as stream:
                stream.read()
    with FileStream(image) as stream:
        stream.read()
    assert {path: path.stat().st_atime_ns for path in before} == before


def test_files_of_other_owners_are_opened_without_the_flag(tree, tmp_path, monkeypatch):
    real, refused = os.open, []

    def guarded(path, flags, *rest, **named):
        if flags & os.O_NOATIME:
            refused.append(path)
            raise PermissionError(errno.EPERM, "Operation not permitted")
        return real(path, flags, *rest, **named)

    if not hasattr(os, "O_NOATIME"):
        pytest.skip("the system has no such flag")
    monkeypatch.setattr(os, "open", guarded)
    evidence = opened(tree, tmp_path)
    assert evidence.open(by_path(walk(evidence)[0])["/chat.db"].locator).read() == b"db"
    assert {tree, tree / "DCIM", tree / "chat.db"} <= set(refused)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENODEV, errno.ENXIO])
def test_a_disk_that_vanishes_while_it_is_read_is_unreadable_not_truncated(number, tree, tmp_path, monkeypatch):
    evidence = opened(tree, tmp_path)
    stream = evidence.open(Locator((Step("folder", "chat.db"),)))

    def gone(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "read", gone)
    monkeypatch.setattr(os, "pread", gone, raising=False)
    with pytest.raises(Unreadable, match="byte 0"):
        stream.read()
    stream.close()


def test_a_folder_exchanged_for_a_link_is_not_followed(tree, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "no.txt").write_bytes(b"no")
    evidence = opened(tree, tmp_path)
    folder = by_path(walk(evidence)[0])["/chat.db-journal"]
    (tree / "chat.db-journal").rmdir()
    (tree / "chat.db-journal").symlink_to(tmp_path / "secret")
    with pytest.raises(Unreadable):
        list(evidence.children(folder))


def test_streams_behave_like_files(tree, tmp_path):
    evidence = opened(tree, tmp_path)
    entry = by_path(walk(evidence)[0])["/DCIM/Camera/a.jpg"]
    with evidence.open(entry.locator) as stream:
        assert stream.seekable()
        assert stream.read(3) == b"pic"
        assert stream.seek(-2, os.SEEK_END) == 5
        assert stream.read(10) == b"re"
        assert stream.read(10) == b""
        assert stream.seek(100) == 100
        assert stream.read() == b""
        with pytest.raises(ValueError, match="before the start"):
            stream.seek(-1)
    with pytest.raises(ValueError, match="closed"):
        stream.read(1)
    assert entry.kind is Kind.FILE
