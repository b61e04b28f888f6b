"""What other programs read: CASE/UCO held against the official shapes, VICS read back, and nothing that names a protected person."""

import base64
import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import uuid
import zipfile

import pytest
from report_case import CONTENTS, START, make_case

from triage.hashing.importer import recognise
from triage.model import Account, Contact, Place, Stamp, Visit
from triage.queries import Queries
from triage.report import FORMATS, ReportWish, write_report
from triage.report.ontology.node import Graph
from triage.statements import Handover, grade, hand_over, note, protect, set_case, set_exhibit, tag

NUMBER = "+62 000 0000 002"
EXTRA = (
    Contact(
        where="c=1", app="Kontak", name="Budi Rekaan", phone=f"{NUMBER}, +62 000 0000 003", identifier="7", note="x"
    ),
    Account(where="a=1", app="WhatsApp", identifier="+62 000 0000 001", name="Sari"),
    Visit(where="v=1", app="Peramban", url="https://contoh.example/a b", title="Judul", visited_at=Stamp(START)),
    Place(where="p=1", app="Peta", latitude=-6.2, longitude=106.8, at=Stamp(START), kind="device"),
)


def first_picture(case):
    queries = Queries(case.folder)
    (entry,) = queries.named("/DCIM/IMG_0001.jpg")
    queries.close()
    return entry


def second_picture(case):
    queries = Queries(case.folder)
    (entry,) = queries.named("/DCIM/IMG_0002.jpg")
    queries.close()
    return entry


def unzipped(path):
    with zipfile.ZipFile(path) as book:
        return b"".join(book.read(each) for each in book.namelist())


@pytest.fixture
def document(tmp_path):
    with make_case(tmp_path, extra=EXTRA) as case:
        return write_report(case, ReportWish(language="en", formats=("case",))).folder / "case.jsonld"


def test_a_graph_of_every_kind_conforms_to_the_official_shapes(document):
    pytest.importorskip("case_utils")
    validator = "import sys; from case_utils.case_validate import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", validator, str(document)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Conforms: True" in done.stdout
    kinds = set(re.findall(r'"@type":"([a-z]+:[A-Za-z]+)"', document.read_text()))
    assert {
        "investigation:Investigation", "investigation:ProvenanceRecord", "investigation:InvestigativeAction", "tool:Tool", "identity:Person",
        "observable:Image", "observable:File", "observable:Device", "observable:Message", "observable:MessageThread", "observable:Call",
        "observable:Contact", "observable:URLVisit", "observable:ApplicationAccount", "observable:Application", "location:Location",
        "analysis:AnalyticResult", "types:Hash", "observable:RasterPictureFacet", "observable:EXIFFacet",
    } <= kinds  # fmt: skip


def test_the_graph_says_what_the_case_says(document):
    nodes = {node["@id"]: node for node in json.loads(document.read_text())["@graph"]}
    assert all(uuid.UUID(name[-36:]) for name in nodes)
    of_kind = {}
    for node in nodes.values():
        for kind in [node["@type"]] if isinstance(node["@type"], str) else node["@type"]:
            of_kind.setdefault(kind, []).append(node)
    assert (
        len(of_kind["observable:Message"]),
        len(of_kind["observable:MessageThread"]),
        len(of_kind["observable:Call"]),
    ) == (2, 1, 1)
    digests = {
        each["types:hashValue"]["@value"]
        for file in of_kind["observable:File"]
        for facet in file["core:hasFacet"]
        for each in facet.get("observable:hash", [])
    }
    expected = {
        hashlib.new(name, content).hexdigest() for content in CONTENTS.values() for name in ("md5", "sha1", "sha256")
    }
    assert digests == expected
    references = set(re.findall(r'\{"@id":"(urn:uuid:[0-9a-f-]{36})"\}', document.read_text()))
    assert references <= set(nodes), "every reference leads to a node"


def test_identifiers_are_what_the_standard_library_makes():
    stream = io.StringIO()
    graph = Graph(stream, "kunci", str)
    space = uuid.uuid5(uuid.NAMESPACE_URL, "sigap:kunci")
    for parts in (("file", 7), ("account", "WhatsApp", "+62 000 0000 002"), ("ü", None)):
        assert graph.name(*parts) == f"urn:uuid:{uuid.uuid5(space, json.dumps(parts))}"


def test_two_exports_name_the_same_things_alike(tmp_path):
    with make_case(tmp_path) as case:
        made = [write_report(case, ReportWish(formats=("case",))).folder / "case.jsonld" for _ in range(2)]
    first, second = ({node["@id"] for node in json.loads(each.read_text())["@graph"]} for each in made)
    assert first < second, "the second has two more custody events"


