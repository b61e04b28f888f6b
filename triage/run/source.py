"""The source as a whole: what it is, its digest, and whether it is still there."""

from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from triage.content import blocks_of
from triage.errors import CannotOpen, EvidenceError, SourceGone, UserError
from triage.evidence import recognise, source_files
from triage.run.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FORGET = 4 << 20  # bytes: the system remembers in pieces of up to 2 MiB and lets go of whole ones alone
TOLD_EVERY = 0.25  # seconds between two words of progress


def recognised(source: Path) -> str:
    """The word for what the source is (folder, raw, zip, tar). Raises CannotOpen with the reason and what to do."""
    try:
        return recognise(source)
    except (UserError, EvidenceError) as error:
        raise CannotOpen(str(error)) from error


class Present:
    """Whether a source is still there as it was when this was made: unplugged, a share lost, a copy that is being replaced."""

    def __init__(self, source: Path, recorded: int = 0) -> None:
        """`recorded`: its size in bytes when it was added to the case, where it is a file. Raises SourceGone where it is not there, or not so large now."""
        self.source = source
        self.sizes: dict[Path, int] = {}
        try:
            files = [] if source.is_dir() else source_files(source)
            self.sizes = {path: _size(path) for path in files}
            if files and recorded and _size(source) != recorded:
                raise SourceGone(_gone(source, "its size is not what it was when it was added to the case"))
        except (OSError, UserError, EvidenceError) as error:
            raise SourceGone(_gone(source, getattr(error, "strerror", None) or str(error))) from error

    def check(self, *, touch: bool = True) -> None:
        """Raises SourceGone where a file of it is gone or shorter than it was, or, with `touch`, bytes cannot be had from the medium."""
        try:
            if not self.sizes:
                next(self.source.iterdir(), None)
            for path, size in self.sizes.items():
                if _size(path) < size:
                    raise SourceGone(_gone(self.source, f"{path.name} is shorter than it was"))
            if touch and self.sizes:
                for path in {next(iter(self.sizes)), next(reversed(self.sizes))}:
                    _touch(path, self.sizes[path])
        except OSError as error:
            raise SourceGone(_gone(self.source, error.strerror or str(error))) from error


def digest(
    present: Present, *, phase: str, stop: Callable[[], bool], progress: Callable[[Progress], None]
) -> tuple[str, str] | None:
    """MD5 and SHA-256 over the file or files a source is made of, in order, in hexadecimal; None where stopped.

    Raises SourceGone, also where there is less to read than there was.
    """
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    started, told, done, total = time.monotonic(), 0.0, 0, sum(present.sizes.values())
    try:
        for block in _digested(blocks_of(present.sizes), md5, sha256):
            if stop():
                return None
            done += len(block)
            if (elapsed := time.monotonic() - started) - told > TOLD_EVERY:
                told = elapsed
                progress(_progress(phase, done, total, elapsed))
    except OSError as error:
        raise SourceGone(_gone(present.source, error.strerror or str(error))) from error
    if done < total:
        raise SourceGone(_gone(present.source, "it is shorter than it was"))
    return md5.hexdigest(), sha256.hexdigest()


def _digested(blocks: Iterator[bytes], first: hashlib._Hash, second: hashlib._Hash) -> Iterator[bytes]:
    """Each block once both digests have it: one on each of two cores, as the slower of the two sets the pace."""
    with ThreadPoolExecutor(1) as beside:
        for block in blocks:
            other = beside.submit(second.update, block)
            first.update(block)
            other.result()
            yield block


def _touch(path: Path, size: int) -> None:
    """Read a few bytes in three places, from the medium where the system lets go of what it remembers. Raises OSError."""
    with path.open("rb", buffering=0) as stream:
        for place in (0, size // 2, max(size - 1, 0)):
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(stream.fileno(), place // FORGET * FORGET, FORGET, os.POSIX_FADV_DONTNEED)
            stream.seek(place)
            stream.read(1)


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
