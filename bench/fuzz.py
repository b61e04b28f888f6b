"""Every extractor over many damaged copies of its fixture: records, problems or an EvidenceError, nothing else, and in time.

`python bench/fuzz.py [ROUNDS] [EXTRACTOR ...]` (500 rounds of every extractor unless told otherwise). A round changes single bytes,
overwrites whole pages, swaps pages, cuts the file or repeats a part of it; a database in every fourth round has a write-ahead log of
rubbish or of another database. Prints a line per extractor and ends with 1 where anything else was met.
"""

from __future__ import annotations

import contextlib
import importlib
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "extractors")]

from triage.errors import EvidenceError  # noqa: E402
from triage.extractors import EXTRACTORS  # noqa: E402
from triage.model import Entry, Hit, Problem, Record  # noqa: E402
from triage.settings import Limits  # noqa: E402

ROUNDS = 500
PAGE = 512
SECONDS = 5.0  # the limit a round has; three times that is a hang
SOUND = (Record, Problem, Hit, Entry)

# the tests' fixtures are the evidence here
item_from_bytes = importlib.import_module("making.items").item_from_bytes
fixture = importlib.import_module("test_damage").fixture


def main() -> int:
    """Run what the command line names."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    named = set(sys.argv[2:])
    bad = 0
    with tempfile.TemporaryDirectory(prefix="sigap-fuzz-") as folder:
        for extractor in EXTRACTORS:
            if not named or extractor.name in named:
                bad += fuzz(extractor, rounds, Path(folder))
    return 1 if bad else 0


def fuzz(extractor: Any, rounds: int, folder: Path) -> int:  # noqa: ANN401  # the tests' fixtures have no types
    """One extractor; returns how many rounds went wrong."""
    name, data = fixture(extractor.name, folder)
    chance = random.Random(f"fuzz {extractor.name}")
    records = bad = 0
    slowest, started = 0.0, time.monotonic()
    for number in range(rounds):
        companions = {"-wal": damaged(data, chance)} if number % 4 == 3 else None
        item = item_from_bytes(name, damaged(data, chance), companions, limits=Limits(entry_seconds=SECONDS))
        begun = time.monotonic()
        try:
            records += run(extractor, item)
        except Exception as error:  # noqa: BLE001  # that is what is looked for
            bad += 1
            print(f"{extractor.name} round {number}: {type(error).__name__}: {error}")
        slowest = max(slowest, time.monotonic() - begun)
    bad += slowest > 3 * SECONDS
    elapsed = time.monotonic() - started
    print(
        f"{extractor.name}: {rounds} rounds, {records} records, slowest {slowest:.2f} s, {elapsed:.0f} s in all, {bad} wrong",
        flush=True,
    )
    return bad


def run(extractor: Any, item: Any) -> int:  # noqa: ANN401  # likewise
    """How many records came; raises TypeError where something else came."""
    count = 0
    with contextlib.suppress(EvidenceError):
        for found in extractor.extract(item):
            if not isinstance(found, SOUND):
                raise TypeError(f"yielded {type(found).__name__}")
            count += not isinstance(found, Problem)
    return count


def damaged(data: bytes, chance: random.Random) -> bytes:
    """One copy, damaged one of five ways."""
    changed = bytearray(data)
    pages = max(1, len(data) // PAGE)
    match chance.randrange(5):
        case 0:
            for _ in range(chance.randint(1, 20)):
                changed[chance.randrange(len(changed))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        case 1:
            at = chance.randrange(pages) * PAGE
            changed[at : at + PAGE] = chance.randbytes(min(PAGE, len(data) - at))
        case 2:
            one, other = (chance.randrange(pages) * PAGE for _ in range(2))
            changed[one : one + PAGE], changed[other : other + PAGE] = (
                changed[other : other + PAGE],
                changed[one : one + PAGE],
            )
        case 3:
            del changed[chance.randrange(1, len(changed)) :]
        case _:
            at = chance.randrange(len(changed))
            changed[at:at] = changed[: chance.randrange(1, PAGE)]
    return bytes(changed)


if __name__ == "__main__":
    sys.exit(main())
