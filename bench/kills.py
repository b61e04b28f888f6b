"""Break runs at chosen stages in every way, go on, and compare the case with that of an unbroken run.

Groups of exhibits (the three of the demo with their lists, and one of every other kind of source: `exhibits`) are scanned once unbroken. Each
round draws a group, a way to break, a stage and a source, and does so up to three times before the run may finish. Ways: SIGKILL of the
command, of one of its processes, or of all at once; a disk that is full; evidence moved away, cut short, or failing with EIO (a loop device);
all processes suspended for longer than an entry may take; and SIGKILL while the report or the bundle is written. A round is equal where the
command ends with 0, the custody chain and all digests verify, and the rows of every result view equal those of the unbroken run, ids apart.
What needs the right to mount is left out without it, and that is said.

Usage: .venv/bin/python bench/kills.py [--rounds 10] [--seed 1] [--way TEXT] [--minutes 0]
"""

from __future__ import annotations

import argparse
import contextlib
import lzma
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import breaking
from breaking import CALM, KILLS, STAGES, UNPLUGS, Break, Running
from exhibits import PASSWORD, exhibits

from triage.assets import resource

if TYPE_CHECKING:
    from collections.abc import Iterator

TRIAGE = str(Path(sys.executable).parent / "triage")
MEBI = 1 << 20
PLENTY = 512 * MEBI
CANNOT = 3  # the exit code of a run whose source or case is gone
WEIGHTS = {"kill": 10, "disk full": 2, "unplug": 3, "device fails": 1, "suspend": 1, "kill report": 2, "kill bundle": 1}
WAYS: dict[str, list[tuple[str, Break]]] = {
    "kill": list(KILLS.items()),
    "unplug": list(UNPLUGS.items()),
    "device fails": [("EIO", breaking.fail_device)],
    "suspend": [("suspended", breaking.suspend)],
}
WHEN = ("v_exhibits", "at")  # when an exhibit was added: the one column that says when the run was
TAKEN = "bytes_taken"  # what was read from the device again is not the result
NEED_MOUNT = ("disk full", "device fails")
Rows = dict[str, list[tuple[object, ...]]]


@dataclass
class Group:
    """Sources scanned together, and what an unbroken run of them brings. `size` is that of the case, in bytes."""

    name: str
    sources: list[Path]
    options: list[str]
    environment: dict[str, str]
    rows: Rows = field(default_factory=dict)
    size: int = 0
    seconds: float = 0.0

    def scan(self, case: Path, *more: str) -> list[str]:
        """The command."""
        return [TRIAGE, "scan", str(case), *map(str, self.sources), "--workers", "2", *self.options, *more]


@dataclass
class Told:
    """What one round did and how it came out."""

    way: str
    group: str
    breaks: list[str] = field(default_factory=list)
    wrong: str = ""


