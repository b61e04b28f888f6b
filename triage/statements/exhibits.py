"""Exhibits: the seized things, and what is stated about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.statements.facts import rows_of
from triage.statements.names import EXHIBIT_FACTS, checked, line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from triage.case import Case

LONGEST_LABEL = 120


def add_exhibit(case: Case, label: str, facts: Mapping[str, Sequence[str]]) -> int:
    """A new exhibit with its facts; `scan --exhibit` with this label belongs to it. Returns its number. Raises UserError."""
    label = line("label", label)
    if len(label) > LONGEST_LABEL:
        raise UserError(f"label: {len(label)} characters are more than the {LONGEST_LABEL} that a label can have")
    if case.exhibit_number(label) is not None:
        raise UserError(
            f"{label}: there is an exhibit with this label; 'triage exhibit set' corrects what is said of it"
        )
    kept = {key: checked(EXHIBIT_FACTS, key, values) for key, values in facts.items()}
    number = case.next_number("exhibit")
    rows: dict[str, Sequence[Sequence[object]]] = {
        "exhibit": [(label,)],
        "stated": rows_of(number, kept, case.next_number("stated")),
    }
    case.append("exhibit", label, rows, {"facts": {key: list(kept[key]) for key in kept}})
    return number


def set_exhibit(case: Case, label: str, facts: Mapping[str, Sequence[str]]) -> None:
    """State facts of an exhibit; an earlier value is corrected by it, no value withdraws it. Raises UserError."""
    kept = {key: checked(EXHIBIT_FACTS, key, values) for key, values in facts.items()}
    rows = rows_of(number_of(case, label), kept, case.next_number("stated"))
    if rows:
        case.append("exhibit.facts", label, {"stated": rows}, {"facts": {key: list(kept[key]) for key in kept}})


def number_of(case: Case, label: str) -> int:
    """The number of an exhibit. Raises UserError where no exhibit has this label."""
    number = case.exhibit_number(label)
    if number is None:
        raise UserError(f"{label}: there is no exhibit with this label; 'triage exhibit add' makes it")
    return number
