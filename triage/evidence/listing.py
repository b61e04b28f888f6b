"""The entries of one folder of a file system, live and deleted.

Which bytes belong to a deleted name? The name points to a metadata entry (inode, MFT record). While that entry is itself
unallocated, the engine's answer stands, and the entry is marked deleted. Once the entry is allocated again it describes
another file: `fls` marks the name `(realloc)`. On NTFS the sequence number shows reuse even by a file that was
deleted in its turn (`deleted_ntfs`). In both cases the name is listed, without size, times or content: another file's
bytes are never attributed to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.evidence.clocks import Clock, times_of
from triage.evidence.companions import with_companions
from triage.evidence.deleted_ntfs import stream_word
from triage.evidence.engine import translated, tsk
from triage.evidence.names import display, exact
from triage.model import Entry, Kind, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.evidence.deleted_ntfs import RecordFinder

__all__ = [
    "ENCRYPTED_BY_NTFS",
    "OTHERS",
    "PACKED_BY_HFS",
    "PACKED_BY_WINDOWS",
    "RESOURCE_FORK",
    "FolderListing",
    "Means",
    "subfolders_of",
]

OTHERS = "reused"  # the metadata entry is gone or another file's
ENCRYPTED_BY_NTFS = "efs"
PACKED_BY_WINDOWS = "wof"
PACKED_BY_HFS = "decmpfs"
RESOURCE_FORK = f"{int(tsk.TSK_FS_ATTR_TYPE_HFS_RSRC)}-1"

_UNALLOCATED = int(tsk.TSK_FS_NAME_FLAG_UNALLOC)
_ALLOCATED_META = int(tsk.TSK_FS_META_FLAG_ALLOC)
_HFS_FORK = int(tsk.TSK_FS_ATTR_TYPE_HFS_RSRC)
_HFS_EXTENDED = int(tsk.TSK_FS_ATTR_TYPE_HFS_EXT_ATTR)
_PACKED_META = int(tsk.TSK_FS_META_FLAG_COMP)
_DATA = int(tsk.TSK_FS_ATTR_TYPE_NTFS_DATA)
_INDEX = int(tsk.TSK_FS_ATTR_TYPE_NTFS_IDXROOT)
_STREAMS = {_DATA, _INDEX}
_ENCRYPTED = int(tsk.TSK_FS_ATTR_ENC)
_BAD_CLUSTERS = 8  # the number of the metafile $BadClus in every NTFS volume
_META_KINDS = {1: Kind.FILE, 2: Kind.FOLDER, 11: Kind.FOLDER}  # TSK_FS_META_TYPE_REG, _DIR, _VIRT_DIR
_NAME_KINDS = {5: Kind.FILE, 3: Kind.FOLDER, 11: Kind.FOLDER}  # TSK_FS_NAME_TYPE_REG, _DIR, _VIRT_DIR
_THEMSELVES = (b".", b"..")
_FORK = b"com.apple.ResourceFork"  # as macOS names it among the extended attributes
_TELLING = (b"com.apple.quarantine", b"com.apple.metadata:")  # where from, tags, comments


@dataclass(frozen=True, slots=True)
class Means:
    """What is the same for all folders of a file system. `shown` is the display path of the file system itself.

    `deleted` finds the records of deleted names (NTFS alone), `packed` tells the size of a file that HFS+ keeps compressed.
    """

    within: Locator
    shown: str
    volume: str | None
    clock: Clock
    block_size: int
    offset: int
    ntfs: bool = False
    deleted: RecordFinder | None = None
    packed: Callable[[int], int | None] | None = None


class FolderListing:
    """Turns what the engine says about a folder into entries. One object per folder; nothing is looked up twice."""

    def __init__(self, means: Means, folder: Step, *, limit: int | None = None) -> None:
        self._means = means
        self._steps = means.within.steps
        self._folder = folder.path if folder.path.endswith("/") else folder.path + "/"
        self._shown = means.shown + display(self._folder)
        self._volume, self._clock, self._ntfs = means.volume, means.clock, means.ntfs
        self._limit = limit

    def entries(self, directory: tsk.Directory) -> tuple[list[Entry], Problem | None]:
        """All entries, and a Problem where a limit or damage cut the listing short."""
        found: list[Entry] = []
        problem: Problem | None = None
        try:
            for file in directory:
                self._add(file, found)
                if self._limit is not None and len(found) >= self._limit:
                    problem = Problem(kind="limit", stage="list", message=f"more than {self._limit} entries; rest left")
                    break
        except OSError as error:
            failure = translated(error, "the folder could be listed only in part")
            problem = Problem(kind=failure.kind, stage="list", message=str(failure))
        return with_companions(found), problem

    def _add(self, file: tsk.File, found: list[Entry]) -> None:
        info = file.info
        label = info.name
        raw: bytes = label.name
        if raw in _THEMSELVES:
            return
        meta = info.meta
        deleted = bool(label.flags & _UNALLOCATED)
        if meta is None and self._means.deleted:
            self._add_freed(raw, label, found, self._means.deleted, deleted=deleted)
        elif meta is None or (deleted and meta.flags & _ALLOCATED_META):
            found.append(self._nameless(raw, label, deleted=deleted))
        elif self._ntfs:
            self._add_ntfs(file, raw, meta, found, deleted=deleted)
        else:
            kind = _META_KINDS.get(meta.type, Kind.OTHER) if meta.type else _NAME_KINDS.get(label.type, Kind.OTHER)
            found.append(self._plain(file, raw, meta, kind, deleted=deleted))
            if self._means.packed:
                found += self._hfs_streams(file, raw, meta, deleted=deleted)

    def _add_freed(
        self, raw: bytes, label: tsk.TSK_FS_NAME, found: list[Entry], finder: RecordFinder, *, deleted: bool
    ) -> None:
        """A name without metadata. Its record may be free although the name is not: a disk pulled while it was written."""
        file = finder.record_of(label)
        if file is None:
            found.append(self._nameless(raw, label, deleted=deleted))
        else:
            meta = file.info.meta
            self._add_ntfs(file, raw, meta, found, deleted=True, sequence=int(meta.seq))

    def _plain(self, file: tsk.File, raw: bytes, meta: tsk.TSK_FS_META, kind: Kind, *, deleted: bool) -> Entry:
        if kind is not Kind.FILE:
            return self._entry(raw, meta, kind, deleted=deleted)
        if (packed := self._means.packed) and meta.flags & _PACKED_META:
            return self._entry(raw, meta, kind, deleted=deleted, size=packed(meta.addr), stream=PACKED_BY_HFS)
        return self._entry(raw, meta, kind, deleted=deleted, size=meta.size, position=self._first_run(file))

    def _hfs_streams(self, file: tsk.File, raw: bytes, meta: tsk.TSK_FS_META, *, deleted: bool) -> Iterator[Entry]:
        """The resource fork, unless it is the packed content, and the extended attributes that people leave traces in."""
        for attribute in file:
            info = attribute.info
            name = _FORK if info.type == _HFS_FORK and not meta.flags & _PACKED_META and info.size else None
            if info.type == _HFS_EXTENDED and info.name and info.name.startswith(_TELLING):
                name = info.name
            if name:
                yield self._stream(raw, meta, attribute, deleted=deleted, name=name)

    def _nameless(self, raw: bytes, label: tsk.TSK_FS_NAME, *, deleted: bool) -> Entry:
        name, shown, bytes_ = _name(raw)
        step = Step("fs", self._folder + name, label.meta_addr, OTHERS)
        return Entry(
            Locator((*self._steps, step)),
            shown,
            _NAME_KINDS.get(label.type, Kind.OTHER),
            deleted=deleted,
            raw_name=bytes_,
            path=self._shown + shown,
            volume=self._volume,
        )

    def _add_ntfs(
        self,
        file: tsk.File,
        raw: bytes,
        meta: tsk.TSK_FS_META,
        found: list[Entry],
        *,
        deleted: bool,
        sequence: int | None = None,
    ) -> None:
        kind = _META_KINDS.get(meta.type, Kind.OTHER)
        own, streams, mark = None, [], None
        for attribute in file:
            info = attribute.info
            type_ = info.type
            if type_ not in _STREAMS:
                continue
            name = info.name
            if type_ == _DATA and not name:
                own = attribute
                mark = ENCRYPTED_BY_NTFS if info.flags & _ENCRYPTED else mark
            elif type_ == _DATA or name != b"$I30":
                streams.append(attribute)
                mark = PACKED_BY_WINDOWS if name == b"WofCompressedData" else mark
        if kind is not Kind.FILE or own is not None or not streams:
            position = None if own is None else self._run_of(own)
            size = None if kind is not Kind.FILE else meta.size if own is None else own.info.size
            word = mark or stream_word(None, sequence)
            found.append(self._entry(raw, meta, kind, deleted=deleted, size=size, position=position, stream=word))
        found += [self._stream(raw, meta, each, deleted=deleted, sequence=sequence) for each in streams]

    def _stream(
        self,
        raw: bytes,
        meta: tsk.TSK_FS_META,
        attribute: tsk.Attribute,
        *,
        deleted: bool,
        sequence: int | None = None,
        name: bytes | None = None,
    ) -> Entry:
        """A stream other than the content. `$BadClus:$Bad` is as large as the volume; without a bad cluster it is empty."""
        info = attribute.info
        empty = self._ntfs and meta.addr == _BAD_CLUSTERS and info.name == b"$Bad" and not any(True for _ in attribute)
        return self._entry(
            raw + b":" + (name or info.name or b""),
            meta,
            Kind.OTHER if empty else Kind.FILE,
            deleted=deleted,
            size=info.size,
            position=self._run_of(attribute),
            stream=stream_word(f"{info.type}-{info.id}", sequence),
        )

    def _entry(
        self,
        raw: bytes,
        meta: tsk.TSK_FS_META,
        kind: Kind,
        *,
        deleted: bool,
        size: int | None = None,
        position: int | None = None,
        stream: str | None = None,
    ) -> Entry:
        name, shown, bytes_ = _name(raw)
        step = Step("fs", self._folder + name, meta.addr, stream)
        return Entry(
            Locator((*self._steps, step)),
            shown,
            kind,
            size,
            deleted,
            times_of(meta, self._clock),
            bytes_,
            position,
            (),
            self._shown + shown,
            self._volume,
        )

    def _first_run(self, file: tsk.File) -> int | None:
        for attribute in file:
            return self._run_of(attribute)
        return None

    def _run_of(self, attribute: tsk.Attribute) -> int | None:
        for run in attribute:
            return None if run.flags else self._means.offset + int(run.addr) * self._means.block_size
        return None


def subfolders_of(directory: tsk.Directory, deleted: RecordFinder | None) -> Iterator[tuple[str, int]]:
    """Name and metadata address of each folder in an opened directory."""
    for file in directory:
        info = file.info
        label, meta = info.name, info.meta
        if meta is None and deleted and (freed := deleted.record_of(label)):
            meta = freed.info.meta
        if meta is not None and _META_KINDS.get(meta.type) is Kind.FOLDER and label.name not in _THEMSELVES:
            yield exact(label.name), meta.addr


def _name(raw: bytes) -> tuple[str, str, bytes | None]:
    """Locator form, display form, and the bytes where they are no text."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return exact(raw), raw.decode("utf-8", "backslashreplace"), raw
    return text, text, None
