"""A table of a list on its way to disk: sorted rows, an index for each later digest, and the fans that lead into them.

The fan of a sorted file says for each value of the leading bits where it begins: two numbers of 4 bytes name the few
rows that a digest can be among. It is all that a look-up needs to have at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from triage.errors import UserError
from triage.hashing.nearest import near_pieces
from triage.hashing.shapes import WIDTHS
from triage.hashing.sorting import Sorter, distinct_values, first_eight, in_order

if TYPE_CHECKING:
    import numpy.typing as npt

    from triage.hashing.shapes import Shape
    from triage.hashing.storage import Bytes, Storage, Writer

NUMBER = np.dtype("<u4")  # of a row, in a fan
TAG = 4  # leading bytes of a digest that stand in an index, beside the number of the row in 4 bytes
INDEX_ROW = 8
MOST_ROWS = 1 << 32
FAN_BITS = 24
PER_FAN = 8  # rows that a fan is to leave, where it is not at its largest


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a table: rows, and distinct values per column that is looked up."""

    rows: int
    distinct: dict[str, int]


def write_table(rows: Sorter, shape: Shape, storage: Storage) -> Written:
    """Write all files of a table. Raises OSError, and UserError where there are more rows than numbers for them."""
    if rows.most() >= MOST_ROWS:
        raise UserError("a list can hold no more than 4,294,967,295 rows of one kind; split it into several lists")
    indexes = {
        column: Sorter(storage, f"{shape.name}.{column}", width=INDEX_ROW, distinct=INDEX_ROW, together=TAG)
        for column in shape.indexed
    }
    try:
        count, first = _write_rows(rows, shape, storage, indexes)
        distinct = {shape.columns[0]: first}
        for column, index in indexes.items():
            distinct[column] = _write_index(index, shape, column, storage)
        if shape.near:
            _write_near(shape, storage)
    finally:
        for index in indexes.values():
            index.close()
    return Written(count, distinct)


def _write_near(shape: Shape, storage: Storage) -> None:
    """The index by likeness, from the rows just written."""
    reader = storage.open(shape.table_file)
    try:
        references = np.ascontiguousarray(reader.array().reshape(-1, shape.width)[:, : WIDTHS["pdq"]])
    finally:
        reader.close()
    writer = storage.create(shape.near_file)
    try:
        for piece in near_pieces(references):
            writer.write(piece)
    finally:
        writer.close()


def fan_bits(rows: int) -> int:
    """How many leading bits the fan of so many rows tells apart."""
    return min(FAN_BITS, max(0, (rows // PER_FAN).bit_length()))


class _Fan:
    """Fills as the sorted keys pass by: entry p is the number of keys below prefix p."""

    def __init__(self, most: int) -> None:
        self._bits = fan_bits(most)
        self._starts = np.zeros((1 << self._bits) + 1, NUMBER)
        self._filled = 0
        self._seen = 0

    def add(self, keys: npt.NDArray[np.uint64]) -> None:
        prefixes = keys >> np.uint64(64 - self._bits) if self._bits else np.zeros(len(keys), np.uint64)
        upto = int(prefixes[-1])
        wanted = np.arange(self._filled, upto + 1, dtype=np.uint64)
        self._starts[self._filled : upto + 1] = self._seen + np.searchsorted(prefixes, wanted)
        self._filled = upto + 1
        self._seen += len(keys)

    def write(self, storage: Storage, name: str) -> None:
        self._starts[self._filled :] = self._seen
        writer = storage.create(name)
        try:
            writer.write(self._starts.view(np.uint8).data)
        finally:
            writer.close()


def _write_rows(rows: Sorter, shape: Shape, storage: Storage, indexes: dict[str, Sorter]) -> tuple[int, int]:
    """The rows themselves. Returns how many there are, and how many distinct values the first column has."""
    fan, count, distinct, last = _Fan(rows.most()), 0, 0, b""
    writer = storage.create(shape.table_file)
    try:
        for piece in rows.pieces():
            fan.add(first_eight(piece))
            for column, index in indexes.items():
                index.add(_index_rows(piece, shape, column, count))
            writer.write(piece.reshape(-1).data)
            count += len(piece)
            width = WIDTHS[shape.columns[0]]
            distinct += distinct_values(piece, width) - (piece[0, :width].tobytes() == last)
            last = piece[-1, :width].tobytes()
    finally:
        writer.close()
    fan.write(storage, shape.fan_file())
    return count, distinct


def _index_rows(piece: Bytes, shape: Shape, column: str, before: int) -> Bytes:
    place = shape.offsets[column]
    rows = np.empty((len(piece), INDEX_ROW), np.uint8)
    rows[:, :TAG] = piece[:, place : place + TAG]
    rows[:, TAG:] = np.arange(before, before + len(piece), dtype=">u4").view(np.uint8).reshape(-1, 4)
    return rows


def _write_index(index: Sorter, shape: Shape, column: str, storage: Storage) -> int:
    """The index of a later column. Returns how many distinct values the column has."""
    fan, distinct = _Fan(index.most()), 0
    writer: Writer = storage.create(shape.index_file(column))
    try:
        for piece in index.pieces():
            keys = first_eight(piece)
            fan.add(keys)
            distinct += len(piece) - _repeated(keys, shape, column, storage)
            writer.write(piece.reshape(-1).data)
    finally:
        writer.close()
    fan.write(storage, shape.fan_file(column))
    return distinct


def _repeated(keys: npt.NDArray[np.uint64], shape: Shape, column: str, storage: Storage) -> int:
    """How many of these index rows repeat the digest of another: only rows that share a tag can."""
    tags = keys >> np.uint64(32)
    same = tags[1:] == tags[:-1]
    tied = np.zeros(len(keys), bool)
    tied[1:] |= same
    tied[:-1] |= same
    numbers = (keys[tied] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    if not len(numbers):
        return 0
    digests = _digests(numbers, shape, column, storage)
    return len(digests) - len(in_order(digests))


def _digests(numbers: npt.NDArray[np.int64], shape: Shape, column: str, storage: Storage) -> Bytes:
    """A column of some rows: read, not mapped, for a system that maps what lies around each row would fill memory."""
    reader = storage.open(shape.table_file, mapped=False)
    place, width = shape.offsets[column], WIDTHS[column]
    try:
        starts = (numbers * shape.width + place).tolist()
        return np.frombuffer(b"".join([reader.read(start, start + width) for start in starts]), np.uint8).reshape(
            -1, width
        )
    finally:
        reader.close()
