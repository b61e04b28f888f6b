"""Google's timeline (location history) as a file: exported by Google Takeout, by Google Maps on Android, or on an iPhone.

`Records.json` of Takeout: `locations`, each a fix with degrees in ten millionths, time, accuracy, device. `Semantic Location History`:
`timelineObjects`, stays (`placeVisit`) and ways (`activitySegment`). `Timeline.json` of a phone since 2024: `semanticSegments`, `rawSignals`
(fixes) and `userLocationProfile`, degrees as text; of an iPhone a list of segments with `geo:` addresses. The document is read as a
stream. Reference: exports described by several public readers (mark B); no public sample at hand.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from triage.formats import cells, json_values
from triage.formats.json_stream import objects
from triage.formats.positions import from_ten_millionths
from triage.formats.sqlite import kept
from triage.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record, Stamp

_RECORDS = re.compile(rb'\A\s*\{\s*"locations"\s*:\s*\[')
_SEMANTIC = re.compile(rb'\A\s*\{\s*"timelineObjects"\s*:\s*\[')
_PHONE = re.compile(rb'\A\s*\{\s*"(?:semanticSegments|rawSignals|userLocationProfile)"\s*:')
_APPLE = re.compile(rb'\A\s*\[\s*\{[^\[\]]{0,4000}?"(?:startTime|endTime)"\s*:')
_APPLE_PARTS = (b'"geo:', b'"timelinePath"', b'"topCandidate"')
_DEGREES = re.compile(r"\s*(?:geo:)?(-?\d{1,3}(?:\.\d+)?)\u00b0?,\s*(-?\d{1,3}(?:\.\d+)?)\u00b0?")
_LONGEST = 100  # characters of a position
_APP = "Google Timeline"


class _Spot(NamedTuple):
    """A position inside an object of the document: `step` is the way to it."""

    step: str
    kind: str
    degrees: tuple[float, float] | tuple[None, None]
    begun: object
    ended: object = None
    name: str | None = None
    accuracy: object = None
    speed: object = None
    at: Stamp | None = None  # where it is not what `begun` says


class GoogleTimeline:
    """One `Place` per fix, per stay, per point of a way, per place the owner frequents."""

    name: ClassVar[str] = "google-timeline"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Google Timeline, exported"
    describes: ClassVar[str] = (
        "Fixes of the device with accuracy and source, stays with beginning, end and place, ways with their points, frequented places"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "The history is that of an account: a fix may be of another device that was logged in; name has the device's number where it is stored.",
        "Stays and ways were derived by Google from fixes, with other candidates that are not read.",
        "Names of places are those Google chose; the newer export has only their number.",
        "Scans of wireless networks, activities without a position and edits of the timeline are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Place,)

    def wants(self, item: Item) -> bool:
        """A JSON document that begins as one of the four exports."""
        return _form(item.head) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Positions in the order of the document."""
        for path in _PATHS[_form(item.head) or ""]:
            yield from kept(self.name, _places(item, path))


_PATHS: dict[str, tuple[str, ...]] = {
    "": (),
    "records": ("locations.item",),
    "semantic": ("timelineObjects.item",),
    "phone": ("semanticSegments.item", "rawSignals.item", "userLocationProfile.frequentPlaces.item"),
    "apple": ("item",),
}


def _form(head: bytes) -> str | None:
    head = head.removeprefix(b"\xef\xbb\xbf")
    for form, sign in (("records", _RECORDS), ("semantic", _SEMANTIC), ("phone", _PHONE)):
        if sign.match(head):
            return form if form != "records" or b"E7" in head else None
    return "apple" if _APPLE.match(head) and any(part in head for part in _APPLE_PARTS) else None


def _places(item: Item, path: str) -> Iterator[Place]:
    read = _READERS[path]
    with item.open() as stream:
        for number, (_, found) in enumerate(objects(stream, path)):
            where = f"{path.removesuffix('.item').removesuffix('item')}[{number}]"
            for spot in read(found):
                if spot.degrees[0] is not None:
                    yield _place(where, spot)


def _place(where: str, spot: _Spot) -> Place:
    return Place(
        where=f"{where}{spot.step}",
        app=_APP,
        latitude=spot.degrees[0],
        longitude=spot.degrees[1],
        at=spot.at or _moment(spot.begun),
        until_at=_moment(spot.ended),
        name=spot.name,
        accuracy_m=cells.seconds_long(spot.accuracy),
        kind=spot.kind,
        speed_ms=cells.seconds_long(spot.speed),
        raw_time=cells.text(spot.begun),
    )


def _fix(found: dict[str, Any]) -> Iterator[_Spot]:
    """`Records.json`."""
    tag = json_values.text(found, "deviceTag")
    named = [f"device {tag}" if tag else "", json_values.text(found, "source") or ""]
    yield _Spot(
        "",
        "device",
        from_ten_millionths(found.get("latitudeE7"), found.get("longitudeE7")),
        _either(found, "timestamp"),
        name=", ".join(part for part in named if part) or None,
        accuracy=found.get("accuracy"),
        speed=found.get("velocity"),
    )


