"""One cell of a database as the type it should have."""

import pytest

from triage.formats import cells
from triage.model import Stamp


@pytest.mark.parametrize("value", [None, 0, -1, "", b"", "abc", 1e300, 2**62, float("nan")])
def test_no_time_where_there_is_none(value: object) -> None:
    assert cells.unix_milliseconds(value) is None


def test_times() -> None:
    assert cells.unix_milliseconds(1383772636690) == Stamp(1383772636690_000_000, resolution=1_000_000)
    assert cells.unix_seconds("1383772636") == Stamp(1383772636_000_000_000, resolution=1_000_000_000)


def test_numbers_stored_as_text_are_numbers() -> None:
    assert [cells.integer(value) for value in ("15", "-1", 3.0, 3.5, b"1", "1e3", "²")] == [
        15,
        -1,
        3,
        None,
        None,
        None,
        None,
    ]
    assert (cells.count(-5), cells.count(5)) == (None, 5)
    assert (cells.seconds_long(-1), cells.seconds_long(1.5)) == (None, 1.5)


def test_text_is_text() -> None:
    assert [cells.text(value) for value in ("a", "", 5, b"a", None)] == ["a", None, "5", None, None]


def test_coordinates_in_range_together_or_not_at_all() -> None:
    assert cells.coordinates(-6.2, 106.8) == (-6.2, 106.8)
    assert cells.coordinates(0, 106.8) == (0.0, 106.8)
    for pair in ((0, 0), (91, 0), (1, 181), (None, 1), ("a", 1), (float("inf"), 1)):
        assert cells.coordinates(*pair) == (None, None)


def test_digests_of_the_right_length_only() -> None:
    assert cells.base64_digest("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").hex().startswith("e3b0c442")
    assert [cells.base64_digest(value) for value in ("", "abc", "YWJj", None, b"x", "!" * 44)] == [None] * 6


def test_times_of_apple() -> None:
    """2023-01-01T00:00:00Z is 694224000 seconds after 2001-01-01 (date -d)."""
    assert cells.apple_seconds(694224000) == Stamp(1672531200_000_000_000, resolution=1000)
    assert cells.apple_seconds(694224000.25) == Stamp(1672531200_250_000_000, resolution=1000)
    assert cells.apple_time(694224000) == Stamp(1672531200_000_000_000, resolution=1000)
    assert cells.apple_time(694224000_123_456_789) == Stamp(1672531200_123_456_789)
    for value in (0, -1, None, "x", float("nan"), 1e300, 2**63 - 1):
        assert cells.apple_time(value) is None
        assert cells.apple_seconds(value) is None


def test_finer_unix_times() -> None:
    assert cells.unix_microseconds("1672531200000001") == Stamp(1672531200_000_001_000, resolution=1000)
    assert cells.unix_nanoseconds(1672531200_000_000_001) == Stamp(1672531200_000_000_001)
