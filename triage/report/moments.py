"""Moments in words: the day as people write it, the local time of the zone asked for, and UTC beside it.

Indonesia has three zones without daylight saving (Keputusan Presiden 41/1987): WIB is UTC+7, WITA UTC+8, WIT UTC+9.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.text import Say

DEFAULT_ZONE = "WIB"
ZONES = {"WIB": 7, "WITA": 8, "WIT": 9, "UTC": 0}
_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z?)\Z")

_OFFSET = re.compile(r"T[\d:.]+[+-]\d\d:\d\d\Z")


def in_words(stamp: str | None, say: Say, zone: str, *, seconds: bool = True) -> str:
    """A time of the views: local and UTC where the evidence says UTC; as it stands, and marked, where the zone is unknown.

    None is a dash; a year that the calendar does not have stays as it is stored.
    """
    if stamp is None:
        return "—"
    stamp = _in_utc(stamp)
    match = _STAMP.match(stamp)
    if match is None:
        return stamp
    try:
        moment = datetime.fromisoformat(f"{stamp[:19]}+00:00")
        local = moment + timedelta(hours=ZONES[zone or DEFAULT_ZONE])
    except (ValueError, OverflowError):
        return stamp
    if not match[8]:
        return f"{_day(moment, say)}, {_clock(moment, say, seconds=seconds)} {say('report.zone_unknown')}"
    if zone == "UTC":
        return f"{_day(moment, say)}, {_clock(moment, say, seconds=seconds)} UTC"
    utc = _clock(moment, say, seconds=seconds)
    other_day = "" if moment.date() == local.date() else f"{_day(moment, say)}, "
    return f"{_day(local, say)}, {_clock(local, say, seconds=seconds)} {zone} ({other_day}{utc} UTC)"


def day_in_words(stamp: str, say: Say, zone: str) -> str:
    """The day alone, with its name, in the zone: `Jumat, 6 Maret 2026`."""
    moment = datetime.fromisoformat(stamp).astimezone(UTC) + timedelta(hours=ZONES[zone or DEFAULT_ZONE])
    return f"{say(f'paper.weekday_{moment.isoweekday()}')}, {_day(moment, say)}"


def _in_utc(stamp: str) -> str:
    """A time with an offset (as persons state them) in UTC; any other as it is."""
    if not _OFFSET.search(stamp):
        return stamp
    try:
        return datetime.fromisoformat(stamp).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return stamp


def _day(moment: datetime, say: Say) -> str:
    return f"{moment.day} {say(f'paper.month_{moment.month}')} {moment.year}"


def _clock(moment: datetime, say: Say, *, seconds: bool) -> str:
    """Hours and minutes with a full stop in Indonesian (PUEBI), a colon in English."""
    mark = say("paper.clock_mark")
    parts = (moment.hour, moment.minute, moment.second) if seconds else (moment.hour, moment.minute)
    return mark.join(f"{part:02}" for part in parts)
