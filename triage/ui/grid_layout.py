"""Where things lie in the grid: cells in rows, group after group, each under a heading. Numbers alone; no Qt here.

Positions are found by bisection in sums made once, so that how many cells there are does not matter.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Sizes:
    """Pixels. `heading` 0: groups have no heading."""

    width: int
    cell_width: int
    cell_height: int
    heading: int

    @property
    def columns(self) -> int:
        """Cells in one row: at least one."""
        return max(1, self.width // self.cell_width)


class GridLayout:
    """`counts` are the cells of each group, none of them 0."""

    def __init__(self, counts: Sequence[int], sizes: Sizes) -> None:
        self.sizes = sizes
        self._columns = sizes.columns
        self._first = [0, *accumulate(counts)]  # number of the first cell of each group, and of all
        heights = (sizes.heading + -(-count // self._columns) * sizes.cell_height for count in counts)
        self._top = [0, *accumulate(heights)]

    @property
    def height(self) -> int:
        """Of everything."""
        return self._top[-1]

    @property
    def cells(self) -> int:
        """How many there are."""
        return self._first[-1]

    def group_of(self, cell: int) -> int:
        """The group in which a cell lies."""
        return bisect_right(self._first, cell) - 1

    def first_of(self, group: int) -> int:
        """The first cell of a group."""
        return self._first[group]

    def heading_top(self, group: int) -> int:
        """Where the heading of a group begins."""
        return self._top[group]

    def place(self, cell: int) -> tuple[int, int]:
        """Left and top of a cell."""
        group = self.group_of(cell)
        row, column = divmod(cell - self._first[group], self._columns)
        return column * self.sizes.cell_width, self._top[group] + self.sizes.heading + row * self.sizes.cell_height

    def cell_at(self, x: int, y: int) -> int | None:
        """The cell that covers this place; None on a heading, beside the cells or outside."""
        if not 0 <= y < self.height or not 0 <= x < self._columns * self.sizes.cell_width:
            return None
        group = self.group_at(y)
        inside = y - self._top[group] - self.sizes.heading
        if inside < 0:
            return None
        cell = self._first[group] + inside // self.sizes.cell_height * self._columns + x // self.sizes.cell_width
        return cell if cell < self._first[group + 1] else None

    def group_at(self, y: int) -> int:
        """The group that covers this height; the last one below everything."""
        return min(max(0, bisect_right(self._top, y) - 1), len(self._top) - 2)

    def between(self, top: int, bottom: int) -> tuple[range, range]:
        """The groups and the cells that are seen between two heights."""
        if not self.cells:
            return range(0), range(0)
        groups = range(self.group_at(top), self.group_at(bottom) + 1)
        return groups, range(self._row_start(top, groups[0]), self._row_end(bottom, groups[-1]))

    def vertical(self, cell: int, rows: int) -> int:
        """The cell so many rows below (above where negative), in the same column as far as there is one."""
        x, y = self.place(cell)
        target = min(max(0, y + rows * self.sizes.cell_height), self.height - 1)
        group = self.group_at(target)
        if target - self._top[group] < self.sizes.heading:  # on a heading: the row that is next in this direction
            if rows < 0 < group:
                group, target = group - 1, self._top[group] - 1
            else:
                target = self._top[group] + self.sizes.heading
        first = self._row_start(target, group)
        return min(first + x // self.sizes.cell_width, self._first[group + 1] - 1)

    def _row_start(self, y: int, group: int) -> int:
        inside = max(0, y - self._top[group] - self.sizes.heading)
        row = min(inside // self.sizes.cell_height, (self._first[group + 1] - self._first[group] - 1) // self._columns)
        return self._first[group] + row * self._columns

    def _row_end(self, y: int, group: int) -> int:
        inside = y - self._top[group] - self.sizes.heading
        if inside < 0:
            return self._first[group]
        return min(self._first[group] + (inside // self.sizes.cell_height + 1) * self._columns, self._first[group + 1])
