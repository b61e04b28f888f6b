"""Calls, traces of use, downloads, positions, pictures: tables of the printed report, each with how much it leaves out."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from triage.report.gallery import tile

if TYPE_CHECKING:
    from pathlib import Path

    from triage.queries import MediaRow
    from triage.queries.traces import TraceRow
    from triage.report.model import Report
    from triage.report.paper.words import Words

TILES, CALLS = 120, 300
Data = dict[str, object]


def calls(report: Report, words: Words) -> Data:
    """Calls in order of time."""
    rows = list(islice(report.calls(), CALLS))
    origins = report.frame.queries.origins(sorted({row.entry_id for row in rows}))
    numbers = {entry: number for number, entry in enumerate(origins, start=1)}
    table = [
        [
            words.moment(row.started_at),
            words.name(row.app),
            " ".join(words.name(each) for each in (row.party_name, row.party) if each) or words.name(None),
            f"{words.word('call', row.direction)}, {words.word('call', row.kind)}",
            words.word("outcome", row.outcome),
            words.number(row.duration_s),
            f"[{numbers[row.entry_id]}] {words.name(row.where)}",
        ]
        for row in rows
    ]
    told = [
        f"[{numbers[entry]}] {words('report.read_from')} {words.name(origin.exhibit)}: {words.name(origin.path)}"
        for entry, origin in origins.items()
    ]
    head = ("time", "app", "party", "direction", "outcome", "seconds", "where")
    return {"origins": told} | _table(
        head, table, words, none="no_calls", more=words.left_out(len(rows), report.over.summary.calls, "v_calls")
    )


def traces(report: Report, words: Words) -> Data:
    """Programs of a kind that concerns the inquiry first, then the latest of each kind."""
    section = report.traces
    head = ["report.exhibit", "trace.what", "trace.detail", "report.moment", "trace.where"]
    programs = [_trace(row, words) for row in section.programs.rows]
    groups: list[Data] = []
    if programs:
        groups.append(
            {
                "title": words("report.h_programs"),
                "note": words("report.p_programs"),
                "rows": programs,
                "more": words.more(section.programs, "v_programs"),
            }
        )
    groups += [
        {
            "title": words(f"trace.{group.kind}"),
            "note": words("report.p_places") if group.kind == "place" else None,
            "rows": [_trace(row, words) for row in group.rows.rows],
            "more": words.more(group.rows, group.view),
        }
        for group in section.groups
    ]
    counts = " · ".join(f"{words(f'trace.{kind}')}: {words.number(count)}" for kind, count in section.counts.items())
    return {"head": [words(key) for key in head], "groups": groups, "counts": counts, "none": words("report.no_traces")}


def downloads(report: Report, words: Words) -> Data:
    """Where downloaded files came from."""
    found = report.over.downloads
    table = [
        [
            words.moment(row.started_at),
            words.name(row.app),
            words.name(row.file),
            " · ".join(words.name(each) for each in (row.url, row.referrer, row.note) if each) or words.name(None),
            f"{words.name(row.where)} · {words.name(row.path)}",
        ]
        for row in found.rows
    ]
    head = ("time", "app", "fetched_file", "fetched_from", "where")
    return _table(head, table, words, none="no_downloads", more=words.more(found, "v_downloads"))


def positions(report: Report, words: Words) -> Data:
    """Pictures and clips with a recorded position."""
    found = report.over.positions
    table = [
        [
            words.name(row.exhibit),
            words.name(row.path),
            words.moment(row.taken_at),
            words.maker(row.make, row.model),
            words.position(row.latitude, row.longitude) or "",
        ]
        for row in found.rows
    ]
    head = ("exhibit", "path", "taken", "camera", "position")
    return _table(head, table, words, none="none", more=words.more(found, "v_media"))


def media(report: Report, words: Words, folder: Path) -> Data:
    """A tile for each picture or clip that is no finding; pictures are written into `folder`. Raises OSError."""
    others = (row for row in report.media() if row.entry_id not in report.numbers)
    rows = list(islice(others, TILES))
    tiles = [_tile(report, row, words, folder) for row in rows]
    total = len(rows) + sum(1 for _ in others)
    more = words.left_out(len(rows), total, "v_media")
    return {
        "tiles": tiles,
        "more": more,
        "none": words("report.no_media"),
        "note": words(f"paper.media_{report.frame.images}"),
    }


def _tile(report: Report, row: MediaRow, words: Words, folder: Path) -> Data:
    images = "none" if words.mask.hides(row.entry_id) else report.frame.images
    found = tile(report.frame.queries, row, images)
    file = None
    if found.picture is not None:
        file = f"picture-{row.id}.jpg"
        (folder / file).write_bytes(found.picture)
    seconds = f"{words.number(row.duration_s)} s" if row.duration_s is not None else ""
    about = [
        " ".join(part for part in (words.word("media", row.kind), words.shape(row.width, row.height), seconds) if part),
        words.moment(row.taken_at) if row.taken_at else "",
        words.maker(row.make, row.model) if row.make or row.model else "",
        words.position(row.latitude, row.longitude) or "",
    ]
    return {
        "file": file,
        "reason": None if file else words(f"report.{found.reason}"),
        "alt": words("report.tile_blurred" if report.frame.images == "blurred" else "paper.tile_full"),
        "name": words.name(row.path, 90),
        "about": [part for part in about if part],
        "deleted": words("report.state_deleted") if row.deleted else None,
    }


def _trace(row: TraceRow, words: Words) -> list[str]:
    gone = f" [{words.word('gone', row.deleted)}]" if row.deleted else ""
    account = f" · {words.name(row.account)}" if row.account else ""
    return [
        words.name(row.exhibit),
        words.name(row.what) + gone,
        words.name(row.detail),
        words.moment(row.at),
        f"{words.name(row.app)}{account} · {words.name(row.path)} · {words.name(row.where)}",
    ]


def _table(head: tuple[str, ...], rows: list[list[str]], words: Words, *, none: str, more: str | None) -> Data:
    return {
        "head": [words(f"report.{key}") for key in head],
        "rows": rows,
        "more": more,
        "none": words(f"report.{none}"),
    }
