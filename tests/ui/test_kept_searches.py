"""Keyword lists and kept searches beside the search box: dropped, counted, chosen, taken back; results open their place."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from searched_case import at, fill

from triage.model import Message, Visit
from triage.ui.page import CasePage

BODIES = ("besok dikirim", "makan di rumah", "faktur 0042")


def filled(case):
    records = [
        Message(where=f"m{n}", app="App", direction="in", sent_at=at(n), body=body) for n, body in enumerate(BODIES)
    ]
    records.append(Visit(where="v1", app="Browser", url="https://contoh.example/rumah", title="Rumah"))
    fill(case, records, names=("rumah.txt",))
    case.index_text()


@pytest.fixture
def page(qtbot, opened):
    made = CasePage(opened(fill=filled))
    qtbot.addWidget(made)
    made.resize(1280, 680)
    made.show()
    made.open("search")
    return made


@pytest.fixture
def pane(page):
    return page.panes["search"]


def drop(widget, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    widget.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )


def rows(pane):
    lines = pane.kept.lines
    return [(lines.topLevelItem(n).text(0), lines.topLevelItem(n).text(1)) for n in range(lines.topLevelItemCount())]


def test_a_dropped_list_is_kept_with_a_receipt_and_counted(qtbot, pane, alerts, tmp_path):
    file = tmp_path / "kata.txt"
    file.write_text("kirim\nrumah\nxyzzy\n/[0-9]{4}/\n/(a+)+/\n", encoding="utf-8")
    drop(pane.kept, file)
    qtbot.waitUntil(lambda: pane.kept.words.text() == "3 of 4 words stand in the case.")
    assert rows(pane) == [("kirim", "1"), ("rumah", "3"), ("xyzzy", "0"), ("/[0-9]{4}/", "1")]
    ((_, text),) = alerts
    assert "4 words kept, 1 lines refused" in text
    assert "line 5 (/(a+)+/)" in text


def test_a_word_that_is_chosen_is_searched_for(qtbot, pane, tmp_path):
    file = tmp_path / "kata.txt"
    file.write_text("/[0-9]{4}/\n", encoding="utf-8")
    pane.kept.take_list(file)
    qtbot.waitUntil(lambda: rows(pane) == [("/[0-9]{4}/", "1")])
    pane.kept.lines.itemActivated.emit(pane.kept.lines.topLevelItem(0), 0)
    assert pane.box.text() == "/[0-9]{4}/"
    qtbot.waitUntil(lambda: pane.model.rowCount() == 1)
    assert pane.detail.toPlainText().startswith("faktur 0042")


def test_a_list_of_the_same_name_takes_the_place_and_is_taken_back(qtbot, pane, tmp_path):
    file = tmp_path / "kata.txt"
    for words in ("kirim\n", "makan\n"):
        file.write_text(words, encoding="utf-8")
        pane.kept.take_list(file)
        qtbot.waitUntil(lambda words=words: rows(pane) == [(words.strip(), "1")])
    assert pane.kept.which.count() == 2
    qtbot.mouseClick(pane.kept.take_back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: pane.kept.which.count() == 1)
    assert "Nothing is kept yet" in pane.kept.words.text()


def test_a_question_is_kept_and_asked_again(qtbot, pane):
    assert not pane.keep.isEnabled()
    qtbot.keyClicks(pane.box, "makan")
    qtbot.mouseClick(pane.keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rows(pane) == [("makan", "")])
    pane.box.clear()
    pane.kept.lines.setCurrentItem(pane.kept.lines.topLevelItem(0))
    pane.kept.lines.itemActivated.emit(pane.kept.lines.topLevelItem(0), 0)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 1)
    qtbot.mouseClick(pane.kept.take_back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rows(pane) == [])


def test_a_file_that_is_no_list_says_why_once(qtbot, pane, alerts, tmp_path):
    drop(pane.kept, tmp_path / "nothing.txt")
    qtbot.waitUntil(lambda: len(alerts) == 1)
    assert "cannot be read" in str(alerts[0])


def test_what_was_found_opens_the_file_that_says_so(qtbot, page, pane):
    qtbot.keyClicks(pane.box, "rumah")
    qtbot.keyClick(pane.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 3)
    place = next(n for n, row in enumerate(pane.model.rows) if row.kind == "file")
    pane.table.selectRow(place)
    pane.table.doubleClicked.emit(pane.model.index(place, 0))
    files = page.panes["files"]
    assert page.stack.currentWidget() is files
    qtbot.waitUntil(lambda: files.model.rowCount() == 1)
