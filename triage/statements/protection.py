"""Whose identity reports do not show: names, numbers and files of a person, who stands there under a pseudonym.

The custody log, which reports print, names the person by number and never says a value; its digest over the rows cannot be tried
out either, because each row carries a random salt.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.statements.names import line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.case import Case

ROLES = ("child", "victim", "witness", "reporter", "other")
NAME, NUMBER, FILE = "name", "number", "file"
SHORTEST_NAME, SHORTEST_NUMBER = 2, 5  # characters, digits: shorter ones would hide half of every report

Sign = tuple[str, str]  # kind and value


def protect(case: Case, signs: Sequence[Sign], *, role: str, person: int | None = None) -> int:
    """Protect what tells who a person is; `person` adds to one who is protected already. Returns the number. Raises UserError."""
    if role not in ROLES:
        raise UserError(f"role: {role!r} is not one of {', '.join(ROLES)}")
    kept = [(kind, _checked(kind, value)) for kind, value in signs]
    if not kept:
        raise UserError("name at least one name, number or file of the person")
    last = case.last_person()
    if person is not None and not 1 <= person <= last:
        raise UserError(f"person {person}: nobody is protected under this number")
    number = person or last + 1
    _add(case, number, role, kept, removed=False)
    return number


def unprotect(case: Case, person: int, signs: Sequence[Sign]) -> None:
    """Take protection back by new rows. Raises UserError."""
    if not signs:
        raise UserError(f"person {person}: nothing of this person is protected")
    _add(case, person, "other", signs, removed=True)


def _add(case: Case, person: int, role: str, signs: Sequence[Sign], *, removed: bool) -> None:
    rows = [(person, role, kind, value, int(removed), secrets.token_hex(16)) for kind, value in signs]
    told = {"person": person, "role": role, "kinds": sorted({kind for kind, _ in signs})}
    case.append("protect.remove" if removed else "protect", f"person {person}", {"protected": rows}, told)


def _checked(kind: str, value: str) -> str:
    text = line(kind, value)
    if kind == NAME and len(text) < SHORTEST_NAME:
        raise UserError(f"name: {text!r} is too short to be hidden without hiding other words")
    if kind == NUMBER and len(re.sub(r"\D", "", text)) < SHORTEST_NUMBER:
        raise UserError(f"number: {text!r} has fewer than {SHORTEST_NUMBER} digits")
    return text
