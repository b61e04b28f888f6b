"""The source as a whole: what it is, its digest, and whether it is still there."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from triage.content import blocks_of
from triage.errors import CannotOpen, EvidenceError, SourceGone, UserError
from triage.evidence import recognise, source_files
from triage.run.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOLD_EVERY = 0.25  # seconds between two words of progress


def recognised(source: Path) -> str:
    """The word for what the source is (folder, raw, zip, tar). Raises CannotOpen with the reason and what to do."""
    try:
        return recognise(source)
    except (UserError, EvidenceError) as error:
        raise CannotOpen(str(error)) from error


def digest(
    source: Path, *, phase: str, stop: Callable[[], bool], progress: Callable[[Progress], None]
) -> tuple[str, str] | None:
    """MD5 and SHA-256 over the file or files a source is made of, in order, in hexadecimal; None where stopped.

    Raises SourceGone.
    """
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    started, told, done = time.monotonic(), 0.0, 0
    try:
        files = source_files(source)
        total = sum(map(_size, files))
        for block in blocks_of(files):
            if stop():
                return None
            md5.update(block)
            sha256.update(block)
            done += len(block)
            if (elapsed := time.monotonic() - started) - told > TOLD_EVERY:
                told = elapsed
                progress(_progress(phase, done, total, elapsed))
    except (OSError, UserError, EvidenceError) as error:
        raise SourceGone(_gone(source, getattr(error, "strerror", None) or str(error))) from error
    return md5.hexdigest(), sha256.hexdigest()


def still_there(source: Path) -> None:
    """Raises SourceGone where the evidence cannot be read any more (unplugged, share lost)."""
    try:
        if source.is_dir():
            next(source.iterdir(), None)
            return
        with source.open("rb") as stream:
            if not stream.read(1):
                raise SourceGone(_gone(source, "it is empty now"))
    except OSError as error:
        raise SourceGone(_gone(source, error.strerror or str(error))) from error


def _size(path: Path) -> int:
    """Bytes of a file; a disk itself has a size of zero until it is opened."""
    if size := path.stat().st_size:
        return size
    with path.open("rb") as stream:
        return stream.seek(0, 2)


def _gone(source: Path, reason: str) -> str:
    return f"{source}: the evidence cannot be read any more ({reason}); connect it again and run the same command: the run goes on where it stopped"


def _progress(phase: str, done: int, total: int, elapsed: float) -> Progress:
    rate = done / max(elapsed, 1e-6)
    return Progress(
        phase=phase,
        bytes_done=done,
        bytes_total=total,
        bytes_per_second=rate,
        elapsed_s=elapsed,
        remaining_s=(total - done) / rate if rate else None,
    )
