"""The desktop over a case of a million entries: start, opening, sorting, filtering, scrolling, memory, the longest stall.

    python bench/desktop.py [ENTRIES] [--case FOLDER] [--starts N]

The case is made once for each shape of the database (`bench/made_case.py`) and kept below the temporary folder. Under a display, else under Xvfb where there is one, else
without a screen. Each step is measured from the act (a click, a key, a call) until its rows are in the table; a frame is one round of the
window's events, with what it paints. Prints a line for each, with the goal where there is one.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import made_case
from made_case import ENTRIES
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from screenshot import display
from stall import Heart

from triage import appended, fulltext, schema
from triage.ui import prepare
from triage.ui.core import CoreActions
from triage.ui.files import FilesPane
from triage.ui.language import Language
from triage.ui.latest import FIRST
from triage.ui.media import MediaPane
from triage.ui.search import SearchPane
from triage.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtWidgets import QAbstractItemView

    from triage.ui.page import CasePage

STARTS = 5
FRAME = 50  # milliseconds that no frame may take
LONGEST = 120.0  # seconds that a step may take
GOALS = {"cold start": 2000, "open": 1000, "sort": 300, "filter": 300}  # milliseconds
STEPS = 150  # of a scroll from top to bottom
PANES = {  # the pane and the model whose first rows are waited for
    "search": "model", "hits": "model", "conversations": "threads", "traces": "model", "timeline": "model",
    "places": "model", "media": "model",
}  # fmt: skip
# Run by a process of its own: the program as it is started, its event loop left once the window was shown and painted.
START = """
import sys, time
sys.argv = ["triage"]
import triage.__main__ as program
from PySide6.QtWidgets import QApplication
def until_shown(application):
    window = next(each for each in application.topLevelWidgets() if each.isVisible())
    while not window.windowHandle().isExposed():
        application.processEvents()
    application.processEvents()
    print(time.monotonic(), flush=True)
    import os; os._exit(0)
QApplication.exec = lambda self=None: until_shown(QApplication.instance())
program.main()
"""


@dataclass(slots=True)
class Figures:
    """Milliseconds of each step; of each frame while something scrolled, and how much of them was the main thread's own work."""

    steps: list[tuple[str, float]] = field(default_factory=list)
    frames: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def say(self, name: str, milliseconds: float) -> None:
        """Keep and print a step."""
        self.steps.append((name, milliseconds))
        goal = GOALS.get(name.split(":", maxsplit=1)[0])
        verdict = f"  goal {goal} ms: {'met' if milliseconds < goal else 'MISSED'}" if goal else ""
        print(f"{name:34} {milliseconds:7.0f} ms{verdict}", flush=True)

    def say_frames(self, name: str) -> None:
        """Print the frames of a scroll."""
        frames = sorted(wall for wall, _ in self.frames[name])
        late = sum(frame > FRAME for frame in frames)
        own = [work for _, work in self.frames[name]]
        print(
            f"{name:34} {len(frames)} frames, median {statistics.median(frames):.1f} ms, longest {frames[-1]:.0f} ms, over {FRAME} ms: {late};"
            f" by own work: longest {max(own):.0f} ms, over {FRAME} ms: {sum(work > FRAME for work in own)}"
        )


