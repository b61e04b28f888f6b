"""What the first and last bytes of a source or volume say it is: the tables, as data, in one place.

Detection is by content, never by extension. It comes before The Sleuth Kit, which opens E01, VMDK, VHD and qcow2 files as
raw images without complaint. A format that gets a reader moves out of `SOURCES` into the opener's table.
Offsets are from the start of the source, negative ones from its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.evidence.base import Stream

RAW_FIRST = "convert it to a raw image first, for example with ewfexport, qemu-img convert or FTK Imager"
UNPACK_FIRST = "unpack it first and give Sigap what is inside"
UNLOCK_FIRST = "unlock it with its password or recovery key and give Sigap an image of the unlocked volume"
NO_READER = "this version of Sigap has no reader for it"
NOT_OPENED = "damaged, or of a kind the engine does not know"


@dataclass(frozen=True, slots=True)
class Signature:
    """Magic bytes at an offset, the title of what they mean, and what to do about it."""

    word: str
    title: str
    offset: int
    magic: bytes
    advice: str = NO_READER
    family: type[EvidenceError] = Unsupported

    def fits(self, stream: Stream, size: int) -> bool:
        """Whether a stream of this size has the magic."""
        at = self.offset if self.offset >= 0 else size + self.offset
        if at < 0 or at + len(self.magic) > size:
            return False
        stream.seek(at)
        return stream.read(len(self.magic)) == self.magic

    def error(self, where: str) -> EvidenceError:
        """The one line that says what, where, and what to do."""
        return self.family(f"{where}: {self.title}; {self.advice}")


SOURCES: tuple[Signature, ...] = (
    Signature("sparseimage", "an Apple sparse disk image", 0, b"sprs", RAW_FIRST),
    Signature("aff", "an AFF image", 0, b"AFF10\r\n\x00", RAW_FIRST),
    Signature("ad1", "an AccessData image (AD1)", 0, b"ADSEGMENTEDFILE", UNPACK_FIRST),
    Signature("ad1", "an encrypted AccessData image (AD1)", 0, b"ADCRYPT", UNLOCK_FIRST, Encrypted),
)

BITLOCKER_TO_GO = Signature(
    "bitlocker", "a BitLocker To Go volume", 424, bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")
)

# What holds further volumes: `holders` has a reader for each word.
HOLDERS: tuple[Signature, ...] = (
    Signature("luks", "a LUKS encrypted volume", 0, b"LUKS\xba\xbe"),
    Signature("bitlocker", "a BitLocker encrypted volume", 3, b"-FVE-FS-"),
    BITLOCKER_TO_GO,
    Signature("corestorage", "a Core Storage volume (FileVault 2)", 88, b"CS"),
    *(Signature("lvm", "a physical volume of LVM2", at, b"LABELONE") for at in (0, 512, 1024, 1536)),
    Signature("apfs", "an APFS container", 32, b"NXSB"),
)

# The ring of uberblocks in the first label of a ZFS disk, at the largest step that a sector size gives and at the smallest ones.
_UBERBLOCKS = (*range(0, 0x2000, 0x400), *range(0x2000, 0x20000, 0x1000))
_ZFS = (b"\x0c\xb1\xba\x00\x00\x00\x00\x00", b"\x00\x00\x00\x00\x00\xba\xb1\x0c")

# Encryption without a reader. Products by their boot sectors, as The Sleuth Kit's own detection has them (mark C).
_ENCRYPTED = (
    ("geli", "a volume encrypted by FreeBSD GELI", -512, b"GEOM::ELI"),
    ("pgp", "a disk encrypted by Symantec (PGP)", 3, b"PGPGUARD"),
    ("safeboot", "a disk encrypted by McAfee (SafeBoot)", 3, b"Safeboot"),
    ("safeboot", "a disk encrypted by McAfee (SafeBoot)", 3, b"SafeBoot"),
    ("securedoc", "a disk encrypted by WinMagic SecureDoc", 246, b"WMSD"),
    *(
        ("safeguard", "a disk encrypted by Sophos SafeGuard", at, word)
        for at in (110, 119)
        for word in (b"SGM400", b"SGE400")
    ),
)

VOLUMES: tuple[Signature, ...] = (
    *HOLDERS,
    Signature("xfs", "an XFS file system", 0, b"XFSB"),
    Signature("btrfs", "a Btrfs file system", 0x10040, b"_BHRfS_M"),
    Signature("refs", "a ReFS file system", 3, b"ReFS\x00"),
    Signature("mdraid", "a member of a Linux software RAID", 4096, b"\xfc\x4e\x2b\xa9"),
    Signature("mdraid", "a member of a Linux software RAID", 0, b"\xfc\x4e\x2b\xa9"),
    *(
        Signature("squashfs", "a SquashFS file system", 0, word)
        for word in (b"hsqs", b"sqsh", b"hsqt", b"shsq", b"qshs")
    ),
    Signature("erofs", "an EROFS file system", 1024, b"\xe2\xe1\xf5\xe0"),
    *(Signature("swap", "a Linux swap area", page - 10, b"SWAPSPACE2") for page in (4096, 8192, 16384, 65536)),
    Signature("hfs", "a classic HFS file system", 1024, b"BD"),
    Signature("minix", "a Minix file system", 1040, b"\x7f\x13"),
    Signature("minix", "a Minix file system", 1040, b"\x8f\x13"),
    Signature("minix", "a Minix file system", 1040, b"\x68\x24"),
    Signature("minix", "a Minix file system", 1040, b"\x78\x24"),
    Signature("udf", "a UDF file system", 0x8001, b"NSR02"),
    Signature("udf", "a UDF file system", 0x8001, b"BEA01"),
    Signature("jffs2", "a JFFS2 file system", 0, b"\x85\x19"),
    Signature("jffs2", "a JFFS2 file system", 0, b"\x19\x85"),
    Signature("ubifs", "a UBIFS file system", 0, b"\x31\x18\x10\x06"),
    *(Signature("reiserfs", "a ReiserFS file system", at + 52, b"ReIsEr") for at in (0x2000, 0x10000)),
    Signature("reiser4", "a Reiser4 file system", 0x10000, b"ReIsEr4"),
    Signature("jfs", "a JFS file system", 0x8000, b"JFS1"),
    Signature("nilfs2", "a NILFS2 file system", 1030, b"\x34\x34"),
    Signature("bcachefs", "a bcachefs file system", 4120, bytes.fromhex("c68573f64e1a45ca8265f57f48ba6d81")),
    Signature("bcachefs", "a bcachefs file system", 4120, bytes.fromhex("c68573f666ce90a9d96a60cf803df7ef")),
    Signature("bcache", "a bcache device", 4120, bytes.fromhex("c68573f64e1a45ca8265f57f48ba6d82")),
    Signature("gfs2", "a GFS2 file system", 0x10000, b"\x01\x16\x19\x70\x00\x00\x00\x01"),
    *(Signature("ocfs2", "an OCFS2 file system", 2 * block, b"OCFSV2") for block in (512, 1024, 2048, 4096)),
    Signature("vmfs", "a VMFS file system of VMware ESXi", 0x100000, b"\x0d\xd0\x01\xc0"),
    Signature("hpfs", "an HPFS file system", 0x2000, b"\x49\xe8\x95\xf9"),
    Signature("befs", "a BeFS file system", 544, b"1SFB"),
    Signature("qnx6", "a QNX6 file system", 0x2000, b"\x22\x11\x19\x68"),
    Signature("storage spaces", "a disk of Windows Storage Spaces", 4096, b"SPACEDB "),
    Signature("ldm", "a dynamic disk of Windows (LDM)", 3072, b"PRIVHEAD"),
    Signature("vdo", "a VDO volume", 0, b"dmvdo001"),
    Signature("cramfs", "a cramfs file system", 0, b"\x45\x3d\xcd\x28"),
    Signature("romfs", "a romfs file system", 0, b"-rom1fs-"),
    Signature("ubi", "a UBI volume", 0, b"UBI#"),
    *(Signature("zfs", "a member of a ZFS pool", 0x20000 + slot, magic) for slot in _UBERBLOCKS for magic in _ZFS),
    *(Signature(*each, UNLOCK_FIRST, Encrypted) for each in _ENCRYPTED),
    Signature("gpt", "a GPT partition table whose partitions do not fit this image", 512, b"EFI PART"),
    Signature("apm", "an Apple partition map that does not fit this image", 512, b"PM\x00\x00"),
    Signature("ntfs", "an NTFS file system", 3, b"NTFS    ", NOT_OPENED),
    Signature("exfat", "an exFAT file system", 3, b"EXFAT   ", NOT_OPENED),
    Signature("ext", "an ext2, ext3 or ext4 file system", 1080, b"\x53\xef", NOT_OPENED),
    Signature("hfs+", "an HFS+ file system", 1024, b"H+\x00\x04", NOT_OPENED),
    Signature("fat", "a FAT file system", 54, b"FAT1", NOT_OPENED),
    Signature("fat", "a FAT file system", 82, b"FAT32", NOT_OPENED),
    Signature("mbr", "a boot sector, perhaps of a partition table that does not fit this image", 510, b"\x55\xaa"),
)

# Both copies of the superblock: an image whose first copy is damaged is still one.
F2FS = tuple(Signature("f2fs", "an F2FS file system", at, b"\x10\x20\xf5\xf2") for at in (1024, 5120))
LOGICAL = (
    Signature("l01", "an EnCase logical evidence file (L01)", 0, b"LVF\x09\x0d\x0a\xff\x00"),
    Signature("lx01", "an EnCase logical evidence file (Lx01)", 0, b"LEF2\x0d\x0a\x81\x00"),
)
E01 = Signature("e01", "an EnCase image (E01)", 0, b"EVF\x09\x0d\x0a\xff\x00")


def first_fit(table: Iterable[Signature], stream: Stream, size: int) -> Signature | None:
    """The first signature of a table that a stream has."""
    return next((signature for signature in table if signature.fits(stream, size)), None)
