"""Every file: sorted and filtered by the database, fetched when looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout

from triage.queries import FileFilter, FileRow
from triage.ui.columns import Column
from triage.ui.entry_viewer import EntryViewer
from triage.ui.file_export import FileExport
from triage.ui.file_filters import FileFilters
from triage.ui.latest import ListPane
from triage.ui.lazy import LazyTable
from triage.ui.pane import detail_text, plain_label
from triage.ui.periods import PeriodChip
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.queries import Queries
    from triage.ui.language import Language
    from triage.ui.lazy import Answer
    from triage.ui.opened import OpenCase


def type_words(row: FileRow, say: Language) -> str:
    """The type found in the content, and whether the name claims another."""
    return f"{row.mime or ''} {say('ui.mismatch')}" if row.mismatch else row.mime or ""


COLUMNS: tuple[Column[FileRow], ...] = (
    Column("ui_column.name", lambda row, _: shown(row.name), 22, "name"),
    Column("ui_column.path", lambda row, _: shown(row.path), 38, "path"),
    Column("ui_column.size", lambda row, say: say.size(row.size), 10, "size", right=True),
    Column("ui_column.modified", lambda row, say: say.moment(row.modified, whole=True), 24, "modified"),
    Column("ui_column.type", type_words, 20, "type"),
    Column("ui_column.deleted", lambda row, say: say("ui.deleted") if row.deleted else "", 9, "deleted"),
    Column("ui_column.status", lambda row, say: say.choice("ui_status", row.status), 11, "status"),
    Column("ui_column.match", lambda row, say: say("ui.match") if row.notable else "", 8),
    Column("ui_column.exhibit", lambda row, _: shown(row.exhibit), 14),
    Column("ui_column.born", lambda row, say: say.moment(row.born, whole=True), 24, "created"),
    Column("ui_column.sha256", lambda row, _: row.sha256 or "", 30, "sha256"),
    Column("ui_column.md5", lambda row, _: row.md5 or "", 20),
)


class FilesPane(ListPane[FileRow]):
    """A filter, a table of any length, and all that is known of the chosen file."""

    choose_first = False

    def __init__(self, case: OpenCase) -> None:
        self.model: LazyTable[FileRow] = LazyTable(COLUMNS, case.language, self._fetch)
        super().__init__(case, self.model)
        self.chip = PeriodChip(self)
        self.filters = FileFilters(case.language)
        self.export = QPushButton()
        self.count = plain_label(wrap=False)
        self.viewer = EntryViewer(case, self.detail)
        self._sort, self._descending = "path", False
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._connect()
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Ask for the first ids, then for all; an answer that a later question has overtaken is dropped."""
        self.count.setText(self.language("ui_files.searching"))
        self.case.ask(lambda queries: queries.exhibits(), self.filters.offer)
        chosen = replace(self.filters.wish(), period=self.case.periods.chosen)
        order: dict[str, Any] = {"sort": self._sort, "descending": self._descending}
        self.read(
            lambda queries, limit, stop: queries.file_ids(chosen, **order, limit=limit, stop=stop), self._say_count
        )

    def narrow(self, what: object) -> None:
        """Show the part another pane asked for."""
        if isinstance(what, FileFilter):
            self.filters.show_wish(what)
            self.reload()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.filters.retranslate()
        self.export.setText(say("ui_export.button"))
        self.export.setToolTip(say("ui_export.hint"))
        self.table.setAccessibleName(say("ui_pane.files"))
        self.detail.setAccessibleName(say("ui.details"))
        self.detail.setPlaceholderText(say("ui.details"))
        self._say_count()
        self.model.say_again()
        self.viewer.retranslate()
        self.chip.retranslate()
        self.show_detail()

    def _connect(self) -> None:
        self.filters.changed.connect(self.reload)
        self.export.clicked.connect(self._export)
        self.model.sort_asked.connect(self._sort_by)
        self.table.horizontalHeader().setSortIndicator(1, Qt.SortOrder.AscendingOrder)
        self.table.setSortingEnabled(True)

    def _sort_by(self, sort: str, descending: bool) -> None:  # noqa: FBT001  Qt's signal
        if (sort, descending) != (self._sort, self._descending):
            self._sort, self._descending = sort, descending
            self.reload()

    def _fetch(self, ids: Sequence[int], answer: Answer[FileRow]) -> None:
        self.case.ask(lambda queries: _rows(queries, ids), answer)

    def _say_count(self) -> None:
        self.count.setText(self.language("ui_files.count", n=self.counted()))

    def text_of(self, row: FileRow) -> str:
        """All that is known of a file."""
        return file_details(row, self.language)

    def show_detail(self) -> None:
        """Tell the chosen file in full, and let it be looked into."""
        super().show_detail()
        row = self.chosen()
        if row or not self.table.currentIndex().isValid():
            self.viewer.choose(row)

    def selected(self) -> list[int]:
        """The entries that are selected, in the order shown."""
        spans = sorted((span.top(), span.bottom()) for span in self.table.selectionModel().selection().toList())
        return list(dict.fromkeys(entry for top, bottom in spans for entry in self.model.ids[top : bottom + 1]))

    def _export(self) -> None:
        """Take the selected files out of the evidence."""
        FileExport(self.case, self).begin(self.selected())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        for widget in (self.filters.sentence, self.count, self.chip):
            head.addWidget(widget)
        head.addStretch()
        head.addWidget(self.export)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.viewer)
        split.setSizes([330, 300])
        split.setCollapsible(0, False)  # noqa: FBT003  Qt's signature
        whole = QVBoxLayout(self)
        whole.addWidget(self.filters)
        whole.addLayout(head)
        whole.addWidget(split, 1)


def file_details(row: FileRow, say: Language) -> str:
    """All that is known of a file, a line each."""
    fields = ("exhibit", "volume", "path", "locator")
    lines = [(say(f"ui_column.{name}"), shown(getattr(row, name) or "", limit=4000)) for name in fields]
    lines.append(
        (say("ui_column.size"), "" if row.size is None else f"{say.size(row.size)} ({say.number(row.size)} B)")
    )
    lines += [
        (say(f"ui_column.{name}"), say.moment(getattr(row, name)))
        for name in ("modified", "accessed", "changed", "born")
    ]
    lines += [("MD5", row.md5 or ""), ("SHA-1", row.sha1 or ""), ("SHA-256", row.sha256 or "")]
    lines.append((say("ui_column.type"), type_words(row, say)))
    lines.append((say("ui_files.appended"), shown(row.appended or "")))
    lines.append((say("ui_column.reason"), shown(row.reason)))
    return detail_text(lines)


def _rows(queries: Queries, ids: Sequence[int]) -> dict[int, FileRow]:
    return queries.file_rows(ids)
