"""Extended attributes in AppleDouble files (`._name`), which macOS writes beside a file on FAT, exFAT, network shares and in zips.

A head (magic, version, 16 unused bytes, number of parts), then kind, place and length of each part, all big-endian. Part 9 is the Finder's
information; behind its 32 bytes and 2 of padding stand `ATTR` and a table of attributes: place, length, flags, length of the name, name.
Source: RFC 1740 and the structures in `vfs_xattr.c` of XNU (mark A).
"""

from __future__ import annotations

import struct

from triage.errors import Malformed

MAGIC = b"\x00\x05\x16\x07"
_HEAD = struct.Struct(">II16xH")
_PART = struct.Struct(">III")
_TABLE = struct.Struct(">IIIII12xHH")
_ENTRY = struct.Struct(">IIHB")
_FINDER, _FINDER_BYTES = 9, 34
_MOST = 1024  # attributes of one file


def extended_attributes(data: bytes) -> dict[str, bytes]:
    """Name and bytes of each attribute, in the order of the file; none where it has no table. Raises Malformed."""
    if not data.startswith(MAGIC):
        raise Malformed("no AppleDouble file")
    _, _, parts = _unpacked(_HEAD, data, 0)
    for number in range(min(parts, 64)):
        kind, place, length = _unpacked(_PART, data, _HEAD.size + number * _PART.size)
        if kind == _FINDER and length > _FINDER_BYTES:
            return _attributes(data, place + _FINDER_BYTES)
    return {}


def _attributes(data: bytes, at: int) -> dict[str, bytes]:
    if data[at : at + 4] != b"ATTR":
        return {}
    *_, count = _unpacked(_TABLE, data, at)
    found: dict[str, bytes] = {}
    at += _TABLE.size
    for _ in range(min(count, _MOST)):
        place, length, _, characters = _unpacked(_ENTRY, data, at)
        name = data[at + _ENTRY.size : at + _ENTRY.size + characters].rstrip(b"\0")
        if place + length > len(data):
            raise Malformed(f"the attribute {name!r} lies behind the end of the file")
        found[name.decode("utf-8", "backslashreplace")] = data[place : place + length]
        at += (_ENTRY.size + characters + 3) & ~3
    return found


def _unpacked(form: struct.Struct, data: bytes, at: int) -> tuple[int, ...]:
    try:
        return form.unpack_from(data, at)
    except struct.error as error:
        raise Malformed("the table of extended attributes is cut short") from error
