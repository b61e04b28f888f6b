"""The built folder used as its users would: version, demo, scan, report, verify and the desktop, with no network interface.

Prints size, start times and the steps; ends with 1 where a step fails or something is in the folder that may not be there.

Usage: .venv/bin/python bench/built.py [dist/sigap]
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STARTS = 5
DESKTOP_SECONDS = 6.0
FORBIDDEN = ("QtNetwork", "Qt6Network", "Qt6Qml", "Qt6Quick", "QtWebEngine", "Qt6WebSockets")


def alone() -> list[str]:
    """The words that start a program in a namespace without interfaces; none where this system has no such thing."""
    words = ["unshare", "--map-root-user", "--net", "--"]
    works = (
        shutil.which("unshare") and subprocess.run([*words, "true"], check=False, capture_output=True).returncode == 0
    )
    return words if works else []


def used(folder: Path, place: Path) -> list[str]:
    """What failed, a line each, while the program in `folder` does its work below `place`."""
    command, environment = (
        folder / "triage",
        {"HOME": str(place), "PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"},
    )
    evidence = place / "evidence"
    evidence.mkdir()
    (evidence / "letter.txt").write_text("nothing of importance\n", encoding="utf-8")
    steps = {
        "version": ["--version"],
        "demo": ["demo", str(place / "demo")],
        "scan": ["scan", str(place / "case"), str(evidence)],
        "report": ["report", str(place / "case")],
        "verify": ["verify", str(place / "case")],
    }
    failed = []
    for name, words in steps.items():
        started = time.monotonic()
        done = subprocess.run(
            [*alone(), str(command), *words], env=environment, capture_output=True, text=True, check=False
        )
        print(f"{name:10} {time.monotonic() - started:6.2f} s   exit {done.returncode}")
        if done.returncode:
            failed.append(f"{name}: {done.stderr.strip()[-400:]}")
    return failed + _desktop(folder / "sigap", environment)


def _desktop(program: Path, environment: dict[str, str]) -> list[str]:
    """The window opens, stays, and closes when asked to."""
    process = subprocess.Popen([*alone(), str(program)], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        _, errors = process.communicate(timeout=DESKTOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        print(f"{'desktop':10} stayed open {DESKTOP_SECONDS:.0f} s, closed with {process.returncode}")
        return [] if process.returncode == 0 else [f"desktop: ended with {process.returncode}: {errors[-400:]}"]
    return [f"desktop: ended by itself with {process.returncode}: {errors[-400:]}"]


def start_seconds(program: Path) -> float:
    """The median time of `--version`."""
    times = []
    for _ in range(STARTS):
        started = time.monotonic()
        subprocess.run([str(program), "--version"], check=True, capture_output=True)
        times.append(time.monotonic() - started)
    return statistics.median(times)


def main() -> int:
    """Print what was seen; 1 where something failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("dist/sigap"))
    folder = parser.parse_args().folder.absolute()
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    print(f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB")
    print(
        f"starts in {start_seconds(folder / 'triage'):.2f} s (median of {STARTS}); network: {'none' if alone() else 'as it is'}"
    )
    failed = [
        f"may not be in the folder: {path.name}" for path in files if any(name in path.name for name in FORBIDDEN)
    ]
    with tempfile.TemporaryDirectory() as place:
        failed += used(folder, Path(place))
    print(*(f"FAILED {line}" for line in failed), sep="\n", end="\n" if failed else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
