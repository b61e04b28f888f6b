"""EXIF: made pictures, and public samples of many makers compared with exiftool."""

import io
import json
import struct
from datetime import UTC, datetime, timedelta

import pytest
from corpus import corpus_file
from making.photos import MAKE, MODEL, SERIAL, make_photo

from triage.errors import EvidenceError, Malformed, Truncated
from triage.formats import exif
from triage.formats.exif_tags import Values
from triage.model import Stamp, Zone

SECOND = 1_000_000_000


def read(data: bytes) -> Values | None:
    found = exif.read(io.BytesIO(data))
    return None if found is None else found.values


def moment(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * SECOND


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_everything_that_is_written_is_read(kind: str) -> None:
    found = read(make_photo(gps=(-6.175392, 106.827153), altitude=12.5, orientation=6, kind=kind))
    assert found is not None
    assert (found.make, found.model, found.serial, found.software) == (MAKE, MODEL, SERIAL, "KF 1.0")
    assert found.taken_at == Stamp(moment(2026, 3, 14, 9, 26, 53), Zone.UNKNOWN, SECOND)
    assert found.orientation == 6
    assert (found.latitude, found.longitude) == pytest.approx((-6.175392, 106.827153), abs=1e-6)
    assert found.altitude == 12.5


def test_hemispheres_and_depth() -> None:
    found = read(make_photo(gps=(40.5, -3.25), altitude=-4.0))
    assert found is not None
    assert (found.latitude, found.longitude, found.altitude) == (40.5, -3.25, -4.0)


def test_an_offset_makes_the_time_utc() -> None:
    found = read(make_photo(offset="+07:00", subsecond="25"))
    assert found is not None
    assert found.taken_at == Stamp(moment(2026, 3, 14, 2, 26, 53) + 250_000_000, Zone.UTC, 10_000_000)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2026:13:40 10:00:00", "kemarin", ""])
def test_a_time_that_is_none_stays_none(taken: str) -> None:
    found = read(make_photo(taken=taken))
    assert found is not None
    assert found.taken_at is None


def test_no_exif_is_none() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP"):
        assert read(make_photo(exif=False, kind=kind)) is None
    assert read(b"") is None


def test_unreadable_exif_is_no_missing_exif() -> None:
    photo = make_photo()
    at = photo.index(b"Exif\0\0") + 6
    with pytest.raises(Malformed):
        read(photo[:at] + b"XX" + photo[at + 2 :])
    with pytest.raises(Truncated):
        read(photo[: at + 20])
    with pytest.raises(Malformed):
        read(photo[: at + 4] + b"\xff\xff\xff\x7f" + photo[at + 8 :])


def rational(numerator: int, denominator: int) -> bytes:
    return struct.pack("<II", numerator, denominator)


def tiff_with_place(minutes: bytes, reference: bytes) -> bytes:
    """A TIFF whose GPS directory has a latitude and, unless empty, its reference."""
    entries = [(1, 2, 2, reference + bytes(3)), (2, 5, 3, struct.pack("<I", 200))]
    directory = (
        struct.pack("<H", 2) + b"".join(struct.pack("<HHI", *each[:3]) + each[3][:4] for each in entries) + bytes(4)
    )
    pointer = struct.pack("<H", 1) + struct.pack("<HHII", 0x8825, 4, 1, 60) + bytes(4)
    head = b"II*\0" + struct.pack("<I", 8) + pointer
    data = head.ljust(60, b"\0") + directory
    return data.ljust(200, b"\0") + rational(6, 1) + minutes + rational(0, 1) + bytes(400)


def test_places_that_cannot_be_are_none() -> None:
    good = read(tiff_with_place(rational(30, 1), b"S"))
    assert good is not None
    assert good.latitude == -6.5
    for minutes, reference in ((rational(30, 0), b"S"), (rational(30, 1), b"\0"), (rational(90000, 1), b"S")):
        found = read(tiff_with_place(minutes, reference))
        assert found is not None
        assert found.latitude is None


def test_endless_directories_are_bounded() -> None:
    """exifread gives up after a number of reads; what our own reader sees in the first entries is kept, and said to be a part."""
    entries = struct.pack("<HHII", 0x0112, 3, 1, 6) * 0xFFFF
    found = exif.read(io.BytesIO(b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 0xFFFF) + entries + bytes(4)))
    assert found is not None
    assert found.values.orientation == 6
    assert found.partial is not None
    assert "round and round" in found.partial


def test_public_samples_agree_with_exiftool() -> None:
    compared, different = 0, []
    for source, row in _truth():
        ours = _ours(source)
        for name, expected in _expected(row).items():
            found = ours.get(name)
            if expected is None and found is None:
                continue
            compared += 1
            if not _same(expected, found):
                different.append((source, name, expected, found))
    assert compared > 250
    assert different == []


def _truth():
    for name in ("dev.photos.json", "dev.hostile_media.json"):
        for row in json.loads(corpus_file("truth", "exiftool", name).read_text(encoding="utf-8")):
            if str(row.get("File:MIMEType")).startswith("image/"):
                yield row["SourceFile"], row


def _ours(source: str) -> dict[str, object]:
    try:
        with corpus_file(*source.split("/")).open("rb") as stream:
            found = exif.read(stream)
    except EvidenceError:
        return {}
    if found is None:
        return {}
    values = found.values
    return {
        "make": values.make,
        "model": values.model,
        "taken": values.taken_at,
        "place": (values.latitude, values.longitude),
    }


def _expected(row: dict[str, object]) -> dict[str, object]:
    """exiftool's values; its degrees carry no sign here, and an empty or zero time is none."""
    taken = str(row.get("ExifIFD:DateTimeOriginal", "")).strip()
    place = (row.get("GPS:GPSLatitude"), row.get("GPS:GPSLongitude"))
    return {
        "make": _stripped(row.get("IFD0:Make") or row.get("ExifIFD:Make")),
        "model": _stripped(row.get("IFD0:Model") or row.get("ExifIFD:Model")),
        "taken": (taken, row.get("ExifIFD:OffsetTimeOriginal")) if taken[:4].strip("0 :") else None,
        "place": place if all(isinstance(each, float | int) for each in place) else (None, None),
    }


def _stripped(value: object) -> str | None:
    return str(value).strip() or None if value is not None else None


def _same(expected: object, found: object) -> bool:
    if isinstance(found, Stamp) and isinstance(expected, tuple):
        return _clock(found, str(expected[1] or "")) == expected[0]
    if isinstance(expected, tuple) and expected[0] is not None and isinstance(found, tuple) and found[0] is not None:
        return tuple(map(abs, found)) == pytest.approx(expected, abs=1e-6)
    return expected == found or (expected == (None, None) and found is None)


def _clock(stamp: Stamp, offset: str) -> str:
    """The camera's clock again: a time in UTC moved back by the offset that exiftool prints."""
    local = datetime.fromtimestamp(stamp.ns // SECOND, UTC)
    if stamp.zone is Zone.UTC:
        sign = -1 if offset.startswith("-") else 1
        hours, minutes = offset.lstrip("+-").split(":")
        local += sign * timedelta(hours=int(hours), minutes=int(minutes))
    return local.strftime("%Y:%m:%d %H:%M:%S")
