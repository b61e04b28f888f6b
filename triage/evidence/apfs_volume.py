"""One APFS volume as a file system: folders, files, links, extended attributes that carry evidence.

A step names the path and the identifier of the file; its `stream` is `xattr-<name>` for an extended attribute, which is
an entry of its own beside its file, as an alternate stream of NTFS is. libfsapfs unpacks compressed files (decmpfs).
Times are nanoseconds in UTC (Apple File System Reference, j_inode_val_t).
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, LimitReached, Unreadable, Unsupported
from triage.evidence.companions import with_companions
from triage.evidence.library import guarded
from triage.evidence.loops import is_own_ancestor
from triage.evidence.names import display, forms, raw_of, shown_path, volume_of
from triage.evidence.streams import Memory, ReadOnly
from triage.model import Entry, Kind, Locator, Opened, Problem, Stamp, Step, Times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyfsapfs

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits

ATTRIBUTE = "xattr-"
_ROOT = 2  # Apple File System Reference, ROOT_DIR_INO_NUM
_MOST_ATTRIBUTES = 128
_LARGEST_ATTRIBUTE = 64 << 20
_LONGEST_LINK = 1 << 16
_LARGEST_FILE = 1 << 44  # 16 TiB, sparse or not: what claims more is damaged or wants to keep us busy
_TELLING = ("com.apple.quarantine", "com.apple.metadata:", "com.apple.lastuseddate", "com.apple.ResourceFork")
_PACKED = "com.apple.decmpfs"
_KINDS = {stat.S_IFREG: Kind.FILE, stat.S_IFDIR: Kind.FOLDER}


class ApfsVolume:
    """A layer over one volume of a container, which it keeps alive."""

    name = "APFS"
    root_address = _ROOT

    def __init__(self, volume: pyfsapfs.volume, limits: Limits, opened: Opened | None) -> None:
        self._volume, self._limits, self.opened = volume, limits, opened

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """The root folder, or what a folder holds, by the order of the file system. Raises EvidenceError."""
        if folder is None:
            yield self._root(within)
            return
        if folder.path.count("/") > self._limits.folder_depth:
            raise LimitReached(f"more than {self._limits.folder_depth} folders inside folders; not listed further")
        listing = _Listing(within, folder, self.times_of)
        found, problems = listing.entries(self._entry(folder), self._limits.container_entries)
        inside = {entry.locator.steps[-1].path.rpartition("/")[2] for entry in found if entry.kind is Kind.FOLDER}
        if is_own_ancestor(self, folder.path, folder.number or _ROOT, inside):
            raise LimitReached("the folder contains itself; it was listed once, nearer to the root")
        yield from with_companions(found)
        yield from problems

    def subfolders(self, address: int) -> Iterator[tuple[str, int]]:
        """Name and identifier of each folder inside a folder; nothing where it cannot be read."""
        try:
            with guarded("the folder cannot be listed"):
                folder = self._volume.get_file_entry_by_identifier(address)
                found = [(_name(each), each.identifier) for each in folder.sub_file_entries if _is_folder(each)]
        except EvidenceError:
            return
        yield from found

    def open(self, step: Step) -> Stream:
        """The content of a file or extended attribute, or the target of a link. Raises EvidenceError."""
        entry = self._entry(step)
        if step.stream is not None:
            return _attribute(entry, step.stream)
        with guarded("the file cannot be opened"):
            kind, size = stat.S_IFMT(entry.file_mode), int(entry.size or 0)
            link = entry.symbolic_link_target if kind == stat.S_IFLNK else None
        if link is not None:
            return Memory(link[:_LONGEST_LINK].encode("utf-8", "surrogateescape"))
        if kind != stat.S_IFREG:
            raise Unsupported("folders, devices and pipes have no content of their own")
        if size > _LARGEST_FILE:
            raise LimitReached(f"the file claims {size} bytes")
        return Content(entry, size)

    def times_of(self, entry: pyfsapfs.file_entry) -> Times:
        """The four times, nanoseconds since 1970."""
        return Times(
            _stamp(entry.get_modification_time_as_integer()),
            _stamp(entry.get_access_time_as_integer()),
            _stamp(entry.get_inode_change_time_as_integer()),
            _stamp(entry.get_creation_time_as_integer()),
        )

    def close(self) -> None:
        """Nothing to give back: the library's objects go with their last reference."""

    def _root(self, within: Locator) -> Entry:
        step = Step("fs", "/", _ROOT)
        try:
            times = self.times_of(self._entry(step))
        except EvidenceError:
            times = Times()  # listing the folder will say what is wrong with it
        return Entry(within.child(step), "/", Kind.FOLDER, times=times, path="/", volume=volume_of(within))

    def _entry(self, step: Step) -> pyfsapfs.file_entry:
        if step.number is None:
            raise Unreadable("the volume has no such file")
        with guarded(f"file {step.number} of the volume cannot be read"):
            entry = self._volume.get_file_entry_by_identifier(step.number)
        if entry is None:
            raise Unreadable(f"the volume has no file {step.number}")
        return entry


