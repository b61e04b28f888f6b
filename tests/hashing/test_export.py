"""Lists on their way out, read again by the standard library and by ourselves."""

import base64
import csv
import hashlib
import json

import pytest

from triage.errors import UserError
from triage.hashing.export import export_list
from triage.hashing.importer import Wish, import_list, recognise
from triage.hashing.lists import HashList
from triage.hashing.schemes import scheme

US = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media"
PRINT = base64.b64encode(bytes(range(144))).decode()


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def sha1(text):
    return hashlib.sha1(text.encode()).hexdigest()


@pytest.fixture
def vics(tmp_path):
    media = [
        {"MediaID": 7, "MD5": md5("a"), "SHA1": sha1("a"), "Category": 0, "MediaSize": 12, "Series": "Seri", "Tags": "x,y",
         "VictimIdentified": False, "PhotoDNA": PRINT, "MediaFiles": [{"FileName": "=a.jpg"}]},
        {"MediaID": 8, "MD5": md5("b"), "Category": 2, "IsDistributed": True, "Comments": 'catatan; "dua"\nbaris'},
        {"MediaID": 9, "SHA1": sha1("c"), "Category": 1},
    ]  # fmt: skip
    source = tmp_path / "source.json"
    source.write_text(json.dumps({"@odata.context": US, "value": media}))
    import_list(source, Wish("set", "notable", scheme=scheme("vics-2.0-us", tmp_path)), home=tmp_path, actor="x")
    return HashList.open("set", tmp_path)


def test_vics_again(tmp_path, vics):
    out = tmp_path / "out.json"
    assert export_list(vics, out, form="vics") == type(export_list(vics, tmp_path / "b.json", form="vics"))(2, 1)
    text = out.read_text(encoding="utf-8")
    assert text.startswith('{"@odata.context":')
    document = json.loads(text)
    assert document["@odata.context"] == US
    one, two = sorted(document["value"], key=lambda each: each["Category"])
    assert {key: one[key] for key in ("MD5", "SHA1", "Category", "MediaSize", "Series", "Tags", "VictimIdentified", "PhotoDNA")} == {
        "MD5": md5("a").upper(), "SHA1": sha1("a").upper(), "Category": 0, "MediaSize": 12, "Series": "Seri", "Tags": "x,y",
        "VictimIdentified": False, "PhotoDNA": PRINT,
    }  # fmt: skip
    assert one["MediaFiles"] == [{"MD5": md5("a").upper(), "FileName": "=a.jpg", "FilePath": ""}]
    assert (two["IsDistributed"], two["Comments"]) == (True, 'catatan; "dua"\nbaris')
    assert "VictimIdentified" not in two  # not said is not false
    found = recognise(out)
    assert (found.format, found.context, found.coded) == ("VICS 2.0, media", US, True)
    again = import_list(
        [found], Wish("again", "notable", scheme=scheme("vics-2.0-us", tmp_path)), home=tmp_path, actor="x"
    )
    assert (again.taken, again.unmatched) == (2, 1)


def test_csv_again(tmp_path, vics):
    out = tmp_path / "out.csv"
    export_list(vics, out, form="csv")
    with out.open(encoding="utf-8", newline="") as stream:
        rows = {row["md5"] or row["sha1"]: row for row in csv.DictReader(stream)}
    assert set(rows) == {md5("a"), md5("b"), sha1("c")}
    row = rows[md5("a")]
    assert (row["sha1"], row["photodna"], row["size"], row["scheme"], row["category"]) == (
        sha1("a"),
        PRINT,
        "12",
        "vics-2.0-us",
        "0",
    )
    assert (row["label"], row["tags"], row["victim_identified"], row["distributed"]) == (
        "Non-pertinent",
        "x|y",
        "false",
        "",
    )
    assert row["name"] == "'=a.jpg"  # no formula for a spreadsheet
    assert rows[md5("b")]["comments"] == 'catatan; "dua"\nbaris'


def test_a_list_of_sha256_has_no_place_in_vics(tmp_path):
    source = tmp_path / "x.txt"
    source.write_text(hashlib.sha256(b"a").hexdigest())
    import_list(source, Wish("list", "notable"), home=tmp_path, actor="x")
    done = export_list(HashList.open("list", tmp_path), tmp_path / "out.json", form="vics")
    assert (done.written, done.left_out) == (0, 1)
    assert json.loads((tmp_path / "out.json").read_text())["value"] == []


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path, vics, monkeypatch):
    out = tmp_path / "out.csv"
    out.write_text("mine")
    with pytest.raises(UserError, match="is there already"):
        export_list(vics, out, form="csv")
    assert out.read_text() == "mine"
    monkeypatch.setattr(vics, "said", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(UserError, match="No space left on device"):
        export_list(vics, tmp_path / "new.csv", form="csv")
    assert not list(tmp_path.glob("new.csv*"))
    with pytest.raises(UserError, match="no format"):
        export_list(vics, tmp_path / "x", form="xml")
