"""Which records were met before, in eight bytes each: ten million of them in 128 MiB."""

from __future__ import annotations

from array import array
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triage.model import AppRecord

_FIRST_SLOTS = 1 << 12
_MASK = (1 << 63) - 1
_DERIVED = frozenset({"account", "deleted"})  # facts about the owner and the fate of a record, not of its row


class Seen:
    """A set of records that can be asked, not listed. Two records are one where their rows say the same.

    Names are left out of the comparison: they are looked up elsewhere, and a new group subject changes no message. It keeps
    63 bits of a hash: among ten million records the chance that any two are taken for one is below one in a hundred thousand.
    """

    def __init__(self) -> None:
        self._slots = array("q", bytes(8 * _FIRST_SLOTS))
        self._count = 0

    def __contains__(self, record: AppRecord) -> bool:
        return self._slots[self._slot(_hash(record))] != 0

    def add(self, record: AppRecord) -> None:
        """Remember a record."""
        number = _hash(record)
        slot = self._slot(number)
        if not self._slots[slot]:
            self._slots[slot] = number
            self._count += 1
            if 4 * self._count > 3 * len(self._slots):
                self._grow()

    def _slot(self, number: int) -> int:
        """Where a number is, or the empty place where it belongs."""
        slots, mask = self._slots, len(self._slots) - 1
        at = number & mask
        while slots[at] not in (0, number):
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        old = self._slots
        self._slots = array("q", bytes(16 * len(old)))
        for number in old:
            if number:
                self._slots[self._slot(number)] = number


def _hash(record: AppRecord) -> int:
    kind: Any = type(record)  # a class is hashable; the type checker confuses it with what it makes
    return hash((kind, _compared(kind)(record))) & _MASK or 1


@cache
def _compared(kind: Any) -> Any:  # noqa: ANN401  # see above
    return attrgetter(
        *(each.name for each in fields(kind) if each.name not in _DERIVED and not each.name.endswith("_name"))
    )
