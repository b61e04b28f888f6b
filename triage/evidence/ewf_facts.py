"""What an EWF image says about the disk and its acquisition: geometry, header values, stored digests, read errors.

Source: libewf, "Expert Witness Compression Format specification" (J. Metz), and the format notes of the Keramics project:
volume, disk, data, header, header2, xheader, hash, digest, xhash and error2 sections. Little-endian; each structure ends in the
Adler-32 of what is before. Nothing here raises for damage: what is damaged is not stated.
"""

from __future__ import annotations

import re
import struct
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from isal import isal_zlib

from triage.errors import Unreadable
from triage.evidence.ewf_chunks import InflateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.evidence.ewf_sections import Section
    from triage.evidence.ewf_segments import Segments

MOST_HEADER_BYTES = 4 << 20
MOST_READ_ERRORS = 10_000
VOLUME_BYTES = 1052  # of a volume, disk or data section; the first specification and SMART have fewer
_SPECIFIED_VOLUME = 94
_SECTORS = (512, 1024, 2048, 4096)  # bytes
_MOST_VALUE = 1 << 16  # characters of one header value
_MOST_OF_A_KIND = 16  # sections
_MEDIA = {0: "removable", 1: "fixed disk", 3: "optical disc", 0x0E: "logical files", 0x10: "memory"}
_LEVELS = {0: "none", 1: "fast", 2: "best"}
_FLAGS = {2: "physical device", 4: "Fastbloc write blocker", 8: "Tableau write blocker"}
_VALUES = {
    "c": "case number",
    "n": "evidence number",
    "a": "description",
    "e": "examiner",
    "t": "notes",
    "md": "model",
    "sn": "serial number",
    "l": "device label",
    "av": "software version",
    "ov": "operating system",
    "m": "acquired",
    "u": "system time",
    "p": "password hash",
    "pid": "process",
    "ext": "extents",
}
_EXTENDED = {
    "case_number": "c", "description": "a", "examiner_name": "e", "evidence_number": "n", "notes": "t",
    "acquiry_operating_system": "ov", "acquiry_date": "m", "acquiry_software_version": "av", "model": "md",
    "serial_number": "sn", "device_label": "l",
}  # fmt: skip
_TAG = re.compile(r"<([a-z0-9_]+)>\s*([^<>]*?)\s*</\1>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Geometry:
    """Size and division of the disk. `footed`: tables carry a checksum after their entries (not so in SMART)."""

    sectors: int
    sector_bytes: int
    chunk_sectors: int
    media: int
    flags: int | None
    level: int | None
    set_identifier: bytes
    footed: bool

    @property
    def size(self) -> int:
        """Bytes of the disk."""
        return self.sectors * self.sector_bytes

    @property
    def chunk(self) -> int:
        """Bytes of a chunk."""
        return self.chunk_sectors * self.sector_bytes

    @property
    def chunks(self) -> int:
        """How many chunks the disk has."""
        return -(-self.size // self.chunk)


def geometry_of(data: bytes, *, damaged: bool = False) -> Geometry | None:
    """The data of a volume, disk or data section; None where damaged or without sense.

    Some Logicube products leave the checksum of the data section zero; such a section is not used. With `damaged` the
    checksum may be wrong, and the size and division of the disk have to agree with the number of chunks instead.
    """
    if len(data) < _SPECIFIED_VOLUME:
        return None
    footed = len(data) >= VOLUME_BYTES
    length = VOLUME_BYTES if footed else _SPECIFIED_VOLUME
    if not damaged and not _sound(data, length):
        return None
    chunks, chunk_sectors, sector_bytes, sectors = struct.unpack_from("<IIIQ" if footed else "<IIII", data, 4)
    identifier = data[64:80] if footed else bytes(16)
    found = Geometry(
        sectors,
        sector_bytes,
        chunk_sectors,
        data[0],
        data[36] if footed else None,
        data[52] if footed else None,
        identifier,
        footed,
    )
    if not (sectors and sector_bytes and chunk_sectors):
        return None
    return found if not damaged or (sector_bytes in _SECTORS and found.chunks == chunks) else None


def about(geometry: Geometry) -> Iterator[tuple[str, str]]:
    """The geometry as facts."""
    yield "media type", _MEDIA.get(geometry.media, f"unknown ({geometry.media})")
    yield "sectors", f"{geometry.sectors} of {geometry.sector_bytes} bytes"
    yield "sectors per chunk", str(geometry.chunk_sectors)
    if geometry.flags is not None:
        yield "media flags", ", ".join(name for bit, name in _FLAGS.items() if geometry.flags & bit) or "none"
    if geometry.level is not None:
        yield "compression level", _LEVELS.get(geometry.level, f"unknown ({geometry.level})")
    if any(geometry.set_identifier):
        yield "set identifier", str(uuid.UUID(bytes_le=geometry.set_identifier))


@dataclass(frozen=True, slots=True)
class Statements:
    """Stored digests in hexadecimal, header values by their short names, unreadable sectors (first, count)."""

    md5: str | None = None
    sha1: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    read_errors: tuple[tuple[int, int], ...] = ()
    damaged: tuple[str, ...] = ()

    def facts(self) -> Iterator[tuple[str, str]]:
        """All but the digests, in a fixed order, with their titles."""
        values = dict(self.values)
        for key, title in _VALUES.items():
            if key in values:
                yield title, values[key]
        for first, count in self.read_errors[:100]:
            yield "sectors unreadable at acquisition", f"{first} to {first + count - 1}"
        if len(self.read_errors) > 100:
            yield "sectors unreadable at acquisition", f"and {len(self.read_errors) - 100} more ranges"
        for kind in self.damaged:
            yield "damaged section", kind


def statements_of(segments: Segments, sections: Iterable[Section]) -> Statements:
    """Read every section that states something. A later one overrules an earlier one, header2 overrules header."""
    found = Statements()
    order = {"header": 0, "xheader": 1, "header2": 2}
    by_kind: dict[str, list[Section]] = {}
    for section in sections:
        if section.kind in _READERS:
            by_kind.setdefault(section.kind, []).append(section)
    chosen = [section for kind in by_kind.values() for section in kind[-_MOST_OF_A_KIND:]]
    for section in sorted(chosen, key=lambda each: order.get(each.kind, 3)):
        try:
            data = segments.read(section.segment, section.start, min(section.size, MOST_HEADER_BYTES))
        except Unreadable:
            data = b""
        changed = _READERS[section.kind](found, data)
        found = changed or replace(found, damaged=(*found.damaged, section.kind)[:100])
    return found


def _sound(data: bytes, length: int) -> bool:
    """Whether a structure of this length ends in the checksum of the rest."""
    if len(data) < length:
        return False
    return bool(isal_zlib.adler32(data[: length - 4]) == struct.unpack_from("<I", data, length - 4)[0])


def _digest(found: Statements, data: bytes) -> Statements | None:
    if not _sound(data, 80):
        return None
    return replace(found, md5=_hex(data[:16]) or found.md5, sha1=_hex(data[16:36]) or found.sha1)


def _hash(found: Statements, data: bytes) -> Statements | None:
    return replace(found, md5=_hex(data[:16]) or found.md5) if _sound(data, 36) else None


def _hex(digest: bytes) -> str | None:
    return digest.hex() if any(digest) else None


def _read_errors(found: Statements, data: bytes) -> Statements | None:
    if not _sound(data, 520):
        return None
    count = struct.unpack_from("<I", data)[0]
    entries = data[520 : 520 + 8 * min(count, MOST_READ_ERRORS)]
    if count <= MOST_READ_ERRORS and not _sound(data[520:], 8 * count + 4):
        return None
    ranges = tuple(
        (first, number) for first, number in struct.iter_unpack("<II", entries[: len(entries) // 8 * 8]) if number
    )
    return replace(found, read_errors=ranges)


def _header(found: Statements, data: bytes) -> Statements | None:
    """A table of two lines after the line `main`: short names, then values, divided by tabulators."""
    text = _text(data)
    if text is None:
        return None
    lines = [line.rstrip("\r") for line in text.split("\n")]
    if "main" not in lines or len(lines) < lines.index("main") + 3:
        return None
    at = lines.index("main") + 1
    pairs = zip(lines[at].split("\t"), lines[at + 1].split("\t"), strict=False)
    return _with(found, ((key, _value(key, value)) for key, value in pairs))


def _extended(found: Statements, data: bytes) -> Statements | None:
    text = _text(data)
    if text is None:
        return None
    return _with(found, ((_EXTENDED.get(tag, ""), value) for tag, value in _TAG.findall(text)))


def _extended_hash(found: Statements, data: bytes) -> Statements | None:
    text = _text(data)
    if text is None:
        return None
    stated = {(tag.lower(), len(value)): value.lower() for tag, value in _TAG.findall(text)}
    return replace(found, md5=stated.get(("md5", 32), found.md5), sha1=stated.get(("sha1", 40), found.sha1))


def _with(found: Statements, pairs: Iterable[tuple[str, str]]) -> Statements:
    stated = {key: value for key, value in pairs if key in _VALUES and value and (key, value) != ("p", "0")}
    return replace(found, values=tuple({**dict(found.values), **stated}.items()))


def _value(key: str, value: str) -> str:
    """Times: seconds since 1970 (UTC, said by a Z) in header2; local time without a zone, `2002 3 4 10 19 59`, in header."""
    if key not in {"m", "u"}:
        return value.strip()[:_MOST_VALUE]
    try:
        if value.isdecimal():
            return datetime.fromtimestamp(int(value), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if int(value) else ""
        year, month, day, hour, minute, second = (int(part) for part in value.split())
        return datetime(year, month, day, hour, minute, second).isoformat()  # noqa: DTZ001 - no zone is stated
    except (ValueError, OverflowError, OSError):
        return value.strip()[:_MOST_VALUE]


def _text(data: bytes) -> str | None:
    """The unpacked text. The code page of a header section is not stated: bytes that are no UTF-8 show as `\\xe9`."""
    try:
        inflater = isal_zlib.decompressobj()
        raw = inflater.decompress(data, MOST_HEADER_BYTES)
    except InflateError:
        return None
    if not inflater.eof:
        return None
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace").rstrip("\0")
    return raw.decode("utf-8", "backslashreplace").rstrip("\0")


_READERS = {
    "header": _header,
    "header2": _header,
    "xheader": _extended,
    "hash": _hash,
    "digest": _digest,
    "xhash": _extended_hash,
    "error2": _read_errors,
}
