"""The window: start page or case, menus, what is dropped, and an orderly end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMainWindow, QMenu, QStackedWidget

from triage import keys
from triage.errors import KeyLocked, UserError
from triage.settings import Settings, examiner, home
from triage.text import LANGUAGES
from triage.ui.alerts import alert, tell
from triage.ui.background import Background, Operation
from triage.ui.disks import DisksDialog
from triage.ui.icons import icon
from triage.ui.list_dialog import ListsDialog
from triage.ui.names import PANES
from triage.ui.remembered import keep, recall
from triage.ui.scans import Wanted
from triage.ui.start import NewCase, StartPage
from triage.ui.themes import NAMES as THEMES
from triage.ui.themes import Theme
from triage.ui.tour import Tour
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QUrl

    from triage.case import Case
    from triage.errors import SigapError
    from triage.ui.actions import Actions, ListChoice
    from triage.ui.language import Language
    from triage.ui.page import CasePage

SOON = 100  # milliseconds after which the window is on the screen


class Window(QMainWindow):
    """One case at a time. Closing stops a scan first: what was not examined stays pending."""

    def __init__(self, actions: Actions, language: Language) -> None:
        super().__init__()
        self._actions, self.language = actions, language
        self._remembered = recall()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.theme = Theme(application, self._remembered.theme, self)
        self._background = Background(1, "start")
        self._leaving = self._shown = False
        self._then: Callable[[], Any] = self._show_start
        self._menus: dict[str, QMenu] = {}
        self._entries: dict[str, QAction] = {}
        self.page: CasePage | None = None
        self.tour = Tour(language)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.tour)
        self.tour.hide()
        self.start = StartPage(language, self._remembered.examiner or examiner())
        self.stack = QStackedWidget()
        self.stack.addWidget(self.start)
        self.setCentralWidget(self.stack)
        self.setAcceptDrops(True)
        self.resize(1280, 720)
        self._make_menus()
        self._connect()
        self.retranslate()
        self._show_start()

    def open_case(self, folder: Path) -> None:
        """Open an existing case."""
        self._open(folder, create=False, then=lambda _: None)

    def new_case(self, wish: NewCase) -> None:
        """Make a case, or open the one that is there, and begin with the evidence if any was named."""
        self._remembered = replace(self._remembered, examiner=wish.examiner)
        self._open(wish.folder, create=True, then=lambda page: self._begin(page, wish))

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        for name, menu in self._menus.items():
            menu.setTitle(say(f"ui_menu.{name}"))
        for name, entry in self._entries.items():
            entry.setText(say(name))
        self._say_title()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Files and folders of this computer may be dropped anywhere."""
        if local_paths(event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """In a case: evidence. On the start page: a case, or the evidence of a new one."""
        event.acceptProposedAction()
        for path in local_paths(event.mimeData().urls()):
            self.take(path)

    def take(self, path: Path) -> None:
        """A path that was dropped."""
        if self.page:
            self.page.add(path)
        elif (path / "case.db").is_file():
            self.open_case(path)
        else:
            self.start.take_source(path)

    def show_demo(self) -> None:
        """Make the demonstration, open its case and walk through it."""
        self.start.setEnabled(False)
        self.statusBar().showMessage(self.language("ui_tour.making"))
        self._background.start(
            Operation(lambda: self._actions.demo(self.language.code), self._open_demo, self._no_demo)
        )

    def show_lists(self) -> None:
        """The hash lists of this computer; what was imported is offered afterwards."""
        dialog = ListsDialog(self._actions, self.language, self._background, self)
        dialog.finished.connect(lambda _: self._offer_lists())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def choose_disk(self, then: Callable[[Path], Any]) -> None:
        """Show the disks that are attached; `then` gets the one that is taken."""
        dialog = DisksDialog(self.language, self)
        dialog.accepted.connect(lambda: then(dialog.chosen) if dialog.chosen else None)
        dialog.finished.connect(dialog.deleteLater)
        self._background.start(Operation(self._actions.disks, dialog.show_disks, self._alert))
        dialog.open()

    def close_case(self) -> None:
        """Back to the start page; a scan is stopped first."""
        if self.page:
            self._leave(self._show_start)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Once there is something to see, load what a case needs."""
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            QTimer.singleShot(SOON, self._offer_lists)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """With a case open: let it go first, with a note; then close."""
        if self.page:
            event.ignore()
            self._leave(self.close)
            return
        self._background.close()
        self._remember()
        super().closeEvent(event)

    def _leave(self, then: Callable[[], Any]) -> None:
        """Stop the scan, and when it has stopped let the case go."""
        assert self.page is not None
        self._then = then
        if self._leaving:
            return
        self._leaving = True
        scans = self.page.case.scans
        self.statusBar().showMessage(self.language("ui.stopping" if scans.running else "ui.closing"))
        scans.idle.connect(self._let_go)
        scans.stop() if scans.running else self._let_go()

    def _let_go(self) -> None:
        """What readers still do may take a while: not on the main thread."""
        assert self.page is not None
        self.page.setEnabled(False)
        self._background.start(Operation(self.page.case.close, lambda _: self._left(), self._alert))

    def _left(self) -> None:
        assert self.page is not None
        page, self.page, self._leaving = self.page, None, False
        self.tour.hide()
        self.stack.removeWidget(page)
        page.deleteLater()
        self._then()

    def _open(self, folder: Path, *, create: bool, then: Callable[[CasePage], Any]) -> None:
        if self.page:
            return
        actor = self.start.examiner.text().strip() or examiner()
        self.start.setEnabled(False)
        self._background.start(
            Operation(
                lambda: (_page(), self._actions.open_case(folder.absolute(), actor=actor, create=create))[1],
                lambda case: then(self._show_case(case)),
                lambda error: self._not_opened(error, lambda: self._open(folder, create=create, then=then)),
            )
        )

    def _not_opened(self, error: SigapError, again: Callable[[], None]) -> None:
        if isinstance(error, KeyLocked) and self._unlocked():
            again()
            return
        self.start.setEnabled(True)
        self._alert(error)

    def _show_case(self, case: Case) -> CasePage:
        self._remembered = self._remembered.with_case(case.folder)
        self._remember()
        self.page = _page().of(case, self._actions, self.language, self._alert)
        self.page.case.tell = partial(tell, self)
        self.stack.addWidget(self.page)
        self.stack.setCurrentWidget(self.page)
        self._offer_sound(self.page)
        self._enable()
        self._say_title()
        return self.page

    def _offer_sound(self, page: CasePage) -> None:
        board = page.board
        board.sound.setChecked(self._remembered.sound)
        board.sound_chosen.connect(self._choose_sound)

    def _choose_sound(self, wanted: bool) -> None:  # noqa: FBT001  a signal's value
        self._remembered = replace(self._remembered, sound=wanted)
        self._remember()

    def _use_theme(self, name: str) -> None:
        self.theme.use(name)
        self._remember()

    def _begin(self, page: CasePage, wish: NewCase) -> None:
        page.exhibit = wish.exhibit
        if wish.source:
            source = wish.source.absolute()
            page.case.scans.add(Wanted(source, wish.exhibit or source.name, Settings(lists=wish.lists)))

    def _open_demo(self, case: Path) -> None:
        self.statusBar().clearMessage()
        self._open(case, create=False, then=lambda _: self._begin_tour())

    def _no_demo(self, error: SigapError) -> None:
        self.start.setEnabled(True)
        self.statusBar().clearMessage()
        self._alert(error)

    def _begin_tour(self) -> None:
        if self.page:
            self.tour.begin()

    def _end_tour(self) -> None:
        """Taken or left: it does not offer itself again; the menu has it."""
        self.tour.hide()
        self._remembered = replace(self._remembered, toured=True)
        self._remember()

    def _recognise(self, source: Path) -> None:
        """Say on the start page what was named or dropped there."""

        def tell(words: str) -> None:
            self.start.show_recognised(source, words)

        say = self.language
        self._background.start(
            Operation(
                lambda: self._actions.recognised(source.expanduser()),
                lambda word: tell(say("ui_desk.recognised", format=say.choice("ui_format", word))),
                lambda error: tell(shown(str(error), limit=2000)),
            )
        )

    def _show_start(self) -> None:
        self.start.setEnabled(True)
        self.start.show_recent(self._remembered)
        self.stack.setCurrentWidget(self.start)
        self.statusBar().clearMessage()
        if self._shown:
            self._offer_lists()
        self._enable()
        self._say_title()

    def _offer_lists(self) -> None:
        self._background.start(Operation(self._loaded, self.start.offer_lists, self._alert))

    def _loaded(self) -> list[ListChoice]:
        """The lists; and the panes of a case are loaded, which would hold up the first one that is opened."""
        _page()
        return self._actions.lists()

    def _unlocked(self) -> bool:
        """Ask for the passphrase of the signing key; True where it opened."""
        title, question = self.language("ui_key.title"), self.language("ui_key.ask", name=keys.key_name())
        passphrase, given = QInputDialog.getText(self, title, question, QLineEdit.EchoMode.Password)
        if not given:
            return False
        try:
            keys.unlock(home(), passphrase)
        except UserError as error:
            self._alert(error)
            return False
        return True

    def _alert(self, error: SigapError) -> None:
        alert(self, self.language, error)

    def _remember(self) -> None:
        self._remembered = replace(self._remembered, language=self.language.code, theme=self.theme.wish)
        keep(self._remembered)

    def _say_title(self) -> None:
        name = self.language("ui.name")
        self.setWindowTitle(f"{shown(self.page.case.folder.name)} — {name}" if self.page else name)

    def _enable(self) -> None:
        for name, entry in self._entries.items():
            if name.startswith(("ui_pane.", "ui_board.", "ui_menu.close_case", "ui_menu.refresh", "ui_menu.tour")):
                entry.setEnabled(self.page is not None)

    def _connect(self) -> None:
        self.start.new_asked.connect(self.new_case)
        self.start.open_asked.connect(self.open_case)
        self.start.source_named.connect(self._recognise)
        self.start.demo_asked.connect(self.show_demo)
        self.tour.at.connect(self._open_pane)
        self.tour.left.connect(self._end_tour)
        self.start.lists_asked.connect(self.show_lists)
        self.start.disk_asked.connect(lambda: self.choose_disk(self.start.take_source))
        self.language.changed.connect(self.retranslate)
        self.setWindowIcon(icon("sigap", self.palette()))

    def _add_disk(self, page: CasePage) -> None:
        self.choose_disk(page.add)

    def _with_page(self, do: Callable[[CasePage], Any]) -> None:
        if self.page:
            do(self.page)

    def _open_pane(self, name: str) -> None:
        self._with_page(lambda page: page.open(name))

    def _make_menus(self) -> None:
        self._menu("case")
        self._entry("ui_board.add_file", lambda: self._with_page(lambda page: page.add_file()), QKeySequence("Ctrl+O"))
        self._entry(
            "ui_board.add_folder", lambda: self._with_page(lambda page: page.add_folder()), QKeySequence("Ctrl+Shift+O")
        )
        self._entry("ui_board.add_disk", lambda: self._with_page(self._add_disk), QKeySequence("Ctrl+D"))
        self._entry("ui_lists.open", self.show_lists, QKeySequence("Ctrl+L"))
        self._entry("ui_menu.close_case", self.close_case, QKeySequence("Ctrl+W"))
        self._entry("ui_menu.quit", self.close, QKeySequence("Ctrl+Q"))
        self._menu("view")
        for name in PANES:
            self._entry(f"ui_pane.{name}", partial(self._open_pane, name))
        self._entry("ui_menu.refresh", lambda: self._with_page(lambda page: page.reload()), QKeySequence("F5"))
        self._entry("ui_menu.tour", self._begin_tour)
        self._choices("theme", THEMES, self.theme.wish, self._use_theme)
        self._choices("language", LANGUAGES, self.language.code, self.language.use)

    def _choices(self, menu: str, names: Sequence[str], chosen: str, use: Callable[[str], Any]) -> None:
        """A menu of which one entry holds."""
        self._menu(menu)
        group = QActionGroup(self)
        for name in names:
            entry = self._entry(f"ui_{menu}.{name}", partial(use, name))
            entry.setCheckable(True)
            entry.setChecked(name == chosen)
            group.addAction(entry)

    def _menu(self, name: str) -> None:
        self._menus[name] = self.menuBar().addMenu(name)

    def _entry(self, name: str, do: Callable[[], Any], keys: QKeySequence | None = None) -> QAction:
        entry = self._entries[name] = QAction(self)
        entry.triggered.connect(lambda _checked=False: do())
        if keys:
            entry.setShortcut(keys)
        list(self._menus.values())[-1].addAction(entry)
        return entry


def _page() -> type[CasePage]:
    """Loaded off the main thread: at the start the window alone is waited for."""
    from triage.ui.page import CasePage  # noqa: PLC0415  # see above

    return CasePage


def local_paths(urls: list[QUrl]) -> list[Path]:
    """The paths on this computer among what was dropped."""
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
