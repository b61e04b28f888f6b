"""What belongs together among pictures and clips, rule by rule, with the value that says so.

Rules: `camera` the same serial number of a camera; `exposure` the same ImageUniqueID; `document` the same original in XMP; `live_photo` the two halves
of a Live Photo; `name_run` numbers in a row under one name in one folder; `session` the same camera with no gap of more than 30 minutes;
`place` taken within 100 metres of one point. Near-duplicates have a table of their own. Groups of one are none. Made anew when a run ends.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import cos, hypot, radians
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

GAP = 30 * 60 * 1_000_000_000  # nanoseconds between two pictures of a session
METRES = 100.0
STEP = 3  # numbers that may be missing in a run
LEAST_RUN = 3
_DEGREE = 111_200.0  # metres
_NUMBERED = re.compile(r"(.*?)(\d{3,7})(\.\w+)?\Z")
_QUERY = """SELECT m.entry_id, v.exhibit_id, x.label, e.path, e.name, min(m.make), min(m.model), min(m.serial), min(m.taken_at),
    min(m.latitude), min(m.longitude), min(m.unique_id), min(m.document_id), min(m.content_id) FROM media m
    JOIN entry e ON e.id = m.entry_id JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
    WHERE m.kind != 'audio' GROUP BY m.entry_id ORDER BY x.label, e.path, e.locator"""


class _Media(NamedTuple):
    """One file with what its record says."""

    entry: int
    exhibit: int
    label: str
    path: str
    name: str
    make: str | None
    model: str | None
    serial: str | None
    taken_at: int | None
    latitude: float | None
    longitude: float | None
    unique_id: str | None
    document_id: str | None
    content_id: str | None

    @property
    def camera(self) -> str | None:
        """Maker, model and serial number, as far as the file says."""
        return " ".join(part for part in (self.make, self.model, self.serial) if part) or None


Group = tuple[str, str, list[int]]  # rule, value, entries


def link(database: sqlite3.Connection) -> None:
    """Fill table `media_link` anew."""
    database.execute("DELETE FROM media_link")
    media = [_Media._make(row) for row in database.execute(_QUERY).fetchall()]
    for rule, value, entries in (*_same(media), *_runs(media), *_sessions(media), *_places(media)):
        rows = [(entry, rule, value, len(entries)) for entry in entries]
        database.executemany("INSERT OR IGNORE INTO media_link VALUES (?, ?, ?, ?)", rows)


def _same(media: Iterable[_Media]) -> Iterator[Group]:
    """Files that carry the same identifier."""
    groups: dict[tuple[str, str], list[int]] = {}
    for each in media:
        told = (
            ("camera", each.camera if each.serial else None),
            ("exposure", each.unique_id),
            ("document", each.document_id),
            ("live_photo", each.content_id),
        )
        for rule, value in told:
            if value and value.strip(" 0"):
                groups.setdefault((rule, value), []).append(each.entry)
    yield from ((rule, value, entries) for (rule, value), entries in groups.items() if len(entries) > 1)


def _runs(media: Iterable[_Media]) -> Iterator[Group]:
    """Names of one folder that differ by a number alone, the numbers in a row."""
    named: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for each in media:
        if found := _NUMBERED.match(each.name):
            folder = each.path[: len(each.path) - len(each.name)]
            named.setdefault((each.label, folder, found[1]), []).append((int(found[2]), each.entry))
    for (label, folder, prefix), numbers in named.items():
        for run in _split(sorted(numbers), STEP):
            if len({number for number, _ in run}) >= LEAST_RUN:
                value = f"{label}: {folder}{prefix}{run[0][0]}-{run[-1][0]}"
                yield "name_run", value, [entry for _, entry in run]


def _sessions(media: Iterable[_Media]) -> Iterator[Group]:
    """Pictures of one camera in one exhibit, each within half an hour of the one before."""
    taken: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for each in media:
        if each.taken_at is not None and each.camera:
            taken.setdefault((each.label, each.camera), []).append((each.taken_at, each.entry))
    for (label, camera), moments in taken.items():
        for run in _split(sorted(moments), GAP):
            if len(run) > 1:
                yield "session", f"{label}: {camera}, {_words(run[0][0])}", [entry for _, entry in run]


def _split(values: list[tuple[int, int]], most: int) -> Iterator[list[tuple[int, int]]]:
    """Sorted values cut where the step to the next one is larger than `most`."""
    run: list[tuple[int, int]] = []
    for value in values:
        if run and value[0] - run[-1][0] > most:
            yield run
            run = []
        run.append(value)
    if run:
        yield run


def _places(media: Iterable[_Media]) -> Iterator[Group]:
    """Pictures taken within 100 metres of the first of them, from south to north."""
    points = sorted(
        (each.latitude, each.longitude, each.path, each.entry)
        for each in media
        if each.latitude is not None and each.longitude is not None
    )
    cells: dict[tuple[int, int], list[tuple[float, float, list[int]]]] = {}
    groups: list[tuple[float, float, list[int]]] = []
    for latitude, longitude, _, entry in points:
        group = _near(cells, latitude, longitude)
        if group is None:
            group = (latitude, longitude, [])
            groups.append(group)
            cells.setdefault(_cell(latitude, longitude), []).append(group)
        group[2].append(entry)
    for latitude, longitude, entries in groups:
        if len(entries) > 1:
            yield "place", f"{latitude:.5f}, {longitude:.5f}", entries


def _near(
    cells: dict[tuple[int, int], list[tuple[float, float, list[int]]]], latitude: float, longitude: float
) -> tuple[float, float, list[int]] | None:
    row, column = _cell(latitude, longitude)
    wide = cos(radians(latitude)) * _DEGREE
    for north in (-1, 0, 1):
        for east in (-1, 0, 1):
            for group in cells.get((row + north, column + east), ()):
                if hypot((group[0] - latitude) * _DEGREE, (group[1] - longitude) * wide) <= METRES:
                    return group
    return None


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    """A cell of the map of at least 100 metres a side, up to 84 degrees of latitude."""
    return int(latitude // 0.001), int(longitude // 0.01)


def _words(nanoseconds: int) -> str:
    """The camera's clock in words; a time no calendar has stays a number."""
    try:
        return datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return str(nanoseconds)
