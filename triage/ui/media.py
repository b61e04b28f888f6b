"""The gallery: pictures, clips and sounds in groups, small, grey, blurred and mute; looked at one by one, graded by key.

What matched a list of notable content is not revealed unless the examiner allows it for this case, and confirms that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from triage import settings
from triage.queries import GalleryWish
from triage.reviewing import grading_schemes, keep_preferences, recall_preferences
from triage.ui.breaks import BreakBar
from triage.ui.compare import CompareDialog
from triage.ui.exposure import ExposureDialog
from triage.ui.file_card import CardDialog
from triage.ui.gallery_filters import GalleryFilters
from triage.ui.grading import GradingBar
from triage.ui.grid import GridView
from triage.ui.grid_model import GridModel
from triage.ui.media_facts import media_lines
from triage.ui.paged import Thumbnails
from triage.ui.pane import Pane, detail_box, plain_label, scrolled
from triage.ui.peek import BOX, Peek
from triage.ui.periods import PeriodChip
from triage.ui.preferences import PreferencesDialog
from triage.ui.scrubbing import Frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.queries import GalleryChoices, GalleryIds, GalleryRow, MediaRow, Queries, WhenceRow
    from triage.reviewing import GradingScheme
    from triage.ui.grid_model import Answer
    from triage.ui.opened import OpenCase

_GROUP_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_FRAME_STEPS = {",": -1, ".": 1}


class MediaPane(Pane):
    """The grid with what it shows above it, and beside it the chosen one with its grades and facts."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.preferences = recall_preferences(settings.home())
        self.schemes = grading_schemes(settings.home())
        self.chip = PeriodChip(self)
        self.words, self.keys = plain_label(), plain_label()
        self.filters = GalleryFilters(case.language)
        self.model = GridModel(case.language, self._fetch)
        self.thumbnails = Thumbnails(case, square=True)
        self.gallery = GridView(self.model, case.language, self.thumbnails, Frames(case))
        self.breaks = BreakBar(case, self.preferences)
        self.peek = Peek(case, self.breaks.refusal)
        self.grading = GradingBar(case, self.preferences, self._scheme(), self.chosen)
        self.detail = detail_box()
        self.like, self.compare, self.card, self.exposure, self.prefer = (QPushButton() for _ in range(5))
        self.tabs = QTabWidget()
        self.filters.use(self.grading.scheme)
        self._facts: tuple[MediaRow | None, WhenceRow | None] = (None, None)
        self._asked = 0
        self._wanted: int | None = None
        self._connect()
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Read the gallery anew; the chosen one stays chosen. An answer that a later question has overtaken is dropped."""
        self.breaks.begin()
        self._asked += 1
        asked, wish = self._asked, replace(self.filters.wish(), period=self.case.periods.chosen)
        self.words.setText(self.language("ui_files.searching"))
        self.case.ask(lambda queries: _found(queries, wish), lambda both: self._show(*both, asked))
        self.grading.reload()

    def narrow(self, what: object) -> None:
        """Choose this entry, as another pane asked, among everything."""
        if isinstance(what, int):
            self.filters.clear()
            self._wanted = what
            if self.case.periods.chosen:
                self.case.periods.clear()  # the picture may lie outside
            self.reload()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.gallery.setAccessibleName(say("ui_pane.media"))
        self.detail.setAccessibleName(say("ui.details"))
        for widget in (self.tabs, self.tabs.tabBar()):
            widget.setAccessibleName(say("ui_gallery.beside"))
        for place, name in enumerate(("ui_grade.title", "ui.details")):
            self.tabs.setTabText(place, say(name))
        self.like.setText(say("belonging.show" if self.filters.like is None else "belonging.all"))
        self.compare.setText(say("ui_compare.button"))
        self.card.setText(say("ui_card.button"))
        self.compare.setToolTip(say("ui_compare.hint"))
        self.prefer.setText(say("ui_prefer.button"))
        self.keys.setText(say("ui_gallery.keys"))
        for part in (self.chip, self.filters, self.peek, self.grading, self.breaks):
            part.retranslate()
        self._say_total()
        self._say_exposure()
        self._say_detail()
        self.model.say_again()

    def chosen(self) -> list[int]:
        """The entries that are selected, in the order shown."""
        rows = sorted((span.top(), span.bottom()) for span in self.gallery.selectionModel().selection().toList())
        return list(dict.fromkeys(entry for top, bottom in rows for entry in self.model.ids[top : bottom + 1]))

    def conceal(self) -> None:
        """Nothing stays revealed."""
        self.peek.let_go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Space held in the gallery reveals, losing the focus hides, keys grade."""
        if event.type() == QEvent.Type.FocusOut:
            self.peek.let_go()
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.peek.hold() if event.type() == QEvent.Type.KeyPress else self.peek.let_go()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._press(event):
            return True
        return super().eventFilter(watched, event)

    def compare_two(self) -> None:
        """The first and the last of what is selected, side by side."""
        chosen = [index.row() for index in self.gallery.selectionModel().selectedIndexes()]
        rows = [self.model.row_at(number) for number in (min(chosen), max(chosen))] if len(chosen) > 1 else []
        if len(rows) == 2 and rows[0] and rows[1]:
            dialog = CompareDialog(self.case, (rows[0], rows[1]), self.breaks.refusal, self)
            for peek in dialog.peeks:
                peek.allow.setChecked(self.peek.allow.isChecked())
                peek.seen.connect(self.breaks.saw)
            dialog.open()

    def show_card(self) -> None:
        """The card of the chosen one."""
        entry = self._entry()
        if entry is not None:
            dialog = CardDialog(self.case, self.thumbnails, entry, self)
            dialog.card.go.connect(self.open_pane)
            dialog.open()

    def show_exposure(self) -> None:
        """The ledger."""
        ExposureDialog(self.case, self.breaks.ledger, self).open()

    def ask_preferences(self) -> None:
        """Scheme, thresholds, breaks."""
        dialog = PreferencesDialog(self.language, self.preferences, self.schemes, self.case.alert, self)
        dialog.accepted.connect(lambda: self._prefer(dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _prefer(self, dialog: PreferencesDialog) -> None:
        self.preferences, self.schemes = dialog.preferences, dialog.schemes
        self.breaks.prefer(self.preferences)
        self.grading.use(self.preferences, dialog.scheme)
        self.filters.use(dialog.scheme)
        self.case.do(lambda: keep_preferences(settings.home(), self.preferences), lambda _: None)
        self.reload()

    def _scheme(self) -> GradingScheme:
        return next((each for each in self.schemes if each.id == self.preferences.scheme), self.schemes[0])

    def _press(self, event: QKeyEvent) -> bool:
        """A key of the gallery; False where it means nothing here."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.grading.undo_last()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.grading.redo_last()
        elif event.key() == Qt.Key.Key_Delete:
            self.grading.take_back()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return self._step_group(event)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return self.grading.press(_key(event), self._group())
        else:
            return self._press_plain(_key(event))
        return True

    def _press_plain(self, key: str) -> bool:
        if key == "r":
            self.peek.toggle()
        elif key == "c":
            self.compare_two()
        elif key == "s":
            self._show_like()
        elif key in _FRAME_STEPS:
            self.peek.step(_FRAME_STEPS[key])
        else:
            return bool(key.strip()) and self.grading.press(key)
        return True

    def _step_group(self, event: QKeyEvent) -> bool:
        step = _GROUP_STEPS.get(Qt.Key(event.key()))
        if step and self.gallery.currentIndex().isValid():
            self.gallery.go_to_group(self.gallery.group_of(self.gallery.currentIndex().row()) + step)
        return bool(step)

    def _group(self) -> Sequence[int]:
        """Everything in the group of the chosen one."""
        if not self.gallery.currentIndex().isValid():
            return ()
        return self.gallery.ids_of_group(self.gallery.group_of(self.gallery.currentIndex().row()))

    def _fetch(self, ids: Sequence[int], answer: Answer) -> None:
        scheme = self.grading.scheme.id
        self.case.ask(lambda queries: queries.gallery_rows(ids, scheme), answer)

    def _show(self, found: GalleryIds, choices: GalleryChoices, asked: int) -> None:
        if asked != self._asked:
            return
        kept = self._wanted if self._wanted is not None else self._entry()
        scrolled = self.gallery.verticalScrollBar().value()
        self.filters.offer(choices)
        self.model.show(found)
        self._say_total()
        self._choose(kept, scrolled)

    def _choose(self, entry: int | None, scrolled: int) -> None:
        """The entry where it is still there, else the first; what was asked for comes into sight, else nothing moves."""
        wanted, self._wanted = self._wanted, None
        place = self.model.place_of(entry) if entry is not None else None
        if self.model.ids:
            self.gallery.setCurrentIndex(self.model.index(place or 0))
        if place is not None and wanted is None:
            self.gallery.verticalScrollBar().setValue(scrolled)
        self._show_chosen()

    def _entry(self) -> int | None:
        index: QModelIndex = self.gallery.currentIndex()
        return self.model.ids[index.row()] if index.isValid() else None

    def _row(self) -> GalleryRow | None:
        index: QModelIndex = self.gallery.currentIndex()
        return self.model.row_at(index.row()) if index.isValid() else None

    def _say_total(self) -> None:
        say, total, groups = self.language, len(self.model.ids), len(self.model.groups)
        if not total:
            self.words.setText(
                say("ui_media.none" if self.filters.wish() == _everything(self.filters) else "ui_gallery.none")
            )
            return
        self.words.setText(say("ui_gallery.count", n=say.number(total), groups=say.number(groups)))

    def _say_exposure(self) -> None:
        say = self.language
        time = say.duration(self.breaks.pace.today)
        self.exposure.setText(say("ui_exposure.today", n=say.number(self.breaks.viewed_today), time=time))

    def _show_chosen(self) -> None:
        row, entry = self._row(), self._entry()
        self.peek.show_row(row)
        self.grading.offer(any_chosen=self.gallery.selectionModel().hasSelection())
        self.like.setEnabled(entry is not None or self.filters.like is not None)
        self._say_detail()
        if entry is not None and (self._facts[0] is None or self._facts[0].entry_id != entry):
            self.case.ask(lambda queries: (queries.media_row(entry), queries.whence(entry)), self._take_facts)

    def _take_facts(self, facts: tuple[MediaRow | None, WhenceRow | None]) -> None:
        self._facts = facts
        self._say_detail()

    def _say_detail(self) -> None:
        row, whence = self._facts
        known = row is not None and row.entry_id == self._entry()
        text = media_lines(row, whence, self.language) if row and known else ""
        if text != self.detail.toPlainText():
            self.detail.setPlainText(text)

    def _show_like(self) -> None:
        """What belongs with the chosen one; a second time, everything again."""
        entry = self._entry()
        self.filters.like = entry if self.filters.like is None else None
        self._wanted = entry
        self.reload()
        self.retranslate()

    def _graded(self) -> None:
        """One that was graded gives way to the next."""
        if len(self.gallery.selectionModel().selectedIndexes()) == 1:
            following = self.gallery.currentIndex().row() + 1
            if following < len(self.model.ids):
                self.gallery.setCurrentIndex(self.model.index(following))

    def _connect(self) -> None:
        self.gallery.installEventFilter(self)
        self.gallery.selectionModel().currentChanged.connect(lambda *_: self._show_chosen())
        self.gallery.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self.model.dataChanged.connect(lambda *_: self.peek.show_row(self._row()))
        self.gallery.asked.connect(lambda _: self.show_card())
        self.filters.changed.connect(self.reload)
        self.peek.seen.connect(self.breaks.saw)
        self.breaks.changed.connect(self._say_exposure)
        self.grading.changed.connect(self.model.refresh)
        self.grading.given.connect(self._graded)
        for button, do in (
            (self.like, self._show_like),
            (self.compare, self.compare_two),
            (self.card, self.show_card),
            (self.exposure, self.show_exposure),
            (self.prefer, self.ask_preferences),
        ):
            button.clicked.connect(do)

    def _offer(self) -> None:
        chosen = self.gallery.selectionModel()
        self.grading.offer(any_chosen=chosen.hasSelection())
        spans = chosen.selection().toList()
        self.compare.setEnabled(sum(span.height() for span in spans) > 1)

    def _lay_out(self) -> None:
        side = QWidget()
        side.setFixedWidth(BOX + 124)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        self.tabs.addTab(scrolled(self.grading), "")
        self.tabs.addTab(self.detail, "")
        column.addWidget(self.peek)
        column.addWidget(self.tabs, 1)
        buttons = QHBoxLayout()
        for widget in (self.compare, self.card):
            buttons.addWidget(widget)
        column.addWidget(self.like)
        column.addLayout(buttons)
        left = QVBoxLayout()
        left.addWidget(self.filters)
        left.addWidget(self.gallery, 1)
        left.addWidget(self.keys)
        row = QHBoxLayout()
        row.addLayout(left, 1)
        row.addWidget(side)
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        for widget in (self.chip, self.exposure, self.prefer):
            head.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(self.breaks)
        whole.addLayout(row, 1)


def _found(queries: Queries, wish: GalleryWish) -> tuple[GalleryIds, GalleryChoices]:
    return queries.gallery_ids(wish), queries.gallery_choices()


def _everything(filters: GalleryFilters) -> GalleryWish:
    return GalleryWish(group=filters.wish().group, scheme=filters.wish().scheme)


def _key(event: QKeyEvent) -> str:
    """The character of a key, whatever Alt makes of it."""
    if 0x20 <= event.key() < 0x7F:
        return chr(event.key()).casefold()
    return event.text().casefold()
