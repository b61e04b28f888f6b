"""The complete program without a network, under a system-call trace, and over evidence that cannot be written: proven, not promised.

Made-up exhibits are examined in every kind of use (scan, search, report in all formats, bundle, verify of case and bundle, and the window
with every pane opened) three times: (a) in a network namespace without interfaces; (b) under `strace -f`, where every socket, every
connection, every opening of a file of the evidence and every call that could change one is looked at; (c) with the evidence on a read-only bind
mount. Digest, size and time of change of each file of the evidence are compared before and after. Needs unshare, strace and the right to
use them; what is missing is said and counts as a failure, unless --allow-missing is given.

Usage: .venv/bin/python bench/offline.py [--small] [--allow-missing] [--only TEXT]
"""

from __future__ import annotations

import argparse
import hashlib
import lzma
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from triage.assets import resource
from triage.report import FORMATS

TRIAGE = [sys.executable, "-m", "triage"]
VERIFY_BUNDLE: list[str] = []  # where it lies is known when it was written
SMALL = ("stick.img",)
ALL = ("stick.img", "laptop.img", "phone.tar")
CALLS = (
    "socket,socketpair,connect,bind,listen,accept,accept4,open,openat,openat2,creat,truncate,rename,renameat,renameat2,unlink,"
    "unlinkat,link,linkat,symlink,symlinkat,mkdir,mkdirat,rmdir,chmod,fchmodat,chown,fchownat,lchown,utime,utimes,utimensat,"
    "setxattr,lsetxattr,removexattr,mknod,mknodat,mount"
)
CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)$")
WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE")
FAMILY = re.compile(r"AF_\w+|PF_\w+")


