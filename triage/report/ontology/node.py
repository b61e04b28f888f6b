"""Nodes of the graph: identifiers, values with their type, and the file they go to one at a time."""

from __future__ import annotations

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

Node = dict[str, object]


class Graph:
    """A JSON-LD document being written. `mask` puts pseudonyms for what protected persons are known by."""

    def __init__(self, stream: TextIO, key: str, mask: Callable[[str], str]) -> None:
        self._stream, self._mask, self._first = stream, mask, True
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, f"sigap:{key}")
        self._written: set[bytes] = set()
        stream.write(f'{{"@context":{json.dumps(CONTEXT)},"@graph":[')

    def close(self) -> None:
        """End the document."""
        self._stream.write("\n]}\n")

    def name(self, *parts: object) -> str:
        """The identifier of a thing. Made of masked text: nobody finds a number by trying all."""
        told = [self.text(part) if isinstance(part, str) else part for part in parts]
        return f"urn:uuid:{uuid.uuid5(self._space, json.dumps(told))}"

    def add(self, kind: str | list[str], name: str, **values: object) -> str:
        """Write a node; properties are named `core__name`, those without a value are left out. Returns its identifier."""
        self._stream.write("\n" if self._first else ",\n")
        self._first = False
        json.dump(
            {"@id": name, "@type": kind, **properties(**values)}, self._stream, ensure_ascii=True, separators=(",", ":")
        )
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
