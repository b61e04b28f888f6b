"""Examining one entry: every error becomes a problem, whatever was read before it is kept."""

import hashlib
from dataclasses import dataclass, field

import pytest

from triage import examine as module
from triage.content import BLOCK
from triage.errors import Encrypted, Truncated, Unreadable
from triage.examine import Means, examine
from triage.hashing.lists import Lists
from triage.model import Entry, Kind, Locator, Outcome, Problem, Status, Step, Table
from triage.settings import Limits, Settings


class Bytes:
    """A stream over bytes that may fail at an offset."""

    def __init__(self, data, fails_at=None):
        self.data, self.at, self.fails_at, self.closed = data, 0, fails_at, False

    def read(self, size=-1):
        if self.fails_at is not None and self.at + size > self.fails_at:
            raise Truncated("the content ends early")
        block = self.data[self.at : self.at + size] if size >= 0 else self.data[self.at :]
        self.at += len(block)
        return block

    def seek(self, offset, whence=0):
        self.at = offset
        return offset

    def tell(self):
        return self.at

    def close(self):
        self.closed = True


@dataclass
class Stub:
    """Evidence in memory."""

    stream: object = None
    inside: tuple = ()
    error: Exception | None = None
    format: str = "stub"
    opened: list = field(default_factory=list)

    def children(self, entry):
        yield from self.inside
        if self.error:
            raise self.error

    listed = children

    def take_damage(self):
        return ()

    def open(self, locator):
        if self.error:
            raise self.error
        self.opened.append(locator)
        return self.stream

    def content(self, entry):
        return self.open(entry.locator)

    def at_once(self, entry, most):
        return None


FILE = Entry(locator=Locator((Step("folder", "a.txt"),)), name="a.txt", kind=Kind.FILE, id=7, path="/a.txt")
FOLDER = Entry(locator=Locator((Step("folder", "d"),)), name="d", kind=Kind.FOLDER, id=8, path="/d")


@pytest.fixture
def means(tmp_path):
    def make(stub, **settings):
        return Means(stub, Lists(()), Settings(**settings), tmp_path)

    return make


def test_digests_are_of_every_byte(means):
    data = bytes(range(256)) * 8192 + b"tail"
    outcome = examine(FILE, means(Stub(Bytes(data))))
    assert outcome.digests.sha256 == hashlib.sha256(data).digest()
    assert outcome.digests.md5 == hashlib.md5(data).digest()
    assert outcome.digests.length == outcome.bytes_read == len(data)


def test_the_stream_is_closed_even_after_damage(means):
    stream = Bytes(b"x" * (BLOCK + 1), fails_at=BLOCK)
    outcome = examine(FILE, means(Stub(stream)))
    assert stream.closed
    assert outcome.status is Status.FAILED
    assert outcome.problems == (Problem(kind="truncated", stage="read", message="the content ends early"),)


@pytest.mark.parametrize(("error", "kind"), [(Encrypted("locked"), "encrypted"), (Unreadable("gone"), "unreadable")])
def test_an_error_of_evidence_is_a_problem_of_its_kind(means, error, kind):
    outcome = examine(FOLDER, means(Stub(error=error)))
    assert (outcome.status, outcome.problems[0].kind, outcome.problems[0].stage) == (Status.FAILED, kind, "list")


def test_what_was_listed_before_the_damage_is_kept(means):
    outcome = examine(FOLDER, means(Stub(inside=(FILE,), error=Truncated("cut"))))
    (row, size, lists, parent) = outcome.children[0]
    assert (row[0], row[3], size, lists, parent) == ("folder:a.txt", "a.txt", 0, False, None)
    assert outcome.status is Status.FAILED


def test_our_own_mistake_is_shown_apart_with_its_traceback(means):
    outcome = examine(FOLDER, means(Stub(error=KeyError("x"))))
    assert outcome.problems[0].kind == "bug"
    assert "KeyError" in outcome.problems[0].detail


def test_links_and_devices_are_not_opened(means):
    stub = Stub(Bytes(b"x"))
    link = Entry(locator=Locator((Step("folder", "l"),)), name="l", kind=Kind.OTHER, id=9)
    assert examine(link, means(stub)).status is Status.EXAMINED
    assert stub.opened == []


