"""One F2FS file system: the user data of most Android phones.

A step names the path and the inode number, like the steps of `filesystem`. Its `stream` is set for deleted names only: the
block where a former inode was found (`listing` of this format), or the word that nothing can be attributed to the name.
Read: the state of the last checkpoint; inline, indirect, sparse and compressed (LZ4, Zstandard) content; deleted names, and
deleted files while their inode and blocks are not used again; files deleted while open, without a name, in `/$OrphanFiles`.
Not read: what was synchronised after the last checkpoint (reported), extended attributes, LZO, encrypted content (the names of
encrypted files are shown as the kernel shows them without a key), file systems over several devices.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, LimitReached, Malformed, Unreadable, Unsupported
from triage.evidence.f2fs_checkpoint import orphans, read_state, synchronised
from triage.evidence.f2fs_content import BlockMap, check_former, content
from triage.evidence.f2fs_folder import FolderNames, Reader
from triage.evidence.f2fs_listing import FORMER, SCHEME, Listing
from triage.evidence.f2fs_names import FILE_TYPES, label_of
from triage.evidence.f2fs_nodes import Nodes
from triage.evidence.f2fs_structures import BLOCK, Blocks, read_superblock
from triage.evidence.limits import check_size
from triage.evidence.listing import OTHERS
from triage.evidence.loops import is_own_ancestor
from triage.evidence.names import volume_of
from triage.model import Entry, Kind, Locator, Problem, Step, Times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.f2fs_inode import Inode
    from triage.evidence.limits import Limits

ORPHAN_FOLDER = "$OrphanFiles"


class F2fs:
    """A layer over a stream of the medium. `offset` is where the file system starts in it, in bytes.

    Raises Malformed, Truncated or Unsupported where no state of the file system can be read.
    """

    name = "F2FS"

    def __init__(self, stream: Stream, offset: int, limits: Limits) -> None:
        self._superblock, first_copy = read_superblock(stream, offset)
        blocks = Blocks(stream, offset)
        self._state = read_state(blocks, self._superblock)
        self._reader = Reader(blocks, self._superblock, Nodes(blocks, self._superblock, self._state))
        self._limits = limits
        size = stream.seek(0, io.SEEK_END)
        self._room = max(0, size - offset)
        self._missing = offset + self._superblock.block_count * BLOCK - size
        self._first_copy = first_copy
        self.root_address = self._superblock.root
        self._orphan_folder = self._superblock.nid_end  # a number that no node has

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """The root folder and what is wrong with the file system, or what a folder holds, in the order of the folder."""
        if folder is None:
            yield self._root(within)
            yield from self._problems()
        elif folder.number == self._orphan_folder:
            yield from self._orphans(within, folder)
        else:
            yield from self._folder(within, folder)

    def subfolders(self, address: int) -> Iterator[tuple[str, int]]:
        """Name and inode number of each folder inside a folder; nothing where it cannot be read."""
        try:
            inode = self._reader.inode(address)
            for name in self._names(inode, former=False):
                if FILE_TYPES.get(name.type) is Kind.FOLDER and not name.deleted:
                    yield label_of(name.raw, name.hash, encrypted=inode.encrypted)[0], name.ino
        except EvidenceError:
            return

    def open(self, step: Step) -> Stream:
        """The content of a file, or the target of a link. Raises EvidenceError where it has none to give."""
        inode = self._inode(step)
        if inode.kind is not Kind.FILE and not inode.is_link:
            raise Unsupported("folders, devices and pipes have no content of their own")
        if inode.encrypted:
            raise Encrypted("the file is encrypted by the file system (fscrypt); its key is in the phone")
        former = step.stream is not None
        block_map = BlockMap(self._reader.nodes, self._superblock, inode, former=former)
        if former:
            check_former(self._reader.nodes, block_map, inode)
        stream = content(self._reader.blocks, block_map, inode)
        check_size(inode.size, self._room, self._limits)
        return stream

    def close(self) -> None:
        """Nothing to give back: the stream is its owner's."""

    def _inode(self, step: Step) -> Inode:
        if step.number is None or step.stream == OTHERS:
            raise Unreadable(
                "the inode of this name is gone or was given to another file; what the content was cannot be told"
            )
        if step.stream is None:
            return self._reader.inode(step.number)
        place = step.stream.removeprefix(FORMER)
        if place == step.stream or not (place.isascii() and place.isdigit()):
            raise Unreadable(f"the file has no stream {step.stream}")
        return self._reader.inode_at(step.number, int(place))

    def _root(self, within: Locator) -> Entry:
        step = Step(SCHEME, "/", self.root_address)
        try:
            times = self._reader.inode(self.root_address).times()
        except EvidenceError:
            times = Times()  # listing the folder will say what is wrong with it
        return Entry(within.child(step), "/", Kind.FOLDER, times=times, path="/", volume=volume_of(within))

    def _problems(self) -> Iterator[Problem]:
        if self._missing > 0:
            yield Problem(
                kind="truncated",
                stage="open",
                message=f"the medium ends {self._missing} bytes before the F2FS file system does",
            )
        if self._first_copy is not None:
            message = f"the second superblock was used; the first is unusable: {self._first_copy}"
            yield Problem(kind="malformed", stage="open", message=message)
        for message in self._state.warnings:
            yield Problem(kind="malformed", stage="open", message=message)
        if self._superblock.devices > 1:
            message = f"the F2FS file system lies on {self._superblock.devices} devices; only this one is read"
            yield Problem(kind="unsupported", stage="open", message=message)
        newer = synchronised(self._reader.blocks, self._superblock, self._state.checkpoint)
        if newer:
            message = (
                f"{len(newer)} files were written to the medium after the last checkpoint (the device was not shut down); "
                "they are shown as they were at the checkpoint"
            )
            yield Problem(kind="unsupported", stage="open", message=message, detail=_numbers(newer))

    def _names(self, inode: Inode, *, former: bool) -> FolderNames:
        if inode.kind is not Kind.FOLDER:
            raise Malformed(f"inode {inode.nid} is no folder")
        return FolderNames(self._reader, inode, former=former)

    def _folder(self, within: Locator, folder: Step) -> Iterator[Entry | Problem]:
        inode = self._inode(folder)
        if folder.path.count("/") > self._limits.folder_depth:
            raise LimitReached(f"more than {self._limits.folder_depth} folders inside folders; not listed further")
        names = self._names(inode, former=folder.stream is not None)
        found, problems = Listing(self._reader, within, folder).entries(names, inode, self._limits.container_entries)
        inside = {entry.locator.steps[-1].path.rpartition("/")[2] for entry in found if entry.kind is Kind.FOLDER}
        if is_own_ancestor(self, folder.path, inode.nid, inside):
            raise LimitReached("the folder contains itself; it was listed once, nearer to the root")
        yield from found
        yield from problems
        if inode.nid == self.root_address:
            yield from self._orphan_entry(within)

    def _orphan_entry(self, within: Locator) -> Iterator[Entry | Problem]:
        try:
            if next(orphans(self._reader.blocks, self._state.checkpoint), None) is None:
                return
        except EvidenceError as error:
            yield Problem(kind=error.kind, stage="list", message=str(error))
            return
        step = Step(SCHEME, f"/{ORPHAN_FOLDER}", self._orphan_folder)
        yield Listing(self._reader, within, Step(SCHEME, "/", self.root_address)).folder(step)

    def _orphans(self, within: Locator, folder: Step) -> Iterator[Entry | Problem]:
        listing = Listing(self._reader, within, folder)
        named: dict[int, set[int]] = {}
        for count, nid in enumerate(orphans(self._reader.blocks, self._state.checkpoint)):
            if count >= self._limits.orphans:
                yield Problem(
                    kind="limit", stage="list", message=f"more than {self._limits.orphans} orphans; rest left"
                )
                return
            if not self._has_name(nid, named):
                yield listing.orphan(nid)

    def _has_name(self, nid: int, named: dict[int, set[int]]) -> bool:
        """Whether the folder that held an orphan still shows its deleted name; `named` keeps what was found out."""
        try:
            parent = self._reader.inode(nid).parent
            if parent not in named:
                names = self._names(self._reader.inode(parent), former=False)
                named[parent] = {name.ino for name in names if name.deleted}
        except EvidenceError:
            return False
        return nid in named[parent]


def _numbers(found: set[int]) -> str:
    """Inode numbers for a detail, the first of them."""
    first = sorted(found)[:100]
    return "inodes " + ", ".join(map(str, first)) + (" ..." if len(found) > len(first) else "")
