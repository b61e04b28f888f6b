"""The timeline through its own widgets: drawn, chosen from with keys and mouse, gone closer into, opened from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt

from triage.model import Entry, Examined, Kind, Locator, Message, Stamp, Status, Zone
from triage.ui.time_bars import DAY, MOST_BARS, TimeBars, main_stretch, moment_of, step_for
from triage.ui.timeline import TimelinePane

START = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())


def fill(case):
    root = Entry(locator=Locator(), name="x", kind=Kind.FOLDER)
    evidence = case.add_evidence(case.folder / "x", exhibit="A", format_name="folder", size=None, root=root)
    (top,) = case.take(evidence, entries=1, size=1)
    seconds = [0, *(START + day * DAY + 10 * 3600 for day in range(10) for _ in range(20))]
    told = tuple(
        Message(where=f"m={n}", app="A", thread="t", body=f"pesan {n}", sent_at=Stamp(second * 10**9, Zone.UTC))
        for n, second in enumerate(seconds)
    )
    case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, records=told)])


@pytest.fixture
def pane(qtbot, opened):
    shown = TimelinePane(opened(fill=fill))
    qtbot.addWidget(shown)
    shown.resize(900, 600)
    shown.show()
    shown.reload()
    qtbot.waitUntil(lambda: shown.model.rowCount() == 200)
    return shown


def test_a_clock_that_was_never_set_does_not_press_the_rest_together(qtbot, pane):
    assert "1 lie far outside" in pane.words.text()
    assert "10:00 200" in pane.hours.text()
    pane.wider.click()
    qtbot.waitUntil(lambda: pane.model.rowCount() == 201)
    qtbot.waitUntil(lambda: pane.model.index(0, 4).data() == "pesan 0")


def test_a_stretch_is_chosen_with_the_keys(qtbot, pane):
    pane.bars.setFocus()
    qtbot.keyClick(pane.bars, Qt.Key.Key_Right)
    assert pane.bars.accessibleDescription().startswith("2026-03-01")
    qtbot.keyClick(pane.bars, Qt.Key.Key_End)
    last = pane.bars.selection()
    qtbot.keyClick(pane.bars, Qt.Key.Key_Home)
    qtbot.keyClick(pane.bars, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert pane.bars.selection() == (START // pane.bars.step * pane.bars.step, last[1])
    qtbot.keyClick(pane.bars, Qt.Key.Key_Escape)
    assert pane.bars.selection() is None
    qtbot.waitUntil(lambda: pane.model.rowCount() == 200)


def test_a_stretch_is_chosen_with_the_mouse_and_gone_into(qtbot, pane):
    left, middle = QPoint(10, 40), QPoint(pane.bars.width() // 2 - 20, 40)
    qtbot.mousePress(pane.bars, Qt.MouseButton.LeftButton, pos=left)
    qtbot.mouseMove(pane.bars, middle)
    pane.bars._end = pane.bars._place(middle.x())  # the screenless platform sends moves without the button
    qtbot.mouseRelease(pane.bars, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.waitUntil(lambda: 0 < pane.model.rowCount() < 200)
    chosen = pane.model.rowCount()
    pane.closer.click()
    qtbot.waitUntil(lambda: pane.bars.selection() is None and pane.model.rowCount() == chosen)
    pane.wider.click()
    qtbot.waitUntil(lambda: pane.model.rowCount() == 200)


def test_a_message_opens_its_conversation(qtbot, pane):
    pane.table.selectRow(0)
    qtbot.waitUntil(lambda: pane.chosen() is not None)
    with qtbot.waitSignal(pane.open_pane) as told:
        pane.table.doubleClicked.emit(pane.table.currentIndex())
    assert told.args == ["conversations", ("A", None, "t")]
    assert pane.detail.toPlainText().startswith("pesan 1")


def test_times_are_shown_in_the_zone_that_is_chosen(qtbot, pane):
    pane.zone.setCurrentText("WIB")
    pane.zone.activated.emit(1)
    qtbot.waitUntil(lambda: "17:00 200" in pane.hours.text())
    qtbot.waitUntil(lambda: pane.model.index(0, 0).data() == "2026-03-01 17:00:00")
    assert pane.model.index(0, 1).data() == "2026-03-01 10:00:00 UTC"


def test_an_empty_case_says_so(qtbot, opened):
    shown = TimelinePane(opened())
    qtbot.addWidget(shown)
    shown.reload()
    qtbot.waitUntil(lambda: "No record" in shown.words.text())


@pytest.mark.parametrize("seconds", [0, 59, 3600, 86400 * 40, 86400 * 4000])
def test_steps_fit(seconds):
    assert seconds / step_for(0, seconds) <= MOST_BARS


def test_the_main_stretch_leaves_out_a_hundredth_at_most():
    days = [(0, "a", 1), *((START + n * DAY, "a", 10) for n in range(20)), (START * 2, "b", 1)]
    assert main_stretch(days) == (START, START + 20 * DAY - 1, 2)
    assert main_stretch([(0, "a", 1), (DAY, "a", 1)]) == (0, 2 * DAY - 1, 0)


def test_moments_beyond_the_calendar_are_numbers():
    assert moment_of(0, DAY) == "1970-01-01"
    assert moment_of(1 << 60, DAY) == str(1 << 60)


def test_a_bar_says_what_it_means(qtbot):
    bars = TimeBars()
    qtbot.addWidget(bars)
    bars.show_counts([(START, "call", 2), (START, "message", 3)], START, START + DAY - 1, {"call": "panggilan"})
    assert bars.words(0) == "2026-03-01\npanggilan 2, message 3"