def main() -> int:
    """Print a line for each round and a table; 1 where any differed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--way", default="", help="of these alone: " + ", ".join(WEIGHTS))
    parser.add_argument("--minutes", type=float, default=0, help="begin no round after so many minutes (0: all)")
    chosen = parser.parse_args()
    until = time.monotonic() + (chosen.minutes * 60 or float("inf"))
    ways = {way: weight for way, weight in WEIGHTS.items() if chosen.way in way}
    if not breaking.may_mount():
        print(f"left out, as mounting needs rights that are not here: {', '.join(NEED_MOUNT)}")
        ways = {way: weight for way, weight in ways.items() if way not in NEED_MOUNT}
    with tempfile.TemporaryDirectory(prefix="sigap-kills-") as folder, contextlib.ExitStack() as opened:
        groups = _groups(Path(folder), opened, devices="device fails" in ways)
        for group in groups:
            _unbroken(group, Path(folder) / f"whole-{group.name}")
        told = []
        for number in range(chosen.rounds):
            if time.monotonic() > until:
                print(f"the time is over after {number} rounds")
                break
            chance = random.Random(f"{chosen.seed} {number}")
            told.append(_round(chance, ways, groups, Path(folder) / f"round-{number}"))
            print(_line(number, told[-1]), flush=True)
    return _table(told)


# ------------------------------------------------------------------------------------ what is scanned


def _groups(place: Path, opened: contextlib.ExitStack, *, devices: bool) -> list[Group]:
    demo = list(_unpacked(place))
    others = list(exhibits(place))
    environment = {**os.environ, "TRIAGE_HOME": str(place / "home"), "TRIAGE_LANG": "en"}
    lists = {"notable": "notable.csv", "known": "known.sha1.txt"}
    for kind, name in lists.items():
        words = [TRIAGE, "list", "import", str(resource("demo", "lists", name)), "--name", kind, "--kind", kind]
        subprocess.run(words, env=environment, check=True, capture_output=True)
    matched = ["--list", "notable", "--list", "known"]
    pairs = [others[at : at + 2] for at in range(0, len(others), 2)]
    groups = [Group("demo", demo, matched, environment)]
    groups += [
        Group(pair[0].suffix.lstrip(".") or pair[0].name, pair, ["--password", PASSWORD, *matched], environment)
        for pair in pairs
    ]
    if devices:
        behind = place / "behind.img"
        shutil.copy(next(path for path in demo if path.suffix == ".img"), behind)
        node = opened.enter_context(breaking.device(behind))
        groups.append(
            Group("device", [node], [*matched, "--allow-writable"], {**environment, "BEHIND_DEVICE": str(behind)})
        )
    return groups


def _unpacked(place: Path) -> Iterator[Path]:
    for packed in sorted(resource("demo").glob("*.xz")):
        path = place / packed.stem
        with lzma.open(packed) as stream, path.open("wb") as out:
            shutil.copyfileobj(stream, out)
        yield path


def _unbroken(group: Group, case: Path) -> None:
    started = time.monotonic()
    subprocess.run(group.scan(case), env=group.environment, check=True, capture_output=True)
    group.seconds, group.rows = time.monotonic() - started, _rows(case)
    group.size = sum(path.stat().st_size for path in case.rglob("*") if path.is_file())
    rows = sum(map(len, group.rows.values()))
    print(
        f"unbroken, {group.name}: {len(group.sources)} sources, {group.seconds:.1f} s, {rows} rows in {len(group.rows)} views"
    )


def _rows(case: Path) -> Rows:
    database = sqlite3.connect(f"file:{case / 'case.db'}?mode=ro", uri=True)
    rows: Rows = {}
    for (view,) in database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'view' AND name GLOB 'v_*' ORDER BY name"
    ).fetchall():
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({view})")]
        kept = ", ".join(
            name for name in columns if not name.endswith("entry_id") and (view, name) != WHEN and name != TAKEN
        )
        rows[view] = sorted(database.execute(f"SELECT {kept} FROM {view}").fetchall(), key=repr)
    database.close()
    return rows


# ------------------------------------------------------------------------------------ a round


def _round(chance: random.Random, ways: dict[str, int], groups: list[Group], case: Path) -> Told:
    way = chance.choices(list(ways), list(ways.values()))[0]
    group = _group(way, groups, chance)
    told = Told(way, group.name)
    try:
        with contextlib.ExitStack() as opened:
            place = case
            if way == "disk full":
                disk = opened.enter_context(breaking.small_disk(case, int(group.size * chance.uniform(0.02, 0.95))))
                place = disk / "case"
            _broken(told, group, place, chance)
            told.wrong = told.wrong or _compared(group, place)
    finally:
        shutil.rmtree(case, ignore_errors=True)
    return told


def _group(way: str, groups: list[Group], chance: random.Random) -> Group:
    if way == "device fails":
        return next(group for group in groups if group.name == "device")
    if way == "suspend":  # a password has time of its own
        return groups[0]
    return chance.choice([group for group in groups if group.name != "device"])


def _broken(told: Told, group: Group, case: Path, chance: random.Random) -> None:
    """Break the run as the way says."""
    if told.way.startswith("kill "):
        _finish(told, group, case)
        _kill_writing(told, group, case, chance)
    elif told.way == "disk full":
        _fill_disk(told, group, case)
    else:
        for _ in range(chance.randint(1, 3) if told.way != "suspend" else 1):
            if not _break_once(told, group, case, chance):
                break
        _finish(told, group, case)


def _break_once(told: Told, group: Group, case: Path, chance: random.Random) -> bool:
    """One break; False where the run had ended before."""
    name, act = chance.choice(WAYS[told.way])
    stage, source = chance.choice(STAGES), chance.randrange(len(group.sources))
    if stage == "start" and name == "cut short":  # before it is opened, nobody can know how long it was
        stage = "digest"
    more = _calm(case) if told.way == "suspend" else ()
    running = Running(group.scan(case, *more), group.environment, case, group.sources)
    if stage == "start":
        time.sleep(chance.uniform(0, 1.5))
    elif running.until(stage, source):
        time.sleep(chance.uniform(0, 0.4 if stage in {"listing", "examine"} else 0.1))
    if not running.ended:
        told.breaks.append(f"{name} at {stage} {source + 1}")
        act(running, chance)
    code, said = running.finish() if running.process.returncode is None else (running.process.returncode, "")
    if code not in (0, CANNOT, -9):
        told.wrong = told.wrong or f"broken off with {code}: {said[-400:]}"
    return code != 0 and not told.wrong


def _calm(case: Path) -> tuple[str, str]:
    path = case.with_name("calm.toml")
    path.write_text(CALM, encoding="utf-8")
    return "--settings", str(path)


def _fill_disk(told: Told, group: Group, case: Path) -> None:
    """The scan on a disk that is too small; more room until it fits."""
    size = shutil.disk_usage(case.parent).total
    while True:
        running = Running(group.scan(case), group.environment, case, group.sources)
        code, said = running.finish()
        if code == 0:
            return
        told.breaks.append(f"full at {size / MEBI:.1f} MiB")
        if code != CANNOT or not ("full" in said or "space" in said):
            told.wrong = f"ended with {code} and does not say that the disk is full: {said[-400:]}"
            return
        size = size * 2 if len(told.breaks) < 3 else PLENTY
        breaking.enlarge(case.parent, size)


def _kill_writing(told: Told, group: Group, case: Path, chance: random.Random) -> None:
    """Kill what writes a report; what it left must not stand in the way of the next."""
    words = [TRIAGE, told.way.removeprefix("kill "), str(case)]
    started = time.monotonic()
    subprocess.run(words, env=group.environment, check=True, capture_output=True)
    usual = time.monotonic() - started
    for _ in range(chance.randint(1, 3)):
        running = Running(words, group.environment, case, group.sources)
        time.sleep(chance.uniform(0.3, usual))
        if not running.ended:
            name, act = chance.choice(list(KILLS.items()))
            told.breaks.append(f"{name} while writing")
            act(running, chance)
        if running.process.returncode is None:
            code, said = running.finish()
            if code not in (0, CANNOT):
                told.wrong = f"writing ended with {code}: {said[-400:]}"
    subprocess.run(words, env=group.environment, check=True, capture_output=True)


def _finish(told: Told, group: Group, case: Path) -> None:
    done = subprocess.run(group.scan(case), env=group.environment, check=False, capture_output=True, text=True)
    if done.returncode and not told.wrong:
        told.wrong = f"the last run ended with {done.returncode}: {done.stderr[-400:]}"


def _compared(group: Group, case: Path) -> str:
    """What is not as after an unbroken run; nothing where all is."""
    words = [TRIAGE, "verify", str(case)]
    verified = subprocess.run(words, env=group.environment, check=False, capture_output=True, text=True)
    if verified.returncode:
        failed = [line for line in verified.stdout.splitlines() if line.startswith("FAIL")]
        return f"verify: {'; '.join(failed) or verified.stderr[-300:]}"
    rows = _rows(case)
    for view, expected in group.rows.items():
        if rows[view] != expected:
            more = [row for row in rows[view] if row not in expected]
            less = [row for row in expected if row not in rows[view]]
            return f"{view}: {len(more)} rows more, {len(less)} fewer, such as {(more or less or [()])[0]!s:.300}"
    return ""


def _line(number: int, told: Told) -> str:
    state = f"DIFFERENT: {told.wrong}" if told.wrong else "equal"
    return f"{number + 1:4} {told.way:12} {told.group:10} {', '.join(told.breaks) or 'it had ended before'}: {state}"


def _table(told: list[Told]) -> int:
    print("\n| way | rounds | breaks | equal |\n|---|---|---|---|")
    ways = Counter(each.way for each in told)
    for way, rounds in ways.items():
        of = [each for each in told if each.way == way]
        print(f"| {way} | {rounds} | {sum(len(each.breaks) for each in of)} | {sum(not each.wrong for each in of)} |")
    stages = Counter(stage for one in told for each in one.breaks for stage in STAGES if f" at {stage} " in each)
    stages["writing"] = sum("while writing" in each for one in told for each in one.breaks)
    print(f"\nbreaks by stage: {', '.join(f'{stage} {count}' for stage, count in sorted(stages.items()))}")
    equal = sum(not each.wrong for each in told)
    print(f"{equal} of {len(told)} broken runs equal the unbroken run; {sum(len(each.breaks) for each in told)} breaks")
    return 0 if equal == len(told) else 1


if __name__ == "__main__":
    sys.exit(main())
