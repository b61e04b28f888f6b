"""Files that hold values inside values, as a list of nodes: property lists, keyed archives, JSON, XML, Android binary XML."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, LimitReached, Malformed, Unsupported
from triage.formats import abx, plist
from triage.formats.xml_events import Start, XmlEvents
from triage.viewing.looks import Node, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST_BYTES = 32 << 20
MOST_NODES = 20_000
MOST_TEXT = 400_000  # characters in all
DEEPEST = 200
VALUE = 2_000  # characters shown of one value


def tree_of(data: bytes) -> Tree:
    """The nodes of whatever kind this is. Raises Unsupported where it is none of them, Malformed, Truncated, LimitReached."""
    kind, nodes = _nodes(data)
    kept: list[Node] = []
    length = 0
    try:
        for node in nodes:
            length += len(node.name) + len(node.value or "")
            if len(kept) == MOST_NODES or length > MOST_TEXT:
                return Tree(kind, tuple(kept), cut=True)
            kept.append(node)
    except EvidenceError:
        if not kept:
            raise
        return Tree(kind, tuple(kept), cut=True)  # what stands before the damage is worth seeing
    return Tree(kind, tuple(kept))


def _nodes(data: bytes) -> tuple[str, Iterable[Node]]:
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if abx.is_abx(data):
        return "abx", _elements(data)
    if data.startswith(b"bplist") or (start.startswith(b"<") and b"<plist" in data[:2048]):
        value = plist.loaded(data)
        if plist.is_archive(value):
            return "keyed archive", _walk(plist.unarchived(data))
        return "plist", _walk(value)
    if start[:1] in {b"{", b"["}:
        return "json", _walk(_json(data))
    if start.startswith(b"<"):
        return "xml", _tags(data)
    raise Unsupported("not a property list, JSON or XML: there is no structure to show")


def _json(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"the JSON text is damaged: {error}") from error


def _walk(value: object) -> Iterator[Node]:
    """Depth first, without recursion: evidence decides how deep it is."""
    waiting: list[tuple[int, str, object]] = [(0, "", value)]
    while waiting:
        depth, name, each = waiting.pop()
        inner = _members(each)
        if inner and depth == DEEPEST:
            raise LimitReached("the values lie deeper in each other than is shown")
        yield Node(depth, name, None if inner is not None else _value(each))
        if inner is not None:
            waiting += [(depth + 1, key, member) for key, member in reversed(inner)]


def _members(value: object) -> list[tuple[str, object]] | None:
    if isinstance(value, dict):
        return [(_cut(str(key)), member) for key, member in value.items()]
    if isinstance(value, list):
        return [(f"[{number}]", member) for number, member in enumerate(value)]
    return None


_SHOWN: dict[type, Callable[[object], str]] = {
    bytes: lambda value: f"x'{value[:VALUE].hex()}'",  # type: ignore[index]  # its type is the key it is found under
    datetime: lambda value: value.isoformat(sep=" "),  # type: ignore[attr-defined]  # likewise
}


def _value(value: object) -> str:
    return _cut(_SHOWN.get(type(value), str)(value))


def _cut(text: str) -> str:
    return text if len(text) <= VALUE else f"{text[:VALUE]}…"


def _elements(data: bytes) -> Iterator[Node]:
    """Android binary XML: its reader gives the elements in order, without their depth."""
    for element in abx.elements(data):
        yield Node(0, element.name, _cut(element.text) or None)
        for name, value in element.attributes.items():
            yield Node(1, f"@{name}", _cut(value))


def _tags(data: bytes) -> Iterator[Node]:
    depth = 0
    for event in XmlEvents(io.BytesIO(data)):
        if isinstance(event, Start):
            yield Node(depth, event.name, None)
            depth += 1
            for name, value in event.attributes.items():
                yield Node(depth, f"@{name}", _cut(value))
            continue
        if event.text.strip():
            yield Node(depth, "text", _cut(event.text.strip()))
        depth -= 1
