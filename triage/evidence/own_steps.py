"""Members of a container that is addressed by more than name and number: as entries with steps of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from triage.model import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.members import Member, MemberTree
    from triage.model import Locator, Problem


def addressed(
    tree: MemberTree, member: Member, locator: Locator, *, deleted: bool = False
) -> Iterator[Entry | Problem]:
    """The folders above that were not listed yet, as they are; then the member itself, at this locator."""
    found = list(tree.entries(member))
    last = found.pop()
    yield from found
    assert isinstance(last, Entry), "the member itself comes last"
    yield replace(last, locator=locator, deleted=deleted)