class Breaking:
    """An extractor that yields one record and then breaks."""

    name, version = "breaking", "1"

    def __init__(self, error, before=1):
        self.error, self.before = error, before

    def extract(self, item):
        yield from [Table(where="x", name="x")] * self.before
        raise self.error


@pytest.mark.parametrize(
    ("error", "before", "outcome", "kind"),
    [
        (Truncated("cut"), 1, Outcome.PARTIAL, "truncated"),
        (Truncated("cut"), 0, Outcome.FAILED, "truncated"),
        (ZeroDivisionError("oops"), 1, Outcome.PARTIAL, "bug"),
        (MemoryError(), 0, Outcome.FAILED, "memory"),
    ],
)
def test_an_extractor_that_breaks_keeps_what_it_found(means, monkeypatch, error, before, outcome, kind):
    monkeypatch.setattr(module, "wanted_by", lambda item: (Breaking(error, before),))
    result = examine(FILE, means(Stub(Bytes(b"abc"))))
    assert result.status is Status.EXAMINED
    assert len(result.records) == before
    assert [(ran.outcome, ran.count) for ran in result.ran] == [(outcome, before)]
    assert [(problem.kind, problem.stage) for problem in result.problems] == [(kind, "breaking")]


def test_a_large_item_is_not_kept_in_memory(means, monkeypatch):
    seen = []
    monkeypatch.setattr(module, "wanted_by", lambda item: seen.append(item) or ())
    examine(FILE, means(Stub(Bytes(b"x" * 100)), limits=Limits(memory_copy_bytes=99)))
    examine(FILE, means(Stub(Bytes(b"x" * 99)), limits=Limits(memory_copy_bytes=99)))
    assert [item.copy is None for item in seen] == [True, False]


def test_what_looks_like_a_list_is_a_hit_of_its_own_kind(tmp_path):
    """A picture and a clip: the exact copy is one hit, the edited one a hit by fingerprint."""
    import io

    from making.clips import make_clip, scene
    from making.items import BytesEvidence
    from PIL import ImageOps

    from triage.fingerprints import look
    from triage.hashing.importer import Wish, import_list, recognise
    from triage.hashing.lists import open_lists
    from triage.model import Frame, Media

    own = tmp_path / "own"
    own.mkdir()
    picture = scene(1, (640, 480))
    picture.save(own / "a.png")
    (own / "a.mp4").write_bytes(make_clip())
    import_list([recognise(own, look=look)], Wish("own", "notable"), home=tmp_path, actor="test")
    edited = io.BytesIO()
    ImageOps.mirror(picture).save(edited, "JPEG")
    files = {
        "/a.png": (own / "a.png").read_bytes(),
        "/edited.jpg": edited.getvalue(),
        "/cut.mp4": make_clip(seconds=2, bars=30, first=1),
    }
    lists = open_lists(["own"], tmp_path)
    hows = {}
    for path in files:
        entry = Entry(Locator((Step("memory", path),)), path[1:], Kind.FILE, path=path, id=1)
        examined = examine(entry, Means(BytesEvidence(files), lists, Settings(), tmp_path))
        assert not examined.problems
        assert {type(each) for each in examined.records} >= ({Media, Frame} if path == "/cut.mp4" else {Media})
        hows[path] = [(hit.how, hit.list) for hit in examined.hits]
    lists.close()
    assert hows == {
        "/a.png": [("exact", "own")],
        "/edited.jpg": [("fingerprint", "own")],
        "/cut.mp4": [("fingerprint", "own")] * 2,  # the clip, and the picture that one of its frames is
    }


def test_without_extractors_a_file_is_hashed_typed_and_looked_up_alone(means, monkeypatch):
    monkeypatch.setattr(module, "wanted_by", lambda _item: pytest.fail("an extractor was asked"))
    outcome = examine(FILE, means(Stub(stream=Bytes(b"plain words")), extract=False))
    assert outcome.digests.md5 == hashlib.md5(b"plain words").digest()
    assert outcome.type.mime == "text/plain"
    assert (outcome.ran, outcome.records, outcome.problems) == ((), (), ())
