"""What is examined first, and why. Ranking orders; it never excludes.

The score is additive: name and path alone carry most of the signal (Al-Nabki et al. 2020, Pereira et al.).
Lower `priority` is examined earlier: bands of 1,000, score inside.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from triage.model import Kind

if TYPE_CHECKING:
    from triage.model import Entry, Listed

BAND = 1000
_FILE = Kind.FILE.value
LISTING, SUMMARIES, USER_MEDIA, REST, SYSTEM, FREE = (band * BAND for band in range(6))

AFTER_LISTING = REST  # what ranks from here on is worth waiting for the end of the listing
PROFILES: dict[str, int | None] = {"full": None, "quick": REST}
SMALL_PICTURE = 4096

_SUMMARY_SUFFIXES = frozenset({"db", "sqlite", "sqlite3", "sqlitedb", "storedata"})
_SUMMARY_NAME = re.compile(r"(thumbcache_.*|thumbs\.db|history|imgcache.*|\.thumbdata.*)\Z", re.IGNORECASE)
_MEDIA_SUFFIXES = frozenset(
    [
        "jpg",
        "jpeg",
        "png",
        "gif",
        "webp",
        "heic",
        "heif",
        "avif",
        "bmp",
        "tif",
        "tiff",
        "mp4",
        "m4v",
        "mov",
        "3gp",
        "avi",
        "mkv",
        "webm",
        "zip",
        "rar",
        "7z",
        "tar",
        "gz",
    ]
)
_FOLDERS: tuple[tuple[str, int, re.Pattern[str]], ...] = tuple(
    (words, weight, re.compile(pattern, re.IGNORECASE))
    for words, weight, pattern in (
        ("camera folder", 20, r"/dcim/|/camera/|/pictures/|/gambar/|/foto/"),
        ("messenger folder", 20, r"whatsapp|telegram|signal|/line/|messenger|snapchat|michat"),
        ("downloads", 20, r"/downloads?/|/unduhan/"),
        ("trash", 20, r"/\$recycle\.bin/|/\.trash|/trash/"),
        (
            "cached pictures",
            30,
            r"/thumbcache_[^/]*/|/(?:eh)?thumbs(?:_vista)?\.db/|/\.thumbnails/|/\.thumbdata[^/]*/|/imgcache[^/]*/",
        ),
        ("hidden folder", 20, r"/\.[^/]+/"),
        ("user profile", 10, r"/users/|/home/|/data/media/|/sdcard/|/storage/"),
    )
)
_ANY_FOLDER = re.compile("|".join(pattern.pattern for _, _, pattern in _FOLDERS), re.IGNORECASE)  # most paths have none
_SYSTEM = re.compile(r"/(windows|program files|program files \(x86\)|usr|lib|system|vendor|apex)/", re.IGNORECASE)

_just_met: dict[str, tuple[int, ...]] = {}
_MOST_MET = 4096


def cutoff(profile: str) -> int | None:
    """Entries of this priority and above are left out by the profile: listed, not read. None: nothing is left out."""
    return PROFILES[profile]


def rank(entry: Entry | Listed) -> tuple[int, str]:
    """Priority (lower first) and the words that explain it."""
    path, name = entry.path, entry.name
    if path.startswith(("/$Unallocated", "/$Unpartitioned")):
        return FREE, "space that no file owns"
    if entry.kind != _FILE:
        system, points, reasons = _folder(f"{path}/")
        return LISTING + BAND // 2 + (BAND // 4 if system else 0) - points, f"listing{reasons}"
    system, points, reasons = _folder(path[: len(path) - len(name)])
    band, label = _band(name, system=system)
    if entry.deleted:
        points += 20
        reasons += ", deleted"
    if band == USER_MEDIA and entry.size is not None and entry.size < SMALL_PICTURE:
        points -= 30
        reasons += ", icon size"
    return band + BAND // 2 - points, label + reasons


@lru_cache(maxsize=4096)
def _folder(path: str) -> tuple[bool, int, str]:
    """What a folder says of everything in it: system or not, points, the reasons."""
    met = _met(path)
    if not met:
        return _SYSTEM.match(path) is not None, 0, ""
    points = sum(_FOLDERS[number][1] for number in met)
    return _SYSTEM.match(path) is not None, points, "".join(f", {_FOLDERS[number][0]}" for number in met)


def _met(path: str) -> tuple[int, ...]:
    """Which patterns a path meets, by number: those of the folder above, where it was just asked for, and of its own name.

    No pattern reaches over more than two names, so the last two are looked at.
    """
    above = path.rfind("/", 0, -1)
    before = _just_met.get(path[: above + 1])
    seen = path if before is None else path[path.rfind("/", 0, max(above, 0)) :] if above > 0 else path
    found = before or ()
    if _ANY_FOLDER.search(seen):
        met = {number for number, (_, _, pattern) in enumerate(_FOLDERS) if pattern.search(seen)}
        found = tuple(sorted(met.union(found)))
    if len(_just_met) >= _MOST_MET:
        _just_met.clear()
    _just_met[path] = found
    return found


def _band(name: str, *, system: bool) -> tuple[int, str]:
    suffix = name.rpartition(".")[2].lower()
    if suffix in _SUMMARY_SUFFIXES or _SUMMARY_NAME.match(name):
        return SUMMARIES, "database or cache"
    if system:
        return SYSTEM, "system folder"
    if suffix in _MEDIA_SUFFIXES:
        return USER_MEDIA, "media or archive"
    return REST, "other file"
