"""What a run may do, frozen when it starts and stored with it; where the program keeps its own things, and who uses it."""

from __future__ import annotations

import getpass
import json
import os
import sys
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from triage.errors import UserError

MEBIBYTE = 1 << 20
PROFILES = ("full", "quick")  # `triage.ranking` says what each leaves out


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on hostile or oversized evidence. Meeting one is a `Problem` of kind limit, never silence."""

    entry_seconds: float = 60.0  # one entry, before its size is counted
    slowest_bytes_per_second: int = 5 * MEBIBYTE  # allowance added for large entries
    longest_seconds: float = 6 * 3600.0  # no batch is given more, whatever sizes its entries state
    worker_bytes: int = 4096 * MEBIBYTE  # address space of one worker process
    memory_copy_bytes: int = 16 * MEBIBYTE  # an item up to this size is kept in memory while it is examined
    scratch_copy_bytes: int = 4096 * MEBIBYTE  # a stream that cannot seek is copied to scratch up to this size
    source_copy_bytes: int = 65536 * MEBIBYTE  # a packed source is unpacked to scratch up to this size
    container_depth: int = 5  # archive inside archive
    container_entries: int = 2_000_000  # members listed of one archive
    inflation_ratio: int = 200  # unpacked bytes per packed byte, past the first 64 MiB
    folder_depth: int = 128  # folders inside folders, against loops
    sparse_bytes: int = 1024 * MEBIBYTE  # what a file may state beyond the size of its medium (a sparse file)
    orphans: int = 50_000  # deleted files without a folder, per file system
    cell_bytes: int = 4 * MEBIBYTE  # one value of a database
    picture_pixels: int = 200_000_000  # a picture larger than this is not decoded


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run. Two runs with equal settings over equal evidence give equal rows."""

    workers: int = 0  # 0: one per core
    batch_entries: int = 256
    batch_bytes: int = 64 * MEBIBYTE
    profile: str = "full"
    lists: tuple[str, ...] = ()  # names of hash lists, sorted
    list_digests: tuple[str, ...] = ()  # SHA-256 of each list's tables, in the same order
    hash_source: bool = True  # digest of the whole source before and after
    extract: bool = True  # False: list, hash, type and look up alone; no extractor runs
    previews: bool = True
    carve: bool = False  # look for files in space that no file owns
    verify_image: bool = False  # digest of the whole medium, compared with those stored and expected
    allow_writable: bool = False  # a disk itself is examined although the system may write to it
    expected: tuple[str, ...] = ()  # digests that the medium should have, as name:hexadecimal
    limits: Limits = Limits()

    def to_json(self) -> str:
        """Canonical text, stored with the run and in the custody log."""
        return json.dumps(asdict(self), sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Settings:
        """Inverse of `to_json`; keys of a later version are ignored."""
        return _settings(json.loads(text))

    def worker_count(self) -> int:
        """Worker processes to start."""
        return self.workers or os.cpu_count() or 1


def load_settings(path: Path) -> Settings:
    """Settings from a TOML file. Raises UserError naming the first key, or the profile, that is unknown."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read as settings ({error})") from error
    known = {field.name for field in fields(Settings)} | {f"limits.{field.name}" for field in fields(Limits)}
    given = {key for key in data if key != "limits"} | {f"limits.{key}" for key in data.get("limits", {})}
    if unknown := sorted(given - known):
        raise UserError(f"{path}: unknown setting {unknown[0]!r}; remove it or correct its name")
    if (profile := data.get("profile", PROFILES[0])) not in PROFILES:
        raise UserError(f"{path}: unknown profile {profile!r}; there are {' and '.join(PROFILES)}")
    return _settings(data)


def home() -> Path:
    """The program's own folder (hash lists, signing key): TRIAGE_HOME, else the system's place for such data."""
    if chosen := os.environ.get("TRIAGE_HOME"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "Sigap"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "sigap"


def examiner() -> str:
    """Who acts, as far as the system knows: TRIAGE_EXAMINER, else the name of the account; empty where it has none."""
    if named := os.environ.get("TRIAGE_EXAMINER"):
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _settings(data: dict[str, object]) -> Settings:
    plain = {field.name: data[field.name] for field in fields(Settings) if field.name in data}
    for name in ("lists", "list_digests", "expected"):
        plain[name] = tuple(plain.get(name, ()))  # type: ignore[arg-type]  # JSON and TOML have arrays, not tuples
    limits = data.get("limits", {})
    assert isinstance(limits, dict)
    plain["limits"] = Limits(**{field.name: limits[field.name] for field in fields(Limits) if field.name in limits})
    return Settings(**plain)  # type: ignore[arg-type]  # names were checked, values are JSON's
