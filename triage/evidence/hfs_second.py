"""HFS+ by a second reader (libfshfs), for a volume whose root folder the engine cannot list.

The engine gives a whole folder up where one entry of it is damaged, such as a hard link without its file; this one leaves that entry out. It
has no deleted names and no map of free space. Times are seconds since 1904 in UTC (Apple's Technical Note TN1150).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyfshfs

from triage.evidence.apfs_volume import ApfsVolume, Content
from triage.evidence.library import guarded
from triage.evidence.limits import check_size
from triage.model import Problem, Stamp, Times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits
    from triage.model import Entry, Locator, Step

_EPOCH = 2_082_844_800  # seconds from 1904-01-01 to 1970-01-01
_SECOND = 1_000_000_000


class HfsVolume(ApfsVolume):
    """A layer over one volume; what libfsapfs and libfshfs share is written there."""

    name = "HFS+"

    def __init__(self, stream: Stream, limits: Limits, reason: str) -> None:
        volume = pyfshfs.volume()
        with guarded("the second reader of HFS+ cannot open the volume"):
            volume.open_file_object(stream)
        super().__init__(volume, limits, None)
        self._stream, self._reason, self._room = stream, reason, stream.seek(0, 2)

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """As ApfsVolume lists, after a word on why this reader is used."""
        yield from super().children(within, folder)
        if folder is None:
            yield Problem(
                kind="malformed",
                stage="open",
                message=f"a second reader is used, without deleted names: {self._reason}",
            )

    def open(self, step: Step) -> Stream:
        """As ApfsVolume opens, within the size that the medium allows."""
        content = super().open(step)
        if isinstance(content, Content):
            check_size(content.size, self._room, self._limits)
        return content

    def times_of(self, entry: pyfshfs.file_entry) -> Times:
        """The four times."""
        return Times(
            _stamp(entry.get_modification_time_as_integer()),
            _stamp(entry.get_access_time_as_integer()),
            _stamp(entry.get_entry_modification_time_as_integer()),
            _stamp(entry.get_creation_time_as_integer()),
        )


def _stamp(seconds: int | None) -> Stamp | None:
    return Stamp((seconds - _EPOCH) * _SECOND, resolution=_SECOND) if seconds else None
