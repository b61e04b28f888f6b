"""Times written after ISO 8601 (and RFC 3339), as exporting programs write them into reports."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from triage.model import Stamp, Zone
from triage.model.entries import NANOSECONDS

_FORM = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?\s*(?:([Zz])|([+-])(\d\d):?(\d\d))?\s*\Z"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1700, 2261  # what 64 bits of nanoseconds hold; year 1 is how .NET writes "no value"


def stamp(text: str) -> Stamp | None:
    """The moment, in UTC where the text has an offset, else on a clock of unknown zone. None where it is no such text."""
    match = _FORM.match(text)
    if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        return None
    try:
        moment = datetime(*(int(part) for part in match.groups()[:6]), tzinfo=UTC)  # type: ignore[arg-type, misc]  # six numbers
    except ValueError:
        return None
    fraction = match[7] or ""
    sign, hours, minutes = match[9], int(match[10] or 0), int(match[11] or 0)
    moment -= timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
    nanoseconds = (moment - _EPOCH) // timedelta(seconds=1) * NANOSECONDS + int(fraction.ljust(9, "0"))
    zone = Zone.UTC if match[8] or sign else Zone.UNKNOWN
    return Stamp(nanoseconds, zone, 10 ** (9 - len(fraction)))
