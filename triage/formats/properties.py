"""Properties of an Android system: `build.prop` (lines) and `persistent_properties` (protobuf).

Reference: AOSP `init/property_service.cpp` and `init/persistent_properties.proto` (mark A): field 1, repeated, a record whose field 1 is the
name and field 2 the value. Lines are `name=value`; `#` begins a comment, `import` names another file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

_LENGTH_DELIMITED = 2


def from_lines(data: bytes) -> dict[str, str]:
    """The properties of a `build.prop`; the first of a name counts, as for read-only properties on the phone."""
    found: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith("#"):
            found.setdefault(name.strip(), value.strip())
    return found


def from_protobuf(data: bytes) -> Iterator[tuple[str, str]]:
    """Names and values of `persistent_properties`. Raises Malformed behind the last that can be had."""
    for number, record in _fields(data):
        if number == 1:
            parts = dict(_fields(record))
            yield parts.get(1, b"").decode("utf-8", "replace"), parts.get(2, b"").decode("utf-8", "replace")


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Fields that hold bytes; the format has no others."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key & 7 != _LENGTH_DELIMITED:
            raise Malformed(f"no property where one belongs, before byte {at}")
        length, at = _varint(data, at)
        if at + length > len(data):
            raise Malformed(f"a property breaks off at byte {at}")
        yield key >> 3, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 35, 7):
        if at >= len(data):
            break
        value |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return value, at
    raise Malformed(f"a number breaks off at byte {at}")
