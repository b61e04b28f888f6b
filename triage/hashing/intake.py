"""Rows of one list on their way in: what was taken, what was refused and why, and the tables that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import md5, sha1, sha256
from typing import TYPE_CHECKING

import numpy as np

from triage.hashing.record import KNOWN, Kept
from triage.hashing.shapes import DIGESTS, FACTS, FINGERPRINTS, Shape, fact_bytes, ordered
from triage.hashing.sorting import Sorter, first_eight
from triage.hashing.tables import write_table
from triage.hashing.texts import DETAIL_BYTES, DETAILS_FILE, NAME_BYTES, NAMES_FILE, Texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from triage.hashing.storage import Bytes, Storage

SHOWN_REFUSALS = 100
HANDED_ON = 1 << 20  # bytes of single rows that wait for each other
EMPTY = frozenset(each(b"", usedforsecurity=False).digest() for each in (md5, sha1, sha256))
EMPTY_ROW = "the digest of an empty file, which would match every empty file"

_EMPTY_KEYS = np.array([int.from_bytes(each[:8], "big") for each in EMPTY], np.uint64)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken. `line` is its line, record or row in the source, counted from 1."""

    line: int
    reason: str


class Intake:
    """Takes rows one by one or packed; call `finish` once at the end, and `close` whatever happened.

    Names are kept for lists whose hits are shown; the name of a known file is of no use.
    """

    def __init__(self, storage: Storage, kind: str) -> None:
        self.kind = kind
        self.names = kind != KNOWN
        self.read = 0
        self.refused = 0
        self.refusals: list[Refusal] = []
        self.categories: dict[str | None, int] = {}
        self.unmatched_prints = 0
        self.tables: tuple[Kept, ...] = ()
        self.counts: dict[str, int] = {}
        self._storage = storage
        self._names = Texts(storage, NAMES_FILE, most=NAME_BYTES, remember=False)
        self._details = Texts(storage, DETAILS_FILE, most=DETAIL_BYTES, remember=True)
        self._sorters: dict[Shape, Sorter] = {}
        self._single: dict[Shape, bytearray] = {}
        self._rows_in = 0
        self._lone_prints = 0

    def add(
        self,
        place: int,
        values: Mapping[str, bytes],
        *,
        name: bytes = b"",
        detail: bytes = b"",
        size: int | None = None,
        category: str | None = None,
    ) -> None:
        """One row: its digests, and fingerprints that go with them. `place` is where it is in the source. Raises OSError."""
        self.read += 1
        if self.names and not EMPTY.isdisjoint(values.values()):
            self._note(place, EMPTY_ROW)
            return
        columns, prints, shape = _layout(tuple(values), self.names or bool(detail))
        facts = self._facts(name, detail, size) if shape.facts else b""
        if columns:
            self._rows_in += 1
            self._keep(shape, b"".join([values[column] for column in columns]) + facts)
        for column in prints:
            self._add_print(column, values, facts, counted=not columns and column == prints[0])
        if category is not None:
            self.categories[category] = self.categories.get(category, 0) + 1

    def add_print(self, values: Mapping[str, bytes], *, name: bytes = b"", detail: bytes = b"") -> None:
        """One more fingerprint of a row that was taken, such as another frame of a clip. Raises OSError."""
        facts = self._facts(name, detail, None) if self.names or detail else b""
        self._add_print("pdq", values, facts, counted=False)

    def add_packed(
        self, columns: tuple[str, ...], values: Bytes, places: Sequence[int], names: list[bytes] | None = None
    ) -> None:
        """Many rows of the same digests, an array of n times their width, strongest first. Raises OSError."""
        self.read += len(values)
        if self.names and len(empty := _empty_rows(columns, values)):
            keep = np.ones(len(values), bool)
            keep[empty] = False
            for row in empty.tolist():
                self._note(places[row], EMPTY_ROW)
            values = values[keep]
            names = [name for name, kept in zip(names, keep.tolist(), strict=True) if kept] if names else None
        shape = _shape(columns, self.names)
        self._rows_in += len(values)
        if shape.facts:
            values = np.concatenate([values, self._many_facts(len(values), names)], axis=1)
        self._sorter(shape).add(values)

    def refuse(self, place: int, reason: str) -> None:
        """A row that is none."""
        self.read += 1
        self._note(place, reason)

    def go_on(self, tables: Sequence[tuple[Kept, Bytes]], texts: Storage, files: Mapping[str, int]) -> None:
        """Begin with the rows and texts of an older list of the same kind. Raises OSError."""
        for name, kept in ((NAMES_FILE, self._names), (DETAILS_FILE, self._details)):
            if name in files:
                reader = texts.open(name, mapped=False)
                try:
                    kept.go_on(reader)
                finally:
                    reader.close()
        for table, rows in tables:
            for start in range(0, len(rows), 1 << 16):
                self._sorter(table.shape).add(np.array(rows[start : start + (1 << 16)]))

    @property
    def rows_in(self) -> int:
        """Rows that were good, repeats included."""
        return self._rows_in

    def finish(self) -> None:
        """Sort and write everything: fills `tables`, and `counts` with distinct values per column. Raises OSError, UserError."""
        self._names.close()
        self._details.close()
        for shape in list(self._single):
            self._hand_on(shape)
        kept = []
        for shape, sorter in sorted(self._sorters.items(), key=lambda each: each[0].name):
            written = write_table(sorter, shape, self._storage)
            kept.append(Kept(shape.columns, shape.facts, written.rows))
            for column, count in written.distinct.items():
                self.counts[column] = self.counts.get(column, 0) + count
            sorter.close()
        self._sorters.clear()
        self.tables = tuple(kept)

    def new_rows(self, before: int) -> int:
        """Rows that were new to a list that had so many before: those with digests, and fingerprints that came alone."""
        return sum(table.rows for table in self.tables if table.columns[0] in DIGESTS) + self._lone_prints - before

    def close(self) -> None:
        """Give back what is open."""
        self._names.close()
        self._details.close()
        for sorter in self._sorters.values():
            sorter.close()

    def _add_print(self, column: str, values: Mapping[str, bytes], facts: bytes, *, counted: bool) -> None:
        beside = tuple(each for each in ("quality", "md5") if each in values)
        self._rows_in += counted
        self._lone_prints += counted
        self.unmatched_prints += column == "photodna"
        shape = _shape((column, *beside), bool(facts))
        self._keep(shape, b"".join([values[each] for each in shape.columns]) + facts)

    def _facts(self, name: bytes, detail: bytes, size: int | None) -> bytes:
        named = self._names.place(name) if name and self.names else 0
        return fact_bytes(self._details.place(detail), named, size)

    def _many_facts(self, count: int, names: list[bytes] | None) -> Bytes:
        facts = np.zeros((count, 3), ">u8")
        if names:
            facts[:, 1] = self._names.places(names)
        return facts.view(np.uint8).reshape(count, FACTS)

    def _keep(self, shape: Shape, row: bytes) -> None:
        single = self._single.get(shape)
        if single is None:
            single = self._single[shape] = bytearray()
        single += row
        if len(single) >= HANDED_ON:
            self._hand_on(shape)

    def _hand_on(self, shape: Shape) -> None:
        single = self._single.pop(shape)
        self._sorter(shape).add(np.frombuffer(single, np.uint8).reshape(-1, shape.width))

    def _sorter(self, shape: Shape) -> Sorter:
        if shape not in self._sorters:
            self._sorters[shape] = Sorter(self._storage, shape.name, width=shape.width, distinct=shape.distinct)
        return self._sorters[shape]

    def _note(self, place: int, reason: str) -> None:
        self.refused += 1
        if len(self.refusals) < SHOWN_REFUSALS:
            self.refusals.append(Refusal(place, reason))


@cache
def _layout(given: tuple[str, ...], facts: bool) -> tuple[tuple[str, ...], tuple[str, ...], Shape]:  # noqa: FBT001  # part of a key
    """Digests in the order of a row, fingerprints, and the shape of the row: for values given in this order."""
    columns = tuple(column for column in ordered(given) if column in DIGESTS)
    return columns, tuple(column for column in given if column in FINGERPRINTS), _shape(columns, facts)


@cache
def _shape(columns: tuple[str, ...], facts: bool) -> Shape:  # noqa: FBT001  # part of a key
    """One object for each shape: rows come by the million."""
    return Shape(columns, facts)


def _empty_rows(columns: tuple[str, ...], values: Bytes) -> npt.NDArray[np.int64]:
    """Rows that may hold the digest of an empty file; the first 8 bytes are proof enough for a refusal."""
    found = np.zeros(len(values), bool)
    for column, place in Shape(columns, facts=False).offsets.items():
        if column in DIGESTS:
            found |= np.isin(first_eight(values[:, place : place + 8]), _EMPTY_KEYS)
    return np.flatnonzero(found)
