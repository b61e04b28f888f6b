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

from triage.evidence.clocks import Clock, Moments, moments_of, times_of
from triage.evidence.companions import with_companions
from triage.evidence.deleted_ntfs import stream_word
from triage.evidence.engine import translated, tsk
from triage.evidence.names import display, forms
from triage.model import Entry, Kind, Listed, Locator, Problem, Step, Zone
from triage.model.locators import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from triage.evidence.deleted_ntfs import RecordFinder

    Place = tuple[int | None, int]  # where a content starts on the disk, in bytes; 1: it lies there in one piece

__all__ = [
    "ENCRYPTED_BY_NTFS",
    "OTHERS",
    "PACKED_BY_HFS",
    "PACKED_BY_WINDOWS",
    "RESOURCE_FORK",
    "FolderListing",
    "Means",
    "entry_of_row",
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
_INSIDE = int(tsk.TSK_FS_ATTR_RES)
_CHANGED = int(tsk.TSK_FS_ATTR_ENC) | int(tsk.TSK_FS_ATTR_COMP) | int(tsk.TSK_FS_ATTR_SPARSE)
_BAD_CLUSTERS = 8  # the number of the metafile $BadClus in every NTFS volume
FILE, FOLDER, OTHER = Kind.FILE.value, Kind.FOLDER.value, Kind.OTHER.value
_META_KINDS = {1: FILE, 2: FOLDER, 11: FOLDER}  # TSK_FS_META_TYPE_REG, _DIR, _VIRT_DIR
_NAME_KINDS = {5: FILE, 3: FOLDER, 11: FOLDER}  # TSK_FS_NAME_TYPE_REG, _DIR, _VIRT_DIR
_THEMSELVES = (b".", b"..")
_FORK = b"com.apple.ResourceFork"  # as macOS names it among the extended attributes
_TELLING = (b"com.apple.quarantine", b"com.apple.metadata:")  # where from, tags, comments
_LARGEST = (1 << 63) - 1
_NO_TIMES = (None, None, None, None)
_NO_PLACE = (None, 0)


@dataclass(frozen=True, slots=True)
class Means:
    """What is the same for all folders of a file system. `shown` is the display path of the file system itself.

    `deleted` finds the records of deleted names, `written` says how much of a content was ever written, `record_at` where a
    record lies (NTFS alone);
    `packed` tells the size of a file that HFS+ keeps compressed; `record` opens a metadata entry where a name is its own (FAT, exFAT).
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
    written: Callable[[int], int | None] | None = None
    record_at: Callable[[int], int | None] | None = None
    record: Callable[[int], tsk.File] | None = None


class FolderListing:
    """Turns what the engine says about a folder into rows. One object per folder; nothing is looked up twice.

    `folders` are the exact names of the folders met so far.
    """

    def __init__(self, means: Means, folder: Step, *, limit: int | None = None) -> None:
        self._means = means
        path = folder.path if folder.path.endswith("/") else folder.path + "/"
        self._locator = f"{means.within.text()}|fs:{quoted(path)}"
        self._shown = means.shown + display(path)
        self._volume, self._ntfs = means.volume, means.ntfs
        self._local = means.clock.zone is not Zone.UTC
        self._limit = limit
        self.folders: set[str] = set()

    def rows(self, directory: tsk.Directory) -> tuple[list[Listed], Problem | None]:
        """All entries, and a Problem where a limit or damage cut the listing short."""
        found: list[Listed] = []
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

    def without_engine(
        self, names: Iterable[tuple[bytes, int, int]], record: Callable[[int], tsk.File]
    ) -> tuple[list[Listed], Problem]:
        """Live names, where the engine would follow a damaged inode for hours: those with a size are not looked at."""
        found = []
        for raw, number, size in names:
            if raw in _THEMSELVES:
                continue
            try:
                file = None if size else record(number)
            except OSError:
                file = None
            meta = None if file is None else file.info.meta
            if file is None or meta is None:
                found.append(self._listed(raw, (number, None), FILE, deleted=False, size=size or None))
            else:
                found.append(self._plain(file, raw, meta, _META_KINDS.get(meta.type, OTHER), deleted=False))
        message = "a file of the folder states an absurd size; the folder is listed without its deleted names"
        return with_companions(found), Problem(kind="limit", stage="list", message=message)

    def _add(self, file: tsk.File, found: list[Listed]) -> None:
        info = file.info
        label = info.name
        raw: bytes = label.name
        if raw in _THEMSELVES:
            return
        meta = info.meta
        deleted = bool(label.flags & _UNALLOCATED)
        if meta is None and deleted and self._means.record:
            file, meta = _own_record(self._means.record, file, label)
        if meta is None and self._means.deleted:
            self._add_freed(raw, label, found, self._means.deleted, deleted=deleted)
        elif meta is None or (deleted and meta.flags & _ALLOCATED_META):
            found.append(self._nameless(raw, label, deleted=deleted))
        elif self._ntfs:
            self._add_ntfs(file, raw, meta, found, deleted=deleted)
        else:
            kind = _META_KINDS.get(meta.type, OTHER) if meta.type else _NAME_KINDS.get(label.type, OTHER)
            found.append(self._plain(file, raw, meta, kind, deleted=deleted))
            if self._means.packed:
                found += self._hfs_streams(file, raw, meta, deleted=deleted)

    def _add_freed(
        self, raw: bytes, label: tsk.TSK_FS_NAME, found: list[Listed], finder: RecordFinder, *, deleted: bool
    ) -> None:
        """A name without metadata. Its record may be free although the name is not: a disk pulled while it was written."""
        file = finder.record_of(label)
        if file is None:
            found.append(self._nameless(raw, label, deleted=deleted))
        else:
            meta = file.info.meta
            self._add_ntfs(file, raw, meta, found, deleted=True, sequence=int(meta.seq))

    def _plain(self, file: tsk.File, raw: bytes, meta: tsk.TSK_FS_META, kind: str, *, deleted: bool) -> Listed:
        if kind != FILE:
            return self._row(raw, meta, kind, deleted=deleted)
        if (packed := self._means.packed) and meta.flags & _PACKED_META:
            return self._row(raw, meta, kind, deleted=deleted, size=packed(meta.addr), stream=PACKED_BY_HFS)
        return self._row(raw, meta, kind, deleted=deleted, size=meta.size, position=self._first_run(file))

    def _hfs_streams(self, file: tsk.File, raw: bytes, meta: tsk.TSK_FS_META, *, deleted: bool) -> Iterator[Listed]:
        """The resource fork, unless it is the packed content, and the extended attributes that people leave traces in."""
        for attribute in file:
            info = attribute.info
            name = _FORK if info.type == _HFS_FORK and not meta.flags & _PACKED_META and info.size else None
            if info.type == _HFS_EXTENDED and info.name and info.name.startswith(_TELLING):
                name = info.name
            if name:
                yield self._stream(raw, meta, attribute, deleted=deleted, name=name)

    def _nameless(self, raw: bytes, label: tsk.TSK_FS_NAME, *, deleted: bool) -> Listed:
        kind = _NAME_KINDS.get(label.type, OTHER)
        return self._listed(raw, (label.meta_addr, OTHERS), kind, deleted=deleted)

    def _add_ntfs(
        self,
        file: tsk.File,
        raw: bytes,
        meta: tsk.TSK_FS_META,
        found: list[Listed],
        *,
        deleted: bool,
        sequence: int | None = None,
    ) -> None:
        kind = _META_KINDS.get(meta.type, OTHER)
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
        if kind != FILE or own is not None or not streams:
            size = None if kind != FILE else meta.size if own is None else own.info.size
            if own is not None and not own.info.flags & _INSIDE:
                place = self._place(own, meta.addr, size, deleted=deleted)
            else:
                place = self._record_at(meta.addr), 0
            content = (meta.addr, mark or stream_word(None, sequence))
            moments = moments_of(meta)
            found.append(self._listed(raw, content, kind, deleted=deleted, size=size, moments=moments, place=place))
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
    ) -> Listed:
        """A stream other than the content. `$BadClus:$Bad` is as large as the volume; without a bad cluster it is empty."""
        info = attribute.info
        empty = self._ntfs and meta.addr == _BAD_CLUSTERS and info.name == b"$Bad" and not any(True for _ in attribute)
        return self._row(
            raw + b":" + (name or info.name or b""),
            meta,
            OTHER if empty else FILE,
            deleted=deleted,
            size=info.size,
            position=self._run_of(attribute),
            stream=stream_word(f"{info.type}-{info.id}", sequence),
        )

    def _row(
        self,
        raw: bytes,
        meta: tsk.TSK_FS_META,
        kind: str,
        *,
        deleted: bool,
        size: int | None = None,
        position: int | None = None,
        stream: str | None = None,
    ) -> Listed:
        moments, place = moments_of(meta), (position, 0)
        return self._listed(raw, (meta.addr, stream), kind, deleted=deleted, size=size, moments=moments, place=place)

    def _listed(
        self,
        raw: bytes,
        content: tuple[int, str | None],
        kind: str,
        *,
        deleted: bool,
        size: int | None = None,
        moments: Moments = _NO_TIMES,
        place: Place = _NO_PLACE,
    ) -> Listed:
        """`content` is where the bytes are for the engine: metadata address and stream."""
        name, shown, bytes_ = forms(raw)
        address, stream = content
        if kind == FOLDER:
            self.folders.add(name)
        local = sum(1 << bit for bit, moment in enumerate(moments) if moment is not None) if self._local else 0
        if size is not None and size > _LARGEST:
            size = None  # damage; reading it says so
        mark = "" if stream is None else f"~{quoted(stream)}"
        return Listed(
            f"{self._locator}{quoted(name)}@{address}{mark}", self._volume, self._shown + shown, shown, bytes_, kind, size,
            int(deleted), *moments, local, *place, None,
        )  # fmt: skip

    def _record_at(self, address: int) -> int | None:
        """Where a record lies that has a small content inside, or is a folder's: the records of what it holds are near it."""
        return None if self._means.record_at is None else self._means.record_at(address)

    def _place(self, own: tsk.Attribute, address: int, size: int | None, *, deleted: bool) -> Place:
        """A live content is in one piece where it is its first run of clusters, neither packed nor sparse, and was written to its end."""
        position, length = self._first_run_of(own)
        written = self._means.written
        if deleted or position is None or written is None or size is None or not length >= size <= _LARGEST:
            return position, 0
        return position, int(not own.info.flags & _CHANGED and written(address) == size)

    def _first_run(self, file: tsk.File) -> int | None:
        for attribute in file:
            return self._run_of(attribute)
        return None

    def _run_of(self, attribute: tsk.Attribute) -> int | None:
        return self._first_run_of(attribute)[0]

    def _first_run_of(self, attribute: tsk.Attribute) -> tuple[int | None, int]:
        """Where the first run of clusters lies on the disk, None where it is none of real clusters; and its length in bytes."""
        for run in attribute:
            size = self._means.block_size
            return (None, 0) if run.flags else (placed(self._means.offset, int(run.addr), size), int(run.len) * size)
        return None, 0


def placed(offset: int, block: int, block_size: int) -> int | None:
    """Where a block lies on the disk, in bytes; None where damage claims a place that no disk has."""
    position = offset + block * block_size
    return position if position <= _LARGEST else None


def subfolders_of(directory: tsk.Directory, deleted: RecordFinder | None) -> Iterator[tuple[str, int]]:
    """Name and metadata address of each folder in an opened directory."""
    for file in directory:
        info = file.info
        label, meta = info.name, info.meta
        if meta is None and deleted and (freed := deleted.record_of(label)):
            meta = freed.info.meta
        if meta is not None and _META_KINDS.get(meta.type) == FOLDER and label.name not in _THEMSELVES:
            yield forms(label.name)[0], meta.addr


def entry_of_row(row: Listed, clock: Clock) -> Entry:
    """The same as an `Entry`."""
    return Entry(
        Locator.parse(row.locator),
        row.name,
        Kind(row.kind),
        row.size,
        bool(row.deleted),
        times_of((row.modified, row.accessed, row.changed, row.born), clock),
        row.raw_name,
        row.position,
        tuple(map(Locator.parse, row.companions.split("\n"))) if row.companions else (),
        row.path,
        row.volume,
        one_piece=bool(row.one_piece),
    )


def _own_record(
    record: Callable[[int], tsk.File], file: tsk.File, label: tsk.TSK_FS_NAME
) -> tuple[tsk.File, tsk.TSK_FS_META | None]:
    """What a deleted name says of its file, where name and metadata are one: the engine leaves it out among the orphans of exFAT."""
    try:
        found = record(label.meta_addr)
    except OSError:
        return file, None
    return found, found.info.meta
