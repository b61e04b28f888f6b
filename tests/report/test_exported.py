"""Files taken out of the evidence into a bundle: the same bytes, under harmless names, and what must stay stays."""

import csv
import hashlib
import threading

import pytest
from bagit_checker import Bag

from triage.case import Case
from triage.custody import read_events
from triage.errors import UserError
from triage.queries import Queries
from triage.report import ReportWish, verify, write_report
from triage.run import run
from triage.settings import Settings
from triage.statements import grade, protect, tag

EXECUTABLE = "=cmd\u202egpj.exe"
FILES = {
    "a.txt": b"catatan\n" * 50,
    "halaman.html": b"<!DOCTYPE html><script>alert(1)</script>" * 20,
    EXECUTABLE: b"MZ" + bytes(300),
    "anak.txt": b"identitas\n" * 30,
    "dinilai.txt": b"dinilai\n" * 30,
    "lain.txt": b"tidak ditandai\n" * 9,
}
HELD_BACK = [hashlib.sha256(FILES[name]).hexdigest() for name in ("anak.txt", "dinilai.txt")]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asal") / "bukti"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return str(tmp_path_factory.mktemp("rumah"))


@pytest.fixture(autouse=True)
def _same_key(home, monkeypatch):
    """The case is made once: whoever made it writes its reports."""
    monkeypatch.setenv("TRIAGE_HOME", home)


@pytest.fixture(scope="module")
def case(source, home, tmp_path_factory):
    for name, content in FILES.items():
        (source / name).write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAGE_HOME", home)
        yield from opened(source, tmp_path_factory.mktemp("kasus") / "kasus")


def opened(source, folder):
    with Case.open_or_create(folder, actor="Penyidik Rekaan") as case:
        run(case, source, exhibit="BB-01", settings=Settings(workers=1), stop=threading.Event().is_set)
        queries = Queries(case.folder)
        ids = {name: queries.named(f"/{name}")[0] for name in ("a.txt", "halaman.html", "anak.txt", "dinilai.txt")}
        (ids["exe"],) = queries.named(hashlib.sha256(FILES[EXECUTABLE]).hexdigest())
        queries.close()
        tag(case, list(ids.values()), "periksa")
        grade(case, [ids["dinilai.txt"]], scheme="vics-2.0-us", code="1", label="CAM")
        protect(case, [("file", str(ids["anak.txt"]))], role="child")
        yield case


def listed(folder):
    lines = (folder / "data" / "exported.csv").read_text(encoding="utf-8-sig").splitlines()
    return {row["sha256"]: row for row in csv.DictReader(lines)}


def exported(case, export="plain", **choices):
    wish = ReportWish(language="en", formats=("vics",), bundle=True, export=export)
    return write_report(case, wish, **choices)


def test_what_was_chosen_is_there_as_it_lies_in_the_evidence(case):
    result = exported(case)
    folder, rows = result.folder, listed(result.folder)
    assert len(rows) == 5
    for name in ("a.txt", "halaman.html", EXECUTABLE):
        row = rows[hashlib.sha256(FILES[name]).hexdigest()]
        assert row["outcome"] == "same"
        assert (folder / "data" / "exported" / row["file"]).read_bytes() == FILES[name]
    assert dict(result.exported) == {"same": 3, "differs": 0, "not_recorded": 0, "not_taken": 0, "withheld": 2}
    endings = {path.suffix for path in (folder / "data" / "exported").iterdir()}
    assert endings == {".txt", ".bin"}, "no page and no program opens by double click"
    assert not [each for row in rows.values() for each in row.values() if each.startswith("=")]
    Bag(str(folder)).validate()
    assert verify(folder).ok
    (folder / "data" / "exported" / rows[hashlib.sha256(FILES["a.txt"]).hexdigest()]["file"]).write_bytes(b"lain")
    assert not verify(folder).ok


def test_what_is_grave_stays_unless_confirmed(case):
    result = exported(case)
    rows = listed(result.folder)
    assert {rows[digest]["outcome"] for digest in HELD_BACK} == {"withheld"}
    assert {rows[digest]["file"] for digest in HELD_BACK} == {""}
    copies = [path.read_bytes() for path in (result.folder / "data" / "exported").iterdir()]
    assert not set(copies) & {FILES["anak.txt"], FILES["dinilai.txt"]}
    rows = listed(exported(case, "all", typed=case.folder.name).folder)
    assert {rows[digest]["outcome"] for digest in HELD_BACK} == {"same"}


@pytest.mark.parametrize("typed", [None, "yes"])
def test_without_the_confirmation_nothing_is_written(case, typed):
    before = list((case.folder / "reports").iterdir())
    with pytest.raises(UserError, match="--confirm"):
        exported(case, "all", typed=typed)
    assert list((case.folder / "reports").iterdir()) == before


def test_every_export_is_two_events_that_name_the_list(case):
    result = exported(case)
    told = [each for each in read_events(case.folder / "custody.jsonl") if each.action.startswith("export.")]
    events = told[-2:]
    assert [each.action for each in events] == ["export.start", "export.end"]
    assert events[0].data == {"export": "plain", "select": "all", "findings": 5}
    content = (result.folder / "data" / "exported.csv").read_bytes()
    assert events[1].data["list"] == hashlib.sha256(content).hexdigest()
    assert (events[1].data["same"], events[1].data["withheld"]) == (3, 2)


def test_evidence_that_is_not_there_is_said(case, source):
    source.rename(source.with_name("elsewhere"))
    try:
        rows = listed(exported(case).folder)
    finally:
        source.with_name("elsewhere").rename(source)
    assert {row["outcome"] for row in rows.values()} == {"not_taken", "withheld"}


def test_changed_evidence_is_said(case, source):
    (source / "a.txt").write_bytes(FILES["a.txt"].replace(b"c", b"k"))
    try:
        rows = listed(exported(case).folder)
    finally:
        (source / "a.txt").write_bytes(FILES["a.txt"])
    assert rows[hashlib.sha256(FILES["a.txt"]).hexdigest()]["outcome"] == "differs"


def test_a_report_alone_carries_them_beside_it(case):
    result = write_report(case, ReportWish(language="id", formats=("vics",), export="plain", select="tagged"))
    assert len(list((result.folder / "exported").iterdir())) == 3
    assert "sama dengan yang tercatat" in (result.folder / "exported.csv").read_text(encoding="utf-8-sig")
