"""Pictures, positions and times, as rows for the gallery, the map and the timeline."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from triage.gazetteer.drawing import around, shapes
from triage.report.browse.chunks import plain, script_json
from triage.report.gallery import tile
from triage.report.moments import ZONES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.report import Report
    from triage.report.browse.chunks import Chunks, DataSet

MEDIA, POSITIONS, EVENTS = 200, 1000, 2000
WORLD = (-180.0, -60.0, 180.0, 80.0)
COARSE = 0.25  # degrees: the outlines of the world
DAYS = 40_000  # days with activity that the calendar shows; those after are in the list alone
MEDIA_COLUMNS = (
    "exhibit", "path", "kind", "width", "height", "taken_at", "camera", "latitude", "longitude", "duration_s", "deleted", "finding",
    "notable", "alike", "group", "picture", "reason",
)  # fmt: skip
POSITION_COLUMNS = ("latitude", "longitude", "kind", "at", "exhibit", "app", "what", "path", "where_", "finding")
EVENT_COLUMNS = ("day", "at", "kind", "exhibit", "app", "what", "path")


def write_media(report: Report, chunks: Chunks) -> DataSet:
    """Pictures and clips with what may be shown of them. Raises OSError, CaseError."""
    return chunks.write("media", MEDIA_COLUMNS, _media(report, chunks), size=MEDIA, by=("exhibit", "kind", "camera"))


def write_positions(report: Report, chunks: Chunks) -> DataSet:
    """Every position, and the outlines around them. Raises OSError, CaseError."""
    points: list[tuple[float, float]] = []
    found = chunks.write(
        "positions", POSITION_COLUMNS, _positions(report, points), size=POSITIONS, by=("exhibit", "app", "kind")
    )
    box = around(points)
    near = [shape.rings for shape in shapes(box)] if points else []
    far = [shape.rings for shape in shapes(WORLD, tolerance=COARSE)]
    (chunks.folder / "outlines.js").write_text(
        f'sigap("outlines",0,{script_json([box, near, far])});\n', encoding="ascii"
    )
    return found


def write_events(report: Report, chunks: Chunks) -> DataSet:
    """Every dated record in order of time, and how many there are on each day. Raises OSError, CaseError."""
    days: dict[str, tuple[int, Counter[str], Counter[int]]] = {}
    found = chunks.write("events", EVENT_COLUMNS, _events(report, days), size=EVENTS)
    told = [[day, start, kinds, hours] for day, (start, kinds, hours) in days.items()]
    (chunks.folder / "days.js").write_text(f'sigap("days",0,{script_json(told)});\n', encoding="ascii")
    return found


def _media(report: Report, chunks: Chunks) -> Iterator[list[object]]:
    for row in report.media():
        finding = report.numbers.get(row.entry_id)
        images = "none" if finding and report.frame.images == "full" else report.frame.images
        shown = tile(report.frame.queries, row, images, hidden=chunks.mask.hides(row.entry_id))
        yield [
            plain(row.exhibit),
            plain(row.path),
            row.kind,
            row.width,
            row.height,
            row.taken_at,
            plain(" ".join(each for each in (row.make, row.model) if each) or None),
            row.latitude,
            row.longitude,
            row.duration_s,
            int(row.deleted),
            finding,
            int(row.notable),
            row.near_duplicates,
            row.group,
            shown.source,
            shown.reason,
        ]


def _positions(report: Report, points: list[tuple[float, float]]) -> Iterator[list[object]]:
    """The rows; `points` takes where they are."""
    for row in report.positions():
        points.append((row.latitude, row.longitude))
        yield [
            row.latitude,
            row.longitude,
            row.kind,
            row.at,
            plain(row.exhibit),
            plain(row.app),
            plain(row.what),
            plain(row.path),
            plain(row.where),
            report.numbers.get(row.entry_id),
        ]


def _events(report: Report, days: dict[str, tuple[int, Counter[str], Counter[int]]]) -> Iterator[list[object]]:
    """The rows; `days` takes the first row of each day, its records by kind, and by hour."""
    for number, row in enumerate(report.events(hours=ZONES[report.frame.wish.zone])):
        if row.day is not None and (row.day in days or len(days) < DAYS):
            _, kinds, hours = days.setdefault(row.day, (number, Counter(), Counter()))
            kinds[row.kind] += 1
            hours[row.hour or 0] += 1
        yield [row.day, row.at, row.kind, plain(row.exhibit), plain(row.app), plain(row.what), plain(row.path)]
