"""The window from the start page to the end: new case, evidence, progress, stop, resume, language, errors."""

import pytest
from desktop_fakes import Steered
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMessageBox

from triage.errors import CaseError, UserError
from triage.run import Progress
from triage.ui.core import CoreActions
from triage.ui.evidence import EvidenceDialog
from triage.ui.remembered import Remembered, keep, recall
from triage.ui.window import local_paths


@pytest.fixture
def actions():
    return Steered()


@pytest.fixture
def window(desktop, actions):
    return desktop(actions)


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "evidence"
    folder.mkdir()
    for number in range(30):
        (folder / f"catatan {number}.txt").write_text(f"catatan {number}\n")
    return folder


def new_case(qtbot, window, folder, *, source=None, exhibit="BB-07"):
    start = window.start
    start.folder.setText(str(folder))
    start.exhibit.setText(exhibit)
    start.source.setText(str(source or ""))
    qtbot.mouseClick(start.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.page is not None)
    return window.page


def board_card(qtbot, page):
    board = page.panes["board"]
    qtbot.waitUntil(lambda: bool(board.cards))
    return next(iter(board.cards.values()))


def message(qtbot, window):
    def boxes():
        return [box for box in window.findChildren(QMessageBox) if box.isVisible()]

    qtbot.waitUntil(lambda: bool(boxes()))
    (box,) = boxes()
    assert box.textFormat() == Qt.TextFormat.PlainText
    text = box.text()
    box.accept()
    return text


