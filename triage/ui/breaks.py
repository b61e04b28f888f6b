"""Reminders of breaks, and the exposure ledger: what was revealed for how long. A reminder never covers the work."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton

from triage.reviewing import Exposure, Ledger, Pace, day_totals
from triage.reviewing.exposure import moment
from triage.ui.grid_model import severity
from triage.ui.pane import plain_label

if TYPE_CHECKING:
    from triage.queries import GalleryRow
    from triage.reviewing import Due, Preferences
    from triage.ui.opened import OpenCase

BEAT = 15_000  # milliseconds between two looks at the clock


class BreakBar(QFrame):
    """Keeps the ledger, and shows itself when a break is due."""

    changed = Signal()  # more was seen

    def __init__(self, case: OpenCase, preferences: Preferences) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.case, self.language = case, case.language
        self.ledger = Ledger(case.folder)
        self.pace = Pace(preferences, _now())
        self.viewed_today = 0
        self.words = plain_label()
        self.reason = QLineEdit()
        self.taken = QPushButton()
        self.later = QPushButton()
        self._shown: Due | None = None
        self._entries: set[int] = set()
        self._clock = QTimer(self, interval=BEAT)
        self._clock.timeout.connect(self.look_at_clock)
        self._clock.start()
        self.taken.clicked.connect(self._take)
        self.later.clicked.connect(self._put_off)
        self.reason.textChanged.connect(lambda _: self._enable())
        self._lay_out()
        self.hide()
        self._begun = False

    def begin(self) -> None:
        """Read once what was seen on this day before."""
        if not self._begun:
            self._begun = True
            self.case.do(self._today, self._start)

    def saw(self, row: GalleryRow, seconds: float) -> None:
        """A picture was revealed for so long."""
        now = _now()
        again = row.entry_id in self._entries
        self._entries.add(row.entry_id)
        self.pace.saw(seconds, now)
        self.viewed_today += 1
        self._keep("viewed", now, seconds=round(seconds, 1), again=again, kind=row.kind, severity=self._severity(row))
        self.changed.emit()
        self.look_at_clock()

    def refusal(self) -> str:
        """Why nothing is revealed now; nothing where the day's limit is not met or was passed for a reason."""
        self.look_at_clock()
        return self.language("ui_break.limit_met") if self.pace.over(_now()) else ""

    def prefer(self, preferences: Preferences) -> None:
        """Other figures from here on."""
        self.pace.preferences = preferences
        self.look_at_clock()

    def look_at_clock(self) -> None:
        """Show what is due, or nothing."""
        due = self.pace.due(_now())
        if due != self._shown:
            self._shown = due
            self.reason.clear()
            self.retranslate()
            self.setVisible(due is not None)

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.taken.setText(say("ui_break.taken"))
        self.later.setText(say("ui_break.go_on" if self._shown and self._shown.why == "day" else "ui_break.later"))
        self.reason.setPlaceholderText(say("ui_break.reason"))
        self.reason.setAccessibleName(say("ui_break.reason"))
        if self._shown:
            self.words.setText(say(f"ui_break.due_{self._shown.why}", n=say.number(self._shown.amount)))
            self.setAccessibleName(self.words.text())
        self._enable()

    def _take(self) -> None:
        self.pace.took_break(_now())
        self._keep("break", _now())
        self.look_at_clock()

    def _put_off(self) -> None:
        now, due = _now(), self._shown
        if due and due.why == "day":
            self.pace.pass_limit()
        self.pace.put_off(now)
        event = "limit_passed" if due and due.why == "day" else "put_off"
        self._keep(event, now, reason=self.reason.text().strip())
        self.look_at_clock()

    def _enable(self) -> None:
        """The day's limit is passed for a reason only."""
        needs = self._shown is not None and self._shown.why == "day"
        self.later.setEnabled(not needs or bool(self.reason.text().strip()))

    def _keep(self, event: str, now: datetime, **more: object) -> None:
        line = Exposure(at=moment(now), actor=self.case.actor, event=event, **more)  # type: ignore[arg-type]  # named by the callers above
        self.case.keep(lambda: self.ledger.add(line))

    def _severity(self, row: GalleryRow) -> str:
        return severity(row, self.language)

    def _today(self) -> tuple[float, int]:
        lines, _ = self.ledger.read()
        today = _now().date().isoformat()
        mine = [each for each in day_totals(lines) if (each.day, each.actor) == (today, self.case.actor)]
        return sum(each.seconds for each in mine), sum(each.viewed for each in mine)

    def _start(self, today: tuple[float, int]) -> None:
        self.pace.today += today[0]
        self.viewed_today += today[1]
        self.changed.emit()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self.words, 1)
        self.reason.setFixedWidth(220)
        for widget in (self.reason, self.later, self.taken):
            row.addWidget(widget)


def _now() -> datetime:
    return datetime.now().astimezone()
