"""Supervised worker processes: a crash, a hang or a memory blow-up costs one entry, never a run.

Work goes out in batches and comes back in batches. A batch whose worker died or ran over time is run again entry by entry;
the entry that does it again becomes a `Problem`. Processes are spawned, the same on every system, and only values of
`triage.model` cross the pipe.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Self

from triage import guard
from triage.content import scratch_folder
from triage.errors import CaseError, EvidenceError, SourceGone, UserError
from triage.evidence import open_evidence
from triage.evidence.keyring import passwords_of
from triage.examine import Means, examine, failed
from triage.hashing.lists import open_lists
from triage.model import Problem
from triage.stored import entry_of, in_rows
from triage.supervised import Part, Supervised, send_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.model import Examined, Taken
    from triage.settings import Settings

Batch = tuple["Taken", ...]
Work = Callable[[Batch], "list[Examined]"]
START_TRIES = 3
UNLOCKING = 15.0  # seconds more for each password: a LUKS2 or BitLocker volume takes some of them to try one
AHEAD = 6  # batches a worker has at most: what it does while the parent stores


@dataclass(frozen=True, slots=True)
class Task:
    """What every worker is told once: where the evidence is and how to examine it."""

    source: str
    home: str
    scratch: str
    settings: Settings
    password: str | None = None  # lives in the processes alone; never stored, never logged
    vault: bytes | None = None  # the key of sealed lists; likewise


class Workers:
    """Worker processes over one evidence. `submit` batches, `collect` outcomes; use it in a `with` statement."""

    def __init__(self, task: Task, *, work: Work | None = None) -> None:
        self._task = task
        self._work = work or examine_batch
        self._waiting: deque[Batch] = deque()
        self._failed_starts = 0
        self._suspects: set[int] = set()  # entries that were in a batch that did not come back
        self._workers = [self._new() for _ in range(task.settings.worker_count())]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for worker in self._workers:
            worker.end()

    @property
    def running(self) -> int:
        """Batches handed in and not yet collected."""
        return len(self._waiting) + sum(len(worker.batches) for worker in self._workers)

    @property
    def places(self) -> int:
        """Batches that keep every worker busy."""
        return AHEAD * len(self._workers)

    def submit(self, batch: Sequence[Taken]) -> None:
        """Hand in a batch."""
        self._waiting.append(tuple(batch))
        self._hand_out()

    def collect(self, seconds: float) -> Iterator[tuple[Batch, list[Examined]]]:
        """Outcomes that are ready, waiting at most `seconds` for the first. Raises SourceGone."""
        moments = [moment for worker in self._workers if (moment := worker.deadline()) is not None]
        patience = min([seconds, *(moment - time.monotonic() for moment in moments)])
        ready = set(wait([worker.connection for worker in self._workers], max(patience, 0.0)))
        for place, worker in enumerate(self._workers):
            if worker.connection in ready:
                yield from self._answer(place, worker)
            elif (moment := worker.deadline()) is not None and moment <= time.monotonic():
                yield from self._given_up(place, worker, overdue=True)
        self._hand_out()

    def _answer(self, place: int, worker: Supervised) -> Iterator[tuple[Batch, list[Examined]]]:
        try:
            answer = worker.answer()
        except (EOFError, OSError):
            yield from self._given_up(place, worker, overdue=False)
            return
        if answer is None:
            return
        batch, came = answer
        if isinstance(came, Part):
            yield batch, came.came
        elif isinstance(came, MemoryError):
            yield from self._suspected(batch, _memory())
        elif isinstance(came, BaseException):
            raise came
        else:
            yield batch, came

    def _given_up(self, place: int, worker: Supervised, *, overdue: bool) -> Iterator[tuple[Batch, list[Examined]]]:
        """Replace a worker that hangs or died; what it had not begun is handed out again as it was."""
        had = [batch for batch, _ in worker.batches]
        code = worker.end()
        self._workers[place] = self._new()
        if not worker.started:
            self._waiting.extendleft(reversed(had))
            self._not_started(code)
            had = []
        if not had:
            return
        self._waiting.extendleft(reversed(had[1:]))
        yield from self._suspected(had[0], self._overdue(had[0]) if overdue else _crash(code))

    def _not_started(self, code: int | None) -> None:
        """No entry is to blame where the program itself could not be loaded; a few tries, then the run stops."""
        self._failed_starts += 1
        if self._failed_starts > START_TRIES:
            raise CaseError(
                f"the worker processes cannot be started (exit code {code}); close other programs or use fewer workers, and"
                " run the same command again; nothing that was stored is lost"
            )

    def _suspected(self, batch: Batch, problem: Problem) -> Iterator[tuple[Batch, list[Examined]]]:
        """An entry that does it a second time is the one; more than one, or a first time: each again by itself.

        So a process that the system ended, or a computer that slept, costs no entry.
        """
        if len(batch) == 1 and batch[0].id in self._suspects:
            yield batch, [failed(batch[0], problem)]
        else:
            self._suspects.update(entry.id for entry in batch)
            self._waiting.extendleft((entry,) for entry in reversed(batch))

    def _hand_out(self) -> None:
        for worker in sorted(self._workers, key=lambda worker: len(worker.batches)):
            while self._waiting and len(worker.batches) < AHEAD:
                batch = self._waiting.popleft()
                worker.give(batch, self._seconds(batch))

    def _new(self) -> Supervised:
        return Supervised(_prepare, self._task, self._work)

    def _seconds(self, batch: Batch) -> float:
        limits = self._task.settings.limits
        stated = limits.entry_seconds + sum(entry.content for entry in batch) / limits.slowest_bytes_per_second
        return min(stated, limits.longest_seconds) + UNLOCKING * len(passwords_of(self._task.password))

    def _overdue(self, batch: Batch) -> Problem:
        message = f"not finished within {int(self._seconds(batch))} s; given up"
        return Problem(kind="timeout", stage="examine", message=message)


def _crash(code: int | None) -> Problem:
    return Problem(kind="crash", stage="examine", message=f"the process reading it died (exit code {code})")


def _memory() -> Problem:
    return Problem(kind="memory", stage="examine", message="more memory was needed than the settings allow")


# ------------------------------------------------------------------------------------ inside a worker process

_task: Task | None = None
_means: Means | None = None


def _prepare(task: Task) -> None:
    """Run once in a new process."""
    global _task  # noqa: PLW0603  # a worker process is the one place that keeps state: what it was told
    _task = task
    guard.refuse_network()
    gc.freeze()  # what is imported stays; a batch makes many small values that all go at once
    gc.set_threshold(50_000)
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  # exists on POSIX systems alone

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (task.settings.limits.worker_bytes, resource.RLIM_INFINITY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold evidence


def examine_batch(batch: Batch) -> list[Examined]:
    """What a worker does with a batch."""
    means = _opened()
    return [in_rows(examine(entry_of(taken), means, _send)) for taken in batch]


def _send(part: Examined) -> bool:
    return send_part([part])


def _opened() -> Means:
    """Evidence and lists, opened at the first batch and kept."""
    global _means  # noqa: PLW0603  # see _prepare
    if _means is None:
        assert _task is not None
        scratch = scratch_folder(Path(_task.scratch))
        try:
            evidence = open_evidence(
                Path(_task.source),
                limits=_task.settings.limits,
                scratch=scratch,
                password=_task.password,
                carve=_task.settings.carve,
                shared=Path(_task.scratch),
                allow_writable=_task.settings.allow_writable,
            )
        except (EvidenceError, UserError) as error:  # it could be opened when the run began
            raise SourceGone(
                f"{_task.source}: the evidence cannot be read any more ({error}); connect it again and run the same command:"
                " the run goes on where it stopped"
            ) from error
        lists = open_lists(_task.settings.lists, Path(_task.home), _task.vault)
        _means = Means(evidence, lists, _task.settings, scratch, secrets=passwords_of(_task.password))
    return _means
