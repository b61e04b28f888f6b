"""Where each picture, clip and sound of the case comes from, by the printed rules of `origin_rules`, with the indicators that said so.

First generation: consistent with this device having made it, on no list, and large enough to show people, or near in time to a match. Such a
picture may show someone who is still at risk. Made anew when a run ends; nothing depends on the order of examination.

How a messenger encodes (quantisation tables, sampling, order of segments) is learnt from the exhibit itself: where at least `LEAST_ALIKE` files that
came by one app, by no other, and no camera's file are encoded alike, another file of that encoding is consistent with having passed through it.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from triage.named_files import Wanted, plain_path, ties
from triage.origin_rules import Indicator, rules

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from triage.origin_rules import Rules

HOUR = 3_600_000_000_000
LEAST_ALIKE = 5  # files of one app that are encoded alike
_BY_APP = frozenset({"app_folder", "app_name", "attachment_in"})
_STRIPPED = frozenset({"image/jpeg", "image/heic", "image/heif"})
_MEDIA = """SELECT m.entry_id, m.kind, e.path, e.name, v.exhibit_id, min(m.make), min(m.model), min(m.serial), min(m.software),
    min(m.taken_at), max(m.width), max(m.height), c.mime,
    EXISTS (SELECT 1 FROM hit h WHERE h.entry_id = m.entry_id) AS listed, min(m.encoding)
    FROM media m JOIN entry e ON e.id = m.entry_id JOIN evidence v ON v.id = e.evidence_id
    LEFT JOIN content c ON c.entry_id = m.entry_id GROUP BY m.entry_id ORDER BY m.entry_id"""


class _Media(NamedTuple):
    """One file with what is needed of its record."""

    entry: int
    kind: str
    path: str
    name: str
    exhibit: int
    make: str | None
    model: str | None
    serial: str | None
    software: str | None
    taken_at: int | None
    width: int | None
    height: int | None
    mime: str | None
    listed: int
    encoding: str | None


Seen = dict[int, set[Indicator]]


def link(database: sqlite3.Connection) -> None:
    """Fill table `origin` anew."""
    database.execute("DELETE FROM origin")
    table = rules()
    devices, beside, moments = _devices(database, table), _beside(database, table), _moments(database)
    found = [
        (media, _indicators(media, table, devices, beside))
        for media in map(_Media._make, database.execute(_MEDIA).fetchall())
    ]
    rows = [_row(media, seen, table, moments) for media, seen in _with_encodings(found)]
    database.executemany("INSERT INTO origin VALUES (?, ?, ?, ?, ?)", rows)


def _row(
    media: _Media, seen: list[Indicator], table: Rules, moments: list[int]
) -> tuple[int, str, str, int, str | None]:
    origin = table.origin({each.name for each in seen})
    because = _first_generation(media, origin, table, moments)
    told = json.dumps([list(each) for each in seen], ensure_ascii=False)
    return media.entry, origin, told, int(bool(because)), ", ".join(because) or None


def _first_generation(media: _Media, origin: str, table: Rules, moments: list[int]) -> list[str]:
    """Why a file is flagged; empty: it is not."""
    if origin not in table.first_origins or media.listed or media.kind not in {"picture", "video"}:
        return []
    reasons = []
    if media.kind == "video" or min(media.width or 0, media.height or 0) >= table.shorter_side:
        reasons.append("large_enough")
    if media.taken_at is not None and _near(media.taken_at, moments, table.hours * HOUR):
        reasons.append("near_a_match")
    return [origin, "on_no_list", *reasons] if reasons else []


def _near(moment: int, moments: list[int], within: int) -> bool:
    place = bisect_left(moments, moment - within)
    return place < len(moments) and moments[place] <= moment + within


def _indicators(
    media: _Media, table: Rules, devices: Mapping[int, tuple[frozenset[str], frozenset[str]]], beside: Seen
) -> list[Indicator]:
    """Everything seen of one file, in a fixed order."""
    found = set(beside.get(media.entry, ()))
    found.update(table.of_path(media.path, media.name))
    found.update(_of_metadata(media, table, *devices.get(media.exhibit, (frozenset(), frozenset()))))
    return sorted(found)


def _with_encodings(found: list[tuple[_Media, list[Indicator]]]) -> Iterator[tuple[_Media, list[Indicator]]]:
    """The same, with an indicator for a file that came by no known way and is encoded as one app's files are."""
    known = _encodings(found)
    for media, seen in found:
        apps = known.get((media.exhibit, media.encoding or ""), {})
        app, count = next(iter(apps.items()), ("", 0))
        alike = len(apps) == 1 and app and count >= LEAST_ALIKE and not _BY_APP & {each.name for each in seen}
        yield media, sorted([*seen, Indicator("app_encoding", f"{app}: {count}")]) if alike else seen


def _encodings(found: list[tuple[_Media, list[Indicator]]]) -> dict[tuple[int, str], dict[str, int]]:
    """For each exhibit and encoding how many files came by each app; under an empty name those with a camera."""
    known: dict[tuple[int, str], dict[str, int]] = {}
    for media, seen in found:
        apps = {each.detail for each in seen if each.name in _BY_APP} or ({""} if media.model else set())
        for app in apps if media.encoding else ():
            counts = known.setdefault((media.exhibit, media.encoding or ""), {})
            counts[app] = counts.get(app, 0) + 1
    return known


