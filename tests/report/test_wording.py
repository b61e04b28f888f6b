"""An agency's own wording: text by text in the place of ours, as data, and refused where it would break a report."""

import pytest
from report_case import make_case

from triage import settings, text
from triage.errors import UserError
from triage.report import ReportWish, write_report
from triage.text import Say


@pytest.fixture(autouse=True)
def _ours_again(tmp_path):
    yield
    text.use_own(tmp_path / "none")


def own(content, language="id"):
    folder = settings.home() / "reports" / "wording" / language
    folder.mkdir(parents=True)
    (folder / "instansi.toml").write_text(content, encoding="utf-8")


def test_a_text_of_the_agency_stands_in_the_place_of_ours(tmp_path):
    own('[report]\ntitle = "Laporan Triase Instansi Rekaan"\n')
    ours = Say("id")("report.h_summary")
    with make_case(tmp_path) as case:
        folder = write_report(case, ReportWish(language="id", formats=("html",))).folder
    page = (folder / "laporan.html").read_text(encoding="utf-8")
    assert "Laporan Triase Instansi Rekaan" in page
    assert ours in page
    assert Say("en")("report.title") == "Triage report"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('[report]\ntajuk = "x"\n', "no text 'report.tajuk'"),
        ('[report]\nfoot = "tanpa nilai"\n', "must name {digest}, {number}, {version}"),
        ('[report]\ntitle = "{case"\n', "must name no value"),
        ("[report\n", "cannot be read"),
        ('title = "x"\n', "cannot be read"),
        ("[report]\ntitle = 7\n", "no text 'report.title'"),
    ],
)
def test_what_would_break_a_report_is_refused_before_anything_is_written(tmp_path, content, why):
    own(content)
    with make_case(tmp_path) as case:
        with pytest.raises(UserError) as refused:
            write_report(case, ReportWish(language="id", formats=("html",)))
        assert why in str(refused.value)
        assert not list((case.folder / "reports").glob("*"))
