"""Forms in Bahasa Indonesia: filled in as far as the case knows, well-formed, marked as templates, changed without code."""

import re
import zipfile
from xml.etree import ElementTree as ET

import pytest
from report_case import make_case

from triage import settings
from triage.errors import UserError
from triage.report import ReportWish, write_report
from triage.report.forms import DOTS, forms
from triage.statements import Handover, hand_over, set_case, set_exhibit
from triage.statements.protection import protect

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = {f"berita-acara-{each}" for each in ("penyitaan", "akuisisi", "pemeriksaan", "serah-terima")}


def forms_of(case, language="id"):
    files = write_report(case, ReportWish(formats=("forms",), language=language)).files
    return {path.stem: path for path in files if path.suffix == ".docx"}


def text_of(path, part="word/document.xml"):
    """The text of a part, a line for each paragraph; every part is well-formed."""
    with zipfile.ZipFile(path) as archive:
        trees = {name: ET.fromstring(archive.read(name)) for name in archive.namelist()}
    return "\n".join("".join(run.text or "" for run in each.iter(f"{WORD}t")) for each in trees[part].iter(f"{WORD}p"))


@pytest.fixture
def case(tmp_path):
    with make_case(tmp_path) as made:
        set_case(made, {"agency": ["Kepolisian Rekaan"], "warrant": ["SP.Sita/000/2026"], "examiner": ["Ipda Rekaan"]})
        set_exhibit(
            made, "BB-01", {"serial": ["SN-REKAAN-7"], "description": ["telepon <hitam> & kotor"], "seal": ["SG-1"]}
        )
        hand_over(
            made, "BB-01", Handover("Dewi", "Budi Rekaan", "2026-01-02T10:00:00+07:00", "uji", "intact", "SG-000")
        )
        yield made


def test_all_four_are_there_and_say_that_they_are_templates(case):
    found = forms_of(case)
    assert set(found) == NAMES == set(forms())
    for path in found.values():
        assert "TEMPLAT — bukan formulir resmi" in text_of(path, "word/header1.xml")
        assert re.search(r"peristiwa \d+: [0-9a-f]{64}", text_of(path, "word/footer1.xml"))
        assert DOTS in text_of(path), "what is not known is left to be written"
        assert "{" not in text_of(path)


def test_what_the_case_knows_is_filled_in(case):
    texts = {name: text_of(path) for name, path in forms_of(case, "en").items()}
    assert "telepon <hitam> & kotor" in texts["berita-acara-penyitaan"]
    assert "SP.Sita/000/2026" in texts["berita-acara-penyitaan"]
    assert "SN-REKAAN-7" in texts["berita-acara-serah-terima"]
    assert "Budi Rekaan" in texts["berita-acara-serah-terima"]
    assert "2 Januari 2026, 10.00.00" in texts["berita-acara-serah-terima"]
    assert re.search(r"SHA-256 [0-9a-f]{64}", texts["berita-acara-akuisisi"])
    assert "Terkonfirmasi" in texts["berita-acara-pemeriksaan"]
    assert "/DCIM/IMG_0001.jpg" in texts["berita-acara-pemeriksaan"]


def test_who_is_protected_is_named_in_none(case):
    protect(case, [("name", "Budi Rekaan")], role="child")
    for path in forms_of(case).values():
        assert "Budi" not in text_of(path)


def test_hostile_facts_are_text(case):
    set_case(case, {"agency": ["</w:t></w:r><w:r>{case.number}"], "unit": ["x" * 3_000]})
    assert "</w:t></w:r><w:r>{case.number}" in text_of(forms_of(case)["berita-acara-penyitaan"])


def test_an_agency_changes_the_words_and_adds_its_own(case):
    own = settings.home() / "reports" / "forms"
    own.mkdir(parents=True)
    (own / "surat-tanda-terima.toml").write_text(
        'title = "SURAT TANDA TERIMA {case.agency}"\n[[block]]\ntext = "Diterima: {made.day}"\n', encoding="utf-8"
    )
    text = text_of(forms_of(case)["surat-tanda-terima"])
    assert text.startswith("SURAT TANDA TERIMA Kepolisian Rekaan")
    for content, words in (
        ("title = 3", "a form needs a title and blocks"),
        ("title = [", "cannot be read as a form"),
        ('title = "a"\n[[block]]\nrows = "nothing"\ncolumns = []', "a block cannot be read"),
    ):
        (own / "surat-tanda-terima.toml").write_text(content, encoding="utf-8")
        with pytest.raises(UserError, match=words):
            forms_of(case)


def test_equal_cases_give_equal_documents(case):
    first, second = (forms_of(case)["berita-acara-penyitaan"] for _ in range(2))
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as other:
        assert one.read("word/document.xml") == other.read("word/document.xml")