def _of_metadata(media: _Media, table: Rules, models: frozenset[str], serials: frozenset[str]) -> Iterator[Indicator]:
    camera = " ".join(part for part in (media.make, media.model) if part)
    if media.model and models:
        known = table.model(media.make, media.model) in models
        yield Indicator("camera_model" if known else "other_camera", camera)
    if media.serial and media.serial.casefold() in serials:
        yield Indicator("camera_serial", media.serial)
    if media.software:
        yield from table.of_software(media.software)
    if media.mime in _STRIPPED and not (camera or media.taken_at or media.software):
        yield Indicator("stripped", "")


def _devices(database: sqlite3.Connection, table: Rules) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """Models and serial numbers of the devices that each exhibit describes."""
    models: dict[int, set[str]] = {}
    serials: dict[int, set[str]] = {}
    for exhibit, make, model, serial in database.execute(
        """SELECT v.exhibit_id, d.make, d.model, d.serial FROM device d JOIN entry e ON e.id = d.entry_id
        JOIN evidence v ON v.id = e.evidence_id"""
    ):
        if model:
            models.setdefault(exhibit, set()).add(table.model(make, model))
        if serial:
            serials.setdefault(exhibit, set()).add(serial.casefold())
    return {
        exhibit: (frozenset(models.get(exhibit, ())), frozenset(serials.get(exhibit, ())))
        for exhibit in models.keys() | serials.keys()
    }


def _beside(database: sqlite3.Connection, table: Rules) -> Seen:
    """What galleries, messages and downloads say of a file."""
    seen: Seen = {}
    for source in (_of_galleries(database, table), _of_messages(database), _of_downloads(database)):
        for entry, indicator in source:
            seen.setdefault(entry, set()).add(indicator)
    return seen


def _of_galleries(database: sqlite3.Connection, table: Rules) -> Iterator[tuple[int, Indicator]]:
    for entry, kind, owner, origin, url in database.execute(
        """SELECT f.file_entry_id, g.kind, g.owner, g.origin, g.url FROM gallery g
        JOIN gallery_file f ON f.gallery_id = g.id WHERE f.file_entry_id IS NOT NULL AND f.rule != 'name'"""
    ):
        if owner:
            yield from ((entry, each) for each in table.of_package(owner))
        if url:
            yield entry, Indicator("gallery_url", url)
        if kind in {"screenshot", "screen recording"}:
            yield entry, Indicator("gallery_screenshot", kind)
        yield from ((entry, each) for each in _of_words(origin or ""))


def _of_words(origin: str) -> Iterator[Indicator]:
    """What an Apple or Samsung gallery says in words of its own (`gallery_apple`, `gallery_samsung`)."""
    if "camera of this system" in origin:
        yield Indicator("gallery_camera", origin)
    elif origin.startswith(("another app", "shared in a conversation", "shared album", "shared link")):
        yield Indicator("gallery_app", origin)
    elif origin.startswith("screen of"):
        yield Indicator("gallery_screenshot", origin)


def _of_messages(database: sqlite3.Connection) -> Iterator[tuple[int, Indicator]]:
    for entry, app, direction in database.execute(
        """SELECT DISTINCT a.attachment_entry_id, m.app, m.direction FROM attachment a JOIN message m ON m.id = a.message_id
        WHERE a.attachment_entry_id IS NOT NULL AND m.direction IN ('in', 'out') AND a.rule != 'name'"""
    ):
        yield entry, Indicator(f"attachment_{direction}", app)


def _of_downloads(database: sqlite3.Connection) -> Iterator[tuple[int, Indicator]]:
    rows = database.execute(
        """SELECT d.id, d.path, d.size, d.app, d.url, d.zone, d.where_, e.evidence_id FROM download d JOIN entry e ON e.id = d.entry_id
        WHERE d.path IS NOT NULL ORDER BY d.id"""
    ).fetchall()
    said = {row[0]: row for row in rows}
    wanted = (Wanted(row[0], plain_path(row[1]), row[2], None, row[7], None) for row in rows)
    for record, entry, rule, _ in ties(database, wanted):
        if entry is not None and rule != "name":
            _, _, _, app, url, zone, where, _ = said[record]
            mark = zone in {"internet", "untrusted"} or "quarantine" in where or "kMDItem" in where
            if mark or zone is None:
                yield entry, Indicator("zone_mark" if mark else "download_record", url or app or "")


def _moments(database: sqlite3.Connection) -> list[int]:
    """When what matched a notable list was taken, by the camera's clock, sorted."""
    query = """SELECT DISTINCT m.taken_at FROM media m JOIN hit h ON h.entry_id = m.entry_id
        WHERE h.list_kind = 'notable' AND m.taken_at IS NOT NULL ORDER BY 1"""
    return [moment for (moment,) in database.execute(query)]
