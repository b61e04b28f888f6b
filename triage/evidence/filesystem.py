"""One file system in a volume, read by The Sleuth Kit.

A step names the path, the metadata address (`number`) and, where the default content is not meant, a `stream`:
`128-5` is the NTFS attribute of that type and id; `seq2` is the content of a deleted NTFS file (`deleted_ntfs`); the words
at the top of `listing` say why a name has no content of its own.
Opening goes by address and never by path, so a name can hold anything.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, LimitReached, Malformed, Truncated, Unreadable, Unsupported
from triage.evidence.bridge import EngineBytes, Piece, exactly
from triage.evidence.clocks import NOTHING, clock_of, moments_of, times_of
from triage.evidence.deleted_ntfs import RecordFinder, checked_stream
from triage.evidence.engine import translated, tsk
from triage.evidence.ext_inodes import LARGEST_FOLDER, ExtInodes, names_in, stated_size
from triage.evidence.hfs import ATTRIBUTES_FILE, Attributes
from triage.evidence.hfs_packed import ATTRIBUTE, Packing, packing_of, unpacked_stream
from triage.evidence.limits import check_size
from triage.evidence.listing import (
    ENCRYPTED_BY_NTFS,
    OTHERS,
    PACKED_BY_HFS,
    PACKED_BY_WINDOWS,
    RESOURCE_FORK,
    FolderListing,
    Means,
    entry_of_row,
    subfolders_of,
)
from triage.evidence.loops import is_own_ancestor
from triage.evidence.names import shown_path, volume_of
from triage.evidence.ntfs_valid import ValidSizes, valid_sizes_of
from triage.evidence.streams import ReadOnly
from triage.model import Entry, Kind, Listed, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits

NAMES = {
    tsk.TSK_FS_TYPE_NTFS: "NTFS",
    tsk.TSK_FS_TYPE_FAT12: "FAT12",
    tsk.TSK_FS_TYPE_FAT16: "FAT16",
    tsk.TSK_FS_TYPE_FAT32: "FAT32",
    tsk.TSK_FS_TYPE_EXFAT: "exFAT",
    tsk.TSK_FS_TYPE_EXT2: "ext2",
    tsk.TSK_FS_TYPE_EXT3: "ext3",
    tsk.TSK_FS_TYPE_EXT4: "ext4",
    tsk.TSK_FS_TYPE_HFS: "HFS+",
    tsk.TSK_FS_TYPE_APFS: "APFS",
    tsk.TSK_FS_TYPE_ISO9660: "ISO 9660",
    tsk.TSK_FS_TYPE_YAFFS2: "YAFFS2",
    tsk.TSK_FS_TYPE_FFS1: "UFS1",
    tsk.TSK_FS_TYPE_FFS1B: "UFS1",
    tsk.TSK_FS_TYPE_FFS2: "UFS2",
}
_EXT = {tsk.TSK_FS_TYPE_EXT2, tsk.TSK_FS_TYPE_EXT3, tsk.TSK_FS_TYPE_EXT4}
_NAMES_ARE_RECORDS = {tsk.TSK_FS_TYPE_FAT12, tsk.TSK_FS_TYPE_FAT16, tsk.TSK_FS_TYPE_FAT32, tsk.TSK_FS_TYPE_EXFAT}
_NO_CONTENT = {
    OTHERS: Unreadable(
        "the metadata entry of this name is gone or was given to another file; what the content was cannot be told"
    ),
    ENCRYPTED_BY_NTFS: Encrypted("the file is encrypted by NTFS (EFS)"),
    PACKED_BY_WINDOWS: Unsupported(
        "the file is compressed by Windows (WOF); its packed bytes are in its stream WofCompressedData"
    ),
}


class FileSystem:
    """A layer over one `FS_Info`, which it keeps alive together with the medium below it."""

    def __init__(self, medium: tsk.Img_Info, offset: int, limits: Limits, *, content: ReadOnly | None = None) -> None:
        """`content` has the bytes of the medium by a shorter way than the engine's, where there is one."""
        try:
            self._engine = tsk.FS_Info(medium, offset=offset)
        except OSError as error:
            raise translated(error, "the file system cannot be opened") from error
        self._medium, self._offset = medium, offset
        self._content = content or EngineBytes(medium, medium.get_size())
        self._attributes: Attributes | None = None
        self._means: Means | None = None
        self._limits = limits
        self._room = max(0, medium.get_size() - offset)
        self.type: int = self._engine.info.ftype
        self.name = NAMES.get(self.type, f"file system type {self.type}")
        self.root_address: int = self._engine.info.root_inum
        self._orphans: int = self._engine.info.last_inum
        self._finder = RecordFinder(self._record, self._orphans) if self.type == tsk.TSK_FS_TYPE_NTFS else None
        self._valid: ValidSizes | None = None
        self._inodes = _block_lists(medium, offset) if self.type in _EXT else None

    @property
    def engine(self) -> tsk.FS_Info:
        """The engine's own view, for its maps of free space."""
        return self._engine

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """The root folder, or what a folder holds, in the order of the file system."""
        if folder is None:
            yield self._root(within)
            return
        clock = clock_of(self.type)
        for found in self.listed(within, folder):
            yield found if isinstance(found, Problem) else entry_of_row(found, clock)

    def listed(self, within: Locator, folder: Step) -> Iterator[Listed | Problem]:
        """What a folder holds, as plain rows."""
        if folder.number is None or folder.stream == OTHERS:
            raise _fresh(_NO_CONTENT[OTHERS])
        if folder.path.count("/") > self._limits.folder_depth:
            raise LimitReached(f"more than {self._limits.folder_depth} folders inside folders; not listed further")
        if folder.stream is not None:
            checked_stream(self._opened(folder.number), folder.stream)
        limit = self._limits.orphans if folder.number == self._orphans else None
        listing = FolderListing(self._means_for(within), folder, limit=limit)
        names = self._names_to_avoid(folder.number)
        if names is None:
            found, problem = listing.rows(self._folder(folder.number))
        else:
            found, problem = listing.without_engine(names, self._record)
        if is_own_ancestor(self, folder.path, folder.number, listing.folders):
            raise LimitReached("the folder contains itself; it was listed once, nearer to the root")
        yield from found
        if problem is not None:
            yield problem

    def root_problem(self) -> str | None:
        """Why the root folder cannot be listed at all; None where it can."""
        try:
            self._folder(self.root_address)
        except EvidenceError as error:
            return str(error)
        return None

    def subfolders(self, address: int) -> Iterator[tuple[str, int]]:
        """Name and address of each folder inside a folder; nothing where it cannot be read."""
        try:
            if self._names_to_avoid(address) is None:
                yield from subfolders_of(self._engine.open_dir(inode=address), self._finder)
        except (OSError, EvidenceError):
            return

    def open(self, step: Step) -> Stream:
        """The content of one name. Raises EvidenceError where it has none that is its own."""
        if step.number is None:
            raise _fresh(_NO_CONTENT[OTHERS])
        if step.stream in _NO_CONTENT:
            raise _fresh(_NO_CONTENT[step.stream])
        if self._inodes is not None:
            check_size(stated_size(self._inodes, step.number), self._room, self._limits)
        file = self._opened(step.number)
        if step.stream == PACKED_BY_HFS:
            return self._unpacked(file, step.number)
        content = _content(file, checked_stream(file, step.stream))
        if isinstance(content, Content):
            check_size(content.size, self._room, self._limits)
        return content

    def piece(self, position: int, size: int) -> Stream:
        """The content of a file that lies in one piece on the medium: the same bytes, without asking the engine for the file."""
        return Piece(self._content, position, size)

    def at_once(self, position: int, size: int) -> bytes:
        """The same in one read."""
        return exactly(self._content, position, size)

    def close(self) -> None:
        """Nothing to give back: the engine's objects go with their last reference."""

    def _root(self, within: Locator) -> Entry:
        step = Step("fs", "/", self.root_address)
        try:
            meta = self._engine.open_meta(inode=self.root_address).info.meta
            times = times_of(moments_of(meta), clock_of(self.type))
        except OSError:
            times = NOTHING  # listing the folder will say what is wrong with it
        return Entry(within.child(step), "/", Kind.FOLDER, times=times, path="/", volume=volume_of(within))

    def _names_to_avoid(self, address: int) -> list[tuple[bytes, int, int]] | None:
        """Name, inode and stated size (0: as the engine says) of what a folder holds, where one of them would keep the engine busy."""
        inodes, most = self._inodes, self._room + self._limits.sparse_bytes
        if inodes is None or address == self._orphans:
            return None
        if stated_size(inodes, address) > LARGEST_FOLDER:
            raise LimitReached(f"the folder states a size of {stated_size(inodes, address)} bytes; not listed")
        try:
            names = list(names_in(_content(self._opened(address), None).read()))
        except EvidenceError:
            return None  # the engine lists what there is
        sizes = [stated_size(inodes, number) for _, number in names]
        if max(sizes, default=0) <= most:
            return None
        return [(name, number, size if size > most else 0) for (name, number), size in zip(names, sizes, strict=True)]

    def _folder(self, address: int) -> tsk.Directory:
        try:
            return self._engine.open_dir(inode=address)
        except OSError as error:
            raise translated(error, "the folder cannot be listed") from error

    def _record(self, address: int) -> tsk.File:
        return self._engine.open_meta(inode=address)

    def _opened(self, address: int) -> tsk.File:
        try:
            return self._record(address)
        except OSError as error:
            raise translated(error, f"metadata entry {address} cannot be read") from error

    def _means_for(self, within: Locator) -> Means:
        if self._means is None or self._means.within != within:
            self._means = Means(
                within,
                shown_path(within),
                volume_of(within),
                clock_of(self.type),
                self._engine.info.block_size,
                self._offset,
                ntfs=self._finder is not None,
                deleted=self._finder,
                packed=self._packed_size if self.type == tsk.TSK_FS_TYPE_HFS else None,
                written=self._valid_sizes().of if self._finder is not None else None,
                record_at=self._valid_sizes().position if self._finder is not None else None,
                record=self._record if self.type in _NAMES_ARE_RECORDS else None,
            )
        return self._means

    def _packed_size(self, address: int) -> int | None:
        """Bytes of the content of a compressed HFS+ file; None where that cannot be told."""
        try:
            return self._packing(address).size
        except EvidenceError:  # opening the file will say what is wrong
            return None

    def _packing(self, address: int) -> Packing:
        if self._attributes is None:
            self._attributes = Attributes(self.open(Step("fs", "", ATTRIBUTES_FILE)))
        found = self._attributes.value(address, ATTRIBUTE)
        if found is None:
            raise Malformed("the file is marked as compressed and has no attribute that says how (decmpfs)")
        return packing_of(found)

    def _unpacked(self, file: tsk.File, address: int) -> Stream:
        packing = self._packing(address)
        check_size(packing.size, self._room, self._limits)
        return unpacked_stream(packing, lambda: _content(file, RESOURCE_FORK))

    def _valid_sizes(self) -> ValidSizes:
        if self._valid is None:
            self._valid = valid_sizes_of(self._record, self._content, self._offset, self._engine.info.block_size)
        return self._valid


