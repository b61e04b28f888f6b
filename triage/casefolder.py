"""The folder of a case: what lies in it, how its databases are opened, and one case for one process at a time."""

from __future__ import annotations

import contextlib
import hashlib
import platform
import shutil
import sqlite3
from typing import TYPE_CHECKING

from triage import __version__, schema
from triage.content import sweep
from triage.errors import CannotOpen, CaseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATABASE = "case.db"
PREVIEWS = "thumbs.db"
LOG = "custody.jsonl"
PHOTOGRAPHS = "photographs"
FOLDERS = ("reports", "exports", PHOTOGRAPHS, "scratch")
LEAST = 1 << 18  # bytes free, below which a disk counts as full
CHECKPOINT_PAGES = 16384  # 64 MiB of log between two checkpoints: each one waits for the disk


def make_folders(folder: Path) -> None:
    """Make what a case folder holds. Raises CannotOpen where something else lies there, CaseError."""
    if folder.exists() and not folder.is_dir():
        raise CannotOpen(f"{folder}: this is a file; a case is a folder")
    if folder.is_dir() and not (folder / DATABASE).exists() and any(_foreign(folder)):
        raise CannotOpen(f"{folder}: the folder is not empty and holds no case; name a new or empty folder")
    with translated(folder):
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)


def files_at_rest(folder: Path) -> dict[str, str]:
    """SHA-256 of the databases of a closed case; none of one that still has a write-ahead log. Raises CaseError."""
    with translated(folder):
        paths = [folder / name for name in (DATABASE, PREVIEWS) if not waiting(folder / name)]
        return {path.name: file_sha256(path) for path in paths}


def waiting(path: Path) -> bool:
    """Whether a database has changes in its write-ahead log: it is open, or its program ended without closing it."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def computer() -> dict[str, object]:
    """Where a case is opened: program, computer, system."""
    return {"program": __version__, "computer": platform.node(), "system": f"{platform.system()} {platform.release()}"}


def hold(folder: Path) -> sqlite3.Connection:
    """Hold the case for this process alone; the system lets go of it when the process ends, however it ends."""
    with translated(folder):
        place = folder / "scratch" / "lock.db"
        connection = sqlite3.connect(place, timeout=1, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            connection.close()
            raise
        return connection


def connect(path: Path) -> sqlite3.Connection:
    """Open one of the databases for writing, with a write-ahead log. Raises CaseError."""
    with translated(path.parent):
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        return connection


def prepare(database: sqlite3.Connection, previews: sqlite3.Connection, folder: Path) -> None:
    """Bring a database to this version of the tables. Raises CaseError where it was made by a newer one."""
    with translated(folder):
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > schema.SCHEMA_VERSION:
            raise CaseError(
                f"{folder}: the case was made by a newer Sigap (database version {version}, this program reads up to"
                f" {schema.SCHEMA_VERSION}); open it with that version"
            )
        if version < schema.SCHEMA_VERSION:
            schema.migrate(database)
            database.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            database.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")
        previews.execute(schema.PREVIEW_TABLE)
    sweep(folder / "scratch")


@contextlib.contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Errors of the database and the disk become one clear CaseError."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise CaseError(_words(folder, str(error))) from error
    except OSError as error:
        raise CaseError(_words(folder, error.strerror or str(error))) from error


def _foreign(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.name not in {*FOLDERS, DATABASE, PREVIEWS, LOG})


def _words(folder: Path, reason: str) -> str:
    advice = "nothing that was stored is lost"
    if "I/O error" in reason and _no_room(folder):  # the database's word where it cannot enlarge a file that it maps
        reason = "the disk is full"
    if "full" in reason or "space" in reason:
        advice = "free some space on that disk and run the same command again; nothing that was stored is lost"
    elif "readonly" in reason or "Permission" in reason or "Read-only" in reason:
        advice = "the case folder cannot be written; move the case to a writable disk or change its permissions"
    elif "locked" in reason:
        advice = "the case is open in another Sigap; close it there first"
    return f"{folder}: {reason}; {advice}"


def _no_room(folder: Path) -> bool:
    """Whether the disk of this folder has no room left."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free < LEAST
