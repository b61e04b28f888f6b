"""What an examiner says of files: tags, grades after a scheme, notes. Taken back by a new row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.statements.names import line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from triage.case import Case

TOGETHER = 20_000  # rows of one custody event
LONGEST_TAG = 120


def tag(case: Case, entries: Sequence[int], name: str) -> None:
    """Give a tag to files. Raises UserError."""
    _add(case, entries, (_tag_name(name), None, None, 0), "tag")


def untag(case: Case, entries: Sequence[int], name: str) -> None:
    """Take a tag back. Raises UserError."""
    _add(case, entries, (_tag_name(name), None, None, 1), "tag.remove")


def grade(case: Case, entries: Sequence[int], *, scheme: str, code: str, label: str) -> None:
    """Give a grade of a scheme to files; it takes the place of an earlier grade of that scheme. Raises UserError."""
    _add(case, entries, (line("label", label), scheme, code, 0), "grade")


def ungrade(case: Case, entries: Sequence[int], *, scheme: str) -> None:
    """Take the grade of a scheme back. Raises UserError."""
    _add(case, entries, ("", scheme, None, 1), "grade.remove")


def grade_each(
    case: Case, grades: Mapping[int, tuple[str, str] | None], *, scheme: str, action: str = "grade.each"
) -> None:
    """Give each file its own grade (code and label), or take it back where None. Raises UserError.

    `action` says why in the custody log: grade.list as lists say, grade.undo and grade.redo put back what stood before.
    """
    rows = [
        (entry, "", scheme, None, 1) if given is None else (entry, line("label", given[1]), scheme, given[0], 0)
        for entry, given in grades.items()
    ]
    for start in range(0, len(rows), TOGETHER):
        part = rows[start : start + TOGETHER]
        case.append(action, f"{len(part)} files", {"tag": part}, {"scheme": scheme})


def note(case: Case, entry: int, body: str, *, corrects: int | None = None) -> int:
    """Keep a note about a file, in place of an earlier one where it `corrects` that. Returns its number. Raises UserError."""
    _standing(case, entry, corrects)
    row = (entry, corrects, 0, line("note", body, several=True))
    return case.append("note", str(entry), {"note": [row]}, {"corrects": corrects})[0]


def withdraw_note(case: Case, entry: int, number: int) -> None:
    """Take a note back; it stays and is shown as withdrawn. Raises UserError."""
    _standing(case, entry, number)
    case.append("note", str(entry), {"note": [(entry, number, 1, None)]}, {"withdraws": number})


def _add(case: Case, entries: Sequence[int], what: tuple[str, str | None, str | None, int], action: str) -> None:
    name, scheme, code, _ = what
    told = {"tag": name, "scheme": scheme, "code": code}
    for start in range(0, len(entries), TOGETHER):
        part = entries[start : start + TOGETHER]
        subject = str(part[0]) if len(part) == 1 else f"{len(part)} files"
        case.append(action, subject, {"tag": [(entry, *what) for entry in part]}, told)


def _tag_name(text: str) -> str:
    name = line("tag", text)
    if len(name) > LONGEST_TAG:
        raise UserError(f"tag: {len(name)} characters are more than the {LONGEST_TAG} that a tag can have")
    return name


def _standing(case: Case, entry: int, number: int | None) -> None:
    if number is not None and not case.stands("note", number, "entry_id", entry):
        raise UserError(f"note {number} of this file does not stand: it is not there, or was corrected or withdrawn")
