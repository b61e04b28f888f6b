"""The structures of a VHDX file: headers, region tables, metadata.

Source: [MS-VHDX] "Virtual Hard Disk v2 (VHDX) File Format", sections 2.2 to 2.6.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Malformed, Truncated, Unsupported
from triage.evidence.pieces import disk_size, exactly, fields, power_of_two, taken

if TYPE_CHECKING:
    from triage.evidence.streams import ReadOnly

HEADERS, REGIONS = (0x10000, 0x20000), (0x30000, 0x40000)
REGION_SIZE = 0x10000
BAT = uuid.UUID("2dc27766-f623-4200-9d64-115e9bfd4a08")
METADATA = uuid.UUID("8b7ca206-4790-4b9a-b8fe-575f050f886e")
FILE_PARAMETERS = uuid.UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b")
DISK_SIZE = uuid.UUID("2fa54224-cd1b-4876-b211-5dbed83bf4b8")
SECTOR_SIZE = uuid.UUID("8141bf1d-a96f-4709-ba47-f233a8faab5f")
PHYSICAL_SECTOR = uuid.UUID("cda348c7-445d-4471-9cc9-e9885251c556")
PAGE_83 = uuid.UUID("beca12ab-b2e6-4523-93ef-c309e000c746")
PARENT_LOCATOR = uuid.UUID("a8d35f2d-b30b-454d-abf7-d3d84834ab0c")
KNOWN_ITEMS = {FILE_PARAMETERS, DISK_SIZE, SECTOR_SIZE, PHYSICAL_SECTOR, PAGE_83, PARENT_LOCATOR}
PATH_KEYS = ("relative_path", "volume_path", "absolute_win32_path")
MOST_REGIONS, MOST_ITEMS = 2047, 2047
LONGEST_LOCATOR = 1 << 20


@dataclass(frozen=True, slots=True)
class Header:
    """The current header. `log_identity` is zero where the log is empty. `sound`: its checksum fits."""

    sequence: int
    data_identity: uuid.UUID
    log_identity: uuid.UUID
    log_offset: int
    log_length: int
    sound: bool


@dataclass(frozen=True, slots=True)
class Region:
    """Where a region lies in the file, in bytes."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the metadata say of the disk; `parent` has the keys of the parent locator (None: no parent)."""

    block: int
    size: int
    sector: int
    parent: dict[str, str] | None


def crc32c(data: bytes) -> int:
    """CRC-32C (Castagnoli), as all checksums of the format."""
    value = 0xFFFFFFFF
    table = _CRC32C
    for byte in data:
        value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
    return value ^ 0xFFFFFFFF


def checksum_fits(data: bytes) -> bool:
    """Whether the checksum at offset 4 is that of the structure with the checksum as zero."""
    return fields("<I", data, 4)[0] == crc32c(data[:4] + bytes(4) + data[8:])


def current_header(stream: ReadOnly) -> Header:
    """The sound header with the higher sequence number, or an unsound one where none is sound. Raises Malformed."""
    found = [_header(taken(stream, offset, 4096)) for offset in HEADERS]
    headers = [header for header in found if header is not None]
    if not headers:
        raise Malformed("neither of its two headers is there")
    return max(headers, key=lambda header: (header.sound, header.sequence))


def _header(data: bytes) -> Header | None:
    if len(data) < 4096 or data[:4] != b"head":
        return None
    (sequence,) = fields("<Q", data, 8)
    log_version, version, length = fields("<HHI", data, 64)
    if (log_version, version) != (0, 1):
        raise Unsupported(f"version {version} of VHDX (log version {log_version}), which Sigap does not know")
    (offset,) = fields("<Q", data, 72)
    return Header(sequence, guid(data, 32), guid(data, 48), offset, length, sound=checksum_fits(data))


