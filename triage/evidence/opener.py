"""The way in: what a source is, and the evidence it becomes."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from triage.errors import Unreadable, Unsupported, UserError
from triage.evidence.archive_tar import BLOCK, Tar, is_tar
from triage.evidence.archive_zip import Zip, is_zip
from triage.evidence.folder import Folder
from triage.evidence.image import Image
from triage.evidence.layered import LayeredEvidence
from triage.evidence.names import display, raw_of
from triage.evidence.signatures import RAW_FIRST, SOURCES, first_fit
from triage.evidence.streams import FileStream
from triage.model import Entry, Kind, Locator

if TYPE_CHECKING:
    from pathlib import Path

    from triage.evidence.base import Evidence
    from triage.evidence.limits import Limits

FORMATS = ("folder", "raw", "zip", "tar")
_AFF4_MARKS = (b"aff4://", b"container.description", b"information.turtle")


def recognise(path: Path) -> str:
    """The format of a source, from its content: one of FORMATS.

    Raises UserError (missing, empty, unreadable), Unsupported or Encrypted; each in one line that says what to do.
    """
    mode = _mode(path)
    if stat.S_ISDIR(mode):
        return _folder(path)
    if not (stat.S_ISREG(mode) or stat.S_ISBLK(mode)):
        raise UserError(f"{path}: neither a file, a folder nor a disk; name the image, folder or device itself")
    stream = _opened(path)
    try:
        return _format(path, stream)
    except Unreadable as error:
        raise UserError(f"{path}: {error}; check the medium, then make a new copy of it") from error
    finally:
        stream.close()


def open_evidence(source: Path, *, limits: Limits, scratch: Path) -> Evidence:
    """Open a source read-only. `scratch` takes unpacked members and nothing else. Raises what `recognise` raises."""
    form = recognise(source)
    if form == "folder":
        return LayeredEvidence(Folder(source, limits), _root(source, Kind.FOLDER), limits=limits, scratch=scratch)
    if form == "raw":
        image = Image(source, limits)
        return LayeredEvidence(image, _root(source, Kind.OTHER, image.size), limits=limits, scratch=scratch)
    stream = _opened(source)
    try:
        archive = Zip(stream, limits, scratch) if form == "zip" else Tar(stream, limits, scratch)
    except BaseException:
        stream.close()
        raise
    return LayeredEvidence(archive, _root(source, Kind.OTHER, stream.size), limits=limits, scratch=scratch)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except FileNotFoundError as error:
        raise UserError(f"{path}: there is no such file or folder; check the path") from error
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be reached ({error}); check the path and your rights to it") from error


def _folder(path: Path) -> str:
    try:
        with os.scandir(path) as found:
            if next(found, None) is None:
                raise UserError(f"{path}: the folder is empty; name the folder that holds the evidence")
    except OSError as error:
        raise UserError(f"{path}: the folder cannot be read ({error.strerror}); check your rights to it") from error
    return "folder"


def _opened(path: Path) -> FileStream:
    try:
        return FileStream(path)
    except Unreadable as error:
        raise UserError(f"{path}: {error}; check your rights to it") from error


def _format(path: Path, stream: FileStream) -> str:
    if stream.size == 0:
        raise UserError(f"{path}: the file is empty; copy or image the evidence again")
    if signature := first_fit(SOURCES, stream, stream.size):
        raise signature.error(str(path))
    stream.seek(0)
    head = stream.read(4096)
    if is_zip(head):
        if any(mark in head for mark in _AFF4_MARKS):
            raise Unsupported(f"{path}: an AFF4 image; {RAW_FIRST}")
        return "zip"
    return "tar" if is_tar(head[:BLOCK]) else "raw"


def _root(source: Path, kind: Kind, size: int | None = None) -> Entry:
    raw = os.fsencode(source.name or str(source))
    name = raw.decode("utf-8", "surrogateescape")
    return Entry(Locator(), display(name), kind, size, raw_name=raw_of(name))
