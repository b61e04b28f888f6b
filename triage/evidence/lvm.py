"""LVM2: the logical volumes of the group that a physical volume belongs to, read by libvslvm.

Read: linear and striped volumes of a group that lies on this physical volume alone. A group over several disks is refused
by name. Snapshots, thin and cached volumes and LVM's own RAID are not put together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyvslvm

from triage.errors import LimitReached, Unsupported
from triage.evidence.library import LibraryMedium, guarded
from triage.evidence.nested import MOST_PARTS, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.keyring import Keyring
    from triage.evidence.limits import Limits
    from triage.evidence.medium import Medium
    from triage.model import Opened, Problem

NAME = "lvm"
_TITLE = "a physical volume of LVM2"


class Lvm:
    """The logical volumes of one group. Raises Malformed, LimitReached."""

    format = NAME
    opened: Opened | None = None

    def __init__(self, stream: Stream, _keyring: Keyring, _limits: Limits) -> None:
        self._stream, self._handle = stream, pyvslvm.handle()
        with guarded(_TITLE):
            self._handle.open_file_object(stream)
            self._open(stream)
            self._group = self._handle.get_volume_group()
            count = int(self._group.get_number_of_logical_volumes())
            if count > MOST_PARTS:
                raise LimitReached(f"{_TITLE}: {count} logical volumes; more than {MOST_PARTS} are not listed")
            found = [self._group.get_logical_volume(number) for number in range(count)]
            named = [(str(each.name), int(each.size)) for each in found]
            title = f"logical volume of group {self._group.name}"
        self._volumes = dict(enumerate(found))
        self.parts = tuple(Part(name, title, size, number) for number, (name, size) in enumerate(named))

    def medium(self, part: Part) -> Medium:
        """The bytes of one logical volume."""
        title = f"the logical volume {part.name}"
        return LibraryMedium(self._volumes[part.number], part.size or 0, self._stream, title)

    def warnings(self) -> Iterator[Problem]:
        """None."""
        yield from ()

    def close(self) -> None:
        """Nothing to give back: the library's objects go with their last reference."""

    def _open(self, stream: Stream) -> None:
        try:
            self._handle.open_physical_volume_files_as_file_objects([stream])
        except OSError as error:
            if "mismatch between number of filenames" in str(error):
                raise Unsupported(f"{_TITLE}: its group lies on several disks, of which this is one") from error
            raise
