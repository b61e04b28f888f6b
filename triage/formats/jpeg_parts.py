"""The segments of a JPEG before its first scan, in one pass: EXIF, XMP, IPTC, the size, and how the file was encoded.

How a file was encoded (quantisation tables, sampling, order of segments) is the same for all files that one program writes at one
setting: `Encoding` is a fingerprint of the source, not of the picture.
Sources: ITU-T T.81 annex B, CIPA DC-008 (APP1), the XMP specification part 3, and for the quality the tables of T.81 annex K scaled as the
library of the Independent JPEG Group does (mark A).
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from functools import cache
from typing import BinaryIO

from triage.errors import EvidenceError, Malformed, Truncated
from triage.formats import flir

MOST_SEGMENTS = 4096
MOST_XMP = 4 << 20
EXIF, XMP, MORE_XMP = b"Exif\0", b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
PHOTOSHOP = b"Photoshop 3.0\0"
_NAMES = {
    b"JFIF": "JFIF",
    b"JFXX": "JFXX",
    b"Exif": "Exif",
    b"http": "XMP",
    b"Phot": "IPTC",
    b"ICC_": "ICC",
    b"MPF\0": "MPF",
    b"Adob": "Adobe",
}

_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_START_OF_SCAN, _END, _TABLES, _COMMENT = 0xDA, 0xD9, 0xDB, 0xFE
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_LOSSLESS = frozenset({0xC3, 0xC7, 0xCB, 0xCF})
# T.81 table K.1, luminance, in the zigzag order in which a file holds it.
_STANDARD = (
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
    56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92,
    101, 103, 99,
)  # fmt: skip


@dataclass(slots=True)
class Encoding:
    """How it was encoded. `segments` are names in order, `tables` the quantisation tables by number as they are stored."""

    segments: list[str] = field(default_factory=list)
    tables: dict[int, bytes] = field(default_factory=dict)
    sampling: str | None = None
    kind: str | None = None  # baseline, progressive, lossless
    comment: str | None = None

    @property
    def fingerprint(self) -> str | None:
        """16 hexadecimal digits over segments, tables, sampling and kind; None where there are no tables."""
        if not self.tables:
            return None
        parts = [" ".join(self.segments), self.sampling or "", self.kind or ""]
        parts += [f"{number}:{table.hex()}" for number, table in sorted(self.tables.items())]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    @property
    def tables_fingerprint(self) -> str | None:
        """8 hexadecimal digits over the tables alone."""
        data = b"".join(bytes((number,)) + table for number, table in sorted(self.tables.items()))
        return hashlib.sha256(data).hexdigest()[:8] if data else None

    @property
    def quality(self) -> int | None:
        """The setting 1 to 100 that gives the first table in the library of the Independent JPEG Group; None: another program's table."""
        return _qualities().get(self.tables.get(0, b""))


@dataclass(slots=True)
class JpegParts:
    """What stands before the first scan. `broken` says how the segments broke off, where they did."""

    exif: bytes | None = None
    xmp: bytes | None = None
    photoshop: bytes | None = None
    size: tuple[int, int] | None = None
    encoding: Encoding = field(default_factory=Encoding)
    broken: EvidenceError | None = None
    more_xmp: dict[bytes, bytes] = field(default_factory=dict)
    flir: bytes = b""

    def packets(self) -> list[bytes]:
        """The XMP packet and what extends it."""
        return [packet for packet in (self.xmp, *self.more_xmp.values()) if packet]


def read(stream: BinaryIO) -> JpegParts:
    """The parts of a JPEG that begins at the start of a stream. Raises nothing of its own: see `broken`."""
    parts = JpegParts()
    stream.seek(2)
    try:
        for _ in range(MOST_SEGMENTS):
            if not _segment(stream, parts):
                break
        else:
            parts.broken = Malformed("the JPEG has too many segments")
    except (Malformed, Truncated) as error:
        parts.broken = error
    return parts


