"""Google's timeline as an Android phone keeps it: `odlh-storage.db` of Google Play services (on-device location history, since 2023).

`semantic_segment_table` has a row per stay, way or path with beginning and end in Unix seconds and a protobuf: 1 and 2 its moments, 3 the
content (3.1 a stay whose likeliest place is 3.1.4: 2 sort, 5 position; 3.2 a way from 1 to 2; 3.3 a path: 4 and 5 packed degrees, 6 packed
minutes from the beginning). Degrees are ten millionths of 32 bits. Reference: two public parsers, one checked against Google's own
export of the same phone (mark B; sorts of places mark C); no public sample at hand.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, ClassVar

from triage.errors import Malformed
from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.positions import from_ten_millionths
from triage.formats.protobuf import Fields, varint
from triage.formats.spaces import space_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Place

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_TABLE = "semantic_segment_table"
_COLUMNS = ("rowid", "segment_type", "start_timestamp_seconds", "end_timestamp_seconds", "semantic_segment")
_SORTS = {1: "home", 2: "work", 4: "inferred", 5: "searched address"}
MOST_POINTS = 10_000  # of one path
_NAMES = frozenset({"odlh-storage.db", "aux-odlh-storage.db"})


class AndroidTimeline:
    """One `Place` per stay, per end of a way and per point of a path."""

    name: ClassVar[str] = "android-timeline"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Google Timeline on Android"
    describes: ClassVar[str] = "Stays with beginning and end, ways with their ends, paths point by point"
    limitations: ClassVar[tuple[str, ...]] = (
        "Stays and ways were derived by Google from fixes; the fixes themselves are in a LevelDB store that is not read.",
        "The likeliest place of a stay is read, without its name, which is not stored; other candidates and probabilities are not.",
        "Points of a path have whole minutes.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Place,)

    def wants(self, item: Item) -> bool:
        """odlh-storage.db and its second."""
        return is_database(item.mime) and item.entry.name.lower() in _NAMES

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The rows in their order."""
        account = space_of(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, account))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    if not tables.has(_TABLE, "semantic_segment"):
        yield unrecognised(AndroidTimeline.title, AndroidTimeline.name, tables.schema)
    yield from kept(AndroidTimeline.name, _places(tables, account))


def _places(tables: Tables, account: str | None) -> Iterator[Place]:
    for row in tables.rows(_TABLE, _COLUMNS, order="rowid"):
        content = _content(row["semantic_segment"])
        if content is None:
            continue
        stay, way, path = content.inside(1), content.inside(2), content.inside(3)
        if stay is not None and (likeliest := stay.inside(4)) is not None:
            yield from _stay(row, likeliest, account)
        if way is not None:
            yield from _ends(row, way, account)
        if path is not None:
            yield from _path(row, path, account)


def _content(value: object) -> Fields | None:
    try:
        return Fields(value).inside(3) if isinstance(value, bytes) else None
    except Malformed:
        return None


def _stay(row: sqlite3.Row, likeliest: Fields, account: str | None) -> Iterator[Place]:
    sort = likeliest.number(2)
    name = None if sort in {None, 0} else _SORTS.get(sort or 0, f"unknown ({sort})")
    for where, north, east in _point(row, likeliest.inside(5), ""):
        yield Place(
            where=where,
            app="Google Timeline",
            account=account,
            latitude=north,
            longitude=east,
            at=cells.unix_seconds(row["start_timestamp_seconds"]),
            until_at=cells.unix_seconds(row["end_timestamp_seconds"]),
            name=name,
            kind="visit",
            raw_time=times.raw_time(row["start_timestamp_seconds"], "s Unix"),
        )


def _ends(row: sqlite3.Row, way: Fields, account: str | None) -> Iterator[Place]:
    for number, column, label in ((1, "start_timestamp_seconds", "start"), (2, "end_timestamp_seconds", "end")):
        for where, north, east in _point(row, way.inside(number), f" {label}"):
            yield _on_the_way(where, north, east, row[column], account)


def _path(row: sqlite3.Row, path: Fields, account: str | None) -> Iterator[Place]:
    begun = cells.integer(row["start_timestamp_seconds"])
    minutes = _varints(path.data(6) or b"")
    for number, (north, east) in enumerate(zip(_packed(path.data(4)), _packed(path.data(5)), strict=False)):
        degrees = from_ten_millionths(north, east)
        if degrees[0] is None or degrees[1] is None:
            continue
        moment = begun + 60 * minutes[number] if begun is not None and number < len(minutes) else None
        yield _on_the_way(f"{stored_in(_TABLE, row, 'rowid')} point {number}", degrees[0], degrees[1], moment, account)


def _on_the_way(where: str, north: float, east: float, moment: object, account: str | None) -> Place:
    return Place(
        where=where,
        app="Google Timeline",
        account=account,
        latitude=north,
        longitude=east,
        at=cells.unix_seconds(moment),
        kind="route",
        raw_time=times.raw_time(moment, "s Unix"),
    )


def _point(row: sqlite3.Row, point: Fields | None, label: str) -> Iterator[tuple[str, float, float]]:
    if point is None:
        return
    north, east = from_ten_millionths(point.number(1), point.number(2))
    if north is not None and east is not None:
        yield f"{stored_in(_TABLE, row, 'rowid')}{label}", north, east


def _packed(data: bytes | None) -> tuple[int, ...]:
    whole = (data or b"")[: 4 * MOST_POINTS]
    return struct.unpack(f"<{len(whole) // 4}I", whole[: len(whole) // 4 * 4])


def _varints(data: bytes) -> list[int]:
    """Packed numbers; what cannot be read ends them."""
    found: list[int] = []
    at = 0
    try:
        while at < len(data) and len(found) < MOST_POINTS:
            number, at = varint(data, at)
            found.append(number)
    except Malformed:
        pass
    return found
