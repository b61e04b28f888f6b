"""Pictures of the desktop for the documentation: a demo case in a real window, shown on a screen of its own.

    python bench/screenshot.py [FOLDER]          writes FOLDER/*.png (docs/pictures by default)

Without a display, Xvfb is started for it. The evidence is that of `triage demo`: everything in it is made up.
"""

from __future__ import annotations

import lzma
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QDialog

from triage.assets import resource
from triage.hashing.importer import Wish, import_list
from triage.settings import home
from triage.ui import prepare
from triage.ui.core import CoreActions
from triage.ui.evidence import EvidenceDialog
from triage.ui.files import FilesPane
from triage.ui.language import Language
from triage.ui.list_dialog import ListsDialog
from triage.ui.media import MediaPane
from triage.ui.report import ReportPane
from triage.ui.search import SearchPane
from triage.ui.start import NewCase
from triage.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.ui.page import CasePage

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
EXHIBITS = (("stick.img", "BB-01"), ("laptop.img", "BB-02"), ("phone.tar", "BB-03"), ("Arsip kantor", "BB-04"))
LISTS = (("contoh-notable", "notable", "notable.csv"), ("contoh-known", "known", "known.sha1.txt"))
DARK = ("board", "conversations", "search", "timeline")  # panes that are taken in the dark, too, in one language
KEYWORDS = "transfer\nkirim\nfoto\n/[0-9]{3}[- ]?[0-9]{4}/\nundangan\n"
GRABBED: list[QDialog] = []  # what is taken in place of the window
LONGEST = 180.0  # seconds that any one step may take
SCREEN = "1366x768x24"


