"""Names and details of rows: texts on disk, named by where they begin.

    names.text     names of files, as the source has them
    details.text   what else a row says, each as canonical JSON (see `details`)

Each text is UTF-8 and ends with a zero byte; the file begins with one, so that place 0 is the empty text. They are written as they
come. A detail seen before keeps its place, so that categories cost little.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.hashing.storage import Reader, Storage, Writer

NAMES_FILE, DETAILS_FILE = "names.text", "details.text"
NAME_BYTES = 1024
DETAIL_BYTES = 1 << 16
REMEMBERED = 500_000  # details known by heart; a detail past these may be written again
PIECE = 4096


class Texts:
    """A new file of texts; made when the first text comes."""

    def __init__(self, storage: Storage, name: str, *, most: int, remember: bool) -> None:
        self._storage, self._name, self._most = storage, name, most
        self._places: dict[bytes, int] | None = {} if remember else None
        self._writer: Writer | None = None
        self._end = 1

    def place(self, text: bytes) -> int:
        """Where the text begins; it is cut to the bytes that fit. Raises OSError."""
        if not text:
            return 0
        if self._places is not None and (known := self._places.get(text)):
            return known
        place = self._write(text.replace(b"\0", b"")[: self._most])
        if self._places is not None and len(self._places) < REMEMBERED:
            self._places[text] = place
        return place

    def places(self, texts: list[bytes]) -> list[int]:
        """Where each of many texts begins."""
        return [self.place(text) for text in texts]

    def go_on(self, reader: Reader) -> None:
        """Begin with the texts of an older list, each at its place."""
        for start in range(0, reader.size, 1 << 20):
            self._opened().write(reader.read(start, min(start + (1 << 20), reader.size)))
        self._end = reader.size

    def close(self) -> None:
        """To be called once, whatever happened. Raises OSError."""
        if self._writer:
            self._writer.close()
            self._writer = None

    def _write(self, text: bytes) -> int:
        writer = self._opened()
        if self._end == 1:
            writer.write(b"\0")
        writer.write(text + b"\0")
        place, self._end = self._end, self._end + len(text) + 1
        return place

    def _opened(self) -> Writer:
        if self._writer is None:
            self._writer = self._storage.create(self._name)
        return self._writer


def text_at(reader: Reader | None, place: int) -> bytes:
    """The text that begins there; empty where there is none. Raises OSError."""
    if reader is None or not place:
        return b""
    found = b""
    while place < reader.size:
        piece = bytes(reader.read(place, min(place + PIECE, reader.size)))
        end = piece.find(b"\0")
        if end >= 0:
            return found + piece[:end]
        found += piece
        place += len(piece)
    return found


def places_of(reader: Reader | None, text: bytes) -> list[int]:
    """Where a text begins, each time it was written. Reads the whole file. Raises OSError."""
    if reader is None:
        return []
    whole = reader.array().tobytes()
    return [match.start() for match in re.finditer(rb"(?<=\0)%s(?=\0)" % re.escape(text), whole)]
