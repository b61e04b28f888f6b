"""What the panes of a case share, and the small parts they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.ui.columns import ColumnModel
    from triage.ui.opened import OpenCase

SHOWN_AT_MOST = 10_000  # rows of lists that are read whole; what is left out is said


class Pane(QWidget):
    """One view of the case. `reload` reads the case anew, `retranslate` writes all words in the language in use."""

    open_pane = Signal(str, object)

    def __init__(self, case: OpenCase) -> None:
        super().__init__()
        self.case = case
        self.language = case.language
        self.language.changed.connect(self.retranslate)

    def reload(self) -> None:
        """Read the case anew."""

    def retranslate(self) -> None:
        """Write all words anew."""

    def conceal(self) -> None:
        """Leave nothing revealed: everything is about to be hidden."""

    def narrow(self, _what: object) -> None:
        """Show only a part, as another pane asked."""


def plain_label(*, wrap: bool = True) -> QLabel:
    """A label that never takes its text for anything but text."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    if wrap:
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return label


def title_label(scale: float = 1.5) -> QLabel:
    """A label in larger type."""
    label = plain_label()
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    font.setBold(True)
    label.setFont(font)
    return label


def detail_box(*, fixed: bool = False) -> QPlainTextEdit:
    """Read-only plain text that can be selected and copied with the keyboard; `fixed`: all characters equally wide."""
    box = QPlainTextEdit()
    box.setReadOnly(True)
    box.setTabChangesFocus(True)
    box.setUndoRedoEnabled(False)
    if fixed:
        box.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        box.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    return box


def table_view(model: ColumnModel[Any]) -> QTableView:
    """A table with rows of fixed height: nothing is measured, so its length does not matter."""
    view = QTableView()
    view.setModel(model)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setAlternatingRowColors(True)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    _set_sizes(view, model)
    return view


def detail_text(lines: Iterable[tuple[str, str]]) -> str:
    """Lines of title and value; a value the evidence does not give has no line."""
    return "\n".join(f"{title}: {value}" for title, value in lines if value)


def scrolled(widget: QWidget) -> QScrollArea:
    """As tall as there is room, with a scroll bar where there is too little."""
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def form() -> QFormLayout:
    """A form whose fields take the room there is."""
    layout = QFormLayout()
    layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    layout.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return layout


def _set_sizes(view: QTableView, model: ColumnModel[Any]) -> None:
    metrics = QFontMetrics(view.font())
    view.verticalHeader().setVisible(False)
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(metrics.height() + 8)
    view.horizontalHeader().setStretchLastSection(True)
    view.horizontalHeader().setHighlightSections(False)
    for number, column in enumerate(model.columns):
        view.setColumnWidth(number, metrics.horizontalAdvance("0") * column.width)
