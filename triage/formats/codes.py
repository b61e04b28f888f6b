"""Numbers that apps store, in words. An unknown number is never a default word: it says that it is unknown and which it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats import cells

if TYPE_CHECKING:
    from collections.abc import Mapping

IN_OUT: Mapping[int, str] = {0: "in", 1: "out"}


def direction(value: object, words: Mapping[int, str] = IN_OUT) -> str:
    """`in`, `out` or `unknown`; an empty cell never becomes `in`."""
    number = cells.integer(value)
    return "unknown" if number is None else words.get(number, "unknown")


def kind(value: object, words: Mapping[int, str]) -> str:
    """The word of a number; `unknown (n)` for another number, `unknown` where there is none."""
    number = cells.integer(value)
    return "unknown" if number is None else words.get(number, f"unknown ({number})")
