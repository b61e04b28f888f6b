"""The descriptor of a VMware disk: a text that names the parts of the disk and its parent.

Source: "Virtual Disk Format 5.0", VMware technical note; the kinds of extent as the QEMU and libvmdk documentation list them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.errors import Malformed

MAGIC = b"# Disk DescriptorFile"
NO_PARENT = 0xFFFFFFFF
LONGEST = 1 << 20  # bytes
MOST_EXTENTS = 4096
_EXTENT = re.compile(r'^(RW|RDONLY|NOACCESS)\s+(\d{1,18})\s+([A-Z]+)(?:\s+"([^"]*)"(?:\s+(\d{1,18}))?)?', re.IGNORECASE)
_SETTING = re.compile(r'^\s*([A-Za-z0-9._]+)\s*=\s*"?([^"]*?)"?\s*$')


@dataclass(frozen=True, slots=True)
class Extent:
    """One part of the disk, in sectors of 512 bytes; `start` is where it begins in its file."""

    access: str
    sectors: int
    kind: str
    name: str
    start: int


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a descriptor says. `parent` is the file name of the parent; None: the disk has none."""

    kind: str
    content_id: int | None
    parent_id: int | None
    parent: str | None
    extents: tuple[Extent, ...]
    encrypted: bool


def descriptor_of(data: bytes) -> Descriptor:
    """Read a descriptor. Raises Malformed where it names no extent."""
    lines = _text(data[:LONGEST].split(b"\0", 1)[0]).splitlines()
    settings: dict[str, str] = {}
    extents: list[Extent] = []
    for line in lines:
        if extent := _EXTENT.match(line.strip()):
            extents.append(_extent(extent))
        elif setting := _SETTING.match(line):
            settings.setdefault(setting[1].lower(), setting[2])
    if not 0 < len(extents) <= MOST_EXTENTS:
        raise Malformed(f"its descriptor names {len(extents)} extents")
    parent_id = _number(settings.get("parentcid"))
    return Descriptor(
        kind=settings.get("createtype", ""),
        content_id=_number(settings.get("cid")),
        parent_id=parent_id,
        parent=settings.get("parentfilenamehint", "") if parent_id not in {None, NO_PARENT} else None,
        extents=tuple(extents),
        encrypted="encryptionkeys" in settings,
    )


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _extent(match: re.Match[str]) -> Extent:
    access, sectors, kind, name, start = match.groups()
    return Extent(access.upper(), int(sectors), kind.upper(), name or "", int(start or 0))


def _number(text: str | None) -> int | None:
    try:
        return None if text is None else int(text, 16)
    except ValueError:
        return None
