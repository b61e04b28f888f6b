"""Groups of what looks alike: complete, never a chain, and the same in any order."""

import random

import pytest

from triage.hashing.groups import RADIUS, clip_groups, picture_groups


def fingerprint(seed: int) -> bytes:
    return random.Random(seed).randbytes(32)


def changed(value: bytes, count: int, seed: int = 0) -> bytes:
    bits = int.from_bytes(value, "big")
    for place in random.Random(seed).sample(range(256), count):
        bits ^= 1 << place
    return bits.to_bytes(32, "big")


def as_values(groups, values):
    return [sorted((values[member.position], member.distance) for member in group) for group in groups]


def test_what_looks_alike_is_together() -> None:
    one, other = fingerprint(1), fingerprint(2)
    values = [one, fingerprint(3), other, changed(one, 15), changed(one, 6, 9), changed(other, 1), one]
    first, second = picture_groups(values)
    assert sorted(member.position for member in first) == [0, 3, 4, 6]
    assert {member.position: member.distance for member in first} == {0: 0.0, 6: 0.0, 4: 6.0, 3: 15.0}
    assert sorted(member.position for member in second) == [2, 5]


def test_a_bit_more_is_apart() -> None:
    assert picture_groups([fingerprint(1), changed(fingerprint(1), RADIUS + 1)]) == []
    assert picture_groups([]) == []
    assert clip_groups([]) == []


def test_no_chain() -> None:
    """Twelve pictures, each 10 bits from the one before: the ends have nothing in common and are not together."""
    chain = [fingerprint(1)]
    for number in range(11):
        bits = int.from_bytes(chain[-1], "big") ^ (((1 << 10) - 1) << (10 * number))
        chain.append(bits.to_bytes(32, "big"))
    for group in picture_groups(chain):
        values = [int.from_bytes(chain[member.position], "big") for member in group]
        assert max((left ^ right).bit_count() for left in values for right in values) <= 2 * RADIUS


@pytest.mark.parametrize("seed", range(5))
def test_the_order_makes_no_difference(seed: int) -> None:
    values = [changed(fingerprint(number % 20), number % 17, number) for number in range(300)]
    expected = as_values(picture_groups(values), values)
    shuffled = random.Random(seed).sample(values, len(values))
    assert as_values(picture_groups(shuffled), shuffled) == expected
    assert len(expected) >= 15


def test_clips() -> None:
    whole = [fingerprint(number) for number in range(30)]
    copy = [changed(value, 20, number) for number, value in enumerate(whole)]
    part, other = whole[:10], [fingerprint(number) for number in range(100, 130)]
    clips = [other, copy, part, whole]
    (group,) = clip_groups(clips)
    assert [member.position for member in group] == [1, 3] or [member.position for member in group] == [3, 1]
    assert [member.distance for member in group] == [0.0, 0.0]
    again = clip_groups(clips[::-1])
    assert [sorted(len(clips) - 1 - member.position for member in each) for each in again] == [[1, 3]]


def test_the_first_member_is_the_centre() -> None:
    one = fingerprint(1)
    (group,) = picture_groups([changed(one, 9, 1), changed(one, 9, 2), one])
    assert (group[0].position, group[0].distance) == (2, 0.0)
