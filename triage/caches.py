"""Cached pictures and their originals: which file of the case a thumbnail was made of, by which rule, and whether that file is gone.

Rules, the strongest first: `name` the cache keeps the original's name or path; `id` it keeps the original's number in a database (media database,
photo library, search index), and that says which file it is; `number` it keeps the number of the file in its file system; `uri` the digest of the
original's address is the cache's name (freedesktop.org); `likeness` the picture looks like exactly this one (fingerprints within 31 bits, the nearest
counts). A cache whose original is not in the evidence is often all that is left; what a database calls it is told all the same.
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

    Told = tuple[str, dict[str, str]]  # the cache, and what its path says

# Cache, and what its path says: `name` and `folder` of the original, or its `id` in the media database, or the digest of its `uri`.
CACHES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("Windows thumbcache", r"/thumbcache_\w+\.db/(?P<id>[0-9a-f]{16})\.\w+\Z"),
        ("Windows Thumbs.db", r"(?P<folder>.*)/(?:eh)?thumbs(?:_vista)?\.db/(?:\d{2,4}_(?P<id>[0-9a-f]{8,16})\.\w+|(?P<name>[^/]+))\Z"),
        ("Android thumbnails", r"/\.thumbnails/(?P<id>\d+)\.(?:jpg|png|webp)\Z"),
        ("Android thumbdata", r"/\.thumbdata[^/]*/(?P<id>\d+)\.jpg\Z"),
        ("Android gallery cache", r"/imgcache[^/]*/(?:(?:image|video)-(?P<id>\d+)|(?P<identifier>[0-9a-f]{16}))\.\w+\Z"),
        ("iOS thumbnails", r"/Thumbnails/(?:V2/)?(?P<folder>(?:DCIM|PhotoData|Media/DCIM)/.+)/(?P<name>[^/]+)/\d{4}\.JPG\Z"),
        ("iOS thumbnail table", r"/(?:thumbnails|thumbs)/\d{4}\.ithmb/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.\w+\Z"),
        ("macOS QuickLook", r"(?P<scope>.*/com\.apple\.QuickLook\.thumbnailcache)/thumbnails\.data/(?P<id>\d+)-\d+\.bmp\Z"),
        ("freedesktop thumbnails", r"/\.?(?:cache/)?thumbnails/(?:normal|large|x-large|xx-large|fail/[^/]+)/(?P<uri>[0-9a-f]{32})\.png\Z"),
        ("cache of an app", r"/(?:image_manager_disk_cache|glide_cache|glide|picasso-cache|image_cache|imagepipeline_cache|fresco_cache|v2\.ols\d+\.\d+|universal-image-loader|com\.hackemist\.SDImageCache|fsCachedData|Cache_Data|disk_cache)/"),
    )
)  # fmt: skip
# The database that says which file a number is, by cache.
INDEXES = {
    "Windows thumbcache": "Windows Search",
    "Windows Thumbs.db": "Windows Search",
    "Android thumbnails": "Android",  # since Android 10; before, by `_OLDER`
    "Android thumbdata": "Android",
    "Android gallery cache": "Android",
    "iOS thumbnail table": "Apple Photos",
    "macOS QuickLook": "macOS QuickLook",
}
_OLDER = "Android thumbnails"
_INDEXED = """SELECT e.evidence_id, g.app, g.identifier, e.path, coalesce(g.path, g.name), f.file_entry_id FROM gallery g LEFT JOIN gallery_file f ON f.gallery_id = g.id JOIN entry e ON e.id = g.entry_id
    WHERE g.app IN ('Android', 'Android thumbnails', 'Apple Photos', 'Windows Search', 'macOS QuickLook') AND g.identifier IS NOT NULL ORDER BY g.id DESC"""
_FILE_NUMBER = re.compile(r"(?P<volume>.*)\|fs:[^|]*@(?P<number>\d+)(?:\||\Z)")
_PICTURES = """SELECT e.id, e.path, e.deleted, v.exhibit_id, e.evidence_id, min(m.fingerprint), max(m.quality), e.name, e.locator FROM media m
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
    locator: str


class Indexed(NamedTuple):
    """What a database says of a number: the path or name of the file, and its entry where it is in the evidence."""

    path: str | None
    entry: int | None


