"""The tags of EXIF that matter, as values: camera, owner, time, place, size. `None` where the tags do not say.

Source: CIPA DC-008-2019 (EXIF 2.32). What is read is a mapping from exifread's names to objects with `values`: a text, bytes, or a list of
numbers and ratios.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from triage.model import Stamp, Zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.formats.maker_notes import Notes

SECOND = 1_000_000_000
NAMES: dict[tuple[str, int], str] = {
    ("Image", 0x010F): "Image Make", ("Image", 0x0110): "Image Model", ("Image", 0x0112): "Image Orientation",
    ("Image", 0x0131): "Image Software", ("Image", 0x0132): "Image DateTime", ("Image", 0x013B): "Image Artist",
    ("EXIF", 0x9003): "EXIF DateTimeOriginal", ("EXIF", 0x9010): "EXIF OffsetTime", ("EXIF", 0x9011): "EXIF OffsetTimeOriginal",
    ("EXIF", 0x9291): "EXIF SubSecTimeOriginal", ("EXIF", 0xA002): "EXIF ExifImageWidth",
    ("EXIF", 0xA003): "EXIF ExifImageLength", ("EXIF", 0xA420): "EXIF ImageUniqueID", ("EXIF", 0xA430): "EXIF CameraOwnerName",
    ("EXIF", 0xA431): "EXIF BodySerialNumber", ("EXIF", 0xA434): "EXIF LensModel",
}  # fmt: skip
GPS_NAMES = {
    1: "GPSLatitudeRef", 2: "GPSLatitude", 3: "GPSLongitudeRef", 4: "GPSLongitude", 5: "GPSAltitudeRef", 6: "GPSAltitude",
    7: "GPSTimeStamp", 0x12: "GPSMapDatum", 0x1D: "GPSDate",
}  # fmt: skip
NAMES |= {("GPS", number): f"GPS {name}" for number, name in GPS_NAMES.items()}

_TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_DATE = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Values:
    """Degrees, metres above sea level, pixels. `datum` is what the degrees refer to as stored; EXIF prescribes no default.

    `serial` is the camera's number: EXIF's own, else the maker's note's, else the maker's internal one. `offset` is the zone of
    `taken_at` as recorded. `unique_id` names one exposure, `content_id` ties a picture to the clip of a Live Photo.
    """

    make: str | None = None
    model: str | None = None
    serial: str | None = None
    lens: str | None = None
    owner: str | None = None
    author: str | None = None
    software: str | None = None
    taken_at: Stamp | None = None
    zone: str | None = None
    modified_at: Stamp | None = None
    gps_at: Stamp | None = None
    orientation: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    datum: str | None = None
    width: int | None = None
    height: int | None = None
    unique_id: str | None = None
    content_id: str | None = None


def values(tags: Mapping[str, object], notes: Notes, camera_serial: str | None = None) -> Values:
    """The tags that matter, and what the maker's notes add. `camera_serial`: tag 0xC62F of DNG."""
    offset = _text(tags, "EXIF OffsetTimeOriginal")
    return Values(
        make=_text(tags, "Image Make") or _text(tags, "EXIF Make"),
        model=_text(tags, "Image Model") or _text(tags, "EXIF Model"),
        serial=_text(tags, "EXIF BodySerialNumber", numbers=True)
        or notes.serial
        or camera_serial
        or notes.internal_serial,
        lens=_text(tags, "EXIF LensModel") or notes.lens,
        owner=_text(tags, "EXIF CameraOwnerName") or notes.owner,
        author=_text(tags, "Image Artist"),
        software=_text(tags, "Image Software"),
        taken_at=_moment(tags, "EXIF DateTimeOriginal", offset, _text(tags, "EXIF SubSecTimeOriginal")),
        zone=offset if _span(offset) is not None else None,
        modified_at=_moment(tags, "Image DateTime", _text(tags, "EXIF OffsetTime"), None),
        gps_at=_gps_time(tags),
        orientation=_orientation(tags),
        latitude=_degrees(tags, "GPSLatitude", "NS", 90),
        longitude=_degrees(tags, "GPSLongitude", "EW", 180),
        altitude=_altitude(tags),
        datum=_text(tags, "GPS GPSMapDatum"),
        width=_positive(tags, "EXIF ExifImageWidth"),
        height=_positive(tags, "EXIF ExifImageLength"),
        unique_id=_text(tags, "EXIF ImageUniqueID") or notes.unique_id,
        content_id=notes.content_id,
    )


