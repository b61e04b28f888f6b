"""XML from evidence as a stream of events: any size in bounded memory, no document type, no entities.

expat does the reading; it knows neither files nor addresses here, and a document type declaration, the way to entities that
expand without end, ends it. Exporting programs write characters that XML does not allow into otherwise sound documents
(UFDR reports do): these are replaced by U+FFFD and counted, the rest is read.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple, Protocol
from xml.parsers import expat

from triage.errors import LimitReached, Malformed, Truncated

if TYPE_CHECKING:
    from collections.abc import Iterator


BLOCK = 1 << 16
MOST_DEPTH = 200
MOST_TEXT = 4 << 20  # characters of one text; what is beyond is cut
MOST_PENDING = 8 << 20  # bytes of one tag
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,9}));")
_LONGEST_REFERENCE = 12
_REPLACEMENT = "\ufffd"


class Source(Protocol):
    """What the document is read from."""

    def read(self, size: int = -1, /) -> bytes: ...
    def seek(self, offset: int, /) -> int: ...


class Start(NamedTuple):
    """A start tag: local name, attributes (with their prefixes), and the line it is on."""

    name: str
    attributes: dict[str, str]
    line: int


class End(NamedTuple):
    """An end tag, with the text between it and the tag before."""

    name: str
    text: str


class XmlEvents:
    """The events of one document, in order. `replaced` counts the characters that XML does not allow.

    `prefixed`: the names of tags keep their prefix.
    """

    def __init__(self, stream: Source, *, prefixed: bool = False) -> None:
        self._stream, self._prefixed = stream, prefixed
        self._events: list[Start | End] = []
        self._text: list[str] = []
        self._length = self._depth = self._fed = 0
        self.replaced = 0

    def __iter__(self) -> Iterator[Start | End]:
        """Raises Malformed, Truncated or LimitReached behind the last event that can be had."""
        parser = self._parser()
        for text, last in self._texts():
            try:
                parser.Parse(text, last)
            except expat.ExpatError as error:
                yield from self._taken()
                raise _damage(error, last=last) from error
            except (Malformed, LimitReached):
                yield from self._taken()
                raise
            self._fed += len(text.encode("utf-8", "surrogatepass"))
            yield from self._taken()
            if self._fed - max(0, parser.CurrentByteIndex) > MOST_PENDING:
                raise LimitReached(f"a tag of more than {MOST_PENDING} bytes in line {parser.CurrentLineNumber}")

    def _taken(self) -> list[Start | End]:
        events, self._events = self._events, []
        return events

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, attributes: self._start(name, attributes, parser.CurrentLineNumber)
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _refused
        parser.EntityDeclHandler = _refused
        return parser

    def _start(self, name: str, attributes: dict[str, str], line: int) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise LimitReached(f"more than {MOST_DEPTH} tags inside each other in line {line}")
        if self._text:
            self._forget_text()
        self._events.append(Start(self._named(name), attributes, line))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._events.append(End(self._named(name), "".join(self._text)))
        if self._text:
            self._forget_text()

    def _named(self, name: str) -> str:
        return name if self._prefixed else _local(name)

    def _characters(self, text: str) -> None:
        kept = text[: max(0, MOST_TEXT - self._length)]
        self._length += len(kept)
        if kept:
            self._text.append(kept)

    def _forget_text(self) -> None:
        self._text, self._length = [], 0

    def _texts(self) -> Iterator[tuple[str, bool]]:
        """The document as text, cleaned, and whether it was the last of it."""
        self._stream.seek(0)
        block = self._stream.read(BLOCK)
        encoding = next((name for mark, name in _MARKS if block.startswith(mark)), "utf-8")
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        held = ""
        while block:
            text = held + decoder.decode(block)
            # a reference may lie across two blocks: what follows the last & waits for the next
            cut = text.rfind("&", max(0, len(text) - _LONGEST_REFERENCE))
            text, held = (text, "") if cut < 0 else (text[:cut], text[cut:])
            yield self._cleaned(text), False
            block = self._stream.read(BLOCK)
        yield self._cleaned(held + decoder.decode(b"", final=True)), True

    def _cleaned(self, text: str) -> str:
        text, count = _FORBIDDEN.subn(_REPLACEMENT, text)
        self.replaced += count
        return _REFERENCE.sub(self._reference, text) if "&#" in text else text

    def _reference(self, match: re.Match[str]) -> str:
        number = int(match[1], 16) if match[1] else int(match[2])
        if number <= 0x10FFFF and not _FORBIDDEN.match(chr(number)):
            return match[0]
        self.replaced += 1
        return _REPLACEMENT


def _refused(*_: object) -> None:
    raise Malformed("the document declares a type or entities: such XML is not read")


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def _damage(error: expat.ExpatError, *, last: bool) -> Malformed | Truncated:
    if last and error.code in {expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS], *_UNFINISHED}:
        return Truncated(f"the XML breaks off in line {error.lineno}")
    return Malformed(f"the XML is damaged in line {error.lineno}: {expat.errors.messages[error.code]}")


_UNFINISHED = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)
