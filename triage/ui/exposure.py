"""The exposure ledger as its person and the unit may see it: sums by day, never what was seen; to be exported where wished."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from triage.reviewing import DayTotal, day_totals
from triage.reviewing.exposure import write_totals
from triage.ui.columns import Column, RowTable
from triage.ui.pane import plain_label, table_view
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.reviewing import Exposure, Ledger
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase


def severities(row: DayTotal, say: Language) -> str:
    """How many of each category were seen."""
    return "; ".join(
        f"{shown(name, limit=80) or say('ui_exposure.unknown')}: {say.number(n)}" for name, n in row.severities.items()
    )


COLUMNS: tuple[Column[DayTotal], ...] = (
    Column("ui_exposure.day", lambda row, _: row.day, 11),
    Column("ui_column.actor", lambda row, _: shown(row.actor), 16),
    Column("ui_exposure.viewed", lambda row, say: say.number(row.viewed), 9, right=True),
    Column("ui_exposure.different", lambda row, say: say.number(row.different), 9, right=True),
    Column("ui_exposure.time", lambda row, say: say.duration(row.seconds), 14, right=True),
    Column("ui_exposure.breaks", lambda row, say: say.number(row.breaks), 8, right=True),
    Column("ui_exposure.put_off", lambda row, say: say.number(row.put_off), 8, right=True),
    Column("ui_exposure.severities", severities, 50),
)


class ExposureDialog(QDialog):
    """Sums by day and person."""

    def __init__(self, case: OpenCase, ledger: Ledger, parent: QWidget) -> None:
        super().__init__(parent)
        self.case, self.language, self.ledger = case, case.language, ledger
        self.words = plain_label()
        self.model = RowTable(COLUMNS, case.language)
        self.table = table_view(self.model)
        self.export, self.close_button = QPushButton(), QPushButton()
        self._broken: int | None = None
        self.export.clicked.connect(self._choose_file)
        self.close_button.clicked.connect(self.accept)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._lay_out()
        self.retranslate()
        self.case.language.changed.connect(self.retranslate)
        self.case.do(ledger.read, self._show)

    def write(self, path: Path) -> None:
        """Export the sums."""
        rows = list(self.model.rows)
        self.case.do(lambda: write_totals(rows, path), lambda _: self._say(exported=path))

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.setWindowTitle(say("ui_exposure.title"))
        self.table.setAccessibleName(say("ui_exposure.title"))
        self.export.setText(say("ui_exposure.export"))
        self.close_button.setText(say("ui.close"))
        self.model.say_again()
        self._say()

    def _show(self, read: tuple[list[Exposure], int | None]) -> None:
        lines, self._broken = read
        self.model.show(day_totals(lines))
        self._say()

    def _say(self, exported: Path | None = None) -> None:
        say = self.language
        parts = [say("ui_exposure.words")]
        if self._broken is not None:
            parts.append(say("ui_exposure.broken", n=self._broken))
        if exported is not None:
            parts.append(say("ui_exposure.exported", path=shown(str(exported), limit=4000)))
        self.words.setText("\n".join(parts))

    def _choose_file(self) -> None:
        name = str(self.case.folder / "exports" / "exposure.csv")
        chosen, _ = QFileDialog.getSaveFileName(self, self.language("ui_exposure.export"), name, "CSV (*.csv)")
        if chosen:
            self.write(Path(chosen))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.export)
        buttons.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.addWidget(self.words)
        whole.addWidget(self.table, 1)
        whole.addLayout(buttons)
        self.resize(860, 380)
