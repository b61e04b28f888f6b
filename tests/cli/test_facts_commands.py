"""The commands about facts, exhibits and hand-overs."""

import json

from PIL import Image

from triage.cli import main


def out(capsys):
    return capsys.readouterr().out


def test_facts_of_a_case(tmp_path, capsys):
    case = str(tmp_path / "case")
    assert main(["case", "set", case, "number", "LP/000/2026/REKAAN"]) == 0
    assert main(["case", "set", case, "examiner", "A Rekaan", "B Rekaan"]) == 0
    assert main(["case", "set", case, "examiner", "--withdraw"]) == 0
    assert main(["case", "set", case, "number"]) == 2
    assert main(["case", "set", case, "nothing", "x"]) == 2
    out(capsys)
    assert main(["case", "show", case, "--json"]) == 0
    shown = json.loads(out(capsys))
    assert shown["facts"] == {"number": ["LP/000/2026/REKAAN"]}
    assert [row["state"] for row in shown["history"]] == ["current", "corrected", "withdrawal"]
    assert main(["case", "show", case, "--history"]) == 0
    assert "Examiner: A Rekaan; B Rekaan  (corrected)" in out(capsys)


def test_exhibits_photographs_and_handovers(tmp_path, capsys):
    case = str(tmp_path / "case")
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert main(["exhibit", "add", case, "BB-01", "serial=SN=1", "imei=490154203237519"]) == 0
    assert "the check digit does not fit" in capsys.readouterr().err
    assert main(["exhibit", "add", case, "BB-02", "serial"]) == 2
    assert main(["exhibit", "set", case, "BB-01", "kind", "phone"]) == 0
    assert main(["exhibit", "photo", case, "BB-01", str(tmp_path / "a.png"), "--caption", "front"]) == 0
    assert main(["exhibit", "photo", case, "BB-01"]) == 2
    told = ["--from", "A", "--to", "B", "--at", "2026-03-02 08:00 WIB", "--purpose", "x", "--seal", "intact"]
    assert main(["custody", "handover", case, "BB-01", *told]) == 0
    assert main(["custody", "handover", case, "BB-01", *told[:-1], "whole"]) == 2
    assert main(["custody", "handover", case, "BB-01", "--from", "A"]) == 2
    assert "--to, --at, --purpose, --seal" in capsys.readouterr().err
    assert main(["exhibit", "show", case, "BB-01", "--json"]) == 0
    (row,) = json.loads(out(capsys))["exhibits"]
    assert row["facts"] == {"serial": ["SN=1"], "imei": ["490154203237519"], "kind": ["phone"]}
    assert (len(row["photographs"]), len(row["handovers"])) == (1, 1)
    assert main(["exhibit", "show", case, "BB-09"]) == 2
    assert main(["exhibit", "photo", case, "BB-01", "--withdraw", "1"]) == 0
    assert main(["custody", "handover", case, "BB-01", "--withdraw", "1"]) == 0
    assert main(["custody", "show", case]) == 0
    text = out(capsys)
    assert "hand-over 1: 2026-03-02T08:00:00+07:00, from A to B" in text
    assert "takes hand-over 1 back" in text
    assert "handover.end" in text
