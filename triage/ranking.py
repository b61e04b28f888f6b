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
    if not _ANY_FOLDER.search(path):
        return bool(_SYSTEM.match(path)), 0, ""
    met = [(words, weight) for words, weight, pattern in _FOLDERS if pattern.search(path)]
    return bool(_SYSTEM.match(path)), sum(weight for _, weight in met), "".join(f", {words}" for words, _ in met)


def _band(name: str, *, system: bool) -> tuple[int, str]:
    suffix = name.rpartition(".")[2].lower()
    if suffix in _SUMMARY_SUFFIXES or _SUMMARY_NAME.match(name):
        return SUMMARIES, "database or cache"
    if system:
        return SYSTEM, "system folder"
    if suffix in _MEDIA_SUFFIXES:
        return USER_MEDIA, "media or archive"
    return REST, "other file"
