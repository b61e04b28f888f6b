"""Damaged sources through the whole run: no crash of the run, no hang, every entry accounted for, bounded memory.

Every sample (the corpus, and disks built here) is opened as it is, with one byte changed in its middle, cut at 25, 50 and
75 %, without its middle part where it has three or more, and with 1,000 changed bytes at each of some seeds. Changed bytes
are drawn among the blocks that hold anything, so that they hit structures. A process of its own examines them without
workers (`inline`), which is quick; where that process dies or does not come back, the same source goes through the real
command with its worker, which must end by itself. Prints a line for each sample and one for each defect.

Usage: .venv/bin/python bench/damage.py [CORPUS] [--seeds 20] [--minutes 0] [--only TEXT] [--seconds 60]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import selectors
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from inline import scanned
from samples import built_samples, corpus_samples

from triage.errors import UserError
from triage.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from samples import Sample

FLIPS = 1000
BLOCK = 4096
MEMORY = 600  # MB a process
CALM = "limits.entry_seconds = 15.0\nlimits.longest_seconds = 60.0\n"


@dataclass
class Told:
    """What the damaged forms of one sample brought."""

    name: str
    forms: int = 0
    refused: int = 0
    entries: int = 0
    failed: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    megabytes: int = 0
    slowest: float = 0.0
    contained: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


# ------------------------------------------------------------------------------------ the damaged forms


def forms(sample: Sample, seeds: int) -> list[str]:
    """The words for all damaged forms of a sample."""
    missing = ["missing"] if len(sample[1]) >= 3 else []
    return ["whole", "byte", "cut 25", "cut 50", "cut 75", *missing, *(f"seed {seed}" for seed in range(seeds))]


def damaged(paths: list[Path], form: str, folder: Path) -> Path:
    """A copy of the files in this form; returns the one to open."""
    folder.mkdir()
    copies = [folder / path.name for path in paths]
    subprocess.run(["cp", "--sparse=always", *map(str, paths), str(folder)], check=True)
    for copy in copies:
        copy.chmod(0o600)
    kind, _, number = form.partition(" ")
    largest = max(copies, key=lambda path: path.stat().st_size)
    if kind == "cut":
        with largest.open("r+b") as out:
            out.truncate(largest.stat().st_size * int(number) // 100)
    elif kind == "byte":
        _change(largest, [largest.stat().st_size // 2], random.Random(0))
    elif kind == "missing":
        sorted(copies)[len(copies) // 2].unlink()
    elif kind == "seed":
        _flip(copies, random.Random(f"{paths[0].name} {number}"))
    return copies[0]


def _flip(copies: list[Path], dice: random.Random) -> None:
    filled = {copy: _filled(copy) for copy in copies}
    total = sum(map(len, filled.values())) or 1
    for copy, blocks in filled.items():
        size = copy.stat().st_size
        wanted = min(FLIPS * len(blocks) // total, size)
        _change(copy, [min(dice.choice(blocks) + dice.randrange(BLOCK), size - 1) for _ in range(wanted)], dice)


def _filled(path: Path) -> list[int]:
    """Offsets of the blocks that hold anything but zeros."""
    with path.open("rb") as stream:
        blocks = enumerate(iter(lambda: stream.read(BLOCK), b""))
        return [number * BLOCK for number, block in blocks if block.count(0) != len(block)]


def _change(path: Path, places: list[int], dice: random.Random) -> None:
    with path.open("r+b") as stream:
        for place in places:
            stream.seek(place)
            old = stream.read(1)
            stream.seek(place)
            stream.write(bytes((old[0] ^ dice.randrange(1, 256),)) if old else b"")


# ------------------------------------------------------------------------------------ the watched process


def serve() -> None:
    """Jobs come as JSON lines (source, folder, carve), results go as JSON lines."""
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps(_examined(Path(job["source"]), Path(job["case"]), carve=job["carve"])), flush=True)


def _examined(source: Path, case: Path, *, carve: bool) -> dict[str, object]:
    try:
        scanned(case, source, Settings(workers=1, hash_source=False, carve=carve))
    except UserError as error:
        return {"refused": str(error)}
    except Exception:  # noqa: BLE001  # whatever comes out of a run is a defect to be told
        return {"defect": traceback.format_exc(limit=-8)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"megabytes": peak, **accounts(case)}


def accounts(case: Path) -> dict[str, object]:
    """Counts of a finished case, and what in it is a defect."""
    database = sqlite3.connect(f"file:{case / 'case.db'}?mode=ro", uri=True)
    status = Counter(dict(database.execute("SELECT status, count(*) FROM v_files GROUP BY status").fetchall()))
    silent = database.execute(
        "SELECT count(*) FROM v_files WHERE status = 'failed' AND entry_id NOT IN (SELECT entry_id FROM v_problems)"
    ).fetchone()[0]
    problems = dict(database.execute("SELECT kind, count(*) FROM problem GROUP BY kind").fetchall())
    bugs = database.execute("SELECT message, detail FROM problem WHERE kind = 'bug' LIMIT 3").fetchall()
    database.close()
    defects = [f"bug: {message}\n{detail}" for message, detail in bugs]
    if status["pending"]:
        defects.append(f"{status['pending']} entries are still pending")
    if silent:
        defects.append(f"{silent} entries failed without a problem")
    return {"entries": status.total(), "failed": status["failed"], "problems": problems, "defects": defects}


class Watched:
    """The process above, replaced when it dies or does not answer in time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None

    def ask(self, job: dict[str, object]) -> dict[str, object] | None:
        """The answer; None where the process died or was too slow."""
        if self._process is None:
            command = [sys.executable, __file__, "--serve"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process = self._process
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        waiting = selectors.DefaultSelector()
        waiting.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if waiting.select(self._seconds) else ""
        waiting.close()
        if not line:
            self.end()
            return None
        answer: dict[str, object] = json.loads(line)
        return answer

    def end(self) -> None:
        """Stop it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()


# ------------------------------------------------------------------------------------ sample by sample


def tried(sample: Sample, seeds: int, seconds: float, until: float) -> Told:
    """All forms of a sample, as far as the time allows."""
    name, paths = sample
    told, watched = Told(name), Watched(seconds)
    for number, form in enumerate(forms(sample, seeds)):
        if time.monotonic() > until:
            break
        with tempfile.TemporaryDirectory() as place:
            source = damaged(list(paths), form, Path(place) / "source")
            started = time.monotonic()
            job = {"source": str(source), "case": f"{place}/case", "carve": number % 2 == 1}
            answer = watched.ask(job) or _by_command(source, Path(place), seconds)
            told.slowest = max(told.slowest, time.monotonic() - started)
        told.forms += 1
        _add(told, form, answer)
    watched.end()
    return told


def _by_command(source: Path, place: Path, seconds: float) -> dict[str, object]:
    """The real command with its worker: what kills a process or never ends must be one problem of one entry there."""
    (place / "calm.toml").write_text(CALM, encoding="utf-8")
    command = [sys.executable, "-m", "triage", "scan", str(place / "real"), str(source), "--workers", "1"]
    command += ["--no-hash-source", "--settings", str(place / "calm.toml")]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10 * seconds, check=False)
    except subprocess.TimeoutExpired:
        return {"defect": f"the real command did not end within {10 * seconds:.0f} s"}
    if done.returncode in (2, 3):
        return {"refused": done.stderr[-300:]}
    if done.returncode:
        return {"defect": f"the real command ended with {done.returncode}: {done.stderr[-600:]}"}
    return accounts(place / "real") | {"contained": _worst(place / "real")}


def _worst(case: Path) -> str:
    """The problem that kept the rest of the run alive."""
    database = sqlite3.connect(f"file:{case / 'case.db'}?mode=ro", uri=True)
    wanted = "SELECT path, kind, message FROM v_problems WHERE kind IN ('crash', 'timeout', 'memory') LIMIT 3"
    found = database.execute(wanted).fetchall()
    database.close()
    return "; ".join(f"{path}: {kind}, {message}" for path, kind, message in found) or "nothing: it was only slow"


def _add(told: Told, form: str, answer: dict[str, object]) -> None:
    defects = [str(answer["defect"])] if "defect" in answer else list(map(str, _list(answer.get("defects"))))
    megabytes = _number(answer.get("megabytes"))
    if megabytes > MEMORY and told.megabytes <= MEMORY:
        defects.append(f"{megabytes} MB of memory")
    told.defects += [f"{form}: {defect}" for defect in defects]
    told.refused += "refused" in answer
    told.entries += _number(answer.get("entries"))
    told.failed += _number(answer.get("failed"))
    problems = answer.get("problems")
    told.problems.update(problems if isinstance(problems, dict) else {})
    if "contained" in answer:
        told.contained.append(f"{form}: {answer['contained']}")
    told.megabytes = max(told.megabytes, megabytes)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _line(told: Told) -> str:
    problems = ", ".join(f"{kind} {count}" for kind, count in sorted(told.problems.items()) if count)
    return (
        f"{told.name[-60:]:60} {told.forms:3} forms, {told.refused:3} refused, {told.entries:7} entries, "
        f"{told.failed:6} failed, {told.megabytes:4} MB, {told.slowest:5.1f} s  {problems}"
    )


def _samples(corpus: Path | None, folder: Path, only: str) -> Iterator[Sample]:
    return chain(built_samples(folder, only), corpus_samples(corpus, folder, only) if corpus else ())


def main() -> int:
    """Print the table and the defects; 1 where there is a defect."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=0, help="stop after so many minutes (0: when all is done)")
    parser.add_argument("--seconds", type=float, default=60, help="that one source may take without workers")
    parser.add_argument("--only", default="", help="samples whose name or file holds this text")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve()
        return 0
    until = time.monotonic() + (chosen.minutes * 60 or float("inf"))
    all_forms = defects = 0
    with tempfile.TemporaryDirectory() as folder:
        for sample in _samples(chosen.corpus, Path(folder), chosen.only):
            told = tried(sample, chosen.seeds, chosen.seconds, until)
            all_forms, defects = all_forms + told.forms, defects + len(told.defects)
            notes = [f"    contained at {each}" for each in told.contained]
            print(_line(told), *notes, *(f"    DEFECT {each}" for each in told.defects), sep="\n", flush=True)
            if time.monotonic() > until:
                print("the time is over: the rest was not tried")
                break
    print(f"{all_forms} damaged sources, {defects} defects")
    return 1 if defects else 0


if __name__ == "__main__":
    sys.exit(main())
