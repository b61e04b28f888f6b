"""When a break is due: after so much revealed, so long at work, so many seen, at the day's limit, late in the day.

Reminders, not locks: a break can be put off, and only the day's limit asks for a reason. Taking breaks is what studies tie to better
wellbeing (Mitchell and others 2023); blur is not said to protect.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.reviewing.preferences import Preferences

IDLE = 300.0  # seconds without a picture revealed that are a break by themselves
PUT_OFF = 600.0  # seconds for which a reminder is put off
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Due:
    """Why a break is due: revealed, work, viewed, day or late; `amount` in minutes or pictures, the hour for late."""

    why: str
    amount: int


class Pace:
    """`now` is local time with its zone; `today` the seconds already revealed on this day."""

    def __init__(self, preferences: Preferences, now: datetime, today: float = 0.0) -> None:
        self.preferences = preferences
        self.today = today
        self._day = now.date()
        self._began = self._last = now
        self._quiet_until: datetime | None = None
        self._revealed = 0.0
        self._viewed = 0
        self._late_told = False
        self._over = False

    def saw(self, seconds: float, now: datetime) -> None:
        """A picture was revealed for so long, until now."""
        if (now - self._last).total_seconds() - seconds > IDLE:
            self._restart(now)
        if now.date() != self._day:
            self._day, self.today, self._over, self._late_told = now.date(), 0.0, False, False
        self._last = now
        self._revealed += seconds
        self.today += seconds
        self._viewed += 1

    def due(self, now: datetime) -> Due | None:
        """What is due now, the gravest first."""
        set_ = self.preferences
        if self.over(now):
            return Due("day", set_.day_minutes)
        if self._quiet_until and now < self._quiet_until:
            return None
        if set_.late_hour and now.hour >= set_.late_hour and self._viewed and not self._late_told:
            return Due("late", set_.late_hour)
        if set_.break_after_minutes and self._revealed >= set_.break_after_minutes * MINUTE:
            return Due("revealed", round(self._revealed / MINUTE))
        if set_.break_after_viewed and self._viewed >= set_.break_after_viewed:
            return Due("viewed", self._viewed)
        worked = (now - self._began).total_seconds()
        if set_.break_each_minutes and self._viewed and worked >= set_.break_each_minutes * MINUTE:
            return Due("work", round(worked / MINUTE))
        return None

    def over(self, now: datetime) -> bool:
        """Whether the day's limit was met and nobody has said why it is passed."""
        limit = self.preferences.day_minutes * MINUTE
        return bool(limit) and now.date() == self._day and self.today >= limit and not self._over

    def took_break(self, now: datetime) -> None:
        """Everything but the day's sum begins anew."""
        self._restart(now)

    def put_off(self, now: datetime) -> None:
        """Remind again later."""
        self._late_told = True
        self._quiet_until = now + timedelta(seconds=PUT_OFF)

    def pass_limit(self) -> None:
        """The day's limit is passed, for a reason that is in the ledger."""
        self._over = True

    def _restart(self, now: datetime) -> None:
        self._began, self._quiet_until = now, None
        self._revealed, self._viewed = 0.0, 0
        self._late_told = False
