"""Cached pictures and their originals: which file of the case a thumbnail was made of, by which rule, and whether that file is gone.

Rules, the strongest first: `name` the cache keeps the original's name or path; `id` it keeps the original's number in the media database, and a
gallery says which file that is; `uri` the digest of the original's address is the cache's name (freedesktop.org); `likeness` the picture looks
like exactly this one (fingerprints within 31 bits, the nearest counts). A cache whose original is not in the evidence is often all that is left.
Made anew when a run ends; nothing depends on the order of examination.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from triage.hashing.nearest import MOST_DISTANCE, bits_between, nearest_of
from triage.hashing.pdq import LEAST_QUALITY

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

# Cache, and what its path says: `name` and `folder` of the original, or its `id` in the media database, or the digest of its `uri`.
CACHES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("Windows thumbcache", r"/thumbcache_\w+\.db/(?P<identifier>[0-9a-f]{16})\.\w+\Z"),
        ("Windows Thumbs.db", r"(?P<folder>.*)/(?:eh)?thumbs(?:_vista)?\.db/(?:\d{2,4}_(?P<identifier>[0-9a-f]{8,16})\.\w+|(?P<name>[^/]+))\Z"),
        ("Android thumbnails", r"/\.thumbnails/(?P<id>\d+)\.(?:jpg|png|webp)\Z"),
        ("Android thumbdata", r"/\.thumbdata[^/]*/(?P<id>\d+)\.jpg\Z"),
        ("Android gallery cache", r"/imgcache[^/]*/(?:(?:image|video)-(?P<id>\d+)|(?P<identifier>[0-9a-f]{16}))\.\w+\Z"),
        ("iOS thumbnails", r"/Thumbnails/(?:V2/)?(?P<folder>(?:DCIM|PhotoData|Media/DCIM)/.+)/(?P<name>[^/]+)/\d{4}\.JPG\Z"),
        ("freedesktop thumbnails", r"/\.?(?:cache/)?thumbnails/(?:normal|large|x-large|xx-large|fail/[^/]+)/(?P<uri>[0-9a-f]{32})\.png\Z"),
        ("cache of an app", r"/(?:image_manager_disk_cache|glide_cache|glide|picasso-cache|image_cache|imagepipeline_cache|fresco_cache|v2\.ols\d+\.\d+|universal-image-loader|com\.hackemist\.SDImageCache|fsCachedData|Cache_Data|disk_cache)/"),
    )
)  # fmt: skip
_PICTURES = """SELECT e.id, e.path, e.deleted, v.exhibit_id, e.evidence_id, min(m.fingerprint), max(m.quality), e.name FROM media m
    JOIN entry e ON e.id = m.entry_id JOIN evidence v ON v.id = e.evidence_id WHERE m.kind = 'picture'
    GROUP BY e.id ORDER BY e.evidence_id, e.path, e.locator"""


class Picture(NamedTuple):
    """A picture of the case."""

    entry: int
    path: str
    deleted: int
    exhibit: int
    evidence: int
    fingerprint: str | None
    quality: int | None
    name: str


class Cached(NamedTuple):
    """A row of table `cached`: the cache, what it says of the original, the file that is meant and by which rule."""

    entry: int
    cache: str
    original: str | None
    identifier: str | None
    original_entry: int | None = None
    rule: str | None = None
    distance: int | None = None
    gone: int = 1


def link(database: sqlite3.Connection) -> None:
    """Fill table `cached` anew."""
    database.execute("DELETE FROM cached")
    pictures = [Picture._make(row) for row in database.execute(_PICTURES).fetchall()]
    held = {picture.entry: told for picture in pictures if (told := _told(picture))}
    if not held:
        return
    originals = [picture for picture in pictures if picture.entry not in held]
    named = dict(_by_name(database, [each for each in pictures if each.entry in held], held, originals))
    rows = _with_likeness(pictures, held, named, originals)
    database.executemany("INSERT INTO cached VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _told(picture: Picture) -> tuple[str, dict[str, str]] | None:
    """The cache a picture is in, and what its path says."""
    for name, pattern in CACHES:
        if found := pattern.search(picture.path):
            return name, {key: value for key, value in found.groupdict().items() if value}
    return None


def _by_name(
    database: sqlite3.Connection,
    caches: Iterable[Picture],
    held: Mapping[int, tuple[str, dict[str, str]]],
    originals: Iterable[Picture],
) -> Iterator[tuple[int, tuple[Picture, str]]]:
    """The original of each cached picture that says which one it is."""
    files: dict[tuple[int, str], list[Picture]] = {}
    addresses: dict[tuple[int, str], Picture] = {}
    for each in originals:
        files.setdefault((each.evidence, each.name.casefold()), []).append(each)
        addresses.setdefault((each.evidence, _address(each.path)), each)
    by_entry = {each.entry: each for each in originals}
    numbers = {key: by_entry[entry] for key, entry in _of_galleries(database).items() if entry in by_entry}
    for cache in caches:
        told = held[cache.entry][1]
        if found := numbers.get((cache.evidence, told.get("id", ""))):
            yield cache.entry, (found, "id")
        elif found := addresses.get((cache.evidence, told.get("uri", ""))):
            yield cache.entry, (found, "uri")
        elif found := _named(told, files.get((cache.evidence, told.get("name", "").casefold()), ())):
            yield cache.entry, (found, "name")


def _named(told: Mapping[str, str], files: Iterable[Picture]) -> Picture | None:
    """The file of this name in this folder; live before deleted."""
    folder = told.get("folder", "").casefold()
    fitting = [each for each in files if each.path.rpartition("/")[0].casefold().endswith(folder)]
    return min(fitting, key=lambda each: (each.deleted, each.path), default=None)


def _address(path: str) -> str:
    """The MD5 by which freedesktop.org names the thumbnail of a file."""
    return hashlib.md5(f"file://{quote(path)}".encode(), usedforsecurity=False).hexdigest()


def _of_galleries(database: sqlite3.Connection) -> dict[tuple[int, str], int]:
    """The file of each number of Android's media database."""
    rows = database.execute(
        """SELECT e.evidence_id, g.identifier, f.file_entry_id FROM gallery g JOIN gallery_file f ON f.gallery_id = g.id
        JOIN entry e ON e.id = g.entry_id WHERE g.app = 'Android' AND f.file_entry_id IS NOT NULL ORDER BY g.id"""
    )
    return {(evidence, identifier): entry for evidence, identifier, entry in rows}


