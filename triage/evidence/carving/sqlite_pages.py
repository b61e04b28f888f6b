"""SQLite databases by their pages, after "Database File Format" (sqlite.org/fileformat2.html).

The header states page size and page count. Every page must be what a page can be: a page of a b-tree, an overflow page, a
page of the free list (whose content is arbitrary and which the list itself names), or a pointer map.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from triage.evidence.carving.piece import require

if TYPE_CHECKING:
    from triage.evidence.carving.piece import Piece

_MAGIC = b"SQLite format 3\x00"
_TREE_PAGES = {0x02: 12, 0x05: 12, 0x0A: 8, 0x0D: 8}  # type -> size of the page header
_SIZES = frozenset(1 << power for power in range(9, 17))
_LOCK_BYTE = 1 << 30


def sqlite_end(piece: Piece) -> int | None:
    """Size of the database at the start of a piece; None where there is none. Raises Truncated, Malformed."""
    head = piece.upto(0, 112)
    if len(head) < 112 or not _is_header(head):
        return None
    piece.proven = False
    size = _page_size(head)
    pages = int.from_bytes(head[28:32], "big")
    require(pages and head[24:28] == head[92:96], "the header does not vouch for the number of pages")
    end = piece.need(pages * size)
    free = _free_pages(piece, size, pages, head)
    require(head[100] in {0x05, 0x0D}, "the first page is no table of the schema")
    for number in range(2, pages + 1):
        if number not in free and (number - 1) * size != _LOCK_BYTE:
            _check_page(piece.at((number - 1) * size, size), number, pages)
    return end


def _is_header(head: bytes) -> bool:
    return (
        head.startswith(_MAGIC)
        and _page_size(head) in _SIZES
        and head[18] in {1, 2}
        and head[19] in {1, 2}
        and head[21:24] == bytes((64, 32, 32))
    )


def _page_size(head: bytes) -> int:
    size = int.from_bytes(head[16:18], "big")
    return 65536 if size == 1 else size


def _free_pages(piece: Piece, size: int, pages: int, head: bytes) -> set[int]:
    """Numbers of all pages on the free list: trunks (next, count, leaves) and leaves; their count is in the header."""
    trunk, total = int.from_bytes(head[32:36], "big"), int.from_bytes(head[36:40], "big")
    free: set[int] = set()
    while trunk:
        require(trunk <= pages and trunk not in free, "the free list leaves the file or turns in a circle")
        page = piece.at((trunk - 1) * size, size)
        count = int.from_bytes(page[4:8], "big")
        require(count <= size // 4 - 2, "a page of the free list is none")
        free.add(trunk)
        free.update(int.from_bytes(page[at : at + 4], "big") for at in range(8, 8 + 4 * count, 4))
        trunk = int.from_bytes(page[:4], "big")
    require(len(free) == total, "the free list is not as long as the header says")
    return free


def _check_page(page: bytes, number: int, pages: int) -> None:
    if page[0] in _TREE_PAGES and _is_tree_page(page):
        return
    following = int.from_bytes(page[:4], "big")
    is_map = page[0] in range(1, 6) and int.from_bytes(page[1:5], "big") <= pages
    require((following <= pages or is_map) and page.strip(b"\0"), f"page {number} is no page of the database")


def _is_tree_page(page: bytes) -> bool:
    """Header of a b-tree page: first freeblock, number of cells, start of the cells, all inside the page."""
    size, head = len(page), _TREE_PAGES[page[0]]
    freeblock, cells, content = (int.from_bytes(page[at : at + 2], "big") for at in (1, 3, 5))
    if not (freeblock < size and head + 2 * cells <= (content or 65536) <= size):
        return False
    cell_places = struct.unpack_from(f">{cells}H", page, head)
    return all(place >= content for place in cell_places) and max(cell_places, default=0) < size - 1
