"""One quick look for all small lists: which of them can have an item at all.

For each algorithm a table of bits over the first 24 bits of a digest says whether any row of any small table begins so. Few
items pass; only for these are the small lists asked one by one. Large lists have fans fine enough to be asked directly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from triage.hashing.shapes import DIGESTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.hashing.search import Table
    from triage.model import Digests

BITS = 24
FEWEST = 4  # lists for which a sieve is worth its making
SMALL = 1 << 20  # rows of a table that still counts as small
ROOM = 1 << 21  # rows of all small tables together: an eighth of the bits, so seven of eight other items do not pass


class Sieve:
    """Made of the tables of each list, in the order of the lists."""

    def __init__(self, lists: Sequence[Sequence[Table]]) -> None:
        self._all = range(len(lists))
        self._sifted = _chosen(lists) if len(lists) >= FEWEST else frozenset()
        self._large = [number for number in self._all if number not in self._sifted]
        self._bits: dict[str, bytearray] = {}
        for number in sorted(self._sifted):
            for table in lists[number]:
                self._add(table)

    def worth_asking(self, digests: Digests) -> Sequence[int]:
        """Numbers of the lists that may have the item."""
        for column, bits in self._bits.items():
            value: bytes = getattr(digests, column)
            place = value[0] << 16 | value[1] << 8 | value[2]
            if bits[place >> 3] >> (place & 7) & 1:
                return self._all
        return self._large

    def _add(self, table: Table) -> None:
        if table.shape.columns[0] not in DIGESTS:
            return
        for column in table.looked_up:
            bits = np.zeros(1 << BITS, bool)
            bits[table.leading(column) >> np.uint32(32 - BITS)] = True
            packed = np.packbits(bits, bitorder="little")
            before = self._bits.setdefault(column, bytearray(len(packed)))
            whole = np.frombuffer(before, np.uint8)
            whole |= packed


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