def regions_of(stream: ReadOnly) -> tuple[dict[uuid.UUID, Region], bool]:
    """The regions, and whether the table they come from is sound. Raises Malformed, Unsupported."""
    tables = [taken(stream, offset, REGION_SIZE) for offset in REGIONS]
    tables = [table for table in tables if len(table) == REGION_SIZE and table[:4] == b"regi"]
    if not tables:
        raise Malformed("neither of its two region tables is there")
    sound = [table for table in tables if checksum_fits(table)]
    regions = _regions((sound or tables)[0])
    for needed, name in ((BAT, "block allocation table"), (METADATA, "metadata")):
        if needed not in regions:
            raise Malformed(f"its region table names no {name}")
    return regions, bool(sound)


def _regions(table: bytes) -> dict[uuid.UUID, Region]:
    (count,) = fields("<I", table, 8)
    if count > MOST_REGIONS:
        raise Malformed(f"its region table would have {count} entries")
    regions = {}
    for at in range(16, 16 + count * 32, 32):
        (offset,), (length, required) = fields("<Q", table, at + 16), fields("<II", table, at + 24)
        identity = guid(table, at)
        if required & 1 and identity not in {BAT, METADATA}:
            raise Unsupported(f"needs a region of VHDX that Sigap does not know ({identity})")
        regions[identity] = Region(offset, length)
    return regions


def metadata_of(stream: ReadOnly, region: Region) -> Metadata:
    """Read and check them. Raises Truncated, Malformed, Unsupported."""
    table = exactly(stream, region.offset, REGION_SIZE, "metadata")
    items = _items(table, region)
    block, flags = fields("<II", _item(stream, items, FILE_PARAMETERS, 8))
    (size,) = fields("<Q", _item(stream, items, DISK_SIZE, 8))
    (sector,) = fields("<I", _item(stream, items, SECTOR_SIZE, 4))
    if sector not in {512, 4096}:
        raise Malformed(f"its sectors would be {sector} bytes long")
    power_of_two(block, 1 << 20, 1 << 28, "block size")
    parent = _parent(stream, items) if flags & 2 else None
    return Metadata(block, disk_size(size), sector, parent)


def _items(table: bytes, region: Region) -> dict[uuid.UUID, Region]:
    (count,) = fields("<H", table, 10)
    if table[:8] != b"metadata" or count > MOST_ITEMS:
        raise Malformed("its metadata are not where its region table says")
    items = {}
    for at in range(32, 32 + count * 32, 32):
        offset, length, flags = fields("<3I", table, at + 16)
        identity = guid(table, at)
        if flags & 4 and identity not in KNOWN_ITEMS:
            raise Unsupported(f"needs metadata of VHDX that Sigap does not know ({identity})")
        items[identity] = Region(region.offset + offset, length)
    return items


def _item(stream: ReadOnly, items: dict[uuid.UUID, Region], identity: uuid.UUID, size: int) -> bytes:
    if identity not in items:
        raise Malformed(f"its metadata lack an item ({identity})")
    return exactly(stream, items[identity].offset, size, "metadata")


def _parent(stream: ReadOnly, items: dict[uuid.UUID, Region]) -> dict[str, str]:
    length = items[PARENT_LOCATOR].length if PARENT_LOCATOR in items else 0
    if not 20 <= length <= LONGEST_LOCATOR:
        raise Malformed("it depends on a parent disk and does not name it")
    data = _item(stream, items, PARENT_LOCATOR, length)
    (count,) = fields("<H", data, 18)
    found = {}
    for at in range(20, min(20 + count * 12, length - 11), 12):
        (key, value), (key_size, value_size) = fields("<II", data, at), fields("<HH", data, at + 8)
        found[_text(data, key, key_size)] = _text(data, value, value_size)
    return found


def _text(data: bytes, offset: int, size: int) -> str:
    return data[offset : offset + size].decode("utf-16-le", "replace").rstrip("\0")


def guid(data: bytes, offset: int) -> uuid.UUID:
    """A GUID as Microsoft stores it."""
    if len(data) < offset + 16:
        raise Truncated("the file ends inside an identifier")
    return uuid.UUID(bytes_le=data[offset : offset + 16])


def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return tuple(table)


_CRC32C = _crc_table()