class Content(ReadOnly):
    """The bytes of one file or extended attribute, unpacked where the file system keeps them compressed."""

    def __init__(self, entry: pyfsapfs.file_entry | pyfsapfs.extended_attribute, size: int) -> None:
        super().__init__(size)
        self._entry = entry

    def _at(self, offset: int, size: int) -> bytes:
        pieces, at = [], offset
        while at < offset + size:
            with guarded(f"cannot be read at byte {at}"):
                piece = self._entry.read_buffer_at_offset(offset + size - at, at)
            if not piece:
                raise Unreadable(f"ends at byte {at} of {self.size}")
            pieces.append(piece)
            at += len(piece)
        return b"".join(pieces)


class _Listing:
    """Turns the entries of one folder into ours. One object per folder."""

    def __init__(self, within: Locator, folder: Step, times_of: Callable[[pyfsapfs.file_entry], Times]) -> None:
        self._steps, self._times_of = within.steps, times_of
        self._folder = folder.path if folder.path.endswith("/") else folder.path + "/"
        self._shown = shown_path(within) + display(self._folder)
        self._volume = volume_of(within)

    def entries(self, folder: pyfsapfs.file_entry, limit: int) -> tuple[list[Entry], list[Problem]]:
        """All entries, and what cut the listing short. One that cannot be read leaves the others."""
        with guarded("the folder cannot be listed"):
            count = int(folder.number_of_sub_file_entries)
        found: list[Entry] = []
        unreadable = 0
        for number in range(min(count, limit)):
            try:
                with guarded("an entry of the folder cannot be read"):
                    found.extend(self._of(folder.get_sub_file_entry(number)))
            except EvidenceError:
                unreadable += 1
        problems = [_problem("malformed", f"{unreadable} entries of the folder cannot be read")] if unreadable else []
        if count > limit:
            problems.append(_problem("limit", f"more than {limit} entries; rest left"))
        return found, problems

    def _of(self, entry: pyfsapfs.file_entry) -> Iterator[Entry]:
        kind = _KINDS.get(stat.S_IFMT(entry.file_mode), Kind.OTHER)
        times, name, number = self._times_of(entry), _name(entry), int(entry.identifier)
        yield self._made(name, number, kind, int(entry.size or 0) if kind is Kind.FILE else None, times)
        for attribute, size in _attributes(entry):
            yield self._made(f"{name}:{attribute}", number, Kind.FILE, size, times, ATTRIBUTE + attribute)

    def _made(  # the columns of an entry
        self, name: str, number: int, kind: Kind, size: int | None, times: Times, stream: str | None = None
    ) -> Entry:
        step, shown = Step("fs", self._folder + name, number, stream), display(name)
        return Entry(
            Locator((*self._steps, step)),
            shown,
            kind,
            size,
            times=times,
            raw_name=raw_of(name),
            path=self._shown + shown,
            volume=self._volume,
        )


def _name(entry: pyfsapfs.file_entry) -> str:
    """The name as a step of a path; the library has no bytes of it."""
    return forms(str(entry.name or "").encode("utf-8", "backslashreplace"))[0]


def _attributes(entry: pyfsapfs.file_entry) -> Iterator[tuple[str, int]]:
    """Name and size of each extended attribute that carries evidence: those of Apple that do, and all of others."""
    count = min(int(entry.number_of_extended_attributes), _MOST_ATTRIBUTES)
    found = [(str(each.name), int(each.size)) for each in map(entry.get_extended_attribute, range(count))]
    packed = any(name == _PACKED for name, _ in found)
    for name, size in found:
        telling = name.startswith(_TELLING) or not name.startswith("com.apple.")
        if telling and size and not (packed and name == "com.apple.ResourceFork"):
            yield name, size


def _attribute(entry: pyfsapfs.file_entry, stream: str) -> Stream:
    name = stream.removeprefix(ATTRIBUTE)
    with guarded(f"the extended attribute {name} cannot be read"):
        attribute = entry.get_extended_attribute_by_name(name) if stream.startswith(ATTRIBUTE) else None
        size = 0 if attribute is None else int(attribute.size)
    if attribute is None:
        raise Unreadable(f"the file has no stream {stream}")
    if size > _LARGEST_ATTRIBUTE:
        raise LimitReached(f"an extended attribute of {size} bytes")
    return Content(attribute, size)


def _is_folder(entry: pyfsapfs.file_entry) -> bool:
    return stat.S_ISDIR(entry.file_mode)


def _stamp(nanoseconds: int | None) -> Stamp | None:
    """A zero is a time that was not set. The number is 64 bits wide and unsigned in some versions of the library."""
    if not nanoseconds:
        return None
    return Stamp(nanoseconds - (1 << 64) if nanoseconds >> 63 else nanoseconds)


def _problem(kind: str, message: str) -> Problem:
    return Problem(kind=kind, stage="list", message=message)