def leave(qtbot, window):
    window.close_case()
    qtbot.waitUntil(lambda: window.page is None)


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)), QUrl("https://example.invalid/x")])
    place = QPointF(300, 300)
    window.dropEvent(
        QDropEvent(place, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    )


def test_the_start_page_waits_for_a_folder(window):
    assert not window.start.make.isEnabled()
    window.start.folder.setText("somewhere")
    assert window.start.make.isEnabled()


def test_a_new_case_is_made_and_remembered(qtbot, window, tmp_path):
    window.start.examiner.setText("Penyidik Contoh")
    page = new_case(qtbot, window, tmp_path / "case")
    assert (tmp_path / "case" / "case.db").is_file()
    assert page.case._case.actor == "Penyidik Contoh"
    assert window.windowTitle() == "case — Sigap"
    assert recall().recent == (str(tmp_path / "case"),)
    leave(qtbot, window)
    assert window.start.cases.item(0).text() == str(tmp_path / "case")
    qtbot.mouseClick(window.start.go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.page is not None)


def test_evidence_of_the_form_is_examined_at_once(qtbot, window, actions, tmp_path, source):
    page = new_case(qtbot, window, tmp_path / "case", source=source)
    qtbot.waitUntil(lambda: bool(actions.scanned))
    assert actions.scanned[0][:2] == (source, "BB-07")
    assert page.case.scans.running


def test_dropped_evidence_is_asked_about_and_examined(qtbot, window, actions, tmp_path, source):
    page = new_case(qtbot, window, tmp_path / "case")
    drop(window, source)
    (dialog,) = page.findChildren(EvidenceDialog)
    qtbot.waitUntil(dialog.start.isEnabled)
    assert dialog.format.text() == "folder"
    dialog.exhibit.setText("BB-09")
    dialog.quick.setChecked(True)
    dialog.password.setText("rahasia")
    dialog.accept()
    qtbot.waitUntil(lambda: bool(actions.scanned))
    assert actions.scanned[0][1] == "BB-09"
    assert actions.scanned[0][2].profile == "quick"
    assert actions.password == "rahasia"
    assert "rahasia" not in repr(page.case.scans.at_work)


def test_what_is_no_evidence_is_said_in_the_dialog(qtbot, window, tmp_path):
    page = new_case(qtbot, window, tmp_path / "case")
    drop(window, tmp_path / "nothing here")
    (dialog,) = page.findChildren(EvidenceDialog)
    qtbot.waitUntil(lambda: "nothing here" in dialog.format.text())
    assert not dialog.start.isEnabled()
    dialog.reject()


def test_progress_is_shown_as_it_stands(qtbot, window, actions, tmp_path, source):
    page = new_case(qtbot, window, tmp_path / "case", source=source)
    card = board_card(qtbot, page)
    qtbot.waitUntil(lambda: "3 done, 7 pending, 1 problems" in card.pace.text())
    assert "time left not known yet" in card.pace.text()
    assert card.reading.text() == "Read last: /a/b"
    assert card.bar.value() * 10 == card.bar.maximum() * 3
    actions.moment = Progress(
        "hash-after", bytes_done=1 << 20, bytes_total=4 << 20, remaining_s=90.0, bytes_per_second=2e6
    )
    qtbot.waitUntil(lambda: "1.0 MiB of 4.0 MiB" in card.pace.text())
    assert "about 1 min 30 s left" in card.pace.text()
    assert "Digest of the source after" in card.pace.text()


def test_a_hostile_path_in_the_progress_is_written_out(qtbot, window, actions, tmp_path, source):
    actions.moment = Progress("examine", done=1, current="/<b>a</b>\u202egpj.exe")
    card = board_card(qtbot, new_case(qtbot, window, tmp_path / "case", source=source))
    qtbot.waitUntil(lambda: card.reading.text() == "Read last: /<b>a</b>[U+202E]gpj.exe")


def test_a_scan_that_fails_says_why_once(qtbot, window, actions, tmp_path, source):
    actions.fails = UserError("<b>the stick</b> is gone; plug it in again")
    page = new_case(qtbot, window, tmp_path / "case", source=source)
    actions.let_end.set()
    assert message(qtbot, window) == "<b>the stick</b> is gone; plug it in again"
    assert not page.case.scans.running


def test_a_folder_with_other_things_is_refused_with_advice(qtbot, window, tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    window.start.folder.setText(str(tmp_path))
    window.start.make.click()
    assert "name a new or empty folder" in message(qtbot, window)
    assert window.page is None
    assert window.start.isEnabled()


def test_a_case_that_cannot_be_read_says_so(qtbot, window, actions, tmp_path):
    def broken(_folder):
        raise CaseError("the disk is full; free some space")

    actions.read = broken
    page = new_case(qtbot, window, tmp_path / "case")
    assert "free some space" in message(qtbot, window)
    page.open("hits")
    assert "free some space" in message(qtbot, window)


def test_the_language_changes_at_once_and_is_remembered(qtbot, window, language, actions, tmp_path, source):
    page = new_case(qtbot, window, tmp_path / "case", source=source)
    card = board_card(qtbot, page)
    window._entries["ui_language.id"].trigger()
    assert page.names.item(0).text() == "Papan"
    assert card.stop.text() == "Hentikan"
    assert window._entries["ui_menu.quit"].text() == "Keluar"
    qtbot.waitUntil(lambda: "3 selesai, 7 menunggu" in card.pace.text())
    actions.let_end.set()
    qtbot.waitUntil(lambda: not page.case.scans.running)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert recall().language == "id"


def test_closing_stops_the_scan_first_and_asks_nothing(qtbot, window, tmp_path, source):
    page = new_case(qtbot, window, tmp_path / "case", source=source)
    assert not window.close()
    assert page.case.scans.stopping
    assert "nothing is lost" in window.statusBar().currentMessage()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_a_case_is_held_by_one_program(qtbot, window, desktop, tmp_path):
    new_case(qtbot, window, tmp_path / "case")
    second = desktop()
    second.open_case(tmp_path / "case")
    assert "open in another Sigap" in message(qtbot, second)


def test_dropping_a_case_on_the_start_page_opens_it(qtbot, window, desktop, tmp_path, source):
    new_case(qtbot, window, tmp_path / "case")
    leave(qtbot, window)
    drop(window, tmp_path / "case")
    qtbot.waitUntil(lambda: window.page is not None)
    leave(qtbot, window)
    drop(window, source)
    assert window.start.source.text() == str(source)


def test_only_paths_of_this_computer_are_taken():
    urls = [QUrl("https://example.invalid/a"), QUrl.fromLocalFile("/b")]
    assert [str(path) for path in local_paths(urls)] == ["/b"]


def test_a_broken_memory_counts_as_none(tmp_path):
    keep(Remembered(("a",), "Penyidik", "id"))
    assert recall() == Remembered(("a",), "Penyidik", "id")
    from triage import settings

    for text in ("{", "[]", '{"recent": 3, "language": "xx"}'):
        (settings.home() / "desktop.json").write_text(text)
        assert recall() == Remembered()


def test_a_real_scan_stopped_and_gone_on_with(qtbot, desktop, tmp_path, source):
    """The program's own actions: scan, report, verify."""
    actions = CoreActions()
    window = desktop(actions)
    page = new_case(qtbot, window, tmp_path / "case", source=source)
    page.case.scans.stop()
    qtbot.waitUntil(lambda: not page.case.scans.running, timeout=20_000)
    card = board_card(qtbot, page)
    qtbot.waitUntil(card.start.isVisible)
    card.start.click()
    qtbot.waitUntil(lambda: "examined to the end" in card.exhibit.text(), timeout=30_000)
    assert card.verdict.text() == "Not compared with any list: files were listed and read, and nothing was looked for."
    assert card.limits.text().startswith("31 found = 31 examined")
    write_and_verify(qtbot, page)


def write_and_verify(qtbot, page):
    page.open("report")
    pane = page.panes["report"]
    pane.tongue.setCurrentIndex(0)
    pane.write.click()
    qtbot.waitUntil(pane.verify.isEnabled, timeout=20_000)
    assert pane.folder.text().endswith("-id")
    pane.verify.click()
    qtbot.waitUntil(lambda: pane.model.rowCount() > 0, timeout=20_000)
    assert {pane.model.index(row, 0).data() for row in range(pane.model.rowCount())} == {"holds"}
    next(path for path in (page.case.folder / "reports").rglob("*.html")).write_text("changed")
    pane.verify.click()
    qtbot.waitUntil(lambda: "FAIL" in pane.words.text(), timeout=20_000)
    assert pane.model.index(0, 0).data() == "FAILS"
    pane.verify_case.click()
    qtbot.waitUntil(lambda: pane.model.rowCount() > 2, timeout=20_000)
