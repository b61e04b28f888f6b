"""Sorting more rows than memory holds: sorted runs on disk, then one pass that merges them range by range.

Rows are bytes of one width, ordered bytewise. Their first 8 bytes decide nearly always, and numpy sorts such numbers many times
faster than it compares bytes; only rows that agree in these are compared in full. To merge, the ranges are chosen from samples of
every run, so that each range fits in memory whatever the values are; its slices of all runs are read and sorted together.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from triage.hashing.storage import Bytes, Reader, Storage

    Keys = npt.NDArray[np.uint64]

RUN_BYTES = 64 << 20
STEP = 4096  # rows between two samples of a run
LAST = np.iinfo(np.uint64).max


@dataclass(slots=True)
class _Run:
    """A sorted run on disk, and how far it is merged."""

    name: str
    rows: int
    samples: Keys
    reader: Reader | None = None
    done: int = 0


class Sorter:
    """Rows of `width` bytes in, the same in order out.

    Of rows that agree in their first `distinct` bytes only the first is kept. Rows that agree in their first `together` bytes (at
    most 8) come out in the same piece.
    """

    def __init__(self, storage: Storage, stem: str, *, width: int, distinct: int, together: int = 8) -> None:
        self._storage, self._stem = storage, stem
        self._width, self._distinct = width, distinct
        self._mask = np.uint64(LAST - (1 << (64 - 8 * together)) + 1 if together < 8 else LAST)
        self._gathered: list[Bytes] = []
        self._bytes = 0
        self._runs: list[_Run] = []
        self._pool = ThreadPoolExecutor(1)
        self._writing: Future[_Run] | None = None

    def add(self, rows: Bytes) -> None:
        """Take rows, an array of n times `width`. Raises OSError."""
        self._gathered.append(rows)
        self._bytes += rows.nbytes
        if self._bytes >= RUN_BYTES:
            self._settle()
            self._writing = self._pool.submit(self._write_run, self._taken(), len(self._runs))

    def most(self) -> int:
        """At most so many rows will come out."""
        self._settle()
        return sum(run.rows for run in self._runs) + self._bytes // self._width

    def pieces(self) -> Iterator[Bytes]:
        """All rows in order, in pieces of bounded size. Call it once. Raises OSError."""
        self._settle()
        if not self._runs:
            if self._bytes:
                yield self._in_order(self._taken(), "quicksort")
            return
        if self._bytes:
            self._runs.append(self._write_run(self._taken(), len(self._runs)))
        yield from self._merged()

    def close(self) -> None:
        """Delete what is left on disk. Raises OSError."""
        self._pool.shutdown(wait=True)
        for run in self._runs:
            if run.reader:
                run.reader.close()
            self._storage.remove(run.name)
        self._runs.clear()

    def _taken(self) -> Bytes:
        rows = np.concatenate(self._gathered) if len(self._gathered) > 1 else self._gathered[0]
        self._gathered, self._bytes = [], 0
        return rows

    def _settle(self) -> None:
        if self._writing:
            writing, self._writing = self._writing, None
            self._runs.append(writing.result())

    def _write_run(self, rows: Bytes, number: int) -> _Run:
        rows = self._in_order(rows, "quicksort")
        name = f"{self._stem}.run-{number}"
        writer = self._storage.create(name, lasting=False)
        try:
            writer.write(rows.reshape(-1).data)
        finally:
            writer.close()
        return _Run(name, len(rows), first_eight(rows[::STEP]))

    def _merged(self) -> Iterator[Bytes]:
        for run in self._runs:
            run.reader = self._storage.open(run.name, mapped=False)
        samples = np.sort(np.concatenate([run.samples for run in self._runs]))
        each = max(1, RUN_BYTES // self._width // STEP)
        bounds = np.unique(samples[each::each] & self._mask)
        for stop in (*bounds.tolist(), None):
            slices = [piece for run in self._runs if len(piece := self._slice(run, stop))]
            if slices:
                yield self._in_order(np.concatenate(slices), "stable")

    def _slice(self, run: _Run, stop: int | None) -> Bytes:
        """The rows of a run that come before `stop` and were not merged yet."""
        assert run.reader is not None
        end = run.rows
        if stop is not None:
            end = min(run.rows, int(np.searchsorted(run.samples, np.uint64(stop))) * STEP)
        data = run.reader.read(run.done * self._width, end * self._width)
        rows = np.frombuffer(data, np.uint8).reshape(-1, self._width)
        if stop is not None:
            tail = max(0, len(rows) - STEP)
            rows = rows[: tail + int(np.searchsorted(first_eight(rows[tail:]), np.uint64(stop)))]
        run.done += len(rows)
        return rows

    def _in_order(self, rows: Bytes, kind: Literal["quicksort", "stable"]) -> Bytes:
        if self._width == 8:
            return np.sort(first_eight(rows), kind=kind).astype(">u8").view(np.uint8).reshape(-1, 8)
        return in_order(rows, kind, distinct=self._distinct)


def in_order(rows: Bytes, kind: Literal["quicksort", "stable"] = "quicksort", *, distinct: int | None = None) -> Bytes:
    """Rows in ascending bytewise order. Of those that agree in their first `distinct` bytes (else: in all) the first is kept."""
    keys = first_eight(rows)
    if not (keys[1:] >= keys[:-1]).all():
        order = np.argsort(keys, kind=kind)
        keys, rows = keys[order], np.take(rows, order, axis=0)
    near = np.flatnonzero(keys[1:] == keys[:-1])
    if not len(near):
        return rows
    keep = _without(rows, near, rows.shape[1])  # those wholly alike, which spares comparing them
    rows, keys = rows[keep], keys[keep]
    near = np.flatnonzero(keys[1:] == keys[:-1])
    if not len(near):
        return rows
    tied = np.zeros(len(rows), bool)
    tied[near] = tied[near + 1] = True
    rows[tied] = _compared_in_full(rows[tied])
    return rows if distinct is None else rows[_without(rows, near, distinct)]


def distinct_values(rows: Bytes, width: int) -> int:
    """How many different values the first bytes of sorted rows have."""
    keys = first_eight(rows)
    near = np.flatnonzero(keys[1:] == keys[:-1])
    return int(_without(rows, near, width).sum()) if len(near) else len(rows)


def _without(rows: Bytes, near: npt.NDArray[np.intp], width: int) -> npt.NDArray[np.bool_]:
    """Which rows to keep where of neighbours, the first at `near`, that agree in so many bytes only the first is."""
    keep = np.ones(len(rows), bool)
    keep[near + 1] = ~(rows[near, :width] == rows[near + 1, :width]).all(axis=1)
    return keep


def first_eight(rows: Bytes) -> Keys:
    """The first 8 bytes of each row as numbers."""
    return np.ascontiguousarray(rows[:, :8]).view(">u8").reshape(-1).astype(np.uint64)


def _compared_in_full(rows: Bytes) -> Bytes:
    order = np.argsort(np.ascontiguousarray(rows).view(f"S{rows.shape[1]}").reshape(-1))
    return np.take(rows, order, axis=0)
