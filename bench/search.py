"""How fast the full-text index is filled and asked: a case with made-up messages, visits and files.

    python bench/search.py [MESSAGES]

Prints rows a second into the index, its size, and the time of typical questions.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from triage.case import Case
from triage.model import Entry, Examined, Kind, Locator, Message, Stamp, Status, Step, Visit
from triage.queries import Queries, SearchWish
from triage.stored import child

START = 1_772_000_000_000_000_000
SYLLABLES = ("ka", "mi", "ra", "sa", "tu", "le", "ngo", "be", "di", "pu", "wan", "ta")
ASKED = ("kirim", '"selamat pagi"', "0812 0000", "siti", "IMG_00012", "karami")


def main() -> None:
    """Fill a case, index it, ask it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    with tempfile.TemporaryDirectory() as folder, Case.open_or_create(Path(folder) / "case", actor="bench") as case:
        _fill(case, count)
        before = (Path(folder) / "case" / "case.db").stat().st_size
        begun = time.process_time()
        case.index_text()
        spent = time.process_time() - begun
        after = (Path(folder) / "case" / "case.db").stat().st_size
        rows = count + 2 * (count // 10)
        print(f"index: {rows / spent:,.0f} rows/s of processor time, {(after - before) / count:.0f} bytes a message")
        _ask(case)
        print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _fill(case: Case, count: int) -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(20_000)]
    root = Entry(locator=Locator(), name="bench", kind=Kind.FOLDER)
    evidence = case.add_evidence(case.folder / "x", exhibit="A", format_name="folder", size=None, root=root)
    (top,) = case.take(evidence, entries=1, size=1)
    children = tuple(child(_file(number), (1, "")) for number in range(count // 10))
    case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, children=children)])
    for first in range(0, count, 20_000):
        records = tuple(
            Message(
                where=f"m={number}",
                app="WhatsApp",
                thread=f"t{number % 400}",
                sender=f"62812000{number % 3000:06}",
                sender_name=f"Orang {number % 3000}",
                sent_at=Stamp(START + number * 10**9),
                body=" ".join(chance.choices(words, k=chance.randint(1, 14))),
            )
            for number in range(first, min(first + 20_000, count))
        )
        visits = tuple(
            Visit(
                where=f"v={first}-{number}",
                app="Chrome",
                url=f"https://example.org/{number}",
                title=" ".join(chance.choices(words, k=4)),
            )
            for number in range(2000)
        )
        case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, records=(*records, *visits))])


def _file(number: int) -> Entry:
    name = f"IMG_{number:07}.jpg"
    return Entry(Locator((Step("folder", name),)), name, Kind.FILE, size=3, path=f"/DCIM/{name}")


def _ask(case: Case) -> None:
    queries = Queries(case.folder)
    for text in ASKED:
        begun = time.perf_counter()
        counts = queries.found_counts(SearchWish(text))
        queries.found(SearchWish(text), limit=300)
        print(f"ask {text!r}: {(time.perf_counter() - begun) * 1000:.0f} ms, {sum(counts.values())} found")
    queries.close()


if __name__ == "__main__":
    main()
