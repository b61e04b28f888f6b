"""The entries of one folder of a file system, live and deleted.

Which bytes belong to a deleted name? The name points to a metadata entry (inode, MFT record). While that entry is itself
unallocated, the engine's answer stands, and the entry is marked deleted. Once the entry is allocated again it describes
another file: `fls` marks the name `(realloc)`. On NTFS the sequence number shows reuse even by a file that was
deleted in its turn; then the engine hands out no metadata at all. In both cases the name is listed, without size, times
or content: another file's bytes are never attributed to it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from triage.evidence.clocks import clock_of, times_of
from triage.evidence.engine import translated, tsk
from triage.evidence.names import exact, shown_path, volume_of
from triage.model import Entry, Kind, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OTHERS = "reused"  # the metadata entry is gone or another file's
ENCRYPTED_BY_NTFS = "efs"
PACKED_BY_WINDOWS = "wof"
PACKED_BY_HFS = "decmpfs"
COMPANIONS = ("-wal", "-journal", "-shm")

_UNALLOCATED = int(tsk.TSK_FS_NAME_FLAG_UNALLOC)
_ALLOCATED_META = int(tsk.TSK_FS_META_FLAG_ALLOC)
_NTFS = int(tsk.TSK_FS_TYPE_NTFS)
_DATA = int(tsk.TSK_FS_ATTR_TYPE_NTFS_DATA)
_INDEX = int(tsk.TSK_FS_ATTR_TYPE_NTFS_IDXROOT)
_HFS_CONTENT = {int(tsk.TSK_FS_ATTR_TYPE_HFS_DATA), int(tsk.TSK_FS_ATTR_TYPE_DEFAULT)}
_ENCRYPTED = int(tsk.TSK_FS_ATTR_ENC)
_META_KINDS = {1: Kind.FILE, 2: Kind.FOLDER, 11: Kind.FOLDER}  # TSK_FS_META_TYPE_REG, _DIR, _VIRT_DIR
_NAME_KINDS = {5: Kind.FILE, 3: Kind.FOLDER, 11: Kind.FOLDER}  # TSK_FS_NAME_TYPE_REG, _DIR, _VIRT_DIR


class FolderListing:
    """Turns what the engine says about a folder into entries. One object per folder; nothing is looked up twice."""

    def __init__(
        self,
        within: Locator,
        folder: Step,
        *,
        file_system: int,
        block_size: int,
        offset: int,
        limit: int | None = None,
        packed: Callable[[], frozenset[int]] | None = None,
    ) -> None:
        self._steps = within.steps
        self._folder = folder.path if folder.path.endswith("/") else folder.path + "/"
        self._shown = (shown_path(within.child(folder)) or "") + "/"
        self._volume = volume_of(within)
        self._clock = clock_of(file_system)
        self._ntfs = file_system == _NTFS
        self._block_size, self._offset, self._limit = block_size, offset, limit
        self._packed = packed

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
        if raw in {b".", b".."}:
            return
        meta = info.meta
        deleted = bool(label.flags & _UNALLOCATED)
        if meta is None or (deleted and meta.flags & _ALLOCATED_META):
            found.append(self._nameless(raw, label, deleted=deleted))
        elif self._ntfs:
            self._add_ntfs(file, raw, meta, found, deleted=deleted)
        else:
            kind = _META_KINDS.get(meta.type, Kind.OTHER) if meta.type else _NAME_KINDS.get(label.type, Kind.OTHER)
            found.append(self._plain(file, raw, meta, kind, deleted=deleted))

    def _plain(self, file: tsk.File, raw: bytes, meta: tsk.TSK_FS_META, kind: Kind, *, deleted: bool) -> Entry:
        if kind is not Kind.FILE:
            return self._entry(raw, meta, kind, deleted=deleted)
        if self._packed and self._is_packed(file, meta.addr, self._packed):
            return self._entry(raw, meta, kind, deleted=deleted, size=meta.size or None, stream=PACKED_BY_HFS)
        return self._entry(raw, meta, kind, deleted=deleted, size=meta.size, position=self._first_run(file))

    @staticmethod
    def _is_packed(file: tsk.File, address: int, packed: Callable[[], frozenset[int]]) -> bool:
        """The engine shows no content at all, and the file has the attribute of a compressed one."""
        return not any(attribute.info.type in _HFS_CONTENT for attribute in file) and address in packed()

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
        self, file: tsk.File, raw: bytes, meta: tsk.TSK_FS_META, found: list[Entry], *, deleted: bool
    ) -> None:
        kind = _META_KINDS.get(meta.type, Kind.OTHER)
        own, streams, mark = None, [], None
        for attribute in file:
            info = attribute.info
            if info.type == _DATA and not info.name:
                own = attribute
                mark = ENCRYPTED_BY_NTFS if info.flags & _ENCRYPTED else mark
            elif info.type == _DATA or (info.type == _INDEX and info.name != b"$I30"):
                streams.append((info, attribute))
                mark = PACKED_BY_WINDOWS if info.name == b"WofCompressedData" else mark
        if kind is not Kind.FILE or own is not None or not streams:
            position = None if own is None else self._run_of(own)
            size = meta.size if own is None else own.info.size
            found.append(self._entry(raw, meta, kind, deleted=deleted, size=size, position=position, stream=mark))
        for info, attribute in streams:
            name = raw + b":" + (info.name or b"")
            found.append(
                self._entry(
                    name,
                    meta,
                    Kind.FILE,
                    deleted=deleted,
                    size=info.size,
                    position=self._run_of(attribute),
                    stream=f"{info.type}-{info.id}",
                )
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
            size if kind is Kind.FILE else None,
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
            return None if run.flags else self._offset + int(run.addr) * self._block_size
        return None


def subfolders_of(directory: tsk.Directory) -> Iterator[tuple[str, int]]:
    """Name and metadata address of each folder in an opened directory."""
    for file in directory:
        info = file.info
        meta = info.meta
        if meta is not None and _META_KINDS.get(meta.type) is Kind.FOLDER and info.name.name not in {b".", b".."}:
            yield exact(info.name.name), meta.addr


def with_companions(entries: list[Entry]) -> list[Entry]:
    """The entries of one folder, each database with the locators of its `-wal`, `-journal` and `-shm` files."""
    belonging: dict[str, list[Locator]] = {}
    for entry in entries:
        if entry.name.endswith(COMPANIONS) and entry.kind is Kind.FILE and not entry.deleted:
            belonging.setdefault(entry.name.rpartition("-")[0], []).append(entry.locator)
    if not belonging:
        return entries
    return [
        replace(entry, companions=tuple(belonging[entry.name])) if _has_companions(entry, belonging) else entry
        for entry in entries
    ]


def _has_companions(entry: Entry, belonging: dict[str, list[Locator]]) -> bool:
    return entry.name in belonging and entry.kind is Kind.FILE and not entry.deleted


def _name(raw: bytes) -> tuple[str, str, bytes | None]:
    """Locator form, display form, and the bytes where they are no text."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return exact(raw), raw.decode("utf-8", "backslashreplace"), raw
    return text, text, None
