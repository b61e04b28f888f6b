"""The stretch of time that holds for several panes at once, and the button in each of them that says so and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from triage.ui.time_bars import moment_of

if TYPE_CHECKING:
    from triage.queries.period import Period
    from triage.ui.pane import Pane


class Periods(QObject):
    """One stretch, or none. `zone` is the name of the clock that it is meant on."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.chosen: Period | None = None
        self.zone = ""

    def choose(self, period: Period, zone: str) -> None:
        """From now on panes show what lies within."""
        self.chosen, self.zone = period, zone
        self.changed.emit()

    def clear(self) -> None:
        """From now on panes show everything again."""
        self.chosen = None
        self.changed.emit()


class PeriodChip(QPushButton):
    """Seen while a stretch of time holds; pressed, it takes it back. The pane it is in is read anew when that changes."""

    def __init__(self, pane: Pane) -> None:
        super().__init__()
        self._pane = pane
        self._periods = pane.case.periods
        self.clicked.connect(self._periods.clear)
        self._periods.changed.connect(self._changed)
        self.retranslate()

    def retranslate(self) -> None:
        """Write all words anew."""
        say, period = self._pane.language, self._periods.chosen
        self.setVisible(period is not None)
        if period is None:
            return
        since, until = (moment_of(second, 1) for second in (period.since, period.until))
        self.setText(say("ui_period.chip", since=since, until=until, zone=self._periods.zone))
        self.setToolTip(say("ui_period.clear"))
        self.setAccessibleName(say("ui_period.spoken", since=since, until=until, zone=self._periods.zone))

    def _changed(self) -> None:
        self.retranslate()
        if self._pane.isVisible():
            self._pane.reload()
