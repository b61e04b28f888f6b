"""Two pictures or clips side by side, both blurred until a key is held, with how far apart they are and the facts that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from triage.ui.columns import Column, RowTable
from triage.ui.pane import plain_label, table_view
from triage.ui.peek import Peek
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.queries import Compared, GalleryRow
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase

    Fact = tuple[str, str | None, str | None]

COLUMNS: tuple[Column[tuple[str, str | None, str | None]], ...] = (
    Column("ui_compare.fact", lambda row, say: say.choice("ui_fact", row[0]), 18),
    Column("ui_compare.first", lambda row, say: _value(row[0], row[1], say), 44),
    Column("ui_compare.second", lambda row, say: _value(row[0], row[2], say), 44),
)


class CompareDialog(QDialog):
    """Space held reveals both; both are told to `seen`."""

    def __init__(
        self, case: OpenCase, rows: tuple[GalleryRow, GalleryRow], allowed: Callable[[], str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.case, self.language, self.rows = case, case.language, rows
        self.peeks = [Peek(case, allowed) for _ in rows]
        self.names = [plain_label() for _ in rows]
        self.words = plain_label()
        self.model = RowTable(COLUMNS, case.language)
        self.table = table_view(self.model)
        self.close_button = QPushButton()
        self.close_button.clicked.connect(self.accept)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._lay_out()
        self.retranslate()
        for peek, name, row in zip(self.peeks, self.names, rows, strict=True):
            name.setText(shown(row.name, limit=120))
            peek.show_row(row)
        for widget in (self, *self.findChildren(QWidget)):
            widget.installEventFilter(self)
        self.case.language.changed.connect(self.retranslate)
        one, other = rows[0].entry_id, rows[1].entry_id
        self.case.ask(lambda queries: queries.compared(one, other), self._show)

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.setWindowTitle(say("ui_compare.title"))
        self.table.setAccessibleName(say("ui_compare.title"))
        self.close_button.setText(say("ui.close"))
        for peek in self.peeks:
            peek.retranslate()
        self.model.say_again()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Space held reveals both, wherever the focus is."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space and watched is not self.close_button:
            if not event.isAutoRepeat():
                for peek in self.peeks:
                    peek.hold() if event.type() == QEvent.Type.KeyPress else peek.let_go()
            return True
        return super().eventFilter(watched, event)

    def _show(self, compared: Compared | None) -> None:
        if compared is None:
            return
        self.words.setText(distance_words(compared, self.language))
        same = [(name, value, value) for name, value in compared.equal]
        self.model.show([*compared.differing, *same])
        if compared.differing:
            self.table.selectRow(0)

    def _lay_out(self) -> None:
        pictures = QHBoxLayout()
        for peek, name in zip(self.peeks, self.names, strict=True):
            column = QVBoxLayout()
            column.addWidget(name)
            column.addWidget(peek)
            pictures.addLayout(column)
        whole = QVBoxLayout(self)
        whole.addLayout(pictures)
        whole.addWidget(self.words)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(900, 660)


def distance_words(compared: Compared, say: Language) -> str:
    """How near two fingerprints are, in words."""
    if compared.same_content:
        return say("ui_compare.same")
    bits = compared.distance
    near = say("ui_compare.unknown") if bits is None else say("ui_compare.distance", n=bits)
    group = say("ui_compare.same_group" if compared.same_group else "ui_compare.other_group")
    differ = say("ui_compare.differing", n=say.number(len(compared.differing)))
    return f"{near} {group} {differ}"


def _value(name: str, value: str | None, say: Language) -> str:
    if value is None:
        return "—"
    if name in {"modified", "taken"}:
        return say.moment(value)
    if name == "size":
        return f"{say.size(int(value))} ({say.number(int(value))} B)"
    if name == "deleted":
        return say("ui.deleted") if value == "1" else say("ui_conversations.live")
    return say.choice("origin", value) if name == "origin" else shown(value, limit=4000)
