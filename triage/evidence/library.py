"""The libyal libraries behind one door: their errors translated, their volumes as media.

pybde, pyfvde, pyvslvm and pyfsapfs share one interface: `open_file_object`, `read_buffer_at_offset`, OSError for
whatever goes wrong, with a chain of C function names as its text. What our own stream below said comes back inside that
text; it is the more telling part and is kept.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from triage.errors import EvidenceError, Malformed, Truncated
from triage.evidence.medium import Medium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream

_OURS = re.compile(r"with error: (\w+)\((['\"])(.*?)\2\)")
_FAMILIES = {family.__name__: family for family in EvidenceError.__subclasses__()}
_FIRST = re.compile(r"\A\w+: ")
_NEXT = re.compile(r"\. lib\w+: ")


class LibraryVolume(Protocol):
    """What is asked of a volume of any of them."""

    def read_buffer_at_offset(self, size: int, offset: int, /) -> bytes:
        """At most `size` bytes."""
        ...


@contextmanager
def guarded(doing: str) -> Iterator[None]:
    """Whatever the library raises becomes an EvidenceError in one line that begins with `doing`."""
    try:
        yield
    except (OSError, ValueError, TypeError, OverflowError, UnicodeError, SystemError, RuntimeError) as error:
        raise translated(error, doing) from error


def translated(error: Exception, doing: str) -> EvidenceError:
    """An error of a library as one of ours."""
    text = " ".join(str(error).split())
    if ours := _OURS.search(text):
        return _FAMILIES.get(ours[1], Malformed)(f"{doing}: {ours[3]}")
    reason = _NEXT.split(_FIRST.sub("", text, count=1))
    family = Truncated if "unable to read" in text and "end of file" in text else Malformed
    return family(f"{doing}: {reason[1] if len(reason) > 1 else reason[0] or 'the library gave no reason'}")


class LibraryMedium(Medium):
    """The plain content of a volume that a library has opened. `size` in bytes; `below` is kept alive."""

    def __init__(self, volume: LibraryVolume, size: int, below: Stream, title: str) -> None:
        super().__init__(max(0, size))
        self._volume, self._below, self._title = volume, below, title

    def _at(self, offset: int, size: int) -> bytes:
        with guarded(f"{self._title}: cannot be read at byte {offset}"):
            data = self._volume.read_buffer_at_offset(size, offset)
        if not data:
            raise Truncated(f"{self._title}: ends at byte {offset} of {self.size}")
        return data if len(data) == size else data + self._at(offset + len(data), size - len(data))
