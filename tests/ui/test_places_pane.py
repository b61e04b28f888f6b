"""The map through its own widgets: what is seen is what is listed, by keys, mouse and buttons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from triage.model import Entry, Examined, Kind, Locator, Place, Status
from triage.ui.map_view import LARGEST, SMALLEST, MapView, short
from triage.ui.places import PlacesPane

JAKARTA, DENPASAR = (-6.2, 106.8), (-8.65, 115.2)


def fill(case):
    root = Entry(locator=Locator(), name="x", kind=Kind.FOLDER)
    evidence = case.add_evidence(case.folder / "x", exhibit="A", format_name="folder", size=None, root=root)
    (top,) = case.take(evidence, entries=1, size=1)
    where = [JAKARTA] * 5 + [DENPASAR]
    told = tuple(
        Place(where=f"p={n}", app="Maps", latitude=y, longitude=x, kind="device") for n, (y, x) in enumerate(where)
    )
    case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, records=told)])


@pytest.fixture
def pane(qtbot, opened):
    shown = PlacesPane(opened(fill=fill))
    qtbot.addWidget(shown)
    shown.resize(900, 700)
    shown.show()
    shown.reload()
    qtbot.waitUntil(lambda: shown.model.rowCount() == 6 and len(shown.map.cells) == 2)
    return shown


def test_all_positions_are_seen_at_first(qtbot, pane):
    for latitude, longitude in (JAKARTA, DENPASAR):
        assert pane.map.rect().contains(pane.map.place_of(longitude, latitude).toPoint())
    assert pane.kind.itemText(1) == "device (6)"
    qtbot.waitUntil(lambda: "-6.20000, 106.80000" in [pane.model.index(row, 2).data() for row in range(6)])


def test_a_disc_lists_its_positions(qtbot, pane):
    place = pane.map.place_of(JAKARTA[1], JAKARTA[0]).toPoint()
    qtbot.mouseClick(pane.map, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 5)
    pane.whole.click()
    qtbot.waitUntil(lambda: pane.model.rowCount() == 6)


def test_keys_move_and_zoom(qtbot, pane):
    before = pane.map.wide
    qtbot.keyClick(pane.map, Qt.Key.Key_Plus)
    assert pane.map.wide < before
    qtbot.keyClick(pane.map, Qt.Key.Key_Minus)
    assert pane.map.wide == pytest.approx(before)
    for _ in range(8):
        qtbot.keyClick(pane.map, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 0)
    qtbot.keyClick(pane.map, Qt.Key.Key_Return)
    assert "0 positions" in pane.words.text()


def test_dragging_moves_what_is_under_the_mouse_along(qtbot, pane):
    here = pane.map.place_of(JAKARTA[1], JAKARTA[0])
    qtbot.mousePress(pane.map, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(pane.map, QPoint(160, 130))
    qtbot.mouseRelease(pane.map, Qt.MouseButton.LeftButton, pos=QPoint(160, 130))
    moved = pane.map.place_of(JAKARTA[1], JAKARTA[0]) - here
    assert moved.x() == pytest.approx(60, abs=1)
    assert moved.y() == pytest.approx(30, abs=2)
    assert pane.model.rowCount() == 6  # a drag chooses nothing


def test_an_empty_case_says_so(qtbot, opened):
    shown = PlacesPane(opened())
    qtbot.addWidget(shown)
    shown.reload()
    qtbot.waitUntil(lambda: "No record" in shown.words.text())


def test_the_map_stays_in_its_bounds(qtbot):
    view = MapView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    for _ in range(60):
        view.zoom(2)
    assert view.wide == SMALLEST
    for _ in range(60):
        view.zoom(0.5)
    assert view.wide == LARGEST
    view.show_box((106.8, -6.2, 106.8, -6.2))
    west, south, east, north = view.box()
    assert west < 106.8 < east
    assert south < -6.2 < north


def test_numbers_fit_a_disc():
    assert [short(number) for number in (1, 999, 1200, 2_500_000)] == ["1", "999", "1k", "2M"]