class Key(NamedTuple):
    """Where a number is one: evidence, app, and the folder of the index where numbers are its own."""

    evidence: int
    app: str
    scope: str
    number: str


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
    indexed = _indexed(database)
    named = dict(_by_name([each for each in pictures if each.entry in held], held, indexed, originals))
    rows = _with_likeness(pictures, held, named, indexed, originals)
    database.executemany("INSERT INTO cached VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _told(picture: Picture) -> Told | None:
    """The cache a picture is in, and what its path says."""
    for name, pattern in CACHES:
        if found := pattern.search(picture.path):
            return name, {key: value for key, value in found.groupdict().items() if value}
    return None


def _by_name(
    caches: Iterable[Picture],
    held: Mapping[int, Told],
    indexed: Mapping[Key, Indexed],
    originals: Iterable[Picture],
) -> Iterator[tuple[int, tuple[Picture, str]]]:
    """The original of each cached picture that says which one it is."""
    known = _Originals(originals)
    for cache in caches:
        _, told = held[cache.entry]
        index = _indexed_as(cache, held[cache.entry], indexed)
        if index and index.entry in known.by_entry:
            yield cache.entry, (known.by_entry[index.entry], "id")
        elif found := known.numbered(cache, told):
            yield cache.entry, (found, "number")
        elif found := known.addresses.get((cache.evidence, told.get("uri", ""))):
            yield cache.entry, (found, "uri")
        elif found := _named(told, known.files.get((cache.evidence, told.get("name", "").casefold()), ())):
            yield cache.entry, (found, "name")


class _Originals:
    """The pictures that may be originals, by what a cache may say of them."""

    def __init__(self, originals: Iterable[Picture]) -> None:
        self.files: dict[tuple[int, str], list[Picture]] = {}
        self.addresses: dict[tuple[int, str], Picture] = {}
        self.by_entry: dict[int | None, Picture] = {}
        self._numbers: dict[tuple[int, str, str], Picture] = {}
        for each in originals:
            self.files.setdefault((each.evidence, each.name.casefold()), []).append(each)
            self.addresses.setdefault((each.evidence, _address(each.path)), each)
            self.by_entry[each.entry] = each
            if (place := _FILE_NUMBER.fullmatch(each.locator)) and not each.deleted:
                self._numbers.setdefault((each.evidence, place["volume"], place["number"]), each)

    def numbered(self, cache: Picture, told: Mapping[str, str]) -> Picture | None:
        """The file of this number on the volume of the cache, where the cache keeps such numbers."""
        place = _FILE_NUMBER.match(cache.locator)
        if "scope" not in told or place is None:
            return None
        return self._numbers.get((cache.evidence, place["volume"], told.get("id", "")))


def _named(told: Mapping[str, str], files: Iterable[Picture]) -> Picture | None:
    """The file of this name in this folder; live before deleted."""
    folder = told.get("folder", "").casefold()
    fitting = [each for each in files if each.path.rpartition("/")[0].casefold().endswith(folder)]
    return min(fitting, key=lambda each: (each.deleted, each.path), default=None)


def _address(path: str) -> str:
    """The MD5 by which freedesktop.org names the thumbnail of a file."""
    return hashlib.md5(f"file://{quote(path)}".encode(), usedforsecurity=False).hexdigest()


def _indexed(database: sqlite3.Connection) -> dict[Key, Indexed]:
    """What databases say of the numbers they give to files; of several rows the first."""
    return {
        Key(evidence, app, _scope(app, index), str(number).casefold()): Indexed(path, entry)
        for evidence, app, number, index, path, entry in database.execute(_INDEXED)
    }


def _scope(app: str, index: str) -> str:
    """The folder of an index whose numbers are its own; other numbers mean the same wherever they stand."""
    return index.rpartition("/")[0] if app == "macOS QuickLook" else ""


def _indexed_as(cache: Picture, told: Told, indexed: Mapping[Key, Indexed]) -> Indexed | None:
    """What a database says of a cached picture. A thumbnail that has a row of its own is what that says, not what its name may mean."""
    key = _key(cache, told)
    own = indexed.get(key._replace(app=_OLDER)) if told[0] == _OLDER else None
    return own or indexed.get(key)


def _key(cache: Picture, told: Told) -> Key:
    """Under which its database has the number; those of `Thumbs.db` leave zeros in front out."""
    name, parts = told
    number = parts.get("id", "").casefold()
    app = INDEXES.get(name, "")
    return Key(
        cache.evidence, app, parts.get("scope", ""), number.rjust(16, "0") if app == "Windows Search" else number
    )


def _with_likeness(
    pictures: Iterable[Picture],
    held: Mapping[int, Told],
    named: Mapping[int, tuple[Picture, str]],
    indexed: Mapping[Key, Indexed],
    originals: list[Picture],
) -> Iterator[Cached]:
    """Each cached picture with its original: as the cache says, else what it looks like."""
    caches = [each for each in pictures if each.entry in held]
    alike = _alike([each for each in caches if each.entry not in named], originals)
    for each in caches:
        cache, told = held[each.entry]
        index = _indexed_as(each, held[each.entry], indexed)
        original = f"{told.get('folder', '')}/{told['name']}" if told.get("name") else index and index.path
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
