"""The log on the disk: read in bounded pieces, added to and synced, one writer at a time."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING

from triage.custody.event import LINE_LIMIT
from triage.errors import CaseError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_SECONDS = 10.0


def lines(path: Path, offset: int) -> Iterator[bytes]:
    """Lines from `offset` on with their line feed, in pieces of `LINE_LIMIT` + 1 bytes where longer than that."""
    try:
        with path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size < offset:
                raise CaseError(f"{path}: the custody log was cut shorter while it was in use")
            stream.seek(offset)
            while line := stream.readline(LINE_LIMIT + 1):
                yield line
    except OSError as error:
        raise CaseError(f"{path}: the custody log cannot be read ({error.strerror or error})") from error


def append_bytes(path: Path, content: bytes) -> None:
    """Add bytes and sync them. Where that fails, what came of them is taken back. Raises OSError."""
    new = not path.exists()
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o644)
    size = os.fstat(descriptor).st_size
    try:
        while content:
            content = content[os.write(descriptor, content) :]
        os.fsync(descriptor)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, size)
        raise
    finally:
        os.close(descriptor)
    if new and os.name != "nt":
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of the log. Raises CaseError where another process keeps it, or it cannot be had at all."""
    try:
        stream = path.open("ab")
    except OSError as error:
        raise CaseError(f"{path}: the case cannot be written ({error.strerror or error})") from error
    with stream:
        until = time.monotonic() + LOCK_SECONDS
        while not _try_lock(stream.fileno()):
            if time.monotonic() > until:
                raise CaseError(f"{path}: the custody log is in use by another process")
            time.sleep(0.01)
        try:
            yield
        finally:
            _unlock(stream.fileno())


if sys.platform == "win32":

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
