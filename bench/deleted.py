"""NIST CFTT's cases of deleted file recovery, built here, through Sigap and The Sleuth Kit's `fls` and `tsk_recover` side by side.

Each case of `deleted_cases` is made on every file system of `volumes_made`. Of each file that the case names it is asked: is its name listed, and
is its content, byte by byte, what was written? Of an overwritten file: does anything come back under its name that is not its content?
With --write the table goes into docs/validation.md.

Usage: .venv/bin/python bench/deleted.py [--only TEXT] [--system TEXT] [--write docs/validation.md]
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from deleted_cases import CASES
from inline import scanned
from pages import put_table
from volumes_made import KINDS, made

from triage.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deleted_cases import Case, Target
    from volumes_made import Kind

BEGIN, END = "<!-- table: bench/deleted.py -->", "<!-- end of the table of bench/deleted.py -->"
HEAD = "| case | tested | file system | expected | Sigap | The Sleuth Kit | verdict | explanation |\n|---|---|---|---|---|---|---|---|"
LINE = re.compile(r"^(\S)/(\S) (\* )?([\d-]+)(\(realloc\))?:\t(.*)$")
NOT_HERE = (("HFS+", "no program here makes one with deleted files; what it lists is in the tables below"),)


@dataclass
class Seen:
    """What a program says: of each name the digests of the contents given under it; None: none can be had, and it says so."""

    deleted: dict[str, list[str | None]] = field(default_factory=lambda: defaultdict(list))
    live: dict[str, list[str | None]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class Score:
    """Counts over the files of a case."""

    good: int = 0
    named: int = 0
    wrong: int = 0
    total: int = 0

    def text(self) -> str:
        """As a cell."""
        parts = [f"{self.good} of {self.total}"]
        parts += [f"{self.named} by name alone"] if self.named else []
        parts += [f"{self.wrong} with other content"] if self.wrong else []
        return ", ".join(parts)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--system", default="")
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    lines: list[str] = []
    verdicts: Counter[str] = Counter()
    print(HEAD)
    for case in CASES:
        for kind in KINDS:
            if chosen.only in case.number and chosen.system in kind.name and (not case.only or kind.name in case.only):
                verdict, line = _row(case, kind)
                verdicts[verdict] += 1
                lines.append(line)
                print(line, flush=True)
    lines += [f"| DFR | all | {name} | - | - | - | not built | {why} |" for name, why in NOT_HERE]
    total = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    print(f"{len(lines)} rows: {total}")
    if chosen.write:
        put_table(chosen.write, BEGIN, END, f"{len(lines)} rows: {total}.\n\n{HEAD}\n" + "\n".join(lines))
    return 1 if verdicts["worse than The Sleuth Kit"] else 0


def _row(case: Case, kind: Kind) -> tuple[str, str]:
    begin = f"| {case.number} | {case.what} | {kind.name} |"
    if missing := kind.missing():
        return "not built", f"{begin} - | - | - | not built | {missing} |"
    with tempfile.TemporaryDirectory(prefix="sigap-deleted-") as folder:
        image = Path(folder) / "volume.img"
        volume = made(kind, image)
        try:
            targets = case.act(volume)
        except OSError as error:
            with contextlib.suppress(OSError):
                volume.close()
            return "not built", f"{begin} - | - | - | not built | {str(error).strip()[:120]} |"
        volume.close()
        ours, theirs = _sigap(image, Path(folder)), _sleuthkit(image, Path(folder))
        one, other = _scored(targets, ours), _scored(targets, theirs)
        verdict, why = _judged(targets, one, other, kind)
        return verdict, f"{begin} {_expected(targets)} | {one.text()} | {other.text()} | {verdict} | {why} |"


def _expected(targets: list[Target]) -> str:
    words = {"deleted": "recovered", "lost": "not passed off as recovered", "live": "listed and read", "named": "named"}
    fates = Counter(target.fate for target in targets)
    return ", ".join(f"{count} {words[fate]}" for fate, count in fates.items())


# ------------------------------------------------------------------------------------ the two programs


def _sigap(image: Path, folder: Path) -> Seen:
    case = folder / "case"
    scanned(case, image, Settings(workers=1, hash_source=False, previews=False, extract=False))
    seen = Seen()
    with contextlib.closing(sqlite3.connect(f"file:{case / 'case.db'}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT path, deleted, sha256 FROM v_files WHERE kind IN ('file', 'other', 'folder')")
        for path, deleted, digest in rows.fetchall():
            (seen.deleted if deleted else seen.live)[_name(path)].append(digest or None)
    return seen


def _sleuthkit(image: Path, folder: Path) -> Seen:
    """Names from `fls`, contents from `tsk_recover`, those of alternate streams from `icat`."""
    seen = Seen()
    given: dict[tuple[bool, str], str] = {}
    for deleted in (True, False):
        target = folder / f"recovered-{deleted}"
        target.mkdir()
        words = ["tsk_recover", *([] if deleted else ["-a"]), str(image), str(target)]
        subprocess.run(words, capture_output=True, check=False)
        for file in (each for each in target.rglob("*") if each.is_file()):
            given[deleted, str(file.relative_to(target))] = hashlib.sha256(file.read_bytes()).hexdigest()
    listed = subprocess.run(["fls", "-r", "-p", str(image)], capture_output=True, check=False).stdout
    for line in listed.decode("utf-8", "replace").splitlines():
        if (found := LINE.match(line)) is None:
            continue
        _, _, gone, address, _, path = found.groups()
        digest = given.get((bool(gone), path))
        if digest is None and ":" in path:
            data = subprocess.run(
                ["icat", *(["-r"] if gone else []), str(image), address], capture_output=True, check=False
            )
            digest = hashlib.sha256(data.stdout).hexdigest()
        (seen.deleted if gone else seen.live)[_name(path)].append(digest)
    return seen


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


# ------------------------------------------------------------------------------------ the judgement


def _scored(targets: Iterable[Target], seen: Seen) -> Score:
    score = Score()
    for target in targets:
        score.total += 1
        name, wanted = _name(target.path), hashlib.sha256(target.data).hexdigest()
        given = (seen.live if target.fate == "live" else seen.deleted).get(name, [])
        told = [digest for digest in given if digest is not None]
        empty = hashlib.sha256(b"").hexdigest()
        if target.fate == "lost":
            score.wrong += any(digest not in (wanted, empty) for digest in told)
            score.good += all(digest in (wanted, empty) for digest in told)
        elif wanted in told or (target.fate == "named" and given):
            score.good += 1
        elif any(digest != empty for digest in told):
            score.wrong += 1
        else:
            score.named += bool(given)
    return score


def _judged(targets: list[Target], one: Score, other: Score, kind: Kind) -> tuple[str, str]:
    if (one.good, -one.wrong) < (other.good, -other.wrong):
        return "worse than The Sleuth Kit", "to be looked into"
    if one.good == one.total:
        return "as expected", "-" if other.good == other.total else "better than the tool beside it"
    return "known limit", _limit(kind.name, targets, one)


def _limit(system: str, targets: list[Target], score: Score) -> str:
    """Why a file system does not give more."""
    lost = any(target.fate == "lost" for target in targets)
    if lost and score.wrong:
        return (
            "the metadata of a deleted file outlive its clusters, and nothing in them says that others have written there since; the"
            " content given is what lies there now, and the entry is marked deleted"
        )
    if system.startswith("FAT"):
        return "deletion clears the chain of clusters: only the first is known, and what follows it is taken"
    if system == "exFAT":
        return "deletion clears the chain of clusters of a fragmented file: only the first is known"
    if system.startswith("ext"):
        return "Linux clears the list of blocks in the inode when it deletes (its ext4 driver on ext2 and ext3, too): a name is left at most, and no way to the content"
    return "the record was given to another file"


if __name__ == "__main__":
    sys.exit(main())
