"""A card of the board: one evidence, how far it is, what it brought, within which limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from triage.ui.badge import Badge, Stripe
from triage.ui.pane import plain_label, title_label
from triage.ui.verdict import judged, limits, pace, source_line, verdict, ways
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.queries import BoardRow, Matched
    from triage.run import Progress
    from triage.ui.language import Language
    from triage.ui.scans import Wanted

STEPS = 1000


@dataclass(frozen=True, slots=True)
class CardState:
    """What a card shows. `row` None: not yet in the case. `state`: waiting, running, stopping, stopped, done."""

    source: Path
    exhibit: str
    state: str
    row: BoardRow | None = None
    wanted: Wanted | None = None
    matched: tuple[Matched, ...] = ()

    @property
    def running(self) -> bool:
        """Whether a scan is at work on it."""
        return self.state in {"running", "stopping"}

    @property
    def begun(self) -> bool:
        """Whether there is anything to say about what was found."""
        return self.running or bool(self.row and self.row.outcome)

    @property
    def lists(self) -> tuple[str, ...]:
        """What it is compared with: the run's lists, those that were asked for while the run has none yet."""
        if self.row and self.row.outcome:
            return self.row.lists
        return self.wanted.settings.lists if self.wanted else ()


class Card(QFrame):
    """Shows a `CardState`; while it runs, `advance` shows the latest progress on top of it."""

    start_asked = Signal(Path)
    stop_asked = Signal(Path)
    opened = Signal(str, object)
    unlock_asked = Signal(Path)

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.language = language
        self.standing: CardState | None = None
        self.stripe = Stripe()
        self.exhibit = title_label(1.2)
        self.badge = Badge()
        self.source = plain_label()
        self.verdict = plain_label()
        self.bar = QProgressBar(textVisible=False, maximum=STEPS)
        self.pace = plain_label()
        self.reading = plain_label()
        self.limits = plain_label()
        self.ways: list[QPushButton] = []
        self._ways: tuple[tuple[str, str, object], ...] = ()
        self.start = QPushButton()
        self.stop = QPushButton()
        self.unlock = QPushButton()
        self.start.clicked.connect(self._ask_start)
        self.stop.clicked.connect(self._ask_stop)
        self.unlock.clicked.connect(self._ask_unlock)
        self._lay_out()

    def show_state(self, standing: CardState) -> None:
        """Show this."""
        self.standing = standing
        say, running = self.language, standing.running
        state = say(f"ui_state.{standing.state}")
        self.exhibit.setText(f"{shown(standing.exhibit)} · {state}")
        self.source.setText(source_line(standing, say))
        self.verdict.setText(verdict(standing, say))
        self.limits.setText(limits(standing.row, say))
        self.start.setText(say("ui_board.resume" if standing.state == "stopped" else "ui_board.start"))
        self.stop.setText(say("ui_board.stop"))
        self.start.setVisible(standing.state in {"waiting", "stopped"})
        self.stop.setVisible(running)
        self.stop.setEnabled(standing.state == "running")
        self.unlock.setText(say("ui_board.unlock"))
        self.unlock.setVisible(not running and bool(standing.row and standing.row.encrypted))
        for live in (self.bar, self.pace, self.reading):
            live.setVisible(running)
        self.limits.setVisible(not running and bool(self.limits.text()))
        self._show_ways()
        self._name_controls()
        judgement = judged(standing)
        self.stripe.show_sign(judgement)
        self.badge.show_sign(judgement, say(f"ui_verdict.{judgement if standing.begun else 'not_begun'}"))

    def advance(self, progress: Progress | None) -> None:
        """Show how far the scan is this moment."""
        assert self.standing is not None
        if progress is None:
            self.bar.setMaximum(0)
            self.pace.setText(self.language("ui_board.preparing"))
            self.reading.clear()
            return
        self._set_bar(progress)
        self.pace.setText(pace(progress, self.language))
        self.reading.setText(
            self.language("ui_board.reading", path=shown(progress.current)) if progress.current else ""
        )
        if self.standing.state == "stopping":
            self.pace.setText(self.language("ui_board.stopping"))

    def _set_bar(self, progress: Progress) -> None:
        done, total = progress.done, progress.done + progress.pending
        if progress.phase != "examine":
            done, total = progress.bytes_done, progress.bytes_total
        self.bar.setMaximum(STEPS if total else 0)
        self.bar.setValue(done * STEPS // total if total else 0)

    def _show_ways(self) -> None:
        """A button for each thing of this evidence that there is something to see of."""
        assert self.standing is not None
        found = ways(self.standing, self.language)
        if found == self._ways:
            return  # the one with the keyboard stays where it is
        self._ways = found
        for button in self.ways:
            self._doors.removeWidget(button)
            button.deleteLater()
        self.ways = [self._door(place, *each) for place, each in enumerate(found)]

    def _door(self, place: int, words: str, pane: str, part: object) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(lambda _checked=False: self.opened.emit(pane, part))
        self._doors.insertWidget(place, button)
        return button

    def _ask_stop(self) -> None:
        if self.standing:
            self.stop_asked.emit(self.standing.source)

    def _ask_start(self) -> None:
        if self.standing:
            self.start_asked.emit(self.standing.source)

    def _ask_unlock(self) -> None:
        if self.standing:
            self.unlock_asked.emit(self.standing.source)

    def _name_controls(self) -> None:
        assert self.standing is not None
        exhibit = shown(self.standing.exhibit)
        self.start.setAccessibleName(f"{self.start.text()}: {exhibit}")
        self.stop.setAccessibleName(f"{self.stop.text()}: {exhibit}")
        self.unlock.setAccessibleName(f"{self.unlock.text()}: {exhibit}")
        self.bar.setAccessibleName(self.language("ui_board.progress_of", exhibit=exhibit))
        self.setAccessibleName(exhibit)

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(3)
        head = QHBoxLayout()
        head.addWidget(self.exhibit, 1)
        head.addWidget(self.badge)
        texts.addLayout(head)
        for widget in (self.source, self.verdict, self.bar, self.pace, self.reading, self.limits):
            texts.addWidget(widget)
        self._doors = QHBoxLayout()
        self._doors.addStretch()
        texts.addLayout(self._doors)
        buttons = QVBoxLayout()
        for button in (self.start, self.stop, self.unlock):
            buttons.addWidget(button)
        buttons.addStretch()
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 12, 0)
        whole.setSpacing(12)
        texts.setContentsMargins(0, 10, 0, 10)
        buttons.setContentsMargins(0, 10, 0, 10)
        whole.addWidget(self.stripe)
        whole.addLayout(texts, 1)
        whole.addLayout(buttons)
