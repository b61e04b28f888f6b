"""What goes wrong in the field: one clear message each time, nothing lost, the window goes on."""

import os
import sqlite3
import subprocess
import sys

import pytest
from desktop_fakes import Steered
from PySide6.QtWidgets import QMessageBox

from triage.case import Case
from triage.errors import CaseError, SourceGone
from triage.settings import Settings
from triage.ui.core import CoreActions
from triage.ui.scans import Wanted

HOLD = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA locking_mode = EXCLUSIVE")
database.execute("BEGIN EXCLUSIVE")
database.execute("CREATE TABLE held (x)")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def actions():
    return Steered()


@pytest.fixture
def window(desktop, actions):
    return desktop(actions)


@pytest.fixture
def sources(tmp_path):
    made = []
    for name in ("stick", "phone", "card"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.txt").write_text("a")
        made.append(folder)
    return made


def boxes(window):
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def message(qtbot, window, timeout=5000):
    qtbot.waitUntil(lambda: bool(boxes(window)), timeout=timeout)
    (box,) = boxes(window)
    text = box.text()
    box.accept()
    return text


def opened(qtbot, window, folder, sources=()):
    window.start.folder.setText(str(folder))
    window.start.make.click()
    qtbot.waitUntil(lambda: window.page is not None)
    for source in sources:
        window.page.case.scans.add(Wanted(source, source.name, Settings(workers=1)))
    return window.page


def test_evidence_that_is_unplugged_stops_its_scan_alone(qtbot, window, actions, tmp_path, sources):
    page = opened(qtbot, window, tmp_path / "case", sources[:2])
    scans = page.case.scans
    qtbot.waitUntil(lambda: len(actions.scanned) == 2)

    def gone(case, source, **more):
        raise SourceGone(f"{source}: the evidence cannot be read any more; connect it again")

    actions.scan = gone
    scans.add(Wanted(sources[2], "C", Settings()))
    assert "connect it again" in message(qtbot, window)
    assert list(scans.at_work) == sources[:2]
    assert not scans.stopping


def test_a_full_disk_stops_all_and_is_said_once(qtbot, window, actions, tmp_path, sources):
    page = opened(qtbot, window, tmp_path / "case", sources)
    actions.fails = CaseError("the disk is full; free some space on that disk; nothing that was stored is lost")
    qtbot.waitUntil(lambda: len(actions.scanned) == 3)
    actions.let_end.set()
    qtbot.waitUntil(lambda: not page.case.scans.running)
    assert "free some space" in message(qtbot, window)
    assert boxes(window) == []
    page.open("hits")
    assert page.isEnabled()


def test_a_case_of_a_newer_version_is_not_touched(qtbot, window, tmp_path):
    Case.open_or_create(tmp_path / "case", actor="tester").close()
    with sqlite3.connect(tmp_path / "case" / "case.db") as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    window.open_case(tmp_path / "case")
    assert "made by a newer Sigap" in message(qtbot, window)
    assert window.page is None
    assert window.start.isEnabled()
    with sqlite3.connect(tmp_path / "case" / "case.db") as database:
        assert database.execute("PRAGMA user_version").fetchone() == (999,)
    database.close()


def test_a_database_that_another_program_holds_is_said_and_the_window_lives(qtbot, window, tmp_path):
    Case.open_or_create(tmp_path / "case", actor="tester").close()
    command = [sys.executable, "-c", HOLD, str(tmp_path / "case" / "case.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        window.open_case(tmp_path / "case")
        window._entries["ui_language.id"].trigger()  # while it waits, the window answers
        assert window.start.make.text() == "Buat kasus dan mulai"
        assert "locked" in message(qtbot, window, timeout=60_000)
        holder.stdin.close()
    window.open_case(tmp_path / "case")
    qtbot.waitUntil(lambda: window.page is not None, timeout=30_000)


@pytest.mark.parametrize("content", [b"", b"this is no database", b"SQLite format 3\0" + bytes(200)])
def test_a_database_that_is_none_is_refused(qtbot, window, tmp_path, content):
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "case.db").write_bytes(content)
    window.open_case(tmp_path / "case")
    if content:
        assert "case" in message(qtbot, window)
        assert window.page is None
    else:  # an empty file is an empty database to SQLite: it becomes a case
        qtbot.waitUntil(lambda: window.page is not None)


def test_a_place_that_cannot_be_written_is_said(qtbot, window, tmp_path):
    (tmp_path / "file").write_text("x")
    window.start.folder.setText(str(tmp_path / "file" / "case"))
    window.start.make.click()
    assert str(tmp_path / "file") in message(qtbot, window)
    assert window.start.isEnabled()


@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not have")
def test_names_of_every_kind_are_scanned_and_written_out(qtbot, desktop, tmp_path):
    odd = tmp_path / "bukti <b>x\u202e%s\n{0}"
    odd.mkdir()
    for name in (
        b"caf\xe9.txt",
        "\u202egpj.exe".encode(),
        b"a\nb",
        b"%00{n}",
        b"-rf",
        b"x" * 250,
        "nama 漢字 🙂".encode(),
    ):
        (odd / os.fsdecode(name)).write_text("x")
    window = desktop(CoreActions())
    page = opened(qtbot, window, tmp_path / "case", [odd])
    board = page.panes["board"]
    qtbot.waitUntil(lambda: bool(board.cards))
    (card,) = board.cards.values()
    qtbot.waitUntil(lambda: "examined to the end" in card.exhibit.text(), timeout=60_000)
    assert "bukti <b>x[U+202E]%s[U+000A]{0}" in card.source.text()
    assert card.limits.text().startswith("8 found = 8 examined")
    page.open("files")
    files = page.panes["files"]
    qtbot.waitUntil(lambda: files.model.rowCount() == 7)
    qtbot.waitUntil(lambda: any(files.model.index(row, 0).data() == "[U+202E]gpj.exe" for row in range(7)))
    assert boxes(window) == []
