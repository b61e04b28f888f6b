"""A column of a table: whose header it bears, what it shows of a row, how it sorts in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.ui.language import Language

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """`title` is a key of the texts; `width` is in characters; `sort` a sort of the query, None: it does not sort."""

    title: str
    cell: Callable[[Row, Language], str]
    width: int = 16
    sort: str | None = None
    right: bool = False


class ColumnModel(QAbstractTableModel, Generic[Row]):
    """What tables over typed rows share; `row_at` says what there is."""

    def __init__(self, columns: Sequence[Column[Row]], language: Language) -> None:
        super().__init__()
        self.columns = columns
        self.language = language

    def row_at(self, number: int) -> Row | None:
        """The row, or None while it is not here yet."""
        raise NotImplementedError

    def columnCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  Qt's name
        """One per column."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802  Qt's name
        """The title in the language in use."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.language(self.columns[section].title)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Plain text, and which side it stands on."""
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            row = self.row_at(index.row())
            return "…" if row is None else column.cell(row, self.language)
        if role == Qt.ItemDataRole.TextAlignmentRole and column.right:
            return _RIGHT
        return None

    def say_again(self) -> None:
        """Have headers and cells read anew after a change of language."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        if rows := self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, len(self.columns) - 1))


class RowTable(ColumnModel[Row]):
    """A table whose rows are all in memory: for what is bounded."""

    def __init__(self, columns: Sequence[Column[Row]], language: Language) -> None:
        super().__init__(columns, language)
        self.rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def row_at(self, number: int) -> Row | None:
        """The row."""
        return self.rows[number]

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  Qt's name
        """One per row."""
        return 0 if parent.isValid() else len(self.rows)