def _with_likeness(
    pictures: Iterable[Picture],
    held: Mapping[int, tuple[str, dict[str, str]]],
    named: Mapping[int, tuple[Picture, str]],
    originals: list[Picture],
) -> Iterator[Cached]:
    """Each cached picture with its original: as the cache says, else what it looks like."""
    caches = [each for each in pictures if each.entry in held]
    alike = _alike([each for each in caches if each.entry not in named], originals)
    for each in caches:
        cache, told = held[each.entry]
        original = told.get("name") and f"{told.get('folder', '')}/{told['name']}"
        identifier = told.get("id") or told.get("identifier") or told.get("uri")
        row = Cached(each.entry, cache, original, identifier)
        if each.entry in named:
            found, rule = named[each.entry]
            row = row._replace(
                original_entry=found.entry, rule=rule, distance=_distance(each, found), gone=found.deleted
            )
        elif each.entry in alike:
            found, distance = alike[each.entry]
            row = row._replace(original_entry=found.entry, rule="likeness", distance=distance, gone=found.deleted)
        yield row


def _distance(one: Picture, other: Picture) -> int | None:
    if one.fingerprint is None or other.fingerprint is None:
        return None
    return bits_between(bytes.fromhex(one.fingerprint), bytes.fromhex(other.fingerprint))


def _alike(caches: list[Picture], originals: list[Picture]) -> dict[int, tuple[Picture, int]]:
    """The nearest original of the same exhibit, live before deleted, for each cached picture that shows enough."""
    found: dict[int, tuple[Picture, int]] = {}
    for exhibit in sorted({each.exhibit for each in caches}):
        asked = [each for each in caches if each.exhibit == exhibit and _shows(each)]
        there = sorted(
            (each for each in originals if each.exhibit == exhibit and _shows(each)), key=lambda e: e.deleted
        )
        nearest = nearest_of(
            [bytes.fromhex(each.fingerprint or "") for each in asked],
            [bytes.fromhex(each.fingerprint or "") for each in there],
            within=MOST_DISTANCE,
        )
        for position, (other, distance) in nearest.items():
            found[asked[position].entry] = (there[other], distance)
    return found


def _shows(picture: Picture) -> bool:
    return picture.fingerprint is not None and (picture.quality or 0) >= LEAST_QUALITY
