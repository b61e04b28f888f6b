"""What is inside an entry that has a structure: the tables of a database row by row, the values of lists and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QTableView, QVBoxLayout, QWidget

from triage.ui.columns import NO_INDEX, Index
from triage.ui.entry_view import EntryView, push
from triage.ui.pane import detail_box, plain_label
from triage.ui.words import shown
from triage.viewing import GetRows, GetTables, GetTree, Rows, TableHead, Tree

if TYPE_CHECKING:
    from triage.ui.opened import OpenCase
    from triage.viewing import Node, Seen

PAGE = 200  # rows
DATABASE = "application/vnd.sqlite3"


class TableRows(QAbstractTableModel):
    """A page of a table of the evidence."""

    def __init__(self) -> None:
        super().__init__()
        self._page = Rows((), ())

    def show(self, page: Rows) -> None:
        """Show this page."""
        self.beginResetModel()
        self._page = page
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  Qt's name
        """Of the page."""
        return 0 if parent.isValid() else len(self._page.rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  Qt's name
        """Of the table."""
        return 0 if parent.isValid() else len(self._page.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802  Qt's name
        """The name of a column."""
        across = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return shown(self._page.columns[section]) if across else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A value, in one line."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        value = self._page.rows[index.row()][index.column()]
        return "NULL" if value is None else shown(value)


class StructureView(EntryView):
    """Tables where the entry is a database, else values inside values."""

    title: ClassVar[str] = "ui_entry.structure"

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.is_database = False
        self.box = detail_box()
        self.tables = QComboBox()
        self.model = TableRows()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.words = plain_label(wrap=False)
        self.back, self.on = (
            push(lambda: self._ask_rows(self._offset - PAGE)),
            push(lambda: self._ask_rows(self._offset + PAGE)),
        )
        self.tables.activated.connect(lambda _: self._ask_rows(0))
        self._heads: tuple[TableHead, ...] = ()
        self._offset = 0
        self._lay_out()
        self.retranslate()

    def empty(self) -> None:
        """Show nothing."""
        self._heads = ()
        self.tables.clear()
        self.model.show(Rows((), ()))
        self.tell("")

    def begin(self) -> None:
        """The tables, or the values."""
        if self.is_database:
            self.look(GetTables(), self._show_tables)
        else:
            self.look(GetTree(), self._show_tree)

    def tell(self, message: str) -> None:
        """Say one line in the place of the content."""
        self.box.setPlainText(message)
        self._stack.setCurrentWidget(self.box)

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.back.setText(say("ui_entry.back"))
        self.on.setText(say("ui_entry.on"))
        self.tables.setAccessibleName(say("ui_entry.table"))
        for widget in (self.box, self.table):
            widget.setAccessibleName(say(self.title))

    def _show_tables(self, seen: Seen) -> None:
        assert isinstance(seen, tuple)
        self._heads = seen
        say = self.language
        if not seen:
            self.tell(say("ui_entry.no_tables"))
            return
        counts = ("?" if head.rows is None else say.number(head.rows) for head in seen)
        self.tables.addItems([f"{shown(head.name)} ({count})" for head, count in zip(seen, counts, strict=True)])
        self._ask_rows(0)

    def _ask_rows(self, offset: int) -> None:
        if self._heads:
            self._offset = max(0, offset)
            self.look(GetRows(self._heads[self.tables.currentIndex()].name, self._offset, PAGE), self._show_rows)

    def _show_rows(self, seen: Seen) -> None:
        assert isinstance(seen, Rows)
        self.model.show(seen)
        last = self._offset + len(seen.rows)
        total = self._heads[self.tables.currentIndex()].rows
        say = self.language
        text = say("ui_entry.rows", first=say.number(min(self._offset + 1, last)), last=say.number(last))
        self.words.setText(shown(f"{text} {seen.trouble}" if seen.trouble else text))
        self.back.setEnabled(self._offset > 0)
        self.on.setEnabled(last < total if total is not None else len(seen.rows) == PAGE)
        self._stack.setCurrentWidget(self._database)

    def _show_tree(self, seen: Seen) -> None:
        assert isinstance(seen, Tree)
        end = f"\n{self.language('ui_entry.cut')}" if seen.cut else ""
        self.box.setPlainText("\n".join(map(line_of, seen.nodes)) + end)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        for widget in (self.tables, self.back, self.on):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.words)
        self._database = QWidget()
        inner = QVBoxLayout(self._database)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addLayout(head)
        inner.addWidget(self.table, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.box)
        self._stack.addWidget(self._database)
        whole = QVBoxLayout(self)
        whole.addWidget(self._stack)


def line_of(node: Node) -> str:
    """A value with its name, as far in as it is deep."""
    name = shown(node.name)
    value = "" if node.value is None else shown(node.value)
    return f"{'    ' * min(node.depth, 40)}{name}{': ' if name and node.value is not None else ''}{value}"
