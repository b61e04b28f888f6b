"""The path a file had on the live device, whatever it lies in now: an extraction, a backup, a changed storage root.

Apps store paths of the live device. The same shared storage is `/storage/emulated/0`, `/sdcard`, `/data/media/0` and, in an Android
backup, `shared/0`; an app's own folder is `/data/data/<package>` and `/data/user/0/<package>`, in a backup `apps/<package>/f` and its
neighbours; on an iPhone the container of an app has another number after each installation and a domain's name in a backup
(mark A for Android, B for iOS).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_BACKUP_FOLDERS = {"f": "files/", "db": "databases/", "sp": "shared_prefs/", "r": "", "c": "cache/"}

# pattern, root; groups: space (user number), package, rest - by name
_PLACES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), root)
    for pattern, root in (
        (r"(?:^|/)(?:storage/emulated|data/media)/(?P<space>\d+)/(?P<rest>.+)", "shared"),
        (r"(?:^|/)shared/(?P<space>\d)/(?P<rest>.+)", "shared"),
        (r"(?:^|/)(?:mnt/sdcard|sdcard|storage/self/primary|storage/sdcard0)/(?P<rest>.+)", "shared"),
        (r"(?:^|/)data/user_de/(?P<space>\d+)/(?P<package>[\w.]+)/(?P<rest>.+)", "protected "),
        (r"(?:^|/)data/user/(?P<space>\d+)/(?P<package>[\w.]+)/(?P<rest>.+)", "app "),
        (r"(?:^|/)data/data/(?P<package>[\w.]+)/(?P<rest>.+)", "app "),
        (r"(?:^|/)var/mobile/Media/(?P<rest>.+)", "media"),
        (r"(?:^|/)(?:CameraRollDomain|MediaDomain)/Media/(?P<rest>.+)", "media"),
        (r"(?:^~|(?:^|/)var/mobile|(?:^|/)HomeDomain|(?:^|/)MediaDomain)/Library/(?P<rest>.+)", "library"),
        (r"/Containers/(?:Data/Application|Shared/AppGroup)/[0-9A-F-]{36}/(?P<rest>.+)", "container"),
        (r"(?:^|/)AppDomain(?:Group|Plugin)?-[^/]+/(?P<rest>.+)", "container"),
    )
)
_BACKUP = re.compile(r"(?:^|/)apps/(?P<package>[\w.]+)/(?P<folder>f|db|sp|r|c|ef)/(?P<rest>.+)")


class LivePath(NamedTuple):
    """Where a file is on the live device: the root it lies below, the space (user) of the phone, the rest of the path."""

    root: str
    space: int
    rest: str


def live_path(path: str) -> LivePath | None:
    """The place on the live device; None where the path names no root that is known. Letters are folded to small ones."""
    folder, _, name = path.removeprefix("file://").replace("\\", "/").rpartition("/")
    place = _of_folder(folder)
    return place and place._replace(rest=place.rest + name.casefold())


@lru_cache(maxsize=4096)
def _of_folder(folder: str) -> LivePath | None:
    """The place of a folder, with a slash at its end; the files of one folder are many."""
    path = f"{folder}/x"
    found = _BACKUP.search(path)
    place = _from_backup(found) if found else _matched(path)
    return place and place._replace(rest=place.rest[:-1])


def _matched(path: str) -> LivePath | None:
    for pattern, root in _PLACES:
        if found := pattern.search(path):
            groups = found.groupdict()
            return LivePath(
                (root + groups.get("package", "")).casefold(), int(groups.get("space") or 0), groups["rest"].casefold()
            )
    return None


def _from_backup(found: re.Match[str]) -> LivePath:
    package, folder, rest = found["package"].casefold(), found["folder"], found["rest"].casefold()
    if folder == "ef":
        return LivePath("shared", 0, f"android/data/{package}/files/{rest}")
    return LivePath(f"app {package}", 0, _BACKUP_FOLDERS[folder] + rest)