class Session:
    """One window over one case, driven as a person would and measured."""

    def __init__(self, application: QApplication, window: Window, figures: Figures) -> None:
        self.application, self.window, self.figures = application, window, figures
        self.heart = Heart()

    def step(self, name: str, act: Callable[[], object], done: Callable[[], bool]) -> None:
        """Act and wait until it is done; a step is from the one to the other."""
        self.heart.doing = name
        begun = time.perf_counter()
        act()
        while not done():
            if time.perf_counter() - begun > LONGEST:
                raise TimeoutError(f"{name}: the desktop did not get there")
            self.application.processEvents()
            time.sleep(0.001)
        self.figures.say(name, (time.perf_counter() - begun) * 1000)

    def rest(self, seconds: float = 1.5) -> None:
        """Let what was begun come to its end."""
        self.heart.doing = "rest"
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.application.processEvents()
            time.sleep(0.002)

    def scroll(self, name: str, view: QAbstractItemView) -> None:
        """From the top to the bottom in steps, then a stretch line by line; every round of events is a frame."""
        self.heart.doing = name
        frames = self.figures.frames[name] = []
        bar = view.verticalScrollBar()
        line = max(1, bar.maximum() // 5000)
        for place in [
            *(bar.maximum() * step // STEPS for step in range(STEPS + 1)),
            *(line * step for step in range(STEPS)),
        ]:
            bar.setValue(place)
            for _ in range(4):
                begun = time.perf_counter(), time.thread_time()
                self.application.processEvents()
                ended = time.perf_counter(), time.thread_time()
                frames.append(((ended[0] - begun[0]) * 1000, (ended[1] - begun[1]) * 1000))
                time.sleep(0.004)
        self.figures.say_frames(name)


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entries", type=int, nargs="?", default=ENTRIES)
    parser.add_argument("--case", type=Path)
    parser.add_argument("--starts", type=int, default=STARTS)
    chosen = parser.parse_args()
    made_by = b"".join(Path(str(each.__file__)).read_bytes() for each in (made_case, schema, fulltext, appended))
    place = Path(tempfile.gettempdir()) / f"sigap-made-{chosen.entries}-{hashlib.sha256(made_by).hexdigest()[:8]}"
    os.environ["TRIAGE_HOME"] = str(place / "home")
    case = chosen.case or place / "case"
    if not (case / "case.db").exists():
        shutil.rmtree(case, ignore_errors=True)
        maker = Path(__file__).with_name("made_case.py")  # a process of its own: its memory is not the desktop's
        subprocess.run([sys.executable, str(maker), str(case), str(chosen.entries)], check=True)
    if not shutil.which("Xvfb"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with display() if "QT_QPA_PLATFORM" not in os.environ else nullcontext():
        measure(case, chosen.starts)
    return 0


def measure(case: Path, starts: int) -> None:
    """Every figure, in the order in which a person meets them."""
    figures = Figures()
    figures.say("cold start", statistics.median(start_milliseconds() for _ in range(starts)))
    application = QApplication(sys.argv[:1])
    prepare(application)
    window = Window(CoreActions(), Language("en"))
    window.resize(1366, 740)
    window.show()
    session = Session(application, window, figures)
    session.rest(0.5)
    print(f"memory with the start page: {memory():.0f} MB")
    walk(session, case)
    print(
        f"load {os.getloadavg()[0]:.1f}; platform {application.platformName()}; memory at most {memory():.0f} MB (goal 500)"
    )
    for gap in sorted(session.heart.gaps, reverse=True)[:6]:
        print(f"longest stalls: {gap.wall:.0f} ms, own work {gap.own:.0f} ms, {gap.doing}")
    window.close()
    while window.isVisible():
        application.processEvents()


def walk(session: Session, case: Path) -> None:
    """Open the case, the files pane, sort, filter, scroll; then every pane."""
    window = session.window
    session.step("open: page", lambda: window.open_case(case), lambda: window.page is not None)
    page = window.page
    assert page is not None
    files = page.panes["files"]
    assert isinstance(files, FilesPane)
    session.step("open: first rows of the table", lambda: page.open("files"), lambda: shown(files))
    session.step("every row", lambda: None, lambda: files.model.rowCount() != FIRST)
    session.rest()
    sorts(session, files)
    filters(session, files)
    session.scroll("scroll of the table", files.table)
    panes(session, page)


def sorts(session: Session, files: FilesPane) -> None:
    """By each column that sorts, both ways for one."""
    header = files.table.horizontalHeader()
    for number, column in enumerate(files.model.columns):
        if column.sort and column.sort != "path":
            ask = partial(header.setSortIndicator, number, Qt.SortOrder.DescendingOrder)
            session.step(f"sort: {column.sort}", *watched(files, ask))
            session.rest(1.0)
    session.step("sort: path", *watched(files, lambda: header.setSortIndicator(1, Qt.SortOrder.AscendingOrder)))
    session.rest(1.0)


def filters(session: Session, files: FilesPane) -> None:
    """By text (common, rare, none at all) and by each part."""
    for text in ("IMG_05", "IMG_0123456", "Kamera", "tidak ada"):
        session.step(f"filter: {text}", *watched(files, partial(typed, files, text)))
        session.rest(1.0)
    session.step("filter: none", *watched(files, lambda: typed(files, "")))
    session.rest(1.0)


def panes(session: Session, page: CasePage) -> None:
    """Each pane until its first rows are there; the gallery scrolled."""
    session.step("pane: board", partial(page.open, "board"), lambda: True)
    search = page.panes["search"]
    assert isinstance(search, SearchPane)
    search.box.setText("kami")
    for name, model in PANES.items():
        rows = getattr(page.panes[name], model)
        session.step(f"pane: {name}", partial(page.open, name), partial(filled, rows))
        session.rest()
    media = page.panes["media"]
    assert isinstance(media, MediaPane)
    page.open("media")
    session.rest()
    session.scroll("scroll of the gallery", media.gallery)


def filled(model: QAbstractItemModel) -> bool:
    """Whether there are rows."""
    return model.rowCount() > 0


def shown(files: FilesPane) -> bool:
    """Whether the first rows are here and not only their ids."""
    return files.model.rowCount() > 0 and files.model.row_at(0) is not None


def typed(files: FilesPane, text: str) -> None:
    """A text in the filter, asked for at once: the pause after the last key is the person's."""
    files.filters.text.setText(text)
    files.reload()


def watched(files: FilesPane, act: Callable[[], object]) -> tuple[Callable[[], object], Callable[[], bool]]:
    """The act, and whether the table was begun anew since and shows what it is to show."""
    resets: list[int] = []
    files.model.modelReset.connect(lambda: resets.append(1))
    return act, lambda: bool(resets) and (shown(files) or files.model.rowCount() == 0)


def start_milliseconds() -> float:
    """From the start of the process to the window on the screen."""
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", START], check=True, capture_output=True, text=True)
    return (float(done.stdout.split()[-1]) - begun) * 1000


def memory() -> float:
    """The most that this process had resident, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
