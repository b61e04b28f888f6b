"""The entries of one F2FS folder, live and deleted.

Which bytes belong to a deleted name? Its inode number is free again, or it was given to another file, or the file is
still there under another name. An inode is attributed to a deleted name only if its block names that number, that very name
and this folder; in every other case the name is listed alone (`listing.OTHERS`). A step to such an inode carries the
block address where it was found: `block-1234`.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.evidence.companions import with_companions
from triage.evidence.f2fs_inode import Inode
from triage.evidence.f2fs_names import FILE_TYPES, Label, Name, hash_of, label_of
from triage.evidence.f2fs_structures import NULL
from triage.evidence.listing import OTHERS
from triage.evidence.names import shown_path, volume_of
from triage.model import Entry, Kind, Locator, Problem, Step, Times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.f2fs_folder import FolderNames, Reader

SCHEME = "f2fs"  # of a step: other programs than for the other file systems find it again
FORMER = "block-"

_NOTHING = Times()
_BATCH = 2048  # inodes in memory at once


class Listing:
    """Turns the names of one folder into entries. One object per folder."""

    def __init__(self, reader: Reader, within: Locator, folder: Step) -> None:
        self._reader = reader
        self._steps = within.steps
        self._folder = folder.path if folder.path.endswith("/") else folder.path + "/"
        self._shown = (shown_path(within.child(folder)) or "") + "/"
        self._volume = volume_of(within)
        self._unreadable = 0

    def entries(self, names: FolderNames, folder: Inode, limit: int) -> tuple[list[Entry], list[Problem]]:
        """All entries, and what cut the listing short. Everything inside a deleted folder is deleted."""
        found: list[Entry] = []
        reading = iter(names)
        while len(found) < limit and (batch := list(islice(reading, min(_BATCH, limit - len(found))))):
            live = {name.ino for name in batch if not name.deleted}
            inodes = self._reader.inodes(live)
            found.extend(
                self._gone(name, folder) if name.deleted else self._live(name, folder, inodes[name.ino])
                for name in batch
            )
        problems = [_problem("malformed", f"{count} {what}") for what, count in sorted(names.damage.items())]
        if self._unreadable:
            problems.append(_problem("malformed", f"{self._unreadable} names whose inode cannot be read"))
        if len(found) == limit and next(reading, None) is not None:
            problems.append(_problem("limit", f"more than {limit} names; rest left"))
        return with_companions(found), problems

    def orphan(self, nid: int) -> Entry:
        """A file that was deleted while open and that no name leads to."""
        label: Label = (f"OrphanFile-{nid}", f"OrphanFile-{nid}", None)
        try:
            inode = self._reader.inode(nid)
        except EvidenceError:
            return self._entry(label, nid, None, Kind.OTHER, deleted=True, stream=OTHERS)
        if inode.name:
            label = label_of(inode.name, hash_of(inode.name), encrypted=inode.name_encrypted)
        return self._entry(label, nid, inode, inode.kind, deleted=True)

    def folder(self, step: Step) -> Entry:
        """A folder of our own making beside those of the file system."""
        name = step.path.rpartition("/")[2]
        return Entry(Locator((*self._steps, step)), name, Kind.FOLDER, path=self._shown + name, volume=self._volume)

    def _live(self, name: Name, folder: Inode, inode: Inode | EvidenceError) -> Entry:
        label = label_of(name.raw, name.hash, encrypted=folder.encrypted)
        if isinstance(inode, Inode):
            return self._entry(label, name.ino, inode, inode.kind)
        self._unreadable += 1
        return self._entry(label, name.ino, None, FILE_TYPES.get(name.type, Kind.OTHER))

    def _gone(self, name: Name, folder: Inode) -> Entry:
        label = label_of(name.raw, name.hash, encrypted=folder.encrypted)
        inode, stream = self._inode_of(name, folder)
        kind = FILE_TYPES.get(name.type, Kind.OTHER) if inode is None else inode.kind
        return self._entry(label, name.ino, inode, kind, deleted=True, stream=stream)

    def _inode_of(self, name: Name, folder: Inode) -> tuple[Inode | None, str | None]:
        """The inode of a deleted name and the stream of a step to it."""
        try:
            for inode, stream in self._candidates(name.ino):
                if inode.name == name.raw and inode.parent == folder.nid:
                    return inode, stream
        except EvidenceError:  # the inode is damaged, or the number is none: nothing can be attributed
            pass
        return None, OTHERS

    def _candidates(self, nid: int) -> Iterator[tuple[Inode, str | None]]:
        if self._reader.nodes.address(nid) == NULL:
            for address, block in self._reader.nodes.former(nid, nid):
                yield Inode(nid, address, block, self._reader.superblock.feature), f"{FORMER}{address}"
            return
        inode = self._reader.inode(nid)
        if not inode.links:  # deleted while open; else the file lives on under another name
            yield inode, None

    def _entry(
        self,
        label: Label,
        nid: int,
        inode: Inode | None,
        kind: Kind,
        *,
        deleted: bool = False,
        stream: str | None = None,
    ) -> Entry:
        text, shown, raw = label
        is_file = inode is not None and kind is Kind.FILE
        first = inode.first_byte() if inode is not None and is_file else None
        return Entry(
            Locator((*self._steps, Step(SCHEME, self._folder + text, nid, stream))),
            shown,
            kind,
            inode.size if inode is not None and is_file else None,
            deleted,
            _NOTHING if inode is None else inode.times(),
            raw,
            None if first is None else self._reader.blocks.offset + first,
            (),
            self._shown + shown,
            self._volume,
        )


def _problem(kind: str, message: str) -> Problem:
    return Problem(kind=kind, stage="list", message=message)
