"""The panes over a real case with hostile names: plain, in words, and nothing revealed unasked."""

import pytest
from desktop_fakes import HOSTILE
from hostile_case import fill
from pictures_seen import grey
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QWidget

from triage.ui.page import PANES, CasePage, key_of
from triage.ui.words import shown

SEEN = "<b>foto</b>[U+202E]gpj.exe"


@pytest.fixture
def page(qtbot, opened):
    made = CasePage(opened(fill=fill))
    qtbot.addWidget(made)
    made.resize(1366, 700)
    made.show()
    return made


def open_pane(qtbot, page, name, *, until):
    page.open(name)
    qtbot.waitUntil(until)
    return page.panes[name]


def test_the_board_says_what_was_found_and_within_which_limits(qtbot, page):
    board = page.panes["board"]
    qtbot.waitUntil(lambda: bool(board.cards))
    (card,) = board.cards.values()
    assert card.verdict.text().startswith("Files that match a notable list: 1 (compared with: contoh).")
    assert card.limits.text() == "6 found = 4 examined + 0 skipped by rule + 1 failed + 1 pending · problems: 1"
    assert "not finished" in card.exhibit.text()
    assert card.start.text() == "Go on"


def test_a_counter_opens_what_it_counts(qtbot, page):
    board = page.panes["board"]
    qtbot.waitUntil(lambda: board.counters.buttons["failed"].number.text() == "1")
    board.counters.buttons["failed"].click()
    files = page.panes["files"]
    assert page.stack.currentWidget() is files
    qtbot.waitUntil(lambda: files.model.rowCount() == 1)
    qtbot.waitUntil(lambda: files.model.index(0, 0).data() == "rusak.bin")


def test_a_hit_shows_its_file_its_list_and_the_messages_that_name_it(qtbot, page):
    hits = page.panes["hits"]
    open_pane(qtbot, page, "hits", until=lambda: SEEN in hits.card.detail.toPlainText())
    text = hits.card.detail.toPlainText()
    assert "SHA-256: " + "01" * 32 in text
    assert "<i>contoh</i>" in text
    assert [hits.card.mentions.index(0, column).data() for column in (1, 4)] == ["WhatsApp", "sent"]
    assert hits.words.text() == "1 files match a notable list (1 matches)."
    qtbot.waitUntil(lambda: not hits.picture.pixmap().isNull())
    assert grey(hits.picture)


def test_a_conversation_is_plain_text(qtbot, page):
    pane = page.panes["conversations"]
    open_pane(qtbot, page, "conversations", until=lambda: len(pane.model.rows) == 5)
    assert pane.threads.index(0, 0).data() == "<u>Grup</u>[U+202E]"
    first = pane.model.index(0).data()
    assert "<img src=x onerror=1> & <b>tebal</b>" in first
    assert "\u202e" not in first
    assert "● match" in pane.model.index(1).data()
    pane.messages.setCurrentIndex(pane.model.index(1))
    assert "Tied to the file by: its digest" in pane.detail.toPlainText()
    pane.messages.grab()
    qtbot.waitUntil(lambda: any(pane.thumbnails._kept.values()))


def test_problems_are_told_in_words(qtbot, page, language):
    pane = page.panes["problems"]
    open_pane(qtbot, page, "problems", until=lambda: pane.model.rowCount() == 1)
    assert pane.model.index(0, 0).data() == "malformed"
    assert pane.model.index(0, 2).data() == "<b>bad</b>[U+202E] sector"
    language.use("id")
    assert pane.model.index(0, 0).data() == "cacat format"
    pane.table.selectRow(0)
    assert "melanggar aturan formatnya" in pane.detail.toPlainText()
    assert "line 1\nline 2" in pane.detail.toPlainText()


def test_the_custody_log_is_shown_with_its_last_digest(qtbot, page):
    pane = page.panes["custody"]
    open_pane(qtbot, page, "custody", until=lambda: pane.model.rowCount() > 0)
    last = pane.model.rows[-1]
    assert pane.words.text().endswith(last.digest)
    assert pane.model.index(0, 3).data() == "case made"


@pytest.mark.parametrize("name", [name for name, _ in PANES])
def test_every_label_is_plain_and_every_control_has_a_name(qtbot, page, name):
    page.open(name)
    qtbot.wait(50)
    pane = page.panes[name]
    evidence = [label for label in pane.findChildren(QLabel) if label.textFormat() == Qt.TextFormat.AutoText]
    assert [label.text() for label in evidence if "<" in label.text()] == []
    silent = [
        widget
        for widget in pane.findChildren(QWidget)
        if widget.isVisibleTo(pane)
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and type(widget).__name__ not in {"QScrollArea", "QHeaderView", "QComboBoxListView"}
        and not widget.accessibleName()
        and not getattr(widget, "text", lambda: "")()
        and not named_by_label(pane, widget)
    ]
    assert [(type(widget).__name__, widget.objectName()) for widget in silent] == []


def named_by_label(pane, widget):
    return any(label.buddy() is widget and label.text() for label in pane.findChildren(QLabel))


def test_the_evil_name_is_never_shown_as_it_is(qtbot, page):
    for name, pane in page.panes.items():
        page.open(name)
        qtbot.wait(80)
        for label in pane.findChildren(QLabel):
            assert HOSTILE not in label.text()
    assert shown(HOSTILE) == SEEN


def test_panes_open_by_key(qtbot, page):
    qtbot.waitUntil(page.isVisible)
    page.activateWindow()
    for place, (name, _) in enumerate(PANES):
        keys = QKeySequence(key_of(place))[0]
        qtbot.keyClick(page, keys.key(), keys.keyboardModifiers())
        assert page.stack.currentWidget() is page.panes[name]


def test_it_fits_a_small_screen(qtbot, page):
    assert page.minimumSizeHint().width() <= 1366
    assert page.minimumSizeHint().height() <= 700
