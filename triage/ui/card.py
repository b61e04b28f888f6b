"""A card of the board: one evidence, how far it is, what it brought, within which limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from triage.ui.pane import plain_label, title_label
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.queries import BoardRow
    from triage.run import Progress
    from triage.ui.language import Language
    from triage.ui.scans import Wanted

STEPS = 1000
MATCH = QColor(0xD0, 0x45, 0x45)  # middle tones: they stand out on light and on dark ground; words say the same
OPEN = QColor(0xD0, 0x92, 0x2B)
NEUTRAL = QColor(0x80, 0x88, 0x92)


@dataclass(frozen=True, slots=True)
class CardState:
    """What a card shows. `row` None: not yet in the case. `state`: waiting, running, stopping, stopped, done."""

    source: Path
    exhibit: str
    state: str
    row: BoardRow | None = None
    wanted: Wanted | None = None

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


class Stripe(QWidget):
    """A coloured edge; what it means is written beside it too."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(6)
        self.colour = NEUTRAL

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Fill it."""
        QPainter(self).fillRect(self.rect(), self.colour)


class Card(QFrame):
    """Shows a `CardState`; while it runs, `advance` shows the latest progress on top of it."""

    start_asked = Signal(Path)
    stop_asked = Signal()
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
        self.source = plain_label()
        self.verdict = plain_label()
        self.bar = QProgressBar(textVisible=False, maximum=STEPS)
        self.pace = plain_label()
        self.reading = plain_label()
        self.limits = plain_label()
        self.start = QPushButton()
        self.stop = QPushButton()
        self.unlock = QPushButton()
        self.start.clicked.connect(self._ask_start)
        self.stop.clicked.connect(self.stop_asked)
        self.unlock.clicked.connect(self._ask_unlock)
        self._lay_out()

    def show_state(self, standing: CardState) -> None:
        """Show this."""
        self.standing = standing
        say, running = self.language, standing.running
        state = say(f"ui_state.{standing.state}")
        self.exhibit.setText(f"{shown(standing.exhibit)} · {state}")
        self.source.setText(_source_line(standing, say))
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
        self._name_controls()
        self._colour()

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

    def _colour(self) -> None:
        row = self.standing.row if self.standing else None
        if row and row.notable:
            self.stripe.colour = MATCH
        elif row and (row.pending or row.failed or row.problems or not row.lists):
            self.stripe.colour = OPEN
        else:
            self.stripe.colour = NEUTRAL
        self.stripe.update()

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(3)
        for widget in (self.exhibit, self.source, self.verdict, self.bar, self.pace, self.reading, self.limits):
            texts.addWidget(widget)
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


def verdict(standing: CardState, say: Language) -> str:
    """What was found, with what it was compared; never that a thing is free of anything."""
    if not standing.begun:
        return say("ui_board.not_begun")
    if not standing.lists:
        return say("ui_board.no_list")
    names = ", ".join(shown(name) for name in standing.lists)
    row = standing.row
    if row and row.notable:
        return say("ui_board.matches", n=say.number(row.notable), lists=names)
    partly = row is None or standing.running or row.pending
    return say("ui_board.no_match_so_far" if partly else "ui_board.no_match", lists=names)


def limits(row: BoardRow | None, say: Language) -> str:
    """The account of every entry found, and whether the source was the same before and after."""
    if row is None:
        return ""
    counts = {
        name: say.number(getattr(row, name))
        for name in ("found", "examined", "skipped", "failed", "pending", "problems")
    }
    lines = []
    if row.encrypted:
        lines.append(say("ui_board.encrypted", n=say.number(row.encrypted)))
    if row.maybe_encrypted:
        lines.append(say("ui_board.maybe_encrypted", n=say.number(row.maybe_encrypted)))
    lines.append(say("ui_board.account", **counts))
    if row.sha256_before and row.sha256_after:
        lines.append(say("ui_board.unchanged" if row.sha256_before == row.sha256_after else "ui_board.changed"))
    return "\n".join(lines)


def pace(progress: Progress, say: Language) -> str:
    """Rate, counts and an honest remaining time."""
    phase = say.choice("ui_phase", progress.phase)
    left = say("ui_board.remaining_unknown")
    if progress.remaining_s is not None:
        left = say("ui_board.remaining", time=say.duration(progress.remaining_s))
    rate = say("ui_board.bytes_rate", rate=say.size(round(progress.bytes_per_second)))
    if progress.phase != "examine":
        amount = say("ui_board.bytes_of", done=say.size(progress.bytes_done), total=say.size(progress.bytes_total))
        return f"{phase} · {amount} · {rate} · {left}"
    counts = say(
        "ui_board.live",
        done=say.number(progress.done),
        pending=say.number(progress.pending),
        problems=say.number(progress.problems),
        rate=say.number(progress.entries_per_second),
    )
    elapsed = say("ui_board.elapsed", time=say.duration(progress.elapsed_s))
    return f"{phase} · {counts} · {rate} · {elapsed} · {left}"


def _source_line(standing: CardState, say: Language) -> str:
    row = standing.row
    parts = [shown(str(standing.source))]
    if row:
        parts += [shown(row.format)] + ([say.size(row.size)] if row.size is not None else [])
    return " · ".join(parts)
