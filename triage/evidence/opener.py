"""The way in: what a source is, and the evidence it becomes."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from triage.errors import Unreadable, UserError
from triage.evidence.archives import ARCHIVES, archive_of
from triage.evidence.containers import OPENERS, container_of
from triage.evidence.ewf import open_ewf
from triage.evidence.folder import Folder
from triage.evidence.image import Image
from triage.evidence.ios_backup import IosBackup, is_ios_backup
from triage.evidence.layered import LayeredEvidence
from triage.evidence.names import display, raw_of
from triage.evidence.opening import Opening
from triage.evidence.signatures import E01, SOURCES, first_fit
from triage.evidence.streams import FileStream
from triage.evidence.untouched import opened_folder
from triage.model import Entry, Kind, Locator

if TYPE_CHECKING:
    from pathlib import Path

    from triage.evidence.archives import Archive
    from triage.evidence.base import Evidence
    from triage.evidence.layered import Source
    from triage.evidence.limits import Limits
    from triage.evidence.medium import Medium

FORMATS = ("folder", "ios", "raw", "e01", *OPENERS, "zip", "tar", "ab", "ufdr")


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


def open_evidence(
    source: Path, *, limits: Limits, scratch: Path, password: str | None = None, carve: bool = False
) -> Evidence:
    """Open a source read-only. `scratch` takes unpacked members and nothing else. Raises what `recognise` raises.

    With `carve`, free space and gaps between volumes are folders of the files found in them by their structure.

    `password` opens what is protected by one, wherever in the source it lies; it is in no message and on no disk.
    """
    form = recognise(source)
    layer: Source
    files: tuple[Path, ...] = (source,)
    if form == "folder":
        layer, root = Folder(source, limits), _root(source, Kind.FOLDER)
    elif form == "ios":
        layer, root = IosBackup(source, limits, scratch, password), _root(source, Kind.FOLDER)
    elif form in ARCHIVES:
        stream = _opened(source)
        layer = _archive(form, stream, limits, scratch, password)
        root = _root(source, Kind.OTHER, stream.size)
    else:
        medium = _medium(form, source)
        layer = Image.of_file(source, limits) if medium is None else Image.of_medium(medium, limits)
        files = files if medium is None else medium.files() or files
        root = _root(source, Kind.OTHER, layer.size)
    return LayeredEvidence(layer, root, Opening(limits, scratch, password, carve), form=form, files=files)


def source_files(source: Path) -> tuple[Path, ...]:
    """The files that a source is made of, in order: the segments of an image, a disk with its parents, or the file itself.

    Raises what `recognise` raises.
    """
    medium = _medium(recognise(source), source)
    if medium is None:
        return (source,)
    try:
        return medium.files() or (source,)
    finally:
        medium.close()


def _medium(form: str, source: Path) -> Medium | None:
    if form == "e01":
        return open_ewf(source)
    return OPENERS[form](source) if form in OPENERS else None


def _archive(form: str, stream: FileStream, limits: Limits, scratch: Path, password: str | None) -> Archive:
    try:
        return ARCHIVES[form](stream, limits, scratch, password)
    except BaseException:
        stream.close()
        raise


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except FileNotFoundError as error:
        raise UserError(f"{path}: there is no such file or folder; check the path") from error
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be reached ({error}); check the path and your rights to it") from error


def _folder(path: Path) -> str:
    try:
        with opened_folder(path, follow=True) as found:
            if next(found, None) is None:
                raise UserError(f"{path}: the folder is empty; name the folder that holds the evidence")
    except OSError as error:
        raise UserError(f"{path}: the folder cannot be read ({error.strerror}); check your rights to it") from error
    return "ios" if is_ios_backup(path) else "folder"


def _opened(path: Path) -> FileStream:
    try:
        return FileStream(path)
    except Unreadable as error:
        raise UserError(f"{path}: {error}; check your rights to it") from error


def _format(path: Path, stream: FileStream) -> str:
    if stream.size == 0:
        raise UserError(f"{path}: the file is empty; copy or image the evidence again")
    if E01.fits(stream, stream.size):
        return "e01"
    # before what looks at the first bytes alone: a DMG may begin like the packing of its first piece
    if container := container_of(path, stream):
        return container
    if signature := first_fit(SOURCES, stream, stream.size):
        raise signature.error(str(path))
    return archive_of(stream) or "raw"


def _root(source: Path, kind: Kind, size: int | None = None) -> Entry:
    raw = os.fsencode(source.name or str(source))
    name = raw.decode("utf-8", "surrogateescape")
    return Entry(Locator(), display(name), kind, size, raw_name=raw_of(name))
