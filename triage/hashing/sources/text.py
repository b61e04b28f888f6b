"""Lists as text: many lines at once where they are of one pattern, else line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.hashing.record import KNOWN
from triage.hashing.sources.lines import line_blocks
from triage.hashing.sources.packed import column_pattern, plain_pattern, take
from triage.hashing.sources.rows import Row, RowParser

if TYPE_CHECKING:
    from triage.hashing.intake import Intake
    from triage.hashing.sources.origin import Origin
    from triage.hashing.sources.packed import Pattern

_MALICIOUS = b'"M"'


def read_text(origin: Origin, intake: Intake) -> None:
    """Every line of the source. Raises OSError."""
    reading = _Reading(intake)
    with origin.stream() as stream:
        for block in line_blocks(stream):
            reading.take(block)


class _Reading:
    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._parser = RowParser(known=intake.kind == KNOWN)
        self._line = 0

    def take(self, block: bytes) -> None:
        """A block of whole lines."""
        if self._line == 0:
            block = self._first_lines(block)
        pattern = self._pattern(block)
        suspect = _MALICIOUS if self._parser.columns and "special" in self._parser.columns.others else b""
        taken = take(block, pattern, names=self._intake.names, suspect=suspect) if pattern else None
        if pattern is None or taken is None:
            for line in _split(block):
                self._take_line(line)
            return
        first = self._line + 1
        self._intake.add_packed(
            pattern.columns,
            taken.values,
            range(first, first + len(taken.values)) if not taken.left else (taken.lines + first).tolist(),
            taken.names,
        )
        self._parser.started()
        for number, line in taken.left:
            self._line = first - 1 + number
            self._take_line(line)
        self._line = first - 1 + len(taken.lines) + len(taken.left)

    def _first_lines(self, block: bytes) -> bytes:
        """Take what comes before the first row: comments and the header. Returns the rest."""
        while block:
            line, _, rest = block.partition(b"\n")
            if self._parser.plain and plain_pattern(line + b"\n"):
                return block
            self._take_line(line)
            block = rest
            if not self._parser.plain and not line.startswith(b"%"):
                return block
        return block

    def _pattern(self, block: bytes) -> Pattern | None:
        line = block[: block.find(b"\n") + 1]
        columns = self._parser.columns
        if columns is None:
            return plain_pattern(line)
        return column_pattern(columns, line, digests_only=not self._intake.names)

    def _take_line(self, line: bytes) -> None:
        self._line += 1
        row = self._parser.parse(line)
        if isinstance(row, Row):
            values, name, detail, size, category = row
            self._intake.add(self._line, values, name=name, detail=detail, size=size, category=category)
        elif row is not None:
            self._intake.refuse(self._line, row)


def _split(block: bytes) -> list[bytes]:
    lines = block.split(b"\n")
    return lines if lines[-1] else lines[:-1]
