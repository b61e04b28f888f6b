"""What was digested and then could not be listed or read is looked at like what failed: the evidence may be gone."""

from __future__ import annotations

import pytest

from triage.errors import SourceGone
from triage.model import Examined, Problem, Status
from triage.run.run import _was_not_read
from triage.run.source import Present, digest


@pytest.mark.parametrize(
    ("status", "kinds", "seen"),
    [
        (Status.EXAMINED, (), False),
        (Status.EXAMINED, ("malformed", "truncated"), False),
        (Status.EXAMINED, ("malformed", "unreadable"), True),
        (Status.FAILED, (), True),
    ],
)
def test_the_source_is_looked_at(status, kinds, seen):
    problems = tuple(Problem(kind=kind, stage="list", message="x") for kind in kinds)
    assert _was_not_read(Examined(entry_id=1, status=status, problems=problems)) is seen


def test_a_source_that_is_shorter_than_it_was_is_gone(tmp_path):
    source = tmp_path / "a.dd"
    source.write_bytes(bytes(8192))
    present = Present(source, 8192)
    present.check()
    source.write_bytes(bytes(8191))
    with pytest.raises(SourceGone, match="shorter"):
        present.check(touch=False)
    with pytest.raises(SourceGone, match="shorter"):
        digest(present, phase="hash-after", stop=lambda: False, progress=lambda _: None)
    with pytest.raises(SourceGone, match="its size"):
        Present(source, 8192)
    source.unlink()
    with pytest.raises(SourceGone):
        present.check(touch=False)


def test_a_folder_that_is_gone(tmp_path):
    source = tmp_path / "e"
    source.mkdir()
    present = Present(source)
    present.check()
    source.rmdir()
    with pytest.raises(SourceGone):
        present.check()


def test_bytes_that_cannot_be_had_any_more(tmp_path, monkeypatch):
    source = tmp_path / "a.dd"
    source.write_bytes(bytes(8192))
    present = Present(source)
    fails = OSError(5, "Input/output error")

    def opened(*_arguments, **_options):
        raise fails

    monkeypatch.setattr(type(source), "open", opened)
    with pytest.raises(SourceGone, match="Input/output error"):
        present.check()
