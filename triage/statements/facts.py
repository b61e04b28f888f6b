"""Facts of the case as a whole: its number, agency, examiners, the letters and articles it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.statements.names import CASE_FACTS, checked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from triage.case import Case


def set_case(case: Case, facts: Mapping[str, Sequence[str]]) -> None:
    """State facts of the case; an earlier value of the same fact is corrected by it, no value withdraws it. Raises UserError."""
    kept = {key: checked(CASE_FACTS, key, values) for key, values in facts.items()}
    if kept:
        rows = rows_of(None, kept, case.next_number("stated"))
        case.append("case.facts", case.folder.name, {"stated": rows}, {"facts": {key: list(kept[key]) for key in kept}})


def rows_of(exhibit: int | None, facts: Mapping[str, Sequence[str]], first: int) -> list[tuple[object, ...]]:
    """Rows of table `stated`: one a value; the act of a fact is the number of its first row."""
    rows: list[tuple[object, ...]] = []
    for key, values in facts.items():
        act = first + len(rows)
        rows += [(exhibit, act, key, position, value) for position, value in enumerate(values or (None,))]
    return rows
