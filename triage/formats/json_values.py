"""JSON in a cell or file of an app, as it comes: damaged JSON is None, and every step into it is checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 16 << 20
_BROKEN = (ValueError, RecursionError, MemoryError)


def parsed(value: object) -> object:
    """What JSON in text or UTF-8 bytes says; None where it is none or too long."""
    if not isinstance(value, str | bytes) or len(value) > MOST_BYTES:
        return None
    try:
        return json.loads(value)
    except _BROKEN:
        return None


def inside(value: object, *steps: str | int) -> object:
    """What lies at the end of these keys and positions; None where the way ends before."""
    for step in steps:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def text(value: object, *steps: str | int) -> str | None:
    """Text at the end of the steps that is not empty; a number as its digits."""
    found = inside(value, *steps)
    if isinstance(found, bool):
        return None
    return str(found) if isinstance(found, int | float) else found if isinstance(found, str) and found else None


def members(value: object, *steps: str | int) -> Iterator[object]:
    """The members of a list at the end of the steps; none where there is no list."""
    found = inside(value, *steps)
    return iter(found if isinstance(found, list) else ())
