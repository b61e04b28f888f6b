"""The disk image containers and who opens them: one line per format."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Unsupported
from triage.evidence.aff4 import open_aff4
from triage.evidence.disk_signatures import disk_format
from triage.evidence.dmg import open_dmg
from triage.evidence.ex01 import open_own_ex01
from triage.evidence.hdd import open_hdd
from triage.evidence.libewf import open_by_libewf
from triage.evidence.qcow2 import open_qcow2
from triage.evidence.split_raw import is_split_raw, open_split_raw
from triage.evidence.vdi import open_vdi
from triage.evidence.vhd import open_vhd
from triage.evidence.vhdx import open_vhdx
from triage.evidence.vmdk import open_vmdk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from triage.evidence.medium import Medium
    from triage.evidence.streams import ReadOnly

_AFF4 = (b"aff4://", b"container.description", b"information.turtle")


def _ex01(path: Path) -> Medium:
    """By our own reader; a kind that it does not know by libewf, where that does."""
    try:
        return open_own_ex01(path)
    except (Malformed, Unsupported):
        with suppress(EvidenceError):
            return open_by_libewf(path)
        raise


OPENERS: dict[str, Callable[[Path], Medium]] = {
    "ex01": _ex01,
    "qcow2": open_qcow2,
    "vmdk": open_vmdk,
    "vhd": open_vhd,
    "vhdx": open_vhdx,
    "vdi": open_vdi,
    "hdd": open_hdd,
    "dmg": open_dmg,
    "encrypted dmg": open_dmg,
    "aff4": open_aff4,
    "split raw": open_split_raw,
}


def container_of(path: Path, stream: ReadOnly) -> str | None:
    """The word under which `OPENERS` has the container in a file: by its content, parts of a raw image by their name.

    None: no container, so a raw image, an archive or another format. Ask for other formats with a signature (E01) first.
    """
    if word := disk_format(stream, stream.size):
        return word
    stream.seek(0)
    head = stream.read(4096)
    if head.startswith(b"PK\x03\x04") and any(mark in head for mark in _AFF4):
        return "aff4"
    return "split raw" if is_split_raw(path) else None
