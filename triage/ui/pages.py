"""Rows by page: asked for when they are looked at, the latest wish first, kept as long as there is room. No Qt here."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Answer = Callable[[dict[int, "Row"]], object]

Row = TypeVar("Row")

PAGE = 128  # rows fetched at once
PAGES = 48  # pages kept
WAITING = 3  # pages asked for and not yet fetched; scrolled past, older wishes are dropped


class Pages(Generic[Row]):
    """`fetch(ids, answer)` reads rows elsewhere; `arrived(first, last)` is told which numbers are here now."""

    def __init__(
        self, fetch: Callable[[Sequence[int], Answer[Row]], object], arrived: Callable[[int, int], object]
    ) -> None:
        self._ids: Sequence[int] = array("q")
        self._fetch = fetch
        self._arrived = arrived
        self._pages: OrderedDict[int, dict[int, Row]] = OrderedDict()
        self._stale: set[int] = set()
        self._wanted: list[int] = []
        self._asked: int | None = None
        self._generation = 0

    def __len__(self) -> int:
        """The pages that are here."""
        return len(self._pages)

    def begin(self, ids: Sequence[int]) -> None:
        """Other ids from here on."""
        self._ids = ids
        self._pages.clear()
        self._stale.clear()
        self._wanted.clear()
        self._asked = None
        self._generation += 1

    def grow(self, ids: Sequence[int]) -> None:
        """More ids behind the same ones: only the last page, which was cut short, is read anew."""
        if self._ids:
            self._pages.pop((len(self._ids) - 1) // PAGE, None)
        self._ids = ids

    def forget(self) -> None:
        """What is here is still shown, and read anew when it is looked at."""
        self._stale.update(self._pages)
        self._wanted.clear()
        self._asked = None
        self._generation += 1

    def row(self, number: int) -> tuple[Row | None, bool]:
        """The row if its page is here, and whether a page is wanted: then call `ask` soon."""
        page = number // PAGE
        here = page in self._pages
        if here:
            self._pages.move_to_end(page)
        if not here or page in self._stale:
            self._want(page)
        return (self._pages[page].get(self._ids[number]) if here else None), bool(self._wanted)

    def ask(self) -> None:
        """Fetch the page wished for last, if none is on its way."""
        if self._asked is not None or not self._wanted:
            return
        page, generation = self._wanted.pop(), self._generation
        self._asked = page
        ids = self._ids[page * PAGE : (page + 1) * PAGE]
        self._fetch(ids, lambda rows: self._keep(page, rows, generation))

    def _want(self, page: int) -> None:
        if page == self._asked:
            return
        if page in self._wanted:
            self._wanted.remove(page)
        self._wanted = [*self._wanted, page][-WAITING:]

    def _keep(self, page: int, rows: dict[int, Row], generation: int) -> None:
        if generation != self._generation:
            return
        self._asked = None
        self._stale.discard(page)
        self._pages[page] = rows
        while len(self._pages) > PAGES:
            dropped, _ = self._pages.popitem(last=False)
            self._stale.discard(dropped)
        self._arrived(page * PAGE, min((page + 1) * PAGE, len(self._ids)) - 1)
