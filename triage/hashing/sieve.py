"""One quick look for all small lists: which of them can have an item at all.

The first 4 bytes of every digest of every small table, sorted, with the number of its list beside each: one search in memory for each
algorithm, however many lists there are, and only the lists it names are asked. Large lists are asked directly, for they are few.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from triage.hashing.shapes import DIGESTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from triage.hashing.search import Table
    from triage.model import Digests

FEWEST = 4  # lists for which a sieve is worth its making
SMALL = 1 << 20  # rows of a list that still counts as small
ROOM = 1 << 22  # rows of all small lists together: 8 bytes each for every algorithm


class Sieve:
    """Made of the tables of each list, in the order of the lists."""

    def __init__(self, lists: Sequence[Sequence[Table]]) -> None:
        sifted = _chosen(lists) if len(lists) >= FEWEST else frozenset()
        self._large = tuple(number for number in range(len(lists)) if number not in sifted)
        self._columns = {column: merged for column in DIGESTS if (merged := _merged(column, lists, sorted(sifted)))}

    def worth_asking(self, digests: Digests) -> Sequence[int]:
        """Numbers of the lists that may have the item, in their order."""
        found: set[int] = set()
        for column, (tags, owners) in self._columns.items():
            value: bytes = getattr(digests, column)
            tag = int.from_bytes(value[:4], "big")
            place = bisect_left(tags, tag)
            while tags[place] == tag and place < len(owners):
                found.add(owners[place])
                place += 1
        return sorted(found.union(self._large)) if found else self._large


def _merged(
    column: str, lists: Sequence[Sequence[Table]], chosen: Sequence[int]
) -> tuple[array[int], array[int]] | None:
    """Sorted tags of one algorithm and the list of each; one more tag at the end, so that a search always ends at one."""
    parts: list[npt.NDArray[np.uint32]] = []
    owners: list[npt.NDArray[np.uint32]] = []
    for number in chosen:
        for table in lists[number]:
            if table.shape.columns[0] in DIGESTS and column in table.looked_up:
                parts.append(table.leading(column))
                owners.append(np.full(len(parts[-1]), number, np.uint32))
    if not parts:
        return None
    tags, numbers = np.concatenate(parts), np.concatenate(owners)
    order = np.argsort(tags, kind="stable")
    last = np.array([np.iinfo(np.uint32).max], np.uint32)
    return array("I", np.concatenate([tags[order], last]).tobytes()), array("I", numbers[order].tobytes())


def _chosen(lists: Sequence[Sequence[Table]]) -> frozenset[int]:
    """The smallest lists, as many as there is room for."""
    sizes = sorted((sum(table.rows for table in tables), number) for number, tables in enumerate(lists))
    chosen, room = set(), ROOM
    for rows, number in sizes:
        if rows > min(SMALL, room):
            break
        chosen.add(number)
        room -= rows
    return frozenset(chosen)
