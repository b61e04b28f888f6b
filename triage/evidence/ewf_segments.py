"""The segment files of an EWF image: which files belong together, and reading them.

Names (libewf, "Expert Witness Compression Format", Segment file extensions): `.E01` to `.E99`, then `.EAA` to `.EZZ`, `.FAA` to
`.ZZZ`; SMART has `.s01` and the same rule. Letters of either case. The header of each file has its number too.

Segments are read, not memory-mapped: a read error of the examiner's disk is then an error of one read and not the end of the
process, and an image of any size adds nothing to the memory of the process. Safe for several threads.
"""

from __future__ import annotations

import struct
import threading
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from triage.errors import Unreadable
from triage.evidence.streams import count_taken

if TYPE_CHECKING:
    from pathlib import Path

SIGNATURE = b"EVF\x09\x0d\x0a\xff\x00"
HEADER = 13
FIRST_IN_LETTERS = 100
_OPEN_FILES = 32
_LETTERS = 26


class Gone(Unreadable):
    """A segment file that was there is not there any more: unplugged, share lost. No damage of the image."""


class Segments:
    """All segment files of one image by number, the first few dozen of them open at a time."""

    def __init__(self, paths: dict[int, Path]) -> None:
        self.paths = paths
        self.sizes: dict[int, int] = {}
        self._handles: OrderedDict[int, BinaryIO] = OrderedDict()
        self._lock = threading.Lock()
        for number, path in paths.items():
            with suppress(OSError):  # one that cannot be reached counts as missing
                self.sizes[number] = path.stat().st_size

    @property
    def last(self) -> int:
        """The highest number."""
        return max(self.paths)

    def missing(self) -> list[int]:
        """The numbers that should be there and are not."""
        return [number for number in range(1, self.last + 1) if number not in self.sizes]

    def read(self, number: int, offset: int, size: int) -> bytes:
        """At most `size` bytes at an offset of one segment; fewer at its end. Raises Unreadable, Gone."""
        try:
            with self._lock:
                handle = self._handle(number)
                handle.seek(offset)
                data = handle.read(size)
                count_taken(len(data))
                return data
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            family = Unreadable if self.paths[number].exists() else Gone
            raise family(f"{self.paths[number].name} cannot be read at byte {offset}: {reason}") from error

    def close(self) -> None:
        """Close the files; a later read opens them again."""
        with self._lock:
            while self._handles:
                self._handles.popitem()[1].close()

    def _handle(self, number: int) -> BinaryIO:
        handle = self._handles.get(number)
        if handle is None:
            handle = self.paths[number].open("rb", buffering=0)
            if len(self._handles) >= _OPEN_FILES:
                self._handles.popitem(last=False)[1].close()
            self._handles[number] = handle
        self._handles.move_to_end(number)
        return handle


def find_segments(path: Path) -> Segments:
    """The segments that lie beside `path`, which may be any of them. Raises Unreadable where the folder cannot be listed."""
    series = "S" if path.suffix[1:2].upper() == "S" else "E"
    own = _number(path.suffix, series)
    if own is None:
        return Segments({1: path})
    named: dict[int, Path] = {own: path}
    try:
        for other in sorted(path.parent.iterdir()):
            number = _number(other.suffix, series)
            if number is not None and other.stem.casefold() == path.stem.casefold() and other.is_file():
                named.setdefault(number, other)
    except OSError as error:
        raise Unreadable(f"{path.parent}: cannot be listed: {error.strerror}") from error
    return Segments(_believed(dict(sorted(named.items())), own))


def _number(suffix: str, series: str) -> int | None:
    """The number of a segment by its name, where the series starts at E or S; None where it is not the name of a segment."""
    text = suffix[1:].upper()
    if len(text) != 3 or not text.isascii():
        return None
    if text[1:].isdigit():
        return int(text[1:]) or None if text[0] == series else None
    if not text.isalpha() or text[0] < series:
        return None
    first, second, third = ord(text[0]) - ord(series), ord(text[1]) - ord("A"), ord(text[2]) - ord("A")
    return FIRST_IN_LETTERS + (first * _LETTERS + second) * _LETTERS + third


def _believed(named: dict[int, Path], own: int) -> dict[int, Path]:
    """Leave out files that only look like segments (`disk.log`); take the numbers in the headers where they are complete.

    Names get changed, headers get damaged: only numbers that leave no doubt overrule the names.
    """
    by_name: dict[int, Path] = {}
    inside: dict[int, Path] = {}
    for number, path in named.items():
        stated = _stated(path)
        if stated is not None or number < FIRST_IN_LETTERS or number == own or number - 1 in by_name:
            by_name[number] = path
        if stated is not None:
            inside[stated] = path
    complete = sorted(inside) == list(range(1, len(by_name) + 1))
    return dict(sorted(inside.items())) if complete else by_name


def _stated(path: Path) -> int | None:
    """The number in the file header; None where there is no such header."""
    with suppress(OSError), path.open("rb") as stream:
        head = stream.read(HEADER)
        if len(head) == HEADER and head.startswith(SIGNATURE):
            return int(struct.unpack_from("<H", head, 9)[0])
    return None
