"""The disks that are attached to this computer, as Linux lists them; read from the system's own notes, no disk is opened.

Source: Documentation/ABI/stable/sysfs-block, proc(5) on mounts (Linux). Sizes there are in units of 512 bytes on every disk.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from triage.evidence.device import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator

UNIT = 512
MOUNTS = Path("/proc/self/mounts")
DEVICES = Path("/dev")
_NO_DISK = re.compile(
    r"(loop|ram|zram|dm-|md|sr|fd)\d"
)  # what the system itself makes, and drives without a disk of their own
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Attached:
    """A disk. `read_only` is what the system says; `mounted` are the folders where parts of it are in use; `own` holds this system."""

    path: Path
    size: int
    model: str
    serial: str
    removable: bool
    read_only: bool
    mounted: tuple[str, ...]
    own: bool


def attached(*, system: Path = SYSTEM, mounts: Path = MOUNTS) -> tuple[Attached, ...]:
    """Disks with a size, removable ones first, this computer's own last. Empty where the system does not list them so."""
    if sys.platform == "win32":
        return ()
    used = list(_mounted(mounts))
    try:
        nodes = sorted((system / "block").iterdir())
    except OSError:
        return ()
    disks = [_disk(node, used) for node in nodes if not _NO_DISK.match(node.name)]
    return tuple(
        sorted((disk for disk in disks if disk.size), key=lambda disk: (disk.own, not disk.removable, disk.path))
    )


def _disk(node: Path, used: list[tuple[str, str]]) -> Attached:
    part = re.compile(rf"/dev/{re.escape(node.name)}(p?\d+)?")
    mounted = tuple(folder for device, folder in used if part.fullmatch(device))
    size = _text(node / "size")
    return Attached(
        path=DEVICES / node.name.replace("!", "/"),
        size=int(size) * UNIT if size.isdecimal() else 0,
        model=" ".join(filter(None, (_text(node / "device" / "vendor"), _text(node / "device" / "model")))),
        serial=_text(node / "device" / "serial") or _text(node / "serial"),
        removable=_text(node / "removable") == "1",
        read_only=_text(node / "ro") == "1",
        mounted=mounted,
        own=any(folder in {"/", "/boot", "/usr"} for folder in mounted),
    )


def _mounted(mounts: Path) -> Iterator[tuple[str, str]]:
    """Device and folder of each mount."""
    for line in _text(mounts).splitlines():
        device, _, rest = line.partition(" ")
        folder = rest.partition(" ")[0]
        yield device, _OCTAL.sub(lambda match: chr(int(match[1], 8)), folder)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="backslashreplace").strip()
    except OSError:
        return ""
