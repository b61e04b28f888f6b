"""`triage list` as a person uses it: what was understood is shown and confirmed, nothing is taken for what it is not."""

import hashlib
import json

import pytest

from triage.case import Case
from triage.cli import main
from triage.hashing import vault
from triage.queries import Queries
from triage.settings import home
from triage.statements import tag

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{}/$metadata#Media"
PASSPHRASE = "kata sandi yang panjang"


def vics(tmp_path, profile="US", *contents):
    media = [{"MediaID": n, "MD5": hashlib.md5(each).hexdigest(), "SHA1": hashlib.sha1(each).hexdigest(), "Category": n % 6, "Series": "Seri"}
             for n, each in enumerate(contents or (b"a", b"b"))]  # fmt: skip
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"@odata.context": CONTEXT.format(profile), "value": media}))
    return str(path)


def test_a_set_is_imported_once_its_meaning_is_confirmed(tmp_path, capsys):
    source = vics(tmp_path)
    assert main(["list", "import", source]) == 2
    told = capsys.readouterr().err
    assert "recognised as VICS 2.0, media" in told
    assert "0: Non-pertinent  (1)" in told
    assert "confirm the meaning" in told
    assert main(["list", "import", source, "--yes", "--name", "vic", "--list-version", "2031-06"]) == 0
    told = capsys.readouterr().out
    assert "List vic (notable): 2 rows read, 2 taken." in told
    assert "category 1: 1 rows" in told
    assert main(["list", "show", "vic"]) == 0
    told = capsys.readouterr().out
    assert "version 2031-06" in told
    assert "0: Non-pertinent" in told


def test_what_states_no_scheme_needs_its_name(tmp_path, capsys):
    source = vics(tmp_path, "Default")
    assert main(["list", "import", source, "--yes"]) == 2
    assert "say --scheme with one of as-stated, caid-uk, dhs" in capsys.readouterr().err
    assert main(["list", "import", source, "--scheme", "dhs"]) == 0
    assert "0: Uncategorized" in capsys.readouterr().err
    assert main(["list", "import", source, "--scheme", "nonsense"]) == 2
    assert main(["list", "schemes"]) == 0
    assert "vics-2.0-us" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_vic_set_is_refused_as_known(tmp_path, capsys, monkeypatch, language):
    monkeypatch.setenv("TRIAGE_LANG", language)
    assert main(["list", "import", vics(tmp_path), "--kind", "known", "--yes"]) == 2
    assert "would hide it" in capsys.readouterr().err


def test_a_set_of_known_files_is_known_without_asking(tmp_path, capsys):
    path = tmp_path / "NSRLFile.txt"
    path.write_text(
        '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\n'
        f'"{hashlib.sha1(b"a").hexdigest()}","{hashlib.md5(b"a").hexdigest()}","0","a",1,1,"WIN",""\n'
    )
    assert main(["list", "import", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "known"


def test_several_parts_become_one_list(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(hashlib.md5(name.encode()).hexdigest())
    assert main(["list", "import", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--name", "both", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["taken"] == 2
    (tmp_path / "c.txt").write_text(hashlib.md5(b"c").hexdigest())
    assert main(["list", "import", str(tmp_path / "c.txt"), "--name", "both", "--add"]) == 0
    capsys.readouterr()
    assert main(["list", "show", "both", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["counts"] == {"md5": 3}


def test_a_sealed_list_from_import_to_hit(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(vault, "COST", 1 << 4)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "x.bin").write_bytes(b"a")
    source = vics(tmp_path)
    assert main(["list", "import", source, "--yes", "--name", "vic", "--seal", "--list-passphrase", PASSPHRASE]) == 0
    scan = ["scan", str(tmp_path / "case"), str(tmp_path / "source"), "--list", "vic", "--workers", "1"]
    assert main(scan) == 2
    assert "needs the passphrase" in capsys.readouterr().err
    assert main([*scan, "--list-passphrase", "another passphrase"]) == 2
    assert "not the passphrase" in capsys.readouterr().err
    monkeypatch.setenv("TRIAGE_LIST_PASSPHRASE", PASSPHRASE)
    assert main(scan) == 0
    queries = Queries(tmp_path / "case")
    (hit,) = queries.hits()
    assert (hit.list, hit.category) == ("vic", "0: Non-pertinent")
    queries.close()
    log = (tmp_path / "case" / "custody.jsonl").read_text(encoding="utf-8")
    assert PASSPHRASE not in log
    assert '"vic":"' in log.replace(" ", "")
    out = tmp_path / "out.json"
    assert main(["list", "export", "vic", str(out), "--format", "vics"]) == 0
    assert len(json.loads(out.read_text())["value"]) == 2
    assert main(["list", "remove", "vic"]) == 0
    assert not (home() / "lists" / "vic").exists()


def test_graded_media_of_a_case(tmp_path, capsys):
    (tmp_path / "source").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / "source" / f"{name}.jpg").write_bytes(name.encode())
    case = tmp_path / "case"
    assert main(["scan", str(case), str(tmp_path / "source"), "--workers", "1"]) == 0
    assert main(["list", "export-case", str(case), str(tmp_path / "none.json")]) == 2
    queries = Queries(case)
    entries = {row.name: row.id for row in queries.file_rows(list(range(1, 20))).values()}
    queries.close()
    with Case.open(case, actor="x") as opened:
        tag(opened, [entries["a.jpg"]], "child abuse MATERIAL")
        tag(opened, [entries["a.jpg"]], "penting")
        tag(opened, [entries["b.jpg"]], "0")
    capsys.readouterr()
    out = tmp_path / "graded.json"
    assert main(["list", "export-case", str(case), str(out), "--scheme", "vics-2.0-us"]) == 0
    document = json.loads(out.read_text())
    assert document["@odata.context"] == CONTEXT.format("US")
    media = {each["MediaFiles"][0]["FileName"]: each for each in document["value"]}
    assert set(media) == {"a.jpg", "b.jpg"}
    assert (media["a.jpg"]["Category"], media["a.jpg"]["Tags"], media["b.jpg"]["Category"]) == (1, "penting", 0)
    assert media["a.jpg"]["MD5"] == hashlib.md5(b"a").hexdigest().upper()
    with Case.open(case, actor="x") as opened:
        tag(opened, [entries["b.jpg"]], "5")
    assert (
        main(
            ["list", "export-case", str(case), str(tmp_path / "two.csv"), "--format", "csv", "--scheme", "vics-2.0-us"]
        )
        == 2
    )
    assert "two categories (0, 5)" in capsys.readouterr().err
    assert not (tmp_path / "two.csv").exists()


def test_a_watch_list_is_a_lead_and_no_alarm(tmp_path, capsys):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "x.txt").write_bytes(b"a")
    (tmp_path / "w.md5").write_text(hashlib.md5(b"a").hexdigest())
    assert main(["list", "import", str(tmp_path / "w.md5"), "--kind", "watch"]) == 0
    assert main(["scan", str(tmp_path / "case"), str(tmp_path / "source"), "--list", "w", "--workers", "1"]) == 0
    told = capsys.readouterr().out
    assert "matches with notable lists: 0" in told
    assert "matches with watch lists: 1" in told
    assert main(["status", str(tmp_path / "case")]) == 0
    assert "list w, md5:" in capsys.readouterr().out
