"""Lines of conversations that an examiner chooses for the report. Taken back by a new row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.case import Case

TOGETHER = 20_000  # rows of one custody event

Line = tuple[int, int]  # the entry that the message was read from, the message


def choose_lines(case: Case, lines: Sequence[Line]) -> None:
    """Choose messages for the report. Raises UserError where none is named."""
    _add(case, lines, removed=0)


def leave_lines(case: Case, lines: Sequence[Line]) -> None:
    """Take the choice back. Raises UserError where none is named."""
    _add(case, lines, removed=1)


def _add(case: Case, lines: Sequence[Line], *, removed: int) -> None:
    if not lines:
        raise UserError("name at least one message")
    action = "line.remove" if removed else "line"
    for start in range(0, len(lines), TOGETHER):
        part = lines[start : start + TOGETHER]
        case.append(action, f"{len(part)} messages", {"line": [(*line, removed) for line in part]})
