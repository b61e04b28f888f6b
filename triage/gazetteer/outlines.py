"""Outlines of countries and of the provinces of Indonesia: which one holds a point, and which one is nearest to it.

`outlines.bin` is made and described by `resources/places/make_places.py`. An outline is unpacked when a point first falls into its box, its
edges sorted into bands of latitude, so that a point is compared with the few edges on its own latitude.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass, field
from functools import cache
from math import cos, floor, hypot, radians
from typing import TYPE_CHECKING

from triage.assets import resource

if TYPE_CHECKING:
    from collections.abc import Iterator

COAST_KM = 22.2  # 12 nautical miles: the territorial sea
DEGREE_KM = 111.2
_BANDS = 20  # to a degree of latitude
_REACH = COAST_KM / DEGREE_KM

Edge = tuple[float, float, float, float]  # west to east and south to north as drawn: x, y, x, y in degrees
Ring = list[tuple[float, float]]


@dataclass(slots=True)
class Unit:
    """One outline: a country, or a province of Indonesia. `box` is west, south, east, north."""

    country: str
    province: str | None
    box: tuple[float, float, float, float]
    step: float
    packed: bytes
    _bands: dict[int, list[Edge]] = field(default_factory=dict)

    def rings(self) -> Iterator[Ring]:
        """The rings, in degrees, longitude first; not closed."""
        numbers = _numbers(zlib.decompress(self.packed))
        for count in numbers:
            ring: Ring = []
            x = y = 0
            for _ in range(count):
                x, y = x + _signed(next(numbers)), y + _signed(next(numbers))
                ring.append((x * self.step, y * self.step))
            yield ring

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether the point is inside: a line to the east crosses an odd number of edges."""
        inside = False
        for x1, y1, x2, y2 in self.bands().get(floor(latitude * _BANDS), ()):
            if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
                inside = not inside
        return inside

    def distance(self, latitude: float, longitude: float) -> float:
        """Kilometres to the nearest edge within `COAST_KM`; infinite where there is none."""
        wide = max(0.05, cos(radians(latitude))) * DEGREE_KM
        reach = COAST_KM / wide
        if not self._near(latitude, longitude, reach):
            return float("inf")
        west, east, bands, best = longitude - reach, longitude + reach, self.bands(), float("inf")
        for band in range(floor((latitude - _REACH) * _BANDS), floor((latitude + _REACH) * _BANDS) + 1):
            for edge in bands.get(band, ()):
                if (edge[0] < east or edge[2] < east) and (edge[0] > west or edge[2] > west):
                    best = min(best, _distance(edge, latitude, longitude, wide))
        return best

    def _near(self, latitude: float, longitude: float, reach: float) -> bool:
        west, south, east, north = self.box
        return west - reach <= longitude <= east + reach and south - _REACH <= latitude <= north + _REACH

    def bands(self) -> dict[int, list[Edge]]:
        """The edges by band of latitude; an edge is in every band that it passes."""
        if not self._bands:
            for ring in self.rings():
                for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
                    for band in range(floor(min(y1, y2) * _BANDS), floor(max(y1, y2) * _BANDS) + 1):
                        self._bands.setdefault(band, []).append((x1, y1, x2, y2))
        return self._bands


@cache
def units() -> tuple[Unit, ...]:
    """All outlines, the provinces of Indonesia first."""
    data = resource("places", "outlines.bin").read_bytes()
    (length,) = struct.unpack_from("<I", data, 4)
    start = 8 + length
    return tuple(
        Unit(country, province, tuple(box), step, data[start + offset : start + offset + size])
        for country, province, step, box, offset, size in json.loads(zlib.decompress(data[8:start]))
    )


def unit_at(latitude: float, longitude: float) -> Unit | None:
    """The outline that holds a point."""
    for unit in _cells().get((floor(latitude), floor(longitude)), ()):
        west, south, east, north = unit.box
        if west <= longitude <= east and south <= latitude <= north and unit.holds(latitude, longitude):
            return unit
    return None


def nearest_unit(latitude: float, longitude: float) -> tuple[Unit, float] | None:
    """The outline nearest to a point outside all of them, and how far away, within the territorial sea."""
    around = {
        id(unit): unit
        for north in (-1, 0, 1)
        for east in (-1, 0, 1)
        for unit in _cells().get((floor(latitude) + north, floor(longitude) + east), ())
    }
    found = [(unit.distance(latitude, longitude), number, unit) for number, unit in enumerate(around.values())]
    away, _, unit = min(found, default=(float("inf"), 0, None))
    return (unit, round(away, 1)) if unit is not None and away <= COAST_KM else None


@cache
def _cells() -> dict[tuple[int, int], list[Unit]]:
    """The outlines that may be in a square degree."""
    cells: dict[tuple[int, int], list[Unit]] = {}
    for unit in units():
        west, south, east, north = (floor(side) for side in unit.box)
        for latitude in range(south, north + 1):
            for longitude in range(west, east + 1):
                cells.setdefault((latitude, longitude), []).append(unit)
    return cells


def _distance(edge: Edge, latitude: float, longitude: float, wide: float) -> float:
    """Kilometres from a point to a line on a map that is flat around the point."""
    x1, y1 = (edge[0] - longitude) * wide, (edge[1] - latitude) * DEGREE_KM
    x2, y2 = (edge[2] - longitude) * wide, (edge[3] - latitude) * DEGREE_KM
    east, north = x2 - x1, y2 - y1
    length = east * east + north * north
    along = 0.0 if not length else max(0.0, min(1.0, -(x1 * east + y1 * north) / length))
    return hypot(x1 + along * east, y1 + along * north)


def _numbers(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0


def _signed(value: int) -> int:
    return -(value + 1) // 2 if value & 1 else value // 2