@dataclass
class Told:
    """One row of the table."""

    way: str
    steps: list[str] = field(default_factory=list)
    seen: str = ""
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    """Print the table; 1 where anything was not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="one small exhibit; scan, report and verify alone")
    parser.add_argument("--allow-missing", action="store_true")
    parser.add_argument("--only", default="", help="namespace, trace or read-only")
    parser.add_argument("--window", type=Path, nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.window:
        return _window(*chosen.window)
    told = []
    for way, act in {"namespace": _namespace, "trace": _trace, "read-only": _read_only}.items():
        if chosen.only in way:
            with tempfile.TemporaryDirectory(prefix="sigap-offline-") as folder:
                told.append(act(Told(way), Path(folder), small=chosen.small))
                _print(told[-1])
    wrong = [each for each in told if each.wrong and not (chosen.allow_missing and each.wrong == [each.seen])]
    print(f"{len(told)} ways, {len(wrong)} with something wrong")
    return 1 if wrong else 0


def _print(told: Told) -> None:
    print(
        f"| {told.way} | {', '.join(told.steps) or 'nothing'} | {told.seen} | {'; '.join(told.wrong) or 'as it must be'} |",
        flush=True,
    )


# ------------------------------------------------------------------------------------ the ways


def _namespace(told: Told, place: Path, *, small: bool) -> Told:
    words = ["unshare", "--net", "--"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net", "--"]
    if not _works(words):
        return _missing(told, "no network namespace can be made here")
    up = subprocess.run([*words, "cat", "/proc/net/dev"], capture_output=True, text=True, check=True).stdout
    names = [line.split(":")[0].strip() for line in up.splitlines() if ":" in line]
    told.seen = f"interfaces: {', '.join(names)}, none of them up"
    _used(told, place, words, small=small)
    return told


def _read_only(told: Told, place: Path, *, small: bool) -> Told:
    mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    evidence = place / "evidence"
    evidence.mkdir()
    space = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "-m"]
    words = [*space, "sh", "-c", mount, str(evidence)]
    if not _works(words):
        return _missing(told, "no mount namespace can be made here")
    if subprocess.run([*words, "touch", str(evidence / "x")], capture_output=True, check=False).returncode == 0:
        told.wrong.append("the mount can be written")
    told.seen = "a write below the mount fails"
    _used(told, place, words, small=small)
    return told


def _trace(told: Told, place: Path, *, small: bool) -> Told:
    trace = place / "trace"
    words = ["strace", "-f", "-qq", "-s", "4096", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", f"|cat >> {trace}"]
    if not _works(["strace", "-f", "-qq", "-o", "/dev/null"]):
        return _missing(told, "strace is not here or may not trace (apt-get install strace)")
    _used(told, place, words, small=small)
    _looked_through(told, trace, place / "evidence")
    return told


def _works(words: list[str]) -> bool:
    found = shutil.which(words[0])
    return bool(found) and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0


def _missing(told: Told, what: str) -> Told:
    told.seen = what
    told.wrong.append(what)
    return told


# ------------------------------------------------------------------------------------ the complete program


def _used(told: Told, place: Path, around: list[str], *, small: bool) -> None:
    evidence, case = place / "evidence", place / "case"
    evidence.mkdir(exist_ok=True)
    for name in SMALL if small else ALL:
        with lzma.open(resource("demo", f"{name}.xz")) as packed, (evidence / name).open("wb") as stream:
            shutil.copyfileobj(packed, stream)
    before = _state(evidence)
    environment = {
        **os.environ,
        "TRIAGE_HOME": str(place / "home"),
        "USER": "penyidik",  # as in any session; without it the C library is asked, which asks the computer's account cache
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for name, step in _steps(place, evidence, case, small=small).items():
        words = [*TRIAGE, "verify", str(next((place / "bundle").iterdir()))] if step == VERIFY_BUNDLE else step
        started = time.monotonic()
        done = subprocess.run([*around, *words], env=environment, capture_output=True, text=True, check=False)
        told.steps.append(f"{name} {time.monotonic() - started:.1f} s")
        if done.returncode:
            told.wrong.append(f"{name} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    if _state(evidence) != before:
        told.wrong.append("the evidence is not as it was")
    told.seen += f"{'; ' if told.seen else ''}{len(before)} files of evidence unchanged (SHA-256, size, time of change)"


def _steps(place: Path, evidence: Path, case: Path, *, small: bool) -> dict[str, list[str]]:
    sources = [str(path) for path in sorted(evidence.iterdir())]
    steps = {
        "scan": [*TRIAGE, "scan", str(case), *sources, "--workers", "2"],
        "report": [*TRIAGE, "report", str(case), "--formats", "html" if small else ",".join(FORMATS)],
        "verify": [*TRIAGE, "verify", str(case)],
    }
    if not small:
        steps["search"] = [*TRIAGE, "search", str(case), "contoh"]
        steps["bundle"] = [*TRIAGE, "bundle", str(case), "--out", str(place / "bundle")]
        steps["verify bundle"] = VERIFY_BUNDLE
        steps["window"] = [sys.executable, __file__, "--window", str(place / "windows"), sources[0]]
    return steps


def _state(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Digest, size and time of change (nanoseconds) of each file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        found[path.name] = digest, path.stat().st_size, path.stat().st_mtime_ns
    return found


def _window(place: Path, source: Path) -> int:
    """The main job in the window: a new case, its exhibit examined, every pane opened, closed."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  # in a process of its own alone
    from screenshot import settle, until  # noqa: PLC0415  # see above

    from triage.guard import refuse_network  # noqa: PLC0415  # see above
    from triage.ui import prepare  # noqa: PLC0415  # see above
    from triage.ui.core import CoreActions  # noqa: PLC0415  # see above
    from triage.ui.language import Language  # noqa: PLC0415  # see above
    from triage.ui.start import NewCase  # noqa: PLC0415  # see above
    from triage.ui.window import Window  # noqa: PLC0415  # see above

    refuse_network()
    application = QApplication(sys.argv[:1])
    prepare(application)
    window = Window(CoreActions(), Language("en"))
    window.show()
    settle(application)
    window.new_case(NewCase(place / "case", "bench", "A1", source, ()))
    until(application, lambda: window.page is not None)
    page = window.page
    assert page is not None
    until(application, lambda: not page.case.scans.running)
    for pane in page.panes:
        page.open(pane)
        settle(application, 0.5)
    window.close()
    until(application, lambda: not window.isVisible())
    return 0


# ------------------------------------------------------------------------------------ the trace


def _looked_through(told: Told, trace: Path, evidence: Path) -> None:
    sockets: Counter[str] = Counter()
    opened = calls = 0
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        found = CALL.match(line)
        if found is None:
            continue
        calls += 1
        name, rest = found.groups()
        if name in {"socket", "socketpair", "connect", "bind", "listen", "accept", "accept4"}:
            _socket(told, sockets, name, rest)
        elif f'"{evidence}/' in rest or f'"{evidence}"' in rest:
            opened += 1
            if name not in {"open", "openat", "openat2"} or WRITES.search(rest):
                told.wrong.append(f"{name}({rest[:160]}")
    families = ", ".join(f"{count} {what}" for what, count in sorted(sockets.items())) or "no socket at all"
    told.seen += f"; {calls:,} calls looked at: {families}; evidence opened {opened:,} times, always O_RDONLY"
    if not opened:
        told.wrong.append("the trace saw no opening of the evidence: it cannot be right")


def _socket(told: Told, sockets: Counter[str], name: str, rest: str) -> None:
    """Pairs of connected local sockets are pipes; anything else is not local to the program."""
    family = FAMILY.search(rest)
    what = f"{name} {family[0] if family else '?'}"
    sockets[what] += 1
    if name != "socketpair" or "AF_UNIX" not in rest:
        told.wrong.append(f"{name}({rest[:160]}")


if __name__ == "__main__":
    sys.exit(main())
