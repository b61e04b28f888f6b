"""What a clip or a sound says of itself: camera, program, time, place, owner, from the texts of its container.

FFmpeg gives the texts under the names of the format: keys of QuickTime (`com.apple.quicktime.*`), of Android (`com.android.*`), user data,
ID3, Vorbis comments, chunks of RIFF. A time of the movie header is UTC by ISO/IEC 14496-12; some cameras write their own clock there.
Sources: ISO 6709 annex H (places), Apple's QuickTime metadata keys, Android's MediaMuxer (mark A where public samples have them: Apple, Android's
place and version; else mark B).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.formats.exif_tags import moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.model import Stamp

MOST_TAGS = 200
LONGEST = 240
_KEYS = "com.apple.quicktime."
_PLACE = re.compile(r"([+-]\d{2,7}(?:\.\d+)?)([+-]\d{3,8}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?")
_ZONE = re.compile(r"([+-]\d\d):?(\d\d)\Z")
_NO_TIMES = ("1904-01-01", "1970-01-01", "0000")


@dataclass(frozen=True, slots=True)
class ClipValues:
    """Degrees as ISO 6709 has them (WGS 84 unless it says otherwise), metres. `taken_from` names the text the time is from."""

    make: str | None = None
    model: str | None = None
    software: str | None = None
    author: str | None = None
    taken_at: Stamp | None = None
    taken_from: str | None = None
    zone: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    content_id: str | None = None


def values(tags: Mapping[str, str]) -> ClipValues:
    """The values in the texts of a container, by its own names."""
    taken_at, zone, name = _taken(tags)
    latitude, longitude, altitude = position(_first(tags, _KEYS + "location.iso6709", "location") or "")
    return ClipValues(
        make=_first(tags, _KEYS + "make", "com.android.manufacturer", "make"),
        model=_first(tags, _KEYS + "model", "com.android.model", "model"),
        software=_first(tags, _KEYS + "software") or _android(tags) or _first(tags, "encoder", "software"),
        author=_first(tags, _KEYS + "author", "artist", "author"),
        taken_at=taken_at,
        taken_from=name,
        zone=zone,
        latitude=latitude,
        longitude=longitude,
        altitude=altitude,
        content_id=_first(tags, _KEYS + "content.identifier"),
    )


def bounded(tags: Mapping[str, str]) -> dict[str, str]:
    """All texts, cut where they are long."""
    return {
        name[:LONGEST]: value.strip("\0 ")[:LONGEST]
        for name, value in list(tags.items())[:MOST_TAGS]
        if value.strip("\0 ")
    }


def _first(tags: Mapping[str, str], *names: str) -> str | None:
    """The first of these that is there, whatever the case of its name."""
    lower = {name.lower(): value for name, value in tags.items()}
    return next((text[:LONGEST] for name in names if (text := lower.get(name, "").strip("\0 "))), None)


def _android(tags: Mapping[str, str]) -> str | None:
    version = _first(tags, "com.android.version")
    return f"Android {version}" if version else None


def _taken(tags: Mapping[str, str]) -> tuple[Stamp | None, str | None, str | None]:
    """Time, zone as recorded, and the name of the text; the text that tells its zone goes first."""
    for name in (_KEYS + "creationdate", "creation_time", "date"):
        text = _first(tags, name) or ""
        if text.startswith(_NO_TIMES):
            continue
        match = _ZONE.search(text[19:])
        zone = f"{match[1]}:{match[2]}" if match else None
        if found := moment(text, zone or ("Z" if text.endswith("Z") else None)):
            return found, zone, name
    return None, None, None


def position(text: str) -> tuple[float | None, float | None, float | None]:
    """Latitude, longitude and altitude of ISO 6709; three times None where it is none."""
    match = _PLACE.match(text)
    if match is None:
        return None, None, None
    latitude, longitude = _degrees(match[1], 2), _degrees(match[2], 3)
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None, None, None
    return latitude, longitude, float(match[3]) if match[3] else None


def _degrees(text: str, digits: int) -> float:
    """Degrees; with two more digits degrees and minutes, with four more also seconds."""
    sign, whole, fraction = -1 if text[0] == "-" else 1, *_parts(text[1:])
    more = len(whole) - digits
    if more < 2:
        return sign * float(whole + fraction)
    if more < 4:
        return sign * (int(whole[:digits]) + float(whole[digits:] + fraction) / 60)
    return sign * (
        int(whole[:digits]) + int(whole[digits : digits + 2]) / 60 + float(whole[digits + 2 :] + fraction) / 3600
    )


def _parts(text: str) -> tuple[str, str]:
    whole, point, fraction = text.partition(".")
    return whole, point + fraction
