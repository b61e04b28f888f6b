"""From plugging in to a scan: what is dropped is recognised, a folder is proposed, disks are offered with their warning; the tour."""

from pathlib import Path

import pytest
from desktop_fakes import Steered
from PySide6.QtCore import Qt

from triage.run import Attached
from triage.ui.disks import DisksDialog
from triage.ui.evidence import EvidenceDialog
from triage.ui.remembered import recall
from triage.ui.start import proposed_folder
from triage.ui.tour import STEPS

STICK = Attached(Path("/dev/sdx"), 32 << 30, "Contoh Stick", "S-1", True, False, ("/media/x",), False)
BLOCKED = Attached(Path("/dev/sdy"), 8 << 30, "Contoh", "", True, True, (), False)


class WithDisks(Steered):
    """A computer with two disks, and a demonstration that is a case made beforehand."""

    made = None

    def disks(self):
        return (STICK, BLOCKED)

    def recognised(self, source):
        return "device" if str(source).startswith("/dev/") else super().recognised(source)

    def demo(self, language):
        from triage.case import Case

        Case.open_or_create(self.made, actor="demo").close()
        return self.made


@pytest.fixture
def actions(tmp_path):
    made = WithDisks()
    made.made = tmp_path / "demo" / "case"
    made.made.parent.mkdir()
    return made


@pytest.fixture
def window(desktop, actions, monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "person")
    return desktop(actions)


def test_dropped_evidence_is_recognised_and_a_folder_proposed(qtbot, window, tmp_path):
    source = tmp_path / "Stik 1.zip"
    source.write_bytes(b"PK\x05\x06" + bytes(18))
    window.take(source)
    start = window.start
    qtbot.waitUntil(lambda: start.recognised.text() == "Recognised: zip archive")
    assert Path(start.folder.text()).parent == tmp_path / "person" / "Sigap cases"
    assert start.folder.text().endswith(" Stik 1")
    assert start.make.isEnabled()
    window.take(tmp_path / "nothing")
    qtbot.waitUntil(lambda: "there is no such file" in start.recognised.text())


def test_one_click_after_the_drop_the_scan_is_at_work(qtbot, window, actions, tmp_path):
    source = tmp_path / "stik"
    source.mkdir()
    (source / "a.txt").write_text("a")
    window.take(source)
    qtbot.mouseClick(window.start.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(actions.scanned))
    assert actions.scanned[0][:2] == (source, "stik")


def test_a_proposed_folder_is_never_one_that_is_there(tmp_path):
    first = proposed_folder(Path("/x/stick.img"), tmp_path)
    first.mkdir()
    assert proposed_folder(Path("/x/stick.img"), tmp_path) == first.with_name(f"{first.name} 2")


def test_disks_are_offered_with_what_is_to_be_thought_of(qtbot, window):
    window.start.choose_disk.click()
    (dialog,) = window.findChildren(DisksDialog)
    qtbot.waitUntil(lambda: dialog.disks.count() == 2)
    dialog.disks.setCurrentRow(0)
    assert "WRITABLE" in dialog.disks.item(0).text()
    assert "write blocker" in dialog.about.text()
    assert "/media/x" in dialog.about.text()
    dialog.disks.setCurrentRow(1)
    assert "write-protected" in dialog.disks.item(1).text()
    assert dialog.about.text() == ""
    dialog.accept()
    assert window.start.source.text() == "/dev/sdy"


@pytest.mark.parametrize(("disk", "must_allow"), [(STICK, True), (BLOCKED, False)])
def test_a_disk_the_system_may_write_to_is_examined_only_where_that_is_allowed(
    qtbot, window, actions, tmp_path, disk, must_allow
):
    window.start.folder.setText(str(tmp_path / "case"))
    window.start.make.click()
    qtbot.waitUntil(lambda: window.page is not None)
    window.page.add(disk.path)
    (dialog,) = window.page.findChildren(EvidenceDialog)
    qtbot.waitUntil(lambda: "Contoh" in dialog.format.text())
    assert dialog.start.isEnabled() is not must_allow
    assert dialog.writable.isVisible() is must_allow
    if must_allow:
        dialog.writable.setChecked(True)
    assert dialog.start.isEnabled()
    dialog.accept()
    qtbot.waitUntil(lambda: bool(actions.scanned))
    assert actions.scanned[0][2].allow_writable is must_allow


def test_the_tour_walks_through_the_demonstration_and_does_not_come_again(qtbot, window):
    assert window.start.first.isVisible()
    window.start.demo.click()
    qtbot.waitUntil(window.tour.isVisible)
    seen = []
    while window.tour.isVisible():
        page = window.page
        seen.append(next(name for name, pane in page.panes.items() if pane is page.stack.currentWidget()))
        assert len(window.tour.words.text()) > 40
        window.tour.next.click()
    assert tuple(seen) == STEPS
    assert recall().toured
    window.close_case()
    qtbot.waitUntil(lambda: window.page is None)
    assert not window.start.first.isVisible()


def test_the_tour_can_be_left_and_taken_again(qtbot, window):
    window.start.demo.click()
    qtbot.waitUntil(window.tour.isVisible)
    window.tour.leave.click()
    assert not window.tour.isVisible()
    assert recall().toured
    window._entries["ui_menu.tour"].trigger()
    assert window.tour.isVisible()
