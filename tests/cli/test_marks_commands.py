"""The commands about tags, grades, notes and protection."""

import json
from pathlib import Path

import pytest
from report_case import make_case

from triage.cli import main
from triage.queries import Queries

SCHEME = "vics-2.0-us"


@pytest.fixture
def case(tmp_path):
    opened = make_case(tmp_path)
    opened.close()
    return str(opened.folder)


def shown(capsys, *arguments):
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_tags_are_given_and_taken_back(case, capsys):
    assert main(["tag", "add", case, "penting", "/DCIM/IMG_0002.jpg"]) == 0
    assert main(["tag", "add", case, "cocok", "--hits"]) == 0
    assert main(["tag", "add", case, "cocok", "--list", "daftar-b"]) == 2
    assert main(["tag", "add", case, "penting", "/nowhere"]) == 2
    assert "no file of the case has this id, digest or path" in capsys.readouterr().err
    rows = shown(capsys, "tag", "show", case)["files"]
    assert [(row["path"], [tag["name"] for tag in row["tags"]]) for row in rows] == [
        ("/DCIM/IMG_0001.jpg", ["cocok"]),
        ("/DCIM/IMG_0002.jpg", ["penting"]),
    ]
    assert main(["tag", "remove", case, "penting", rows[1]["sha256"]]) == 0
    assert main(["tag", "remove", case, "penting", rows[1]["sha256"]]) == 2
    told = shown(capsys, "tag", "show", case, "--history")
    assert [row["path"] for row in told["files"]] == ["/DCIM/IMG_0001.jpg"]
    assert [(row["name"], row["state"]) for row in told["history"]] == [
        ("penting", "replaced"),
        ("cocok", "current"),
        ("penting", "removal"),
    ]


def test_a_grade_replaces_the_one_before_it(case, capsys):
    assert main(["tag", "grade", case, "1", "/DCIM/IMG_0001.jpg", "--scheme", SCHEME]) == 0
    assert main(["tag", "grade", case, "2", "/DCIM/IMG_0001.jpg", "--scheme", SCHEME]) == 0
    assert main(["tag", "grade", case, "nine", "/DCIM/IMG_0001.jpg", "--scheme", SCHEME]) == 2
    assert "there are: " in capsys.readouterr().err
    (row,) = shown(capsys, "tag", "show", case, "--select", "graded", "--exhibit", "BB-01")["files"]
    assert [(tag["scheme"], tag["code"]) for tag in row["tags"]] == [(SCHEME, "2")]
    folder = Path(case)
    queries = Queries(folder)
    assert list(queries.chosen_ids("graded")) == [row["entry_id"]]
    queries.close()
    assert main(["list", "export-case", case, str(folder / "exports" / "g.json"), "--scheme", SCHEME]) == 0
    assert '"Category": 2' in (folder / "exports" / "g.json").read_text()
    assert main(["tag", "ungrade", case, "/DCIM/IMG_0001.jpg", "--scheme", SCHEME]) == 0
    assert shown(capsys, "tag", "show", case, "--select", "graded")["files"] == []


def test_notes_are_corrected_and_taken_back(case, capsys):
    assert main(["note", "add", case, "/DCIM/IMG_0002.jpg", "lihat posisi"]) == 0
    assert main(["note", "add", case, "/DCIM/IMG_0002.jpg", "lihat lokasi", "--correct", "1"]) == 0
    assert main(["note", "remove", case, "1"]) == 2
    assert main(["note", "remove", case, "2"]) == 0
    notes = shown(capsys, "note", "show", case, "/DCIM/IMG_0002.jpg")["notes"]
    assert [(note["body"], note["state"]) for note in notes] == [
        ("lihat posisi", "corrected"),
        ("lihat lokasi", "withdrawn"),
        (None, "withdrawal"),
    ]


def test_protection(case, capsys):
    arguments = ["--name", "Budi Rekaan", "--number", "+62 000 0000 002", "--file", "/DCIM/IMG_0002.jpg"]
    assert main(["protect", "add", case, *arguments, "--role", "child"]) == 0
    told = shown(capsys, "protect", "show", case)["protected"]
    assert [(row["pseudonym"], row["kind"]) for row in told] == [
        ("[Child 1]", kind) for kind in ("name", "number", "file")
    ]
    assert "value" not in told[0]
    assert shown(capsys, "protect", "show", case, "--identities")["protected"][0]["value"] == "Budi Rekaan"
    assert main(["protect", "remove", case, "--person", "1", "--name", "Budi Rekaan"]) == 0
    assert [row["kind"] for row in shown(capsys, "protect", "show", case)["protected"]] == ["number", "file"]
    assert main(["protect", "remove", case, "--person", "1"]) == 0
    assert shown(capsys, "protect", "show", case)["protected"] == []
    assert main(["protect", "remove", case, "--person", "1"]) == 2