def test_graded_media_as_vics(tmp_path):
    with make_case(tmp_path) as case:
        entry = first_picture(case)
        grade(case, [entry], scheme="vics-2.0-us", code="1", label="CAM")
        tag(case, [entry], "periksa")
        folder = write_report(case, ReportWish(formats=("vics",))).folder
    (path,) = (folder / "vics").iterdir()
    assert path.name == "vics-2.0-us.json"
    (medium,) = json.loads(path.read_text())["value"]
    assert (medium["Category"], medium["MD5"]) == (1, hashlib.md5(CONTENTS["IMG_0001.jpg"]).hexdigest().upper())
    assert recognise(path).format == "VICS 2.0, media"


def test_without_grades_vics_holds_what_was_tagged(tmp_path):
    with make_case(tmp_path) as case:
        tag(case, [first_picture(case)], "periksa")
        folder = write_report(case, ReportWish(formats=("vics",))).folder
    (medium,) = json.loads((folder / "vics" / "tagged.json").read_text())["value"]
    assert medium["Category"] is None
    assert medium["Tags"] == "periksa"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A bundle in all forms of a case in which a person is protected and shown; what the previews of the file look like."""
    folder = tmp_path_factory.mktemp("dilindungi")
    with make_case(folder, extra=EXTRA, texts=("Halo Budi Rekaan", "Hubungi 0000 0000 002")) as case:
        set_case(case, {"number": ["LP/000/2026/REKAAN"], "remark": ["Korban: Budi Rekaan"]})
        set_exhibit(
            case, "BB-01", {"description": ["Telepon milik Budi Rekaan, 0000-0000-002"], "owner": ["Budi Rekaan"]}
        )
        hand_over(case, "BB-01", Handover("Budi Rekaan", "Penyidik Rekaan", "2026-03-02 08:00 WIB", "titip", "intact"))
        matched, shown = (first_picture(case), second_picture(case))
        tag(case, [matched], "foto Budi Rekaan")
        note(case, matched, "memperlihatkan Budi Rekaan")
        protect(case, [("name", "Budi Rekaan"), ("number", NUMBER), ("file", str(shown))], role="child")
        wish = ReportWish(language="en", formats=FORMATS, images="full", bundle=True)
        queries = Queries(case.folder)
        pictures = [queries.preview(shown)]
        queries.close()
        yield write_report(case, wish).folder, pictures


def words_of(path):
    """Everything that a file says, as a person or a program would read it."""
    if path.suffix in {".xlsx", ".docx"}:
        return unzipped(path).decode("utf-8", "replace")
    if path.suffix == ".pdf":
        read = [(("pdftotext", "-raw"), ("-",)), (("pdfinfo",), ())]
        return "\n".join(
            subprocess.run([*before, str(path), *after], check=True, capture_output=True, text=True).stdout
            for before, after in read
        )
    return path.read_text(encoding="utf-8", errors="replace")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext on this computer: the PDF was not read")
def test_no_form_names_a_protected_person(told):
    folder, _ = told
    files = [path for path in (folder / "data" / "report").rglob("*") if path.is_file()]
    assert {".pdf", ".html", ".js", ".jsonld", ".json", ".csv", ".xlsx", ".docx"} <= {path.suffix for path in files}
    for path in files:
        words = " ".join(words_of(path).split())
        assert "Budi" not in words, path
        assert not re.search(r"0[ -]?000[ -]?0000[ -]?002|62 000 0000 002|0000[ -]0000[ -]002", words), path
    for name in ("report.pdf", "tables.xlsx", "case.jsonld", "report.html", "tables/v_messages.csv"):
        assert "[Child 1]" in words_of(folder / "data" / "report" / name), name
    assert any("[Anak 1]" in words_of(path) for path in (folder / "data" / "report" / "forms").iterdir())
    rows = list(
        csv.DictReader((folder / "data/report/tables/v_messages.csv").read_text(encoding="utf-8-sig").splitlines())
    )
    assert rows[0]["thread_name"] == "[Child 1]"


def test_a_file_that_shows_a_protected_person_is_not_pictured(told):
    folder, pictures = told
    encoded = [base64.b64encode(each) for each in pictures]
    for path in (folder / "data").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(each in content for each in (*pictures, *encoded)), path


def test_the_key_to_the_pseudonyms_stays_behind(told):
    folder, _ = told
    assert not [path for path in folder.rglob("*") if "pseudonym" in path.name]
    assert "Budi" not in "".join(path.name for path in folder.rglob("*"))


def test_cells_start_no_formula(tmp_path):
    names = ["=1+1.jpg", "+1.jpg", "-1.jpg", "@a.jpg", "\t=1.jpg", "\uff1d1.jpg"]
    with make_case(tmp_path, names=names) as case:
        folder = write_report(case, ReportWish(language="en", formats=("csv",))).folder
    for path in (folder / "tables").glob("*.csv"):
        for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines()):
            for cell in row:
                number = re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell)
                assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\uff1d")), cell
