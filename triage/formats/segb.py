"""SEGB, the files in which Apple's Biome keeps its streams of events, versions 1 (until iOS 16) and 2.

Version 1: 56 bytes of head (the end of the data first, the mark `SEGB` last), then each record: length, state, two times, checksum,
number; data; padding to 8 bytes. Version 2: 32 bytes of head (mark, number of records, time), then checksum, number and data of each record,
padded to 4; an index of 16 bytes a record at the end of the file: where the data end, state, time. State 1 is written, 3 deleted.
Times are seconds since 2001-01-01. Reference: a published library and the note of a maker of tools it names (mark B).
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from triage.errors import Malformed, Truncated

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = b"SEGB"
_HEAD_1, _RECORD_1 = 56, struct.Struct("<iiddIi")
_HEAD_2, _INDEX_2, _RECORD_2 = struct.Struct("<4sid16s"), struct.Struct("<iid"), struct.Struct("<II")
_WRITTEN, DELETED = 1, 3


class Entry(NamedTuple):
    """One record: where its data begin in the file, its state, its time in seconds since 2001, its data, whether the checksum fits."""

    offset: int
    state: int
    at: float
    data: bytes
    sound: bool

    @property
    def deleted(self) -> bool:
        """Whether the file marks it as deleted."""
        return self.state != _WRITTEN


def is_segb(head: bytes) -> bool:
    """Whether a file begins as one of either version."""
    return head[:4] == _MARK or head[_HEAD_1 - 4 : _HEAD_1] == _MARK


def entries(data: bytes) -> Iterator[Entry]:
    """The records in their order. Raises Malformed, Truncated behind the last that can be read."""
    if data[:4] == _MARK and len(data) >= _HEAD_2.size:
        yield from _second(data)
    elif data[_HEAD_1 - 4 : _HEAD_1] == _MARK:
        yield from _first(data)
    else:
        raise Malformed("no mark of a stream of events")


def _first(data: bytes) -> Iterator[Entry]:
    end = int.from_bytes(data[:4], "little")
    at = _HEAD_1
    while at + _RECORD_1.size <= min(end, len(data)):
        length, state, written, _, checksum, _ = _RECORD_1.unpack_from(data, at)
        at += _RECORD_1.size
        if length < 0:
            raise Malformed(f"a record of negative length before byte {at}")
        if at + length > len(data):
            raise Truncated(f"a record reaches beyond the end at byte {at}")
        content = data[at : at + length]
        yield Entry(at, state, written, content, zlib.crc32(content) == checksum)
        at = -(-(at + length) // 8) * 8
    if end > len(data):
        raise Truncated(f"the stream ends {end - len(data)} bytes before its head says")


def _second(data: bytes) -> Iterator[Entry]:
    _, count, _, _ = _HEAD_2.unpack_from(data)
    index = len(data) - count * _INDEX_2.size
    if count < 0 or index < _HEAD_2.size:
        raise Truncated("the index at the end of the stream is not whole")
    rows = sorted(_INDEX_2.iter_unpack(data[index:]), key=lambda row: row[0])
    at = _HEAD_2.size
    for end, state, written in rows:
        stop = _HEAD_2.size + end
        if stop > index:
            raise Malformed(f"a record reaches into the index at byte {at}")
        if stop - at < _RECORD_2.size:
            continue  # an entry of the index without data
        checksum, _ = _RECORD_2.unpack_from(data, at)
        content = data[at + _RECORD_2.size : stop]
        yield Entry(at + _RECORD_2.size, state, written, content, zlib.crc32(content) == checksum)
        at = stop + -end % 4
