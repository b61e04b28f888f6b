"""A folder on our own disk as evidence: what a phone dump or a copied card looks like.

Links are listed and never followed; devices, pipes and sockets are listed and never opened. Names are bytes on most systems
and kept as such. Times are those of our file system; where it records no birth, none is given.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from triage.errors import LimitReached, Unreadable
from triage.evidence.companions import with_companions
from triage.evidence.names import display, raw_of
from triage.evidence.streams import FileStream
from triage.evidence.untouched import opened_folder
from triage.model import Entry, Kind, Locator, Problem, Stamp, Step, Times
from triage.model.entries import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits


class Folder:
    """The layer of a folder tree; a step has the path relative to its top, with `/` between names."""

    format = "folder"

    def __init__(self, path: Path, limits: Limits) -> None:
        self._top = path
        self._limits = limits

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """What a folder holds, sorted by the bytes of the names."""
        inner = "" if folder is None else folder.path
        if inner and inner.count("/") + 1 > self._limits.folder_depth:
            raise LimitReached(f"more than {self._limits.folder_depth} folders inside folders; not listed further")
        try:
            with opened_folder(self._path(inner), follow=not inner) as scan:
                found = [_entry(within, inner, each) for each in sorted(scan, key=lambda each: os.fsencode(each.name))]
        except OSError as error:
            raise Unreadable(f"the folder cannot be listed: {error.strerror}") from error
        yield from (each for each in found if isinstance(each, Problem))
        yield from with_companions([each for each in found if isinstance(each, Entry)])

    def open(self, step: Step) -> Stream:
        """The content of a regular file. Raises Unreadable for anything else, and where it was exchanged meanwhile."""
        path = self._path(step.path)
        try:
            status = path.lstat()
        except (OSError, ValueError) as error:
            raise Unreadable("the file is no longer there, or its folder cannot be entered") from error
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("no regular file: links, devices and pipes are not followed or opened")
        stream = FileStream(path, follow=False)
        if (stream.handle_status.st_dev, stream.handle_status.st_ino) != (status.st_dev, status.st_ino):
            stream.close()
            raise Unreadable("the file was exchanged for another one while it was opened")
        return stream

    def close(self) -> None:
        """Nothing is held."""

    def _path(self, inner: str) -> Path:
        if not inner:
            return self._top
        parts = [os.fsdecode(part.encode("utf-8", "surrogateescape")) for part in inner.split("/")]
        if any(part in {"", ".", ".."} or os.sep in part for part in parts):
            raise Unreadable("no path inside the folder")
        return self._top.joinpath(*parts)


def _entry(within: Locator, inner: str, found: os.DirEntry[str]) -> Entry | Problem:
    raw = os.fsencode(found.name)
    name = raw.decode("utf-8", "surrogateescape")
    path = f"{inner}/{name}" if inner else name
    try:
        status = found.stat(follow_symlinks=False)
    except OSError as error:
        return Problem(kind="unreadable", stage="list", message=f"{display(path)}: {error.strerror}")
    kind = _kind(status.st_mode)
    return Entry(
        within.child(Step("folder", path)),
        display(name),
        kind,
        status.st_size if kind is Kind.FILE else None,
        times=_times(status),
        raw_name=raw_of(name),
        path=f"/{display(path)}",
    )


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return Kind.FILE
    return Kind.FOLDER if stat.S_ISDIR(mode) else Kind.OTHER


def _times(status: os.stat_result) -> Times:
    seconds: float | None = getattr(status, "st_birthtime", None)  # where the system records it: Windows, macOS, BSD
    born = None if seconds is None else Stamp(getattr(status, "st_birthtime_ns", int(seconds * NANOSECONDS)))
    changed = None if os.name == "nt" else Stamp(status.st_ctime_ns)
    return Times(Stamp(status.st_mtime_ns), Stamp(status.st_atime_ns), changed, born)
