"""What is done outside of a case is in the log of the installation, and verification leaves a case as it is."""

import json

import pytest
from report_case import make_case, tree

from triage import keys, settings
from triage.cli import main
from triage.custody import read_events
from triage.statements import tag


def events():
    return [(event.action, event.data) for event in read_events(settings.home() / "custody.jsonl")]


@pytest.fixture
def listed(tmp_path):
    (tmp_path / "bad.txt").write_text("0cc175b9c0f1b6a831c399e269772661\n")
    assert main(["list", "import", str(tmp_path / "bad.txt"), "--name", "bad"]) == 0


def test_lists_are_logged(listed, tmp_path, capsys):
    assert main(["list", "export", "bad", str(tmp_path / "out.csv")]) == 0
    assert main(["list", "remove", "bad"]) == 0
    assert main(["list", "remove", "bad"]) == 2
    actions = [action for action, _ in events()]
    assert actions == [
        *("list.import.start", "list.import.end", "list.export.start", "list.export.end"),
        *("list.remove.start", "list.remove.end", "list.remove.start", "list.remove.failed"),
    ]
    assert events()[1][1]["taken"] == 1
    capsys.readouterr()
    assert main(["custody", "program", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["holds"], len(told["events"])) == (True, 8)
    log = settings.home() / "custody.jsonl"
    log.write_bytes(log.read_bytes().replace(b"list.export", b"list.exporT", 1))
    assert main(["custody", "program"]) == 1


def test_verification_is_logged_and_leaves_the_case_as_it_is(tmp_path, capsys):
    opened = make_case(tmp_path)
    opened.close()
    before = tree(opened.folder)
    assert main(["verify", str(opened.folder)]) == 0
    assert tree(opened.folder) == before
    assert [action for action, _ in events()] == ["verify.start", "verify.end"]
    assert events()[-1][1] == {"ok": True, "failed": 0}
    (opened.folder / "thumbs.db").write_bytes(b"")
    assert main(["verify", str(opened.folder), "--no-evidence"]) == 1
    assert events()[-1][1]["ok"] is False


def test_whoever_has_no_key_gets_none_by_verifying(tmp_path, monkeypatch):
    opened = make_case(tmp_path)
    opened.close()
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path / "elsewhere"))
    assert main(["verify", str(opened.folder)]) == 0
    assert not (tmp_path / "elsewhere").exists()


def test_a_locked_key_does_not_stop_verification(tmp_path, monkeypatch, capsys):
    opened = make_case(tmp_path)
    opened.close()
    monkeypatch.setattr(keys, "_UNLOCKED", {})
    keys.make_key(settings.home(), "kata sandi rekaan", replace=True)
    monkeypatch.setattr(keys, "_UNLOCKED", {})
    assert main(["verify", str(opened.folder)]) == 0
    assert "not recorded in the log of this installation" in capsys.readouterr().err
    assert main(["case", "set", str(opened.folder), "agency", "Rekaan"]) == 2
    assert "TRIAGE_KEY_PASSPHRASE" in capsys.readouterr().err
    monkeypatch.setenv("TRIAGE_KEY_PASSPHRASE", "kata sandi rekaan")
    assert main(["case", "set", str(opened.folder), "agency", "Rekaan"]) == 0
    actions = [event.action for event in read_events(opened.folder / "custody.jsonl")]
    assert actions[-5:] == ["key", "case.open", "case.facts.start", "case.facts.end", "case.close"]
    assert main(["verify", str(opened.folder)]) == 0


def test_the_export_of_graded_files_is_two_events_of_the_case(tmp_path):
    with make_case(tmp_path) as case:
        tag(case, [2], "penting")
    assert main(["list", "export-case", str(case.folder), str(tmp_path / "out.json")]) == 0
    actions = [event.action for event in read_events(case.folder / "custody.jsonl")]
    assert actions[-4:] == ["case.open", "graded.export.start", "graded.export.end", "case.close"]


def test_the_keys_of_an_installation(capsys):
    assert main(["key", "make", "sari", "--passphrase", "kata sandi rekaan"]) == 0
    assert main(["key", "make", "sari"]) == 2
    assert main(["key", "passphrase", "sari", "--old", "bukan ini juga", "--new", "kata sandi baru"]) == 2
    assert main(["key", "passphrase", "sari", "--old", "kata sandi rekaan", "--new", "kata sandi baru"]) == 0
    assert main(["key", "passphrase", "sari", "--old", "kata sandi baru", "--remove"]) == 0
    assert main(["key", "passphrase", "budi"]) == 2
    capsys.readouterr()
    assert main(["key", "show", "--json"]) == 0
    assert [(row["name"], row["protected"]) for row in json.loads(capsys.readouterr().out)["keys"]] == [("sari", False)]
