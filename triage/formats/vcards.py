"""Contact cards (vCard 2.1 to 4.0) in a line: names and numbers. Reference: RFC 6350, RFC 2426 (mark A)."""

from __future__ import annotations

import quopri
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_CARDS = 256
_LONGEST = 1 << 20  # characters of one card
_FOLD = re.compile(r"\r?\n[ \t]")


def shown(cards: Iterable[object]) -> str | None:
    """Each card as `Name (number, number)`, in their order; None where none says anything."""
    lines = [line for card in cards if isinstance(card, str) for line in _lines(card)]
    return "\n".join(lines[:MOST_CARDS]) or None


def people(text: str) -> Iterator[dict[str, list[str]]]:
    """The cards of a text by property: FN, N, TEL, EMAIL, NOTE, ORG and others, each with its values in their order."""
    for card in text.split("BEGIN:VCARD")[1:]:
        found: dict[str, list[str]] = {}
        for name, value in _properties(card[:_LONGEST]):
            if name not in {"VERSION", "END", "PHOTO"}:
                found.setdefault(name, []).append(value.removeprefix("tel:"))
        yield found


def _lines(text: str) -> Iterator[str]:
    """One line per card in a text: an app may put several into one."""
    for card in text[:_LONGEST].split("BEGIN:VCARD"):
        name, numbers = "", []
        for prop, value in _properties(card):
            if prop == "FN" or (prop == "N" and not name):
                name = value.replace(";", " ").strip() if prop == "N" else value
            elif prop in {"TEL", "EMAIL"}:
                numbers.append(value.removeprefix("tel:"))
        if name or numbers:
            yield f"{name} ({', '.join(numbers)})".strip() if numbers else name


def _properties(card: str) -> Iterator[tuple[str, str]]:
    for line in _FOLD.sub("", card).splitlines():
        head, colon, value = line.partition(":")
        if not colon or not value.strip():
            continue
        name, _, parameters = head.partition(";")
        if "QUOTED-PRINTABLE" in parameters.upper():
            value = quopri.decodestring(value.encode("ascii", "ignore")).decode("utf-8", "replace")
        yield name.rpartition(".")[2].upper(), value.replace("\\,", ",").replace("\\;", ";").strip()
