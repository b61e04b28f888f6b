"""One table of ratios, each measured side by side in this run: what Sigap needs against what others need for the same evidence.

Images are those of `spine.py` and `ewf.py`, made where they are missing; the tar is made of files of this machine. The programs run in turn, the page
cache is warm for all of them, and every ratio is the median over the rounds of (Sigap / the other) by the clock. Seconds of processor time
stand beside it, because a machine with other work stretches the clock. What is not installed is said and left out.

Usage: .venv/bin/python bench/table.py [--runs 1] [--files 100000] [--pieces listing,raw,workers,first,e01,tar,chats,media] [--write docs/benchmarks.md]
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import spine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HERE = Path(__file__).parent
ROOT = HERE.parent
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
IN_TAR, TAR_BYTES = 20_000, 500_000_000
HEAD = (
    "| what | Sigap, s | processor, s | other, s | processor, s | ratio | goal |",
    "|---|---|---|---|---|---|---|",
)


@dataclass(frozen=True)
class Used:
    """What one run of a program took: seconds by the clock, seconds of processor time, megabytes of its largest process."""

    wall: float
    processor: float
    megabytes: int


@dataclass
class Line:
    """One line of the table: the same work by Sigap and by others. `other` is empty where there is nothing to compare with."""

    title: str
    goal: str
    ours: list[Used] = field(default_factory=list)
    theirs: list[Used] = field(default_factory=list)

    def text(self) -> str:
        """As a row of the table."""
        if not self.theirs:
            return f"| {self.title} | {_wall(self.ours)} | {_processor(self.ours)} | | | | {self.goal} |"
        ratio = statistics.median(mine.wall / other.wall for mine, other in zip(self.ours, self.theirs, strict=True))
        return (
            f"| {self.title} | {_wall(self.ours)} | {_processor(self.ours)} | {_wall(self.theirs)} | {_processor(self.theirs)}"
            f" | **{ratio:.2f}** | {self.goal} |"
        )


def main() -> int:
    """Measure the pieces asked for, print the table, and keep it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--bytes", type=int, default=2_100_000_000)
    parser.add_argument("--pieces", default=",".join(PIECES))
    parser.add_argument("--write", type=Path)
    parser.add_argument("--walk", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.walk:
        return _walk(chosen.walk)
    spine.WORK.mkdir(exist_ok=True)
    compileall.compile_dir(ROOT / "triage", quiet=1)
    bench = Bench(chosen.runs, chosen.files, chosen.bytes)
    rows: list[str] = []
    for name in chosen.pieces.split(","):
        for row in PIECES[name](bench):
            rows.append(row)
            print(row, flush=True)
    text = "\n".join([_machine(), "", *HEAD, *rows])
    print(f"\n{text}")
    if chosen.write:
        _keep(chosen.write, text)
    return 0


@dataclass
class Bench:
    """What all pieces share."""

    runs: int
    files: int
    size: int
    _home: Path | None = None

    @property
    def raw(self) -> Path:
        """The image, warm."""
        image = spine._image(self.files, self.size)  # noqa: SLF001  # the builder of the other bench, on purpose
        spine._warm(image)  # noqa: SLF001  # see above
        return image

    @property
    def e01(self) -> Path:
        """The same acquired."""
        from ewf import _acquired  # noqa: PLC0415  # needs libewf's module, which the other pieces do not

        image = _acquired(self.raw, "fast")
        spine._warm(image)  # noqa: SLF001  # see above
        return image

    @property
    def home(self) -> Path:
        """A home with a list of a million digests."""
        self._home = self._home or spine._lists()  # noqa: SLF001  # see above
        return self._home

    def scan(self, source: Path, *options: str, workers: int = 2) -> Used:
        """One scan with the list, without the digest of the source, into a new case."""
        case = spine.WORK / "case"
        shutil.rmtree(case, ignore_errors=True)
        command = [str(Path(sys.executable).parent / "triage"), "scan", str(case), str(source), "--list", "million"]
        command += ["--workers", str(workers), "--no-hash-source", *options]
        environment = {**os.environ, "TRIAGE_HOME": str(self.home), "TRIAGE_LANG": "en", "PYTHONPATH": str(ROOT)}
        return used(command, environment)

    def compared(self, title: str, goal: str, ours: Callable[[], Used], theirs: Callable[[], Used]) -> str:
        """A row: both in turn, as often as asked for."""
        line = Line(title, goal)
        for _ in range(self.runs):
            line.ours.append(ours())
            line.theirs.append(theirs())
        return line.text()


def used(command: Sequence[str], environment: dict[str, str] | None = None, *, remove: Path | None = None) -> Used:
    """Run a program to its end. Its own children count with it."""
    if remove is not None:
        shutil.rmtree(remove, ignore_errors=True) if remove.is_dir() else remove.unlink(missing_ok=True)
    started, errors = time.monotonic(), spine.WORK / "errors.txt"
    with errors.open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=out)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.stderr.write(
            f"bench: {command[0]} ended with {process.returncode}\n{errors.read_text(errors='replace')[-2000:]}\n"
        )
    return Used(time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10)


