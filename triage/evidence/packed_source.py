"""Sources that are packed: an image or archive behind gzip, xz and the like, or an image as the only file of an archive.

The content is copied once, unpacked, to the case's scratch and opened there like any other source; areas of zeros take no
space. Every process that opens the source finds the copy by the source's path, size and time. The case deletes copies when
it is opened and closed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from triage.errors import EvidenceError, LimitReached, Unreadable
from triage.evidence.archive_7z import SevenZip
from triage.evidence.archive_rar import Rar
from triage.evidence.archive_tar import Tar
from triage.evidence.archive_zip import Zip
from triage.evidence.members import only_file
from triage.evidence.packed import unpack
from triage.evidence.packings import PACKINGS
from triage.evidence.spool import FREE_BYTES
from triage.evidence.streams import FileStream, Memory, Window
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits
    from triage.evidence.opening import Opening
    from triage.evidence.streams import ReadOnly

    _Write = Callable[[bytes, int], None]
    _Fill = Callable[[_Write], Problem | None]
    _Test = Callable[[ReadOnly], bool]

PREFIX = "unpacked-"
SPARE_BYTES = 1 << 30  # left free on the disk that scratch lies on
# archives whose only file may be an image
AROUND: dict[str, type[Zip | Tar | SevenZip | Rar]] = {"zip": Zip, "tar": Tar, "7z": SevenZip, "rar": Rar}
_CONTENT, _NOTE = "content", "note.json"
_PIECE = 1 << 20
_LOOK_EVERY = 64 << 20


@dataclass(frozen=True, slots=True)
class Copied:
    """The unpacked copy of a source, and what ended it too early."""

    path: Path
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class _Limits:
    """The limits of the run, but for the size and ratio of what the examiner named as the source."""

    memory_copy_bytes: int
    scratch_copy_bytes: int
    container_depth: int
    container_entries: int
    folder_depth: int
    orphans: int
    sparse_bytes: int
    source_copy_bytes: int
    inflation_ratio: int = 1 << 40  # a disk that was wiped packs to almost nothing: no sign of a bomb here


def copy_of(source: Path, form: str, opening: Opening, is_image: _Test) -> Copied | None:
    """The unpacked content of a source; None where it is not packed, or an archive of anything but one image.

    Raises EvidenceError: LimitReached where it is larger than `source_copy_bytes` or scratch has no room for it.
    """
    if form not in PACKINGS and form not in AROUND:
        return None
    shared = opening.shared or opening.scratch
    folder = shared / f"{PREFIX}{_key(source)}"
    if not folder.is_dir():
        made = _made(source, form, opening, is_image)
        if made is None:
            return None
        _settle(made, folder)
    content = folder / _CONTENT
    return Copied(content, _noted(folder)) if content.exists() else None


def _key(source: Path) -> str:
    status = source.stat()
    text = f"{source.absolute()}|{status.st_size}|{status.st_mtime_ns}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _settle(made: Path, folder: Path) -> None:
    """Give the copy its name, at once and whole; another process may have been faster."""
    try:
        made.rename(folder)
    except OSError as error:
        shutil.rmtree(made, ignore_errors=True)
        if not folder.is_dir():
            raise Unreadable(f"cannot be unpacked to scratch: {error.strerror}") from error


def _made(source: Path, form: str, opening: Opening, is_image: _Test) -> Path | None:
    """A new folder with the content; None where there is not one image alone.

    An empty folder where that took long to find out, so that nobody looks again.
    """
    with FileStream(source) as stream:
        if form in PACKINGS:
            return _filled(lambda write: unpack(stream, form, write), opening)
        with closing(_only_file(stream, form, opening) or Memory()) as content:
            size = content.seek(0, 2)
            if not is_image(Window(content, 0, size)):
                return _filled(None, opening) if size > FREE_BYTES else None
            content.seek(0)
            return _filled(lambda write: _copied(content, write), opening)


def _filled(fill: _Fill | None, opening: Opening) -> Path:
    """A folder with what `fill` writes. Nothing is left behind where it fails."""
    shared, done = opening.shared or opening.scratch, False
    try:
        shared.mkdir(parents=True, exist_ok=True)
        folder = type(shared)(tempfile.mkdtemp(prefix=PREFIX, dir=shared))
    except OSError as error:
        raise Unreadable(f"cannot be unpacked to scratch: {error.strerror}") from error
    try:
        if fill:
            _fill(folder, fill, opening.limits.source_copy_bytes)
        done = True
    except OSError as error:
        raise Unreadable(f"cannot be unpacked to scratch: {error.strerror}") from error
    finally:
        if not done:
            shutil.rmtree(folder, ignore_errors=True)
    return folder


def _fill(folder: Path, fill: _Fill, most: int) -> None:
    with (folder / _CONTENT).open("wb", buffering=0) as file:
        copy = _Sparse(file, folder, most)
        problem = fill(copy.write)
        copy.end()
    if problem:
        (folder / _NOTE).write_text(json.dumps([problem.kind, problem.message]), encoding="utf-8")


class _Sparse:
    """A file that takes no space for pieces of zeros, where the file system can do that."""

    def __init__(self, file: BinaryIO, folder: Path, most: int) -> None:
        self._file, self._folder, self._most = file, folder, most
        self._length = self._looked = 0

    def write(self, piece: bytes, _taken: int) -> None:
        self._length += len(piece)
        if self._length > self._most:
            raise LimitReached(
                f"unpacks to more than the {self._most} bytes allowed (source_copy_bytes); unpack it first"
            )
        if self._length - self._looked > _LOOK_EVERY:
            self._looked = self._length
            self._look()
        if piece.count(0) == len(piece):
            self._file.seek(len(piece), os.SEEK_CUR)
            return
        view = memoryview(piece)
        while view:
            view = view[self._file.write(view) :]

    def end(self) -> None:
        """Zeros at the end count too."""
        self._file.truncate(self._length)

    def _look(self) -> None:
        if shutil.disk_usage(self._folder).free < SPARE_BYTES:
            raise LimitReached("the disk of the case has no room for the unpacked source; unpack it elsewhere first")


def _only_file(stream: FileStream, form: str, opening: Opening) -> Stream | None:
    """The content of the one file in an archive. Where it cannot be had, the archive is opened as one, and says why."""
    limits = _limits(opening.limits)
    with suppress(EvidenceError):
        archive = AROUND[form](stream, limits, opening.scratch, opening.password)
        step = only_file(archive.members(), form, limits.source_copy_bytes)
        return None if step is None else archive.open(step)
    return None


def _limits(limits: Limits) -> Limits:
    return _Limits(
        limits.memory_copy_bytes,
        limits.source_copy_bytes,
        limits.container_depth,
        limits.container_entries,
        limits.folder_depth,
        limits.orphans,
        limits.sparse_bytes,
        limits.source_copy_bytes,
    )


def _copied(content: Stream, write: _Write) -> Problem | None:
    """All of a member, as far as it can be had."""
    done = 0
    try:
        while piece := content.read(_PIECE):
            done += len(piece)
            write(piece, done)
    except LimitReached:
        raise
    except EvidenceError as error:
        return Problem(kind=error.kind, stage="open", message=f"unpacked to its byte {done}: {error}")
    return None


def _noted(folder: Path) -> Problem | None:
    note = folder / _NOTE
    if not note.exists():
        return None
    kind, message = json.loads(note.read_text(encoding="utf-8"))
    return Problem(kind=kind, stage="open", message=message)
