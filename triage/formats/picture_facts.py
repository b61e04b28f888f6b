"""What a picture's file says of it, put together from EXIF, maker's notes, XMP, IPTC and the JPEG's own structure.

One value may be written in several places: EXIF is taken first, then XMP; IPTC has no field of the camera. What was taken from where
is said for the time alone (`taken_from`); all tags stand in `sources`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from triage.errors import EvidenceError
from triage.formats import exif, flir, jpeg_parts, jxl, older_raw, picture, raw_picture, xmp
from triage.formats.exif_tags import Values

if TYPE_CHECKING:
    from triage.formats.jpeg_parts import Encoding
    from triage.model import Stamp

_IDS = ("xmpMM:OriginalDocumentID", "xmpMM:DocumentID", "xapMM:DocumentID")
_SOFTWARE = ("xmp:CreatorTool", "xap:CreatorTool")
_SERIALS = ("exifEX:BodySerialNumber", "aux:SerialNumber")


@dataclass(frozen=True, slots=True)
class Source:
    """One source of metadata: every tag as text, and whether all of it was read."""

    name: str
    tags: dict[str, str]
    complete: bool = True


@dataclass(slots=True)
class Facts:
    """All that was read. `state` is none, read, partly read or unreadable; `problems` are kinds with their words."""

    values: Values = field(default_factory=Values)
    state: str = "none"
    taken_at: Stamp | None = None
    taken_from: str | None = None
    zone: str | None = None
    document_id: str | None = None
    size: tuple[int, int] | None = None
    several: bool = False
    encoding: Encoding | None = None
    thumbnail: bytes | None = None
    raw: bool = False
    sources: list[Source] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)

    def first(self, *names: str) -> str | None:
        """The first of these XMP properties that is there."""
        return next((self.properties[name] for name in names if self.properties.get(name)), None)

    def camera(self) -> dict[str, Any]:
        """The values of a record, EXIF first, then XMP."""
        values = self.values
        return {
            "make": values.make or self.first("tiff:Make"),
            "model": values.model or self.first("tiff:Model"),
            "serial": values.serial or self.first(*_SERIALS),
            "lens": values.lens or self.first("exifEX:LensModel", "aux:Lens"),
            "owner": values.owner or self.first("aux:OwnerName", "exifEX:CameraOwnerName"),
            "author": values.author or self.first("dc:creator"),
            "software": values.software or self.first(*_SOFTWARE),
            "orientation": values.orientation or _orientation(self.first("tiff:Orientation")),
            **_place(self),
        }


def _orientation(text: str | None) -> int | None:
    return int(text) if text and text in "12345678" and len(text) == 1 else None


def read(stream: BinaryIO) -> Facts:
    """Everything but the pixels. Raises nothing of its own: what cannot be read is in `problems`. Raises EvidenceError of the stream."""
    facts = Facts()
    stream.seek(0)
    jpeg = stream.read(2) == b"\xff\xd8"
    parts = jpeg_parts.read(stream) if jpeg else None
    _take_exif(facts, stream)
    packets, photoshop = [], b""
    if parts is not None:
        packets, photoshop = parts.packets(), parts.photoshop or b""
        _take_encoding(facts, parts)
        _take_flir(facts, parts)
    if not jpeg or facts.size is None:
        packets += _take_header(facts, stream)
    _take_xmp(facts, packets)
    if found := xmp.iptc(photoshop):
        facts.sources.append(Source("iptc", found))
    facts.raw = not jpeg and raw_picture.is_raw(stream)
    if facts.raw:
        _take_raw(facts, stream)
    facts.size = facts.size or jxl.size(stream)
    return facts


def _take_exif(facts: Facts, stream: BinaryIO) -> None:
    try:
        found = exif.read(stream)
    except EvidenceError as error:
        facts.state = "unreadable"
        facts.problems.append((error.kind, f"EXIF cannot be read: {error}"))
        return
    if found is None:
        return
    facts.values, facts.thumbnail = found.values, found.thumbnail
    facts.taken_at, facts.zone = found.values.taken_at, found.values.zone
    facts.taken_from = "EXIF DateTimeOriginal" if facts.taken_at else None
    facts.state = "partly read" if found.partial else "read"
    facts.sources.append(Source("exif", found.tags, complete=found.partial is None))
    if found.partial:
        facts.problems.append(("malformed", found.partial))
    if found.notes.raw:
        facts.sources.append(
            Source("maker note", {"maker": found.notes.maker or "", **found.notes.raw}, complete=not found.notes.broken)
        )


def _take_encoding(facts: Facts, parts: jpeg_parts.JpegParts) -> None:
    facts.size, facts.encoding = parts.size, parts.encoding
    encoding = parts.encoding
    told = {
        "segments": " ".join(encoding.segments)[:1000],
        "kind": encoding.kind,
        "sampling": encoding.sampling,
        "tables": encoding.tables_fingerprint,
        "quality": str(encoding.quality) if encoding.quality else None,
        "comment": encoding.comment,
    }
    facts.sources.append(
        Source("jpeg", {name: text for name, text in told.items() if text}, complete=parts.broken is None)
    )


def _take_flir(facts: Facts, parts: jpeg_parts.JpegParts) -> None:
    """The number of a thermal camera, where EXIF has none."""
    found = flir.camera(parts.flir) if parts.flir else None
    if found is None:
        return
    facts.sources.append(Source("flir", {name: text for name, text in found._asdict().items() if text}))
    facts.values = replace(
        facts.values, serial=facts.values.serial or found.serial, model=facts.values.model or found.model
    )


def _take_header(facts: Facts, stream: BinaryIO) -> list[bytes]:
    """A failure is told once, with the preview."""
    try:
        found = picture.header(stream)
    except EvidenceError:
        return []
    facts.size, facts.several = (found.width, found.height), found.several
    return [found.xmp] if found.xmp else []


def _take_xmp(facts: Facts, packets: list[bytes]) -> None:
    found = xmp.read(packets)
    if found is None:
        return
    facts.properties = found.tags
    facts.sources.append(Source("xmp", found.tags, complete=found.problem is None))
    if found.problem:
        facts.problems.append(("malformed", found.problem))
    facts.document_id = found.first(*_IDS)
    if facts.taken_at is None and (taken := xmp.taken_at(found.tags)):
        facts.taken_at, facts.taken_from, facts.zone = taken.at, f"XMP {taken.name}", taken.zone


def _take_raw(facts: Facts, stream: BinaryIO) -> None:
    """The size of the sensor's picture (as EXIF says, else the largest that the directories tell of), and what older files hold."""
    values = facts.values
    of_exif = (values.width, values.height) if values.width and values.height else None
    facts.size = raw_picture.sensor_size(stream) or of_exif or facts.size
    if found := older_raw.read(stream):
        facts.values = replace(values, make=found.make, model=found.model, owner=found.owner, serial=found.serial)
        facts.taken_at, facts.size = found.taken_at, found.size
        facts.taken_from, facts.zone = "raw header" if found.taken_at else None, None
        facts.sources.append(Source("container", found.tags))
    elif values.serial is None:
        facts.values = replace(values, serial=_inner_serial(stream))


def _inner_serial(stream: BinaryIO) -> str | None:
    """Panasonic keeps the maker's note in the EXIF of the JPEG inside alone."""
    try:
        found = exif.read(raw_picture.shown(stream))
    except EvidenceError:
        return None
    return found.values.serial if found else None


def _place(facts: Facts) -> dict[str, object]:
    values = facts.values
    if values.latitude is not None and values.longitude is not None:
        return {"latitude": values.latitude, "longitude": values.longitude, "altitude": values.altitude}
    latitude, longitude = (xmp.degrees(facts.first(f"exif:GPS{name}")) for name in ("Latitude", "Longitude"))
    known = latitude is not None and longitude is not None
    return {"latitude": latitude, "longitude": longitude, "altitude": values.altitude} if known else {}


__all__ = ["Facts", "Source", "read"]
