"""Every raw image with a truth file: what Sigap lists and reads against what The Sleuth Kit's own programs say.

    python bench/truth.py CORPUS [--seconds 60] [--json FILE] [IMAGE ...]

Prints one line per image: file systems, live files that the truth has a digest for, how many Sigap reads with the same path,
size and MD5, how many it misses or reads differently, deleted names on both sides, and the reason of each difference.
Each image runs in a process of its own with a time limit, because an engine can hang.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import hashlib
import json
import lzma
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from triage.errors import EvidenceError, SigapError
from triage.evidence import open_evidence
from triage.model import Entry, Kind, Problem
from triage.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.evidence import Evidence

UNPACKERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}


@dataclass
class Comparison:
    """One image against its truth. Counts are of live regular files with a digest in the truth."""

    name: str
    systems: list[str] = field(default_factory=list)
    live: int = 0
    equal: int = 0
    missing: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    deleted_truth: int = 0
    deleted_ours: int = 0
    problems: list[str] = field(default_factory=list)
    refused: str = ""


def truth_files(corpus: Path) -> Iterator[Path]:
    """The truth files of images, sorted: the sound ones, then the damaged ones."""
    for folder in ("images", "hostile"):
        for path in sorted((corpus / "truth" / folder).rglob("*.json")):
            if "images" in json.loads(path.read_text(encoding="utf-8")):
                yield path


def unpacked(corpus: Path, truth: Path, folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each image of a truth file on disk, with what the truth says of it. Nothing where the packing is not ours to undo."""
    data = json.loads(truth.read_text(encoding="utf-8"))
    stored = corpus / data["file"]
    for image in data["images"]:
        if path := _unpack(stored, image["name"], folder):
            yield path, image


def compare(path: Path, image: dict[str, Any], scratch: Path) -> Comparison:
    """Walk an image with Sigap and set it against the truth."""
    result = Comparison(path.name)
    try:
        evidence = open_evidence(path, limits=Limits(), scratch=scratch)
    except SigapError as error:
        result.refused = str(error).replace(str(path), path.name)
        return result
    found = _Walk(evidence, result)
    for volume in image.get("volumes", []):
        _compare_volume(volume, found, result)
    evidence.close()
    return result


class _Walk:
    """Everything Sigap lists, by volume offset and path."""

    def __init__(self, evidence: Evidence, result: Comparison) -> None:
        self.evidence, self.result = evidence, result
        self.entries: list[Entry] = []
        self._down(evidence.root())

    def volume(self, offset: int) -> list[Entry]:
        """All entries of the volume at a byte offset."""
        return [entry for entry in self.entries if entry.locator.steps[0].number == offset]

    def md5(self, entry: Entry) -> str:
        """MD5 of the content, or the error that reading it brings."""
        try:
            stream = self.evidence.open(entry.locator)
            digest = hashlib.md5(usedforsecurity=False)
            while block := stream.read(1 << 20):
                digest.update(block)
            stream.close()
            return digest.hexdigest()
        except EvidenceError as error:
            return f"{error.kind}: {error}"

    def _down(self, entry: Entry) -> None:
        try:
            for child in self.evidence.children(entry):
                if isinstance(child, Problem):
                    self.result.problems.append(f"{entry.path or entry.volume}: {child.message}")
                    continue
                self.entries.append(child)
                if child.kind in {Kind.FOLDER, Kind.VOLUME}:
                    self._down(child)
        except EvidenceError as error:
            self.result.problems.append(f"{entry.path or entry.volume}: {error}")


def _compare_volume(volume: dict[str, Any], found: _Walk, result: Comparison) -> None:
    ours = found.volume(volume["offset_sectors"] * 512)
    files = volume.get("files", [])
    result.systems.append(volume.get("fs_type") or "none")
    if not volume.get("truncated"):  # else the truth lists only the first few thousand names
        result.deleted_truth += sum(bool(each.get("deleted")) for each in files)
        result.deleted_ours += sum(entry.deleted for entry in ours)
    live = [entry for entry in ours if not entry.deleted and entry.kind is Kind.FILE]
    by_path: dict[str, list[Entry]] = {}
    for entry in live:
        by_path.setdefault(_comparable(entry.path), []).append(entry)
    for each in files:
        if "md5" in each and not each.get("deleted"):
            result.live += 1
            _compare_file(each, by_path.get(_comparable(each["path"]), []), found, result)
    if volume.get("truncated") or volume.get("fls_rc"):  # fls gave up: what it did not list says nothing
        return
    known = Counter(_comparable(each["path"]) for each in files if not each.get("deleted"))
    more = [path for path, entries in by_path.items() if len(entries) > known[path]]
    result.extra += [path for path in more if not _is_attribute(path, known, volume)]


