"""Change one byte of a case, its log, its reports and its bundle at random places, and look whether `verify` says so and says where.

Makes the demo case with facts, tags and a photograph, closes it, and writes a bundle beside it. Each round changes one bit of one byte of
one file, verifies, and puts the byte back. Kinds of file are drawn evenly, files and places inside a kind at random.

Usage: .venv/bin/python bench/tamper.py [--rounds 500] [--seed 1]
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from triage.case import Case
from triage.demo import run_demo
from triage.queries import Queries
from triage.report import FORMATS, ReportWish, verify, write_report
from triage.statements import Handover, add_photograph, hand_over, set_case, tag
from triage.text import Say


def main() -> int:
    """Print a line for each kind of file; 1 where any change was missed or not placed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sigap-tamper-") as folder:
        os.environ["TRIAGE_HOME"] = str(Path(folder) / "home")
        case, bundle = _make(Path(folder))
        kinds = _kinds(case, bundle)
        return _rounds(kinds, case, bundle, chosen.rounds, random.Random(chosen.seed))


def _make(folder: Path) -> tuple[Path, Path]:
    """The demo case with what persons state, at rest, and a bundle of it outside."""
    run_demo(folder / "demo", language="en")
    with Case.open(folder / "demo" / "case", actor="bench") as case:
        set_case(case, {"number": ["LP/000/2026/REKAAN"], "examiner": ["A Rekaan", "B Rekaan"]})
        queries = Queries(case.folder)
        label, hits = queries.exhibits()[0], queries.hit_by(None)
        picture = next(path for path in map(queries.preview, hits + list(range(1, 2000))) if path)
        queries.close()
        (folder / "photo.jpg").write_bytes(picture)
        add_photograph(case, label, folder / "photo.jpg", caption="front")
        hand_over(case, label, Handover("A", "B", "2026-03-02 08:00 WIB", "examination", "intact"))
        tag(case, hits, "matched")
        bundle = write_report(case, ReportWish(language="en", formats=FORMATS, bundle=True), out=folder / "out").folder
    return folder / "demo" / "case", bundle


def _kinds(case: Path, bundle: Path) -> dict[str, list[Path]]:
    files = {
        "case.db": [case / "case.db"],
        "thumbs.db": [case / "thumbs.db"],
        "custody.jsonl": [case / "custody.jsonl"],
        "photographs": list((case / "photographs").iterdir()),
        "reports": [path for path in (case / "reports").rglob("*") if path.is_file()],
        "bundle": [path for path in bundle.rglob("*") if path.is_file()],
    }
    return {kind: [path for path in sorted(paths) if path.stat().st_size] for kind, paths in files.items()}


def _rounds(kinds: dict[str, list[Path]], case: Path, bundle: Path, rounds: int, chance: random.Random) -> int:
    for path in (case, bundle):
        if not verify(path, evidence=False).ok:
            print(f"{path}: does not hold before anything was changed")
            return 1
    found: Counter[tuple[str, str]] = Counter()
    started, names = time.perf_counter(), list(kinds)
    for number in range(rounds):
        kind = names[number % len(names)]
        path = chance.choice(kinds[kind])
        outcome, told = _one(path, bundle if kind == "bundle" else case, chance)
        found[kind, outcome] += 1
        if outcome != "placed":
            print(f"{outcome}: {path} {told}", file=sys.stderr)
    for kind in names:
        counts = {outcome: found[kind, outcome] for outcome in ("placed", "detected", "missed")}
        print(f"{kind:14} {sum(counts.values()):4} changes  " + "  ".join(f"{each} {n}" for each, n in counts.items()))
    placed = sum(count for (_, outcome), count in found.items() if outcome == "placed")
    print(f"{rounds} changes, {placed} detected and placed, {time.perf_counter() - started:.0f} s")
    return 0 if placed == rounds else 1


def _one(path: Path, whole: Path, chance: random.Random) -> tuple[str, str]:
    """Change a bit, verify, put it back: missed, detected, or placed (the first line that fails names the file or what is in it)."""
    content = path.read_bytes()
    place = chance.randrange(len(content))
    changed = bytearray(content)
    changed[place] ^= 1 << chance.randrange(8)
    path.write_bytes(changed)
    try:
        failed = [check.text(Say("en")) for check in verify(whole, evidence=False).checks if check.ok is False]
    finally:
        path.write_bytes(content)
    if not failed:
        return "missed", f"byte {place}"
    return ("placed" if any(_names(text, path) for text in failed) else "detected"), f"byte {place}: {failed[0]}"


def _names(text: str, path: Path) -> bool:
    about = {"case.db": "Case database", "custody.jsonl": "Custody log, line"}
    return path.name in text or about.get(path.name, path.name) in text


if __name__ == "__main__":
    sys.exit(main())
