"""EnCase logical evidence files (L01, Lx01): files and folders, without a disk, as libewf's tree of file entries.

A file is found again by its number in the order of the listing, folders before what they hold. Where a digest is stored with a file, reading
it from start to end checks it. Times are in UTC, to the second, as libewf gives them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from triage.errors import Malformed, Unreadable
from triage.evidence.companions import listed_with_companions
from triage.evidence.libewf import Handle, read_exactly, translated
from triage.evidence.members import Member, MemberTree
from triage.evidence.streams import ReadOnly
from triage.model import Entry, Kind, Locator, Problem, Stamp, Step, Times, Zone
from triage.model.entries import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits
    from triage.evidence.medium import Stored


class LogicalEwf:
    """The layer of one logical evidence file; a step has the path and the number of the entry in the listing."""

    def __init__(self, form: str, handle: Handle, limits: Limits) -> None:
        self.format = form
        self._handle, self._limits = handle, limits
        self._entries: list[Any] = []
        self._names: list[str] = []
        self._walk: Iterator[tuple[str, Any]] | None = None

    def files(self) -> tuple[Path, ...]:
        """The segment files, in order."""
        return self._handle.files()

    def stored(self) -> Stored:
        """Acquisition facts."""
        return self._handle.stored()

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """Everything at once, each folder before what it holds; nothing inside a folder, for it was all listed."""
        yield from () if folder is not None else listed_with_companions(self._listing(within))

    def open(self, step: Step) -> Stream:
        """The content of a file. Raises Unreadable, Malformed, Truncated."""
        number = -1 if step.number is None else step.number
        while len(self._entries) <= number and self._next():
            pass
        if not 0 <= number < len(self._entries) or self._names[number] != step.path.rstrip("/"):
            raise Unreadable("the logical evidence file has no such entry")
        return _Content(self._entries[number])

    def close(self) -> None:
        """Close libewf and the files."""
        self._entries.clear()
        self._handle.close()

    def _listing(self, within: Locator) -> Iterator[Entry | Problem]:
        tree = MemberTree(within, self.format, self._limits)
        number = 0
        try:
            while number < len(self._entries) or self._next():
                yield from tree.entries(_member(self._names[number], number, self._entries[number]))
                number += 1
                if tree.is_full():
                    yield tree.full()
                    return
        except Malformed as error:
            yield Problem(kind=error.kind, stage="list", message=str(error))

    def _next(self) -> bool:
        """Learn of one more entry; False where there is none."""
        if self._walk is None:
            with translated("the logical evidence file has no list of its files"):
                root = self._handle.ewf.get_root_file_entry()
            self._walk = _below(root, self._limits.folder_depth)
        found = next(self._walk, None)
        if found is None:
            return False
        self._names.append(found[0])
        self._entries.append(found[1])
        return True


class _Content(ReadOnly):
    """The content of one entry, checked against its stored MD5 where it is read from start to end."""

    def __init__(self, entry: Any) -> None:  # noqa: ANN401  # a file entry of libewf
        with translated("the entry cannot be opened"):
            super().__init__(int(entry.get_size() or 0))
            self._stored = entry.get_hash_value_md5()
        self._entry, self._digest, self._checked = entry, hashlib.md5(usedforsecurity=False), 0

    def _at(self, offset: int, size: int) -> bytes:
        data = read_exactly(self._entry, offset, size)
        if self._stored and offset == self._checked:
            self._digest.update(data)
            self._checked += size
            if self._checked == self.size and self._digest.hexdigest() != self._stored.lower():
                raise Malformed("the content does not fit the MD5 stored with it")
        return data


def _below(root: Any, depth: int) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # file entries of libewf
    """Paths and entries in order, without recursion: the tree is the image's own word."""
    waiting = [("", root, 0)]
    while waiting:
        path, entry, level = waiting.pop()
        if level:
            yield path, entry
        with translated(f"the logical evidence file is damaged at {path or 'its root'}"):
            count = int(entry.get_number_of_sub_file_entries())
            if count and level > depth:
                raise Malformed(f"more than {depth} folders inside folders")
            inside = [entry.get_sub_file_entry(number) for number in range(count)]
            named = [(f"{path}/{each.get_name() or '(no name)'}".lstrip("/"), each, level + 1) for each in inside]
        waiting += reversed(named)


def _member(name: str, number: int, entry: Any) -> Member:  # noqa: ANN401  # a file entry of libewf
    with translated(f"the logical evidence file is damaged at {name}"):
        folder = bool(entry.get_number_of_sub_file_entries()) or entry.get_size() is None
        modified, accessed, changed, born = (
            _stamp(getattr(entry, f"get_{kind}_time_as_integer")())
            for kind in ("modification", "access", "entry_modification", "creation")
        )
        size = int(entry.get_size() or 0)
    kind = Kind.FOLDER if folder else Kind.FILE
    return Member(f"{name}/" if folder else name, number, kind, size, Times(modified, accessed, changed, born))


def _stamp(seconds: int | None) -> Stamp | None:
    return Stamp(seconds * NANOSECONDS, Zone.UTC, NANOSECONDS) if seconds else None
