"""Lists of keywords and kept questions of a case, and how often each word stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.queries.base import Reader
from triage.queries.search import Search, SearchWish

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class KeywordList:
    """A list that stands."""

    number: int
    name: str
    words: tuple[str, ...]
    original: str
    sha256: str
    at: str
    actor: str


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """A question that is kept."""

    number: int
    name: str
    question: str
    at: str
    actor: str


@dataclass(frozen=True, slots=True)
class KeywordHits:
    """One word of a list and where it stands: rows by kind (`SearchWish`). None: it was not looked for yet."""

    word: str
    kinds: dict[str, int]

    @property
    def rows(self) -> int:
        """Rows of every kind."""
        return sum(self.kinds.values())


class Keywords(Search, Reader):
    """Queries over what is searched for."""

    def keyword_lists(self) -> list[KeywordList]:
        """The lists that stand, in the order in which they came."""
        return self.rows(
            _keyword_list,
            "SELECT number, name, words, original, sha256, at, actor FROM v_keywords WHERE state = 'current' ORDER BY number",
        )

    def keyword_list(self, name: str) -> KeywordList:
        """The list of this name, or number. Raises UserError."""
        found = [each for each in self.keyword_lists() if name in {each.name, str(each.number)}]
        if not found:
            raise UserError(f"{name}: the case has no list of keywords of this name; 'triage keywords import' adds one")
        return found[-1]

    def kept_searches(self) -> list[KeptSearch]:
        """The questions that stand, in the order in which they were kept."""
        return self.rows(
            KeptSearch,
            "SELECT number, name, question, at, actor FROM v_kept_searches WHERE state = 'current' ORDER BY number",
        )

    def keyword_hits(self, words: tuple[str, ...], *, exhibit: str | None = None) -> Iterator[KeywordHits]:
        """How often each word stands in the case, one after the other."""
        for word in words:
            yield KeywordHits(word, self.found_counts(SearchWish(word, exhibit=exhibit)))


def _keyword_list(number: int, name: str, words: str, *more: str) -> KeywordList:
    return KeywordList(number, name, tuple(words.split("\n")), *more)
