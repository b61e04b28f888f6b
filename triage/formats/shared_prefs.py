"""Android's shared preferences: `shared_prefs/*.xml`, a `<map>` of named values, in XML or in Android binary XML (mark A)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, LimitReached
from triage.formats import abx
from triage.formats.xml_events import End, Start, XmlEvents

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 16 << 20
_VALUES = frozenset({"int", "long", "float", "boolean"})


def preferences(data: bytes) -> tuple[dict[str, str], EvidenceError | None]:
    """Names and values as text, the first of a name; and what ended the reading too early. Sets of strings are left out.

    Raises LimitReached.
    """
    if len(data) > MOST_BYTES:
        raise LimitReached(f"more than {MOST_BYTES} bytes of preferences are not read")
    found: dict[str, str] = {}
    try:
        for name, value in _binary(data) if abx.is_abx(data) else _pairs(data):
            found.setdefault(name, value)
    except EvidenceError as error:
        return found, error
    return found, None


def _pairs(data: bytes) -> Iterator[tuple[str, str]]:
    """A string is the text between its tags, everything else an attribute."""
    name: str | None = None
    for event in XmlEvents(io.BytesIO(data)):
        if isinstance(event, Start):
            name = event.attributes.get("name") if event.name == "string" else None
            if event.name in _VALUES and "name" in event.attributes and "value" in event.attributes:
                yield event.attributes["name"], event.attributes["value"]
        elif isinstance(event, End) and event.name == "string" and name is not None:
            yield name, event.text
            name = None


def _binary(data: bytes) -> Iterator[tuple[str, str]]:
    for tag, attributes, text in abx.elements(data):
        if tag == "string" and "name" in attributes:
            yield attributes["name"], text
        elif tag in _VALUES and "name" in attributes and "value" in attributes:
            yield attributes["name"], attributes["value"]
