"""SQLite files as bytes: a database, a database with a write-ahead log, a database cut short.

Written the same, byte for byte, by the same SQLite: the two salts of a write-ahead log are random and are replaced.
"""

from __future__ import annotations

import contextlib
import sqlite3
import struct
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SALTS = (0x434F4E54, 0x4F48464B)


def database(fill: Callable[[sqlite3.Connection], None]) -> bytes:
    """The file `fill` makes."""
    with _scratch() as path:
        _write(path, fill)
        return path.read_bytes()


def with_log(
    early: Callable[[sqlite3.Connection], None], late: Callable[[sqlite3.Connection], None]
) -> tuple[bytes, bytes]:
    """A database whose last rows were never carried over from its write-ahead log."""
    with _scratch() as path:
        _write(path, early)
        with contextlib.closing(sqlite3.connect(path)) as opened:
            opened.execute("PRAGMA journal_mode = WAL")
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            opened.execute("PRAGMA wal_autocheckpoint = 0")
            late(opened)
            opened.commit()
            return path.read_bytes(), _resalted(path.with_name(path.name + "-wal").read_bytes())


def cut_short(pages: float = 5.25) -> bytes:
    """A database of notes of which only the first pages are left."""

    def fill(notes: sqlite3.Connection) -> None:
        notes.execute("CREATE TABLE catatan (_id INTEGER PRIMARY KEY, judul TEXT, isi TEXT)")
        rows = [(f"Catatan contoh {number}", f"Isi fiktif nomor {number}. " * 20) for number in range(1, 81)]
        notes.executemany("INSERT INTO catatan (judul, isi) VALUES (?, ?)", rows)

    return database(fill)[: int(pages * 4096)]


def _write(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    with contextlib.closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA page_size = 4096")
        fill(opened)
        opened.commit()


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "contoh.db"


def _resalted(log: bytes) -> bytes:
    """The same log with fixed salts and the checksums that follow from them (sqlite.org/fileformat2.html, section 4)."""
    size = int.from_bytes(log[8:12], "big")
    order = ">" if log[3] & 1 else "<"
    head = log[:16] + struct.pack(">2I", *SALTS)
    state = _checksum(head, (0, 0), order)
    parts = [head, struct.pack(">2I", *state)]
    for at in range(32, len(log), 24 + size):
        frame, page = log[at : at + 8], log[at + 24 : at + 24 + size]
        state = _checksum(frame + page, state, order)
        parts += [frame, struct.pack(">4I", *SALTS, *state), page]
    return b"".join(parts)


def _checksum(content: bytes, state: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = state
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for one, two in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second
