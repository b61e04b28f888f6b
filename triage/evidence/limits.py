"""The limits that reading evidence needs, as a shape: the settings of a run fit it.

Evidence lies below the settings (docs/architecture.md), so it names what it needs and imports nothing of them.
"""

from __future__ import annotations

from typing import Protocol

from triage.errors import LimitReached


class Limits(Protocol):
    """Bounds on hostile or oversized evidence; `triage.settings.Limits` has them and says what each means."""

    @property
    def memory_copy_bytes(self) -> int:
        """An unpacked member up to this size is kept in memory."""
        ...

    @property
    def scratch_copy_bytes(self) -> int:
        """A larger one is unpacked to scratch up to this size."""
        ...

    @property
    def source_copy_bytes(self) -> int:
        """A packed source is unpacked to scratch up to this size."""
        ...

    @property
    def container_depth(self) -> int:
        """Archive inside archive."""
        ...

    @property
    def container_entries(self) -> int:
        """Entries listed of one archive."""
        ...

    @property
    def inflation_ratio(self) -> int:
        """Unpacked bytes per packed byte, past the first 64 MiB."""
        ...

    @property
    def folder_depth(self) -> int:
        """Folders inside folders."""
        ...

    @property
    def orphans(self) -> int:
        """Deleted files without a folder, per file system."""
        ...

    @property
    def sparse_bytes(self) -> int:
        """What a file may state beyond the size of the medium that its file system lies on."""
        ...


def check_size(size: int, room: int, limits: Limits) -> None:
    """Raise LimitReached for a file that states far more bytes than its medium has: its holes would be read for hours."""
    if size > room + limits.sparse_bytes:
        raise LimitReached(
            f"the file states a size of {size} bytes, far more than the {room} bytes of its medium; not read"
        )
