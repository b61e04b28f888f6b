"""What a person typed into the search box, as SQLite understands it: no text can break out of it.

Words stand for every word that begins with them; all of them must occur. "Quoted words" stand for themselves, side by side and in
this order. Indonesian derives words with prefixes as well as suffixes, so a word also stands for its stem with the
prefixes of the language: `kirim` finds dikirim, mengirim, pengiriman, terkirim; and `dikirim` finds kirim. This is done to the question,
not to the index: the text is indexed as it stands. The rules of sound (meN-, peN-) are those of the language's grammar; words
that change within, and English words that do (sent, send), are not brought together. Quote a word to have it alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.fulltext import FEWEST_DIGITS
from triage.model.keywords import compiled, pattern_of

MOST_TERMS = 16
LONGEST = 100  # characters of a term

_TERMS = re.compile(r'"([^"]*)"|(\S+)')
_NUMBER = re.compile(r"[\d\s()+./-]+")
_PLAIN_PREFIXES = ("di", "ter", "ber", "ke", "se", "per", "diper", "memper")
_SHORTEST_STEM = 4
_SUFFIXES = (
    ("kannya", 4),
    ("annya", 4),
    ("nya", 4),
    ("kan", 4),
    ("lah", 5),
    ("kah", 5),
    ("pun", 5),
    ("an", 4),
    ("i", 5),
)
_SYLLABLE = re.compile(
    r"[aeiou]|[bcdfghjklmnpqrstvwxyz][aeiou]|(?:ny|ng|sy|kh|str|pr|tr|kr|kl|pl|gr|dr|br|bl|st|sk|sp)[aeiou]"
)

# How meN- and peN- meet the first letter of a stem: the letter, what stands before it, and whether the letter falls away.
_NASALS: tuple[tuple[str, str, bool], ...] = (
    ("p", "m", True),
    ("b", "m", False),
    ("f", "m", False),
    ("t", "n", True),
    ("c", "n", False),
    ("d", "n", False),
    ("j", "n", False),
    ("z", "n", False),
    ("s", "ny", True),
    ("k", "ng", True),
    ("g", "ng", False),
    ("h", "ng", False),
    *((vowel, "ng", False) for vowel in "aeiou"),
    *((letter, "", False) for letter in "lmnrwy"),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """`words` is an expression for FTS5, None where nothing was asked; `parts` are to be contained, or `digits` are.

    `pattern` (the question stood between slashes) takes the place of all of them.
    """

    words: str | None
    parts: tuple[str, ...]
    digits: str = ""
    pattern: str = ""


def terms_of(text: str) -> Terms:
    """The terms of a question. Never raises."""
    text = text.replace("\0", " ").encode("utf-8", "replace").decode()  # an argument may hold bytes that are no text
    pattern = pattern_of(text.strip())
    if pattern is not None and compiled(pattern) is not None:
        return Terms("", (), pattern=pattern)
    found = [(phrase, word) for phrase, word in _TERMS.findall(text) if _says_something(phrase or word)][:MOST_TERMS]
    if not found:
        return Terms(None, ())
    parts = tuple((phrase or word)[:LONGEST] for phrase, word in found)
    if digits := _number(text):
        return Terms(f"{_number_words(digits)} OR {_exact(text)} *", (), digits)
    return Terms(" AND ".join(_exact(phrase) if phrase else _word(word[:LONGEST]) for phrase, word in found), parts)


def forms(word: str) -> tuple[str, ...]:
    """The word, its stem and the stem with the prefixes of Indonesian; each stands for what begins with it."""
    lower = word.lower()
    if not re.fullmatch(r"[a-z]{4,}", lower):
        return (word,)
    bases = dict.fromkeys((lower, _without_suffix(lower)))
    stems = [stem for base in bases for stem in _without_prefix(base) or [base]]
    found = [*bases, *stems, *(prefix + stem for stem in stems for prefix in _PLAIN_PREFIXES)]
    found += [nasal for stem in stems for nasal in _nasalised(stem)]
    kept: list[str] = []
    for form in sorted(set(found), key=lambda each: (len(each), each)):
        if not any(form.startswith(shorter) for shorter in kept):
            kept.append(form)
    return tuple(kept)


def _says_something(term: str) -> bool:
    return any(character.isalnum() for character in term)


def _exact(phrase: str) -> str:
    return '"' + phrase[: LONGEST * 4].replace('"', '""') + '"'


def _word(word: str) -> str:
    return "(" + " OR ".join(f"{_exact(form)} *" for form in forms(word)) + ")"


def _number(text: str) -> str:
    """The digits of a question that is a number, without the signs of a call from within or without Indonesia."""
    digits = re.sub(r"\D", "", text)
    if not _NUMBER.fullmatch(text) or len(digits) < FEWEST_DIGITS:
        return ""
    bare = digits.removeprefix("00") if digits.startswith("0062") else digits.removeprefix("0")
    return bare.removeprefix("62") if len(bare) > 9 else bare


def _number_words(digits: str) -> str:
    return " OR ".join(f"{_exact(prefix + digits)} *" for prefix in ("", "0", "62"))


def _without_suffix(word: str) -> str:
    """The word without the first suffix that leaves enough of it."""
    for suffix, fewest in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= fewest:
            return word.removesuffix(suffix)
    return word


def _without_prefix(word: str) -> list[str]:
    """What the word may be derived from: each reading of its beginning that leaves a possible stem."""
    found = [word.removeprefix(prefix) for prefix in _PLAIN_PREFIXES if word.startswith(prefix)]
    found += [word[2:] for head in ("ber", "ter") if word.startswith(head)]  # ber- and ter- lose an r before another
    for letter, nasal, falls in _NASALS:
        for head in (f"me{nasal}", f"pe{nasal}"):
            rest = word.removeprefix(head)
            if rest != word:
                found += [letter + rest] if falls else [rest] if rest.startswith(letter) else []
    return [stem for stem in found if len(stem) >= _SHORTEST_STEM and _SYLLABLE.match(stem)]


def _nasalised(stem: str) -> list[str]:
    return [
        head + nasal + (stem[1:] if falls else stem)
        for letter, nasal, falls in _NASALS
        if stem.startswith(letter)
        for head in ("me", "pe", "di" + "pe")
    ]
