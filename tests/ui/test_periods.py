"""A stretch of time chosen on the timeline holds for the other panes, until it is taken back."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from triage.model import Entry, Examined, Kind, Locator, Media, Message, Place, Stamp, Status, Step, Times, Zone
from triage.queries import FileFilter, Queries
from triage.queries.period import Period
from triage.stored import child
from triage.ui.page import CasePage

DAY = 86_400
START = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())


def stamp(day, zone=Zone.UTC):
    return Stamp((START + day * DAY + 12 * 3600) * 10**9, zone)


def picture(day):
    name = f"{day}.jpg"
    return Entry(
        Locator((Step("folder", name),)), name, Kind.FILE, size=day, path=f"/{name}", times=Times(modified=stamp(day))
    )


def fill(case):
    """Ten days, each with a file, a picture, a message and a position."""
    root = Entry(locator=Locator(), name="x", kind=Kind.FOLDER)
    evidence = case.add_evidence(case.folder / "x", exhibit="A", format_name="folder", size=None, root=root)
    (top,) = case.take(evidence, entries=1, size=1)
    days = range(10)
    said = tuple(Message(where=f"m={day}", app="A", thread=f"t{day}", body="x", sent_at=stamp(day)) for day in days)
    been = tuple(Place(where=f"p={day}", app="A", latitude=day, longitude=106.0, at=stamp(day)) for day in days)
    files = tuple(child(picture(day)) for day in days)
    case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, records=(*said, *been), children=files)])
    taken = case.take(evidence, entries=20, size=1 << 30)
    case.store(
        evidence,
        [
            Examined(
                each.id,
                Status.EXAMINED,
                records=(Media(where="e", kind="picture", taken_at=stamp(int(each.name.split(".")[0]))),),
            )
            for each in taken
        ],
    )


@pytest.fixture
def page(qtbot, opened):
    made = CasePage(opened(fill=fill))
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    return made


def counts(page):
    return (
        page.panes["files"].model.rowCount(),
        page.panes["conversations"].threads.rowCount(),
        page.panes["places"].model.rowCount(),
        page.panes["media"].model.rowCount(),
    )


def open_all(page):
    for name in ("conversations", "places", "media", "files"):
        page.open(name)


def test_what_is_chosen_on_the_timeline_holds_everywhere_until_cleared(qtbot, page):
    page.open("timeline")
    timeline, files = page.panes["timeline"], page.panes["files"]
    qtbot.waitUntil(lambda: timeline.model.rowCount() == 30)
    assert not timeline.everywhere.isEnabled()
    qtbot.keyClick(timeline.bars, Qt.Key.Key_Home)
    for _ in range(12):  # hours: the first event is at noon
        qtbot.keyClick(timeline.bars, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: 0 < timeline.model.rowCount() < 30)
    timeline.everywhere.click()
    open_all(page)
    qtbot.waitUntil(lambda: counts(page) == (1, 1, 1, 1))
    assert files.chip.isVisible()
    assert "2026-03-01" in files.chip.text()
    assert "UTC" in files.chip.text()
    files.chip.click()
    open_all(page)
    qtbot.waitUntil(lambda: counts(page) == (10, 10, 10, 10))
    assert not files.chip.isVisible()


def test_a_time_without_a_zone_is_taken_as_the_clock_stood():
    period = Period(0, 60, shift=25_200)
    assert period.holds("at", "local") == (
        "(at + CASE WHEN local THEN 0 ELSE 25200000000000 END BETWEEN 0 AND 59999999999)"
    )


def test_periods_of_files(opened):
    queries = Queries(opened(fill=fill).folder)
    two_days = Period(START + 2 * DAY, START + 4 * DAY)
    assert [row.name for row in queries.file_rows(queries.file_ids(FileFilter(period=two_days))).values()] == [
        "2.jpg",
        "3.jpg",
    ]
    noon_in_jakarta = Period(START + 2 * DAY + 12 * 3600, START + 2 * DAY + 13 * 3600, shift=7 * 3600)
    assert len(queries.file_ids(FileFilter(changed=noon_in_jakarta))) == 0
    assert len(queries.file_ids(FileFilter(period=Period(-(1 << 70), 1 << 70)))) == 10
    queries.close()
