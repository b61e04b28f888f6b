"""LVM2: the logical volumes of the group that a physical volume belongs to, read by libvslvm.

Read: linear and striped volumes whose extents all lie on this physical volume. A volume that needs another disk, a
snapshot, a thin or cached volume and LVM's own RAID are listed and said to be closed when they are opened: their bytes
do not lie here in a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyvslvm

from triage.errors import LimitReached
from triage.evidence.keyring import Keyring, Opened
from triage.evidence.library import LibraryMedium, guarded
from triage.evidence.nested import MOST_PARTS, Part
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.medium import Medium

NAME = "lvm"
_TITLE = "a physical volume of LVM2"


class Lvm:
    """The logical volumes of one group. Raises Malformed, LimitReached."""

    format = NAME
    opened: Opened | None = None

    def __init__(self, stream: Stream, _keyring: Keyring) -> None:
        self._stream, self._handle = stream, pyvslvm.handle()
        with guarded(_TITLE):
            self._handle.open_file_object(stream)
            self._handle.open_physical_volume_files_as_file_objects([stream])
            self._group = self._handle.get_volume_group()
            self._disks = int(self._group.get_number_of_physical_volumes())
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
        """A group over several disks, of which this is one."""
        if self._disks > 1:
            message = f"the group lies on {self._disks} disks; of its volumes only what is on this one can be read"
            yield Problem(kind="unsupported", stage="open", message=message)

    def close(self) -> None:
        """Nothing to give back: the library's objects go with their last reference."""
