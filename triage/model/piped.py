"""How values cross the pipe between processes: as the tuple of their fields.

Pickling a frozen, slotted dataclass the usual way walks its fields in Python on both sides; this costs a tenth of it.
"""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any


class Piped:
    """Base of the values that cross the pipe in great number."""

    __slots__ = ()

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        kind = type(self)
        return _made, (kind, *_values(kind)(self))


def _made(kind: type[Piped], *values: object) -> Piped:
    return kind(**dict(zip(_names(kind), values, strict=True)))


@lru_cache
def _names(kind: type[Piped]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))  # type: ignore[arg-type]  # every Piped is a dataclass


@lru_cache
def _values(kind: type[Piped]) -> Any:  # noqa: ANN401  # attrgetter's own type
    names = _names(kind)
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