def _is_attribute(path: str, known: Counter[str], volume: dict[str, Any]) -> bool:
    """A resource fork or extended attribute of a file that the truth lists: fls shows such streams on NTFS alone."""
    return volume.get("fs_type") != "NTFS" and known[path.rpartition(":")[0]] > 0


def _compare_file(truth: dict[str, Any], ours: list[Entry], found: _Walk, result: Comparison) -> None:
    if not ours:
        result.missing.append(f"{truth['path']} ({truth['inode']})")
        return
    digests = [(entry.size, found.md5(entry)) for entry in ours]
    if (truth["size"], truth["md5"]) in digests:
        result.equal += 1
    else:
        says = f"truth {truth['size']} bytes {truth['md5']} (icat gave {truth.get('icat_bytes')}), Sigap {digests[0]}"
        result.different.append(f"{truth['path']} ({truth['inode']}): {says}")


def _comparable(path: str) -> str:
    """The truth shows control characters as `^`, as fls prints them, bytes that are no text in another way, and `/` in a name as it is."""
    text = path.encode("utf-8", "replace").decode("utf-8").replace("\\x2f", "/").replace("\\x00", "^")
    return "".join("^" if character < " " or character == "\x7f" else character for character in text)


def _unpack(stored: Path, name: str, folder: Path) -> Path | None:
    target = folder / Path(name).name
    if stored.suffixes[-2:] in ([".tar", ".gz"], [".tar", ".xz"]) or stored.suffix == ".tgz":
        with tarfile.open(stored) as archive:
            return _write(target, cast("IO[bytes]", archive.extractfile(name)))
    if stored.suffix == ".zip":
        with zipfile.ZipFile(stored) as packed:
            return _write(target, packed.open(name))
    if stored.suffix in UNPACKERS:
        return _write(target, cast("IO[bytes]", UNPACKERS[stored.suffix](stored, "rb")))
    if stored.suffix == ".zst":
        import zstandard  # noqa: PLC0415 - a development dependency, wanted for one image

        return _write(target, cast("IO[bytes]", zstandard.open(stored, "rb")))
    if stored.suffix == ".xxd":
        subprocess.run(["xxd", "-r", stored, target], check=True)
        return target
    return stored if stored.suffix != ".7z" else None


def _write(target: Path, source: IO[bytes]) -> Path:
    """Zeros are left out, so that a large sparse image costs little disk."""
    with source, target.open("wb") as out:
        while block := source.read(1 << 16):
            if block.count(0) == len(block):
                out.seek(len(block), 1)
            else:
                out.write(block)
        out.truncate(out.tell())
    return target


def _one(corpus: Path, truth: Path) -> None:
    """The child process: print the comparisons of one truth file as JSON lines."""
    folder = Path(tempfile.mkdtemp(prefix="truth-"))
    try:
        for path, image in unpacked(corpus, truth, folder):
            print(json.dumps(asdict(compare(path, image, folder))), flush=True)
    finally:
        shutil.rmtree(folder)


def _all(corpus: Path, wanted: list[str], seconds: float) -> Iterator[tuple[str, list[dict[str, Any]], str]]:
    for truth in truth_files(corpus):
        name = str(truth.relative_to(corpus / "truth")).removesuffix(".json")
        if wanted and not any(each in name for each in wanted):
            continue
        command = [sys.executable, __file__, str(corpus), "--one", str(truth)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            yield name, lines, done.stderr.strip()[-300:] if done.returncode else ""
        except subprocess.TimeoutExpired:
            yield name, [], f"timeout: the engine did not come back within {seconds:.0f} s"


def _print(name: str, lines: list[dict[str, Any]], failure: str) -> Counter[str]:
    total: Counter[str] = Counter()
    if failure or not lines:
        print(f"{name}: {failure or 'packed in a way this program does not undo'}")
    for line in lines:
        counts = {key: len(line[key]) for key in ("missing", "different", "extra")}
        total.update({"live": line["live"], "equal": line["equal"], **counts})
        print(
            f"{name} [{', '.join(line['systems']) or '-'}]: live {line['live']}, equal {line['equal']}, "
            f"missing {counts['missing']}, different {counts['different']}, extra {counts['extra']}, "
            f"deleted {line['deleted_truth']} / {line['deleted_ours']}"
        )
        for key in ("refused", "missing", "different", "extra", "problems"):
            for text in [line[key]] if isinstance(line[key], str) else line[key][:8]:
                if text:
                    print(f"    {key}: {text}")
    return total


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("images", nargs="*")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _one(given.corpus, given.one)
        return
    total: Counter[str] = Counter()
    for name, lines, failure in _all(given.corpus, given.images, given.seconds):
        total += _print(name, lines, failure)
    print("\ntotal: " + ", ".join(f"{key} {total[key]}" for key in ("live", "equal", "missing", "different", "extra")))


if __name__ == "__main__":
    main()
