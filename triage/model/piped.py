"""How values cross the pipe between processes: as the tuple of their fields.

Pickling a frozen, slotted dataclass the usual way walks its fields in Python on both sides; this costs a tenth of it.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any


class Piped:
    """Base of the values that cross the pipe in great number."""

    __slots__ = ()

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        kind: Any = type(self)  # a class is hashable; the type checker confuses it with what it makes
        return _made, (kind, *_values(kind)(self))


def _made(kind: Any, *values: object) -> object:  # noqa: ANN401  # see above
    return kind(**dict(zip(_names(kind), values, strict=True)))


@cache
def _names(kind: Any) -> tuple[str, ...]:  # noqa: ANN401  # see above
    return tuple(field.name for field in fields(kind))


@cache
def _values(kind: Any) -> Any:  # noqa: ANN401  # see above
    names = _names(kind)
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
