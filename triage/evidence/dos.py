"""The date and time of MS-DOS: a wall clock in steps of two seconds, without a zone."""

from __future__ import annotations

from datetime import UTC, datetime

from triage.model import Stamp, Zone
from triage.model.entries import NANOSECONDS


def dos_stamp(day: int, clock: int) -> Stamp | None:
    """Both 16-bit words as a time; None where they are zero or no date that exists."""
    if not day:
        return None
    try:
        moment = datetime(
            1980 + (day >> 9),
            day >> 5 & 15,
            day & 31,
            clock >> 11,
            clock >> 5 & 63,
            (clock & 31) * 2,
            tzinfo=UTC,  # only to count the seconds: the zone of the value stays unknown
        )
    except ValueError:
        return None
    return Stamp(int(moment.timestamp()) * NANOSECONDS, Zone.UNKNOWN, 2 * NANOSECONDS)
