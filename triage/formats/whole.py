"""A whole item in memory, up to a limit: for lists that cannot be read piece by piece. And the elements of an Android XML."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Protocol

from triage.errors import LimitReached
from triage.formats import abx
from triage.formats.xml_events import Start, XmlEvents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Opened(Protocol):
    """What can be opened at its first byte: an `Item`."""

    def open(self) -> BinaryIO: ...


def whole(item: Opened, *, most: int) -> bytes:
    """All bytes of an item. Raises LimitReached where there are more than `most`."""
    with item.open() as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise LimitReached(f"more than {most} bytes of such a list are not read")
    return data


def tags(data: bytes) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Names and attributes of the elements of an Android XML, plain or binary, in order. Raises EvidenceError behind the last."""
    if abx.is_abx(data):
        for element in abx.elements(data):
            yield element[0], element[1]
        return
    for event in XmlEvents(io.BytesIO(data)):
        if isinstance(event, Start):
            yield event.name, event.attributes
