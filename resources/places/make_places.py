"""Make `outlines.bin` and `towns.tsv.gz` from the open data that README.md names. Run by hand when the data changes.

    python make_places.py WORLD_ATLAS_COUNTRIES_10M.json INDONESIA_PROVINCES.json GEONAMES.json.gz

`outlines.bin`: `SGPL`, u32 length of a JSON index, the index, then one zlib stream per outline. An outline is rings of points on a grid of
`step` degrees: number of points, then for each the zigzag varint of its step east and north of the last one. A ring is not closed.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import struct
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Ring = list[tuple[float, float]]
Outline = tuple[str, str | None, float, list[Ring]]  # country, province, step, rings

HERE = Path(__file__).parent
INDONESIA = "360"
# Around Indonesia a border in question should be as good as the source has it.
NEAR = {"036", "096", "104", "116", "356", "418", "458", "598", "608", "626", "702", "704", "764", "090", "585"}
FINE, USUAL = 0.002, 0.01
PROVINCES = {  # names as the law has them today, where the source has older ones
    "Bangka-Belitung": "Kepulauan Bangka Belitung", "Jakarta Raya": "DKI Jakarta", "Yogyakarta": "DI Yogyakarta",
}  # fmt: skip
STATES = {  # GeoNames names provinces in English
    "Aceh": "Aceh", "Bali": "Bali", "Bangka\u2013Belitung Islands": "Kepulauan Bangka Belitung", "Banten": "Banten", "Bengkulu": "Bengkulu",
    "Central Java": "Jawa Tengah", "Central Kalimantan": "Kalimantan Tengah", "Central Papua": "Papua Tengah",
    "Central Sulawesi": "Sulawesi Tengah", "East Java": "Jawa Timur", "East Kalimantan": "Kalimantan Timur",
    "East Nusa Tenggara": "Nusa Tenggara Timur", "Gorontalo": "Gorontalo", "Highland Papua": "Papua Pegunungan", "Jakarta": "DKI Jakarta",
    "Jambi": "Jambi", "Lampung": "Lampung", "Maluku": "Maluku", "North Kalimantan": "Kalimantan Utara", "North Maluku": "Maluku Utara",
    "North Sulawesi": "Sulawesi Utara", "North Sumatra": "Sumatera Utara", "Papua": "Papua", "Riau": "Riau",
    "Riau Islands": "Kepulauan Riau", "South Kalimantan": "Kalimantan Selatan", "South Papua": "Papua Selatan",
    "South Sulawesi": "Sulawesi Selatan", "South Sumatra": "Sumatera Selatan", "Southeast Sulawesi": "Sulawesi Tenggara",
    "Southwest Papua": "Papua Barat Daya", "West Java": "Jawa Barat", "West Kalimantan": "Kalimantan Barat",
    "West Nusa Tenggara": "Nusa Tenggara Barat", "West Papua": "Papua Barat", "West Sulawesi": "Sulawesi Barat",
    "West Sumatra": "Sumatera Barat", "Yogyakarta": "DI Yogyakarta",
}  # fmt: skip
LEAST_INHABITANTS = 15_000  # of a town outside Indonesia


def main() -> None:
    """Write both files beside this one."""
    countries, provinces, places = (Path(name) for name in sys.argv[1:4])
    units = [*_provinces(json.loads(provinces.read_text(encoding="utf-8")))]
    units += _countries(json.loads(countries.read_text(encoding="utf-8")))
    (HERE / "outlines.bin").write_bytes(_packed(units))
    (HERE / "towns.tsv.gz").write_bytes(_towns(json.loads(gzip.decompress(places.read_bytes()))))


def _provinces(topology: dict) -> Iterator[Outline]:
    for geometry in topology["objects"]["units"]["geometries"]:
        name = geometry["properties"]["name"]
        yield "Indonesia", PROVINCES.get(name, name), FINE, _rings(topology, geometry)


def _countries(topology: dict) -> Iterator[Outline]:
    for geometry in topology["objects"]["countries"]["geometries"]:
        if geometry.get("id") != INDONESIA:
            step = FINE if geometry.get("id") in NEAR else USUAL
            yield geometry["properties"]["name"], None, step, _rings(topology, geometry)


def _rings(topology: dict, geometry: dict) -> list[Ring]:
    shapes = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [_ring(topology, arcs) for shape in shapes for arcs in shape]


def _ring(topology: dict, arcs: list[int]) -> Ring:
    points: Ring = []
    for number in arcs:
        line = _arc(topology, number if number >= 0 else ~number)
        points += (line if number >= 0 else line[::-1])[1 if points else 0 :]
    return points


def _arc(topology: dict, number: int) -> Ring:
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    x = y = 0
    points = []
    for east, north in topology["arcs"][number]:
        x, y = x + east, y + north
        points.append((x * scale[0] + move[0], y * scale[1] + move[1]))
    return points


def _packed(units: list[Outline]) -> bytes:
    index, blobs, offset = [], [], 0
    for country, province, usual, rings in units:
        step, grid = usual, [ring for ring in (_on_grid(ring, usual) for ring in rings) if len(ring) > 2]
        if not grid:  # a country of one small island
            step, grid = FINE, [_on_grid(ring, FINE) for ring in rings]
        blob = zlib.compress(b"".join(map(_ring_bytes, grid)), 9)
        xs, ys = [x for ring in grid for x, _ in ring], [y for ring in grid for _, y in ring]
        box = [round(v * step, 3) for v in (min(xs), min(ys), max(xs), max(ys))]
        index.append([country, province, step, box, offset, len(blob)])
        blobs.append(blob)
        offset += len(blob)
    header = zlib.compress(json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    return b"SGPL" + struct.pack("<I", len(header)) + header + b"".join(blobs)


def _on_grid(ring: Ring, step: float) -> list[tuple[int, int]]:
    points: list[tuple[int, int]] = []
    for x, y in ring:
        point = (round(x / step), round(y / step))
        if not points or point != points[-1]:
            points.append(point)
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def _ring_bytes(ring: list[tuple[int, int]]) -> bytes:
    out = bytearray(_varint(len(ring)))
    x = y = 0
    for east, north in ring:
        out += _varint(_zigzag(east - x)) + _varint(_zigzag(north - y))
        x, y = east, north
    return bytes(out)


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _towns(places: list[dict]) -> bytes:
    rows = []
    for place in places:
        home = place["country_code"] == "ID"
        if home or (place.get("population") or 0) >= LEAST_INHABITANTS:
            state = place.get("state") or ""
            rows.append((
                f"{place['latitude']:.4f}", f"{place['longitude']:.4f}", place["city"], place["country_code"],
                STATES[state] if home and state else state if home else "", place.get("county") or "" if home else "",
            ))  # fmt: skip
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(sorted(rows))
    return gzip.compress(text.getvalue().encode(), 9, mtime=0)


if __name__ == "__main__":
    main()
