"""Positions of all kinds in boxes and cells; expected values are counted by hand."""

from __future__ import annotations

import pytest

from triage.case import Case
from triage.model import Entry, Examined, Kind, Locator, Media, Message, Place, Stamp, Status, Zone
from triage.queries import Queries

WORLD = (-180.0, -90.0, 180.0, 90.0)


@pytest.fixture
def queries(tmp_path):
    case = Case.open_or_create(tmp_path / "case", actor="Sari")
    root = Entry(locator=Locator(), name="x.jpg", kind=Kind.FILE, path="/x.jpg")
    evidence = case.add_evidence(tmp_path / "x", exhibit="A", format_name="folder", size=None, root=root)
    (top,) = case.take(evidence, entries=1, size=1)
    told = (
        Place(
            where="p=1",
            app="Maps",
            latitude=-6.205,
            longitude=106.805,
            at=Stamp(10**18, Zone.UTC),
            kind="device",
            accuracy_m=12.0,
        ),
        Place(where="p=2", app="Maps", latitude=-6.2051, longitude=106.8051, kind="network"),
        Message(where="m=1", app="A", thread="t", body="di sini", latitude=-8.65, longitude=115.2),
        Media(where="exif", kind="picture", latitude=-6.3, longitude=106.9),
        Media(where="exif", kind="picture"),
    )
    case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, records=told)])
    case.close()
    found = Queries(tmp_path / "case")
    yield found
    found.close()


def positions(queries, box, **more):
    numbers = queries.position_ids(box, **more)
    found = queries.positions_of(numbers)
    return [found[number] for number in numbers]


def test_kinds_and_extent(queries):
    assert queries.position_kinds() == {"device": 1, "message": 1, "network": 1, "photo": 1}
    assert queries.position_extent() == (106.805, -8.65, 115.2, -6.205)
    assert queries.position_extent("photo") == (106.9, -6.3, 106.9, -6.3)
    assert queries.position_extent("visit") is None


def test_cells_gather_what_lies_close(queries):
    cells = queries.position_cells(WORLD, cell=1.0)
    assert [count for _, _, count in cells] == [1, 3]
    assert cells[0][:2] == (115.2, -8.65)
    assert [count for *_, count in queries.position_cells(WORLD, cell=0.01)] == [1, 1, 2]


def test_rows_of_a_box(queries):
    jakarta = (106.0, -7.0, 107.0, -6.0)
    assert len(queries.position_ids(jakarta)) == 3
    rows = positions(queries, jakarta)
    assert [(row.kind, row.where) for row in rows] == [("device", "p=1"), ("network", "p=2"), ("photo", "exif")]
    assert rows[0].at == "2001-09-09T01:46:40Z"
    assert rows[1].what == "x.jpg"
    assert [row.where for row in positions(queries, WORLD, kind="message")] == ["m=1"]
