"""PDF by its cross-reference tables, after ISO 32000-1 section 7.5.

The file ends with the last `%%EOF` whose `startxref` leads to a table or stream of references. A revision that was added to the
file begins right behind such a mark, so the walk goes on there; a file laid out for the web states its length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.errors import Truncated
from triage.evidence.carving.foreign import refuse_foreign
from triage.evidence.carving.piece import require

if TYPE_CHECKING:
    from triage.evidence.carving.piece import Piece

_HEADER = re.compile(rb"%PDF-[12]\.\d[\r\n \t%]")
_LINEARIZED = re.compile(rb"/Linearized\s.{0,200}?/L\s+(\d{1,10})\b", re.DOTALL)
_CLOSE = re.compile(rb"startxref\s{1,4}(\d{1,10})\s{1,4}%%EOF(?:\r\n|\r|\n)?")
_REVISION = re.compile(rb"\s{0,4}(?:\d{1,10} \d{1,5} obj|xref\s)")
_OBJECT = re.compile(rb"\s{0,4}(\d{1,10})\s{1,4}\d{1,5}\s{1,4}obj")
_SECTION = re.compile(rb"\s{0,4}(\d{1,10}) (\d{1,10})\s{1,3}")
_TABLE = re.compile(rb"\s{0,4}xref\s{1,3}")
_OVERLAP = 64
_BLOCK = 64 << 10
_MOST_BYTES = 512 << 20
_CHECKED_OBJECTS = 20_000


def pdf_end(piece: Piece) -> int | None:
    """Size of the PDF file at the start of a piece; None where there is none. Raises Truncated, Malformed."""
    head = piece.upto(0, 1024)
    if not _HEADER.match(head):
        return None
    piece.proven = False
    stated = _LINEARIZED.search(head)
    end = 0 if stated is None else piece.need(int(stated[1]))
    close = 8
    while True:
        close, table = _next_close(piece, close)
        if table and close >= end:
            _check_table(piece, table, close)
            if not _REVISION.match(piece.upto(close, 32)):
                break
    return max(close, end)


def _next_close(piece: Piece, at: int) -> tuple[int, int]:
    """Behind the next end mark, and the offset of the references that it gives (0: the first part of a web layout).

    Ends at once where another file begins: a broken document costs what is left of it and not the rest of the medium.
    """
    most = min(piece.size, _MOST_BYTES)
    while at < most and len(block := piece.upto(at, _BLOCK)) > _OVERLAP // 2:
        match = _CLOSE.search(block)
        if match and (match.end() + 2 < len(block) or len(block) < _BLOCK):
            refuse_foreign(piece, at, at + match.end(), pictures=False)
            return at + match.end(), int(match[1])
        refuse_foreign(piece, at, at + len(block), pictures=False)
        at += len(block) - _OVERLAP if len(block) == _BLOCK else len(block)
    raise Truncated("ends before its end mark")


def _check_table(piece: Piece, table: int, close: int) -> None:
    """The references lie where `startxref` says, and those of a plain table lead to the objects they name."""
    require(table < close, "its references would lie behind its end")
    head = piece.upto(table, 64)
    plain = _TABLE.match(head)
    if plain is None:
        require(_OBJECT.match(head), "no references where it says they are")
        return
    at, left = table + plain.end(), _CHECKED_OBJECTS
    while left > 0 and (section := _SECTION.match(piece.upto(at, 32))):
        first, count = int(section[1]), min(int(section[2]), left)
        at += section.end()
        _check_objects(piece, piece.at(at, 20 * count), first, close)
        at, left = at + 20 * count, left - count - 1


def _check_objects(piece: Piece, rows: bytes, first: int, close: int) -> None:
    for number in range(len(rows) // 20):
        row = rows[20 * number : 20 * number + 20]
        if row[17:18] != b"n" or not row[:10].isdigit():
            continue
        offset = int(row[:10])
        match = _OBJECT.match(piece.upto(offset, 32)) if 0 < offset < close else None
        require(offset == 0 or (match and int(match[1]) == first + number), f"object {first + number} is not there")
