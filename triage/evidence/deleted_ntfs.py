"""Which MFT record a deleted name of NTFS belongs to.

A name in a folder's index refers to a record by its number and its sequence number. Deleting a file frees the record and raises
its sequence number by one, past 0xFFFF to 1 and never to 0 (NTFS documentation of the Linux-NTFS project, "FILE
record"). The engine compares the two for equality and hands out no metadata for a name whose file was deleted that
way. So: a record that is free and whose sequence number is one more than the name's is the record of that name. Any other was
given to another file meanwhile, even where that file was deleted in its turn.

Names come from what is left in a folder's index, and from the `$FILE_NAME` of free records whose parent is the folder; to the
latter the engine gives the sequence number before the record's (seen by changing a record and listing again), so one rule
serves both. The names in `$OrphanFiles` are made up from free records that no folder leads to: the record is known then.

A locator carries the sequence number that the record must have in its `stream`: `seq2`, or `128-5-seq2` for a stream of
the file. Opening checks it again, because a device may have changed since it was listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import Unreadable
from triage.evidence.engine import tsk

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK = "seq"
_ALLOCATED = int(tsk.TSK_FS_META_FLAG_ALLOC)
_HIGHEST = 0xFFFF


class RecordFinder:
    """Finds the records of deleted names in one file system. `orphans` is the address of the folder `$OrphanFiles`."""

    def __init__(self, open_record: Callable[[int], tsk.File], orphans: int) -> None:
        self._open_record = open_record
        self._orphans = orphans

    def record_of(self, label: tsk.TSK_FS_NAME) -> tsk.File | None:
        """The free record that a deleted name refers to; None where it is another file's or cannot be read."""
        try:
            file = self._open_record(label.meta_addr)
        except OSError:
            return None
        meta = file.info.meta
        if meta is None or meta.flags & _ALLOCATED:
            return None
        if label.par_addr == self._orphans or meta.seq == after(label.meta_seq):
            return file
        return None


def after(sequence: int) -> int:
    """The sequence number of a record once the file with this one was deleted."""
    return sequence % _HIGHEST + 1


def stream_word(stream: str | None, sequence: int | None) -> str | None:
    """The `stream` of a locator: the stream of the file (None: its content) and the number to check (None: nothing)."""
    if sequence is None:
        return stream
    return f"{_MARK}{sequence}" if stream is None else f"{stream}-{_MARK}{sequence}"


def checked_stream(file: tsk.File, word: str | None) -> str | None:
    """Inverse of `stream_word`, after the check. Raises Unreadable where the record is not what was listed."""
    if word is None or _MARK not in word:
        return word
    stream, _, number = word.rpartition(_MARK)
    meta = file.info.meta
    if meta is None or meta.flags & _ALLOCATED or str(meta.seq) != number:
        raise Unreadable("the metadata entry of this deleted name was given to another file since it was listed")
    return stream.removesuffix("-") or None
