"""Google's timeline: exports of every kind, and the database of the phone."""

import json
from pathlib import Path

import pytest
from making import timelines
from making.browsers import START
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.model import Problem

NS = 1_000_000_000


def found(data: bytes, name: str, extractor: str = "google-timeline") -> list:
    item = item_from_bytes(name, data)
    (chosen,) = [each for each in wanted_by(item) if each.name == extractor]
    return list(chosen.extract(item))


def seconds(row) -> int | None:
    return None if row.at is None else row.at.ns // NS - START


def test_fixes_of_takeout() -> None:
    today, older = found(timelines.records(), "Records.json")
    assert (today.latitude, today.longitude, today.accuracy_m, today.speed_ms) == (-6.2, 106.8, 12, 3)
    assert (today.kind, today.name, seconds(today), today.where) == ("device", "device 17, WIFI", 0, "locations[0]")
    assert (older.latitude, seconds(older)) == (-6.2, 0)


def test_stays_and_ways_of_takeout() -> None:
    stay, start, end, point = found(timelines.semantic(), "2026_FEBRUARY.json")
    assert (stay.kind, stay.name, seconds(stay)) == ("visit", "Pasar Contoh, Jalan Fiksi 1", 0)
    assert stay.until_at.ns // NS - START == 3600
    assert [(each.kind, seconds(each), each.name) for each in (start, end)] == [
        ("route", 0, "IN_BUS"),
        ("route", 3600, "IN_BUS"),
    ]
    assert (point.accuracy_m, point.where) == (9, "timelineObjects[1].activitySegment.simplifiedRawPath.points[0]")


def test_a_phone_of_today() -> None:
    stay, start, end, point, fix, frequent = found(timelines.phone(), "Timeline.json")
    assert (stay.kind, stay.name, seconds(stay), stay.latitude) == ("visit", "HOME, ChIJ", 0, -6.2)
    assert (start.longitude, end.longitude, start.name) == (106.8, 106.9, "WALKING")
    assert point.where == "semanticSegments[2].timelinePath[0]"
    assert (fix.kind, fix.accuracy_m, fix.name, fix.speed_ms) == ("device", 14, "GPS", 1.5)
    assert (frequent.kind, frequent.name, frequent.at) == ("saved", "HOME, ChIJ", None)


def test_an_iphone_of_today() -> None:
    stay, point = found(timelines.apple(), "location-history.json")
    assert (stay.kind, stay.latitude, stay.name, stay.where) == ("visit", -6.2, "ChIJ", "[0].visit")
    assert (seconds(point), point.kind) == (12 * 60, "route")


def test_what_stands_before_damage_is_kept() -> None:
    rows = found(timelines.records()[:-20], "Records.json")
    assert [type(each) for each in rows[2:]] == [Problem]
    assert rows[1].accuracy_m == 900


@pytest.mark.parametrize(
    "document",
    [
        {"locations": [{"name": "x"}]},
        [{"startTime": "x", "name": "y"}],
        {"timeline": []},
        [],
        {"a": {"semanticSegments": []}},
    ],
)
def test_other_documents_are_left_alone(document: object) -> None:
    item = item_from_bytes("data.json", json.dumps(document).encode())
    assert "google-timeline" not in {each.name for each in wanted_by(item)}


def test_the_database_of_a_phone(tmp_path: Path) -> None:
    data = timelines.make_odlh(tmp_path / "o").read_bytes()
    stay, start, end, first, second = found(data, "odlh-storage.db", "android-timeline")
    assert (stay.kind, stay.name, stay.latitude, stay.longitude) == ("visit", "home", -6.2, 106.8)
    assert stay.until_at.ns // NS - START == 3600
    assert (start.latitude, end.latitude, seconds(end)) == (-6.2, -6.3, 3600)
    assert (seconds(first), seconds(second), second.longitude) == (0, 720, 106.8005)
    assert first.where == "semantic_segment_table.rowid=3 point 0"
