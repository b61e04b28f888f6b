"""Hand-overs: an exhibit passed from one hand to another, with the state of its seal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.statements.exhibits import number_of
from triage.statements.names import line, moment

if TYPE_CHECKING:
    from triage.case import Case

SEALS = ("intact", "broken", "opened", "resealed", "none")


@dataclass(frozen=True, slots=True)
class Handover:
    """One hand-over. `handed_at` with its zone; `seal` is one of `SEALS`; None: not stated."""

    giver: str
    receiver: str
    handed_at: str
    purpose: str
    seal: str
    seal_number: str | None = None
    place: str | None = None
    remark: str | None = None


def hand_over(case: Case, label: str, wish: Handover, *, corrects: int | None = None) -> int:
    """Keep a hand-over, in place of an earlier one where it `corrects` that. Returns its number. Raises UserError."""
    exhibit = number_of(case, label)
    _standing(case, exhibit, corrects)
    row = (exhibit, corrects, 0, *_checked(wish))
    return case.append("handover", label, {"handover": [row]}, {"corrects": corrects})[0]


def withdraw_handover(case: Case, label: str, number: int) -> None:
    """Take a hand-over back by a new row; the earlier one stays. Raises UserError."""
    exhibit = number_of(case, label)
    _standing(case, exhibit, number)
    case.append("handover", label, {"handover": [(exhibit, number, 1, *(None,) * 8)]}, {"withdraws": number})


def _checked(wish: Handover) -> tuple[str | None, ...]:
    if wish.seal not in SEALS:
        raise UserError(f"seal: {wish.seal!r} is not one of {', '.join(SEALS)}")
    needed = (
        line("from", wish.giver),
        line("to", wish.receiver),
        moment(wish.handed_at),
        line("purpose", wish.purpose),
    )
    free = (("seal_number", wish.seal_number), ("place", wish.place), ("remark", wish.remark))
    return (*needed, wish.seal, *(line(name, text, several=True) if text else None for name, text in free))


def _standing(case: Case, exhibit: int, number: int | None) -> None:
    if number is not None and not case.stands("handover", number, "exhibit_id", exhibit):
        raise UserError(
            f"hand-over {number} of this exhibit does not stand: it is not there, or was corrected or withdrawn"
        )
