"""Logical evidence files (L01, Lx01) and odd EWF images, read by libewf through its Python module.

The readers of our own do not know these; libewf does, at a tenth of their speed. It reads through our own streams, so that the files stay
untouched, and its errors are translated here. A chunk that it knows to be damaged it hands out as zeros without a word: a problem
says so of every image that is read by it.

Names of segments (libewf, "Expert Witness Compression Format 2 specification"): `.Ex01` to `.Ex99`, then `.ExAA` to `.EzZZ`; `.Lx01`
and `.L01` by the same rule.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyewf

from triage.errors import Encrypted, Malformed, Truncated, Unreadable, Unsupported
from triage.evidence.medium import Damage, Medium, Stored
from triage.evidence.streams import FileStream
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_SEGMENTS = 16_384
_SUFFIX = re.compile(r"\.(?P<series>[el]x?|[EL]x?)(?P<number>[0-9]{2}|[A-Za-z]{2})$", re.IGNORECASE)
_NOISE = re.compile(r"\A\w+: ")


def open_by_libewf(path: Path) -> LibewfMedium:
    """The disk in an EWF image of any kind. Raises Encrypted, Malformed, Truncated, Unsupported, Unreadable."""
    return LibewfMedium(Handle(path))


class Handle:
    """libewf over the segment files beside `path`. Raises EvidenceError."""

    def __init__(self, path: Path) -> None:
        self.streams: list[FileStream] = []
        self.ewf: Any = pyewf.handle()
        try:
            for segment in segments(path):
                self.streams.append(FileStream(segment))
            with translated("the image cannot be opened"):
                self.ewf.open_file_objects(self.streams)
        except BaseException:
            self._close_streams()
            raise

    def files(self) -> tuple[Path, ...]:
        """The segment files, in order."""
        return tuple(stream.path for stream in self.streams)

    def stored(self) -> Stored:
        """Digests and acquisition facts."""
        with translated("what the image states cannot be read"):
            digests, headers = self.ewf.get_hash_values() or {}, self.ewf.get_header_values() or {}
        facts = tuple(sorted((name.replace("_", " "), str(value)) for name, value in headers.items() if value))
        return Stored(digests.get("MD5"), digests.get("SHA1"), facts=facts)

    def close(self) -> None:
        """Close libewf and the files."""
        with translated("the image cannot be closed"):
            self.ewf.close()
        self._close_streams()

    def _close_streams(self) -> None:
        for stream in self.streams:
            stream.close()


class LibewfMedium(Medium):
    """The disk in an image that libewf opened."""

    format = "e01"

    def __init__(self, handle: Handle) -> None:
        with translated("the image does not say how large the disk is"):
            size = int(handle.ewf.get_media_size())
            self._chunk = max(512, int(handle.ewf.get_chunk_size()))
        super().__init__(size)
        self._handle = handle
        self.stored = handle.stored()

    def warnings(self) -> Iterator[Problem]:
        """That damage may go unnoticed."""
        message = (
            "the image is of a kind that is read by libewf, which hands out damaged chunks as zeros without a word; verify it"
            " (--verify-image) before relying on what is missing"
        )
        yield Problem(kind="unsupported", stage="open", message=message)

    def files(self) -> tuple[Path, ...]:
        """The segment files, in order."""
        return self._handle.files()

    def close(self) -> None:
        """Close libewf and the files."""
        if not self.closed:
            self._handle.close()
        super().close()

    def _at(self, offset: int, size: int) -> bytes:
        try:
            return read_exactly(self._handle.ewf, offset, size)
        except (Malformed, Truncated, Unreadable):
            return b"".join(self._chunk_at(at, end - at) for at, end in self._chunks(offset, offset + size))

    def _chunks(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        while start < end:
            following = min(end, (start // self._chunk + 1) * self._chunk)
            yield start, following
            start = following

    def _chunk_at(self, offset: int, size: int) -> bytes:
        try:
            return read_exactly(self._handle.ewf, offset, size)
        except (Malformed, Truncated, Unreadable) as error:
            if any(not stream.path.exists() for stream in self._handle.streams):
                raise
            self._damaged(Damage(offset, size, str(error)))
            return bytes(size)


def read_exactly(source: Any, offset: int, size: int) -> bytes:  # noqa: ANN401  # a handle or a file entry of libewf
    """Bytes of a handle or a file entry. Raises Truncated, Malformed, Unreadable, Encrypted."""
    pieces, have = [], 0
    with translated(f"cannot be read at byte {offset}"):
        source.seek_offset(offset, 0)
        while have < size:
            piece = source.read_buffer(size - have)
            if not piece:
                raise Truncated(f"ends after {offset + have} bytes")
            pieces.append(piece)
            have += len(piece)
    return b"".join(pieces)


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """An error of libewf as one of ours: one line, without the names of its functions."""
    try:
        yield
    except (OSError, MemoryError, ValueError, OverflowError, TypeError, RuntimeError) as error:
        text = " ".join(_NOISE.sub("", str(error)).split())
        if "encrypt" in text.lower():
            raise Encrypted(f"{doing}: it is encrypted, which neither Sigap nor libewf opens") from error
        if "not supported" in text.lower() or "unsupported" in text.lower():
            raise Unsupported(f"{doing}: {text}") from error
        raise Malformed(f"{doing}: {text or 'libewf gave no reason'}") from error


def segments(path: Path) -> list[Path]:
    """The segment files beside one of them, in order, itself among them. Raises Unreadable."""
    own = _SUFFIX.search(path.name)
    if own is None:
        return [path]
    series, stem = own["series"].lower(), path.name[: own.start()].casefold()
    try:
        beside = [other for other in path.parent.iterdir() if other.is_file()]
    except OSError as error:
        raise Unreadable(f"{path.parent}: cannot be listed: {error.strerror}") from error
    found: dict[tuple[bool, str], Path] = {}
    for other in sorted(beside):
        match = _SUFFIX.search(other.name)
        if match and match["series"].lower() == series and other.name[: match.start()].casefold() == stem:
            number = match["number"].upper()
            found[not number.isdigit(), number] = other
    return [each for _, each in sorted(found.items())][:MOST_SEGMENTS] or [path]
