"""SEGB: both versions, deleted records, checksums, damage."""

import struct

import pytest
from making import streams
from making.browsers import APPLE

from triage.errors import EvidenceError, Malformed, Truncated
from triage.formats.segb import entries, is_segb

ROWS = ((b"satu", streams.WRITTEN), (b"dua belas", streams.WRITTEN), (b"gone", streams.DELETED))
MADE = pytest.mark.parametrize("make", [streams.first, streams.second])


@MADE
def test_records_in_their_order(make) -> None:
    data = make(*ROWS)
    assert is_segb(data)
    found = list(entries(data))
    assert [(each.data, each.at, each.sound, each.deleted) for each in found] == [
        (b"satu", APPLE, True, False),
        (b"dua belas", APPLE, True, False),
        (b"gone", APPLE, True, True),
    ]
    assert all(data[each.offset : each.offset + len(each.data)] == each.data for each in found)


@MADE
def test_a_changed_byte_is_told(make) -> None:
    data = make(*ROWS)
    damaged = data.replace(b"satu", b"s@tu")
    assert [each.sound for each in entries(damaged)] == [False, True, True]


def test_what_comes_before_the_end_is_kept() -> None:
    data = streams.first(*ROWS)
    found = entries(data[: data.index(b"dua") + 4])
    assert next(found).data == b"satu"
    with pytest.raises(Truncated):
        next(found)


def test_without_its_index_a_stream_of_version_two_gives_nothing() -> None:
    with pytest.raises(Truncated):
        list(entries(streams.second(*ROWS)[:64]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SEGB",
        b"SEGB" + b"\xff" * 28,
        struct.pack("<4sid16s", b"SEGB", -1, 0.0, b""),
        struct.pack("<I", 500) + bytes(48) + b"SEGB" + struct.pack("<iiddIi", -5, 1, 0, 0, 0, 0) + bytes(500),
        struct.pack("<4sid16s", b"SEGB", 1, 0.0, b"") + struct.pack("<iid", 1 << 30, 1, 0.0),
        bytes(100),
    ],
)
def test_rubbish_is_an_evidence_error(data: bytes) -> None:
    with pytest.raises((Malformed, Truncated, EvidenceError)):
        list(entries(data))
