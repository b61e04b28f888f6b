"""Rows of a database that are positions, described as data: which columns hold latitude, longitude, time, accuracy and name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.formats import cells
from triage.formats.times import UNITS, raw_time
from triage.model import Place

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.tables import Join, Tables

MILLIONTHS = 1_000_000.0
TEN_MILLIONTHS = 10_000_000.0
_WRAPPED, _CIRCLE = 1_800_000_000, 1 << 32  # no degree is so large: a negative number that lost its sign


@dataclass(frozen=True, slots=True)
class PlaceTable:
    """`kind` is that of `Place`; `unit` a name of `times.UNITS`; `scale` what degrees were multiplied with; `names` are joined by commas.

    Columns of a joined table are named `alias.column`; where `latitude` is empty the first of `fallback` that holds one counts.
    """

    table: str
    kind: str
    latitude: str
    longitude: str
    at: str
    unit: str
    key: str = "rowid"
    scale: float = 1.0
    accuracy: str = ""
    until: str = ""
    speed: str = ""
    names: tuple[str, ...] = ()
    joins: tuple[Join, ...] = ()
    fallback: tuple[str, str] = ("", "")
    none: float | None = None  # a value of latitude that says there is none

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table itself."""
        named = (self.key, self.latitude, self.longitude, self.at, self.accuracy, self.until, self.speed, *self.names)
        return tuple(dict.fromkeys(each for each in named if each and "." not in each))


def places(tables: Tables, spec: PlaceTable, app: str, account: str | None = None) -> Iterator[Place]:
    """The positions of a table in order of their row; rows without one are left out. None where there is no such table."""
    for row in tables.rows(spec.table, spec.columns, spec.joins, order=spec.key):
        north, east = _degrees(row, spec)
        if north is None:
            continue
        speed = cells.seconds_long(_cell(row, spec.speed))
        yield Place(
            where=f"{spec.table}.{spec.key}={row[spec.key]}",
            app=app,
            account=account,
            latitude=north,
            longitude=east,
            at=UNITS[spec.unit](row[spec.at]),
            name=", ".join(text for each in spec.names if (text := cells.text(_cell(row, each)))) or None,
            accuracy_m=cells.seconds_long(_cell(row, spec.accuracy)),
            kind=spec.kind,
            until_at=UNITS[spec.unit](_cell(row, spec.until)),
            speed_ms=speed,
            raw_time=raw_time(row[spec.at], spec.unit),
        )


def from_ten_millionths(latitude: object, longitude: object) -> tuple[float, float] | tuple[None, None]:
    """Degrees out of whole numbers of ten millionths ("E7"), as Google keeps them; negative ones may have lost their sign."""
    north, east = (cells.integer(each) for each in (latitude, longitude))
    if north is None or east is None:
        return None, None
    return cells.coordinates(_signed(north) / TEN_MILLIONTHS, _signed(east) / TEN_MILLIONTHS)


def _signed(number: int) -> int:
    return number - _CIRCLE if _WRAPPED < number < _CIRCLE else number


def _cell(row: sqlite3.Row, column: str) -> object:
    return row[column] if column else None


def _degrees(row: sqlite3.Row, spec: PlaceTable) -> tuple[float, float] | tuple[None, None]:
    for north, east in ((spec.latitude, spec.longitude), spec.fallback):
        first, second = cells.real(_cell(row, north)), cells.real(_cell(row, east))
        if first is not None and second is not None and first != spec.none:
            return cells.coordinates(first / spec.scale, second / spec.scale)
    return None, None
