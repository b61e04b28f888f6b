"""Progress on standard error: one line that rewrites itself on a terminal, a line now and then elsewhere, JSON for machines."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from triage.cli.base import amount, say, span, visible

if TYPE_CHECKING:
    from triage.run import Progress

TERMINAL, PIPE = 0.25, 5.0  # seconds between two lines
WIDTH = 120


class MeterLine:
    """Call it with each `Progress`."""

    def __init__(self, *, machine: bool) -> None:
        self._machine = machine
        self._terminal = sys.stderr.isatty() and not machine
        self._told = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._told < (TERMINAL if self._terminal else PIPE):
            return
        self._told = now
        if self._machine:
            sys.stderr.write(json.dumps(asdict(progress), sort_keys=True) + "\n")
        elif self._terminal:
            sys.stderr.write("\r\x1b[K" + _line(progress)[:WIDTH])
        else:
            sys.stderr.write(_line(progress) + "\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line, so that what follows starts a new one."""
        if self._terminal and self._told:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _line(progress: Progress) -> str:
    if progress.phase == "verify-image":
        return say()("cli.verify_image_phase", done=amount(progress.bytes_done), rate=amount(progress.bytes_per_second))
    if progress.phase != "examine":
        return say()(
            f"cli.{progress.phase.replace('-', '_')}",
            done=amount(progress.bytes_done),
            total=amount(progress.bytes_total),
            rate=amount(progress.bytes_per_second),
            remaining=span(progress.remaining_s),
        )
    return visible(
        say()(
            "cli.examine",
            done=progress.done,
            pending=progress.pending,
            entries=f"{progress.entries_per_second:.0f}",
            rate=amount(progress.bytes_per_second),
            notable=progress.notable,
            problems=progress.problems,
            remaining=span(progress.remaining_s),
            current=progress.current[-60:],
        )
    )
