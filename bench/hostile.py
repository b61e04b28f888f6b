"""Every hostile file of the corpus, and crafted ones, through a whole run each: no crash, no hang, bounded memory, accounted for.

Each file is examined twice where it can be: as a file in a folder, and as a source of its own (image, archive, backup); but a packed bomb as a source
is unpacked up to `source_copy_bytes`, because an empty disk packs as well as one: that is what was asked for, and takes its time. Every run is in a
process of its own that is ended after `--seconds`; processor time and peak memory are the kernel's. A run is sound where it came back, no entry is
pending, none failed without a problem, and no problem is a bug of ours. Prints a table by folder, the slowest, the largest, and each defect.

Usage: .venv/bin/python bench/hostile.py CORPUS [--only TEXT] [--seconds 60] [--crafted]
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from damage import accounts
from inline import scanned

from triage.errors import SigapError
from triage.evidence import open_evidence
from triage.formats import contact_sheet, picture_facts, raw_picture, video  # noqa: F401  # loaded once, before the processes part
from triage.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

GOAL_SECONDS, GOAL_MEGABYTES = 10.0, 600


@dataclass(slots=True)
class Told:
    """One run over one file."""

    group: str
    name: str
    way: str
    seconds: float = 0.0
    megabytes: int = 0
    refused: str = ""
    problems: dict[str, int] = field(default_factory=dict)
    defects: list[str] = field(default_factory=list)


def main() -> int:
    """Examine all of them; returns 1 where there is a defect."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", default="", help="files whose path has this in it; crafted-: those alone")
    parser.add_argument("--seconds", type=float, default=60.0, help="a run that takes longer is ended")
    parser.add_argument("--crafted", action="store_true", help="the files that tests/making/bombs.py makes, too")
    options = parser.parse_args()
    told = list(_runs(options.corpus / "hostile", options.only, options.seconds))
    if options.crafted:
        with tempfile.TemporaryDirectory(prefix="crafted-") as folder:
            sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
            for name, make in importlib.import_module("making.bombs").BOMBS.items():
                (Path(folder) / name).write_bytes(make())
            told += _runs(Path(folder), options.only, options.seconds, group="crafted")
    return _print(told)


def _runs(root: Path, only: str, seconds: float, group: str = "") -> Iterator[Told]:
    for path in sorted(path for path in root.rglob("*") if path.is_file() and only in str(path)):
        name = path.relative_to(root)
        yield _watched(Told(group or name.parts[0], str(name), "in a folder"), path, seconds)
        if name.parts[0] != "bombs":
            yield _watched(Told(group or name.parts[0], str(name), "as a source"), path, seconds)


def _watched(told: Told, path: Path, seconds: float) -> Told:
    """One run in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="sigap-hostile-") as folder:
        receiving, sending = multiprocessing.get_context("fork").Pipe(duplex=False)
        process = multiprocessing.get_context("fork").Process(
            target=_examined, args=(told, path, Path(folder), sending)
        )
        started = time.monotonic()
        process.start()
        sending.close()
        with contextlib.suppress(EOFError):
            if receiving.poll(seconds):
                for name, value in receiving.recv().items():
                    setattr(told, name, value)
        if process.is_alive() and time.monotonic() - started >= seconds:
            process.kill()
            told.defects.append(f"did not come back within {seconds:g} s")
        process.join()
        if process.exitcode and not told.defects:
            told.defects.append(f"the process died with {process.exitcode}")
    return told


def _examined(told: Told, path: Path, folder: Path, sending: Any) -> None:  # noqa: ANN401  # a connection
    source = path
    if told.way == "in a folder":
        source = folder / "exhibit"
        source.mkdir()
        shutil.copy(path, source / path.name)
    answer: dict[str, object] = {}
    try:
        if told.way == "as a source":
            open_evidence(path, limits=Settings().limits, scratch=folder).close()
        scanned(folder / "case", source, Settings(workers=1, hash_source=False))
        found = accounts(folder / "case")
        answer = {"problems": found["problems"], "defects": found["defects"]}
    except SigapError as error:
        answer = {"refused": str(error)}
    except Exception:  # noqa: BLE001  # whatever comes out of a run is a defect to be told
        answer = {"defects": [traceback.format_exc(limit=-8)]}
    used = resource.getrusage(resource.RUSAGE_SELF)
    sending.send(answer | {"seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss // 1024})


def _print(told: list[Told]) -> int:
    print(
        "| folder | runs | refused as a source | problems | most seconds | most megabytes | defects |\n|---|---|---|---|---|---|---|"
    )
    for group in sorted({each.group for each in told}):
        of = [each for each in told if each.group == group]
        kinds = sum((Counter(each.problems) for each in of), Counter())
        words = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "none"
        print(
            f"| {group} | {len(of)} | {sum(bool(each.refused) for each in of)} | {words} | {max(each.seconds for each in of):.1f}"
            f" | {max(each.megabytes for each in of)} | {sum(bool(each.defects) for each in of)} |"
        )
    for title, key in (("slowest", lambda each: each.seconds), ("largest", lambda each: each.megabytes)):
        print(f"\n{title}:")
        for each in sorted(told, key=key, reverse=True)[:8]:
            print(f"  {each.seconds:6.1f} s {each.megabytes:5} MB  {each.way}: {each.name}")
    defects = [each for each in told if each.defects or each.seconds > GOAL_SECONDS or each.megabytes > GOAL_MEGABYTES]
    for each in defects:
        print(f"\n{each.way}: {each.name} ({each.seconds:.1f} s, {each.megabytes} MB)", *each.defects, sep="\n  ")
    print(f"\n{len(told)} runs, {len(defects)} defects")
    return 1 if defects else 0


if __name__ == "__main__":
    sys.exit(main())
