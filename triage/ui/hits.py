"""What matched a list of notable content: the file, the list, and the card of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from triage.ui.columns import Column, RowTable
from triage.ui.file_card import FileCard
from triage.ui.latest import Latest
from triage.ui.paged import Thumbnails
from triage.ui.pane import SHOWN_AT_MOST, Pane, plain_label, table_view
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.queries import HitRow
    from triage.ui.opened import OpenCase

COLUMNS: tuple[Column[HitRow], ...] = (
    Column("ui_column.exhibit", lambda row, _: shown(row.exhibit), 12),
    Column("ui_column.path", lambda row, _: shown(row.path), 44),
    Column("ui_column.list", lambda row, _: shown(row.list), 16),
    Column("ui_column.category", lambda row, _: shown(row.category or ""), 10),
    Column("ui_column.how", lambda row, say: say.choice("ui_how", row.how), 14),
    Column("ui_column.deleted", lambda row, say: say("ui.deleted") if row.deleted else "", 9),
    Column("ui_column.size", lambda row, say: say.size(row.size), 10, right=True),
    Column("ui_column.modified", lambda row, say: say.moment(row.modified, whole=True), 24),
)


class HitsPane(Pane):
    """The table of hits; below it the card of the chosen one."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.words = plain_label()
        self.model = RowTable(COLUMNS, case.language)
        self.table = table_view(self.model)
        self.thumbnails = Thumbnails(case)
        self.picture = plain_label()
        self.picture.setFixedSize(112, 112)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.card = FileCard(case, self.thumbnails)
        self._files = 0
        self._wanted: int | None = None
        self._latest = Latest(case)
        self.card.go.connect(self.open_pane)
        self.table.activated.connect(lambda index: self.open_pane.emit("media", self.model.rows[index.row()].entry_id))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.model.modelReset.connect(self._choose)
        self.thumbnails.arrived.connect(self._show_picture)
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Read the hits anew; the chosen one stays chosen."""
        self._latest.ask(
            lambda queries: (queries.hits(limit=SHOWN_AT_MOST), queries.notable_files()), lambda both: self._show(*both)
        )

    def narrow(self, what: object) -> None:
        """Choose the hit of this entry, as another pane asked."""
        if isinstance(what, int):
            self._wanted = what
            self.reload()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.table.setAccessibleName(say("ui_pane.hits"))
        self.picture.setAccessibleName(say("ui_hits.picture"))
        self._say_count()
        self.model.say_again()
        self.card.retranslate()
        self._show_picture()

    def _say_count(self) -> None:
        say, rows = self.language, len(self.model.rows)
        if not rows:
            self.words.setText(say("ui_hits.none"))
            return
        text = say("ui_hits.count", files=say.number(self._files), hits=say.number(rows))
        self.words.setText(text if rows < SHOWN_AT_MOST else f"{text} {say('ui.first_only', n=say.number(rows))}")

    def _show(self, rows: list[HitRow], files: int) -> None:
        self._files = files
        row = self._row()
        wanted = self._wanted if self._wanted is not None else row and row.entry_id
        self._wanted = None
        self.model.show(rows)
        self._say_count()
        if rows:
            self.table.selectRow(next((n for n, row in enumerate(rows) if row.entry_id == wanted), 0))
        self.card.again()

    def _row(self) -> HitRow | None:
        index = self.table.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def _choose(self) -> None:
        row = self._row()
        self.card.choose(row.entry_id if row else None)
        self._show_picture()

    def _show_picture(self) -> None:
        row = self._row()
        small = self.thumbnails.get(row.entry_id) if row else None
        if small:
            self.picture.setPixmap(small)
        else:
            self.picture.setText(self.language("ui_hits.no_picture") if row else "")

    def _lay_out(self) -> None:
        below = QWidget()
        beside = QHBoxLayout(below)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        beside.addWidget(self.card, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(below)
        split.setSizes([300, 300])
        whole = QVBoxLayout(self)
        whole.addWidget(self.words)
        whole.addWidget(split, 1)
