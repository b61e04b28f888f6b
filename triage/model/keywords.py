"""Keywords as a person lists them: one word, phrase or pattern a line. Pure text, no case.

A line between slashes (`/inv(oice)?-[0-9]+/`) is a pattern of Python's `re`, letters of either case. Patterns are run over evidence, so they
are bounded: a repetition finds at most `MOST_REPEATED` characters, none stands inside another, and nothing refers back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MOST_REPEATED = 64
MOST_REPETITIONS = 2  # that may take many characters or few, in one pattern: the time grows with their product
MOST_LINES = 20_000
LONGEST = 200

_NARROW = 4

_SLASHES = re.compile(r"/(.+)/")
_PIECE = re.compile(r"\\.|\[(?:\\.|[^\]\\])[^\]\\]*(?:\\.[^\]\\]*)*\]|\{(\d*),?(\d*)\}|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no keyword, and why: a key of the texts."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeywordFile:
    """What a file of keywords says."""

    words: tuple[str, ...]
    refused: tuple[Refused, ...]


def read_keywords(text: str) -> KeywordFile:
    """Words in the order of the file, each once; empty lines and lines that begin with # are none."""
    words: dict[str, None] = {}
    refused = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines()[:MOST_LINES], 1):
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        reason = why_refused(word)
        if reason:
            refused.append(Refused(number, word[:LONGEST], reason))
        else:
            words[word] = None
    return KeywordFile(tuple(words), tuple(refused))


def why_refused(word: str) -> str:
    """The reason why a line is no keyword; empty where it is one."""
    if len(word) > LONGEST:
        return "too_long"
    if "\0" in word or not any(character.isalnum() for character in word):
        return "says_nothing"
    pattern = pattern_of(word)
    return "no_pattern" if pattern is not None and compiled(pattern) is None else ""


def pattern_of(word: str) -> str | None:
    """What stands between slashes; None where it is an ordinary word."""
    found = _SLASHES.fullmatch(word)
    return found[1] if found else None


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """The bounded pattern; None where it is none, or could run on without end."""
    bounded = _bounded(pattern)
    if bounded is None or len(pattern) > LONGEST:
        return None
    try:
        return re.compile(bounded, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError):
        return None


def _bounded(pattern: str) -> str | None:
    """The pattern with every repetition bounded; None where one stands in another, there are too many, or it refers back."""
    if re.search(r"\\[1-9]|\(\?P[=<]|\(\?\(", pattern):
        return None
    out: list[str] = []
    repeats = [False]  # of the groups that are open: whether there is a repetition inside
    closed_with = False  # whether the group that has just been closed had one
    count = 0
    for match in _PIECE.finditer(pattern):
        piece = match[0]
        repeated = piece in {"*", "+"} or match[2] is not None
        if repeated and closed_with:
            return None
        closed_with = False
        if piece == "(":
            repeats.append(False)
        elif piece == ")" and len(repeats) > 1:
            closed_with = repeats.pop()
            repeats[-1] = repeats[-1] or closed_with
        elif repeated:
            repeats[-1] = True
            count += _wide(piece, match)
        out.append(_piece(piece, match))
    return "".join(out) if count <= MOST_REPETITIONS else None


def _wide(piece: str, match: re.Match[str]) -> bool:
    """Whether a repetition may be much longer than it must."""
    if match[2] is None:
        return True
    least = int(match[1] or 0)
    most = least if "," not in piece else int(match[2] or MOST_REPEATED)
    return most - least > _NARROW


def _piece(piece: str, match: re.Match[str]) -> str:
    if piece in {"*", "+"}:
        return f"{{{int(piece == '+')},{MOST_REPEATED}}}"
    if match[2] is None:
        return piece
    least = min(int(match[1] or 0), MOST_REPEATED)
    most = least if "," not in piece else min(int(match[2] or MOST_REPEATED), MOST_REPEATED)
    return f"{{{least},{max(least, most)}}}"
