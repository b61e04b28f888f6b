"""The gallery in a real window: hidden until held, graded by key, undone, counted; breaks, ledger, panic key."""

import json
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from gallery_case import FILES, SCHEME, fill
from pictures_seen import grey, pixels, steepest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from triage.queries import GalleryWish, Queries
from triage.reviewing import Preferences, keep_preferences
from triage.settings import home
from triage.ui import breaks
from triage.ui.compare import CompareDialog
from triage.ui.exposure import ExposureDialog
from triage.ui.page import CasePage
from triage.ui.preferences import PreferencesDialog


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


@pytest.fixture
def pane(qtbot, page):
    pane = page.panes["media"]
    page.open("media")
    qtbot.waitUntil(lambda: pane.model.rowCount() == len(FILES) and pane.model.row_at(0) is not None)
    return pane


def choose(qtbot, pane, name):
    """Make the file of this name the chosen one."""
    qtbot.waitUntil(lambda: all(pane.model.row_at(n) for n in range(pane.model.rowCount())))
    number = next(n for n in range(pane.model.rowCount()) if pane.model.row_at(n).name == name)
    pane.gallery.setCurrentIndex(pane.model.index(number))
    qtbot.waitUntil(lambda: pane.peek.row is not None and pane.peek.row.name == name)
    if pane.peek.row.has_preview:
        qtbot.waitUntil(lambda: not pane.peek.picture.pixmap().isNull())
    return pane.model.ids[number]


def grades(case):
    reader = Queries(case.folder)
    try:
        return reader.grades_of(list(reader.gallery_ids(GalleryWish(group="none")).ids), SCHEME)
    finally:
        reader.close()


def ledger(case):
    path = case.folder / "exposure.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def key(qtbot, pane, which, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(pane.gallery, which, modifier)


def test_everything_is_blurred_and_grey_and_its_severity_is_told_first(qtbot, pane):
    choose(qtbot, pane, "a.jpg")
    assert grey(pane.peek.picture)
    assert pane.peek.known.text() == "● 1 Contoh"
    assert not pane.peek.revealed
    pane.gallery.grab()
    qtbot.waitUntil(lambda: any(pane.thumbnails._kept.values()))
    small = next(each for each in pane.thumbnails._kept.values() if each is not None).toImage()
    colours = [small.pixelColor(x, y) for x in range(0, 96, 4) for y in range(0, 96, 4)]
    assert all(colour.red() == colour.green() == colour.blue() for colour in colours)


def test_a_picture_is_seen_only_while_the_button_is_held_and_the_ledger_says_so(qtbot, pane, case):
    choose(qtbot, pane, "c.jpg")
    blurred = steepest(pane.peek.picture)
    qtbot.mousePress(pane.peek.reveal, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: pane.peek.revealed)
    assert steepest(pane.peek.picture) > 2 * blurred
    assert grey(pane.peek.picture)
    qtbot.mouseRelease(pane.peek.reveal, Qt.MouseButton.LeftButton)
    assert steepest(pane.peek.picture) <= blurred
    qtbot.waitUntil(lambda: len(ledger(case)) == 1)
    (line,) = ledger(case)
    assert (line["event"], line["actor"], line["kind"], line["again"]) == ("viewed", "tester", "picture", False)
    assert "c.jpg" not in json.dumps(line)
    assert "1 seen" in pane.exposure.text()


def test_the_space_bar_reveals_in_colour_if_wished_and_leaving_hides(qtbot, page, pane):
    choose(qtbot, pane, "c.jpg")
    pane.peek.colour.setChecked(True)
    qtbot.keyPress(pane.gallery, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: pane.peek.revealed)
    assert any(colour.red() != colour.blue() for colour in pixels(pane.peek.picture))
    page.open("board")
    assert not pane.peek.revealed
    assert grey(pane.peek.picture)


def test_one_key_reveals_and_hides_for_those_who_cannot_hold(qtbot, pane):
    choose(qtbot, pane, "c.jpg")
    key(qtbot, pane, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: pane.peek.revealed)
    key(qtbot, pane, Qt.Key.Key_R)
    assert not pane.peek.revealed
    key(qtbot, pane, Qt.Key.Key_R)
    choose(qtbot, pane, "b.jpg")
    assert not pane.peek.revealed


def test_what_matched_a_list_is_not_revealed_unless_that_was_confirmed(qtbot, pane):
    choose(qtbot, pane, "a.jpg")
    qtbot.mousePress(pane.peek.reveal, Qt.MouseButton.LeftButton)
    assert pane.peek.picture.text() == "Matched a list.\nNot revealed."
    qtbot.mouseRelease(pane.peek.reveal, Qt.MouseButton.LeftButton)
    answer(qtbot, pane, "Cancel")
    assert not pane.peek.allow.isChecked()
    answer(qtbot, pane, "Allow")
    assert pane.peek.allow.isChecked()
    pane.peek.reveal.pressed.emit()
    qtbot.waitUntil(lambda: pane.peek.revealed)
    pane.peek.reveal.released.emit()
    assert not pane.peek.revealed


