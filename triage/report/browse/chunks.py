"""Rows in chunks that a page loads one at a time: JavaScript that hands arrays to the one function `sigap`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from triage.report.shown import FULL_LIMIT, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from triage.report.masking import Masking

PICTURE = "data:image/jpeg;base64,"
FACETS = 60  # a column with more values than this is searched, not chosen from
MULTILINE = "\n\t\u200d"  # U+200D joins the parts of emoji


@dataclass(frozen=True, slots=True)
class DataSet:
    """What the page knows of a set of rows before it loads any: how many, how many in a chunk, and the values of some columns."""

    name: str
    columns: tuple[str, ...]
    size: int
    total: int
    facets: dict[str, list[str]] = field(default_factory=dict)

    def told(self) -> dict[str, object]:
        """As the page takes it."""
        return {"columns": self.columns, "size": self.size, "total": self.total, "facets": self.facets}


@dataclass(frozen=True, slots=True)
class Chunks:
    """The folder of the data; `mask` puts pseudonyms for what protected persons are known by."""

    folder: Path
    mask: Masking

    def write(
        self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, size: int, by: Sequence[str] = ()
    ) -> DataSet:
        """Write rows as `<folder>/<name>/<number>.js`; `by` are the columns that one may choose by. Raises OSError."""
        (self.folder / name).mkdir(parents=True)
        total, seen = 0, {columns.index(each): set[str]() for each in by}
        masked = ([self._masked(value) for value in row] for row in rows) if self.mask.active else rows
        for number, chunk in enumerate(_chunks(iter(masked), size)):
            total += len(chunk)
            for at, values in seen.items():
                if len(values) <= FACETS:
                    values.update(str(row[at]) for row in chunk if row[at] is not None)
            text = f"sigap({json.dumps(name)},{number},{script_json(chunk)});\n"
            (self.folder / name / f"{number}.js").write_text(text, encoding="ascii")
        facets = {columns[at]: sorted(values) for at, values in seen.items() if 1 < len(values) <= FACETS}
        return DataSet(name, tuple(columns), size, total, facets)

    def _masked(self, value: object) -> object:
        if isinstance(value, list | tuple):
            return [self._masked(each) for each in value]
        return self.mask(value) if isinstance(value, str) and not value.startswith(PICTURE) else value


def plain(value: object, *, lines: bool = False) -> object:
    """A value of a view as the page shows it: hidden characters as escapes, very long text cut with a note, bytes in hexadecimal."""
    if isinstance(value, bytes):
        value = value.hex()
    if not isinstance(value, str):
        return value
    shown = visible(value[:FULL_LIMIT], keep=MULTILINE if lines else "")
    return shown if len(value) <= FULL_LIMIT else f"{shown} … [{len(value)}]"


def script_json(value: object) -> str:
    """JSON that is also JavaScript, and that no page can mistake for markup: ASCII, no `<`."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")


def _chunks(rows: Iterator[Sequence[object]], size: int) -> Iterator[list[Sequence[object]]]:
    while chunk := list(islice(rows, size)):
        yield chunk
