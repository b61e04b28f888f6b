"""Ways to break a run that is under way, and how to tell where it is: for `kills`.

Where a run is, the case says to whoever reads it: the last event of the custody log, and what waits in the queue. So a moment is chosen
by what the run does then, and not by the clock. Every way to break leaves things so that the same command can go on.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STAGES = ("start", "digest", "listing", "examine", "link", "end")
LOOK = 0.004  # seconds between two looks
SUSPENDED = 12.0  # seconds; `CALM` gives an entry less
CALM = "limits.entry_seconds = 8.0\n"


@dataclass
class Running:
    """A command under way over a case, in a session of its own. `sources` are what it examines, in order."""

    command: list[str]
    environment: dict[str, str]
    case: Path
    sources: list[Path]
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def ended(self) -> bool:
        """Whether it came to its end by itself."""
        return self.process.poll() is not None

    def until(self, stage: str, source: int) -> bool:
        """Wait until it is in this stage of the source of this number; False where it ended before, or went past."""
        while not self.ended:
            number, now = where(self.case)
            if number == source and now == stage:
                return True
            if number > source:
                return False
            time.sleep(LOOK)
        return False

    def finish(self) -> tuple[int, str]:
        """Its exit code and what it said."""
        said = self.process.communicate(timeout=1200)[1]
        return self.process.returncode, said.decode(errors="replace")

    def children(self) -> list[int]:
        """The processes it started, and those that these started."""
        return _children(self.process.pid)


def where(case: Path) -> tuple[int, str]:
    """The number of the source a scan is at, from 0, and the stage."""
    events = _events(case)
    sources = sum(event["action"] == "evidence.add" for event in events)
    told = [event for event in events if event["action"].startswith(("run.", "evidence."))]
    last = told[-1]["action"] if told else ""
    if last in {"", "evidence.add", "evidence.added"}:
        return max(sources - 1, 0), "start"
    if last == "run.end" or (last == "evidence.digest" and told[-1]["data"].get("moment") == "after"):
        return sources - 1, "end"
    return sources - 1, _waiting(case, sources, digested=last == "evidence.digest")


def _waiting(case: Path, evidence: int, *, digested: bool) -> str:
    """By what waits in the queue of this evidence."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{case / 'case.db'}?mode=ro", uri=True)) as database:
            waiting = "FROM queue JOIN entry ON id = entry_id WHERE queue.evidence_id = ?"
            folders, rest = database.execute(
                f"SELECT coalesce(sum(kind <> 'file'), 0), count(*) {waiting}", (evidence,)
            ).fetchone()
            done = database.execute("SELECT count(*) FROM content WHERE evidence_id = ?", (evidence,)).fetchone()[0]
    except sqlite3.Error:
        return "start"
    if not digested and not done:
        return "digest"
    if not rest:
        return "link"
    return "listing" if folders else "examine"


def _events(case: Path) -> list[dict[str, Any]]:
    events = []
    with contextlib.suppress(OSError):
        for line in (case / "custody.jsonl").read_bytes().splitlines():
            with contextlib.suppress(ValueError):
                events.append(json.loads(line))
    return [event for event in events if isinstance(event, dict) and "action" in event]


def _children(pid: int) -> list[int]:
    found = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *_children(child)]
    return found


# ------------------------------------------------------------------------------------ the ways


def kill_parent(running: Running, _chance: random.Random) -> None:
    """The command itself; its workers have to end by themselves."""
    os.kill(running.process.pid, signal.SIGKILL)
    running.finish()


def kill_child(running: Running, chance: random.Random) -> None:
    """One of its processes: a worker, or what keeps account of them. The command goes on."""
    if children := running.children():
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(children), signal.SIGKILL)


def kill_all(running: Running, _chance: random.Random) -> None:
    """Everything at once, as a power cut does."""
    os.killpg(running.process.pid, signal.SIGKILL)
    running.finish()


def suspend(running: Running, _chance: random.Random) -> None:
    """Everything stands still for longer than an entry may take, and goes on."""
    os.killpg(running.process.pid, signal.SIGSTOP)
    time.sleep(SUSPENDED)
    os.killpg(running.process.pid, signal.SIGCONT)


def move_away(running: Running, chance: random.Random) -> None:
    """The source has another name until the command has ended."""
    source = chance.choice(running.sources)
    away = source.with_name(f"{source.name}.away")
    source.rename(away)
    try:
        running.finish()
    finally:
        away.rename(source)


def cut_short(running: Running, chance: random.Random) -> None:
    """The source that is being read ends earlier, until the command has ended; a folder is moved away instead."""
    source = running.sources[max(where(running.case)[0], 0)]
    if source.is_dir():
        move_away(running, chance)
        return
    _without_content(running, source, int(source.stat().st_size * chance.random()))


def fail_device(running: Running, _chance: random.Random) -> None:
    """What lies behind the device is gone: every read of it fails with EIO until the command has ended."""
    _without_content(running, Path(running.environment["BEHIND_DEVICE"]), 0)


def _without_content(running: Running, path: Path, size: int) -> None:
    with path.open("r+b") as stream:
        stream.seek(size)
        rest = stream.read()
        stream.truncate(size)
        try:
            running.finish()
        finally:
            stream.seek(size)
            stream.write(rest)


Break = Callable[[Running, random.Random], None]
KILLS: dict[str, Break] = {"parent": kill_parent, "child": kill_child, "all": kill_all}
UNPLUGS: dict[str, Break] = {"moved away": move_away, "cut short": cut_short}


# ------------------------------------------------------------------------------------ disks


@contextlib.contextmanager
def small_disk(place: Path, size: int) -> Iterator[Path]:
    """A file system in memory of so many bytes. Needs the right to mount."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "sigap-small", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def enlarge(place: Path, size: int) -> None:
    """Give a `small_disk` more room."""
    subprocess.run(["mount", "-o", f"remount,size={size}", place], check=True)


@contextlib.contextmanager
def device(image: Path) -> Iterator[Path]:
    """A device over an image, write-protected. Needs the right to make one."""
    made = subprocess.run(["losetup", "-r", "-f", "--show", image], check=True, capture_output=True, text=True)
    node = Path(made.stdout.strip())
    try:
        yield node
    finally:
        subprocess.run(["losetup", "-d", node], check=True)


def may_mount() -> bool:
    """Whether this person may mount and make devices here."""
    return os.geteuid() == 0 and shutil.which("losetup") is not None and Path("/dev/loop-control").exists()
