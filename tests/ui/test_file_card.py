"""The card of a file, and the ways between pictures, messages and the report."""

import pytest
from gallery_case import THREAD, fill
from PySide6.QtCore import Qt

from triage.queries import Queries
from triage.ui.file_card import CardDialog
from triage.ui.page import CasePage


@pytest.fixture
def case(opened):
    return opened(fill=fill)


@pytest.fixture
def page(qtbot, case):
    made = CasePage(case)
    qtbot.addWidget(made)
    made.resize(1366, 700)
    made.show()
    return made


def entry(case, path):
    reader = Queries(case.folder)
    try:
        return reader.named(path)[0]
    finally:
        reader.close()


def card_of(qtbot, page, path):
    """The card that Enter opens in the gallery."""
    media = page.panes["media"]
    number = entry(page.case, path)
    page.open("media", number)
    qtbot.waitUntil(lambda: media.model.rowCount() > 0 and media._entry() == number)
    qtbot.keyClick(media.gallery, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(media.findChildren(CardDialog)))
    card = media.findChildren(CardDialog)[-1].card
    qtbot.waitUntil(lambda: card.facts is not None)
    return card


def test_the_card_says_what_where_and_how(qtbot, page):
    card = card_of(qtbot, page, "/DCIM/a.jpg")
    text = card.detail.toPlainText()
    assert "Path: /DCIM/a.jpg" in text
    assert "Found by: contoh (1) · 1 Contoh · same digest" in text
    assert "SHA-256: " + "01" * 32 in text
    assert card.recipe.toPlainText()
    rules = [card.belonging.index(row, 0).data() for row in range(card.belonging.rowCount())]
    paths = [card.belonging.index(row, 2).data() for row in range(card.belonging.rowCount())]
    assert ("same content", "/Copies/a copy.jpg") in list(zip(rules, paths, strict=True))
    card.window().close()


def test_the_folder_is_shown_by_name_with_the_file_in_its_place(qtbot, page):
    card = card_of(qtbot, page, "/DCIM/b.jpg")
    names = [card.folder.item(row).text() for row in range(card.folder.count())]
    assert names == ["● a.jpg", "b.jpg", "c.jpg", "klip.mp4"]
    assert card.folder.currentItem().text() == "b.jpg"
    card.folder.itemActivated.emit(card.folder.item(2))
    media = page.panes["media"]
    qtbot.waitUntil(lambda: media._entry() == entry(page.case, "/DCIM/c.jpg"))


def test_from_a_picture_to_its_message_and_back(qtbot, page):
    card = card_of(qtbot, page, "/DCIM/b.jpg")
    assert card.mentions.rowCount() == 1
    card.mention_table.activated.emit(card.mentions.index(0, 0))
    talks = page.panes["conversations"]
    assert page.stack.currentWidget() is talks
    qtbot.waitUntil(lambda: talks._row() is not None and talks._row().body == "pesan 2")
    assert talks.picture.isEnabled()
    qtbot.keyClick(talks.messages, Qt.Key.Key_G)
    media = page.panes["media"]
    assert page.stack.currentWidget() is media
    qtbot.waitUntil(lambda: media._entry() == entry(page.case, "/DCIM/b.jpg"))


def test_the_hits_pane_has_the_card_and_other_panes_lead_to_a_hit(qtbot, page):
    hits = page.panes["hits"]
    number = entry(page.case, "/Downloads/d.jpg")
    page.open("hits", number)
    qtbot.waitUntil(lambda: "Path: /Downloads/d.jpg" in hits.card.detail.toPlainText())
    hits.table.activated.emit(hits.table.currentIndex())
    media = page.panes["media"]
    qtbot.waitUntil(lambda: media._entry() == number)


def test_the_card_is_written_in_the_language_in_use(qtbot, page, language):
    page.open("hits")
    hits = page.panes["hits"]
    qtbot.waitUntil(lambda: hits.card.facts is not None)
    language.use("id")
    assert hits.card.tabText(4) == "Temukan lagi"
    assert "Ditemukan oleh: contoh" in hits.card.detail.toPlainText()


def open_thread(qtbot, page):
    talks = page.panes["conversations"]
    page.open("conversations", THREAD)
    qtbot.waitUntil(lambda: len(talks.model.rows) == 4)
    return talks


def chosen(case):
    reader = Queries(case.folder)
    try:
        return [row.body for row in reader.messages(*THREAD) if row.chosen]
    finally:
        reader.close()


def test_lines_are_chosen_for_the_report_and_taken_back(qtbot, page, case):
    talks = open_thread(qtbot, page)
    talks.messages.setCurrentIndex(talks.model.index(1))
    qtbot.keyClick(talks.messages, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(talks.messages, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: chosen(case) == ["pesan 2", "pesan 3"])
    qtbot.waitUntil(lambda: "★ in the report" in talks.model.index(1).data())
    qtbot.waitUntil(lambda: talks.choose.text() == "Leave out of the report")
    talks.messages.setCurrentIndex(talks.model.index(2))
    qtbot.mouseClick(talks.choose, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: chosen(case) == ["pesan 2"])
    reader = Queries(case.folder)
    states = list(reader.view_rows("v_lines", ("number", "body", "state")))
    reader.close()
    assert states == [(1, "pesan 2", "current"), (2, "pesan 3", "replaced"), (3, "pesan 3", "removal")]


def test_a_message_far_down_is_found_and_earlier_ones_are_a_button_away(qtbot, page, monkeypatch):
    monkeypatch.setattr("triage.ui.conversations.BEFORE", 1)
    talks = open_thread(qtbot, page)
    last = talks.model.rows[-1].id
    page.open("conversations", (*THREAD, last))
    qtbot.waitUntil(lambda: talks._row() is not None and talks._row().body == "pesan 4")
    assert talks.model.first == 2
    assert talks.earlier.isVisible()
    qtbot.mouseClick(talks.earlier, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: talks.model.first == 0 and len(talks.model.rows) == 4)
    assert talks.earlier.isHidden()
