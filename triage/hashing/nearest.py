"""All references within a distance of a fingerprint, none missed (multi-index hashing; Norouzi, Punjani, Fleet 2012).

A fingerprint is cut into 16 chunks of 16 bits. Two that differ in at most 31 bits differ in at most one bit in at least one chunk.
So the references are indexed by each chunk, and looked up under the chunk of the query and its 16 neighbours. One file holds it
all, and is mapped:

    references   n by 32 bytes
    order        16 by n numbers of 4 bytes: the references, sorted by each chunk
    starts       16 by 65,537 numbers of 4 bytes: where in `order` those with each value of the chunk begin; left out where there
                 are so few references that comparing them all is quicker

About 0.4 % of the references are compared in full. Of a million, all within 31 bits are found in half a millisecond a query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Hashes: TypeAlias = npt.NDArray[np.uint8]  # n by 32 bytes
    Numbers: TypeAlias = npt.NDArray[np.uint32]

MOST_DISTANCE = 31
WIDTH = 32
CHUNKS = 16
VALUES = 1 << 16
FEW = 4096  # references up to which all are compared
TOGETHER = 8  # queries at a time: what they touch stays in the processor's cache

_NEIGHBOURS = np.concatenate(([0], 1 << np.arange(16))).astype(np.uint16)


class Near(NamedTuple):
    """A reference near a query: positions of both, and the bits that differ."""

    query: int
    reference: int
    distance: int


class Index(NamedTuple):
    """References and how to find them; `order` and `starts` are empty where there are few."""

    references: Hashes
    order: Numbers
    starts: Numbers


def near_size(count: int) -> int:
    """Bytes of the file for so many references."""
    return count * WIDTH + (CHUNKS * 4 * (count + VALUES + 1) if count > FEW else 0)


def near_pieces(references: Hashes) -> Iterator[memoryview]:
    """The content of the file, piece by piece."""
    yield references.reshape(-1).data
    if len(references) <= FEW:
        return
    chunks = references.view("<u2")
    starts = np.zeros((CHUNKS, VALUES + 1), "<u4")
    for number in range(CHUNKS):
        values = chunks[:, number]
        starts[number, 1:] = np.cumsum(np.bincount(values, minlength=VALUES))
        yield np.argsort(values, kind="stable").astype("<u4").view(np.uint8).data
    yield starts.reshape(-1).view(np.uint8).data


def opened(content: Hashes, count: int) -> Index:
    """The index from the bytes of the file."""
    references = content[: count * WIDTH].reshape(count, WIDTH)
    numbers = content[count * WIDTH :].view("<u4")
    return Index(references, numbers[: CHUNKS * count], numbers[CHUNKS * count :])


def indexed(values: Sequence[bytes]) -> Index:
    """An index over fingerprints of 32 bytes in memory."""
    content = b"".join(near_pieces(as_hashes(values)))
    return opened(np.frombuffer(content, np.uint8), len(values))


def as_hashes(values: Sequence[bytes]) -> Hashes:
    """Fingerprints of 32 bytes, one a row."""
    return np.frombuffer(b"".join(values), np.uint8).reshape(-1, WIDTH)


def nearest_of(
    queries: Sequence[bytes], references: Sequence[bytes], *, within: int = MOST_DISTANCE
) -> dict[int, tuple[int, int]]:
    """For each query that has one: the position of the nearest reference and the bits between; the first of equals."""
    found: dict[int, tuple[int, int]] = {}
    for part in pairs(as_hashes(queries), indexed(references), within=within) if queries and references else ():
        for query, distance, reference in part.tolist():
            if query not in found or (distance, reference) < (found[query][1], found[query][0]):
                found[query] = reference, distance
    return found


def bits_between(one: bytes, other: bytes) -> int:
    """In how many bits two fingerprints differ."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def search(queries: Hashes, index: Index, *, within: int = MOST_DISTANCE) -> list[Near]:
    """Every pair within `within` bits (31 at most), by query, distance and position of the reference."""
    found = [pair for part in pairs(queries, index, within=within) for pair in part.tolist()]
    return [Near(query, reference, distance) for query, distance, reference in found]


def pairs(queries: Hashes, index: Index, *, within: int = MOST_DISTANCE) -> Iterator[npt.NDArray[np.int64]]:
    """The same as arrays of n by 3, part by part: query, distance, reference."""
    for first in range(0, len(queries), TOGETHER):
        part = np.ascontiguousarray(queries[first : first + TOGETHER])
        found = _near(part, index, within)
        found[:, 0] += first
        yield found


def _near(queries: Hashes, index: Index, within: int) -> npt.NDArray[np.int64]:
    who, candidates = _candidates(queries, index, within) if len(index.starts) else _everything(queries, index)
    words, wanted = index.references.view("<u8"), queries.view("<u8")
    bits = np.zeros(len(who), np.uint16)
    for word in range(WIDTH // 8):  # a column at a time: taking several together costs eight times as much
        bits += np.bitwise_count(words[:, word][candidates] ^ wanted[:, word][who])
        if word:  # half of the bits tells nearly all apart
            close = np.flatnonzero(bits <= within)
            who, candidates, bits = who[close], candidates[close], bits[close]
    return np.unique(
        np.stack((who.astype(np.int64), bits.astype(np.int64), candidates.astype(np.int64)), axis=1), axis=0
    )


def _everything(queries: Hashes, index: Index) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    count = len(index.references)
    return np.repeat(np.arange(len(queries)), count), np.tile(np.arange(count), len(queries))


def _candidates(queries: Hashes, index: Index, within: int) -> tuple[npt.NDArray[np.intp], Numbers]:
    """Queries and the references to compare each with; a reference may come more than once.

    Below 16 bits one chunk at least is the same, so its neighbours need not be looked at.
    """
    neighbours = _NEIGHBOURS if within >= CHUNKS else _NEIGHBOURS[:1]
    keys = (queries.view("<u2")[:, :, np.newaxis] ^ neighbours).astype(np.intp)
    chunk = np.arange(CHUNKS)[np.newaxis, :, np.newaxis]
    place = keys + chunk * (VALUES + 1)
    begins = index.starts[place].astype(np.intp)
    counts = (index.starts[place + 1] - begins).ravel()
    begins = (begins + chunk * len(index.references)).ravel()
    ends = np.cumsum(counts)
    positions = np.arange(ends[-1]) + np.repeat(begins - ends + counts, counts)
    each = counts.reshape(len(queries), -1).sum(axis=1)
    return np.repeat(np.arange(len(queries)), each), index.order[positions]
