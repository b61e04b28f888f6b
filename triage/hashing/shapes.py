"""What the rows of a list are made of: the columns of a table, their widths, and the facts beside them.

A table holds rows of one shape: the values that a row of the source states, side by side, strongest first, then the facts where
the list keeps any. Rows are sorted by their bytes, so by their first column. All numbers in a row are big-endian, so that
the order of bytes is the order of values.

    facts   where the row's detail begins in `details.text`, where its name begins in `names.text` (0: none), and the size of
            the file in bytes plus one (0: not stated), 8 bytes each
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DIGESTS = {"sha256": 32, "sha1": 20, "md5": 16}  # strongest first: the order of columns and of look-up
FINGERPRINTS = {"photodna": 144, "pdq": 32}  # compared by distance, never looked up as they are
WIDTHS = {**DIGESTS, **FINGERPRINTS, "quality": 1}  # bytes
SPOKEN = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "photodna": "PhotoDNA", "pdq": "PDQ"}
FACT = 8  # bytes of one fact
FACTS = 3 * FACT

_FACTS = struct.Struct(">QQQ")


@dataclass(frozen=True)
class Shape:
    """The columns of a table in their order, and whether facts follow them."""

    columns: tuple[str, ...]
    facts: bool

    @cached_property
    def values(self) -> int:
        """Bytes of all columns together."""
        return sum(WIDTHS[column] for column in self.columns)

    @cached_property
    def width(self) -> int:
        """Bytes of one row."""
        return self.values + (FACTS if self.facts else 0)

    @cached_property
    def distinct(self) -> int:
        """Leading bytes that make two rows the same: the values and the detail, not the name or the size."""
        return self.values + (FACT if self.facts else 0)

    @cached_property
    def offsets(self) -> dict[str, int]:
        """Where each column begins in a row."""
        places, place = {}, 0
        for column in self.columns:
            places[column] = place
            place += WIDTHS[column]
        return places

    @cached_property
    def indexed(self) -> tuple[str, ...]:
        """The digests after the first column: each has an index of its own, for a row is found by any of its digests."""
        return tuple(column for column in self.columns[1:] if column in DIGESTS and self.columns[0] in DIGESTS)

    @cached_property
    def name(self) -> str:
        """The stem of the files of a table of this shape."""
        return "-".join((*self.columns, "facts") if self.facts else self.columns)

    def files(self) -> tuple[str, ...]:
        """Names of all files of a table of this shape."""
        near = (self.near_file,) if self.near else ()
        return (
            self.table_file,
            self.fan_file(),
            *near,
            *(file for each in self.indexed for file in self._index_files(each)),
        )

    @property
    def near(self) -> bool:
        """Whether rows are found by likeness (see `nearest`)."""
        return self.columns[0] == "pdq"

    @property
    def near_file(self) -> str:
        """The fingerprints of all rows and the index that finds those near another."""
        return f"{self.name}.near"

    @property
    def table_file(self) -> str:
        """The rows, sorted."""
        return f"{self.name}.table"

    def index_file(self, column: str) -> str:
        """Rows by a later column: its first 4 bytes and the number of the row in 4 bytes, sorted."""
        return f"{self.name}.by-{column}"

    def fan_file(self, column: str | None = None) -> str:
        """Where in the table or index the values with each leading bits begin."""
        return f"{self.name}.fan" if column is None else f"{self.name}.by-{column}.fan"

    def _index_files(self, column: str) -> tuple[str, str]:
        return self.index_file(column), self.fan_file(column)


def ordered(columns: Iterable[str]) -> tuple[str, ...]:
    """Columns in the order in which they stand in a row."""
    chosen = set(columns)
    return tuple(each for each in WIDTHS if each in chosen)


def fact_bytes(detail: int, name: int, size: int | None) -> bytes:
    """The facts of one row."""
    stated = 0 if size is None or not 0 <= size < (1 << 63) else size + 1
    return _FACTS.pack(detail, name, stated)
