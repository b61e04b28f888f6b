"""Values that are made by the million and cross the pipe between processes: cheap to make, and sent as the tuple of their fields.

A frozen dataclass sets each field through `object.__setattr__`: 6 microseconds for a message of forty fields, measured. Here the fields are
set while the value has a class that may be changed, then it gets its own: 2 microseconds. Pickling a frozen, slotted dataclass the
usual way walks its fields in Python on both sides; the tuple costs a tenth of it.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import cache
from operator import attrgetter
from typing import Any


class Piped:
    """Base of these values: frozen, slotted dataclasses."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "__slots__" in cls.__dict__ and "__dataclass_fields__" in cls.__dict__:  # the class that is used, whole
            _quicken(cls)

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


def _quicken(kind: Any) -> None:  # noqa: ANN401  # see above
    """Give a frozen class an `__init__` that sets the fields the quick way, with the same parameters."""
    own = fields(kind)
    generic = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    names: dict[str, Any] = {f"_default_{each.name}": each.default for each in own}
    names |= {"_kind": kind, "_open": type(kind.__name__, (kind,), generic), "_become": object.__setattr__}
    listed = [each.name if each.default is MISSING else f"{each.name}=_default_{each.name}" for each in own]
    keywords = [place for place, each in enumerate(own) if each.kw_only]
    if keywords:
        listed.insert(keywords[0], "*")
    lines = ["_become(self, '__class__', _open)", *(f"self.{each.name} = {each.name}" for each in own)]
    body = "\n ".join([*lines, "self.__class__ = _kind"])
    exec(f"def __init__(self, {', '.join(listed)}):\n {body}", names)  # noqa: S102  # as dataclasses does: our own field names
    names["__init__"].__qualname__ = f"{kind.__qualname__}.__init__"
    kind.__init__ = names["__init__"]
