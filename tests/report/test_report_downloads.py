"""Downloads in the report: records of browsers and marks of systems, in both languages, bounded, hostile addresses shown as text."""

import pytest
from report_case import START, make_case

from triage.model import Download, Stamp
from triage.report import ReportWish, sections, write_report
from triage.report.page import PAGES

MARK = Download(
    where="com.apple.quarantine",
    app="Safari",
    url="https://example.org/<b>foto</b>.jpg",
    referrer="https://example.org/album",
    path="/DCIM/IMG_0001.jpg",
    started_at=Stamp(START),
    zone="internet",
    note="dari Dewi",
)


def page(case, language):
    result = write_report(case, ReportWish(language=language))
    return next(path for path in result.files if path.name == PAGES[language]).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "title", "zone"), [("en", "Downloads", "Zone of Windows"), ("id", "Unduhan", "Zona Windows")]
)
def test_a_download_is_told(tmp_path, language, title, zone):
    with make_case(tmp_path, extra=(MARK,)) as case:
        text = page(case, language)
    section = text[text.index('<section id="downloads">') :]
    section = section[: section.index("</section>")]
    for word in (
        title,
        zone,
        "Safari",
        "/DCIM/IMG_0001.jpg",
        "https://example.org/album",
        "dari Dewi",
        "&lt;b&gt;foto",
    ):
        assert word in section


def test_none_is_no_statement_about_the_device(tmp_path):
    with make_case(tmp_path) as case:
        assert "does not show that there were none" in page(case, "en").partition('<section id="downloads">')[2]


def test_a_long_list_is_cut_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sections, "DOWNLOADS", 3)
    many = tuple(
        Download(where=f"row {number}", app="Peramban", url=f"https://example.org/{number}") for number in range(9)
    )
    with make_case(tmp_path, extra=many) as case:
        text = page(case, "en")
    assert text.count("https://example.org/") == 3
    assert "v_downloads" in text
