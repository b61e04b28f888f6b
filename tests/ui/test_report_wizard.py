"""The pages of a report are seen before it is written, follow each choice, and leave the case as it is."""

import pytest
from PySide6.QtCore import Qt
from report_case import make_case

from triage.casefolder import LOG
from triage.queries import Queries
from triage.report import ReportWish, preview


@pytest.fixture
def folder(tmp_path):
    case = make_case(tmp_path)
    case.close()
    return case.folder


def test_a_preview_is_the_first_pages_and_leaves_no_trace(folder):
    before = (folder / LOG).read_bytes()
    made = preview(folder, ReportWish(language="en"), actor="tester")
    assert made.total >= len(made.pages) >= 2
    assert all(page.startswith(b"\x89PNG") for page in made.pages)
    queries = Queries(folder)
    assert made.findings == len(queries.chosen_ids("all"))
    queries.close()
    assert (folder / LOG).read_bytes() == before
    assert list((folder / "reports").iterdir()) == []


@pytest.fixture
def pane(qtbot, folder, language, alerts):
    from desktop_fakes import Steered

    from triage.case import Case
    from triage.ui.opened import OpenCase
    from triage.ui.page import CasePage

    case = OpenCase(Case.open(folder, actor="tester"), Steered(), language, alert=alerts.append)
    page = CasePage(case)
    qtbot.addWidget(page)
    page.resize(1280, 680)
    page.show()
    page.open("report")
    pane = page.panes["report"]
    qtbot.waitUntil(lambda: pane.preview.words.text().startswith("Page 1 of"), timeout=30_000)
    yield pane
    case.close()


def test_pages_are_turned_and_follow_each_choice(qtbot, pane):
    box = pane.preview
    assert not box.sheet.pixmap().isNull()
    assert not box.back.isEnabled()
    qtbot.mouseClick(box.next, Qt.MouseButton.LeftButton)
    assert box.words.text().startswith("Page 2 of")
    pane.chosen.setCurrentIndex(3)  # graded: none is
    pane.chosen.activated.emit(3)
    qtbot.waitUntil(lambda: box.words.text().endswith("findings: 0"), timeout=30_000)
    assert box.words.text().startswith("Page 2 of")  # where the reader was
    pane.exhibit.setCurrentIndex(1)
    assert pane._wish().exhibit == pane.exhibit.currentText()


def test_what_is_ticked_is_what_is_asked_for(pane):
    for name in ("case", "vics"):
        pane.formats[name].setChecked(True)
    pane.bundle.setChecked(True)
    pane.zone.setCurrentIndex(pane.zone.findData("WIT"))
    wish = pane._wish()
    wish.check()
    assert wish.formats == ("html", "pdf", "csv", "xlsx", "case", "vics")
    assert (wish.bundle, wish.zone, wish.identities) == (True, "WIT", False)


def test_why_there_is_no_preview_is_said_above_the_page(qtbot, pane, alerts, monkeypatch):
    from triage.errors import UserError

    def refuse(*_, **__):
        raise UserError("the template report.typ cannot be set: line 3")

    pane.case.actions.preview = refuse
    pane._look()
    qtbot.waitUntil(lambda: "line 3" in pane.preview.words.text())
    assert alerts == []
