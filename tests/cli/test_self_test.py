"""The self-test: passes on a sound program, fails where something is missing, and stands in the custody log of the case."""

import json

import pytest

from triage.case import Case
from triage.cli import main
from triage.custody import read_events
from triage.demo import self_test as self_test_module
from triage.demo.comparison import Comparison, Score
from triage.demo.self_test import SelfTest
from triage.demo.truth import Fact
from triage.report import Verification


@pytest.fixture
def case(tmp_path):
    Case.open_or_create(tmp_path / "case", actor="tester").close()
    return tmp_path / "case"


def test_the_whole_job_comes_out_as_planted_and_is_logged(case, capsys):
    assert main(["selftest", "--case", str(case), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert told["checks_failed"] == told["missing"] == told["unexpected"] == 0
    events = {event.action: event.data for event in read_events(case / "custody.jsonl")}
    assert events["selftest.start"]["program"]
    assert events["selftest.end"]["ok"] is True
    assert events["selftest.end"]["found"] == told["found"]


def test_what_is_missing_fails_it_and_that_is_logged_too(case, capsys, monkeypatch):
    fact = Fact("file", "BB-01", ("/a.jpg",), "/a.jpg")
    failed = SelfTest(Comparison((Score("file", 2, 1),), (fact,), ()), Verification(()), 1.0)
    monkeypatch.setattr("triage.demo.self_test", lambda _progress: failed)
    assert main(["selftest", "--case", str(case)]) == 1
    out = capsys.readouterr().out
    assert "1" in out
    assert "/a.jpg" in out
    end = [event for event in read_events(case / "custody.jsonl") if event.action == "selftest.end"]
    assert [event.data["ok"] for event in end] == [False]
    assert self_test_module


def test_a_case_that_is_not_there_is_named_before_anything_is_done(tmp_path, capsys):
    assert main(["selftest", "--case", str(tmp_path / "none")]) == 3
    assert "none" in capsys.readouterr().err