def _listing(bench: Bench) -> Iterator[str]:
    image = bench.raw
    walk = [sys.executable, __file__, "--walk", str(image)]
    yield bench.compared(
        f"listing {bench.files:,} files, one process / `fls -r -p`",
        "",
        lambda: used(walk, {**os.environ, "PYTHONPATH": str(ROOT)}),
        lambda: used(["fls", "-r", "-p", str(image)]),
    )


def _raw(bench: Bench) -> Iterator[str]:
    image, line = bench.raw, Line("full scan, raw / `tsk_loaddb -h`", "0.5")
    for _ in range(bench.runs):
        line.ours.append(bench.scan(image))
        line.theirs.append(_loaddb(image))
    yield line.text()
    yield bench.compared(
        "scan without extractors, raw / `tsk_loaddb -h`",
        "0.4",
        lambda: bench.scan(image, "--no-extract"),
        lambda: _loaddb(image),
    )
    peak = max(each.megabytes for each in line.ours)
    yield f"| largest process of the full scan | {peak} MB | | | | | 400 MB |"
    yield from _recovered(bench, image, line, "raw", "")


def _e01(bench: Bench) -> Iterator[str]:
    if not shutil.which("ewfacquire"):
        yield "| E01 | left out: ewfacquire is missing (apt-get install ewf-tools) | | | | | |"
        return
    image, line = bench.e01, Line("full scan, E01 / `tsk_loaddb -h`", "0.25")
    for _ in range(bench.runs):
        line.ours.append(bench.scan(image))
        line.theirs.append(_loaddb(image))
    yield line.text()
    yield from _recovered(bench, image, line, "E01", "")


def _recovered(bench: Bench, image: Path, line: Line, name: str, goal: str) -> Iterator[str]:
    """The same scan against getting all files out and hashing them: what is done without a program of this kind."""
    if missing := [tool for tool in ("tsk_recover", "hashdeep") if not shutil.which(tool)]:
        yield f"| full scan, {name} / `tsk_recover` + `hashdeep` | left out: {', '.join(missing)} is missing (apt-get install) | | | | | |"
        return
    folder = spine.WORK / "recovered"
    other = Line(f"full scan, {name} / `tsk_recover` + `hashdeep`", goal, list(line.ours))
    for _ in range(bench.runs):
        out = used(["tsk_recover", "-a", str(image), str(folder)], remove=folder)
        hashed = used(["hashdeep", "-c", "md5,sha1,sha256", "-r", str(folder)])
        other.theirs.append(Used(out.wall + hashed.wall, out.processor + hashed.processor, out.megabytes))
    shutil.rmtree(folder, ignore_errors=True)
    yield other.text()


def _workers(bench: Bench) -> Iterator[str]:
    """One worker in the place of the other: how many times as long it takes."""
    image, line = bench.raw, Line("full scan, one worker / two workers", "1.8 or more")
    for _ in range(bench.runs):
        line.ours.append(bench.scan(image, workers=1))
        line.theirs.append(bench.scan(image, workers=2))
    yield line.text()


def _first(_bench: Bench) -> Iterator[str]:
    """The lines of `order.py`: the first hit, most hits, and against random order."""
    for line in _said("order.py").splitlines():
        yield f"| {line.replace('|', '/')} | | | | | | |"


def _tar(bench: Bench) -> Iterator[str]:
    tar = _phone_tar()
    plain = [sys.executable, "-c", READ_TAR, str(tar)]
    for title, options in (("without extractors", ["--no-extract"]), ("with all extractors", [])):
        yield bench.compared(
            f"phone tar of {IN_TAR:,} files, {title} / plain read with tarfile and three digests",
            "",
            lambda options=options: bench.scan(tar, *options),  # type: ignore[misc]  # bound as it is now
            lambda: used(plain),
        )


