"""The search box: what is found is plain text, pages follow when scrolled to, a message opens its conversation."""

import pytest
from hostile_case import fill
from PySide6.QtCore import Qt

from triage.model import Entry, Examined, Kind, Locator, Message, Status
from triage.ui import search
from triage.ui.page import CasePage


def filled(case):
    fill(case)
    case.index_text()


@pytest.fixture
def page(qtbot, opened):
    made = CasePage(opened(fill=filled))
    qtbot.addWidget(made)
    made.resize(1366, 700)
    made.show()
    made.open("search")
    return made


def typed(qtbot, page, text):
    pane = page.panes["search"]
    pane.box.clear()
    qtbot.keyClicks(pane.box, text)
    qtbot.keyClick(pane.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not pane._soon.isActive())
    return pane


def test_nothing_typed_says_how_to_ask(page):
    pane = page.panes["search"]
    assert pane.words.text().startswith("Type what is to be found.")
    assert pane.model.rowCount() == 0


def test_hostile_names_are_found_and_written_out(qtbot, page):
    pane = typed(qtbot, page, "foto")
    qtbot.waitUntil(lambda: pane.model.rowCount() > 0)
    texts = [pane.model.index(row, 1).data() for row in range(pane.model.rowCount())]
    assert "<b>foto</b>[U+202E]gpj.exe" in texts
    assert "[U+202E]" in pane.detail.toPlainText()


def test_a_question_that_finds_nothing_says_so_and_breaks_nothing(qtbot, page):
    for text in ('"', "NEAR(", "a* OR *", "xyzzy"):
        pane = typed(qtbot, page, text)
    qtbot.waitUntil(lambda: pane.words.text() == "Nothing was found in what is indexed.")


def test_pages_follow(qtbot, opened, monkeypatch):
    monkeypatch.setattr(search, "PAGE", 10)

    def many(case):
        root = Entry(locator=Locator(), name="x", kind=Kind.FOLDER)
        evidence = case.add_evidence(case.folder / "x", exhibit="A", format_name="folder", size=None, root=root)
        (top,) = case.take(evidence, entries=1, size=1)
        told = tuple(Message(where=f"m={number}", app="A", thread="t", body=f"halo {number}") for number in range(25))
        case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, records=told)])
        case.index_text()

    page = CasePage(opened(fill=many))
    qtbot.addWidget(page)
    page.show()
    page.open("search")
    pane = typed(qtbot, page, "halo")
    qtbot.waitUntil(lambda: pane.model.rowCount() >= 10)

    def scrolled():
        """A view asks again as often as it is scrolled: a request while one is under way is not kept."""
        pane.model.fetchMore()
        return pane.model.rowCount() == 25

    qtbot.waitUntil(scrolled, timeout=20_000)
    assert pane.model.rowCount() == 25
    assert not pane.model.canFetchMore()
    assert len({row.where for row in pane.model.rows}) == 25
    pane.table.selectRow(3)
    pane.table.doubleClicked.emit(pane.model.index(3, 1))
    conversations = page.panes["conversations"]
    assert page.stack.currentWidget() is conversations
    qtbot.waitUntil(lambda: len(conversations.model.rows) == 25)
