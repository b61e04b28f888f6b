"""Pictures and clips: small, grey and blurred. One at a time is revealed, as long as a key or button is held.

What matched a list of notable content is not revealed unless the examiner allows it for this case, and confirms that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListView,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from triage.queries import MediaRow, MediaWish, WhenceRow
from triage.ui.paged import PagedList, Thumbnails
from triage.ui.pane import Pane, detail_box, detail_text, plain_label
from triage.ui.pictures import SIDE, blank, decoded, fitted, revealed
from triage.ui.whence import whence_lines
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.queries import Queries
    from triage.ui.columns import Index
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase


BOX = 360  # pixels of the place where one picture, or the sheet of a clip, is seen


class MediaList(PagedList[MediaRow]):
    """Rows with their blurred picture and a short name."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(self._ask)
        self._case = case
        self.wish = MediaWish()
        self.thumbnails = Thumbnails(case, square=True)
        self._blank = QPixmap.fromImage(blank())
        self.thumbnails.arrived.connect(self.say_again)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name and picture."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return ("● " if row.notable else "") + shown(row.name, limit=60)
        if role == Qt.ItemDataRole.DecorationRole:
            return (self.thumbnails.get(row.entry_id) if row.has_preview else None) or self._blank
        if role == Qt.ItemDataRole.AccessibleTextRole:
            match = self._case.language("ui_media.is_match") if row.notable else ""
            parts = (shown(row.name), self._case.language.choice("ui_media_kind", row.kind), match)
            return ", ".join(part for part in parts if part)
        return super().data(index, role)

    def _ask(self, limit: int, offset: int, answer: Callable[[Sequence[MediaRow]], object]) -> None:
        wish = self.wish
        self._case.ask(lambda queries: queries.media(wish, limit=limit, offset=offset), answer)


