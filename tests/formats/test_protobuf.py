"""Protocol buffers without a schema: the examples of the published encoding, and hostile ones."""

import pytest

from triage.errors import Malformed
from triage.formats.protobuf import Fields, varint


def test_the_examples_of_the_published_encoding() -> None:
    assert Fields(bytes.fromhex("089601")).number(1) == 150
    assert Fields(bytes.fromhex("120774657374696e67")).text(2) == "testing"
    inner = Fields(bytes.fromhex("1a03089601")).inside(3)
    assert inner is not None
    assert inner.number(1) == 150


def test_signs_fixed_fields_and_repeated_ones() -> None:
    fields = Fields(
        b"\x08"
        + b"\xff" * 9
        + b"\x01"
        + b"\x11"
        + bytes.fromhex("000000000000f83f")
        + b"\x1d"
        + bytes.fromhex("0000c03f")
        + b"\x20\x01\x20\x02"
    )
    assert (fields.signed(1), fields.double(2), fields.real(3), fields.number(4), fields.all(4)) == (
        -1,
        1.5,
        1.5,
        2,
        [1, 2],
    )
    assert (5 in fields, fields.text(5), fields.messages(4)) == (False, None, [])


@pytest.mark.parametrize("data", [b"\x08", b"\x80" * 11, b"\x12\x05ab", b"\x0b", b"\x00\x01", b"\x09abc"])
def test_what_is_no_message(data: bytes) -> None:
    with pytest.raises(Malformed):
        Fields(data)


def test_depth_is_bounded() -> None:
    data = b""
    for _ in range(60):
        data = b"\x0a" + _length(len(data)) + data
    fields, depth = Fields(data), 0
    while (inner := fields.inside(1)) is not None:
        fields, depth = inner, depth + 1
    assert depth == 32


def _length(size: int) -> bytes:
    return bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])


def test_a_number_of_ten_bytes_keeps_64_bits() -> None:
    assert varint(b"\xff" * 9 + b"\x7f", 0) == ((1 << 64) - 1, 10)
