"""One thing that was checked, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.report.shown import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.text import Say


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is custody, database, rows, exhibit, report or evidence; `subject` the thing; `ok` None where it was not checked.

    `words` is the key of the sentence about it in the table `verify` of the texts, `values` what the sentence names.
    """

    name: str
    subject: str
    ok: bool | None
    words: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, say: Say) -> str:
        """The sentence, with hidden characters of names made visible."""
        values = {key: visible(value) if isinstance(value, str) else value for key, value in self.values.items()}
        return say(f"verify.{self.words}", **{"subject": visible(self.subject), **values})


@dataclass(frozen=True, slots=True)
class Verification:
    """Every check that was made; `ok` where none failed. What was not checked is no failure, and is said."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(check.ok is not False for check in self.checks)
