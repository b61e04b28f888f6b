"""APFS containers: every volume is a file system of its own, read by libfsapfs.

An encrypted volume (FileVault of macOS 10.13 and later) is opened by the password of a user or by the recovery key. A volume
that stays closed does not close the others. Not read: snapshots and earlier checkpoints (libfsapfs hands out neither through
its binding), and so no deleted files; Fusion drives; keys that only the security chip of a Mac has (a T2 or
Apple silicon Mac that was imaged from outside gives such a volume, and no password opens it).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyfsapfs

from triage.errors import LimitReached
from triage.evidence.apfs_volume import ApfsVolume
from triage.evidence.library import guarded
from triage.evidence.nested import Part
from triage.model import Opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Layer, Stream
    from triage.evidence.keyring import Keyring
    from triage.evidence.limits import Limits
    from triage.model import Problem

NAME = "apfs"
_TITLE = "an APFS container"
_ADVICE = "give the password of a user of the Mac or the recovery key with --password"
_MOST_VOLUMES = 100  # Apple File System Reference, NX_MAX_FILE_SYSTEMS
_RECOVERY = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}\Z")


class Apfs:
    """The volumes of one container. Raises Malformed, LimitReached."""

    format = NAME
    opened: Opened | None = None

    def __init__(self, stream: Stream, keyring: Keyring, limits: Limits) -> None:
        self._stream, self._keyring, self._limits = stream, keyring, limits
        self._container = pyfsapfs.container()
        self._unlocked: dict[int, tuple[pyfsapfs.volume, Opened | None]] = {}
        with guarded(_TITLE):
            self._container.open_file_object(stream)
            count = int(self._container.get_number_of_volumes())
            if count > _MOST_VOLUMES:
                raise LimitReached(f"{_TITLE}: {count} volumes; more than {_MOST_VOLUMES} there cannot be")
            volumes = [self._container.get_volume(number) for number in range(count)]
            named = [(str(volume.name or f"volume {number + 1}"), volume) for number, volume in enumerate(volumes)]
        self.parts = tuple(
            Part(name, "APFS volume, encrypted" if volume.is_locked() else "APFS volume", None, number)
            for number, (name, volume) in enumerate(named)
        )

    def medium(self, part: Part) -> Layer:
        """The file system of one volume. Raises Encrypted where it stays closed."""
        if part.number not in self._unlocked:
            self._unlocked[part.number] = self._volume(part)
        volume, opened = self._unlocked[part.number]
        return ApfsVolume(volume, self._limits, opened)

    def warnings(self) -> Iterator[Problem]:
        """None: each volume speaks for itself."""
        yield from ()

    def close(self) -> None:
        """Nothing to give back: the library's objects go with their last reference."""

    def _volume(self, part: Part) -> tuple[pyfsapfs.volume, Opened | None]:
        with guarded(f"the APFS volume {part.name}"):
            volume = self._container.get_volume(part.number)
            locked, identifier = volume.is_locked(), volume.identifier
        if not locked:
            return volume, None
        title = f"the APFS volume {part.name} is encrypted (FileVault, identifier {identifier})"
        volume, number = self._keyring.opening(title, lambda text: self._opened(part.number, text), advice=_ADVICE)
        return volume, Opened("APFS", number)

    def _opened(self, number: int, text: str) -> pyfsapfs.volume | None:
        try:
            volume = self._container.get_volume(number)
            if _RECOVERY.match(text):
                volume.set_recovery_password(text)
            else:
                volume.set_password(text)
            volume.unlock()
            locked = volume.is_locked()
        except (OSError, ValueError, UnicodeError):  # no key in the key bag that this opens
            return None
        return None if locked else volume
