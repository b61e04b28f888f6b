"""The header of a qcow2 file and its extensions.

Source: "The QCOW2 image format", docs/interop/qcow2 of the QEMU documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Encrypted, Malformed, Unsupported
from triage.evidence.pieces import disk_size, exactly, fields
from triage.evidence.signatures import UNLOCK_FIRST

if TYPE_CHECKING:
    from triage.evidence.streams import ReadOnly

BACKING_FORMAT, DATA_FILE = 0xE2792ACA, 0x44415441  # types of header extensions
DIRTY, CORRUPT, EXTERNAL, PACKING, EXTENDED = 1, 2, 4, 8, 16  # bits of the incompatible features
KNOWN = DIRTY | CORRUPT | EXTERNAL | PACKING | EXTENDED
LONGEST_NAME = 1023
_VERSION_2, _VERSION_3 = 72, 104  # bytes of the header


@dataclass(frozen=True, slots=True)
class Header:
    """What reading needs of the header. Sizes and offsets in bytes."""

    version: int
    cluster_bits: int
    size: int
    table_offset: int
    table_entries: int
    features: int
    packing: str
    backing: str | None
    backing_format: str | None
    data_file: str | None

    @property
    def extended(self) -> bool:
        """Whether an entry of a table has a bitmap of 32 subclusters beside it."""
        return bool(self.features & EXTENDED)

    @property
    def entries_per_cluster(self) -> int:
        """Entries of a second-level table."""
        return (1 << self.cluster_bits) // (16 if self.extended else 8)


def header_of(stream: ReadOnly) -> Header:
    """Read and check it. Raises Truncated, Malformed, Unsupported, Encrypted."""
    data = exactly(stream, 0, _VERSION_2, "header")
    version = _version(data)
    if version == 3:
        data = exactly(stream, 0, _VERSION_3, "header")
    features, length = _features(version, data)
    (cluster_bits,) = fields(">I", data, 20)
    _check_encryption(data)
    if not 9 <= cluster_bits <= 21 or (features & EXTENDED and cluster_bits < 14):
        raise Malformed(f"its header has an impossible cluster size (2 to the power of {cluster_bits})")
    extensions = _extensions(stream, length)
    header = Header(
        version=version,
        cluster_bits=cluster_bits,
        size=disk_size(fields(">Q", data, 24)[0]),
        table_offset=fields(">Q", data, 40)[0],
        table_entries=fields(">I", data, 36)[0],
        features=features,
        packing=_packing(stream, features, length),
        backing=_backing(stream, data),
        backing_format=_text(extensions.get(BACKING_FORMAT)),
        data_file=_text(extensions.get(DATA_FILE)) if features & EXTERNAL else None,
    )
    _check_table(header)
    return header


def _version(data: bytes) -> int:
    if data[:4] != b"QFI\xfb":
        raise Malformed("its header is not that of a qcow2 disk")
    (version,) = fields(">I", data, 4)
    if version not in {2, 3}:
        raise Unsupported(f"version {version} of the qcow format; convert it with qemu-img convert first")
    return version


def _features(version: int, data: bytes) -> tuple[int, int]:
    if version == 2:
        return 0, _VERSION_2
    (features,) = fields(">Q", data, 72)
    (length,) = fields(">I", data, 100)
    if features & ~KNOWN:
        raise Unsupported(f"needs features of qcow2 that Sigap does not know (bits {features & ~KNOWN:#x})")
    if not _VERSION_3 <= length <= 4096 or length % 8:
        raise Malformed(f"its header says it is {length} bytes long")
    return features, length


def _check_encryption(data: bytes) -> None:
    (method,) = fields(">I", data, 32)
    if method:
        name = {1: "AES", 2: "LUKS"}.get(method, f"method {method}")
        raise Encrypted(f"a qcow2 disk encrypted by QEMU ({name}); {UNLOCK_FIRST}")


def _packing(stream: ReadOnly, features: int, length: int) -> str:
    kind = exactly(stream, _VERSION_3, 1, "header")[0] if features & PACKING and length > _VERSION_3 else 0
    if kind not in {0, 1}:
        raise Unsupported(f"its clusters are packed by method {kind}, which Sigap does not know")
    return "zstd" if kind else "deflate"


def _extensions(stream: ReadOnly, offset: int) -> dict[int, bytes]:
    """Type and content of each header extension, as far as they can be followed."""
    found: dict[int, bytes] = {}
    end = min(stream.size, 1 << 21)
    while offset + 8 <= end:
        kind, length = fields(">II", exactly(stream, offset, 8, "header extensions"))
        if kind == 0 or length > end - offset - 8:
            break
        if kind in {BACKING_FORMAT, DATA_FILE} and length <= LONGEST_NAME:
            found[kind] = exactly(stream, offset + 8, length, "header extensions")
        offset += 8 + (length + 7) // 8 * 8
    return found


def _backing(stream: ReadOnly, data: bytes) -> str | None:
    (offset,) = fields(">Q", data, 8)
    (length,) = fields(">I", data, 16)
    if not offset or not length:
        return None
    if length > LONGEST_NAME:
        raise Malformed(f"the name of its backing file is {length} bytes long")
    return _text(exactly(stream, offset, length, "name of the backing file"))


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")


def _check_table(header: Header) -> None:
    per_entry = header.entries_per_cluster << header.cluster_bits
    if header.table_entries * per_entry < header.size:
        raise Malformed(f"its table of {header.table_entries} entries is too short for a disk of {header.size} bytes")
    if header.table_offset % (1 << header.cluster_bits):
        raise Malformed("its table does not start on a cluster")
