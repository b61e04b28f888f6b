"""The dialog of lists: a dropped file is recognised, imported with a receipt, logged; age; removal is asked for once more."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from triage import settings
from triage.custody import LOG_FILE, read_events
from triage.ui.list_dialog import ListsDialog, age

MD5 = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def window(desktop):
    return desktop()


@pytest.fixture
def dialog(qtbot, window):
    window._entries["ui_lists.open"].trigger()
    (found,) = window.findChildren(ListsDialog)
    qtbot.waitUntil(lambda: bool(found.words.text()))
    return found


def drop(dialog, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    dialog.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )


def test_a_dropped_list_is_recognised_imported_and_receipted(qtbot, window, dialog, tmp_path):
    file = tmp_path / "contoh.md5"
    file.write_text(f"{MD5}  a.jpg\n{MD5[::-1]}  b.jpg\nnot a digest\n{MD5}  again.jpg\n")
    assert "No list has been imported" in dialog.words.text()
    drop(dialog, file)
    qtbot.waitUntil(dialog.take.isEnabled)
    assert dialog.name.text() == "contoh"
    dialog.version.setText("2026-11")
    qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    text = dialog.told.toPlainText()
    assert "2" in text.splitlines()[0]
    assert dialog.model.rows[0].digest in text
    assert [dialog.model.index(0, column).data() for column in (0, 2, 3, 5)] == ["contoh", "2", "2026-11", "0 days"]
    actions = [event.action for event in read_events(settings.home() / LOG_FILE)]
    assert actions[-2:] == ["list.import.start", "list.import.end"]
    dialog.reject()
    qtbot.waitUntil(lambda: window.start.lists.chosen() == ("contoh",))


def test_what_is_no_list_is_said_and_nothing_is_taken(qtbot, dialog, tmp_path):
    drop(dialog, tmp_path / "nothing.csv")
    qtbot.waitUntil(lambda: "no such file" in dialog.told.toPlainText())
    assert not dialog.offer_box.isVisible()


def test_a_list_is_removed_after_a_second_question(qtbot, dialog, tmp_path):
    file = tmp_path / "contoh.md5"
    file.write_text(f"{MD5}  a.jpg\n")
    drop(dialog, file)
    qtbot.waitUntil(dialog.take.isEnabled)
    dialog.take.click()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    assert not dialog.remove.isEnabled()
    dialog.table.selectRow(0)
    dialog.remove.click()
    dialog.question.reject()
    assert dialog.model.rowCount() == 1
    dialog.remove.click()
    dialog.question.accept()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 0)


def test_an_old_list_is_called_old(language):
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert age("2026-11-20T00:00:00Z", language, now=now) == "4 days"
    assert age("2026-01-01T00:00:00Z", language, now=now) == "327 days: OLD"
