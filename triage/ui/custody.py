"""The custody log as it stands: what was done, by whom, when, and the digest that anchors it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout

from triage.casefolder import LOG
from triage.custody import verify_log
from triage.ui.columns import Column, RowTable
from triage.ui.facts import FactsDialog
from triage.ui.pane import Pane, detail_box, detail_text, plain_label, table_view
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.custody import LogCheck
    from triage.model import CustodyEvent
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase

COLUMNS: tuple[Column[CustodyEvent], ...] = (
    Column("ui_column.number", lambda row, say: say.number(row.number), 8, right=True),
    Column("ui_column.at", lambda row, say: say.moment(row.at, whole=True), 26),
    Column("ui_column.actor", lambda row, _: shown(row.actor), 18),
    Column("ui_column.action", lambda row, say: say.choice("ui_action", row.action), 28),
    Column("ui_column.subject", lambda row, _: shown(row.subject), 50),
)


class CustodyPane(Pane):
    """The lines of the log, the chosen one in full."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.words = plain_label()
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._check: LogCheck | None = None
        self.facts = QPushButton()
        self.facts.clicked.connect(self._state)
        self.model = RowTable(COLUMNS, case.language)
        self.table = table_view(self.model)
        self.detail = detail_box()
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_detail())
        self.model.modelReset.connect(self._show_detail)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setSizes([420, 200])
        whole = QVBoxLayout(self)
        top = QHBoxLayout()
        top.addWidget(self.words, 1)
        top.addWidget(self.facts)
        whole.addLayout(top)
        whole.addWidget(split, 1)
        self.retranslate()

    def reload(self) -> None:
        """Read the log anew."""
        log = self.case.folder / LOG
        self.case.ask(lambda queries: (queries.custody(), verify_log(log)), lambda both: self._show(*both))

    def retranslate(self) -> None:
        """Write all words anew."""
        self.table.setAccessibleName(self.language("ui_pane.custody"))
        self.detail.setAccessibleName(self.language("ui.details"))
        self.facts.setText(self.language("ui_facts.open"))
        self._say_head()
        self.model.say_again()
        self._show_detail()

    def _state(self) -> None:
        """The form for what persons state; the log is read anew when it is closed."""
        self.dialog = FactsDialog(self.case, self)
        self.dialog.finished.connect(lambda _: self.reload())
        self.dialog.open()

    def _show(self, events: list[CustodyEvent], check: LogCheck) -> None:
        self._check = check
        self.model.show(events)
        self._say_head()
        self.table.scrollToBottom()

    def _say_head(self) -> None:
        if self.model.rows:
            last = self.model.rows[-1]
            head = self.language("ui_custody.head", n=self.language.number(last.number), digest=last.digest)
            holds = self._check is not None and self._check.holds
            self.words.setText(f"{self.language('ui_desk.log_holds' if holds else 'ui_desk.log_broken')} {head}")
        else:
            self.words.setText(self.language("ui_custody.none"))

    def _show_detail(self) -> None:
        index = self.table.currentIndex()
        event = self.model.rows[index.row()] if index.isValid() else None
        self.detail.setPlainText(_text(event, self.language) if event else "")


def _text(event: CustodyEvent, say: Language) -> str:
    lines = [
        (say("ui_column.action"), event.action),
        (say("ui_column.at"), say.moment(event.at)),
        (say("ui_column.actor"), shown(event.actor)),
        (say("ui_column.subject"), shown(event.subject, limit=4000)),
        (say("ui_column.digest"), event.digest),
        (say("ui_column.previous"), event.previous),
        (say("ui_column.signature"), event.signature),
    ]
    data = json.dumps(event.data, ensure_ascii=False, indent=2, sort_keys=True)
    return "\n".join([detail_text(lines), "", *(shown(line, limit=4000) for line in data.splitlines())])
