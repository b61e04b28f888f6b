"""A stored time as a moment, and as it was stored with its unit: both go into a record, so that the reading can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from triage.formats import cells

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.model import Stamp

UNITS: dict[str, Callable[[object], Stamp | None]] = {
    "s Unix": cells.unix_seconds,
    "ms Unix": cells.unix_milliseconds,
    "us Unix": cells.unix_microseconds,
    "ns Unix": cells.unix_nanoseconds,
    "s Cocoa": cells.apple_seconds,
    "ns Cocoa": cells.apple_time,
}


class Sent(TypedDict):
    """The fields of a `Message` that say when it was sent."""

    sent_at: Stamp | None
    raw_time: str | None


class Started(TypedDict):
    """The fields of a `Call` that say when it began."""

    started_at: Stamp | None
    raw_time: str | None


def sent(value: object, unit: str) -> Sent:
    """`unit` is a name of `UNITS`."""
    return {"sent_at": UNITS[unit](value), "raw_time": raw_time(value, unit)}


def started(value: object, unit: str) -> Started:
    """`unit` is a name of `UNITS`."""
    return {"started_at": UNITS[unit](value), "raw_time": raw_time(value, unit)}


def raw_time(value: object, unit: str) -> str | None:
    """What was stored, with its unit: `1772000000000 ms Unix`. Bytes are no time."""
    return None if value is None or isinstance(value, bytes) else f"{value} {unit}"
