"""A run over an encrypted source: what the custody log and the case say of it, and what they never hold."""

import re

import pytest
from making.encrypted import PASSWORD, luks2_by_cryptsetup, lvm
from synthetic import snapshot

from triage.case import Case
from triage.cli import main
from triage.custody import read_events
from triage.queries import Queries
from triage.report import ReportWish, write_report
from triage.run import run
from triage.settings import Settings


@pytest.fixture
def source(tmp_path):
    return luks2_by_cryptsetup(lvm({"root": bytes(70_000)}), tmp_path / "disk.img")


def scan(folder, source, password):
    with Case.open_or_create(folder, actor="penguji") as case:
        run(case, source, exhibit="B1", settings=Settings(workers=1), password=password)
    return list(read_events(folder / "custody.jsonl"))


def test_custody_says_which_key_opened_what_and_nothing_says_the_key(tmp_path, source):
    events = scan(tmp_path / "case", source, f"rahasia-salah\n{PASSWORD}")
    (start,) = [event for event in events if event.action == "run.start"]
    assert start.data["keys_given"] == 2
    (opened,) = [event for event in events if event.action == "volume.open"]
    assert (opened.subject, opened.data) == ("volume:whole@0", {"scheme": "LUKS2", "key": 2})
    assert any(row[2] == "whole/luks/root" for row in snapshot(tmp_path / "case", ["v_files"])["v_files"])
    for path in (tmp_path / "case").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(secret.encode() in data for secret in (PASSWORD, "rahasia-salah")), path.name


def test_a_closed_volume_is_an_encrypted_problem_of_the_volume(tmp_path, source):
    events = scan(tmp_path / "case", source, None)
    assert not [event for event in events if event.action == "volume.open"]
    queries = Queries(tmp_path / "case")
    (problem,) = queries.problems()
    assert (problem.kind, problem.stage, problem.volume) == ("encrypted", "list", "whole")
    assert "give its password" in problem.message
    queries.close()


def test_what_stays_closed_stands_out_in_status_report_and_board(tmp_path, source, capsys, monkeypatch):
    monkeypatch.setenv("TRIAGE_LANG", "en")
    scan(tmp_path / "case", source, "salah")
    assert main(["status", str(tmp_path / "case")]) == 0
    told = capsys.readouterr().out
    assert re.search(r"(?m)^  B1  whole: .*LUKS2 encrypted volume .*the password given is wrong$", told)
    queries = Queries(tmp_path / "case")
    (board,) = queries.board()
    assert (board.encrypted, board.maybe_encrypted) == (1, 0)
    (row,) = queries.closed()
    assert (row.exhibit, row.volume, row.what, row.kind) == ("B1", "whole", "volume", "encrypted")
    queries.close()
    with Case.open_or_create(tmp_path / "case", actor="penguji") as case:
        write_report(case, ReportWish(language="en"), out=tmp_path / "out")
    page = next((tmp_path / "out").rglob("*.html")).read_text(encoding="utf-8")
    assert page.index("Encrypted and not opened") < page.index("Exhibits examined")
    assert "the password given is wrong" in page
