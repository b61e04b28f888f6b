"""What a hash list is on disk: sorted tables of fixed width, one per algorithm, and what is known of their rows.

    md5.table  sha1.table  sha256.table   distinct digests in ascending order, 16, 20 or 32 bytes each
    md5.rows   ...                        one `ROW` of 5 bytes per digest of the table beside it; only where rows have
                                          labels or more than one digest
    labels.offsets  labels.text           label n is the text between offsets n - 1 and n: category, NUL, name, in UTF-8

Rows are gathered and sorted in memory, so a list is limited to `GATHERED_BYTES` of digests (67 million MD5); labels
go to disk as they come.
"""

from __future__ import annotations

import os
from array import array
from typing import TYPE_CHECKING

import numpy as np

from triage.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import BinaryIO

    import numpy.typing as npt

    Packed = npt.NDArray[np.bytes_]
    Facts = npt.NDArray[np.void]

WIDTHS = {"sha256": 32, "sha1": 20, "md5": 16}  # strongest first: the order of look-up
ALGORITHMS = tuple(WIDTHS)

ROW = np.dtype([("label", "<u4"), ("flags", "u1")])  # label 0: none
ALSO_SHA256, ALSO_SHA1, STRONGEST = 1, 2, 4  # the row also states this digest; the digest is the strongest of its row
ALSO = {"sha256": ALSO_SHA256, "sha1": ALSO_SHA1, "md5": 0}

OFFSET = np.dtype("<u8")
OFFSETS_FILE, TEXT_FILE = "labels.offsets", "labels.text"
LABEL_BYTES = 1024
REMEMBERED_LABELS = 4096
GATHERED_BYTES = 1 << 30


def table_file(algorithm: str) -> str:
    """Name of the file with the digests of an algorithm."""
    return f"{algorithm}.table"


def rows_file(algorithm: str) -> str:
    """Name of the file that says what is known of each digest of an algorithm."""
    return f"{algorithm}.rows"


class Gathering:
    """Rows on their way to tables in `folder`. Call `write` once, at the end."""

    def __init__(self, folder: Path) -> None:
        self.rows = 0
        self._folder = folder
        self._columns = {algorithm: _Column(algorithm) for algorithm in ALGORITHMS}
        self._labels = _Labels(folder)
        self._detailed = False

    def add(self, digests: Iterable[tuple[str, bytes]], label: bytes) -> None:
        """One row: its digests, strongest first, and its label (empty: none)."""
        number = self._labels.number(label) if label else 0
        also, flags = 0, STRONGEST
        for algorithm, digest in digests:
            self._columns[algorithm].add(digest, number, also | flags)
            also, flags = also | ALSO[algorithm], 0
            self._detailed = self._detailed or also != ALSO[algorithm]
        self.rows += 1
        self._detailed = self._detailed or number > 0

    def add_packed(self, algorithm: str, packed: bytes) -> None:
        """Many rows of one digest each and nothing else: the digests back to back."""
        count = len(packed) // WIDTHS[algorithm]
        self._columns[algorithm].add_packed(packed, count)
        self.rows += count

    def size(self) -> int:
        """Bytes of digests in memory."""
        return sum(len(column.digests) for column in self._columns.values())

    def write(self) -> tuple[dict[str, int], int]:
        """Sort, write and sync the tables. Returns distinct digests per algorithm, and how many rows are distinct.

        Two rows are the same where their strongest digest is. Raises OSError.
        """
        self._labels.close()
        counts: dict[str, int] = {}
        distinct = 0
        for algorithm, column in self._columns.items():
            if column.digests:
                table, facts = column.sorted()
                counts[algorithm] = len(table)
                distinct += int(np.count_nonzero(facts["flags"] & STRONGEST))
                _write(self._folder / table_file(algorithm), table)
                if self._detailed:
                    _write(self._folder / rows_file(algorithm), facts)
        return counts, distinct

    def close(self) -> None:
        """Give back the open label files."""
        self._labels.close()


class _Column:
    """The digests of one algorithm in the order of the source, with what is known of each."""

    def __init__(self, algorithm: str) -> None:
        self.digests = bytearray()
        self._dtype = np.dtype(f"S{WIDTHS[algorithm]}")
        self._labels = array("I")
        self._flags = bytearray()

    def add(self, digest: bytes, label: int, flags: int) -> None:
        self.digests += digest
        self._labels.append(label)
        self._flags.append(flags)

    def add_packed(self, packed: bytes, count: int) -> None:
        self.digests += packed
        self._labels.frombytes(bytes(self._labels.itemsize * count))
        self._flags += bytes((STRONGEST,)) * count

    def sorted(self) -> tuple[Packed, Facts]:
        """Distinct digests in ascending order, and one `ROW` for each.

        Of equal digests the first in the source gives the label. A stronger digest counts as stated only where
        every row with that digest states one: then alone does its absence from the list say something.
        """
        packed = np.frombuffer(bytes(self.digests), dtype=self._dtype)
        order = np.argsort(packed, kind="stable")
        packed = packed[order]
        starts = np.flatnonzero(np.concatenate(([True], packed[1:] != packed[:-1])))
        facts = np.zeros(len(starts), dtype=ROW)
        facts["label"] = np.frombuffer(self._labels, dtype=np.uint32)[order][starts]
        flags = np.frombuffer(bytes(self._flags), dtype=np.uint8)[order]
        every, some = np.bitwise_and.reduceat(flags, starts), np.bitwise_or.reduceat(flags, starts)
        facts["flags"] = (every & (ALSO_SHA256 | ALSO_SHA1)) | (some & STRONGEST)
        return packed[starts], facts


class _Labels:
    """Label texts, written as they come. A text seen lately keeps its number, so that categories cost little."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers: dict[bytes, int] = {}
        self._count = 0
        self._end = 0
        self._open: tuple[BinaryIO, BinaryIO] | None = None

    def number(self, label: bytes) -> int:
        known = self._numbers.get(label)
        if known is not None:
            return known
        offsets, text = self._open = self._open or self._created()
        self._end += text.write(label)
        offsets.write(self._end.to_bytes(OFFSET.itemsize, "little"))
        self._count += 1
        if len(self._numbers) < REMEMBERED_LABELS:
            self._numbers[label] = self._count
        return self._count

    def close(self) -> None:
        if self._open:
            for stream in self._open:
                _synced(stream)
        self._open = None

    def _created(self) -> tuple[BinaryIO, BinaryIO]:
        offsets, text = ((self._folder / name).open("xb") for name in (OFFSETS_FILE, TEXT_FILE))
        offsets.write(bytes(OFFSET.itemsize))
        return offsets, text


def check_room(gathering: Gathering) -> None:
    """Raises UserError where a list is larger than can be sorted in memory."""
    if gathering.size() > GATHERED_BYTES:
        raise UserError(f"the list holds more than {GATHERED_BYTES >> 20} MiB of digests; split it into several lists")


def _write(path: Path, values: Packed | Facts) -> None:
    stream = path.open("xb")
    try:
        stream.write(values.view(np.uint8).data)
    finally:
        _synced(stream)


def _synced(stream: BinaryIO) -> None:
    with stream:
        stream.flush()
        os.fsync(stream.fileno())
