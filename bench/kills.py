"""Kill a scan with SIGKILL at random moments, go on, and compare the case with that of an unbroken run.

Scans the demo exhibits with their lists, and one exhibit of every other kind of source (`exhibits`). Each round kills the scan as often as the draw says (at least once), then lets it
finish; the custody log must verify and the rows of every result view must be equal, ids apart.

Usage: .venv/bin/python bench/kills.py [--rounds 10] [--seed 1]
"""

from __future__ import annotations

import argparse
import lzma
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from exhibits import PASSWORD, exhibits

from triage.assets import resource

MOST_KILLS = 6
Rows = dict[str, list[tuple[object, ...]]]
Command = Callable[[Path], list[str]]
TRIAGE = str(Path(sys.executable).parent / "triage")


def main() -> int:
    """Print a line for each round; 1 where any differed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    draw = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        command, environment = _prepared(place)
        started = time.monotonic()
        subprocess.run(command(place / "whole"), env=environment, check=True, capture_output=True)
        usual = time.monotonic() - started
        expected = _rows(place / "whole")
        print(f"unbroken run: {usual:.2f} s, {sum(map(len, expected.values()))} rows in {len(expected)} views")
        rounds = [place / f"killed-{number}" for number in range(1, chosen.rounds + 1)]
        equal = sum(_round(case, command, environment, draw, usual, expected) for case in rounds)
    print(f"{equal} of {chosen.rounds} killed runs equal the unbroken run")
    return 0 if equal == chosen.rounds else 1


def _prepared(place: Path) -> tuple[Command, dict[str, str]]:
    sources = []
    for packed in sorted(resource("demo").glob("*.xz")):
        sources.append(place / packed.stem)
        with lzma.open(packed) as stream, sources[-1].open("wb") as out:
            shutil.copyfileobj(stream, out)
    sources += exhibits(place)
    environment = {**os.environ, "TRIAGE_HOME": str(place / "home"), "TRIAGE_LANG": "en"}
    lists = {"notable": "notable.csv", "known": "known.sha1.txt"}
    for kind, name in lists.items():
        words = [TRIAGE, "list", "import", str(resource("demo", "lists", name)), "--name", kind, "--kind", kind]
        subprocess.run(words, env=environment, check=True, capture_output=True)

    def command(case: Path) -> list[str]:
        words = [TRIAGE, "scan", str(case), *map(str, sources), "--workers", "2", "--password", PASSWORD]
        return [*words, "--list", "notable", "--list", "known"]

    return command, environment


def _round(
    case: Path, command: Command, environment: dict[str, str], draw: random.Random, usual: float, expected: Rows
) -> bool:
    kills: list[float] = []
    while True:
        running = subprocess.Popen(
            command(case), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        moment = draw.uniform(0.2, usual) if len(kills) < MOST_KILLS else 600.0
        try:
            _, messages = running.communicate(timeout=moment)
            break
        except subprocess.TimeoutExpired:
            os.kill(running.pid, signal.SIGKILL)
            running.communicate()
            kills.append(moment)
    verified = subprocess.run([TRIAGE, "verify", str(case)], env=environment, check=False, capture_output=True)
    same = running.returncode == 0 and verified.returncode == 0 and _rows(case) == expected
    times = ", ".join(f"{each:.2f}" for each in kills)
    print(f"{case.name}: killed after {times or 'nothing (it had finished)'} s: {'equal' if same else 'DIFFERENT'}")
    if not same:
        print(messages.decode(errors="replace"), verified.stdout.decode(errors="replace"))
    return same


def _rows(case: Path) -> Rows:
    database = sqlite3.connect(f"file:{case / 'case.db'}?mode=ro", uri=True)
    rows: Rows = {}
    for (view,) in database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'view' AND name GLOB 'v_*' ORDER BY name"
    ).fetchall():
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({view})")]
        kept = ", ".join(name for name in columns if name not in {"entry_id", "attachment_entry_id"})
        rows[view] = sorted(database.execute(f"SELECT {kept} FROM {view}").fetchall(), key=repr)
    database.close()
    return rows


if __name__ == "__main__":
    sys.exit(main())
