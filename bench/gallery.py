"""How smoothly the gallery scrolls: a made-up case of many pictures, groups of every kind, and the main thread watched.

    python bench/gallery.py [PICTURES]           100,000 by default

The rows are written straight into the case's tables. Every preview is the same small drawing; of more than 100,000 pictures each tenth
has one. A timer on the main thread measures the gaps between its own beats while the grid is scrolled steadily and by leaps, and while
it is grouped anew. Prints seconds until the grid stands, the longest gap, how many gaps were over 50 ms, and memory.
"""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QApplication
from screenshot import settle, until
from stall import BEAT, Gap, Heart

from triage.case import Case
from triage.casefolder import DATABASE, PREVIEWS
from triage.model import Entry, Kind, Locator
from triage.ui import prepare
from triage.ui.core import CoreActions
from triage.ui.gallery_filters import ORDER
from triage.ui.language import Language
from triage.ui.media import MediaPane
from triage.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAME = 50.0  # milliseconds that no frame may take
FOLDER = 400  # pictures in one folder
HOUR = 3_600_000_000_000
START = 1_772_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class Stood:
    """How long it took until the grid stood in these groups."""

    group: str
    seconds: float
    groups: int


def main() -> int:
    """Measure; returns the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    pictures = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    folder = Path(tempfile.mkdtemp(prefix="sigap-"))
    os.environ["TRIAGE_HOME"] = str(folder / "home")
    try:
        application = QApplication(sys.argv[:1])
        prepare(application)
        make_case(folder / "case", pictures)
        heart, stood = measure(application, folder / "case")
        report(heart.gaps, stood, pictures)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def make_case(folder: Path, pictures: int) -> None:
    """A case with folders of pictures; some matched, some look alike, some are in a series."""
    with Case.open_or_create(folder, actor="bench") as case:
        root = Entry(locator=Locator(), name="stick", kind=Kind.FOLDER)
        case.add_evidence(folder / "stick", exhibit="A1", format_name="folder", size=None, root=root)
    with sqlite3.connect(folder / DATABASE) as database:
        first = database.execute("SELECT max(id) + 1 FROM entry").fetchone()[0]
        folders = -(-pictures // FOLDER)
        database.executemany(f"INSERT INTO entry VALUES ({', '.join('?' * 21)})", _folders(first, folders))
        base = first + folders
        database.executemany(
            f"INSERT INTO entry VALUES ({', '.join('?' * 21)})", (_file(base, first, n) for n in range(pictures))
        )
        database.executemany(
            "INSERT INTO content (entry_id, evidence_id, status, bytes_read, sha256, length, mime) VALUES (?, 1, 'examined', 9, ?, 9, 'image/jpeg')",
            ((base + n, n.to_bytes(32, "big")) for n in range(pictures)),
        )
        database.executemany(
            "INSERT INTO media (entry_id, where_, kind, width, height, taken_at, taken_at_local) VALUES (?, 'EXIF', 'picture', 4000, 3000, ?, 0)",
            ((base + n, START + n % 2000 * HOUR) for n in range(pictures)),
        )
        database.executemany(
            "INSERT INTO hit (entry_id, list, list_version, list_kind, how, value, category) VALUES (?, 'bench', '1', 'notable', 'exact', '', 'A')",
            ((base + n,) for n in range(0, pictures, 97)),
        )
        database.executemany(
            "INSERT INTO near_duplicate VALUES (?, ?, 'picture', 5, 3)",
            ((base + n, n // 20) for n in range(pictures) if n % 20 < 5),
        )
        database.executemany(
            "INSERT INTO media_link VALUES (?, 'session', ?, 50)",
            ((base + n, f"KF-1 {n // 50}") for n in range(pictures)),
        )
        database.executemany(
            "INSERT INTO origin VALUES (?, ?, '[]', 0, NULL)",
            ((base + n, ("received", "made_here")[n % 2]) for n in range(pictures)),
        )
    step = 1 if pictures <= 100_000 else 10
    jpeg = drawing()
    with sqlite3.connect(folder / PREVIEWS) as previews:
        previews.executemany(
            "INSERT INTO preview VALUES (?, 'large', 'preview', 160, 120, ?)",
            ((base + n, jpeg) for n in range(0, pictures, step)),
        )


def drawing() -> bytes:
    """A small JPEG."""
    image = QImage(160, 120, QImage.Format.Format_RGB32)
    for y in range(120):
        for x in range(160):
            image.setPixel(x, y, (x * 255 // 160) << 16 | (y * 255 // 120) << 8 | 90)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"jpeg")).write(image)
    return bytes(QByteArray(buffer.data()).data())


def measure(application: QApplication, folder: Path) -> tuple[Heart, list[Stood]]:
    """Open the gallery, scroll it steadily and by leaps, group it by everything."""
    window = Window(CoreActions(), Language("en"))
    window.resize(1366, 740)
    window.show()
    window.open_case(folder)
    until(application, lambda: window.page is not None)
    page = window.page
    assert page is not None
    pane = page.panes["media"]
    assert isinstance(pane, MediaPane)
    settle(application)
    heart = Heart()
    stood = [_group(application, heart, pane, "folder", lambda: page.open("media"))]
    scroll(application, heart, pane)
    for group in (group for group in ORDER if group != "folder"):
        pane.filters.group.setCurrentIndex(ORDER.index(group))
        stood.append(_group(application, heart, pane, group, pane.reload))
    heart.doing = "close"
    window.close()
    until(application, lambda: not window.isVisible())
    return heart, stood


def scroll(application: QApplication, heart: Heart, pane: MediaPane) -> None:
    """Forty pixels a frame for ten seconds, then a hundred leaps over the whole length, then by the keyboard's pages."""
    bar = pane.gallery.verticalScrollBar()
    heart.doing = "steady"
    end = time.monotonic() + 10
    while time.monotonic() < end:
        bar.setValue(bar.value() + 40)
        settle(application, 0.016)
    heart.doing = "leaps"
    for number in range(100):
        bar.setValue(bar.maximum() * (number * 37 % 100) // 100)
        settle(application, 0.06)


def _group(application: QApplication, heart: Heart, pane: MediaPane, group: str, ask: object) -> Stood:
    heart.doing = f"group by {group}"
    assert callable(ask)
    began, stood = time.perf_counter(), []
    pane.model.modelReset.connect(lambda: stood.append(time.perf_counter()))
    ask()
    until(application, lambda: bool(stood))
    settle(application, 1.0)
    return Stood(group, stood[0] - began, len(pane.model.groups))


def report(gaps: list[Gap], stood: list[Stood], pictures: int) -> None:
    """Print what was measured."""
    print(f"{pictures:,} pictures; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; beats every {BEAT} ms")
    for each in stood:
        print(f"  by {each.group}: stands after {each.seconds:.2f} s, {each.groups:,} groups")
    for doing in dict.fromkeys(gap.doing for gap in gaps):
        some = [gap for gap in gaps if gap.doing == doing]
        over, own = sum(gap.wall > FRAME for gap in some), sum(gap.own > FRAME for gap in some)
        longest = max(some)
        print(
            f"  {doing}: {len(some)} beats, longest {longest.wall:.0f} ms (own work {max(gap.own for gap in some):.0f} ms),"
            f" over {FRAME:.0f} ms: {over} (own work: {own})"
        )
    print(f"  memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _folders(first: int, folders: int) -> Iterator[tuple[object, ...]]:
    for number in range(folders):
        path = f"/DCIM/{number:05}"
        yield (
            first + number,
            1,
            1,
            f"fs:{path}",
            None,
            path,
            path[-5:],
            None,
            "folder",
            None,
            0,
            *(None,) * 4,
            0,
            None,
            0,
            None,
            9,
            "",
        )


def _file(base: int, first: int, number: int) -> tuple[object, ...]:
    name = f"IMG_{number:07}.jpg"
    path = f"/DCIM/{number // FOLDER:05}/{name}"
    return (
        base + number,
        1,
        first + number // FOLDER,
        f"fs:{path}",
        None,
        path,
        name,
        None,
        "file",
        9,
        0,
        START,
        *(None,) * 3,
        0,
        None,
        0,
        None,
        9,
        "",
    )


if __name__ == "__main__":
    sys.exit(main())