def _segment(stream: BinaryIO, parts: JpegParts) -> bool:
    """Take in one segment; whether another may follow."""
    marker = _marker(stream)
    if marker in _STANDALONE:
        return True
    if marker in {_START_OF_SCAN, _END}:
        return False
    length = int.from_bytes(_exactly(stream, 2), "big") - 2
    if length < 0:
        raise Malformed("a JPEG segment has an impossible length")
    payload = _exactly(stream, length)
    parts.encoding.segments.append(_name(marker, payload))
    if marker == _TABLES:
        _take_tables(payload, parts.encoding.tables)
    elif marker in _FRAMES:
        _take_frame(marker, payload, parts)
    elif marker == _COMMENT:
        parts.encoding.comment = payload[:240].decode("utf-8", "backslashreplace").strip(" \0\r\n") or None
    elif 0xE1 <= marker <= 0xED:
        _take_application(payload, parts)
    return True


def _take_application(payload: bytes, parts: JpegParts) -> None:
    if payload.startswith(EXIF):
        parts.exif = payload[6:] if parts.exif is None else parts.exif
    elif payload.startswith(XMP):
        parts.xmp = payload[len(XMP) :] if parts.xmp is None else parts.xmp
    elif payload.startswith(PHOTOSHOP):
        parts.photoshop = (parts.photoshop or b"") + payload[len(PHOTOSHOP) :]
    elif payload.startswith(flir.SEGMENT):
        parts.flir += payload[8:] if len(parts.flir) < flir.MOST_BYTES else b""
    elif payload.startswith(MORE_XMP):
        name = payload[len(MORE_XMP) : len(MORE_XMP) + 32]
        held = parts.more_xmp.get(name, b"")
        if len(held) < MOST_XMP:
            parts.more_xmp[name] = held + payload[len(MORE_XMP) + 40 :]


def _take_tables(payload: bytes, tables: dict[int, bytes]) -> None:
    at = 0
    while at < len(payload):
        size = 128 if payload[at] >> 4 else 64
        table = payload[at + 1 : at + 1 + size]
        if len(table) == size:
            tables[payload[at] & 15] = table
        at += 1 + size


def _take_frame(marker: int, payload: bytes, parts: JpegParts) -> None:
    if len(payload) < 6 or parts.size is not None:
        return
    parts.size = int.from_bytes(payload[3:5], "big"), int.from_bytes(payload[1:3], "big")
    components = [payload[at : at + 3] for at in range(6, min(len(payload), 6 + 3 * payload[5]), 3)]
    parts.encoding.sampling = ",".join(f"{each[1] >> 4}x{each[1] & 15}" for each in components if len(each) == 3)
    kinds = {**dict.fromkeys(_PROGRESSIVE, "progressive"), **dict.fromkeys(_LOSSLESS, "lossless")}
    parts.encoding.kind = kinds.get(marker, "baseline")


def _name(marker: int, payload: bytes) -> str:
    if 0xE0 <= marker <= 0xEF:
        known = _NAMES.get(payload[:4])
        return f"APP{marker - 0xE0}" + (f"({known})" if known else "")
    return {_TABLES: "DQT", 0xC4: "DHT", _COMMENT: "COM", 0xDD: "DRI"}.get(marker, f"{marker:02X}")


def _marker(stream: BinaryIO) -> int:
    """The code of the next marker; bytes 0xFF before it are filling."""
    if _exactly(stream, 1) != b"\xff":
        raise Malformed("the JPEG has bytes between its segments that belong to none")
    for _ in range(1024):
        if (code := _exactly(stream, 1)) != b"\xff":
            return code[0]
    raise Malformed("the JPEG has endless filling between its segments")


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise Truncated("the picture ends before its metadata does")
    return data


@cache
def _qualities() -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for quality in range(1, 101):
        scale = 5000 // quality if quality < 50 else 200 - quality * 2
        found[bytes(min(255, max(1, (each * scale + 50) // 100)) for each in _STANDARD)] = quality
    return found


def embedded_size(stream: BinaryIO, at: int) -> tuple[int, int] | None:
    """The size of a JPEG at an offset, that is inside another file; None where it is none that pictures are shown from."""
    stream.seek(at)
    parts = read(io.BytesIO(stream.read(1 << 18)))
    return parts.size if parts.encoding.kind != "lossless" and parts.encoding.tables else None
