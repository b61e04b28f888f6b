"""From plugging in to a verified report, as somebody does it who sits before the program for the first time.

Real widgets, the real program, the exhibits of the demonstration. Run with `-s` it prints what was done, and how many clicks and seconds that took.
"""

import lzma
import shutil
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from triage.assets import resource
from triage.hashing.importer import Wish, import_list
from triage.settings import home
from triage.ui.core import CoreActions
from triage.ui.evidence import EvidenceDialog

STICK_HITS = 5  # resources/demo/README.md: planted on the stick
LONGEST = 120_000  # milliseconds that a step may take on a loaded machine


class Person:
    """Drops and clicks, and counts both."""

    def __init__(self, qtbot, window):
        self.bot, self.window = qtbot, window
        self.clicks = self.drops = 0
        self.begun = time.monotonic()
        self.done = []

    def click(self, widget):
        self.bot.waitUntil(widget.isEnabled, timeout=LONGEST)
        self.bot.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.clicks += 1

    def choose(self, view, index):
        self.bot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
        self.clicks += 1

    def open(self, pane):
        names = self.window.page.names
        place = next(row for row in range(names.count()) if list(self.window.page.panes)[row] == pane)
        self.choose(names, names.model().index(place, 0))
        return self.window.page.panes[pane]

    def drop(self, path):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        where = QPointF(QPoint(300, 300))
        self.window.dropEvent(
            QDropEvent(where, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        )
        self.drops += 1

    def until(self, words, true):
        self.bot.waitUntil(true, timeout=LONGEST)
        self.done.append((words, self.clicks, self.drops, time.monotonic() - self.begun))

    def tell(self):
        print("\nstep                                clicks  drops  seconds")
        for words, clicks, drops, seconds in self.done:
            print(f"{words:36}{clicks:6}{drops:7}{seconds:9.1f}")


@pytest.fixture
def exhibits(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "person")
    for name in ("stick.img", "phone.tar"):
        with lzma.open(resource("demo", f"{name}.xz")) as packed, (tmp_path / name).open("wb") as stream:
            shutil.copyfileobj(packed, stream)
    import_list(resource("demo", "lists", "notable.csv"), Wish("contoh-notable", "notable"), home=home(), actor="test")
    return tmp_path


def test_the_walk(qtbot, desktop, exhibits):
    window = desktop(CoreActions())
    window.resize(1366, 740)
    person = Person(qtbot, window)
    qtbot.waitUntil(lambda: window.start.lists.count() == 1, timeout=LONGEST)

    person.drop(exhibits / "stick.img")
    person.until("a stick is dropped and recognised", window.start.make.isEnabled)
    person.click(window.start.make)
    person.until("the case is open", lambda: window.page is not None)
    page = window.page
    board = page.board
    notable = board.counters.buttons["notable"]
    person.until("the first hit", lambda: notable.number.text() not in {"", "0"})

    person.click(notable)
    hits = page.panes["hits"]
    person.until("hits with what is known of them", lambda: "SHA-256" in hits.card.detail.toPlainText())
    media = person.open("media")
    person.until("the gallery", lambda: media.model.rowCount() > 0)
    person.until("the stick is examined", lambda: not page.case.scans.running)
    page.open("hits")
    qtbot.waitUntil(lambda: len(hits.model.rows) >= STICK_HITS, timeout=LONGEST)

    person.drop(exhibits / "phone.tar")
    (dialog,) = page.findChildren(EvidenceDialog)
    person.click(dialog.start)
    person.until("a phone is dropped and at work", lambda: page.case.scans.running)
    person.until("the phone is examined", lambda: not page.case.scans.running)
    conversations = person.open("conversations")
    person.until("a conversation", lambda: conversations.threads.rowCount() > 0 and conversations.model.rowCount() > 0)
    message = conversations.model.index(0)
    person.choose(conversations.messages, message)
    person.until("a message with its source", lambda: "msgstore.db" in conversations.detail.toPlainText())

    report = person.open("report")
    person.click(report.write)
    person.until("the report", lambda: report.verify.isEnabled() and bool(report.folder.text()))
    person.click(report.verify)
    person.until("the report is verified", lambda: bool(report.model.rows))
    person.tell()
    assert (Path(report.folder.text()) / "report.html").is_file()
    assert all(check.ok for check in report.model.rows)
    assert person.clicks <= 12
