"""The table of docs/validation.md: every image and phone file of the corpus, its format, what is found, and whether it is equal to the truth.

Images: live files with the path, size and MD5 that other tools say (The Sleuth Kit's programs, else libyal's tools or the kernel's own
drivers). Phone files: the SHA-256 of the corpus' manifest, and for a zip its members against Python's `zipfile`. A password in a note of the
truth is used. Each file runs in a process of its own with a time limit. With --write the table in that page is replaced.

Usage: .venv/bin/python bench/validation.py CORPUS [--write docs/validation.md] [--seconds 60]
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import truth

from triage.errors import EvidenceError, SigapError
from triage.evidence import open_evidence
from triage.filetype import identify
from triage.model import Entry, Kind, Locator, Problem
from triage.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence import Evidence

BEGIN, END = "<!-- table: bench/validation.py -->", "<!-- end of the table -->"
HEAD = "| file | format | live | deleted | compared | result |\n|---|---|---|---|---|---|"
NOTES = (".txt", ".xml", ".bek")  # beside images: descriptions and keys
LIMITS = Limits()


@dataclass
class Row:
    """One file. Counts are None where it could not be opened; `compared` says how many files the truth has."""

    file: str
    format: str = "-"
    live: int | None = None
    deleted: int | None = None
    compared: int = 0
    equal: int = 0
    why: str = ""

    def text(self) -> str:
        """As a line of the table."""
        if self.compared and self.equal == self.compared:
            result = "equal" + (f"; {self.why}" if self.why else "")
        elif self.compared:
            result = f"{self.equal} equal; {self.why}"
        else:
            result = self.why or "nothing to compare with"
        cells = (self.file, self.format, _shown(self.live), _shown(self.deleted), str(self.compared), result)
        return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"


def _shown(count: int | None) -> str:
    return "-" if count is None else str(count)


# ------------------------------------------------------------------------------------ images


def image_rows(corpus: Path, stored: Path, scratch: Path) -> Iterator[Row]:
    """A row for each image in a file of the corpus."""
    name = str(stored.relative_to(corpus / "images"))
    told = corpus / "truth" / f"{stored.relative_to(corpus)}.json"
    told_images = list(truth.unpacked(corpus, told, scratch)) if told.exists() else []
    for path, image in told_images or [(stored, {})]:
        row = Row(name if len(told_images) < 2 else f"{name}: {image['name']}")
        expected = _expected(image) or _expected(_second(corpus, stored))
        _fill(row, path, expected, _password(told), scratch)
        yield row


def _fill(row: Row, path: Path, expected: list[dict[str, Any]], password: str | None, scratch: Path) -> None:
    try:
        evidence = open_evidence(path, limits=LIMITS, scratch=scratch, password=password)
    except SigapError as error:
        row.why = f"refused: {str(error).replace(str(path), path.name)}"
        return
    row.format = evidence.format
    found, problems = _walked(evidence)
    live = [entry for entry in found if not entry.deleted]
    row.live, row.deleted = len(live), len(found) - len(live)
    row.why = problems[0].replace(str(path), path.name) if problems else ""
    _compare(row, expected, live, evidence)
    evidence.close()


def _walked(evidence: Evidence) -> tuple[list[Entry], list[str]]:
    """All files in volumes and folders, and what could not be listed."""
    found: list[Entry] = []
    problems: list[str] = []
    waiting = [evidence.root()]
    while waiting:
        entry = waiting.pop()
        try:
            for child in evidence.children(entry):
                if isinstance(child, Problem):
                    problems.append(child.message)
                elif child.kind in {Kind.FOLDER, Kind.VOLUME}:
                    waiting.append(child)
                elif child.kind is Kind.FILE:
                    found.append(child)
        except EvidenceError as error:
            problems.append(str(error))
    return found, problems


def _compare(row: Row, expected: list[dict[str, Any]], live: list[Entry], evidence: Evidence) -> None:
    by_path: dict[str, list[Entry]] = {}
    for entry in live:
        by_path.setdefault(_plain(entry.path), []).append(entry)
    row.compared = len(expected)
    for each in expected:
        ours = by_path.get(_plain(each["path"]), [])
        if any(entry.size == each["size"] and _md5(evidence, entry) == each["md5"] for entry in ours):
            row.equal += 1
        elif not row.why:
            row.why = f"{'differs' if ours else 'missing'}: {each['path']}"


def _plain(path: str) -> str:
    """As `fls` prints it: control characters as `^`."""
    text = path.encode("utf-8", "replace").decode("utf-8")
    return "".join("^" if character < " " or character == "\x7f" else character for character in text)


def _md5(evidence: Evidence, entry: Entry) -> str:
    try:
        return hashlib.md5(_content(evidence, entry.locator), usedforsecurity=False).hexdigest()
    except EvidenceError as error:
        return str(error)


def _content(evidence: Evidence, locator: Locator) -> bytes:
    stream = evidence.open(locator)
    try:
        return stream.read()
    finally:
        stream.close()


def _expected(told: object) -> list[dict[str, Any]]:
    """Live regular files with a digest, wherever in the truth they stand."""
    if isinstance(told, list):
        return [file for each in told for file in _expected(each)]
    if not isinstance(told, dict):
        return []
    if "path" in told:
        return [told] if "md5" in told and not told.get("deleted") else []
    return [file for key, each in told.items() if key != "meta" for file in _expected(each)]


def _second(corpus: Path, stored: Path) -> object:
    """What a second tool says of an image of which the first one says nothing."""
    place = corpus / "truth" / stored.relative_to(corpus).parent
    for path in sorted(place.glob(f"{stored.name}.*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        if _expected(told):
            return told
    return {}


def _password(told: Path) -> str | None:
    note = json.loads(told.read_text(encoding="utf-8")).get("note", "") if told.exists() else ""
    found = re.search(r"pass(?:word|phrase): (\S+?)(?:;|$|\s)", note)
    return found[1] if found else None


# ------------------------------------------------------------------------------------ phone files


def phone_row(corpus: Path, stored: Path, scratch: Path) -> Row:
    """A file of the folder `phones`, read as part of that folder."""
    row = Row(f"phones: {stored.relative_to(corpus / 'phones')}")
    evidence = open_evidence(stored.parent, limits=LIMITS, scratch=scratch)
    found, _ = _walked(evidence)
    entry = next(each for each in found if each.path == f"/{stored.name}")
    data = _content(evidence, entry.locator)
    row.format = identify(entry.name, data[: 1 << 16]).mime
    row.compared, row.equal = 1, int(hashlib.sha256(data).hexdigest() == _manifest(corpus, stored))
    row.live = row.deleted = 0
    members: list[Entry] = []
    try:
        members = [each for each in evidence.children(entry) if isinstance(each, Entry) and each.kind is Kind.FILE]
    except EvidenceError as error:
        row.why = "" if "no archive" in str(error) else str(error)
    row.live = 1 + len(members)
    if zipfile.is_zipfile(stored):
        _compare_zip(row, stored, members, evidence)
    evidence.close()
    return row


def _compare_zip(row: Row, stored: Path, members: list[Entry], evidence: Evidence) -> None:
    ours = {(entry.path.removeprefix(f"/{stored.name}/"), entry.size): entry for entry in members}
    with zipfile.ZipFile(stored) as packed:
        for info in packed.infolist():
            if info.is_dir():
                continue
            row.compared += 1
            entry = ours.get((info.filename.lstrip("/"), info.file_size))
            if entry is not None and _content(evidence, entry.locator) == packed.read(info):
                row.equal += 1
            elif not row.why:
                row.why = f"missing or different: {info.filename}"


def _manifest(corpus: Path, stored: Path) -> str:
    name = str(stored.relative_to(corpus))
    with (corpus / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        return next((line[1] for line in csv.reader(stream, delimiter="\t") if line[0] == name), "")


# ------------------------------------------------------------------------------------ all of them


def rows_of(corpus: Path, stored: Path) -> list[Row]:
    """The rows of one file; the work of a process of its own."""
    with tempfile.TemporaryDirectory(prefix="validation-") as folder:
        if stored.is_relative_to(corpus / "phones"):
            return [phone_row(corpus, stored, Path(folder))]
        return list(image_rows(corpus, stored, Path(folder)))


def files_of(corpus: Path) -> Iterator[Path]:
    """Images, then phone files, sorted."""
    for top in ("images", "phones"):
        for path in sorted((corpus / top).rglob("*")):
            if path.is_file() and not (top == "images" and path.suffix in NOTES):
                yield path


def _asked(corpus: Path, stored: Path, seconds: float) -> list[Row]:
    command = [sys.executable, __file__, str(corpus), "--one", str(stored)]
    name = str(stored.relative_to(corpus)).removeprefix("images/")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return [Row(name, why=f"not finished within {seconds:.0f} s: in a run one problem of kind timeout")]
    rows = [Row(**json.loads(line)) for line in done.stdout.splitlines()]
    return rows or [Row(name, why=f"the process died ({done.returncode}): {done.stderr.strip()[-200:]}")]


def _written(page: Path, table: str) -> None:
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text:
        text = f"{text.rstrip()}\n\n## Every image and phone file of the corpus\n\n{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def _table(rows: list[Row]) -> str:
    equal, compared = sum(row.equal for row in rows), sum(row.compared for row in rows)
    total = f"{len(rows)} rows; {equal} of {compared} compared files are equal."
    return "\n".join((total, "", HEAD, *(row.text() for row in rows)))


def main() -> None:
    """Print the table, or put it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        for row in rows_of(given.corpus, given.one):
            print(json.dumps(asdict(row)))
        return
    table = _table([row for path in files_of(given.corpus) for row in _asked(given.corpus, path, given.seconds)])
    if given.write:
        _written(given.write, table)
    print(table)


if __name__ == "__main__":
    main()
