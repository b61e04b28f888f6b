"""An open table: which of its rows have a digest.

One item at a time the fan gives the few rows to look among, and these are searched where they lie. Many items at once are searched
together, step by step for all, in the order of the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from triage.hashing.shapes import FACT, WIDTHS
from triage.hashing.sorting import first_eight
from triage.hashing.tables import INDEX_ROW, NUMBER, TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from triage.hashing.shapes import Shape
    from triage.hashing.storage import Bytes, Reader, Storage

    Numbers = npt.NDArray[np.int64]

NARROW = 32  # rows that are searched as they lie; more are halved first
MOST_ALIKE = 1000  # rows of one digest that are looked at


class Table:
    """A table of one shape. Raises OSError where its files cannot be opened, Damaged where sealed ones were changed."""

    def __init__(self, shape: Shape, rows: int, storage: Storage) -> None:
        self.shape, self.rows = shape, rows
        self._reader = storage.open(shape.table_file)
        self._files = [_Sorted(self._reader, storage.open(shape.fan_file()), shape.width, WIDTHS[shape.columns[0]])]
        for column in shape.indexed:
            reader, fan = storage.open(shape.index_file(column)), storage.open(shape.fan_file(column))
            self._files.append(_Sorted(reader, fan, INDEX_ROW, TAG))
        self._places = {column: place for place, column in enumerate((shape.columns[0], *shape.indexed))}

    @property
    def looked_up(self) -> tuple[str, ...]:
        """The columns by which a row is found, strongest first."""
        return tuple(self._places)

    def find(self, column: str, value: bytes) -> list[int]:
        """Numbers of the rows that have this value."""
        place = self._places[column]
        if place == 0:
            return list(self._files[0].among(value))
        index = self._files[place]
        rows = (int.from_bytes(index.row(each)[TAG:], "big") for each in index.among(value[:TAG]))
        return [row for row in rows if self.value(row, column) == value]

    def find_many(self, column: str, values: Bytes) -> Numbers:
        """For each value, an array of n times the width of the column, the number of a row that has it, or -1."""
        order = np.argsort(first_eight(values))
        wanted = values[order]
        if column == self.shape.columns[0]:
            rows = self._files[0].first_at(first_eight(wanted))
            found = self._settled(rows, wanted)
        else:
            found = self._through_index(self._files[self._places[column]], column, wanted)
        back = np.empty(len(found), np.int64)
        back[order] = found
        return back

    def value(self, row: int, column: str) -> bytes:
        """One value of a row."""
        start = row * self.shape.width + self.shape.offsets[column]
        return bytes(self._reader.read(start, start + WIDTHS[column]))

    def facts(self, row: int) -> tuple[int, int, int | None]:
        """Where detail and name of a row are, and the size of the file."""
        if not self.shape.facts:
            return 0, 0, None
        start = row * self.shape.width + self.shape.values
        packed = bytes(self._reader.read(start, start + 3 * FACT))
        detail, name, size = (int.from_bytes(packed[place : place + FACT], "big") for place in (0, FACT, 2 * FACT))
        return detail, name, size - 1 if size else None

    def name_places(self) -> npt.NDArray[np.int64]:
        """Where the name of every row is; 0 where it has none."""
        if not self.shape.facts:
            return np.zeros(self.rows, np.int64)
        start = self.shape.values + FACT
        return np.ascontiguousarray(self.matrix()[:, start : start + FACT]).view(">i8").reshape(-1).astype(np.int64)

    def column(self, column: str) -> Bytes:
        """All values of a column, an array of rows times width: mapped, or decrypted where the list is sealed."""
        place = self.shape.offsets[column]
        return self.matrix()[:, place : place + WIDTHS[column]]

    def matrix(self) -> Bytes:
        """All rows, an array of rows times width: mapped, or decrypted where the list is sealed."""
        return self._files[0].matrix()

    def leading(self, column: str) -> npt.NDArray[np.uint32]:
        """The first 4 bytes of every value of a looked-up column as numbers, in any order."""
        place = self._places[column]
        matrix = self.matrix() if place == 0 else self._files[place].matrix()
        return np.ascontiguousarray(matrix[:, :TAG]).view(">u4").reshape(-1).astype(np.uint32)

    def close(self) -> None:
        """Give all files back."""
        for file in self._files:
            file.close()

    def _settled(self, rows: Numbers, wanted: Bytes) -> Numbers:
        """The rows that have the values in full: several may share the first 8 bytes."""
        width, table = wanted.shape[1], self.matrix()
        keys = first_eight(wanted)
        found = np.full(len(rows), -1, np.int64)
        open_ = np.flatnonzero(rows < self.rows)
        while len(open_):
            seen = table[rows[open_], :width]
            equal = (seen == wanted[open_]).all(axis=1)
            found[open_[equal]] = rows[open_[equal]]
            alike = ~equal & (first_eight(seen) == keys[open_])
            open_ = open_[alike]
            rows[open_] += 1
            open_ = open_[rows[open_] < self.rows]
        return found

    def _through_index(self, index: _Sorted, column: str, wanted: Bytes) -> Numbers:
        tags = first_eight(wanted) & np.uint64(0xFFFFFFFF00000000)
        places = index.first_at(tags)
        place, width = self.shape.offsets[column], WIDTHS[column]
        found = np.full(len(places), -1, np.int64)
        entries, table = index.matrix(), self.matrix()
        open_ = np.flatnonzero(places < self.rows)
        while len(open_):
            seen = first_eight(entries[places[open_]])
            alike = (seen ^ tags[open_]) <= np.uint64(0xFFFFFFFF)
            open_, seen = open_[alike], seen[alike]
            rows = (seen & np.uint64(0xFFFFFFFF)).astype(np.int64)
            equal = (table[:, place : place + width][rows] == wanted[open_]).all(axis=1)
            found[open_[equal]] = rows[equal]
            open_ = open_[~equal]
            places[open_] += 1
            open_ = open_[places[open_] < self.rows]
        return found


class _Sorted:
    """A sorted file and its fan. `key` is how many leading bytes of a row are compared."""

    def __init__(self, reader: Reader, fan: Reader, width: int, key: int) -> None:
        self._reader, self._fan_reader, self._width, self._key = reader, fan, width, key
        self._rows = reader.size // width
        starts = fan.read(0, fan.size)
        self._fan = memoryview(starts).cast("I")
        self._bits = (len(self._fan) - 1).bit_length() - 1
        self._whole: Bytes | None = None

    def row(self, number: int) -> bytes | memoryview:
        """One row."""
        return self._reader.read(number * self._width, (number + 1) * self._width)

    def among(self, value: bytes) -> Iterator[int]:
        """Numbers of the rows that begin with these bytes, at most `MOST_ALIKE` of them."""
        prefix = int.from_bytes(value[:4], "big") >> (32 - self._bits)
        start, stop = self._fan[prefix], self._fan[prefix + 1]
        if stop - start > NARROW:
            start = self._halved(value, start, stop)
            stop = min(stop, start + MOST_ALIKE)
        elif start == stop:
            return
        data = bytes(self._reader.read(start * self._width, stop * self._width))
        place = data.find(value)
        while place >= 0:
            number, inside = divmod(place, self._width)
            if inside == 0:
                yield start + number
            place = data.find(value, place + 1)

    def first_at(self, keys: npt.NDArray[np.uint64]) -> Numbers:
        """For each key the number of the first row whose first 8 bytes are not below it."""
        starts = np.frombuffer(self._fan, NUMBER)
        prefixes = (
            (keys >> np.uint64(64 - self._bits)).astype(np.int64) if self._bits else np.zeros(len(keys), np.int64)
        )
        low, high = (np.minimum(starts[each].astype(np.int64), self._rows) for each in (prefixes, prefixes + 1))
        column = self._keys()
        while (open_ := np.flatnonzero(low < high)).size:
            middle = (low[open_] + high[open_]) >> 1
            below = column[middle].astype(np.uint64) < keys[open_]
            low[open_[below]] = middle[below] + 1
            high[open_[~below]] = middle[~below]
        return low

    def matrix(self) -> Bytes:
        """All rows: mapped, or decrypted once."""
        if self._whole is None:
            self._whole = self._reader.array().reshape(-1, self._width)
        return self._whole

    def close(self) -> None:
        """Give the files back."""
        self._whole = None
        self._fan = memoryview(bytes(8)).cast("I")
        self._reader.close()
        self._fan_reader.close()

    def _halved(self, value: bytes, start: int, stop: int) -> int:
        """The first row that is not below the value."""
        while start < stop:
            middle = (start + stop) // 2
            if bytes(self.row(middle)[: self._key]) < value:
                start = middle + 1
            else:
                stop = middle
        return start

    def _keys(self) -> npt.NDArray[np.uint64]:
        """The first 8 bytes of every row, where they lie."""
        whole = self.matrix()
        return np.ndarray((len(whole),), ">u8", buffer=whole, strides=(self._width,))