def _block_lists(medium: tsk.Img_Info, offset: int) -> ExtInodes | None:
    """The inodes of an ext file system that keeps lists of blocks; None where it has extents or is damaged there."""

    def read(at: int, size: int) -> bytes:
        try:
            return bytes(medium.read(offset + at, size))
        except OSError as error:
            raise translated(error, "the table of inodes cannot be read") from error

    try:
        inodes = ExtInodes(read)
    except EvidenceError:
        return None
    return inodes if inodes.matters else None


def _fresh(error: Exception) -> Exception:
    """A new error like a prepared one: an exception object collects tracebacks and is not raised twice."""
    return type(error)(*error.args)


def _content(file: tsk.File, stream: str | None) -> Stream:
    meta = file.info.meta
    if meta is None:
        raise Unreadable("the metadata entry is empty")
    if stream is None:
        return Content(file, meta.size) if meta.size else io.BytesIO()
    kind, _, number = stream.partition("-")
    for attribute in file:
        info = attribute.info
        if str(info.type) == kind and str(info.id) == number:
            if info.flags & tsk.TSK_FS_ATTR_ENC:
                raise _fresh(_NO_CONTENT[ENCRYPTED_BY_NTFS])
            return Content(file, info.size, (info.type, info.id))
    raise Unreadable(f"the file has no stream {stream}")


class Content(ReadOnly):
    """The bytes of one file or of one of its streams."""

    def __init__(self, file: tsk.File, size: int, attribute: tuple[int, int] | None = None) -> None:
        super().__init__(size)
        self._file = file
        self._attribute = attribute or ()

    def _at(self, offset: int, size: int) -> bytes:
        try:
            data: bytes = self._file.read_random(offset, size, *self._attribute)
        except OSError as error:
            raise translated(error, f"cannot be read at byte {offset}") from error
        if len(data) < size:
            raise Truncated(f"ends after {offset + len(data)} of {self.size} bytes")
        return data
