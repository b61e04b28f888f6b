"""The zip of an AFF4 container: its segments by resource name, and its description.

Source: "AFF4 Standard v1.0a", section 5 (storage layer).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from triage.errors import Malformed, Truncated, Unsupported
from triage.evidence.aff4_turtle import SCHEMA, TYPE, Properties, Value, statements
from triage.evidence.pieces import exactly, fields
from triage.evidence.unpack import inflated
from triage.evidence.zip_directory import ZipDirectory

if TYPE_CHECKING:
    from triage.evidence.streams import FileStream
    from triage.evidence.zip_directory import ZipMember

MOST_SEGMENTS = 1 << 18
LARGEST_DESCRIPTION = 4 << 20
DESCRIPTION, NAME = "information.turtle", "container.description"


@dataclass(frozen=True, slots=True)
class Segment:
    """Where a member of the zip lies. `method`: 0 stored, 8 deflate."""

    header: int
    packed: int
    size: int
    method: int


class Volume:
    """Segments by full resource name, properties by resource."""

    def __init__(self, stream: FileStream) -> None:
        """Raises Malformed, Truncated, Unsupported."""
        self.stream = stream
        found = {}
        for index, member in ZipDirectory(stream, stream.size).members(MOST_SEGMENTS + 1):
            if index == MOST_SEGMENTS:
                raise Unsupported(f"an AFF4 container with more than {MOST_SEGMENTS} segments")
            found[unquote_to_bytes(member.name.lstrip(b"/")).decode("utf-8", "replace")] = _segment(member)
        if DESCRIPTION not in found:
            raise Malformed("its description (information.turtle) is missing")
        name = self.content(found[NAME], 4096).decode("utf-8", "replace").strip("\0\r\n ") if NAME in found else ""
        self._segments = {key if key.startswith("aff4://") else f"{name}/{key}": value for key, value in found.items()}
        text = self.content(found[DESCRIPTION], LARGEST_DESCRIPTION).decode("utf-8", "replace")
        self.resources: dict[str, Properties] = statements(text)

    def segment(self, name: str) -> Segment:
        """Raises Truncated where the container has none of that name."""
        if name not in self._segments:
            raise Truncated(f"the segment {name[-60:]!r} is not in this container")
        return self._segments[name]

    def start(self, segment: Segment) -> int:
        """Where the content of a segment starts in the file. Raises Malformed, Truncated."""
        data = exactly(self.stream, segment.header, 30, "segments")
        if data[:4] != b"PK\x03\x04":
            raise Malformed("a segment is not where the directory of the zip says")
        name, extra = fields("<HH", data, 26)
        return segment.header + 30 + name + extra

    def content(self, segment: Segment, most: int) -> bytes:
        """A whole segment. Raises Malformed, Truncated, Unsupported."""
        if segment.size > most or segment.packed > most or segment.method not in {0, 8}:
            raise Unsupported(f"a segment of {segment.size} bytes, packed by zip method {segment.method}")
        data = exactly(self.stream, self.start(segment), segment.packed, "segments")
        return data if segment.method == 0 else inflated(data, segment.size)

    def of_type(self, name: str) -> list[str]:
        """Resources of a type of the AFF4 schema, sorted."""
        wanted = Value(SCHEMA + name)
        return sorted(resource for resource, properties in self.resources.items() if wanted in properties.get(TYPE, []))

    def is_a(self, resource: str, name: str) -> bool:
        """Whether the resource has this type."""
        return Value(SCHEMA + name) in self.resources.get(resource, {}).get(TYPE, [])

    def value(self, resource: str, name: str) -> str | None:
        """The first value of a property; None: there is none."""
        values = self.resources.get(resource, {}).get(SCHEMA + name)
        return values[0].text if values else None

    def number(self, resource: str, name: str) -> int:
        """A whole number that must be there. Raises Malformed."""
        text = self.value(resource, name)
        if text is None or not text.isascii() or not text.isdigit() or len(text) > 18:
            raise Malformed(f"its description gives no {name} of {resource[-50:]!r}")
        return int(text)


def _segment(member: ZipMember) -> Segment:
    return Segment(member.header, member.packed, member.size, member.method)
