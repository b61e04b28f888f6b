"""Google's timeline in each of its forms, made by code. Places are public squares or the open sea, the person is fictional."""

import json
import struct
from pathlib import Path

from making.browsers import START, database
from making.protobufs import message, varint

ISO = "2026-02-25T06:13:20.000Z"
LATER = "2026-02-25T07:13:20.000Z"
NORTH, EAST = -62000000, 1068000000


def records() -> bytes:
    """`Records.json`: a fix of today, one with the old milliseconds and a latitude that lost its sign, one without a position."""
    return json.dumps(
        {
            "locations": [
                {"latitudeE7": NORTH, "longitudeE7": EAST, "accuracy": 12, "velocity": 3, "source": "WIFI", "deviceTag": 17, "timestamp": ISO},
                {"latitudeE7": NORTH + (1 << 32), "longitudeE7": EAST, "accuracy": 900, "timestampMs": str(START * 1000)},
                {"timestamp": ISO, "activity": []},
            ]
        }
    ).encode()  # fmt: skip


def semantic() -> bytes:
    """A month of the `Semantic Location History`: a stay and a way."""
    duration = {"startTimestamp": ISO, "endTimestamp": LATER}
    older = {"startTimestampMs": str(START * 1000), "endTimestampMs": str((START + 3600) * 1000)}
    ends = {key: {"latitudeE7": NORTH, "longitudeE7": EAST} for key in ("startLocation", "endLocation")}
    stay = {
        "location": {**ends["startLocation"], "name": "Pasar Contoh", "address": "Jalan Fiksi 1"},
        "duration": duration,
    }
    path = {"points": [{"latE7": NORTH, "lngE7": EAST, "timestamp": ISO, "accuracyMeters": 9}]}
    way = {**ends, "duration": older, "activityType": "IN_BUS", "simplifiedRawPath": path}
    return json.dumps({"timelineObjects": [{"placeVisit": stay}, {"activitySegment": way}]}).encode()


def phone() -> bytes:
    """`Timeline.json` of an Android phone."""
    place = {
        "topCandidate": {
            "placeId": "ChIJ",
            "semanticType": "HOME",
            "placeLocation": {"latLng": "-6.2000000\u00b0, 106.8000000\u00b0"},
        }
    }
    return json.dumps(
        {
            "semanticSegments": [
                {"startTime": "2026-02-25T13:13:20.000+07:00", "endTime": "2026-02-25T14:13:20.000+07:00", "visit": place},
                {"startTime": ISO, "endTime": LATER, "activity": {"start": {"latLng": "-6.2\u00b0, 106.8\u00b0"},
                 "end": {"latLng": "-6.3\u00b0, 106.9\u00b0"}, "topCandidate": {"type": "WALKING"}}},
                {"startTime": ISO, "endTime": LATER, "timelinePath": [{"point": "-6.2\u00b0, 106.8\u00b0", "time": ISO}, {"point": "rusak"}]},
            ],
            "rawSignals": [{"position": {"LatLng": "-6.2\u00b0, 106.8\u00b0", "accuracyMeters": 14, "source": "GPS", "timestamp": ISO,
                                         "speedMetersPerSecond": 1.5}}, {"wifiScan": {}}],
            "userLocationProfile": {"frequentPlaces": [{"placeId": "ChIJ", "placeLocation": "-6.2\u00b0, 106.8\u00b0", "label": "HOME"}]},
        },
        ensure_ascii=False,
    ).encode()  # fmt: skip


def apple() -> bytes:
    """The export of an iPhone: a list."""
    return json.dumps(
        [
            {"endTime": LATER, "startTime": ISO, "visit": {"topCandidate": {"placeID": "ChIJ", "placeLocation": "geo:-6.2,106.8"}}},
            {"endTime": LATER, "startTime": ISO, "timelinePath": [{"point": "geo:-6.2,106.8", "durationMinutesOffsetFromStartTime": "12"}]},
        ]
    ).encode()  # fmt: skip


def _fixed(number: int, value: int) -> bytes:
    return varint(number << 3 | 5) + struct.pack("<i", value)


def _point(north: int = NORTH, east: int = EAST) -> bytes:
    return _fixed(1, north) + _fixed(2, east)


def make_odlh(path: Path) -> Path:
    """A stay at home, a way, a path of two points, a trip without positions, rubbish."""
    stay = message((3, message((1, message((4, message((2, 1), (5, _point()))))))))
    way = message((3, message((2, message((1, _point()), (2, _point(NORTH - 1000000)))))))
    packed = struct.pack("<2i", NORTH, NORTH - 5000), struct.pack("<2i", EAST, EAST + 5000)
    track = message((3, message((3, message((4, packed[0]), (5, packed[1]), (6, bytes([0, 12])))))))
    rows = [(1, stay), (2, way), (3, track), (4, message((7, 420))), (1, b"\xff")]
    values = ",".join(
        f"('s{number}',{kind},{START},{START + 3600},x'{blob.hex()}')" for number, (kind, blob) in enumerate(rows)
    )
    return database(
        path,
        f"""CREATE TABLE semantic_segment_table (segment_id TEXT, segment_type INTEGER, start_timestamp_seconds INTEGER,
          end_timestamp_seconds INTEGER, semantic_segment BLOB, shown_in_timeline INTEGER);
        INSERT INTO semantic_segment_table (segment_id, segment_type, start_timestamp_seconds, end_timestamp_seconds, semantic_segment)
          VALUES {values};""",
    )
