"""Which files of real phones each extractor wants by their paths, against the published places of apps and system.

`python bench/paths.py CORPUS [--whole]` reads the complete file lists in `CORPUS/phones/filelists` and the places in
`tests/extractors/phone_paths.py`; unless `--whole`, pictures and texts of programs and most of the system's own volume are left out.
Prints a line per extractor: files that belong to it, files it wants, missed, wanted without belonging; ends with 1 where there is a difference.
"""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "extractors")]

from triage.extractors import EXTRACTORS  # noqa: E402

places = importlib.import_module("phone_paths")


def main() -> int:
    """Print the table; 1 where any path is missed or wanted without belonging."""
    belong: Counter[str] = Counter()
    want: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    strange: Counter[str] = Counter()
    paths = [
        path
        for archive in sorted((Path(sys.argv[1]) / "phones" / "filelists").glob("*.zip"))
        for path in places.listed(archive, whole="--whole" in sys.argv)
    ]
    pairs = [(places.wanting(path), places.expected(path)) for path in paths]
    pairs += [(places.wanting(f"/{path}"), set(names.split())) for path, names in places.ELSEWHERE]
    for wanted, expected in pairs:
        belong.update(expected)
        want.update(wanted)
        missed.update(expected - wanted)
        strange.update(wanted - expected)
    print(f"{len(paths)} paths of phones, {len(places.ELSEWHERE)} of other devices")
    print("| extractor | belong | wanted | missed | not its own |\n|---|---|---|---|---|")
    for name in (each.name for each in EXTRACTORS):
        print(f"| `{name}` | {belong[name]} | {want[name]} | {missed[name]} | {strange[name]} |")
    return 1 if missed or strange else 0


if __name__ == "__main__":
    sys.exit(main())
