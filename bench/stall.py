"""How long the desktop's main thread stands still while a scan runs.

    python bench/stall.py [FILES]                a folder of FILES small files (20,000 by default)

A timer of 10 ms on the main thread measures the gaps between its own beats, while the board shows the progress and panes
are opened in turn. Prints the longest gap, the 99th percentile, and how many were longer than 100 ms.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from screenshot import make_folder, settle, until

from triage.ui import prepare
from triage.ui.core import CoreActions
from triage.ui.language import Language
from triage.ui.start import NewCase
from triage.ui.window import Window

BEAT = 10  # milliseconds


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Milliseconds between two beats; `own` is what the main thread itself computed meanwhile, the rest it waited."""

    wall: float
    own: float
    doing: str


class Heart:
    """Beats on the main thread and keeps the gaps."""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self.doing = "start"
        self._last = time.perf_counter(), time.thread_time()
        self._timer = QTimer(interval=BEAT)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter(), time.thread_time()
        wall, own = ((after - before) * 1000 for after, before in zip(now, self._last, strict=True))
        self.gaps.append(Gap(wall, own, self.doing))
        self._last = now


def main() -> int:
    """Measure one scan; returns the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(tempfile.mkdtemp(prefix="sigap-"))
    os.environ["TRIAGE_HOME"] = str(folder / "home")
    try:
        make_folder(folder / "evidence", int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
        application = QApplication(sys.argv[:1])
        prepare(application)
        report(measure(application, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def measure(application: QApplication, folder: Path) -> list[Gap]:
    """The gaps of one scan, each with what was being done."""
    window = Window(CoreActions(), Language("en"))
    window.resize(1366, 740)
    window.show()
    settle(application)
    heart = Heart()
    heart.doing = "open"
    window.new_case(NewCase(folder / "case", "bench", "A1", folder / "evidence", ()))
    until(application, lambda: window.page is not None)
    page = window.page
    assert page is not None
    while page.case.scans.running:
        for pane in page.panes:
            heart.doing = pane
            page.open(pane)
            settle(application, 0.7)
    heart.doing = "close"
    window.close()
    until(application, lambda: not window.isVisible())
    return heart.gaps


def report(gaps: list[Gap]) -> None:
    """Print what was measured."""
    longest = sorted(gaps, reverse=True)[:6]
    ordered = sorted(gap.wall for gap in gaps)
    print(
        f"beats {len(gaps)}, every {BEAT} ms; load of this computer {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(f"99th percentile {ordered[int(len(ordered) * 0.99)]:.0f} ms")
    print(f"longer than 100 ms: {sum(gap > 100 for gap in ordered)}; by own work: {sum(gap.own > 100 for gap in gaps)}")
    for gap in longest:
        print(f"  {gap.wall:.0f} ms, own work {gap.own:.0f} ms, {gap.doing}")
    print(f"longest own work {max(gap.own for gap in gaps):.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
