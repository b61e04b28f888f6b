"""The first commands of a recipe: what makes a source readable to plain programs."""

from __future__ import annotations

import plistlib
import shlex
from dataclasses import dataclass
from pathlib import Path

DISKS = {"fs", "f2fs", "carved"}  # schemes of steps that lie on a medium
AS_THEY_ARE = {"folder", "raw", "device", "split raw", "zip", "tar", "7z", "rar", "ufdr"}
BY_SLEUTHKIT = {"e01": "-i ewf"}
BY_QEMU = {"qcow2", "vdi", "vhdx", "vhd", "vmdk"}
UNPACKED = {
    ".gz": "gzip -dc",
    ".bz2": "bzip2 -dc",
    ".xz": "xz -dc",
    ".zst": "zstd -dc",
    ".lz4": "lz4 -dc",
    ".z": "gzip -dc",
}
_AB_HEAD = 512
_GZIP_HEAD = "\\037\\213\\010\\000\\000\\000\\000\\000\\000\\000"  # of a stream whose checksum is not there


@dataclass(frozen=True, slots=True)
class Container:
    """A file that the next command reads; `option` tells The Sleuth Kit its format, `commands` make it."""

    path: str
    option: str = ""
    commands: tuple[str, ...] = ()


def container(source: str, form: str, first: str) -> Container | None:
    """What the first step (of that scheme) is read from; None where plain programs do not read such a source."""
    suffix = Path(source).suffix.lower()
    packed = suffix in UNPACKED and form not in {suffix[1:], "e01"}
    if packed:
        return Container("source.bin", commands=(f"{UNPACKED[suffix]} {shlex.quote(source)} > source.bin",))
    if suffix == ".zip" and first in DISKS:
        return Container("source.bin", commands=(f"unzip -p {shlex.quote(source)} > source.bin",))
    if form in BY_QEMU:
        return Container("disk.raw", commands=(f"qemu-img convert -O raw {shlex.quote(source)} disk.raw",))
    if form == "ab":
        return _android(source)
    if form == "ios":
        return None if _protected(Path(source)) else Container(source)
    known = form in AS_THEY_ARE or form in BY_SLEUTHKIT or form == first
    return Container(source, BY_SLEUTHKIT.get(form, "")) if known else None


def _android(source: str) -> Container | None:
    """A backup of `adb`: four lines of text, then a tar, as it is or packed. A protected one has no plain way."""
    try:
        with Path(source).open("rb") as stream:
            lines = stream.read(_AB_HEAD).split(b"\n")[:4]
    except OSError:
        return None
    if len(lines) < 4 or lines[3] != b"none":
        return None
    rest = f"tail -c +{sum(len(line) + 1 for line in lines) + 1} {shlex.quote(source)}"
    if lines[2] == b"0":
        return Container("backup.tar", commands=(f"{rest} > backup.tar",))
    # A packed one is a zlib stream: behind its two bytes lies what a gzip stream holds, save its last eight bytes.
    unpack = f"(printf '{_GZIP_HEAD}'; {rest} | tail -c +3) | gzip -dc 2> gzip.txt > backup.tar"
    return Container("backup.tar", commands=(f"{unpack} || true",))


def _protected(folder: Path) -> bool:
    """Whether an iOS backup is encrypted, or cannot be told to be plain."""
    try:
        facts = plistlib.loads((folder / "Manifest.plist").read_bytes())
    except (OSError, ValueError, plistlib.InvalidFileException):
        return True
    return not isinstance(facts, dict) or bool(facts.get("IsEncrypted", True))
