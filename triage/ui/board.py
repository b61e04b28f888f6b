"""The board: what the case holds in numbers, and a card for each evidence."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from triage.settings import Settings
from triage.ui.arrivals import AT_ONCE, Arrivals
from triage.ui.card import Card, CardState
from triage.ui.counters import Counters
from triage.ui.pane import Pane, plain_label, title_label
from triage.ui.scans import Wanted

if TYPE_CHECKING:
    from triage.errors import SigapError
    from triage.queries import Arrival, BoardRow, Matched, Queries, Summary
    from triage.ui.opened import OpenCase

TICK = 250  # milliseconds between two looks at the progress of the scan
REST = 2.0  # seconds between two counts of the case while a scan runs; longer where counting takes long


class BoardPane(Pane):
    """Pulls progress four times a second, and counts the case now and then."""

    add_file_asked = Signal()
    add_folder_asked = Signal()
    sound_chosen = Signal(bool)

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.title = title_label()
        self.hint = plain_label()
        self.add_file = QPushButton()
        self.add_folder = QPushButton()
        self.stop_all, self.stop_and_report, self.sound = QPushButton(), QPushButton(), QCheckBox()
        self.counters = Counters(case.language)
        self.arrivals = Arrivals(case.language)
        self.cards: dict[str, Card] = {}
        self._rows: list[BoardRow] = []
        self._matched: list[Matched] = []
        self._to_report = False
        self._counting = False
        self._count_again_at = 0.0
        self._notable = 0
        self._connect()
        self._lay_out()
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.retranslate()

    def reload(self) -> None:
        """Count the case anew, unless that is being done."""
        if self._counting:
            return
        self._counting = True
        begun = time.monotonic()
        last = self.arrivals.last
        self.case.ask(
            lambda queries: _count(queries, last), lambda counted: self._counted(*counted, begun), self._not_counted
        )

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.title.setText(say("ui_board.title"))
        self.hint.setText(say("ui_board.drop_hint"))
        self.add_file.setText(say("ui_board.add_file"))
        self.add_folder.setText(say("ui_board.add_folder"))
        self.stop_all.setText(say("ui_desk.stop_all"))
        self.stop_and_report.setText(say("ui_desk.stop_and_report"))
        self.sound.setText(say("ui_desk.sound"))
        self.counters.retranslate()
        self.arrivals.retranslate()
        self._show_cards()

    def _connect(self) -> None:
        self.add_file.clicked.connect(self.add_file_asked)
        self.add_folder.clicked.connect(self.add_folder_asked)
        self.stop_all.clicked.connect(self._stop_all)
        self.stop_and_report.clicked.connect(self._stop_and_report)
        self.sound.toggled.connect(self.sound_chosen)
        self.arrivals.chosen.connect(lambda entry: self.open_pane.emit("hits", entry))
        self.counters.opened.connect(self.open_pane)
        self.case.scans.changed.connect(self._scans_changed)
        self.case.scans.idle.connect(self._all_ended)

    def _stop_all(self) -> None:
        self.case.scans.stop()

    def _stop_and_report(self) -> None:
        """What was found so far goes into the report; what was not examined stays pending, and the report says so."""
        self._to_report = True
        self.case.scans.stop() if self.case.scans.running else self._all_ended()

    def _all_ended(self) -> None:
        if self._to_report:
            self._to_report = False
            self.open_pane.emit("report", None)

    def _scans_changed(self) -> None:
        self._notable = self.case.scans.notable
        self._show_cards()
        self.reload()

    def _tick(self) -> None:
        scans = self.case.scans
        for source, scan in scans.at_work.items():
            if card := self.cards.get(str(source)):
                card.advance(scan.latest)
        notable = scans.notable
        if scans.running and (time.monotonic() >= self._count_again_at or notable > self._notable):
            self.reload()
        if notable > self._notable and self.sound.isChecked():
            QApplication.beep()
        self._notable = notable

    def _counted(
        self, rows: list[BoardRow], summary: Summary, matched: list[Matched], arrived: list[Arrival], begun: float
    ) -> None:
        now = time.monotonic()
        self._counting = False
        self._count_again_at = now + max(REST, 4 * (now - begun))
        self._rows, self._matched = rows, matched
        self.arrivals.add(arrived)
        self.counters.show_summary(summary, failed=sum(row.failed for row in rows))
        self._show_cards()
        self._drop_cards()

    def _not_counted(self, error: SigapError) -> None:
        """Say it once: counting goes on when the person asks for it or the scan changes."""
        self._counting = False
        self._count_again_at = math.inf
        self.case.alert(error)

    def _show_cards(self) -> None:
        standings = self._standings()
        running = self.case.scans.running
        self.stop_all.setEnabled(running and not self.case.scans.stopping)
        self.stop_and_report.setEnabled(bool(standings))
        for place, standing in enumerate(standings):
            card = self.cards.get(str(standing.source)) or self._new_card(str(standing.source))
            card.show_state(standing)
            self._list.insertWidget(place, card)
            if standing.state in {"running", "stopping"}:
                card.advance(self.case.scans.at_work[standing.source].latest)

    def _drop_cards(self) -> None:
        """Only after counting: a scan that has just ended is neither running nor, until then, in the case."""
        for gone in self.cards.keys() - {str(each.source) for each in self._standings()}:
            self.cards.pop(gone).deleteLater()

    def _new_card(self, source: str) -> Card:
        card = self.cards[source] = Card(self.language)
        card.start_asked.connect(self._start)
        card.stop_asked.connect(self.case.scans.stop)
        card.opened.connect(self.open_pane)
        card.unlock_asked.connect(self._unlock)
        return card

    def _unlock(self, source: Path) -> None:
        """Go on with what stayed closed: the same run, with a password."""
        say = self.language
        words, hint = say("ui_board.unlock_words"), QLineEdit.EchoMode.Password
        password, agreed = QInputDialog.getText(self, say("ui_board.unlock"), words, hint)
        row = next((row for row in self._rows if row.source == str(source)), None)
        if agreed and password and row:
            self.case.scans.add(Wanted(source, row.exhibit, _settings_of(row), password))

    def _start(self, source: Path) -> None:
        scans = self.case.scans
        if any(each.source == source for each in scans.waiting):
            scans.start(source)
            return
        row = next(row for row in self._rows if row.source == str(source))
        scans.add(Wanted(source, row.exhibit, _settings_of(row)))

    def _standings(self) -> list[CardState]:
        """What is in the case, then what runs or waits and is not in it yet."""
        scans = self.case.scans
        at_work = [scan.wanted for scan in scans.at_work.values()]
        wanted = {str(each.source): each for each in [*at_work, *scans.waiting]}
        rows = {row.source: row for row in self._rows}
        found = [
            CardState(
                Path(source), row.exhibit, self._state(source, row), row, wanted.get(source), self._matches_of(row)
            )
            for source, row in rows.items()
        ]
        return found + [
            CardState(each.source, each.exhibit, self._state(source, None), None, each)
            for source, each in wanted.items()
            if source not in rows
        ]

    def _matches_of(self, row: BoardRow) -> tuple[Matched, ...]:
        return tuple(each for each in self._matched if each.evidence == row.id)

    def _state(self, source: str, row: BoardRow | None) -> str:
        scans = self.case.scans
        if scan := scans.at_work.get(Path(source)):
            return "stopping" if scan.stop.is_set() else "running"
        if any(str(each.source) == source for each in scans.waiting):
            return "waiting"
        return "done" if row and row.outcome == "done" else "stopped"

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        for widget in (self.sound, self.stop_all, self.stop_and_report):
            head.addWidget(widget)
        head.addWidget(self.add_file)
        head.addWidget(self.add_folder)
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(self.counters)
        whole.addWidget(self.hint)
        whole.addWidget(area, 1)
        whole.addWidget(self.arrivals)


def _count(queries: Queries, last: int) -> tuple[list[BoardRow], Summary, list[Matched], list[Arrival]]:
    return queries.board(), queries.summary(), queries.matched(), queries.arrivals(last, limit=AT_ONCE)


def _settings_of(row: BoardRow) -> Settings:
    """A run goes on with the settings it began with; the digests of its lists are taken anew and compared."""
    return replace(Settings.from_json(json.dumps(dict(row.settings))), list_digests=())
