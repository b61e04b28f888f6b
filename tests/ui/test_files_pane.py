"""A million files: ids in memory, rows when they are looked at, sorting and filtering off the main thread."""

import threading
import time

import pytest
from desktop_fakes import Million
from PySide6.QtCore import Qt

from triage.queries import FileFilter
from triage.ui.files import FilesPane
from triage.ui.latest import FIRST
from triage.ui.pages import PAGE, PAGES

COUNT = 1_000_000


@pytest.fixture
def million():
    return Million()


@pytest.fixture
def pane(qtbot, opened, million):
    shown = FilesPane(opened(reader=million))
    qtbot.addWidget(shown)
    shown.resize(1000, 600)
    shown.show()
    shown.reload()
    qtbot.waitUntil(lambda: shown.model.rowCount() == COUNT)
    return shown


def cell(pane, row, column=0):
    return pane.model.index(row, column).data()


def test_only_what_is_seen_is_fetched(qtbot, pane, million):
    qtbot.waitUntil(lambda: cell(pane, 0) == "0.txt")
    assert million.fetched <= 2 * PAGE
    assert pane.count.text() == "1,000,000 entries"


def test_scrolling_to_the_end_and_about_keeps_few_pages(qtbot, pane, million):
    for row in range(0, COUNT, COUNT // 120):
        pane.table.scrollTo(pane.model.index(row, 0))
        qtbot.wait(1)
    pane.table.scrollToBottom()
    qtbot.waitUntil(lambda: cell(pane, COUNT - 1) == "999999.txt")
    assert len(pane.model._pages) <= PAGES
    assert million.fetched < 130 * 2 * PAGE


def test_the_main_thread_does_little_for_a_million_rows(qtbot, pane, million):
    longest = 0.0
    for act in (
        lambda: pane.model.show(million.ids),
        pane.table.scrollToBottom,
        pane.table.grab,
        pane.table.scrollToTop,
    ):
        begun = time.thread_time()
        act()
        longest = max(longest, time.thread_time() - begun)
    assert longest < 0.1


def test_a_header_sorts_in_the_database(qtbot, pane, million):
    pane.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: cell(pane, 0) == "999999.txt")
    assert million.asked[-1] == (FileFilter(), "size", True)


def test_typing_filters_after_a_pause_and_the_last_word_counts(qtbot, pane, million):
    qtbot.keyClicks(pane.filters.text, "250")
    qtbot.waitUntil(lambda: pane.model.rowCount() == 250)
    assert [chosen.text for chosen, _, _ in million.asked if chosen.text] == ["250"]


def test_an_overtaken_answer_is_dropped(qtbot, pane):
    pane.filters.text.setText("10")
    pane.reload()
    pane.filters.text.setText("20")
    pane.reload()
    qtbot.waitUntil(lambda: pane.model.rowCount() == 20)
    qtbot.wait(20)
    assert pane.model.rowCount() == 20


def test_the_first_rows_do_not_wait_for_all(qtbot, opened, million):
    counted = threading.Event()
    every = million.file_ids

    def slowly(chosen, *, limit=-1, **order):
        if limit < 0:
            counted.wait(10)
        return every(chosen, limit=limit, **order)

    million.file_ids = slowly
    shown = FilesPane(opened(reader=million))
    qtbot.addWidget(shown)
    shown.reload()
    qtbot.waitUntil(lambda: shown.model.rowCount() == FIRST and cell(shown, 7) == "7.txt")
    assert shown.count.text() == "more than 1,000 entries"
    shown.table.selectRow(7)
    counted.set()
    qtbot.waitUntil(lambda: shown.model.rowCount() == COUNT)
    assert shown.count.text() == "1,000,000 entries"
    assert shown.table.currentIndex().row() == 7
    assert cell(shown, 7) == "7.txt"


def test_a_counter_narrows_to_what_it_counts(qtbot, pane, million):
    pane.filters.text.setText("12")
    pane.narrow(FileFilter(deleted=True))
    qtbot.waitUntil(lambda: million.asked[-1][0] == FileFilter(deleted=True))
    assert pane.filters.text.text() == ""
    assert pane.filters.state.currentText() == "deleted"


def test_the_chosen_file_is_told_in_full(qtbot, pane):
    qtbot.waitUntil(lambda: cell(pane, 5) == "5.txt")
    pane.table.selectRow(5)
    qtbot.waitUntil(lambda: "/folder/5.txt" in pane.detail.toPlainText())
    assert "Locator: fs:/folder/5.txt" in pane.detail.toPlainText()
