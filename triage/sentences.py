"""Sentences that were stored in English while evidence was examined, shown in the language of the person.

What a run stores does not depend on who looks at it, so explanations and problems are English in the case database. `resources/sentences`
pairs each with its form in another language. A sentence is shown in that form where all of it is known; else as it is stored: half a
sentence would be a guess.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from triage.assets import resource

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE = re.compile(r"\\{([a-z]+)([0-9]?)\\}")
_PATTERNS = {"n": "[0-9][0-9.,]*", "kind": "[a-z]+"}
_WHERE = re.compile(r"([^\s:]{1,80}): (.+)", re.DOTALL)
MOST = 2000  # characters; longer ones are shown as they are stored
DEEPEST = 6  # sentences behind and inside one another


@dataclass(frozen=True, slots=True)
class Known:
    """A sentence and its form in another language, with the names of its places."""

    pattern: re.Pattern[str]
    form: str


def told(text: str, language: str) -> str:
    """The sentence in this language where it is known, else as it is."""
    if language == "en" or not text or len(text) > MOST:
        return text
    return _found(text, language, 0) or text


def _found(text: str, language: str, depth: int) -> str | None:
    if depth > DEEPEST:
        return None
    known, words = _catalogue(language)
    for each in known:
        for match in (each.pattern.match(text), each.pattern.fullmatch(text)):
            shown = _filled(each, match, words, language, depth) if match else None
            rest = text[match.end() :].strip() if match else ""
            more = _found(rest, language, depth + 1) if rest else ""
            if shown and more is not None:
                return f"{shown} {more}".rstrip()
    if (inside := _WHERE.fullmatch(text)) and (shown := _found(inside[2], language, depth + 1)):
        return f"{inside[1]}: {shown}"
    return None


def _filled(known: Known, match: re.Match[str], words: Mapping[str, str], language: str, depth: int) -> str | None:
    values = {}
    for name, value in match.groupdict().items():
        role = name.rstrip("0123456789")
        filled: str | None = value
        if role == "inner":
            filled = _found(value, language, depth + 1)
        elif role == "kind":
            filled = words.get(value)
        elif role == "digests":
            filled = value.replace(" and ", " dan ")
        if filled is None:
            return None
        values[name] = filled
    return known.form.format_map(values)


@cache
def _catalogue(language: str) -> tuple[tuple[Known, ...], Mapping[str, str]]:
    data = tomllib.loads(resource("sentences", f"{language}.toml").read_text(encoding="utf-8"))
    known = tuple(Known(_pattern(each["en"]), each[language]) for each in data["sentence"])
    return known, data["words"]


def _pattern(sentence: str) -> re.Pattern[str]:
    """Places are as short as they can be; the whole text has to be known in the end, so a wrong one brings nothing."""
    text = _PLACE.sub(lambda found: f"(?P<{found[1]}{found[2]}>{_PATTERNS.get(found[1], '.+?')})", re.escape(sentence))
    return re.compile(f"{text}(?= |$)", re.DOTALL)
