"""JSON of any size, value by value: the objects inside its arrays, in bounded memory.

An object is decoded as a whole by the standard library's scanner, which is many times faster than event by event, as long as it fits
in `WHOLE` characters; a larger one (a case with all its media) is entered, and what is in its arrays comes one by one.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any

from triage.errors import UserError
from triage.hashing.sources.lines import utf8_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

WHOLE = 1 << 20
LARGEST = 64 << 20  # characters of a value that is no object and no array
DEPTH = 16

_NUMBER_TAIL = 2  # a number that goes on in the next block may end before "e+" here

_SPACE = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")


class Walk:
    """Goes once through a JSON text. `scalars` are the plain members met on the way into the outermost object."""

    def __init__(self, stream: BinaryIO) -> None:
        self._decoder = json.JSONDecoder()
        self._text = _texts(stream)
        self._buffer, self._place, self._over = "", 0, False
        self.scalars: dict[str, Any] = {}

    def objects(self) -> Iterator[dict[str, Any]]:
        """Each object that stands in an array. Raises UserError where the text is broken off or is none."""
        self._skip()
        if self._peek() not in ("{", "["):
            raise self._error("no object and no array")
        yield from self._value(0)
        self._skip()
        if self._peek():
            raise self._error("something after its end")

    def _value(self, depth: int) -> Iterator[dict[str, Any]]:
        """Enter an array or object."""
        if depth > DEPTH:
            raise self._error("nested too deep")
        if self._peek() == "[":
            yield from self._elements(depth)
        else:
            yield from self._members(depth)

    def _elements(self, depth: int) -> Iterator[dict[str, Any]]:
        self._place += 1
        self._skip()
        while self._peek() != "]":
            yield from self._plain_objects()
            whole = self._decoded(WHOLE)
            if whole is _TOO_LARGE:
                yield from self._value(depth + 1)
            elif isinstance(whole, dict):
                yield whole
            if not self._next("]"):
                break
        self._place += 1

    def _plain_objects(self) -> Iterator[dict[str, Any]]:
        """Objects with nothing but a comma between them, as long as they are whole in the buffer: the usual case, made short."""
        decode, buffer = self._decoder.raw_decode, self._buffer
        while buffer[self._place : self._place + 1] == "{":
            try:
                value, end = decode(buffer, self._place)
            except (ValueError, RecursionError):
                return  # not whole here, or no JSON
            if buffer[end : end + 2] != ",{":
                return
            self._place = end + 1
            yield value

    def _members(self, depth: int) -> Iterator[dict[str, Any]]:
        self._place += 1
        self._skip()
        while self._peek() != "}":
            key = self._decoded(LARGEST)
            if not isinstance(key, str):
                raise self._error("a member without a name")
            self._skip()
            if self._peek() != ":":
                raise self._error("a member without a value")
            self._place += 1
            self._skip()
            if self._peek() in ("[", "{"):
                yield from self._value(depth + 1)
            else:
                value = self._decoded(LARGEST)
                if depth == 0:
                    self.scalars[key] = value
            if not self._next("}"):
                break
        self._place += 1

    def _next(self, closing: str) -> bool:
        """Past a comma to the next element; False at the closing bracket."""
        match = _BETWEEN.match(self._buffer, self._place)
        if match and match.end() < len(self._buffer):
            self._place = match.end()
            return True
        self._skip()
        found = self._peek()
        if found == closing:
            return False
        if found != ",":
            raise self._error("a comma is missing") if found else self._broken_off()
        self._place += 1
        self._skip()
        return True

    def _decoded(self, most: int) -> Any:  # noqa: ANN401  # whatever JSON can say
        """The value here, or `_TOO_LARGE` where an object or array is longer than `most` characters."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._place)
            except (json.JSONDecodeError, RecursionError, ValueError) as error:
                if self._over:
                    raise self._broken_off(error) from error
                if len(self._buffer) - self._place > most:
                    if self._buffer[self._place] in "{[":
                        return _TOO_LARGE
                    raise self._error("a value that is too long or none") from error
            else:
                if end + _NUMBER_TAIL < len(self._buffer) or self._over:
                    self._place = end
                    return value
            self._more()

    def _skip(self) -> None:
        while True:
            self._place = _SPACE.match(self._buffer, self._place).end()  # type: ignore[union-attr]  # it matches nothing too
            if self._place < len(self._buffer) or not self._more():
                return

    def _peek(self) -> str:
        if self._place >= len(self._buffer):
            self._more()
        return self._buffer[self._place : self._place + 1]

    def _more(self) -> bool:
        """Take another block, and let go of what is behind."""
        block = next(self._text, "")
        self._over = not block
        if block:
            self._buffer, self._place = self._buffer[self._place :] + block, 0
        return bool(block)

    def _broken_off(self, error: Exception | None = None) -> UserError:
        if (
            isinstance(error, json.JSONDecodeError)
            and error.pos < len(self._buffer) - 1
            and "Unterminated" not in error.msg
        ):
            return self._error(error.msg)
        return UserError("it is broken off: the file ends in the middle of a value; get it again from where it came")

    def _error(self, what: str) -> UserError:
        return UserError(f"it is no JSON ({what}, before {self._buffer[self._place : self._place + 30]!r})")


_TOO_LARGE = object()


def _texts(stream: BinaryIO) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for block in utf8_blocks(stream):
        if text := decoder.decode(block):
            yield text
    if text := decoder.decode(b"", final=True):
        yield text
