"""Nodes of the graph: identifiers, values with their type, and the file they go to one at a time."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

UCO = "https://ontology.unifiedcyberontology.org/uco/"
CONTEXT = {
    **{name: f"{UCO}{name}/" for name in ("action", "analysis", "core", "identity", "location", "observable", "tool", "types")},
    "co": "http://purl.org/co/",
    "investigation": "https://ontology.caseontology.org/case/investigation/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
_TIME = re.compile(r"-?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?\Z")

_json = json.JSONEncoder(
    ensure_ascii=True, separators=(",", ":")
).encode  # a node at a time: a stream of its parts takes thrice as long

Node = dict[str, object]


class Graph:
    """A JSON-LD document being written. `mask` puts pseudonyms for what protected persons are known by."""

    def __init__(self, stream: TextIO, key: str, mask: Callable[[str], str]) -> None:
        self._stream, self._mask, self._first = stream, mask, True
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, f"sigap:{key}").bytes
        self._written: set[bytes] = set()
        stream.write(f'{{"@context":{json.dumps(CONTEXT)},"@graph":[')

    def close(self) -> None:
        """End the document."""
        self._stream.write("\n]}\n")

    def name(self, *parts: object) -> str:
        """The identifier of a thing. Made of masked text: nobody finds a number by trying all."""
        told = [self.text(part) if isinstance(part, str) else part for part in parts]
        return _urn(self._space, json.dumps(told))

    def add(self, kind: str | list[str], name: str, **values: object) -> str:
        """Write a node; properties are named `core__name`, those without a value are left out. Returns its identifier."""
        self._stream.write("\n" if self._first else ",\n")
        self._first = False
        self._stream.write(_json({"@id": name, "@type": kind, **properties(**values)}))
        return name

    def once(self, kind: str | list[str], name: str, **values: object) -> str:
        """The same, the first time that it is asked for: for what many things refer to."""
        key = uuid.UUID(name[-36:]).bytes
        if key not in self._written:
            self._written.add(key)
            self.add(kind, name, **values)
        return name

    def part(self, kind: str, *parts: object, **values: object) -> Node:
        """A node inside another: a facet, a digest. It has an identifier too, as the shapes ask."""
        return {"@id": self.name(kind, *parts), "@type": kind, **properties(**values)}

    def related(self, source: str, target: str, kind: str, *, observable: bool = True) -> None:
        """That one thing stands in a relation to another."""
        self.add(
            "observable:ObservableRelationship" if observable else "core:Relationship",
            self.name("relation", source, target, kind),
            core__source=linked(source),
            core__target=linked(target),
            core__kindOfRelationship=kind,
            core__isDirectional=True,
        )

    def text(self, value: object) -> str | None:
        """Text from evidence or persons: as it is, but for what UTF-8 cannot say; masked."""
        if value is None or value == "":
            return None
        return self._mask(str(value).encode("utf-8", "backslashreplace").decode())


def _urn(space: bytes, text: str) -> str:
    """UUID version 5 (RFC 9562) of a text, as the standard library makes it, in a third of the time: SHA-1 with its own bits for version and variant."""
    digits = hashlib.sha1(space + text.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def properties(**values: object) -> Node:
    """Properties with a value, under their names."""
    return {name.replace("__", ":"): value for name, value in values.items() if value is not None and value != []}


def linked(*names: str) -> object:
    """References to other nodes."""
    return [{"@id": name} for name in names] if len(names) != 1 else {"@id": names[0]}


def moment(stamp: object) -> Node | None:
    """A time of the views; None where there is none, or one that no calendar has."""
    return {"@type": "xsd:dateTime", "@value": stamp} if isinstance(stamp, str) and _TIME.match(stamp) else None


def decimal(value: object) -> Node | None:
    """A number with a fraction."""
    return (
        {"@type": "xsd:decimal", "@value": f"{value:.8f}".rstrip("0").rstrip(".")}
        if isinstance(value, int | float)
        else None
    )


def binary(digest: object) -> Node:
    """Bytes in hexadecimal."""
    return {"@type": "xsd:hexBinary", "@value": digest}
