"""The second confirmation before graded material or identities leave a case: its number, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import UserError

if TYPE_CHECKING:
    from triage.queries import Queries


def phrase(queries: Queries) -> str:
    """What must be typed: the number of the case, or the name of its folder where no number was stated."""
    return queries.case_facts().get("number", (queries.folder.resolve().name,))[0]


def confirm(queries: Queries, given: str | None) -> None:
    """Go on only where the phrase was typed exactly. Raises UserError."""
    if given is None or given.strip() != phrase(queries):
        raise UserError(
            "what leaves the case here is protected or graded material; confirm it by typing the number of the case: "
            f"--confirm '{phrase(queries)}'"
        )
