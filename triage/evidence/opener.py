"""The way in: what a source is, and the evidence it becomes."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, Malformed, Unreadable, Unsupported, UserError
from triage.evidence.archives import ARCHIVES, archive_of
from triage.evidence.bridge import EngineImage
from triage.evidence.containers import OPENERS, container_of
from triage.evidence.device import is_device, open_device
from triage.evidence.ewf import open_ewf
from triage.evidence.folder import Folder
from triage.evidence.image import Image
from triage.evidence.ios_backup import IosBackup, is_ios_backup
from triage.evidence.layered import LayeredEvidence, Origin
from triage.evidence.libewf import Handle, open_by_libewf, segments
from triage.evidence.logical_ewf import LogicalEwf
from triage.evidence.names import display, raw_of
from triage.evidence.opening import Opening
from triage.evidence.packed_source import copy_of
from triage.evidence.pieces import SECTOR
from triage.evidence.sealed import Sealed
from triage.evidence.signatures import E01, F2FS, HOLDERS, LOGICAL, SOURCES, VOLUMES, first_fit
from triage.evidence.streams import FileStream
from triage.evidence.untouched import opened_folder
from triage.evidence.volumes import has_file_system, volumes_of
from triage.model import Entry, Kind, Locator

if TYPE_CHECKING:
    from triage.evidence.archives import Archive
    from triage.evidence.base import Evidence
    from triage.evidence.layered import Source
    from triage.evidence.limits import Limits
    from triage.evidence.medium import Medium
    from triage.evidence.streams import ReadOnly

LOGICAL_FORMS = tuple(each.word for each in LOGICAL)
FORMATS = ("folder", "ios", "raw", "device", "e01", *LOGICAL_FORMS, *OPENERS, *ARCHIVES)


def recognise(path: Path) -> str:
    """The format of a source, from its content: one of FORMATS.

    Raises UserError (missing, empty, unreadable), Unsupported or Encrypted; each in one line that says what to do.
    """
    mode = _mode(path)
    if stat.S_ISDIR(mode):
        return _folder(path)
    if _is_device(path):
        return "device"
    if not stat.S_ISREG(mode):
        raise UserError(f"{path}: neither a file, a folder nor a disk; name the image, folder or device itself")
    stream = _opened(path)
    try:
        return _format(path, stream, str(path))
    except Unreadable as error:
        raise UserError(f"{path}: {error}; check the medium, then make a new copy of it") from error
    finally:
        stream.close()


def open_evidence(
    source: Path,
    *,
    limits: Limits,
    scratch: Path,
    password: str | None = None,
    carve: bool = False,
    shared: Path | None = None,
    allow_writable: bool = False,
) -> Evidence:
    """Open a source read-only; without a password, a source that is protected as a whole is one closed entry.

    Raises what `recognise` raises, and LimitReached for a packed source that is too large.

    `scratch` takes unpacked members, `shared` the copy of a source that is packed as a whole; nothing else is written.
    With `carve`, free space and gaps between volumes are folders of the files found in them by their structure.
    `allow_writable` opens a disk itself although the system may write to it.
    `password` opens what is protected by one, wherever in the source it lies; it is in no message and on no disk.
    """
    opening = Opening(limits, scratch, password, carve, shared, allow_writable)
    path, origin = _reached(source, opening)
    layer: Source
    try:
        layer, size = _layer(path, origin.form, opening)
    except Encrypted as error:
        if password is not None:
            raise
        layer, size = Sealed(error), path.stat().st_size
    medium = layer.container if isinstance(layer, Image) else None
    if medium is not None and not origin.packings:
        origin = replace(origin, files=medium.files() or (source,))
    if isinstance(layer, LogicalEwf) and not origin.packings:
        origin = replace(origin, files=layer.files())
    root = _root(source, Kind.FOLDER if size is None else Kind.OTHER, size)
    return LayeredEvidence(layer, root, opening, origin)


def source_files(source: Path) -> tuple[Path, ...]:
    """The files that a source is made of, in order: the segments of an image, a disk with its parents, or the file itself.

    Raises what `recognise` raises.
    """
    form = recognise(source)
    if form in LOGICAL_FORMS:
        return tuple(segments(source))
    medium = _medium(form, source)
    if medium is None:
        return (source,)
    try:
        return medium.files() or (source,)
    finally:
        medium.close()


def _reached(source: Path, opening: Opening) -> tuple[Path, Origin]:
    """Where the evidence itself lies: the source, or the unpacked copy of what it holds."""
    path, origin = source, Origin(recognise(source), (source,))
    for _ in range(opening.limits.container_depth):
        inner = _inside(path, origin, opening)
        if inner is None:
            break
        path, origin = inner
    return path, origin


def _inside(path: Path, origin: Origin, opening: Opening) -> tuple[Path, Origin] | None:
    """What is packed in a source, where that is an image, or an archive in something that packs one content alone."""
    copied = copy_of(path, origin.form, opening, _is_image)
    if copied is None:
        return None
    stream = _opened(copied.path)
    try:
        form = _inner_format(copied.path, stream, origin)
    finally:
        stream.close()
    if form is None:
        return None
    problems = (*origin.problems, copied.problem) if copied.problem else origin.problems
    return copied.path, replace(origin, form=form, packings=(*origin.packings, origin.form), problems=problems)


def _inner_format(path: Path, stream: FileStream, origin: Origin) -> str | None:
    """The format of the unpacked content; None: neither an image nor an archive. Raises EvidenceError.

    Whole sectors are a disk, whatever is on it: one that was wiped or is encrypted has no mark.
    """
    if stream.size == 0:
        return None
    form = _format(path, stream, str(origin.files[0]))
    return form if form != "raw" or stream.size % SECTOR == 0 or _is_image(stream) else None


def _is_image(stream: ReadOnly) -> bool:
    """Whether a content is the image of a disk beyond doubt: a container, a file system, a table of partitions."""
    if not stream.size:
        return False
    if E01.fits(stream, stream.size) or container_of(Path("content"), stream):
        return True
    if first_fit((*HOLDERS, *VOLUMES, *F2FS), stream, stream.size):
        return True
    image = EngineImage(stream)
    return has_file_system(image, 0) or len(volumes_of(image, stream.size)) > 1


def _layer(path: Path, form: str, opening: Opening) -> tuple[Source, int | None]:
    """The outermost layer, and its size in bytes; None where it is a folder."""
    if form == "folder":
        return Folder(path, opening.limits), None
    if form == "ios":
        return IosBackup(path, opening.limits, opening.scratch, opening.password), None
    if form in ARCHIVES:
        stream = _opened(path)
        return _archive(form, stream, opening), stream.size
    if form in LOGICAL_FORMS:
        return LogicalEwf(form, Handle(path), opening.limits), path.stat().st_size
    medium = open_device(path, allow_writable=opening.allow_writable) if form == "device" else _medium(form, path)
    image = Image.of_file(path, opening.limits) if medium is None else Image.of_medium(medium, opening.limits)
    return image, image.size


def _medium(form: str, source: Path) -> Medium | None:
    if form == "e01":
        return _ewf(source)
    return OPENERS[form](source) if form in OPENERS else None


def _ewf(source: Path) -> Medium:
    """By our own reader; an odd variant that it does not know by libewf, where that does."""
    try:
        return open_ewf(source)
    except (Malformed, Unsupported):
        with suppress(EvidenceError):
            return open_by_libewf(source)
        raise


def _archive(form: str, stream: FileStream, opening: Opening) -> Archive:
    try:
        return ARCHIVES[form](stream, opening.limits, opening.scratch, opening.password)
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


def _is_device(path: Path) -> bool:
    try:
        return is_device(path)
    except OSError as error:
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


def _format(path: Path, stream: FileStream, where: str) -> str:
    if stream.size == 0:
        raise UserError(f"{path}: the file is empty; copy or image the evidence again")
    if E01.fits(stream, stream.size):
        return "e01"
    if logical := first_fit(LOGICAL, stream, stream.size):
        return logical.word
    # before what looks at the first bytes alone: a DMG may begin like the packing of its first piece
    if container := container_of(path, stream):
        return container
    if signature := first_fit(SOURCES, stream, stream.size):
        raise signature.error(where)
    return archive_of(stream) or "raw"


def _root(source: Path, kind: Kind, size: int | None = None) -> Entry:
    raw = os.fsencode(source.name or str(source))
    name = raw.decode("utf-8", "surrogateescape")
    return Entry(Locator(), display(name), kind, size, raw_name=raw_of(name))
