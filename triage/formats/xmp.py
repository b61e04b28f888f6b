"""XMP: what programs write about a picture, as text by name; and the IPTC records that agencies write.

The XML is read by `xml_events` (no document type, no entities, bounded). Names are those of the document with its own prefixes; values
of lists are joined by "; ". Sources: the XMP specification parts 1 and 2, IPTC IIM 4.2 (mark A, compared with exiftool).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from triage.errors import EvidenceError
from triage.formats.exif_tags import moment
from triage.formats.xml_events import Start, XmlEvents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from triage.model import Stamp

MOST_BYTES = 8 << 20
MOST_TAGS = 400
LONGEST = 240
_LIST = frozenset({"rdf:Seq", "rdf:Bag", "rdf:Alt", "rdf:li", "rdf:Description", "rdf:RDF", "x:xmpmeta", "x:xapmeta"})
_IPTC = {
    5: "ObjectName", 25: "Keywords", 55: "DateCreated", 60: "TimeCreated", 62: "DigitalCreationDate", 63: "DigitalCreationTime",
    65: "OriginatingProgram", 70: "ProgramVersion", 80: "By-line", 85: "By-lineTitle", 90: "City", 92: "Sub-location",
    95: "Province-State", 101: "Country", 103: "OriginalTransmissionReference", 105: "Headline", 110: "Credit", 115: "Source",
    116: "CopyrightNotice", 118: "Contact", 120: "Caption", 122: "Writer-Editor",
}  # fmt: skip
_PLACE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])\Z")
_ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)\Z")


@dataclass(frozen=True, slots=True)
class Xmp:
    """Every property as text, and what went wrong on the way, where something did."""

    tags: dict[str, str]
    problem: str | None = None

    def first(self, *names: str) -> str | None:
        """The first of these properties that is there and not empty."""
        return next((self.tags[name] for name in names if self.tags.get(name)), None)


def read(packets: Sequence[bytes]) -> Xmp | None:
    """The properties of an XMP packet and of what extends it; None where there is no packet."""
    tags: dict[str, str] = {}
    problem = None
    for packet in packets:
        try:
            for name, value in _properties(packet[:MOST_BYTES].strip(b"\0 \t\r\n")):
                if value and len(tags) < MOST_TAGS and len(tags.get(name, "")) < LONGEST:
                    tags[name] = f"{tags[name]}; {value}"[:LONGEST] if name in tags else value[:LONGEST]
        except EvidenceError as error:
            problem = f"XMP was read in part: {error}"
    return Xmp(tags, problem) if packets else None


def _properties(packet: bytes) -> Iterator[tuple[str, str]]:
    """Names are the property's, with `/` before the parts of a structure. Raises EvidenceError."""
    open_tags: list[str] = []
    for event in XmlEvents(io.BytesIO(packet), prefixed=True):
        if isinstance(event, Start):
            open_tags.append(event.name)
            path = _path(open_tags)
            for name, value in event.attributes.items():
                if not name.startswith(("xmlns", "rdf:", "xml:")):
                    yield f"{path}/{name}" if path else name, value.strip()
        else:
            path = _path(open_tags)
            open_tags.pop()
            if path and event.text.strip():
                yield path, event.text.strip()


def _path(open_tags: list[str]) -> str:
    return "/".join(name for name in open_tags if name not in _LIST)


class Taken(NamedTuple):
    """A time, the property that says it, and the zone as recorded."""

    at: Stamp
    name: str
    zone: str | None


def taken_at(tags: Mapping[str, str]) -> Taken | None:
    """When the picture was made, by XMP's own words."""
    for name in ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate"):
        text = tags.get(name, "")
        zone = _ZONE.search(text)
        if found := moment(text, zone[1] if zone else None):
            return Taken(found, name, zone[1] if zone else None)
    return None


def degrees(text: str | None) -> float | None:
    """`6,10.5S` or `6,10,30S` as degrees; None where it is neither."""
    match = _PLACE.match(text or "")
    if match is None:
        return None
    found = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    if found > (90 if match[4] in "NS" else 180):
        return None
    return -found if match[4] in "SW" else found


def iptc(photoshop: bytes) -> dict[str, str]:
    """The IPTC records in Photoshop's image resources (`8BIM`), by name; repeated ones are joined. Never raises."""
    found: dict[str, str] = {}
    for name, value in _datasets(_resource(photoshop, 0x0404)):
        if value and len(found.get(name, "")) < LONGEST:
            found[name] = f"{found[name]}; {value}"[:LONGEST] if name in found else value[:LONGEST]
    return found


def _resource(data: bytes, wanted: int) -> bytes:
    at = 0
    while data[at : at + 4] == b"8BIM":
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        name = data[at + 6] if len(data) > at + 6 else 0
        start = at + 6 + (name + 2 & ~1)
        size = int.from_bytes(data[start : start + 4], "big")
        if number == wanted:
            return data[start + 4 : start + 4 + size]
        at = start + 4 + (size + 1 & ~1)
    return b""


def _datasets(data: bytes) -> Iterator[tuple[str, str]]:
    """Datasets of record 2; one of more than 32 KiB ends them."""
    at = 0
    while data[at : at + 1] == b"\x1c" and at + 5 <= len(data):
        record, number, size = data[at + 1], data[at + 2], int.from_bytes(data[at + 3 : at + 5], "big")
        if size & 0x8000:
            return
        if record == 2 and number in _IPTC:
            yield _IPTC[number], data[at + 5 : at + 5 + size].decode("utf-8", "backslashreplace").strip(" \0")
        at += 5 + size
