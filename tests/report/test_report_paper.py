"""The printed report: archival, readable in both languages, safe with names that mean harm, the same bytes for the same data."""

import re
import shutil
import subprocess

import pytest
from PIL import Image
from report_case import SECOND, START, make_case

from triage import settings
from triage.errors import UserError
from triage.model import Call, Stamp
from triage.report import ReportWish, write_report
from triage.report.paper.printable import printable, printable_text
from triage.report.paper.typesetting import templates, typeset
from triage.statements import Handover, add_photograph, hand_over, note, set_case, set_exhibit, tag
from triage.statements.protection import protect

MARKUP = '#panic("x") $a$ *b* _c_ @ref <label> \\u{41} = h // [z] ```raw``` `r`'
HOSTILE = [
    MARKUP,
    "foto\u202egpj.exe",
    "n" * 5_000 + ".jpg",
    "baris\nbaru\ttab\x00\x1b[31m.jpg",
    "احتيال عربي.jpg",
    "漢字 한국어 😀🏳️\u200d🌈 \udcff.jpg",
    "<script>alert(1)</script>.jpg",
    "zs\u0301\u0323\u0330" * 50,
    '"}, {"a": "b',
]


def run(*command):
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def pdf_of(case, **choices):
    (path,) = [
        each for each in write_report(case, ReportWish(formats=("pdf",), **choices)).files if each.suffix == ".pdf"
    ]
    return path


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paper")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAGE_HOME", str(folder / "home"))
        with make_case(folder) as case:
            yield {language: pdf_of(case, language=language) for language in ("id", "en")}


@pytest.mark.parametrize(
    ("language", "name", "title"), [("id", "laporan.pdf", "Laporan triase"), ("en", "report.pdf", "Triage report")]
)
def test_it_is_tagged_a4_in_its_language_and_whole(plain, language, name, title):
    assert plain[language].name == name
    facts = run("pdfinfo", plain[language])
    assert re.search(r"Tagged: +yes", facts)
    assert re.search(r"Page size: .*A4", facts)
    assert title in facts
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", plain[language])


def test_it_calls_itself_archival(plain):
    assert b"<pdfaid:part>2</pdfaid:part>" in plain["en"].read_bytes()
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in plain["en"].read_bytes()


def test_the_custody_head_and_the_number_of_pages_stand_on_every_page(plain):
    pages = run("pdftotext", "-layout", plain["en"], "-").rstrip("\f\n").split("\f")
    heads = [set(re.findall(r"[0-9a-f]{64}", page)) for page in pages]
    common = set.intersection(*heads)
    assert len(common) == 1
    assert [f"page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1)] == [True] * len(
        pages
    )


def test_a_finding_carries_its_recipe_and_its_words(plain):
    text = " ".join(run("pdftotext", "-raw", plain["en"], "-").split())
    for words in (
        "Finding 1",
        "Confirmed",
        "IMG_0001.jpg",
        "icat -o 2048",
        "Expected SHA-1",
        "Scale of certainty",
        "sqlite3 -line base.db",
    ):
        assert words in text
    assert "7 of" not in text.split("Summary")[0]


def test_local_time_and_utc_stand_side_by_side(plain):
    text = " ".join(run("pdftotext", "-raw", plain["id"], "-").split()).replace("\u00a0", " ")
    assert "1 Januari 2026, 07.00.00 WIB (00.00.00 UTC)" in text


def test_names_that_mean_harm_are_text_and_nothing_else(tmp_path):
    with make_case(tmp_path, names=[f"{number}{name}" for number, name in enumerate(HOSTILE)], texts=HOSTILE) as case:
        tag_all(case)
        path = pdf_of(case, language="en", images="full")
    text = "".join(run("pdftotext", "-raw", path, "-").split())
    assert '#panic("x")' in text
    assert "[U+1F600grinningface]" in text
    assert "\u202e" not in text
    assert "\\u202e" in text
    assert "[U+6F22]" in text
    run("qpdf", "--check", path)


def tag_all(case):
    from triage.queries import Queries

    queries = Queries(case.folder)
    ids = queries.rows(int, "SELECT id FROM entry WHERE kind = 'file'")
    queries.close()
    tag(case, ids, MARKUP)
    for number in ids:
        note(case, number, MARKUP)


def test_the_same_data_give_the_same_bytes():
    data = {"lines": ["satu", "دو"]}
    (settings.home() / "reports" / "paper").mkdir(parents=True)
    (settings.home() / "reports" / "paper" / "own.typ").write_text(
        '#let data = json("data.json")\n#set document(title: "x", date: datetime(year: 2026, month: 1, day: 1))\n#for line in data.lines [#line ]',
        encoding="utf-8",
    )
    assert typeset("own.typ", data, at=1_767_225_600) == typeset("own.typ", data, at=1_767_225_600)


