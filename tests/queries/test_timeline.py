"""Events in their order and in stretches of time; expected values are counted by hand and by Python's own calendar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from triage.case import Case
from triage.model import Call, Entry, Examined, Kind, Locator, Media, Message, Stamp, Status, Zone
from triage.queries import Queries
from triage.queries.timeline import DAY, HOUR, Span

SECOND = 10**9


def second(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp())


def stamp(*moment: int, zone: Zone = Zone.UTC) -> Stamp:
    return Stamp(second(*moment) * SECOND + 5, zone)


@pytest.fixture
def queries(tmp_path):
    case = Case.open_or_create(tmp_path / "case", actor="Sari")
    root = Entry(locator=Locator(), name="x", kind=Kind.FOLDER, path="/x")
    evidence = case.add_evidence(tmp_path / "x", exhibit="A", format_name="folder", size=None, root=root)
    (top,) = case.take(evidence, entries=1, size=1)
    told = (
        Message(where="m=1", app="A", thread="t", sender="budi", body="pagi", sent_at=stamp(2026, 3, 1, 20)),
        Message(where="m=2", app="A", thread="t", body="sore", sent_at=stamp(2026, 3, 2, 1)),
        Message(where="m=3", app="A", thread="t", body="tanpa waktu"),
        Message(where="m=0", app="A", thread="t", body="lama", sent_at=stamp(1969, 12, 31, 23)),
        Call(where="c=1", app="A", party="+62 000 0000 001", direction="incoming", started_at=stamp(2026, 3, 2, 1, 30)),
        Media(where="exif", kind="picture", taken_at=stamp(2026, 3, 1, 20, 30, zone=Zone.UNKNOWN)),
    )
    case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, records=told)])
    case.close()
    found = Queries(tmp_path / "case")
    yield found
    found.close()


def events(queries, span):
    numbers = queries.event_ids(span)
    found = queries.events_of(numbers, shift=span.shift)
    return [found[number] for number in numbers]


def test_days_in_utc(queries):
    days = queries.activity(Span(), step=DAY)
    assert days == [
        (second(1969, 12, 31), "message", 1),
        (second(2026, 3, 1), "media", 1),
        (second(2026, 3, 1), "message", 1),
        (second(2026, 3, 2), "call", 1),
        (second(2026, 3, 2), "message", 1),
    ]


def test_days_in_jakarta_leave_a_clock_without_zone_as_it_stood(queries):
    days = queries.activity(Span(kinds=("message", "media"), since=second(2026, 1, 1), shift=7 * HOUR), step=DAY)
    assert days == [(second(2026, 3, 1), "media", 1), (second(2026, 3, 2), "message", 2)]


def test_events_in_their_order_and_bounds(queries):
    span = Span(since=second(2026, 3, 1), until=second(2026, 3, 2, 1, 30))
    assert [(each.kind, each.where, each.at) for each in events(queries, span)] == [
        ("message", "m=1", "2026-03-01T20:00:00.000000005Z"),
        ("media", "exif", "2026-03-01T20:30:00.000000005"),
        ("message", "m=2", "2026-03-02T01:00:00.000000005Z"),
    ]
    assert len(queries.event_ids(span)) == 3
    assert [each.where for each in events(queries, span)[1:2]] == ["exif"]
    (first, *_) = events(queries, span)
    assert (first.who, first.what, first.exhibit, first.app, first.thread) == ("budi", "pagi", "A", "A", "t")
    assert first.shown_s == second(2026, 3, 1, 20)


def test_the_extent(queries, tmp_path):
    assert queries.event_extent() == (second(1969, 12, 31, 23), second(2026, 3, 2, 1, 30))
    Case.open_or_create(tmp_path / "empty", actor="Sari").close()
    empty = Queries(tmp_path / "empty")
    assert empty.event_extent() is None
    assert len(empty.event_ids(Span())) == 0
    empty.close()
