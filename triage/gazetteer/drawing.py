"""Simplified outlines for drawing a map: plain lists of points, nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.gazetteer.outlines import units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.gazetteer.outlines import Ring

Box = tuple[float, float, float, float]  # west, south, east, north, degrees
PIXELS = 1000  # a map is drawn about so wide where the caller does not say how coarse it may be


@dataclass(frozen=True, slots=True)
class Shape:
    """One outline. `rings` are closed lines of (longitude, latitude) in degrees, wholly drawn where any part is inside the box."""

    country: str
    province: str | None
    rings: tuple[tuple[tuple[float, float], ...], ...]


def shapes(box: Box, *, tolerance: float | None = None) -> Iterator[Shape]:
    """The outlines that touch a box, no detail smaller than `tolerance` degrees (by default a thousandth of the box's width).

    Islands smaller than that are one dot and left out, but for the largest ring of an outline: no country disappears.
    """
    west, south, east, north = box
    fine = tolerance if tolerance is not None else max(east - west, north - south, 0.01) / PIXELS
    for unit in units():
        if _touches(unit.box, box):
            rings = [thin for ring in unit.rings() if _touches(_box(ring), box) and (thin := _thinned(ring, fine))]
            if rings:
                yield Shape(unit.country, unit.province, tuple(rings))


def around(points: Sequence[tuple[float, float]], *, margin: float = 0.2, least: float = 1.0) -> Box:
    """A box around points (latitude, longitude) with a margin, as a part of its size; at least `least` degrees wide. The world for none."""
    if not points:
        return (-180.0, -60.0, 180.0, 80.0)
    north, south = max(latitude for latitude, _ in points), min(latitude for latitude, _ in points)
    east, west = max(longitude for _, longitude in points), min(longitude for _, longitude in points)
    tall, wide = max(least, (north - south) * (1 + 2 * margin)), max(least, (east - west) * (1 + 2 * margin))
    middle, centre = (north + south) / 2, (east + west) / 2
    return (
        max(-180.0, centre - wide / 2),
        max(-90.0, middle - tall / 2),
        min(180.0, centre + wide / 2),
        min(90.0, middle + tall / 2),
    )


def _touches(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _box(ring: Ring) -> Box:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _thinned(ring: Ring, fine: float) -> tuple[tuple[float, float], ...]:
    """The ring closed, without points that are nearer than `fine` to the last one kept; empty where it is but a dot."""
    west, south, east, north = _box(ring)
    if east - west < fine and north - south < fine:
        return ()
    kept = [ring[0]]
    for x, y in ring[1:]:
        if abs(x - kept[-1][0]) >= fine or abs(y - kept[-1][1]) >= fine:
            kept.append((x, y))
    return (*((round(x, 4), round(y, 4)) for x, y in kept), (round(ring[0][0], 4), round(ring[0][1], 4)))
