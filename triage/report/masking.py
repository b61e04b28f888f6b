"""Names, numbers and files of protected persons, kept out of everything that leaves the case.

    mask = masking(queries, say)      # the texts of the report's language
    mask(text)                        # a pseudonym such as [Child 1] in the place of each name and number
    mask.hides(entry_id)              # whether a file is never pictured, not even blurred

`write_report` puts it behind `shown.visible` and `Queries.preview`, through which every renderer shows evidence; a renderer that writes exact
values beside them calls it itself.

Every renderer passes through it whatever comes from evidence or from persons: names, paths, messages, commands, notes. Names are found
whatever the case of their letters, with any sign or none between their parts, and with Indonesian endings (-nya, -ku ...);
numbers however they are written, with or without country code. What is not marked is not found: nicknames and accounts are marked
like names.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.queries import Queries
    from triage.queries.protected import ProtectedRow
    from triage.text import Say

_LETTER = r"[^\W\d_]"
_BETWEEN = r"(?:[\W_]|%[0-9A-Fa-f]{2}){0,8}"  # a locator writes bytes that are no text in percent escapes
_ENDING = r"(?=(?:nya|ku|mu|lah|kah|pun)?(?!" + _LETTER + "))"
_GAP = r"[\s().\-\u2010-\u2015]{0,4}"
_HOME = "62"  # country code of Indonesia: national numbers begin with 0 in its place


class Masking:
    """Puts pseudonyms in the place of what tells who a protected person is."""

    def __init__(self, rows: Sequence[ProtectedRow], say: Say) -> None:
        self._files = frozenset(int(row.value) for row in rows if row.kind == "file")
        told = sorted((row for row in rows if row.kind != "file"), key=lambda row: -len(row.value))
        self._words = [pseudonym(row, say) for row in told]
        patterns = "|".join(f"({_number(row.value) if row.kind == 'number' else _name(row.value)})" for row in told)
        self._pattern = re.compile(patterns, re.IGNORECASE) if patterns else None

    @property
    def active(self) -> bool:
        """Whether anything is protected."""
        return bool(self._pattern or self._files)

    def __call__(self, text: str) -> str:
        """The text with pseudonyms; unchanged where it tells nobody."""
        if self._pattern is None or not text:
            return text
        if not text.isascii():
            composed = unicodedata.normalize("NFC", text)
            text = composed if self._pattern.search(composed) else text
        return self._pattern.sub(self._word, text)

    @property
    def files(self) -> frozenset[int]:
        """The entries that `hides` is true of."""
        return self._files

    def hides(self, entry_id: int) -> bool:
        """Whether the file shows or names a protected person."""
        return entry_id in self._files

    def _word(self, match: re.Match[str]) -> str:
        return self._words[(match.lastindex or 1) - 1]


def masking(queries: Queries, say: Say, *, shown: bool = False) -> Masking:
    """The masking of a case. `shown`: identities stay in, for a report that was asked for with them. Raises CaseError."""
    return Masking([] if shown else queries.protected(), say)


def pseudonym(row: ProtectedRow, say: Say) -> str:
    """What stands in the place of a person: role and number, between brackets."""
    return f"[{say(f'protect.role_{row.role}')} {row.person}]"


def _name(value: str) -> str:
    parts = _BETWEEN.join(re.escape(part) for part in value.split())
    return f"(?<!{_LETTER}){parts}{_ENDING}"


def _number(value: str) -> str:
    """Digits with any usual separators between them; of a number of Indonesia, in its national and international forms."""
    digits = re.sub(r"\D", "", value)
    if re.match("00[1-9]", digits):
        digits = digits[2:]
    if digits.startswith(_HOME) and len(digits) > 8:
        core, before = digits[2:], rf"(?:(?:\+|00)?{_GAP}6{_GAP}2{_GAP}(?:\(?0\)?)?|0)?"
    elif digits.startswith("0") and len(digits) > 6:
        core, before = digits[1:], rf"(?:(?:\+|00)?{_GAP}6{_GAP}2{_GAP}|0)?"
    else:
        core, before = digits, r"(?:\+|00)?"
    return rf"(?<!\d){before}{_GAP}{_GAP.join(core)}(?!\d)"
