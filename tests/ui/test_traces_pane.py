"""Traces in the desktop: kinds with their number, a filter, pages, the chosen one in full."""

import pytest
from PySide6.QtWidgets import QApplication

from triage.model import Entry, Examined, Kind, Locator, Network, Status, Visit
from triage.ui import traces
from triage.ui.page import CasePage


def fill(case):
    root = Entry(locator=Locator(), name="x", kind=Kind.FOLDER)
    evidence = case.add_evidence(case.folder / "x", exhibit="A", format_name="folder", size=None, root=root)
    (top,) = case.take(evidence, entries=1, size=1)
    visits = tuple(
        Visit(where=f"v={number}", app="Chrome", title=f"<b>{number}</b>\u202e", url="u") for number in range(25)
    )
    network = Network(where="n", app="Android", name="Kantor")
    case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, records=(*visits, network))])


@pytest.fixture
def pane(qtbot, opened, monkeypatch):
    monkeypatch.setattr(traces, "PAGE", 10)
    page = CasePage(opened(fill=fill))
    qtbot.addWidget(page)
    page.show()
    page.open("traces")
    shown = page.panes["traces"]
    qtbot.waitUntil(lambda: shown.model.rowCount() >= 10)
    yield shown
    page.hide()


def test_kinds_bear_their_number_and_pages_follow(qtbot, pane):
    assert pane.kind.itemText(0) == "pages visited (25)"
    assert pane.words.text() == "25 records"
    for count in (20, 25):
        pane.model.fetchMore()
        qtbot.waitUntil(lambda count=count: pane.model.rowCount() >= count)
    assert not pane.model.canFetchMore()
    assert "[U+202E]" in pane.detail.toPlainText()


def test_filter_and_kind(qtbot, pane):
    pane.filter.setText("<b>7")
    pane.reload()
    qtbot.waitUntil(lambda: pane.words.text() == "1 records")
    pane.filter.clear()
    pane.kind.setCurrentIndex(5)
    pane.kind.activated.emit(5)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 1 and pane.model.index(0, 0).data() == "Kantor")
    QApplication.processEvents()