def main() -> int:
    """Take every picture; returns the exit code."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    target.mkdir(parents=True, exist_ok=True)
    with display(), demo_folder() as folder:
        application = QApplication(sys.argv[:1])
        prepare(application)
        for language in ("id", "en"):
            take_pictures(application, folder, target, language)
    return 0


def take_pictures(application: QApplication, folder: Path, target: Path, language: str) -> None:
    """One case from the start page to the report."""
    window = Window(CoreActions(), Language(language))
    window.resize(1366, 740)
    window.show()

    def take(name: str) -> None:
        settle(application)
        (GRABBED[-1] if GRABBED else window).grab().save(str(target / f"{name}-{language}.png"))

    window.start.examiner.setText("Penyidik Contoh")
    take("start")
    make_case(application, window, folder, language)
    assert window.page is not None
    scans = window.page.case.scans
    until(application, lambda: scans.latest is not None and scans.latest.phase == "examine" and scans.latest.done > 500)
    take("board-scanning")
    until(application, lambda: not scans.running)
    settle(application, 1.0)
    for pane in window.page.panes:
        show_pane(application, window.page, pane)
        take(pane)
    show_pane(application, window.page, "check")
    take("check")
    take_more(application, window, take, folder)
    if language == "en":
        window.theme.use("dark")
        for pane in DARK:
            window.page.open(pane)
            settle(application, 0.8)
            take(f"{pane}-dark")
        window.theme.use("light")
    window.close()
    until(application, lambda: not window.isVisible())


def take_more(application: QApplication, window: Window, take: Callable[[str], None], folder: Path) -> None:
    """The dialogs and the tour."""
    assert window.page is not None
    window.tour.begin()
    take("tour")
    window.tour.leave.click()
    window.page.add(folder / EXHIBITS[0][0])
    dialog = window.page.findChildren(EvidenceDialog)[-1]
    until(application, dialog.start.isEnabled)
    take_dialog(application, dialog, take, "evidence")
    window.show_lists()
    lists = window.findChildren(ListsDialog)[-1]
    until(application, lambda: bool(lists.model.rows))
    take_dialog(application, lists, take, "lists")


def take_dialog(application: QApplication, dialog: QDialog, take: Callable[[str], None], name: str) -> None:
    """A dialog by itself."""
    settle(application)
    GRABBED.append(dialog)
    take(name)
    GRABBED.clear()
    dialog.reject()
    settle(application)


def make_case(application: QApplication, window: Window, folder: Path, language: str) -> None:
    """A case with four exhibits that are examined one after the other."""
    names = tuple(sorted(name for name, _, _ in LISTS))
    source, exhibit = EXHIBITS[0]
    window.new_case(
        NewCase(folder / f"case-{language}" / "Operasi Contoh", "Penyidik Contoh", exhibit, folder / source, names)
    )
    until(application, lambda: window.page is not None)
    for source, exhibit in EXHIBITS[1:]:
        add(application, window, folder / source, exhibit)


def show_pane(application: QApplication, page: CasePage, pane: str) -> None:
    """Open a pane, choose something in it, and let it settle."""
    page.open("report" if pane == "check" else pane)
    settle(application, 1.2)
    if pane in CHOOSE:
        CHOOSE[pane](application, page)
    settle(application, 0.5)


def choose_file(application: QApplication, page: CasePage) -> None:
    """A picture among the files."""
    files = page.panes["files"]
    assert isinstance(files, FilesPane)
    files.filters.text.setText("IMG")
    files.reload()
    until(application, lambda: 0 < files.model.rowCount() < 100)
    files.table.selectRow(2)


def choose_media(application: QApplication, page: CasePage) -> None:
    """The second of the gallery."""
    media = page.panes["media"]
    assert isinstance(media, MediaPane)
    until(application, lambda: media.model.rowCount() > 1)
    media.gallery.setCurrentIndex(media.model.index(1))


def choose_words(application: QApplication, page: CasePage) -> None:
    """A list of keywords, counted, and one of them searched for."""
    search = page.panes["search"]
    assert isinstance(search, SearchPane)
    words = page.case.folder.parent / "kata.txt"
    words.write_text(KEYWORDS, encoding="utf-8")
    search.kept.take_list(words)
    search.box.setText("foto")
    search.reload()
    until(application, lambda: bool(search.model.rows) and search.kept.lines.topLevelItemCount() > 1)
    settle(application, 1.5)


def choose_report(application: QApplication, page: CasePage) -> None:
    """The pages are there."""
    report = page.panes["report"]
    assert isinstance(report, ReportPane)
    until(application, lambda: not report.preview.sheet.pixmap().isNull())


def choose_check(application: QApplication, page: CasePage) -> None:
    """A report that was written and checked."""
    report = page.panes["report"]
    assert isinstance(report, ReportPane)
    report.write.click()
    until(application, report.verify.isEnabled)
    report.verify.click()
    until(application, lambda: bool(report.model.rows))


CHOOSE = {
    "files": choose_file, "media": choose_media, "search": choose_words, "report": choose_report, "check": choose_check,
}  # fmt: skip


def add(application: QApplication, window: Window, source: Path, exhibit: str) -> None:
    """Add evidence as a person does: drop it, name the exhibit, go."""
    window.take(source)
    assert window.page is not None
    dialog = window.page.findChildren(EvidenceDialog)[-1]
    until(application, dialog.start.isEnabled)
    dialog.exhibit.setText(exhibit)
    dialog.accept()
    settle(application)


@contextmanager
def demo_folder() -> Iterator[Path]:
    """The exhibits of the demo, its lists imported into a home of its own."""
    folder = Path(tempfile.mkdtemp(prefix="sigap-"))
    os.environ["TRIAGE_HOME"] = str(folder / "home")
    try:
        make_folder(folder / EXHIBITS[-1][0])
        for source, _ in EXHIBITS[:-1]:
            with lzma.open(resource("demo", f"{source}.xz")) as packed, (folder / source).open("wb") as stream:
                shutil.copyfileobj(packed, stream)
        for name, kind, file in LISTS:
            import_list(resource("demo", "lists", file), Wish(name, kind), home=home(), actor="screenshot")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_folder(folder: Path, files: int = 6000) -> None:
    """Many small files, so that there is something to see while they are examined."""
    for number in range(files):
        place = folder / f"{2020 + number % 6}" / f"bulan-{number % 12 + 1:02}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"catatan-{number:05}.txt").write_text(f"catatan contoh {number}\n" * 200, encoding="utf-8")


@contextmanager
def display() -> Iterator[None]:
    """The display there is, or one of our own."""
    if os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM"):
        yield
        return
    read, write = os.pipe()
    command = ["Xvfb", "-screen", "0", SCREEN, "-displayfd", str(write), "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as number:
            os.environ["DISPLAY"] = f":{number.readline().strip()}"
        try:
            yield
        finally:
            if application := QApplication.instance():
                application.quit()
            server.terminate()


def until(application: QApplication, done: Callable[[], bool]) -> None:
    """Let the desktop work until this is so."""
    end = time.monotonic() + LONGEST
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("the desktop did not get there")
        application.processEvents()
        time.sleep(0.01)


def settle(application: QApplication, seconds: float = 0.3) -> None:
    """Let the desktop work for a while."""
    end = time.monotonic() + seconds
    until(application, lambda: time.monotonic() >= end)


if __name__ == "__main__":
    sys.exit(main())
