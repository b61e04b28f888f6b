"""Filters of files that read like a sentence, and the export of what is selected."""

import csv
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from triage.case import Case
from triage.custody import read_events
from triage.queries import FileFilter, Queries
from triage.queries.period import Period
from triage.run import run
from triage.settings import Settings
from triage.statements import set_case
from triage.ui.core import CoreActions
from triage.ui.file_filters import PARTS, FileFilters
from triage.ui.files import FilesPane

MARCH = int(datetime(2024, 3, 1, tzinfo=UTC).timestamp())
APRIL = int(datetime(2024, 4, 1, tzinfo=UTC).timestamp())


@pytest.fixture
def filters(qtbot, language):
    made = FileFilters(language)
    qtbot.addWidget(made)
    return made


def pick(box, text):
    place = [box.itemText(number) for number in range(box.count())].index(text)
    box.setCurrentIndex(place)
    box.activated.emit(place)


def test_a_sentence_becomes_a_filter(filters):
    pick(filters.part, "Pictures")
    pick(filters.amount, "larger than 1 MB")
    pick(filters.change, "changed in the month")
    filters.since.setDate(QDate(2024, 3, 17))
    pick(filters.state, "deleted")
    assert filters.wish() == FileFilter(
        kind="pictures", larger=1_000_000, changed=Period(MARCH, APRIL), deleted=True, files_only=True
    )
    filters._soon.timeout.emit()
    assert filters.sentence.text() == "Pictures, changed from 2024-03-01 to 2024-03-31, larger than 1 MB, deleted"


def test_days_in_either_order_and_both_included(filters):
    pick(filters.change, "changed between")
    filters.since.setDate(QDate(2024, 3, 31))
    filters.until.setDate(QDate(2024, 3, 1))
    assert filters.wish().changed == Period(MARCH, APRIL)
    assert not filters.until.isHidden()


def test_choices_stay_in_another_language(filters, language):
    pick(filters.part, "Databases")
    pick(filters.amount, "empty")
    language.use("id")
    filters.retranslate()
    assert filters.part.currentText() == "Basis data"
    assert filters.wish() == FileFilter(kind="databases", smaller=0)


def test_every_part_can_be_asked_for(filters):
    for _, part in PARTS:
        filters.show_wish(part)
        assert filters.wish() == part


@pytest.fixture
def scanned(tmp_path):
    source = tmp_path / "evidence"
    source.mkdir()
    for name, text in (("a.txt", "satu"), ("b.txt", "dua"), ("../evil.html", "<script>")):
        (source / name.replace("../", "%2e%2e")).write_text(text)
    with Case.open_or_create(tmp_path / "case", actor="tester") as case:
        set_case(case, {})
        run(case, source, exhibit="A", settings=Settings(workers=1, hash_source=False))
    return tmp_path / "case"


@pytest.fixture
def pane(qtbot, opened, scanned):
    shown = FilesPane(opened(actions=CoreActions()))
    qtbot.addWidget(shown)
    shown.resize(1000, 600)
    shown.show()
    shown.reload()
    qtbot.waitUntil(lambda: shown.model.rowCount() == 3 and shown.model.row_at(0) is not None)
    return shown


def boxes(widget):
    return [box for box in widget.findChildren(QMessageBox) if box.isVisible()]


def test_selected_files_leave_the_case_under_custody(qtbot, pane, scanned, tmp_path, monkeypatch):
    target = tmp_path / "out"
    target.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(target))
    pane.table.selectAll()
    qtbot.mouseClick(pane.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(boxes(pane)), timeout=30_000)
    boxes(pane)[0].accept()
    (folder,) = target.iterdir()
    rows = list(csv.DictReader((folder / "exported.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["outcome"] for row in rows] == ["same"] * 3
    assert sorted(path.read_text() for path in (folder / "exported").iterdir()) == ["<script>", "dua", "satu"]
    assert {path.suffix for path in (folder / "exported").iterdir()} <= {".txt", ".bin"}
    actions = [event.action for event in read_events(scanned / "custody.jsonl")]
    assert actions.index("export.start") < actions.index("export.end")


def test_what_is_to_stay_behind_is_asked_about(qtbot, pane, scanned, tmp_path, monkeypatch):
    target = tmp_path / "out"
    target.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(target))
    monkeypatch.setattr(Queries, "held_back", lambda self: frozenset(pane.model.ids[:1]))
    pane.table.selectAll()
    pane.export.click()
    qtbot.waitUntil(lambda: bool(boxes(pane)))
    (box,) = boxes(pane)
    assert "1 of the 3 selected files" in box.text()
    box.defaultButton().click()
    qtbot.waitUntil(lambda: any("Written to" in each.text() for each in boxes(pane)), timeout=30_000)
    boxes(pane)[0].accept()
    (folder,) = target.iterdir()
    assert len(list((folder / "exported").iterdir())) == 2


def test_nothing_selected_is_said(pane, alerts):
    pane.table.clearSelection()
    pane.export.click()
    assert "No file is selected" in str(alerts[0])
