"""Supervised worker processes: a crash, a hang or a memory blow-up costs one entry, never a run.

Work goes out in batches and comes back in batches. A batch whose worker died or ran over time is run again entry by entry;
the entry that does it again becomes a `Problem`. Processes are spawned, the same on every system, and only values of
`triage.model` cross the pipe.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pebble import ProcessExpired, ProcessPool

from triage import guard
from triage.content import scratch_folder
from triage.errors import EvidenceError, SourceGone
from triage.evidence import open_evidence
from triage.examine import Means, examine, failed
from triage.hashing.lists import open_lists
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.model import Entry, Examined
    from triage.settings import Settings

Batch = tuple["Entry", ...]
Work = Callable[[Batch], "list[Examined]"]


@dataclass(frozen=True, slots=True)
class Task:
    """What every worker is told once: where the evidence is and how to examine it."""

    source: str
    home: str
    scratch: str
    settings: Settings
    password: str | None = None  # lives in the processes alone; never stored, never logged


class Workers:
    """A pool over one evidence. `submit` batches, `collect` outcomes; use it in a `with` statement."""

    def __init__(self, task: Task, *, work: Work | None = None) -> None:
        self._work = work or examine_batch
        self._limits = task.settings.limits
        self._pool: Any = ProcessPool(  # pebble's pool has no types
            max_workers=task.settings.worker_count(),
            initializer=_prepare,
            initargs=(task,),
            context=multiprocessing.get_context("spawn"),
        )
        self._running: dict[Future[list[Examined]], Batch] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None and not self._running:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    @property
    def running(self) -> int:
        """Batches handed in and not yet collected."""
        return len(self._running)

    def stop(self) -> None:
        """Give up what is running; it stays pending in the case."""
        self._pool.stop()

    def submit(self, batch: Sequence[Entry]) -> None:
        """Hand in a batch."""
        entries = tuple(batch)
        self._running[self._pool.schedule(self._work, args=(entries,), timeout=self._seconds(entries))] = entries

    def collect(self, seconds: float) -> Iterator[tuple[Batch, list[Examined]]]:
        """Outcomes that are ready, waiting at most `seconds` for the first. Raises SourceGone."""
        done, _ = concurrent.futures.wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)
        for future in done:
            batch = self._running.pop(future)
            outcomes = self._outcomes(future, batch)
            if outcomes is not None:
                yield batch, outcomes

    def _outcomes(self, future: Future[list[Examined]], batch: Batch) -> list[Examined] | None:
        try:
            return future.result()
        except concurrent.futures.TimeoutError:
            seconds = int(self._seconds(batch))
            problem = Problem(kind="timeout", stage="examine", message=f"not finished within {seconds} s; given up")
        except ProcessExpired as error:
            problem = Problem(
                kind="crash", stage="examine", message=f"the process reading it died (exit code {error.exitcode})"
            )
        except MemoryError:
            problem = Problem(kind="memory", stage="examine", message="more memory was needed than the settings allow")
        if len(batch) == 1:
            return [failed(batch[0], problem)]
        for entry in batch:
            self.submit((entry,))
        return None

    def _seconds(self, batch: Batch) -> float:
        size = sum(entry.size or 0 for entry in batch)
        return self._limits.entry_seconds + size / self._limits.slowest_bytes_per_second


# ------------------------------------------------------------------------------------ inside a worker process

_task: Task | None = None
_means: Means | None = None


def _prepare(task: Task) -> None:
    """Run once in a new process."""
    global _task  # noqa: PLW0603  # a worker process is the one place that keeps state: what it was told
    _task = task
    guard.refuse_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  # exists on POSIX systems alone

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (task.settings.limits.worker_bytes, resource.RLIM_INFINITY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold evidence
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """A worker whose parent was killed must not live on."""
    while os.getppid() == parent:
        threading.Event().wait(1.0)
    os._exit(0)


def examine_batch(batch: Batch) -> list[Examined]:
    """What a worker does with a batch."""
    means = _opened()
    return [examine(entry, means) for entry in batch]


def _opened() -> Means:
    """Evidence and lists, opened at the first batch and kept."""
    global _means  # noqa: PLW0603  # see _prepare
    if _means is None:
        assert _task is not None
        scratch = scratch_folder(Path(_task.scratch))
        try:
            evidence = open_evidence(Path(_task.source), limits=_task.settings.limits, scratch=scratch)
        except EvidenceError as error:
            raise SourceGone(f"{_task.source}: {error}") from error
        lists = open_lists(_task.settings.lists, Path(_task.home))
        _means = Means(evidence, lists, _task.settings, scratch)
    return _means
