"""What the values of a column look like: written text, times, few repeated values. Statistics over a sample of rows, no guesses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.formats import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

# Unit and the numbers that are times from 2005-01-01 to 2036-01-01 in it. The ranges do not overlap.
TIME_RANGES: dict[str, tuple[float, float]] = {
    "s Cocoa": (126_230_400, 1_104_537_600),
    "s Unix": (1_104_537_600, 2_082_758_400),
    "ms Unix": (1_104_537_600_000, 2_082_758_400_000),
    "us Unix": (1_104_537_600_000_000, 2_082_758_400_000_000),
    "ns Unix": (1_104_537_600_000_000_000, 2_082_758_400_000_000_000),
}
_UNWRITTEN = re.compile(
    r"\s*(?:[\[{<].*[\]}>]|\w+://\S+|(?:/[\w.@ +-]+){2,}|[0-9a-f]{16,}|[0-9a-f-]{32,}|[A-Za-z0-9+/_-]{24,}=*|[\w$]+(?:\.[\w$]+){2,}|[\d\s.,:+-]+)\s*\Z",
    re.IGNORECASE | re.DOTALL,
)  # JSON and markup, addresses, paths, hashes, identifiers, Base64, package names, numbers
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column with the values that a sample of its rows has, NULL left out. `rows` is the size of the sample."""

    name: str
    values: tuple[object, ...]
    rows: int

    @property
    def filled(self) -> float:
        """The share of rows that have a value."""
        return len(self.values) / self.rows if self.rows else 0.0

    @property
    def distinct(self) -> int:
        """How many different values."""
        return len(set(self.values))

    def written(self) -> float:
        """The share of values that a person may have written; of an empty column none."""
        texts = [each for each in self.values if isinstance(each, str) and each.strip()]
        if not texts or len(texts) < len(self.values) / 2:
            return 0.0
        return sum(map(_is_written, texts)) / len(texts)

    def several_words(self) -> float:
        """The share of values of two words and more."""
        texts = [each for each in self.values if isinstance(each, str) and each.strip()]
        return sum(len(each.split()) > 1 for each in texts) / len(texts) if texts else 0.0

    def unit(self) -> str | None:
        """The unit in which at least nine of ten values are times; 0 and -1 count as none. Two values have to differ."""
        numbers = [found for each in self.values if (found := _number(each)) is not None and found not in {0, -1}]
        if not numbers or len(numbers) < len(self.values) / 2 or (len(numbers) > 2 and len(set(numbers)) == 1):
            return None
        return next((unit for unit in TIME_RANGES if _share(numbers, *TIME_RANGES[unit]) >= 0.9), None)


def _is_written(text: str) -> bool:
    return _LETTER.search(text) is not None and _UNWRITTEN.match(text) is None


def _number(value: object) -> float | None:
    found = cells.integer(value)
    return found if found is not None else cells.real(value)


def _share(numbers: Sequence[float], low: float, high: float) -> float:
    return sum(low <= each < high for each in numbers) / len(numbers)
