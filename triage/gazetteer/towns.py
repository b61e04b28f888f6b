"""The nearest named place: all of Indonesia that GeoNames assigns to a regency, elsewhere towns of 15,000 inhabitants and more."""

from __future__ import annotations

import csv
import gzip
import io
from functools import cache
from math import ceil, cos, floor, hypot, radians
from typing import TYPE_CHECKING, NamedTuple

from triage.assets import resource
from triage.gazetteer.outlines import DEGREE_KM

if TYPE_CHECKING:
    from collections.abc import Collection

_CELLS = 4  # to a degree


class Town(NamedTuple):
    """A named place and how far it is. `regency` and `province` are empty outside Indonesia."""

    name: str
    country_code: str
    province: str
    regency: str
    km: float


def nearest_town(
    latitude: float, longitude: float, *, within_km: float, provinces: Collection[str] = ()
) -> Town | None:
    """The nearest place, of these provinces where any are named. Of two equally near the first in the file."""
    cells, wide = _cells(), max(0.05, cos(radians(latitude))) * DEGREE_KM
    row, column = floor(latitude * _CELLS), floor(longitude * _CELLS)
    best, found = within_km, None
    for ring in range(ceil(within_km / DEGREE_KM * _CELLS) + 1):
        if found is not None and (ring - 1) * wide / _CELLS > best:
            break
        for cell in _ring(row, column, ring):
            for north, east, town in cells.get(cell, ()):
                away = hypot((north - latitude) * DEGREE_KM, (east - longitude) * wide)
                if away < best and (not provinces or town.province in provinces):
                    best, found = away, town
    return None if found is None else found._replace(km=best)


def _ring(row: int, column: int, distance: int) -> list[tuple[int, int]]:
    """The cells at this distance around one."""
    if not distance:
        return [(row, column)]
    sides = range(-distance, distance + 1)
    across = [(row + edge, column + step) for edge in (-distance, distance) for step in sides]
    return across + [(row + step, column + edge) for edge in (-distance, distance) for step in sides[1:-1]]


@cache
def places() -> tuple[tuple[float, float, Town], ...]:
    """Every known place with its latitude and longitude, in the order of the file."""
    data = gzip.decompress(resource("places", "towns.tsv.gz").read_bytes()).decode()
    return tuple(
        (float(north), float(east), Town(name, country, province, regency, 0.0))
        for north, east, name, country, province, regency in csv.reader(io.StringIO(data), delimiter="\t")
    )


@cache
def _cells() -> dict[tuple[int, int], list[tuple[float, float, Town]]]:
    cells: dict[tuple[int, int], list[tuple[float, float, Town]]] = {}
    for place in places():
        cells.setdefault((floor(place[0] * _CELLS), floor(place[1] * _CELLS)), []).append(place)
    return cells
