"""A search, guided by which lines run, for input that makes any parser of our own do what it must not.

The parsers are those of `tests/parsers.py`: every format, every kind of source as a whole, every extractor, the hash lists and the custody log.
Each has its share of the minutes in a process of its own under atheris (libFuzzer for Python; `pip install atheris`). What counts as a defect:
an exception that is no error of evidence, an input that takes more than 5 s, a process that dies or needs more than 1 GB. Inputs that
ran new lines are kept in --corpus, and the next search goes on from there; with --keep the smallest of them, bounded, become the file that
`tests/test_kept_inputs.py` runs. Defects are kept in the folder `defects` beside the corpus.

Usage: .venv/bin/python bench/guided.py [--minutes 60] [--corpus FOLDER] [--only TEXT] [--jobs 1] [--keep tests/kept_inputs.zip]
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import re
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

SLOW, MEGABYTES, LONGEST = 5.0, 1024, 1 << 16
KEPT_EACH, KEPT_BYTES = 12, 6000  # inputs kept of a parser, and bytes of them together
INSTRUMENTED = [
    "triage.formats",
    "triage.evidence",
    "triage.extractors",
    "triage.filetype",
    "triage.hashing",
    "triage.custody",
]
RAN = re.compile(r"^#(\d+)\s.*cov: (\d+)", re.MULTILINE)


@dataclass
class Told:
    """What the search in one parser brought."""

    name: str
    inputs: int = 0
    places: int = 0
    defects: list[str] = field(default_factory=list)


def main() -> int:
    """Print a line for each parser; 1 where there is a defect."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--search", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.search:
        return _search(chosen.search, chosen.corpus, chosen.minutes)
    with tempfile.TemporaryDirectory(prefix="sigap-guided-") as own:
        corpus: Path = chosen.corpus or Path(own) / "corpus"
        names = [name for name in importlib.import_module("parsers").PARSERS if chosen.only in name]
        share = chosen.minutes * 60 * chosen.jobs / max(len(names), 1)
        print("| parser | inputs | places reached | defects |\n|---|---|---|---|", flush=True)
        with ThreadPoolExecutor(chosen.jobs) as pool:
            told = list(pool.map(lambda name: _watched(name, corpus, share), names))
        if chosen.keep:
            print(f"{_keep(corpus, chosen.keep)} inputs kept in {chosen.keep}")
    return _sum(told, chosen.minutes)


def _sum(told: list[Told], minutes: float) -> int:
    defects = [f"{each.name}: {defect}" for each in told for defect in each.defects]
    print(
        f"\n{len(told)} parsers, {minutes:g} minutes, {sum(each.inputs for each in told):,} inputs, {len(defects)} defects"
    )
    print(*defects, sep="\n")
    return 1 if defects else 0


def _folder(corpus: Path, name: str) -> Path:
    return corpus / re.sub(r"[^a-z0-9]+", "-", name)


def _watched(name: str, corpus: Path, seconds: float) -> Told:
    """The search in a process of its own, begun anew after it died, until its time is over."""
    told, end, deaths = Told(name), time.monotonic() + seconds, 0
    while time.monotonic() < end and deaths < 3:
        command = [sys.executable, __file__, "--search", name, "--corpus", str(corpus)]
        command += ["--minutes", str(max(end - time.monotonic(), 5) / 60)]
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", check=False, timeout=seconds + 600
        )
        if ran := RAN.findall(done.stderr):
            told.inputs += int(ran[-1][0])
            told.places = max(told.places, int(ran[-1][1]))
        told.defects += [line for line in done.stdout.splitlines() if line not in told.defects]
        if not done.returncode:
            break
        deaths += 1
        last = next(
            (line for line in done.stderr.splitlines() if "ERROR" in line or "Error" in line), done.stderr[-200:]
        )
        told.defects.append(f"the process ended with {done.returncode}: {last}")
    print(f"| {name} | {told.inputs:,} | {told.places:,} | {len(told.defects)} |", flush=True)
    return told


# ------------------------------------------------------------------------------------ in the process that searches


def _search(name: str, corpus: Path, minutes: float) -> int:
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=INSTRUMENTED):
        parsers = importlib.import_module("parsers")
    parser = parsers.PARSERS[name]
    folder, seen = _folder(corpus, name), Counter[str]()
    folder.mkdir(parents=True, exist_ok=True)
    for seed in parser.seeds():
        if len(seed) <= parsers.LARGEST:
            (folder / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)

    def one(data: bytes) -> None:
        begun = time.monotonic()
        try:
            parsers.tried(parser, data)
        except Exception as error:  # noqa: BLE001  # that is what is looked for
            _defect(corpus, name, _known_by(error), data, seen)
        if (took := time.monotonic() - begun) > SLOW:
            _defect(corpus, name, f"slow: {took:.0f} s", data, Counter(seen) if not seen["slow"] else seen)
            seen["slow"] += 1

    largest = max([LONGEST, *(path.stat().st_size for path in folder.iterdir())])
    (corpus / "defects").mkdir(exist_ok=True)
    words = [f"-max_total_time={int(minutes * 60)}", f"-rss_limit_mb={MEGABYTES}", "-timeout=60", f"-max_len={largest}"]
    words += [f"-artifact_prefix={corpus}/defects/{folder.name}-", "-print_final_stats=1", "-verbosity=1"]
    atheris.Setup([name, str(folder), *words], one)
    atheris.Fuzz()
    return 0


def _known_by(error: Exception) -> str:
    """Kind and place: two inputs that bring the same are one defect."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "/triage/" in frame.filename]
    at = f"{ours[-1].filename.split('/triage/')[-1]}:{ours[-1].lineno}" if ours else "outside"
    return f"{type(error).__name__} at {at}: {str(error)[:120]}"


def _defect(corpus: Path, name: str, what: str, data: bytes, seen: Counter[str]) -> None:
    key = what.split(": ", maxsplit=1)[0]
    seen[key] += 1
    if seen[key] > 1:
        return
    file = (
        corpus
        / "defects"
        / f"{_folder(corpus, name).name}-{hashlib.sha1(data, usedforsecurity=False).hexdigest()[:12]}"
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    print(json.dumps({"defect": what, "input": file.name}), flush=True)


# ------------------------------------------------------------------------------------ what is kept


def _keep(corpus: Path, target: Path) -> int:
    """The smallest inputs of each parser, as far as they fit, and every defect's."""
    count = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        for name in importlib.import_module("parsers").PARSERS:
            room = KEPT_BYTES
            for path in sorted(_folder(corpus, name).glob("*"), key=lambda each: (each.stat().st_size, each.name))[
                :KEPT_EACH
            ]:
                if path.stat().st_size <= room:
                    room -= path.stat().st_size
                    archive.writestr(zipfile.ZipInfo(f"{_folder(corpus, name).name}/{path.name}"), path.read_bytes())
                    count += 1
    return count


if __name__ == "__main__":
    sys.exit(main())
