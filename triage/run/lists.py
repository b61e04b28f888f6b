"""The hash lists of this computer as a person handles them: look at a file, import it with a receipt, remove a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.hashing.importer import Wish, import_list, recognise, remove_list
from triage.hashing.record import NOTABLE
from triage.hashing.schemes import proposed, scheme, schemes
from triage.run.program_log import logged
from triage.settings import home

if TYPE_CHECKING:
    from pathlib import Path

    from triage.hashing.importer import Receipt
    from triage.hashing.sources.recognise import Recognised


@dataclass(frozen=True, slots=True)
class ListOffer:
    """What a file was recognised as, and what is to be decided: kind, and the scheme of its codes where it has any.

    `codes` are those among its first rows with their counts; `schemes` id and title; `scheme` the one that the file states.
    """

    path: Path
    format: str
    kinds: tuple[str, ...]
    why: str
    context: str
    coded: bool
    codes: tuple[tuple[str, int], ...]
    schemes: tuple[tuple[str, str], ...]
    scheme: str | None
    found: Recognised

    @property
    def usual_kind(self) -> str:
        """Sets of known files are known; everything else is looked for."""
        return NOTABLE if NOTABLE in self.kinds else self.kinds[0]


def offered(path: Path) -> ListOffer:
    """What a file is, before it is imported. Raises UserError where it is no list that is known."""
    found = recognise(path)
    stated = proposed(found.context, home()) if found.coded else None
    known = tuple((each.id, each.title) for each in sorted(schemes(home()).values(), key=lambda each: each.title))
    return ListOffer(
        path, found.format, found.kinds, found.why, found.context, found.coded, found.codes,
        known, stated.id if stated else None, found,
    )  # fmt: skip


def import_offered(
    offer: ListOffer, *, name: str, kind: str, version: str, scheme_id: str | None, actor: str
) -> Receipt:
    """Import it; a list of this name is replaced whole or not at all. Raises UserError, KeyLocked."""
    wish = Wish(name, kind, version=version, scheme=scheme(scheme_id, home()) if scheme_id else None)
    told: dict[str, object] = {"files": [str(offer.path.absolute())], "kind": kind, "add": False, "sealed": False}
    with logged("list.import", name, told, actor) as result:
        receipt = import_list([offer.found], wish, home=home(), actor=actor)
        result |= {"digest": receipt.digest, "read": receipt.read, "taken": receipt.taken}
    return receipt


def remove(name: str, *, actor: str) -> None:
    """Remove a list from this computer; cases that were compared with it keep what they say. Raises UserError."""
    with logged("list.remove", name, {}, actor):
        remove_list(name, home())
