"""EXIF of a picture as values. The only home of exifread, whose errors are translated here.

`read` returns None where there is no EXIF and raises where there is one that cannot be read: the two differ.
Source: CIPA DC-008-2019 (EXIF 2.32). exifread raises IndexError on truncated input and only logs on rubbish; both are
Malformed here. It reads value by value, so that a hostile directory could keep it busy for hours: reads are counted.
"""

from __future__ import annotations

import logging
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, cast

import exifread
from exifread.core.exceptions import ExifError

from triage.errors import LimitReached, Malformed
from triage.formats.exif_block import find_exif
from triage.model import Stamp, Zone

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_READS = 200_000
LONGEST_READ = 1 << 20
SECOND = 1_000_000_000

_TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_BROKEN = (
    ExifError, IndexError, KeyError, ValueError, TypeError, AttributeError, AssertionError, struct.error, EOFError,
    OverflowError, NotImplementedError, RecursionError, ZeroDivisionError,
)  # fmt: skip

logging.getLogger("exifread").addHandler(logging.NullHandler())
logging.getLogger("exifread").propagate = False


@dataclass(frozen=True, slots=True)
class Exif:
    """What the block says; None where it does not. Degrees WGS 84, metres above sea level, pixels."""

    make: str | None = None
    model: str | None = None
    serial: str | None = None
    software: str | None = None
    taken_at: Stamp | None = None
    orientation: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    width: int | None = None
    height: int | None = None


def read(stream: BinaryIO) -> Exif | None:
    """The EXIF of a JPEG, PNG, WebP, TIFF, HEIC or AVIF picture, or None. Raises EvidenceError."""
    tags = _tags(stream)
    return None if tags is None else _values(tags)


def _tags(stream: BinaryIO) -> Mapping[str, object] | None:
    block = find_exif(stream)
    if block is None:
        return None
    tags = _process(block)
    if not tags:
        raise Malformed("the EXIF block holds no readable tag")
    return tags


def _process(stream: BinaryIO) -> Mapping[str, object]:
    bounded = cast("BinaryIO", _Bounded(stream))
    try:
        return cast("Mapping[str, object]", exifread.process_file(bounded, details=False, extract_thumbnail=False))
    except _BROKEN as error:
        raise Malformed(f"the EXIF block is damaged ({type(error).__name__})") from error


class _Bounded:
    """A stream that gives up after a number of reads, and gives no more than 1 MiB at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._reads = 0

    def read(self, size: int = -1) -> bytes:
        self._reads += 1
        if self._reads > MOST_READS:
            raise LimitReached("the EXIF block makes its reader go round and round")
        return self._stream.read(LONGEST_READ if size < 0 else min(size, LONGEST_READ))

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _values(tags: Mapping[str, object]) -> Exif:
    width, height = _size(tags)
    return Exif(
        make=_text(tags, "Image Make"),
        model=_text(tags, "Image Model"),
        serial=_text(tags, "EXIF BodySerialNumber"),
        software=_text(tags, "Image Software"),
        taken_at=_taken_at(tags),
        orientation=_orientation(tags),
        latitude=_degrees(tags, "GPSLatitude", "NS", 90),
        longitude=_degrees(tags, "GPSLongitude", "EW", 180),
        altitude=_altitude(tags),
        width=width,
        height=height,
    )


def _size(tags: Mapping[str, object]) -> tuple[int | None, int | None]:
    """Of the main picture, where EXIF says it; in a TIFF the first directory may be a thumbnail and says nothing."""
    return _positive(tags, "EXIF ExifImageWidth"), _positive(tags, "EXIF ExifImageLength")


def _raw(tags: Mapping[str, object], name: str) -> object:
    return getattr(tags.get(name), "values", None)


def _numbers(tags: Mapping[str, object], name: str) -> list[float] | None:
    """Numbers of a tag; None where one of them has no value (a ratio over zero)."""
    values = _raw(tags, name)
    if not isinstance(values, list):
        return None
    numbers: list[float] = []
    for value in values:
        if not isinstance(value, int | float) and not (hasattr(value, "num") and value.den):
            return None
        numbers.append(float(value))
    return numbers


def _positive(tags: Mapping[str, object], name: str) -> int | None:
    numbers = _numbers(tags, name)
    return int(numbers[0]) if numbers and 0 < numbers[0] < 1 << 31 else None


def _orientation(tags: Mapping[str, object]) -> int | None:
    value = _positive(tags, "Image Orientation")
    return value if value is not None and 1 <= value <= 8 else None


def _text(tags: Mapping[str, object], name: str) -> str | None:
    """Text as stored, without the blanks and zero bytes that fill the field."""
    value = _raw(tags, name)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "backslashreplace")
    return value.strip(" \0\t\r\n") or None if isinstance(value, str) else None


def _taken_at(tags: Mapping[str, object]) -> Stamp | None:
    """DateTimeOriginal: the camera's wall clock, UTC only where the picture records the offset."""
    match = _TIME.match(_text(tags, "EXIF DateTimeOriginal") or "")
    if match is None:
        return None
    try:
        moment = datetime(*(int(part) for part in match.groups()), tzinfo=UTC)  # type: ignore[arg-type,misc]  # six parts
        offset = _offset(_text(tags, "EXIF OffsetTimeOriginal"))
        moment -= offset or timedelta()
    except (ValueError, OverflowError):
        return None
    fraction, resolution = _fraction(_text(tags, "EXIF SubSecTimeOriginal"))
    seconds = int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    if abs(seconds) >= (1 << 63) // SECOND - 1:
        return None
    return Stamp(seconds * SECOND + fraction, Zone.UNKNOWN if offset is None else Zone.UTC, resolution)


def _offset(text: str | None) -> timedelta | None:
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
