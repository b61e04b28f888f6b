"""The place where one picture is looked at: blurred, and as it is only as long as a key or button is held, or pressed once.

How long something was seen is told by `seen`, for the exposure ledger.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget

from triage.ui.grid_model import severity
from triage.ui.pane import plain_label
from triage.ui.pictures import blurred, decoded, fitted, revealed
from triage.ui.scrubbing import cut, number_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.queries import GalleryRow, Queries
    from triage.ui.opened import OpenCase

BOX = 256  # pixels of the place where one picture, or the sheet of a clip, is seen


class Picture(QLabel):
    """Tells where the mouse is over it, from left (0) to right (1); None when it leaves."""

    along = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFixedSize(BOX + 8, BOX + 8)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMouseTracking(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Where it is."""
        self.along.emit(event.position().x() / max(1, self.width()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """It is elsewhere."""
        self.along.emit(None)
        super().leaveEvent(event)


class Peek(QWidget):
    """`allowed` is asked before anything is revealed: it answers with the words that say why not, or nothing."""

    seen = Signal(object, float)  # the row, seconds

    def __init__(self, case: OpenCase, allowed: Callable[[], str]) -> None:
        super().__init__()
        self.case, self.language = case, case.language
        self.row: GalleryRow | None = None
        self.known = plain_label()
        self.picture = Picture()
        self.reveal = QPushButton()
        self.colour = QCheckBox()
        self.allow = QCheckBox()
        self._allowed = allowed
        self._held = False
        self._since: float | None = None
        self._images: list[QImage] = []  # the picture, or the sheet of a clip and then its frames
        self._frame = 0
        self._asked = 0
        self._connect()
        self._lay_out()
        self.retranslate()

    @property
    def revealed(self) -> bool:
        """Whether a picture is seen as it is."""
        return self._since is not None

    def show_row(self, row: GalleryRow | None) -> None:
        """Another one: hidden, with what is known of it."""
        same = self.row is not None and row is not None and row.entry_id == self.row.entry_id
        self.row = row
        self.known.setText(severity(row, self.language) if row else "")
        if same:
            return
        self.let_go()
        self._images, self._frame = [], 0
        self.reveal.setEnabled(bool(row and row.has_preview))
        self._draw()
        if row and row.has_preview:
            self._asked += 1
            asked, entry = self._asked, row.entry_id
            self.case.ask(lambda queries: _images(queries, entry), lambda images: self._take(images, asked))

    def hold(self) -> None:
        """Reveal, until `let_go`."""
        row = self.row
        if row is None or not row.has_preview or self._held:
            return
        self._held = True
        if words := self._refusal(row):
            self.picture.setText(words)
            return
        self._begin()

    def toggle(self) -> None:
        """For those who cannot hold a key: press once to see, once more to hide."""
        self.let_go() if self._held else self.hold()

    def let_go(self) -> None:
        """Hide, and tell how long it was seen."""
        since, self._since = self._since, None
        if self._held:
            self._held = False
            self._draw()
        if since is not None and self.row is not None:
            self.seen.emit(self.row, time.monotonic() - since)

    def step(self, frames: int) -> None:
        """The next frame of a clip, or the one before; before the first is the whole sheet."""
        if len(self._images) > 1:
            self._frame = (self._frame + frames) % len(self._images)
            self._draw()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.picture.setAccessibleName(say("ui_media.picture"))
        self.reveal.setText(say("ui_media.reveal"))
        self.reveal.setToolTip(say("ui_gallery.reveal_hint"))
        self.colour.setText(say("ui_media.colour"))
        self.allow.setText(say("ui_media.allow"))
        self.known.setText(severity(self.row, say) if self.row else "")
        self._draw()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Nothing stays revealed behind another pane."""
        self.let_go()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Nothing stays revealed while the case is closed."""
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self.let_go()
        super().changeEvent(event)

    def _refusal(self, row: GalleryRow) -> str:
        if row.notable and not self.allow.isChecked():
            return self.language("ui_media.not_revealed")
        return self._allowed()

    def _begin(self) -> None:
        if self._held and self._images:
            self._since = time.monotonic()
            self._draw()

    def _take(self, images: list[QImage], asked: int) -> None:
        if asked != self._asked:
            return
        self._images = images
        if self._held and self.row and not self._refusal(self.row):
            self._begin()
        elif not self._held:
            self._draw()

    def _scrub(self, along: float | None) -> None:
        frames = len(self._images) - 1
        frame = 0 if along is None or frames < 1 else 1 + number_at(along, frames)
        if frame != self._frame:
            self._frame = frame
            self._draw()

    def _draw(self) -> None:
        if self._held and not self.revealed:
            return  # words stand there, or the picture is on its way
        if not self._images:
            self.picture.setText(self.language(_words_for(self.row)))
            return
        image = self._images[self._frame]
        shown = revealed(image, colour=self.colour.isChecked()) if self.revealed else blurred(image)
        self.picture.setPixmap(QPixmap.fromImage(fitted(shown, BOX)))

    def _confirm_allow(self, checked: bool) -> None:  # noqa: FBT001  Qt's signal
        if not checked:
            self.let_go()
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

    def _connect(self) -> None:
        self.reveal.pressed.connect(self.hold)
        self.reveal.released.connect(self.let_go)
        self.allow.clicked.connect(self._confirm_allow)
        self.colour.toggled.connect(lambda _: self._draw())
        self.picture.along.connect(self._scrub)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for widget in (self.reveal, self.colour):
            row.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(3)
        whole.addWidget(self.known)
        whole.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addLayout(row)
        whole.addWidget(self.allow)
        self.known.setMinimumHeight(self.fontMetrics().height())


def _words_for(row: GalleryRow | None) -> str:
    if row is None:
        return "ui_media.choose"
    return "ui_gallery.coming" if row.has_preview else "ui_media.no_picture"


def _images(queries: Queries, entry_id: int) -> list[QImage]:
    sheet = queries.contact_sheet(entry_id)
    image = decoded(sheet.jpeg if sheet else queries.preview(entry_id))
    if image is None:
        return []
    return [image, *cut(image, sheet)] if sheet else [image]