def answer(qtbot, pane, words):
    """Ask to reveal matches, and answer the question."""
    allow = pane.peek.allow
    qtbot.mouseClick(allow, Qt.MouseButton.LeftButton, pos=QPoint(8, allow.height() // 2))
    box = next(box for box in pane.findChildren(QMessageBox) if box.isVisible())
    with qtbot.waitSignal(box.finished):
        next(button for button in box.buttons() if button.text() == words).click()


def test_a_key_grades_with_copies_and_the_next_one_is_chosen(qtbot, pane, case):
    entry = choose(qtbot, pane, "a.jpg")
    key(qtbot, pane, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: len(grades(case)) == 2)
    assert grades(case)[entry] == ("2", "Child exploitative or age difficult")
    assert pane.model.row_at(pane.gallery.currentIndex().row()).name != "a.jpg"
    qtbot.waitUntil(lambda: "2 (1 different)" in pane.grading.rows[2].count.text())


def test_undo_and_redo_are_new_statements(qtbot, pane, case):
    choose(qtbot, pane, "c.jpg")
    key(qtbot, pane, Qt.Key.Key_1)
    qtbot.waitUntil(pane.grading.undo.isEnabled)
    key(qtbot, pane, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: grades(case) == {} and pane.grading.redo.isEnabled())
    qtbot.mouseClick(pane.grading.redo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(grades(case)) == 1)
    reader = Queries(case.folder)
    assert [act.state for act in reader.tags()] == ["replaced", "removal", "current"]
    actions = [event.action for event in reader.custody() if event.action.endswith(".end")]
    reader.close()
    assert actions[-3:] == ["grade.each.end", "grade.undo.end", "grade.redo.end"]


def test_a_selection_and_a_whole_group_are_graded_at_once(qtbot, pane, case):
    pane.grading.copies.setChecked(False)
    first = choose(qtbot, pane, "b.jpg")
    key(qtbot, pane, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert len(pane.chosen()) == 2
    key(qtbot, pane, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: len(grades(case)) == 2)
    assert first in grades(case)
    group = pane.gallery.group_of(pane.gallery.currentIndex().row())
    key(qtbot, pane, Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: len(grades(case)) == len(pane.gallery.ids_of_group(group)) == 4)
    assert {code for code, _ in grades(case).values()} == {"0"}


def test_a_grade_is_taken_back_by_key(qtbot, pane, case):
    choose(qtbot, pane, "c.jpg")
    key(qtbot, pane, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: len(grades(case)) == 1)
    choose(qtbot, pane, "c.jpg")
    key(qtbot, pane, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: grades(case) == {})


def test_known_matches_are_graded_as_their_list_says_without_being_opened(qtbot, pane, case):
    qtbot.mouseClick(pane.grading.by_list, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(box.isVisible() for box in pane.findChildren(QMessageBox)))
    box = next(box for box in pane.findChildren(QMessageBox) if box.isVisible())
    assert "3 files are on a list" in box.text()
    next(button for button in box.buttons() if button.text() == "Grade").click()
    qtbot.waitUntil(lambda: len(grades(case)) == 3)
    assert sorted(code for code, _ in grades(case).values()) == ["1", "1", "2"]
    assert ledger(case) == []


def test_the_counter_says_what_is_enough_and_that_it_is_no_rule(qtbot, pane, case):
    pane.grading.preferences = Preferences(thresholds={SCHEME: {"1": 1}})
    choose(qtbot, pane, "c.jpg")
    key(qtbot, pane, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: pane.grading.rows[1].count.text() == "1 of 1: enough by your figure")
    assert "no rule of law" in pane.grading.note.text()


def test_groups_and_filters_ask_the_case_anew(qtbot, pane):
    pane.filters.kind.setCurrentIndex(2)
    pane.filters.kind.activated.emit(2)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 1)
    qtbot.waitUntil(lambda: pane.model.row_at(0) is not None)
    assert pane.model.row_at(0).kind == "video"
    pane.filters.kind.setCurrentIndex(0)
    pane.filters.group.setCurrentIndex(pane.filters.group.findData("conversation"))
    pane.filters.group.activated.emit(0)
    qtbot.waitUntil(lambda: [group.label for group in pane.model.groups] == ["WhatsApp: Grup Contoh"])


def test_arrows_go_through_groups_and_ctrl_goes_from_group_to_group(qtbot, pane):
    seen = [pane.gallery.currentIndex().row()]
    for _ in range(len(FILES) - 1):
        key(qtbot, pane, Qt.Key.Key_Right)
        seen.append(pane.gallery.currentIndex().row())
    assert seen == list(range(len(FILES)))
    key(qtbot, pane, Qt.Key.Key_Home)
    groups = [pane.gallery.group_of(pane.gallery.currentIndex().row())]
    for _ in range(2):
        key(qtbot, pane, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
        groups.append(pane.gallery.group_of(pane.gallery.currentIndex().row()))
    assert groups == [0, 1, 2]
    rows = []
    for _ in range(4):
        rows.append(pane.gallery.currentIndex().row())
        key(qtbot, pane, Qt.Key.Key_Up)
    assert all(later < earlier for earlier, later in pairwise(rows[:3]))


def test_a_click_chooses_the_cell_that_is_drawn_there(qtbot, pane):
    for number in range(len(FILES)):
        index = pane.model.index(number)
        pane.gallery.scrollTo(index)
        place = pane.gallery.visualRect(index)
        assert pane.gallery.indexAt(place.center()) == index
        qtbot.mouseClick(pane.gallery.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
        assert pane.gallery.currentIndex() == index


def test_a_screen_reader_hears_each_cell(qtbot, pane):
    choose(qtbot, pane, "a.jpg")
    QAccessible.setActive(True)
    interface = QAccessible.queryAccessibleInterface(pane.gallery)
    assert interface.role() == QAccessible.Role.List
    assert interface.childCount() == len(FILES)
    spoken = [interface.child(n).text(QAccessible.Text.Name) for n in range(len(FILES))]
    assert "a.jpg, picture, on a notable list, 1 Contoh" in spoken


def test_a_clip_is_scrubbed_without_preparation(qtbot, pane):
    choose(qtbot, pane, "klip.mp4")
    qtbot.waitUntil(lambda: len(pane.peek._images) == 5)  # the sheet and its four frames
    pane.peek.colour.setChecked(True)
    qtbot.keyPress(pane.gallery, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: pane.peek.revealed)
    seen = []
    for along in (0.1, 0.3, 0.6, 0.9):
        pane.peek.picture.along.emit(along)
        image = pane.peek.picture.pixmap().toImage()
        colour = image.pixelColor(image.width() // 2, image.height() // 2)
        seen.append(tuple(part > 128 for part in (colour.red(), colour.green(), colour.blue())))
    assert seen == [(True, False, False), (False, True, False), (False, False, True), (True, True, True)]
    qtbot.keyRelease(pane.gallery, Qt.Key.Key_Space)
    assert grey(pane.peek.picture)


def test_the_mouse_over_a_clip_in_the_grid_shows_its_frames_blurred(qtbot, pane):
    choose(qtbot, pane, "klip.mp4")
    place = pane.gallery.visualRect(pane.gallery.currentIndex())
    QTest.mouseMove(pane.gallery.viewport(), place.center())
    qtbot.waitUntil(lambda: pane.gallery._scrubbed is not None)
    frames = pane.gallery._cells._frames
    pane.gallery.grab()
    qtbot.waitUntil(lambda: len(next(iter(frames._kept.values()), [])) == 4)


def test_two_are_compared_side_by_side(qtbot, pane):
    choose(qtbot, pane, "b.jpg")
    key(qtbot, pane, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    key(qtbot, pane, Qt.Key.Key_C)
    (dialog,) = pane.findChildren(CompareDialog)
    qtbot.waitUntil(lambda: bool(dialog.words.text()))
    assert "255 of 256 bits" in dialog.words.text()
    assert [dialog.model.rows[n][0] for n in range(2)] == ["path", "sha256"]
    qtbot.waitUntil(lambda: all(not peek.picture.pixmap().isNull() for peek in dialog.peeks))
    assert all(grey(peek.picture) for peek in dialog.peeks)
    qtbot.keyPress(dialog.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: all(peek.revealed for peek in dialog.peeks))
    qtbot.keyRelease(dialog.table, Qt.Key.Key_Space)
    assert not any(peek.revealed for peek in dialog.peeks)
    dialog.close()


def test_the_panic_key_hides_everything_at_once_and_another_brings_it_back(qtbot, page, pane):
    choose(qtbot, pane, "c.jpg")
    qtbot.waitUntil(page.isActiveWindow)
    key(qtbot, pane, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: pane.peek.revealed)
    qtbot.keyClick(page, Qt.Key.Key_F9)
    assert page.cover.isVisible()
    assert not pane.peek.revealed
    assert page.cover.geometry() == page.rect()
    qtbot.keyClick(page.cover, Qt.Key.Key_Escape)
    qtbot.keyClick(page.cover, Qt.Key.Key_F9)
    assert page.cover.isVisible()
    qtbot.keyClick(page.cover, Qt.Key.Key_F9, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not page.cover.isVisible()
    assert not pane.peek.revealed


def test_a_break_is_asked_for_and_the_ledger_knows_what_was_done(qtbot, pane, case):
    pane.breaks.prefer(Preferences(break_after_viewed=2, late_hour=0))
    row = pane.model.row_at(0)
    pane.breaks.saw(row, 3.0)
    assert pane.breaks.isHidden()
    pane.breaks.saw(row, 3.0)
    assert not pane.breaks.isHidden()
    assert pane.breaks.words.text().startswith("2 pictures seen since the last break.")
    qtbot.mouseClick(pane.breaks.taken, Qt.MouseButton.LeftButton)
    assert pane.breaks.isHidden()
    qtbot.waitUntil(lambda: [line["event"] for line in ledger(case)] == ["viewed", "viewed", "break"])
    assert [line["again"] for line in ledger(case)] == [False, True, False]


def test_the_limit_of_the_day_takes_a_reason(qtbot, pane, case):
    pane.breaks.prefer(Preferences(day_minutes=1, break_after_viewed=0, late_hour=0))
    choose(qtbot, pane, "c.jpg")
    pane.breaks.saw(pane.peek.row, 61.0)
    assert not pane.breaks.isHidden()
    key(qtbot, pane, Qt.Key.Key_R)
    assert pane.peek.picture.text() == "The limit for today is reached.\nNot revealed."
    key(qtbot, pane, Qt.Key.Key_R)
    assert not pane.breaks.later.isEnabled()
    qtbot.keyClicks(pane.breaks.reason, "perintah mendesak")
    qtbot.mouseClick(pane.breaks.later, Qt.MouseButton.LeftButton)
    key(qtbot, pane, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: pane.peek.revealed)
    qtbot.waitUntil(lambda: any(line["event"] == "limit_passed" for line in ledger(case)))
    (passed,) = [line for line in ledger(case) if line["event"] == "limit_passed"]
    assert passed["reason"] == "perintah mendesak"


def test_the_ledger_is_shown_by_day_and_exported(qtbot, pane, case, tmp_path):
    pane.breaks.saw(pane.model.row_at(0), 3.0)
    qtbot.waitUntil(lambda: len(ledger(case)) == 1)
    qtbot.mouseClick(pane.exposure, Qt.MouseButton.LeftButton)
    (dialog,) = pane.findChildren(ExposureDialog)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    assert dialog.model.rows[0].viewed == 1
    dialog.write(tmp_path / "paparan.csv")
    qtbot.waitUntil(lambda: "Written" in dialog.words.text())
    assert "tester,1,1,3" in (tmp_path / "paparan.csv").read_text(encoding="utf-8")
    dialog.close()


def test_a_scheme_of_the_agency_is_taken_and_its_keys_grade(qtbot, pane, case, tmp_path):
    own = tmp_path / "sendiri.toml"
    own.write_text(
        'id = "sendiri"\ntitle = "Skema sendiri"\n[categories]\nA = "Pertama"\nB = "Kedua"\n[keys]\nA = "q"\n[thresholds]\nB = 3\n'
    )
    qtbot.mouseClick(pane.prefer, Qt.MouseButton.LeftButton)
    (dialog,) = pane.findChildren(PreferencesDialog)
    dialog.take(own)
    assert dialog.scheme.id == "sendiri"
    assert dialog.thresholds["B"].value() == 3
    dialog.accept()
    choose(qtbot, pane, "c.jpg")
    key(qtbot, pane, Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: pane.grading.counts.get("A") is not None)
    assert pane.grading.counts["A"].label == "Pertama"
    assert pane.preferences.scheme == "sendiri"


def test_a_time_of_the_day_and_a_day_before_are_told_apart(monkeypatch, qtbot, case):
    keep_preferences(home(), Preferences(late_hour=16, break_after_viewed=0))
    moment = datetime(2026, 3, 1, 15, 59).astimezone()
    monkeypatch.setattr(breaks, "_now", lambda: moment)
    bar = breaks.BreakBar(case, Preferences(late_hour=16))
    qtbot.addWidget(bar)
    row = type("Row", (), {"entry_id": 1, "kind": "picture", "code": None, "list": None})()
    bar.saw(row, 1.0)
    assert bar.isHidden()
    moment += timedelta(minutes=2)
    bar.saw(row, 1.0)
    assert not bar.isHidden()
    assert "past 16:00" in bar.words.text()


def test_it_reads_like_a_sentence_in_both_languages(qtbot, pane, language):
    language.use("id")
    assert pane.filters.labels[0].text() == "Kelompokkan menurut"
    assert pane.filters.group.currentText() == "folder"
    assert pane.grading.undo.text() == "Urungkan"
    assert pane.words.text().startswith("7 gambar, klip, dan suara dalam 3 kelompok")
