"""Protected evidence with no password, a wrong one and the right one: what the case says and how much of it was read.

    python bench/encrypted.py [CORPUS]

Scans every sample of the corpus that a password opens, and one built sample of each kind, three times. The right password
comes second in a file of two, behind a wrong one. Prints one line per sample and whether all are as they should be.
"""

from __future__ import annotations

import gzip
import lzma
import sqlite3
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from triage.case import Case
from triage.errors import SigapError
from triage.queries import Queries
from triage.run import run
from triage.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from making.protected import BUILT  # type: ignore[import-not-found]  # noqa: E402  # the builders of the tests

if TYPE_CHECKING:
    from collections.abc import Iterator

WRONG = "kata salah"
# Files of the corpus and what opens them, from its MANIFEST.
CORPUS = (
    ("BitLocker, AES-CBC 128", "images/encrypted/bde_aes_128.bin.gz", "password12!@"),
    ("BitLocker, AES-CBC 256 diffuser", "images/encrypted/bde_aes_256_diffuser.bin.gz", "password12!@"),
    (
        "BitLocker, AES-XTS, startup key",
        "images/encrypted/bde_startup_key.bin.gz",
        "images/encrypted/bde_startup_key.bek",
    ),
    ("LUKS1, AES-ECB", "images/encrypted/luks1_sha1.bin.gz", "password"),
    ("LUKS2, AES-CBC-ESSIV, Argon2id 1 GiB", "images/encrypted/luks2_aes-cbc-essiv.bin.gz", "password"),
    ("FileVault 2 (reduced sample)", "images/encrypted/cryptsetup_fvault2-images.tar.xz", "heslo123"),
    ("zip, WinZip AES-256", "hostile/archives/test_read_format_zip_winzip_aes256.zip", "password"),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A source on our own disk and what opens it."""

    title: str
    source: Path
    password: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a scan brought: entries examined, messages of kind encrypted (or the refusal of the source), seconds."""

    examined: int
    closed: tuple[str, ...]
    seconds: float


def main() -> int:
    """Print the table."""
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "corpus"
    right = True
    print(
        f"{'sample':<42} {'none':<10} {'wrong':<10} {'right':<8} {'entries':>9} {'seconds':>8}  message without a password"
    )
    with tempfile.TemporaryDirectory() as folder:
        for number, sample in enumerate(_samples(Path(folder), corpus)):
            right &= _row(Path(folder) / f"cases-{number}", sample)
    print("all as they should be" if right else "NOT all as they should be")
    return 0 if right else 1


def _row(folder: Path, sample: Sample) -> bool:
    folder.mkdir()
    none, wrong = (_scan(folder / name, sample.source, given) for name, given in (("none", None), ("wrong", WRONG)))
    right = _scan(folder / "right", sample.source, f"{WRONG}\n{sample.password}")
    flagged, one_line = bool(none.closed), len(wrong.closed) == 1 and "\n" not in wrong.closed[0]
    reads = not right.closed and right.examined > none.examined
    words = ("flagged" if flagged else "NO", "one line" if one_line else "NO", "reads" if reads else "NO")
    entries = f"{none.examined}>{right.examined}"
    message = none.closed[0] if none.closed else ""
    print(
        f"{sample.title:<42} {words[0]:<10} {words[1]:<10} {words[2]:<8} {entries:>9} {right.seconds:8.1f}  {message[:150]}"
    )
    return flagged and one_line and reads


def _scan(case: Path, source: Path, password: str | None) -> Told:
    begun = time.monotonic()
    try:
        with Case.open_or_create(case, actor="bench") as opened:
            settings = Settings(workers=1, hash_source=False, previews=False)
            run(opened, source, exhibit="A1", settings=settings, password=password)
    except SigapError as error:
        return Told(0, (str(error),), time.monotonic() - begun)
    queries = Queries(case)
    closed = tuple(row.message for row in queries.closed() if row.kind == "encrypted")
    queries.close()
    database = sqlite3.connect(case / "case.db")
    (examined,) = database.execute("SELECT count(*) FROM v_files WHERE status = 'examined'").fetchone()
    database.close()
    return Told(examined, closed, time.monotonic() - begun)


def _samples(folder: Path, corpus: Path) -> Iterator[Sample]:
    for title, name, password in CORPUS:
        if (corpus / name).exists():
            key = f"startup-key:{corpus / password}" if password.endswith(".bek") else password
            yield Sample(title, _unpacked(corpus / name, folder), key)
    for number, built in enumerate(BUILT):
        place = folder / f"built-{number}"
        place.mkdir()
        yield Sample(f"{built.title} (built)", built.made(place), built.password)


def _unpacked(path: Path, folder: Path) -> Path:
    """The image itself; a tar of images gives its largest member."""
    if path.name.endswith(".tar.xz"):
        with tarfile.open(path) as archive:
            member = max(archive.getmembers(), key=lambda each: each.size)
            archive.extract(member, folder, filter="data")
        return folder / member.name
    if path.suffix not in {".gz", ".xz"}:
        return path
    target = folder / path.stem
    target.write_bytes((gzip if path.suffix == ".gz" else lzma).open(path).read())
    return target


if __name__ == "__main__":
    sys.exit(main())
