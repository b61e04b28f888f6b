"""One cell of an evidence database as the type it should have, or None: SQLite holds a column to no type.

Times of 0, -1 and NULL mean "no value" in every app read here; they never become 1970-01-01.
"""

from __future__ import annotations

import base64
import binascii
import math
from datetime import UTC, datetime, timedelta

from triage.model import Stamp, Zone

_INT64 = 1 << 63
_UNIX = datetime(1970, 1, 1)  # noqa: DTZ001  # as plistlib gives its dates: naive, and UTC by the format
_SECOND = 1_000_000_000
_MILLISECOND = _SECOND // 1000
_LATEST = _INT64 // _MILLISECOND
_WEBKIT = 11_644_473_600_000_000  # microseconds from 1601-01-01 to 1970-01-01
_APPLE = 978_307_200  # 2001-01-01 in seconds since 1970-01-01
_APPLE_NANOSECONDS = 10**15  # larger numbers cannot be seconds


def text(value: object) -> str | None:
    """Text that is not empty; a number as its digits. A BLOB is no text."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, (int, float)) else None


def text_of(value: object) -> str | None:
    """Text that an app may have stored as the bytes of UTF-8; None for other bytes."""
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return None
    return text(value)


def written(value: object) -> str | None:
    """What a person wrote: text, also where an app stored its bytes as a BLOB. What is no UTF-8 is shown as escapes."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace") or None if b"\0" not in value else None
    return text(value)


def integer(value: object) -> int | None:
    """A whole number of 64 bits, also where an app stored its digits as text (WhatsApp's media_wa_type)."""
    if value is None:
        return None
    if isinstance(value, int):
        return value if abs(value) < _INT64 else None  # JSON and property lists know larger ones
    if isinstance(value, float) and value.is_integer() and abs(value) < _INT64:
        return int(value)
    digits = value.removeprefix("-") if isinstance(value, str) else ""
    return int(str(value)) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def real(value: object) -> float | None:
    """A finite number."""
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def count(value: object) -> int | None:
    """A size in bytes or another number that cannot be negative."""
    number = integer(value)
    return number if number is not None and number >= 0 else None


def flag(value: object) -> bool | None:
    """Whether a number that stands for yes or no is not 0; None where there is none."""
    number = integer(value)
    return None if number is None else number != 0


def seconds_long(value: object) -> float | None:
    """A duration in seconds that is not negative."""
    number = real(value)
    return number if number is not None and number >= 0 else None


def unix_milliseconds(value: object) -> Stamp | None:
    """Unix time in milliseconds, UTC."""
    if type(value) is int and 0 < value < _LATEST:
        return Stamp(value * _MILLISECOND, Zone.UTC, _MILLISECOND)  # as nearly all are
    return _stamp(integer(value), _MILLISECOND)


def unix_seconds(value: object) -> Stamp | None:
    """Unix time in seconds, UTC."""
    return _stamp(integer(value), _SECOND)


def unix_microseconds(value: object) -> Stamp | None:
    """Unix time in microseconds, UTC."""
    return _stamp(integer(value), _SECOND // 1_000_000)


def unix_nanoseconds(value: object) -> Stamp | None:
    """Unix time in nanoseconds, UTC."""
    return _stamp(integer(value), 1)


def webkit_microseconds(value: object) -> Stamp | None:
    """Chromium's time: microseconds since 1601-01-01 UTC."""
    number = integer(value)
    return None if number in {None, 0, -1} else _fitting((number - _WEBKIT) * 1000, 1000)


def filetime(value: object) -> Stamp | None:
    """Windows time: units of 100 nanoseconds since 1601-01-01 UTC."""
    number = integer(value)
    return None if number in {None, 0, -1} else _fitting((number - _WEBKIT * 10) * 100, 100)


def date(value: object) -> Stamp | None:
    """A date of a property list: UTC by the format."""
    if not isinstance(value, datetime) or value.tzinfo is not None:
        return None
    microseconds = (value - _UNIX) // timedelta(microseconds=1)
    return _fitting(microseconds * 1000, 1000) if microseconds else None


def iso_time(value: object) -> Stamp | None:
    """Text in ISO 8601 with a zone; a time without one says no moment and is left out."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return date(value)
    try:
        return date(moment.astimezone(UTC).replace(tzinfo=None))
    except OverflowError:
        return None


def apple_seconds(value: object) -> Stamp | None:
    """Core Data time: seconds since 2001-01-01 UTC, whole or with a fraction. 0 is what apps write for "none"."""
    number = real(value)
    if number is None or number in {0, -1} or abs(number) >= _INT64 / _SECOND:
        return None
    whole = math.floor(number)
    return _fitting((whole + _APPLE) * _SECOND + round((number - whole) * 1_000_000) * 1000, _SECOND // 1_000_000)


def apple_time(value: object) -> Stamp | None:
    """Time of the Messages app: nanoseconds since 2001-01-01 UTC from iOS 11 on, whole seconds before (mark B)."""
    number = integer(value)
    if number is None or abs(number) < _APPLE_NANOSECONDS:
        return apple_seconds(value)
    return _fitting(number + _APPLE * _SECOND, 1)


def raw_time(value: object, unit: str) -> str | None:
    """What was stored for a time, with its unit, as a record keeps it: `1772000000000 ms Unix`."""
    return None if value is None or isinstance(value, bytes) else f"{value} {unit}"


def coordinates(latitude: object, longitude: object) -> tuple[float, float] | tuple[None, None]:
    """Degrees WGS 84, where both are in range. 0, 0 is what apps write for "none"."""
    north, east = real(latitude), real(longitude)
    if north is None or east is None or abs(north) > 90 or abs(east) > 180 or north == east == 0:
        return None, None
    return north, east


def base64_digest(value: object, length: int = 32) -> bytes | None:
    """A digest that an app stored as Base64; None where it is not exactly `length` bytes."""
    if not isinstance(value, str) or len(value) > 4 * length:
        return None
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return digest if len(digest) == length else None


def _stamp(value: int | None, unit: int) -> Stamp | None:
    """None also where nanoseconds would pass 64 bits: the year 2262, or rubbish."""
    if value is None or value in {0, -1} or abs(value * unit) >= _INT64:
        return None
    return Stamp(value * unit, resolution=unit)


def _fitting(nanoseconds: int, resolution: int) -> Stamp | None:
    return Stamp(nanoseconds, resolution=resolution) if abs(nanoseconds) < _INT64 else None
