"""The part of RDF Turtle that AFF4 containers use: prefixes, subjects, properties, lists of values.

Source: "RDF 1.1 Turtle" (W3C), without blank nodes and collections, which "AFF4 Standard v1.0a" does not use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = "http://aff4.org/Schema#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_TOKEN = re.compile(
    r'\s+|#[^\n]*|(?P<iri><[^<>"\s]*>)|(?P<text>"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*")'
    r"|(?P<kind>\^\^)|(?P<language>@[A-Za-z][A-Za-z0-9-]*)|(?P<number>[+-]?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z][\w-]*(?:\.[\w-]+)*:[\w%:/-]*(?:\.[\w%:/-]+)*|:[\w%:/-]*|a\b)|(?P<mark>[;,.])",
    re.DOTALL,
)
_ESCAPE = re.compile(r'\\(["\\nrt])')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Value:
    """A resource (`kind` is None) or a literal with its data type (empty: none given)."""

    text: str
    kind: str | None = None


Properties = dict[str, list[Value]]


def statements(text: str) -> dict[str, Properties]:
    """Properties by subject. Raises Malformed."""
    reader = _Reader(_tokens(text))
    while reader.statement():
        pass
    return reader.found


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each token; the last one is an empty one."""
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            raise Malformed(f"its description (Turtle) cannot be read at character {at}")
        if match.lastgroup is not None:
            yield match.lastgroup, match[match.lastgroup]
        at = match.end()
    yield "", ""


@dataclass(slots=True)
class _Reader:
    """One token ahead; `found` fills up."""

    tokens: Iterator[tuple[str, str]]
    found: dict[str, Properties] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=lambda: {"aff4": SCHEMA})
    ahead: tuple[str, str] | None = None

    def statement(self) -> bool:
        """Read one statement up to its full stop; False at the end."""
        token = self._take()
        if token == ("", ""):
            return False
        if token == ("language", "@prefix"):
            name, iri = self._take()[1], self._take()[1]
            self.prefixes[name.rstrip(":")] = iri[1:-1]
            self._expect(".")
            return True
        properties = self.found.setdefault(self._resource(token), {})
        while self._property(properties):
            pass
        return True

    def _property(self, properties: Properties) -> bool:
        """One property with its values; whether another one of the subject follows."""
        token = self._take()
        if token == ("mark", "."):
            return False
        values = properties.setdefault(TYPE if token == ("name", "a") else self._resource(token), [])
        values.append(self._value())
        while (mark := self._take()) == ("mark", ","):
            values.append(self._value())
        if mark == ("mark", ";"):
            return True
        if mark == ("mark", "."):
            return False
        raise Malformed("its description (Turtle) breaks off inside a statement")

    def _value(self) -> Value:
        kind, text = token = self._take()
        if kind == "number":
            return Value(text, "")
        if kind != "text":
            return Value(self._resource(token))
        quotes = 3 if text.startswith('"""') else 1
        text = _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text[quotes:-quotes])
        follows = self._take()
        if follows[0] == "kind":
            return Value(text, self._resource(self._take()))
        if follows[0] != "language":
            self.ahead = follows
        return Value(text, "")

    def _resource(self, token: tuple[str, str]) -> str:
        kind, text = token
        if kind == "iri":
            return text[1:-1]
        prefix, colon, local = text.partition(":")
        if kind != "name" or not colon or prefix not in self.prefixes:
            raise Malformed("its description (Turtle) has something else where a resource must be")
        return self.prefixes[prefix] + local

    def _expect(self, mark: str) -> None:
        if self._take() != ("mark", mark):
            raise Malformed("its description (Turtle) breaks off inside a statement")

    def _take(self) -> tuple[str, str]:
        token, self.ahead = self.ahead, None
        return next(self.tokens, ("", "")) if token is None else token