READ_TAR = """
import hashlib, sys, tarfile
with tarfile.open(sys.argv[1]) as tar:
    for member in tar:
        if member.isfile():
            data = tar.extractfile(member).read()
            hashlib.md5(data).digest(), hashlib.sha1(data).digest(), hashlib.sha256(data).digest()
"""


def _phone_tar() -> Path:
    """Files of this machine in the places of a phone's storage."""
    tar = spine.WORK / f"phone-{IN_TAR}.tar"
    if tar.exists():
        return tar
    part, size, count = tar.with_suffix(".part"), 0, 0
    folders = ("DCIM/Camera", "Download", "Android/media/com.whatsapp/WhatsApp/Media", "Documents", "Pictures")
    with tarfile.open(part, "w") as out:
        for source in spine._sources():  # noqa: SLF001  # the other bench's choice of files
            if count >= IN_TAR or size >= TAR_BYTES:
                break
            if source.stat().st_size > TAR_BYTES // 60 or spine._archive(source):  # noqa: SLF001  # see above
                continue
            out.add(
                source, f"data/media/0/{random.Random(count).choice(folders)}/{count // 200}/{count:06d}{source.suffix}"
            )
            size, count = size + source.stat().st_size, count + 1
    part.rename(tar)
    return tar


def _chats(_bench: Bench) -> Iterator[str]:
    for line in _said("chats.py", "200000", "20000").splitlines():
        yield f"| {line} | | | | | | {'50,000 messages/s' if 'messages/s' in line else ''} |"


def _media(_bench: Bench) -> Iterator[str]:
    for line in _said("media.py", "--count", "80").splitlines():
        if cells := re.match(r"\| (?!what)(.+?) \| ([\d.]+) \| ([\d.]+) \|", line):
            yield f"| pictures of 12 megapixels: {cells[1]} | {cells[2]} a second | {cells[3]} a second | | | | |"


def _said(name: str, *arguments: str) -> str:
    """What another bench prints; what it says where it cannot run."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(HERE / name), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    return (
        done.stdout
        if not done.returncode
        else f"{name}: left out: {(done.stderr.strip().splitlines() or ['it failed'])[-1]}"
    )


def _loaddb(image: Path) -> Used:
    database = spine.WORK / "loaddb.db"
    return used(["tsk_loaddb", "-h", "-d", str(database), str(image)], remove=database)


def _walk(image: Path) -> int:
    """List everything as rows, as a worker does, and nothing else."""
    from triage.evidence import open_evidence  # noqa: PLC0415  # loading is part of what is measured
    from triage.examine import Means, examine  # noqa: PLC0415  # see above
    from triage.hashing.lists import open_lists  # noqa: PLC0415  # see above
    from triage.model import Taken  # noqa: PLC0415  # see above
    from triage.settings import Settings  # noqa: PLC0415  # see above
    from triage.stored import child, entry_of  # noqa: PLC0415  # see above

    settings, scratch = Settings(), spine.WORK / "scratch"
    scratch.mkdir(exist_ok=True)
    evidence = open_evidence(image, limits=settings.limits, scratch=scratch)
    means = Means(evidence, open_lists((), Path.home()), settings, scratch)
    waiting, count = [child(evidence.root())], 0
    while waiting:
        row = waiting.pop().row
        count += 1
        taken = Taken._make((count, *row[:8], row[13], row[14], row[15]))
        waiting += [each for each in examine(entry_of(taken), means).children if each.lists]
    evidence.close()
    return 0


def _machine() -> str:
    load = os.getloadavg()[0]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores, {platform.system()}, {python}; load at the end {load:.1f}; {time.strftime('%Y-%m-%d', time.gmtime())}."


def _keep(path: Path, text: str) -> None:
    """Put the table between its two marks."""
    whole = path.read_text(encoding="utf-8")
    before, found, rest = whole.partition(BEGIN)
    if not found or END not in rest:
        raise SystemExit(f"bench: {path} has no place for the table ({BEGIN} ... {END})")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def _wall(runs: list[Used]) -> str:
    return f"{statistics.median(each.wall for each in runs):.1f}"


def _processor(runs: list[Used]) -> str:
    return f"{statistics.median(each.processor for each in runs):.1f}"


PIECES: dict[str, Callable[[Bench], Iterator[str]]] = {
    "listing": _listing,
    "raw": _raw,
    "workers": _workers,
    "first": _first,
    "e01": _e01,
    "tar": _tar,
    "chats": _chats,
    "media": _media,
}

if __name__ == "__main__":
    sys.exit(main())