class MediaPane(Pane):
    """The gallery, and beside it the chosen picture with what is known of it."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.words = plain_label()
        self.model = MediaList(case)
        self.gallery = _gallery(self.model)
        self.picture = plain_label()
        self.reveal = QPushButton()
        self.colour = QCheckBox()
        self.allow = QCheckBox()
        self.like = QPushButton()
        self.first = QCheckBox()
        self.detail = detail_box()
        self._whence: WhenceRow | None = None
        self._total = 0
        self._held = False
        self._connect()
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Read the gallery from its beginning."""
        wish = self.model.wish
        self.case.ask(lambda queries: queries.media_count(wish), self._show_total)
        self.model.start()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.gallery.setAccessibleName(say("ui_pane.media"))
        self.picture.setAccessibleName(say("ui_media.picture"))
        self.detail.setAccessibleName(say("ui.details"))
        self.reveal.setText(say("ui_media.reveal"))
        self.colour.setText(say("ui_media.colour"))
        self.allow.setText(say("ui_media.allow"))
        self.like.setText(say("belonging.show" if self.model.wish.like is None else "belonging.all"))
        self.first.setText(say("belonging.first_only"))
        self._say_total()
        self.model.say_again()
        self._show_chosen()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Space held in the gallery reveals; losing the focus hides."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._hold(event.type() == QEvent.Type.KeyPress)
            return True
        if event.type() == QEvent.Type.FocusOut:
            self._let_go()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Nothing stays revealed behind another pane."""
        self._let_go()
        super().hideEvent(event)

    def _connect(self) -> None:
        self.gallery.installEventFilter(self)
        self.gallery.selectionModel().currentChanged.connect(lambda *_: self._show_chosen())
        self.model.modelReset.connect(self._show_chosen)
        self.model.thumbnails.arrived.connect(self._show_blurred_again)
        self.reveal.pressed.connect(lambda: self._hold(True))  # noqa: FBT003  pressed or not is the whole of it
        self.reveal.released.connect(self._let_go)
        self.allow.clicked.connect(self._confirm_allow)
        self.like.clicked.connect(self._show_like)
        self.first.toggled.connect(self._show_first)

    def _show_like(self) -> None:
        """What belongs with the chosen one; a second time, everything again."""
        row = self._row()
        chosen = row.entry_id if row and self.model.wish.like is None else None
        self._wish(MediaWish(like=chosen, first=False if chosen else self.first.isChecked()))

    def _show_first(self, only: bool) -> None:  # noqa: FBT001  Qt's signal
        self._wish(MediaWish(first=only))

    def _wish(self, wish: MediaWish) -> None:
        self.model.wish = wish
        self.reload()
        self.retranslate()

    def _row(self) -> MediaRow | None:
        index: QModelIndex = self.gallery.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def _show_total(self, total: int) -> None:
        self._total = total
        self._say_total()

    def _say_total(self) -> None:
        say = self.language
        self.words.setText(say("ui_media.count", n=say.number(self._total)) if self._total else say("ui_media.none"))

    def _show_chosen(self) -> None:
        self._held = False
        row = self._row()
        self._say_detail()
        if row and (self._whence is None or self._whence.entry_id != row.entry_id):
            self.case.ask(lambda queries: queries.whence(row.entry_id), self._show_whence)
        self.like.setEnabled(row is not None or self.model.wish.like is not None)
        self.reveal.setEnabled(bool(row and row.has_preview))
        self._show_blurred()

    def _show_whence(self, found: WhenceRow | None) -> None:
        self._whence = found
        self._say_detail()

    def _say_detail(self) -> None:
        row, found = self._row(), self._whence
        known = found if row and found and found.entry_id == row.entry_id else None
        self.detail.setPlainText(_text(row, known, self.language) if row else "")

    def _show_blurred_again(self) -> None:
        if not self._held:
            self._show_blurred()

    def _show_blurred(self) -> None:
        row = self._row()
        small = self.model.thumbnails.get(row.entry_id) if row and row.has_preview else None
        if small:
            self.picture.setPixmap(small)
        else:
            self.picture.setText(self.language("ui_media.no_picture" if row else "ui_media.choose"))

    def _hold(self, held: bool) -> None:  # noqa: FBT001  pressed or not is the whole of it
        if not held:
            self._let_go()
            return
        row = self._row()
        if row is None or not row.has_preview:
            return
        if row.notable and not self.allow.isChecked():
            self.picture.setText(self.language("ui_media.not_revealed"))
            self._held = True
            return
        self._held = True
        colour = self.colour.isChecked()
        self.case.ask(lambda queries: _revealed(queries, row.entry_id, colour), lambda image: self._show(row, image))

    def _let_go(self) -> None:
        if self._held:
            self._held = False
            self._show_blurred()

    def _show(self, row: MediaRow, image: QImage | None) -> None:
        """Only if the key is still held and the same picture still chosen."""
        if image and self._held and self._row() is row:
            self.picture.setPixmap(QPixmap.fromImage(fitted(image, BOX)))

    def _confirm_allow(self, checked: bool) -> None:  # noqa: FBT001  Qt's signal
        if not checked:
            self._let_go()
            return
        say = self.language
        self.allow.setChecked(False)
        box = QMessageBox(QMessageBox.Icon.Question, say("ui_media.allow"), say("ui_media.confirm"), parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        yes = box.addButton(say("ui_media.confirm_yes"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(say("ui.cancel"), QMessageBox.ButtonRole.RejectRole))
        box.finished.connect(lambda _: self.allow.setChecked(box.clickedButton() is yes))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _lay_out(self) -> None:
        self.picture.setFixedSize(BOX + 8, BOX + 8)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        side = QWidget()
        side.setFixedWidth(BOX + 40)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        for widget in (self.reveal, self.colour, self.allow, self.like, self.first):
            column.addWidget(widget)
        column.addWidget(self.detail, 1)
        row = QHBoxLayout()
        row.addWidget(self.gallery, 1)
        row.addWidget(side)
        whole = QVBoxLayout(self)
        whole.addWidget(self.words)
        whole.addLayout(row, 1)


def _gallery(model: MediaList) -> QListView:
    view = QListView()
    view.setModel(model)
    view.setViewMode(QListView.ViewMode.IconMode)
    view.setMovement(QListView.Movement.Static)
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setLayoutMode(QListView.LayoutMode.Batched)
    view.setUniformItemSizes(True)
    view.setIconSize(QSize(SIDE, SIDE))
    view.setGridSize(QSize(SIDE + 40, SIDE + view.fontMetrics().height() + 24))
    view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    return view


def _revealed(queries: Queries, entry_id: int, colour: bool) -> QImage | None:  # noqa: FBT001  one of two ways to see
    image = decoded(queries.preview(entry_id, "sheet") or queries.preview(entry_id))
    return None if image is None else revealed(image, colour=colour)


def _text(row: MediaRow, whence: WhenceRow | None, say: Language) -> str:
    position = "" if row.latitude is None or row.longitude is None else f"{row.latitude:.6f}, {row.longitude:.6f}"
    pixels = f"{row.width} x {row.height}" if row.width and row.height else ""
    lines = [
        (say("ui_column.match"), say("ui_media.is_match") if row.notable else ""),
        (say("ui_column.exhibit"), shown(row.exhibit)),
        (say("ui_column.path"), shown(row.path, limit=4000)),
        (say("ui_column.deleted"), say("ui.deleted") if row.deleted else ""),
        (say("ui_column.kind"), say.choice("ui_media_kind", row.kind)),
        (say("ui_column.pixels"), pixels),
        (say("ui_column.duration"), "" if row.duration_s is None else say.duration(row.duration_s)),
        (say("ui_column.taken"), say.moment(row.taken_at)),
        (say("ui_column.camera"), " ".join(shown(part) for part in (row.make, row.model, row.serial) if part)),
        (say("ui_media.lens"), shown(row.lens or "")),
        (say("ui_media.owner"), shown(row.owner or "")),
        (say("ui_media.software"), shown(row.software or "")),
        (say("ui_column.position"), position),
        *(whence_lines(whence, say) if whence else ()),
        (say("ui_media.exif"), say.choice("ui_media_exif", row.exif) if row.exif else ""),
        (
            say("ui_media.thumbnail"),
            say("ui_media.other_thumbnail", n=row.thumbnail_distance) if row.other_thumbnail else "",
        ),
        (say("ui_media.alike"), say("ui_media.alike_n", n=row.near_duplicates, group=row.group) if row.group else ""),
        ("SHA-256", row.sha256 or ""),
    ]
    return detail_text(lines)
