"""What a volume may be that holds further volumes: the table, one line per scheme.

A signature alone is not believed where the engine finds a file system at the same place: a header of an earlier life of the
volume may lie in front of it. The exception is BitLocker To Go, which shows a small FAT on purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.evidence.apfs import Apfs
from triage.evidence.bitlocker import BitLocker
from triage.evidence.corestorage import open_core_storage
from triage.evidence.luks import Luks
from triage.evidence.lvm import Lvm
from triage.evidence.signatures import BITLOCKER_TO_GO, HOLDERS, first_fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.evidence.base import Stream
    from triage.evidence.keyring import Keyring
    from triage.evidence.limits import Limits
    from triage.evidence.nested import Holder

OPENERS: dict[str, Callable[[Stream, Keyring, Limits], Holder]] = {
    "luks": Luks,
    "bitlocker": BitLocker,
    "corestorage": open_core_storage,
    "lvm": Lvm,
    "apfs": Apfs,
}

ENCRYPTING = frozenset({"luks", "bitlocker", "corestorage"})  # what cannot be opened of these is flagged as encrypted


def holder_of(stream: Stream, size: int) -> str | None:
    """The word under which `OPENERS` has what lies in a volume of `size` bytes; None: no holder."""
    signature = first_fit(HOLDERS, stream, size)
    return None if signature is None else signature.word


def shows_a_reader(stream: Stream, size: int) -> bool:
    """Whether it is BitLocker To Go: an encrypted volume behind a file system that holds the program to open it."""
    return BITLOCKER_TO_GO.fits(stream, size)
