"""Android binary XML (ABX), which Android 12 and later write in the place of XML: settings, packages, accounts.

"ABX" 00, then tokens of one byte: the low half says what (start and end of document and tag, text, attribute), the high half the type
of the value. Numbers big-endian, strings in modified UTF-8 behind 16 bits of length; names and some values are interned: 16 bits
of index, FFFF before a new one. Reference: AOSP `BinaryXmlSerializer` and `BinaryXmlPullParser` (mark A).
"""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING, NamedTuple

from triage.errors import Malformed, Truncated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAGIC = b"ABX\0"
_END_DOCUMENT, _START_TAG, _END_TAG, _TEXT, _ATTRIBUTE = 1, 2, 3, 4, 15
_TEXTS = frozenset({0, 1, 4, 5, 6, 7, 8, 9, 10})  # each may carry a text, none of them a name
_NEW = 0xFFFF


class Element(NamedTuple):
    """A start tag with its attributes and the text behind it; values as text, the way XML would have them."""

    name: str
    attributes: dict[str, str]
    text: str = ""


def is_abx(head: bytes) -> bool:
    """Whether the first bytes are those of Android binary XML."""
    return head.startswith(MAGIC)


def elements(data: bytes) -> Iterator[Element]:
    """The elements in the order of their start. Raises Malformed, Truncated behind the last that can be had."""
    reader = _Reader(data)
    element: Element | None = None
    while (token := reader.token()) is not None:
        what, kind = token & 0x0F, token & 0xF0
        if what == _ATTRIBUTE:
            _add(element, reader.interned(), reader.value(kind))
            continue
        if what == _TEXT and element is not None:
            element = element._replace(text=element.text + reader.value(kind))
            continue
        if element is not None:
            yield element
        element = _next(reader, what, kind)
        if what == _END_DOCUMENT:
            return
    if element is not None:
        yield element
    raise Truncated("the binary XML ends before its end mark")


def _add(element: Element | None, name: str, value: str) -> None:
    if element is None:
        raise Malformed("the binary XML has an attribute outside a tag")
    element.attributes[name] = value


def _next(reader: _Reader, what: int, kind: int) -> Element | None:
    """The element that a token begins, None where it does something else."""
    if what == _START_TAG:
        return Element(reader.interned(), {})
    if what == _END_TAG:
        reader.interned()
    elif what in _TEXTS:
        reader.value(kind)
    else:
        raise Malformed(f"the binary XML has a token of kind {what} at byte {reader.at - 1}")
    return None


class _Reader:
    def __init__(self, data: bytes) -> None:
        if not is_abx(data):
            raise Malformed("no Android binary XML")
        self._data, self.at = data, len(MAGIC)
        self._interned: list[str] = []
        self._values: dict[int, Callable[[], str]] = {
            0x10: lambda: "",
            0x20: self._text,
            0x30: self.interned,
            0x40: lambda: self._raw().hex(),
            0x50: lambda: base64.b64encode(self._raw()).decode("ascii"),
            0x60: lambda: str(self._number(">i")),
            0x70: lambda: f"{self._number('>I'):x}",
            0x80: lambda: str(self._number(">q")),
            0x90: lambda: f"{self._number('>Q'):x}",
            0xA0: lambda: str(self._number(">f")),
            0xB0: lambda: str(self._number(">d")),
            0xC0: lambda: "true",
            0xD0: lambda: "false",
        }

    def token(self) -> int | None:
        if self.at >= len(self._data):
            return None
        self.at += 1
        return self._data[self.at - 1]

    def value(self, kind: int) -> str:
        read = self._values.get(kind)
        if read is None:
            raise Malformed(f"the binary XML has a value of type {kind >> 4} before its byte {self.at}")
        return read()

    def interned(self) -> str:
        index = int(self._number(">H"))
        if index == _NEW:
            text = self._text()
            self._interned.append(text)
            return text
        if index >= len(self._interned):
            raise Malformed(f"the binary XML refers to a name that it does not have, before its byte {self.at}")
        return self._interned[index]

    def _number(self, form: str) -> float:
        return struct.unpack(form, self._taken(struct.calcsize(form)))[0]  # type: ignore[no-any-return]  # a number by its form

    def _raw(self) -> bytes:
        return self._taken(int(self._number(">H")))

    def _text(self) -> str:
        """Modified UTF-8: NUL as C0 80, characters beyond the first plane as two surrogates of three bytes each."""
        raw = self._raw().replace(b"\xc0\x80", b"\0")
        text = raw.decode("utf-8", "surrogatepass" if _has_surrogates(raw) else "replace")
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _taken(self, size: int) -> bytes:
        piece = self._data[self.at : self.at + size]
        if len(piece) < size:
            raise Truncated(f"the binary XML breaks off at byte {self.at}")
        self.at += size
        return piece


def _has_surrogates(raw: bytes) -> bool:
    """Whether the bytes are UTF-8 but for surrogates, which Java writes as characters of their own."""
    try:
        raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
