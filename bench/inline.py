"""A pool that examines in this very process: the run without the start of worker processes.

A benchmark that runs hundreds of small sources cannot pay a second for each worker. What the run, the case and `examine` do
is the same; what is missing is the supervision, so whoever uses this watches the process from outside.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Self

from triage.case import Case
from triage.evidence import open_evidence
from triage.examine import Means, examine
from triage.hashing.lists import open_lists
from triage.run import RunResult, run
from triage.stored import entry_of
from triage.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.model import Examined, Taken
    from triage.settings import Settings
    from triage.workers import Batch, Task


class Inline(Workers):
    """Batches are examined when their outcomes are asked for."""

    def __init__(self, task: Task) -> None:
        scratch = Path(task.scratch)
        scratch.mkdir(parents=True, exist_ok=True)
        evidence = open_evidence(
            Path(task.source),
            limits=task.settings.limits,
            scratch=scratch,
            password=task.password,
            carve=task.settings.carve,
        )
        lists = open_lists(task.settings.lists, Path(task.home))
        self._means = Means(evidence, lists, task.settings, scratch)
        self._batches: deque[Batch] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._means.evidence.close()

    @property
    def running(self) -> int:
        """Batches handed in and not yet examined."""
        return len(self._batches)

    @property
    def places(self) -> int:
        """One batch at a time."""
        return 1

    def submit(self, batch: Sequence[Taken]) -> None:
        """Hand in a batch."""
        self._batches.append(tuple(batch))

    def collect(self, seconds: float) -> Iterator[tuple[Batch, list[Examined]]]:  # noqa: ARG002  # nothing to wait for
        """Examine what was handed in."""
        while self._batches:
            batch = self._batches.popleft()
            yield batch, [examine(entry_of(taken), self._means) for taken in batch]


def scanned(case: Path, source: Path, settings: Settings) -> RunResult:
    """A whole run in this process. Raises UserError where the source is refused, CaseError."""
    with Case.open_or_create(case, actor="bench") as opened:
        return run(opened, source, exhibit=source.name, settings=settings, pool=Inline)