def _object(found: dict[str, Any]) -> Iterator[_Spot]:
    """`Semantic Location History`."""
    stay, way = found.get("placeVisit"), found.get("activitySegment")
    if isinstance(stay, dict):
        yield from _stay(stay)
    if isinstance(way, dict):
        begun, ended = _span(way)
        kind = json_values.text(way, "activityType")
        yield _Spot(".activitySegment.startLocation", "route", _e7(way, "startLocation"), begun, name=kind)
        yield _Spot(".activitySegment.endLocation", "route", _e7(way, "endLocation"), ended, name=kind)
        for place, point in enumerate(json_values.members(way, "simplifiedRawPath", "points")):
            yield _Spot(
                f".activitySegment.simplifiedRawPath.points[{place}]",
                "route",
                from_ten_millionths(json_values.inside(point, "latE7"), json_values.inside(point, "lngE7")),
                _either(point, "timestamp"),
                accuracy=json_values.inside(point, "accuracyMeters"),
            )


def _stay(stay: dict[str, Any]) -> Iterator[_Spot]:
    begun, ended = _span(stay)
    parts = [json_values.text(stay, "location", key) for key in ("name", "address")]
    yield _Spot(
        ".placeVisit",
        "visit",
        _e7(stay, "location"),
        begun,
        ended,
        name=", ".join(part for part in parts if part) or None,
    )


def _segment(found: dict[str, Any]) -> Iterator[_Spot]:
    """`Timeline.json`, of a phone of either kind."""
    begun, ended = found.get("startTime"), found.get("endTime")
    candidate = json_values.inside(found, "visit", "topCandidate")
    if candidate is not None:
        place = json_values.inside(candidate, "placeLocation")
        parts = [json_values.text(candidate, key) for key in ("semanticType", "placeId", "placeID")]
        yield _Spot(
            ".visit", "visit", _degrees(place), begun, ended, name=", ".join(part for part in parts if part) or None
        )
    activity = json_values.inside(found, "activity")
    kind = json_values.text(activity, "topCandidate", "type")
    yield _Spot(".activity.start", "route", _degrees(json_values.inside(activity, "start")), begun, name=kind)
    yield _Spot(".activity.end", "route", _degrees(json_values.inside(activity, "end")), ended, name=kind)
    for place, point in enumerate(json_values.members(found, "timelinePath")):
        yield _Spot(
            f".timelinePath[{place}]",
            "route",
            _degrees(json_values.inside(point, "point")),
            json_values.inside(point, "time") or begun,
            at=_later(begun, json_values.inside(point, "durationMinutesOffsetFromStartTime")),
        )


def _signal(found: dict[str, Any]) -> Iterator[_Spot]:
    position = json_values.inside(found, "position")
    yield _Spot(
        ".position",
        "device",
        _degrees(json_values.inside(position, "LatLng") or json_values.inside(position, "latLng")),
        json_values.inside(position, "timestamp"),
        name=json_values.text(position, "source"),
        accuracy=json_values.inside(position, "accuracyMeters"),
        speed=json_values.inside(position, "speedMetersPerSecond"),
    )


def _frequent(found: dict[str, Any]) -> Iterator[_Spot]:
    parts = [json_values.text(found, key) for key in ("label", "placeId")]
    yield _Spot(
        "", "saved", _degrees(found.get("placeLocation")), None, name=", ".join(part for part in parts if part) or None
    )


_READERS = {
    "locations.item": _fix,
    "timelineObjects.item": _object,
    "semanticSegments.item": _segment,
    "item": _segment,
    "rawSignals.item": _signal,
    "userLocationProfile.frequentPlaces.item": _frequent,
}


def _e7(value: dict[str, Any], key: str) -> tuple[float, float] | tuple[None, None]:
    return from_ten_millionths(
        json_values.inside(value, key, "latitudeE7"), json_values.inside(value, key, "longitudeE7")
    )


def _degrees(value: object) -> tuple[float, float] | tuple[None, None]:
    """A position written out: `-6.2°, 106.8°` on Android, `geo:-6.2,106.8` on an iPhone; in newer exports inside an object."""
    if isinstance(value, dict):
        value = value.get("latLng")
    if not isinstance(value, str) or len(value) > _LONGEST or (match := _DEGREES.fullmatch(value.rstrip())) is None:
        return None, None
    return cells.coordinates(float(match[1]), float(match[2]))


def _span(value: dict[str, Any]) -> tuple[object, object]:
    duration = json_values.inside(value, "duration")
    return _either(duration, "startTimestamp"), _either(duration, "endTimestamp")


def _either(value: object, name: str) -> object:
    """The time in ISO 8601, or the older milliseconds."""
    return json_values.inside(value, name) or json_values.inside(value, f"{name}Ms")


def _moment(value: object) -> Stamp | None:
    """ISO 8601 with a zone; digits alone are milliseconds since 1970."""
    return cells.iso_time(value) if cells.integer(value) is None else cells.unix_milliseconds(value)


def _later(begun: object, minutes: object) -> Stamp | None:
    """So many minutes after a moment; None where either is not said."""
    count = cells.integer(minutes)
    try:
        moment = datetime.fromisoformat(begun) if isinstance(begun, str) and count is not None else None
        if moment is None or moment.tzinfo is None or count is None:
            return None
        return cells.date((moment.astimezone(UTC) + timedelta(minutes=count)).replace(tzinfo=None))
    except (ValueError, OverflowError):
        return None
