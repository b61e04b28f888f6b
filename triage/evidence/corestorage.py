"""Core Storage, the volume manager of OS X 10.7 to 10.12, with and without FileVault 2, read by libfvde.

Opened by the password of a user of the Mac or by the recovery key (six groups of four letters and digits); a logical volume that is not
encrypted needs none. Without `EncryptedRoot.plist.wipekey` of the recovery partition the encryption context in the
metadata of the volume is used, which is what Macs have there. Not read: a group over several disks (Fusion Drive).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyfvde

from triage.errors import Encrypted, LimitReached, Malformed, Truncated
from triage.evidence.filevault import ADVICE, FileVault
from triage.evidence.library import LibraryMedium, guarded
from triage.evidence.nested import MOST_PARTS, Part
from triage.model import Opened, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.keyring import Keyring
    from triage.evidence.limits import Limits
    from triage.evidence.medium import Medium

NAME = "corestorage"
_TITLE = "a Core Storage volume (FileVault 2)"
_RECOVERY = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}\Z")


def open_core_storage(stream: Stream, keyring: Keyring, limits: Limits) -> CoreStorage | FileVault:
    """By the library; by the metadata of the first logical volume alone where the library refuses the rest."""
    try:
        return CoreStorage(stream, keyring, limits)
    except (Malformed, Truncated) as refused:
        try:
            return FileVault(stream, keyring)
        except (Malformed, Truncated):
            raise refused from None


class CoreStorage:
    """The logical volumes of one group. Raises Malformed, LimitReached; Encrypted where no volume can be opened."""

    format = NAME

    def __init__(self, stream: Stream, keyring: Keyring, _limits: Limits) -> None:
        self._stream = stream
        self.opened: Opened | None = None
        self._volumes = _logical_volumes(stream)
        self._closed: list[str] = []
        with guarded(_TITLE):
            for volume in self._volumes.values():
                self._unlock(volume, keyring)
            named = [
                (number, str(volume.name or f"volume {number + 1}"), int(volume.size))
                for number, volume in self._volumes.items()
            ]
        self.parts = tuple(Part(name, "logical volume of Core Storage", size, number) for number, name, size in named)

    def medium(self, part: Part) -> Medium:
        """The plain bytes of one logical volume. Raises Encrypted where it stayed closed."""
        volume = self._volumes[part.number]
        title = f"the logical volume {part.name}"
        with guarded(title):
            locked = volume.is_locked()
        if locked:
            raise Encrypted(f"{title}: encrypted by FileVault 2; {ADVICE}")
        return LibraryMedium(volume, part.size or 0, self._stream, title)

    def warnings(self) -> Iterator[Problem]:
        """The volumes that stayed closed while another was opened."""
        for message in self._closed:
            yield Problem(kind="encrypted", stage="open", message=message)

    def close(self) -> None:
        """Nothing to give back: the library's objects go with their last reference."""

    def _unlock(self, volume: pyfvde.logical_volume, keyring: Keyring) -> None:
        if not volume.is_locked():
            return
        title = f"{_TITLE}, logical volume {volume.identifier}"
        try:
            _, place = keyring.opening(title, lambda text: _unlocked(volume, text), advice=ADVICE)
        except Encrypted as error:
            if len(self._volumes) == 1:
                raise
            self._closed.append(str(error))
        else:
            self.opened = self.opened or Opened("FileVault 2", place)


def _logical_volumes(stream: Stream) -> dict[int, pyfvde.logical_volume]:
    volume = pyfvde.volume()
    with guarded(_TITLE):
        volume.open_file_object(stream)
        volume.open_physical_volume_files_as_file_objects([stream])
        group = volume.get_volume_group()
        count = int(group.get_number_of_logical_volumes())
        if count > MOST_PARTS:
            raise LimitReached(f"{_TITLE}: {count} logical volumes; more than {MOST_PARTS} are not listed")
        return {number: group.get_logical_volume(number) for number in range(count)}


def _unlocked(volume: pyfvde.logical_volume, text: str) -> pyfvde.logical_volume | None:
    try:
        if _RECOVERY.match(text):
            volume.set_recovery_password(text)
        else:
            volume.set_password(text)
        volume.unlock()
        locked = volume.is_locked()
    except (OSError, ValueError, UnicodeError):  # no encryption context that such a key opens
        return None
    return None if locked else volume
