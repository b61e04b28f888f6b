"""What was graded since the case was opened, to be undone and done again. An undo is a new statement: nothing is erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Grades = Mapping[int, tuple[str, str] | None]

MOST = 200  # acts remembered


@dataclass(frozen=True, slots=True)
class Act:
    """Grades of a scheme before and after, by file; None: no grade."""

    scheme: str
    before: Grades
    after: Grades


class History:
    """Acts done and undone, the latest last."""

    def __init__(self) -> None:
        self.done: list[Act] = []
        self.undone: list[Act] = []

    def did(self, act: Act) -> None:
        """A new act: what was undone before cannot be done again."""
        self.done = [*self.done, act][-MOST:]
        self.undone.clear()

    def undid(self, act: Act) -> None:
        """This act was undone."""
        self.done.remove(act)
        self.undone.append(act)

    def redid(self, act: Act) -> None:
        """This act was done again."""
        self.undone.remove(act)
        self.done.append(act)
