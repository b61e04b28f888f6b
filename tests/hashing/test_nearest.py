"""The search finds every reference within 31 bits, and nothing else."""

import numpy as np
import pytest
from corpus import corpus_file

from triage.hashing.nearest import FEW, MOST_DISTANCE, Index, near_pieces, near_size, opened, search

COUNT = 20_000


def indexed(known: np.ndarray) -> Index:
    content = b"".join(near_pieces(np.ascontiguousarray(known)))
    assert len(content) == near_size(len(known))
    return opened(np.frombuffer(content, np.uint8), len(known))


def references() -> np.ndarray:
    return np.random.default_rng(4).integers(0, 256, (COUNT, 32), dtype=np.uint8)


def changed(rows: np.ndarray, count: int) -> np.ndarray:
    """Each row with this many bits changed."""
    chance = np.random.default_rng(count)
    bits = np.unpackbits(rows, axis=1)
    for row in bits:
        row[chance.choice(256, count, replace=False)] ^= 1
    return np.packbits(bits, axis=1)


def test_complete_to_its_distance() -> None:
    known = references()
    index = indexed(known)
    for count in (0, 1, 17, MOST_DISTANCE):
        found = search(changed(known[:200], count), index)
        assert [(near.query, near.reference, near.distance) for near in found] == [(n, n, count) for n in range(200)]
    assert search(changed(known[:200], MOST_DISTANCE + 1), index) == []


def test_bits_gathered_in_two_per_chunk_but_one_are_found() -> None:
    """The hardest case for the index: 31 bits, two in each of 15 chunks and one in the last."""
    known = references()
    query = known[:1].copy().view("<u2")
    query[0, :15] ^= 0x8001
    query[0, 15] ^= 0x0100
    (near,) = search(query.view(np.uint8), indexed(known))
    assert (near.reference, near.distance) == (0, 31)


@pytest.mark.parametrize("many", [False, True])
def test_equal_to_comparing_everything(many: bool) -> None:
    """Published fingerprints of one film: many neighbours at every distance."""
    lines = corpus_file("vectors", "pdq", "reg-test-input__haystack.txt").read_text().split()
    known = np.array([np.frombuffer(bytes.fromhex(line), np.uint8) for line in lines])
    known = np.concatenate((known, references()[: FEW + 1 - len(known)])) if many else known
    assert (len(indexed(known).starts) > 0) is many
    queries = known[:1000:7]
    distances = np.bitwise_count(queries[:, np.newaxis] ^ known).sum(axis=2)
    for within in (0, 12, 31):
        expected = {
            (int(a), int(b), int(distances[a, b])) for a, b in zip(*np.nonzero(distances <= within), strict=True)
        }
        found = search(queries, indexed(known), within=within)
        assert {tuple(near) for near in found} == expected
        assert len(found) == len(expected)


def test_a_short_list_and_no_query() -> None:
    known = references()[:1]
    assert [near.reference for near in search(known, indexed(known))] == [0]
    assert search(known[:0], indexed(known)) == []
