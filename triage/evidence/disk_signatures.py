"""What the first and last bytes of a disk image container are: data, used by the way in and by formats with parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import Encrypted
from triage.evidence.signatures import UNLOCK_FIRST, Signature, first_fit

if TYPE_CHECKING:
    from triage.evidence.base import Stream

DISKS: tuple[Signature, ...] = (
    Signature("ex01", "an EnCase image (Ex01)", 0, b"EVF2\x0d\x0a\x81\x00"),
    Signature("qcow2", "a QEMU disk (qcow2)", 0, b"QFI\xfb"),
    Signature("vmdk", "a VMware disk (VMDK)", 0, b"KDMV"),
    Signature("vmdk", "a VMware disk (VMDK, COW)", 0, b"COWD"),
    Signature("vmdk", "a VMware disk descriptor (VMDK)", 0, b"# Disk DescriptorFile"),
    Signature("vhdx", "a Hyper-V disk (VHDX)", 0, b"vhdxfile"),
    Signature("vhd", "a Virtual PC disk (VHD)", 0, b"conectix"),
    Signature("vdi", "a VirtualBox disk (VDI)", 64, b"\x7f\x10\xda\xbe"),
    Signature("hdd", "a Parallels disk", 0, b"WithoutFreeSpace"),
    Signature("hdd", "a Parallels disk", 0, b"WithouFreSpacExt"),
    Signature("encrypted dmg", "an encrypted Apple disk image", 0, b"encrcdsa", UNLOCK_FIRST, Encrypted),
    Signature("encrypted dmg", "an encrypted Apple disk image", -8, b"cdsaencr", UNLOCK_FIRST, Encrypted),
    Signature("dmg", "an Apple disk image (DMG, UDIF)", -512, b"koly\x00\x00\x00\x04"),
    Signature("vhd", "a Virtual PC disk (VHD)", -512, b"conectix"),
    Signature("vhd", "a Virtual PC disk (VHD)", -511, b"conectix"),
)


def disk_format(stream: Stream, size: int) -> str | None:
    """The word of the container format a stream holds; None: no container that is known here."""
    signature = first_fit(DISKS, stream, size)
    return None if signature is None else signature.word
