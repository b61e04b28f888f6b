"""Origin rules on a built phone: the confusion table, for cases the rules can tell and for those that nothing on the phone tells.

python bench/origin.py [PICTURES OF EACH KIND]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from making.origin_phone import add_hard_cases, make_origin_phone  # type: ignore[import-not-found]  # noqa: E402  # the builders of the tests

from triage.case import Case  # noqa: E402  # after the path is set
from triage.run import run  # noqa: E402  # after the path is set
from triage.settings import Settings  # noqa: E402  # after the path is set


def main() -> None:
    """Build, examine, compare, print."""
    each = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth = make_origin_phone(folder / "phone", each=each)
        hard = add_hard_cases(folder / "phone", each=each)
        found, seconds = _examined(folder)
    _print("cases the rules are made for", truth, found)
    _print("cases that nothing on the phone tells", hard, found)
    print(f"{len(truth) + len(hard)} pictures; origins concluded in {seconds:.2f} s")


def _examined(folder: Path) -> tuple[dict[str, str], float]:
    with Case.open_or_create(folder / "case", actor="bench") as case:
        run(case, folder / "phone", exhibit="B-1", settings=Settings(hash_source=False))
        started = time.perf_counter()
        case.link_attachments()
        seconds = time.perf_counter() - started
    from triage.queries import Queries  # noqa: PLC0415  # after the case is closed

    queries = Queries(folder / "case")
    try:
        return {str(path): str(origin) for path, origin in queries.view_rows("v_media", ("path", "origin"))}, seconds
    finally:
        queries.close()


def _print(title: str, truth: dict[str, str], found: dict[str, str]) -> None:
    pairs = Counter((origin, found.get(path, "not found")) for path, origin in truth.items())
    rows, columns = sorted({one for one, _ in pairs}), sorted({other for _, other in pairs})
    print(f"\n{title}: rows are the truth, columns what was concluded")
    print(f"{'':16}" + "".join(f"{name:>16}" for name in columns))
    for row in rows:
        print(f"{row:16}" + "".join(f"{pairs[row, column] or '.':>16}" for column in columns))
    right = sum(count for (one, other), count in pairs.items() if one == other)
    print(f"right: {right} of {sum(pairs.values())}")


if __name__ == "__main__":
    main()
