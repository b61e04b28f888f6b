"""Apple's typedstream, in which iMessage keeps attributed text (`attributedBody`): an archive older than NSKeyedArchiver.

04 0B "streamtyped", a version, then typed values. Numbers are one byte, or 81 and 82 before two and four bytes; 83 a real number;
84 begins something new, 85 is nil, 86 ends an object; what was met before is referred to by its number plus 92 hexadecimal. Type
strings have a list of their own; objects, classes and C strings share one. Reference: public samples and two independent
descriptions (mark A for what the samples have).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, LimitReached, Malformed, Truncated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAGIC = b"\x04\x0bstreamtyped"
DEEPEST = 48
MOST_VALUES = 200_000
_TWO, _FOUR, _REAL, _NEW, _NIL, _END = 0x81, 0x82, 0x83, 0x84, 0x85, 0x86
_FIRST_REFERENCE = 0x92
_WHOLE = frozenset("cCsSiIlLqQBT")
_TEXT = frozenset({"NSString", "NSMutableString"})
_DICTIONARY = frozenset({"NSDictionary", "NSMutableDictionary"})
_NUMBER = frozenset({"NSNumber", "NSValue"})


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with its attributes: start and length in UTF-16 units, values as text, numbers or bytes by name."""

    start: int
    length: int
    attributes: dict[str, object]


@dataclass(frozen=True, slots=True)
class Attributed:
    """Text and the stretches of it; U+FFFC stands where an attachment is, its run names it."""

    text: str
    runs: tuple[Run, ...]

    def stretch(self, run: Run) -> str:
        """The text of a run."""
        units = self.text.encode("utf-16-le", "surrogatepass")
        return units[2 * run.start : 2 * (run.start + run.length)].decode("utf-16-le", "replace")


@dataclass(slots=True)
class Thing:
    """An object: the name of its class and its values as they came."""

    name: str
    values: list[object] = field(default_factory=list)


def is_typedstream(data: bytes) -> bool:
    """Whether the bytes are a typedstream of the order of bytes that all present systems have."""
    return data.startswith(MAGIC)


def attributed(data: bytes) -> Attributed:
    """The attributed string at the top of a typedstream. Raises Malformed, Truncated, LimitReached."""
    for value in values(data):
        if isinstance(value, Thing) and value.values and (text := plain(value.values[0])) is not None:
            return Attributed(str(text), tuple(_runs(value.values[1:])))
    raise Malformed("the typedstream has no text at its top")


def text_or_none(cell: object) -> str | None:
    """The text of a cell that may hold a typedstream; None where it holds none that can be read, or an empty one."""
    if not isinstance(cell, bytes):
        return None
    try:
        return attributed(cell).text or None
    except EvidenceError:
        return None


def values(data: bytes) -> Iterator[object]:
    """The values at the top of a typedstream: numbers, text of type strings, bytes, `Thing`, None."""
    if not is_typedstream(data):
        raise Malformed("no typedstream")
    reader = _Reader(data, len(MAGIC))
    reader.number()  # the version of the system that wrote it
    while reader.at < len(data):
        yield from reader.group(0)


def plain(value: object) -> object:
    """What an object of a known class stands for: text, a number, a dictionary, bytes; a C string as text; else itself."""
    if not isinstance(value, Thing):
        return value
    if value.name in _TEXT and value.values and isinstance(value.values[0], bytes):
        return value.values[0].decode("utf-8", "replace")
    if value.name in _NUMBER and len(value.values) > 1:
        return value.values[1]
    if value.name in _DICTIONARY and value.values:
        pairs = value.values[1:]
        return {str(plain(key)): plain(each) for key, each in zip(pairs[::2], pairs[1::2], strict=False)}
    if value.name == "NSURL" and value.values:
        return plain(value.values[-1])
    if value.name in {"NSData", "NSMutableData"} and value.values and isinstance(value.values[-1], bytes):
        return value.values[-1]
    return value