@pytest.mark.parametrize("text", ['#import "@preview/cetz:0.3.0": *', "#import '@local/x:1.0.0'"])
def test_a_template_may_not_fetch_packages(text):
    own = settings.home() / "reports" / "paper"
    own.mkdir(parents=True)
    (own / "report.typ").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"report\.typ: a template may not use packages"):
        templates()


def test_a_template_sees_its_own_folder_alone(tmp_path):
    own = settings.home() / "reports" / "paper"
    own.mkdir(parents=True)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    (own / "own.typ").write_text(f'#read("{"../" * 20}{secret}")', encoding="utf-8")
    with pytest.raises(UserError, match=r"own\.typ cannot be set"):
        typeset("own.typ", {}, at=0)


def test_an_agency_puts_its_own_template_in_place_of_ours(tmp_path):
    own = settings.home() / "reports" / "paper"
    own.mkdir(parents=True)
    (own / "report.typ").write_text(
        '#let data = json("data.json")\n#set document(title: "x")\nKepolisian Rekaan #data.title.name', encoding="utf-8"
    )
    with make_case(tmp_path) as case:
        path = pdf_of(case)
    assert "Kepolisian Rekaan LP/000/2026/REKAAN" in run("pdftotext", path, "-")


def test_what_no_font_has_is_named():
    assert printable_text("halo") == "halo"
    assert printable_text("Ya 🙏") == "Ya [U+1F64F person with folded hands]"
    assert printable_text("漢") == "[U+6F22]"
    assert printable_text("😀\ufe0f\u200dc") == "[U+1F600 grinning face]c"
    assert printable_text("عر") == "\u2068عر\u2069"
    assert printable({"a": ["é", 1, None, True, ("漢",)]}) == {"a": ["é", 1, None, True, ["[U+6F22]"]]}


def test_long_tables_go_on_over_pages(tmp_path):

    calls = [
        Call(where=f"call.rowid={n}", app="App", party=f"+62 000 0000 {n:03}", started_at=Stamp(START + n * SECOND))
        for n in range(400)
    ]
    with make_case(tmp_path, extra=calls) as case:
        path = pdf_of(case, language="en")
    text = run("pdftotext", "-layout", path, "-")
    assert "300 of 401 are shown here, 101 are not." in " ".join(text.split())
    assert text.count("Other party") > 3


def stated(case, folder):
    """Facts, an exhibit with two photographs (one damaged) and a hand-over."""
    set_case(case, {"agency": ["Kepolisian Rekaan"], "warrant": ["SP.Sita/000/2026", "SP.Geledah/000/2026"]})
    set_exhibit(case, "BB-01", {"serial": ["SN-REKAAN-7"]})
    for colour, caption in (("navy", "tampak depan"), ("red", "tampak belakang")):
        Image.new("RGB", (300, 200), colour).save(folder / "foto.jpg")
        add_photograph(case, "BB-01", folder / "foto.jpg", caption=caption)
    (damaged,) = [
        path for path in case.folder.rglob("*.jpg") if path.read_bytes() == (folder / "foto.jpg").read_bytes()
    ]
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:200])
    hand_over(
        case,
        "BB-01",
        Handover("Ipda Rekaan", "Bripka Rekaan", "2026-01-02T10:00:00+07:00", "pemeriksaan", "intact", "SG-000"),
    )


def test_what_persons_stated_stands_on_it(tmp_path):
    with make_case(tmp_path) as case:
        stated(case, tmp_path)
        text = " ".join(run("pdftotext", "-raw", pdf_of(case, language="id"), "-").split()).replace("\u00a0", " ")
    for words in (
        "Instansi Kepolisian Rekaan",
        "Surat perintah SP.Sita/000/2026; SP.Geledah/000/2026",
        "Nomor seri SN-REKAAN-7",
        "Foto 1 tampak depan",
        "foto tidak dapat ditampilkan",
        "2 Januari 2026, 10.00.00 WIB (03.00.00 UTC)",
        "Ipda Rekaan Bripka Rekaan",
        "utuh (SG-000)",
    ):
        assert words in text, words


def test_who_is_protected_is_named_nowhere(tmp_path):
    with make_case(tmp_path) as case:
        protect(case, [("name", "Budi Rekaan"), ("number", "+62 000 0000 002")], role="child")
        text = " ".join(run("pdftotext", "-raw", pdf_of(case, language="en"), "-").split())
    assert "[Child 1]" in text
    assert "Budi" not in text
    assert "0000 002" not in text
