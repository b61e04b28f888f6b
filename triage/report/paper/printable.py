"""Text as the fonts of the printed page can show it: archival PDF allows no character that no font has.

The fonts are those inside typst (Libertinus Serif, DejaVu Sans Mono, New Computer Modern); `reports/paper/glyphs.txt` lists what they
cover. Any other character is written as its code and, where Unicode gives it one, its name: `[U+1F64F person with folded hands]`.
What is written from right to left is isolated (Unicode Standard Annex 9), so that it cannot rearrange the words around it.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from triage.assets import report_asset

_OPEN, _CLOSE = "\u2068", "\u2069"  # first strong isolate, pop directional isolate
_JOINERS = dict.fromkeys(map(ord, "\u200d\ufe0e\ufe0f"))  # say how emoji are drawn; mean nothing where emoji are named
_RIGHT_TO_LEFT = {"R", "AL", "AN"}


def printable(value: object) -> object:
    """The same value (dictionaries, lists, text, numbers) with every text made printable."""
    if isinstance(value, str):
        return printable_text(value)
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list | tuple) else value


def printable_text(text: str) -> str:
    """Text without characters that the fonts lack."""
    if text.isascii():
        return text
    if not _covered().issuperset(text):
        text = text.translate(_JOINERS)
    plain = "".join(character if character in _covered() else _named(character) for character in text)
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in plain):
        return f"{_OPEN}{plain}{_CLOSE}"
    return plain


def _named(character: str) -> str:
    name = unicodedata.name(character, "").lower()
    code = f"U+{ord(character):04X}"
    ideograph = name.startswith(("cjk", "hangul"))  # their names say nothing more than their codes
    return f"[{code}]" if not name or ideograph else f"[{code} {name}]"


@cache
def _covered() -> frozenset[str]:
    """Every character that the fonts have: lines of `first-last` in hexadecimal."""
    found: set[str] = {"\t", "\n"}
    for line in report_asset("paper", "glyphs.txt").read_text(encoding="ascii").split():
        first, _, last = line.partition("-")
        found.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(found)