def _runs(following: list[object]) -> Iterator[Run]:
    """Pairs of number and length; the attributes of a number follow where it is met for the first time."""
    known: dict[int, dict[str, object]] = {}
    numbers: list[int] = []
    start = 0
    for value in [*following, None]:
        if len(numbers) == 2:
            if isinstance(value, Thing):
                named = plain(value)
                known[numbers[0]] = named if isinstance(named, dict) else {}
            yield Run(start, numbers[1], known.get(numbers[0], {}))
            start, numbers = start + numbers[1], []
        if isinstance(value, int):
            numbers.append(value)


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self._data, self.at = data, at
        self._types: list[str] = []
        self._met: list[object] = []  # objects, classes (as their names) and C strings, in the order of their start
        self._count = 0
        self._single_kinds: dict[str, Callable[[], object]] = {
            "+": self._counted,
            "f": lambda: self._real("<f", 4),
            "d": lambda: self._real("<d", 8),
            "*": self._c_string,
            ":": self._c_string,
            "%": self._c_string,
            "#": self._class,
        }

    def group(self, depth: int) -> list[object]:
        """The values that one type string announces."""
        return [value for kind in _kinds(self._type() or "") for value in self._values(kind, depth)]

    def number(self) -> int:
        token = self._byte()
        if token == _TWO:
            return int.from_bytes(self._taken(2), "little", signed=True)
        if token == _FOUR:
            return int.from_bytes(self._taken(4), "little", signed=True)
        return token - 256 if token > 0x7F else token

    def _values(self, kind: str, depth: int) -> list[object]:
        self._count += 1
        if depth > DEEPEST or self._count > MOST_VALUES:
            raise LimitReached("the typedstream has more values, or deeper ones, than are read")
        if kind[0] == "[":
            return self._array(kind, depth)
        if kind[0] == "{":
            return [value for each in _kinds(kind[1:-1].partition("=")[2]) for value in self._values(each, depth + 1)]
        if kind == "@":
            return [self._object(depth + 1)]
        return [self._single(kind)]

    def _single(self, kind: str) -> object:
        if kind in _WHOLE:
            return self.number()
        if kind in self._single_kinds:
            return self._single_kinds[kind]()
        raise Malformed(f"the typedstream has a value of type {kind[:20]!r} before byte {self.at}")

    def _object(self, depth: int) -> object:
        token = self._byte()
        if token == _NIL:
            return None
        if token != _NEW:
            return self._reference(token)
        thing = Thing("")
        self._met.append(thing)
        thing.name = self._class() or ""
        while self._peek() != _END:
            thing.values.extend(self.group(depth))
        self.at += 1
        return thing

    def _class(self) -> str | None:
        """The name of a class; the classes it descends from follow it and are passed over."""
        first: str | None = None
        while True:
            token = self._byte()
            if token == _NIL:
                return first
            if token != _NEW:
                known = self._reference(token)
                return first or (known if isinstance(known, str) else None)
            name = self._type() or ""
            self.number()
            self._met.append(name)
            first = first or name

    def _c_string(self) -> str | None:
        token = self._byte()
        if token == _NIL:
            return None
        if token != _NEW:
            known = self._reference(token)
            return known if isinstance(known, str) else None
        text = self._type()
        self._met.append(text)
        return text

    def _type(self) -> str | None:
        token = self._byte()
        if token == _NIL:
            return None
        if token == _NEW:
            self._types.append(self._counted().decode("utf-8", "replace"))
            return self._types[-1]
        number = self._referred(token)
        if number >= len(self._types):
            raise Malformed(f"the typedstream refers to a type that it does not have, before byte {self.at}")
        return self._types[number]

    def _reference(self, token: int) -> object:
        number = self._referred(token)
        if number >= len(self._met):
            raise Malformed(f"the typedstream refers to an object that it does not have, before byte {self.at}")
        return self._met[number]

    def _referred(self, token: int) -> int:
        """References beyond one byte are numbers of two or four bytes, counted from the same first one."""
        if token in {_TWO, _FOUR}:
            self.at -= 1
            return self._not_negative(self.number() + 0x100 - _FIRST_REFERENCE)
        if token < _FIRST_REFERENCE:
            raise Malformed(f"the typedstream has no reference where one belongs, at byte {self.at - 1}")
        return token - _FIRST_REFERENCE

    def _not_negative(self, number: int) -> int:
        if number < 0:
            raise Malformed(f"the typedstream refers to what comes before its begin, at byte {self.at}")
        return number

    def _real(self, form: str, size: int) -> float:
        if self._peek() != _REAL:
            return float(self.number())
        self.at += 1
        return float(struct.unpack(form, self._taken(size))[0])

    def _array(self, kind: str, depth: int) -> list[object]:
        digits = kind[1 : len(kind) - len(kind[1:].lstrip("0123456789"))]
        inner, count = kind[1 + len(digits) : -1], int(digits or 0)
        if inner in {"c", "C"}:
            return [self._taken(count)]
        if count > MOST_VALUES or not inner:
            raise LimitReached("an array of the typedstream is larger than is read")
        return [value for _ in range(count) for value in self._values(inner, depth + 1)]

    def _counted(self) -> bytes:
        size = self.number()
        if size < 0:
            size += 1 << 8 if size >= -0x80 else 1 << 16 if size >= -0x8000 else 1 << 32
        return self._taken(size)

    def _peek(self) -> int:
        if self.at >= len(self._data):
            raise Truncated(f"the typedstream breaks off at byte {self.at}")
        return self._data[self.at]

    def _byte(self) -> int:
        byte = self._peek()
        self.at += 1
        return byte

    def _taken(self, size: int) -> bytes:
        piece = self._data[self.at : self.at + size]
        if len(piece) < size:
            raise Truncated(f"the typedstream breaks off at byte {self.at}")
        self.at += size
        return piece


def _kinds(types: str) -> Iterator[str]:
    """A type string in its parts: one letter each, or what stands in brackets."""
    depth, part = 0, ""
    for letter in types:
        part += letter
        depth += (letter in "[{(") - (letter in "]})")
        if depth == 0:
            yield part
            part = ""
    if part:
        raise Malformed(f"a type of the typedstream has no end: {types[:20]!r}")