def moment(text: str, offset: str | None = None, fraction: str | None = None) -> Stamp | None:
    """A time in EXIF's or ISO's form: UTC where an offset is known, else of unknown zone. None where it is no time."""
    match = _TIME.match(text)
    if match is None:
        return None
    span = _span(offset)
    try:
        found = datetime(*(int(part) for part in match.groups()), tzinfo=UTC)  # type: ignore[arg-type,misc]  # six parts
        found -= span or timedelta()
    except (ValueError, OverflowError):
        return None
    nanoseconds, resolution = _fraction(fraction)
    seconds = int((found - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    if abs(seconds) >= (1 << 63) // SECOND - 1:
        return None
    return Stamp(seconds * SECOND + nanoseconds, Zone.UNKNOWN if span is None else Zone.UTC, resolution)


def _moment(tags: Mapping[str, object], name: str, offset: str | None, fraction: str | None) -> Stamp | None:
    return moment(_text(tags, name) or "", offset, fraction)


def _span(text: str | None) -> timedelta | None:
    if text == "Z":
        return timedelta()
    match = _OFFSET.fullmatch(text or "")
    if match is None:
        return None
    span = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -span if match[1] == "-" else span


def _fraction(text: str | None) -> tuple[int, int]:
    """Nanoseconds of SubSecTimeOriginal (digits after the point) and the step it was written with."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 9:
        return 0, SECOND
    return int(text.ljust(9, "0")), 10 ** (9 - len(text))


def _gps_time(tags: Mapping[str, object]) -> Stamp | None:
    """Date and time of the satellites, UTC."""
    date, clock = _DATE.match(_text(tags, "GPS GPSDate") or ""), _numbers(tags, "GPS GPSTimeStamp")
    if date is None or not clock or len(clock) != 3 or not all(0 <= each <= 60 for each in clock):
        return None
    hours, minutes, seconds = (int(each) for each in clock)
    return moment(f"{date[1]}:{date[2]}:{date[3]} {hours:02d}:{minutes:02d}:{seconds:02d}", "Z")


def _values_of(tags: Mapping[str, object], name: str) -> object:
    return getattr(tags.get(name), "values", None)


def _numbers(tags: Mapping[str, object], name: str) -> list[float] | None:
    """Numbers of a tag; None where one of them has no value (a ratio over zero)."""
    found = _values_of(tags, name)
    if not isinstance(found, list):
        return None
    numbers: list[float] = []
    for value in found:
        if not isinstance(value, int | float) and not (hasattr(value, "num") and value.den):
            return None
        numbers.append(float(value))
    return numbers


def _positive(tags: Mapping[str, object], name: str) -> int | None:
    numbers = _numbers(tags, name)
    return int(numbers[0]) if numbers and 0 < numbers[0] < 1 << 31 else None


def _orientation(tags: Mapping[str, object]) -> int | None:
    value = _positive(tags, "Image Orientation") or _positive(tags, "EXIF Orientation")
    return value if value is not None and 1 <= value <= 8 else None


def _text(tags: Mapping[str, object], name: str, *, numbers: bool = False) -> str | None:
    """Text as stored, without the blanks and zero bytes that fill the field; `numbers`: some cameras write one in place of it."""
    value = _values_of(tags, name)
    if numbers and isinstance(value, list) and value and all(isinstance(each, int) for each in value):
        return " ".join(map(str, value[:16])) if any(value) else None
    if isinstance(value, bytes):
        value = value.decode("utf-8", "backslashreplace")
    return value.strip(" \0\t\r\n") or None if isinstance(value, str) else None


def _degrees(tags: Mapping[str, object], name: str, references: str, bound: int) -> float | None:
    """Degrees, minutes, seconds and the hemisphere. Without a hemisphere the sign is unknown, and so is the place."""
    numbers = _numbers(tags, f"GPS {name}")
    reference = (_text(tags, f"GPS {name}Ref") or "").upper()
    if not numbers or len(numbers) != 3 or reference not in {*references}:
        return None
    degrees = numbers[0] + numbers[1] / 60 + numbers[2] / 3600
    if not 0 <= degrees <= bound:
        return None
    return -degrees if reference in {"S", "W"} else degrees


def _altitude(tags: Mapping[str, object]) -> float | None:
    numbers = _numbers(tags, "GPS GPSAltitude")
    if not numbers:
        return None
    below = _numbers(tags, "GPS GPSAltitudeRef") == [1.0]
    return -numbers[0] if below else numbers[0]
