"""Answers of servers in the disk cache of Chromium and of programs made of it (Electron): the bodies, as far as they can be unpacked.

Two forms. *Simple* (Linux, macOS): a file `<16 digits>_0` for each answer: a header with the address, the body, an end mark, headers
(mark A: Chromium's source). *Blocks* (Windows): `data_1` to `data_3` hold small answers in blocks of 256, 1,024 and 4,096 bytes behind a header
of 8,192 bytes, larger ones are files `f_<6 digits>` with the body alone (mark B). Bodies stand as they were sent: plain, gzip, Zstandard, or Brotli,
which has no signature and so is not found in blocks.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, NamedTuple

from triage.formats.web_packing import from_brotli, is_marked, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BODY = 16 << 20
_NAME = re.compile(r"(?:f_[0-9a-f]{6}|data_([123])|([0-9a-f]{16}_0))\Z")
_START, _END = 0xFCFB6D1BA7725C30, struct.pack("<Q", 0xF4FA6F45970D41D8)
_HEADER = struct.Struct("<QIII")
_HEADER_BYTES = 24
_BLOCKS = {"1": 256, "2": 1024, "3": 4096}
_FIRST_BLOCK = 8192
_MOST_ADDRESS = 1 << 16
_PLAIN = frozenset({b"{", b"["})


class Body(NamedTuple):
    """A body, unpacked; None where it cannot be. `where` finds it in the file, `address` is what was asked, where the file says it."""

    where: str
    data: bytes | None
    address: str | None = None


def is_cache_file(name: str) -> bool:
    """Whether a file has the name of one that holds bodies."""
    return _NAME.fullmatch(name) is not None


def bodies(name: str, data: bytes) -> Iterator[Body]:
    """The bodies in a file of a cache, by its name."""
    found = _NAME.fullmatch(name)
    if found is None:
        return
    if found[2]:
        yield from _simple(data)
    elif found[1]:
        yield from _in_blocks(data, _BLOCKS[found[1]])
    else:
        yield Body("body", _unpacked(data))


def _simple(data: bytes) -> Iterator[Body]:
    if len(data) < _HEADER_BYTES:
        return
    magic, _, length, _ = _HEADER.unpack_from(data)
    if magic != _START or length > _MOST_ADDRESS:
        return
    start = _HEADER_BYTES + length
    address = data[_HEADER_BYTES:start].decode("utf-8", "backslashreplace").rpartition(" ")[2]
    end = data.find(_END, start)
    yield Body(f"offset {start}", _unpacked(data[start : end if end >= 0 else len(data)]), address)


def _in_blocks(data: bytes, size: int) -> Iterator[Body]:
    """What begins like JSON, gzip or Zstandard at the border of a block; an answer fills blocks in a row."""
    for start in range(_FIRST_BLOCK, len(data), size):
        head = data[start : start + 4]
        if is_marked(head) or head[:2] in {b"[{", b'{"'}:
            yield Body(f"offset {start}", _unpacked(data[start : start + 4 * size]))


def _unpacked(data: bytes) -> bytes | None:
    """The body as the server meant it: packed ones as far as they go, plain text ends before the zeros of its last block."""
    if is_marked(data):
        return unpacked(data, MOST_BODY)
    if data[:1] in _PLAIN:
        return data.rstrip(b"\0")
    said = from_brotli(data, MOST_BODY)
    return said if said and said[:1] in _PLAIN else None
