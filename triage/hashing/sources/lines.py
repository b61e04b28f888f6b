"""Text of unknown origin as whole lines in UTF-8, in bounded memory.

UTF-8 with and without a byte order mark, and UTF-16 with one or without. Other encodings pass as they are: digests are ASCII in
all of them, and names keep their bytes.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

BLOCK = 1 << 20
LINE_LIMIT = 1 << 16

_MARKS = ((codecs.BOM_UTF8, None), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def line_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks of whole lines; only the last may lack its line feed.

    A line longer than `LINE_LIMIT` may be cut short, but never below `LINE_LIMIT` + 1 bytes: whoever parses can tell.
    """
    rest, skipping = b"", False
    for block in utf8_blocks(stream):
        data = block
        if skipping:
            end = block.find(b"\n")
            if end < 0:
                continue
            data = block[end:]
        data = rest + data
        cut = data.rfind(b"\n") + 1
        if cut:
            yield data[:cut]
        rest = data[cut:]
        skipping = len(rest) > LINE_LIMIT
        rest = rest[: LINE_LIMIT + 1]
    if rest:
        yield rest


def utf8_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The text in UTF-8, without a byte order mark, block by block."""
    block = _read(stream)
    mark, encoding = _encoding(block)
    block = block[mark:]
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
    while block:
        yield decoder.decode(block).encode("utf-8", "replace") if decoder else block
        block = stream.read(BLOCK)


def as_utf8(head: bytes) -> bytes:
    """The begin of a text in UTF-8, for looking at."""
    mark, encoding = _encoding(head)
    return head[mark:].decode(encoding, "replace").encode("utf-8", "replace") if encoding else head[mark:]


def _read(stream: BinaryIO) -> bytes:
    """A first block that is long enough to tell the encoding, where the source is."""
    block = stream.read(BLOCK)
    while block and len(block) < 64 and (more := stream.read(BLOCK)):
        block += more
    return block


def _encoding(block: bytes) -> tuple[int, str | None]:
    """Bytes of the byte order mark, and the encoding where it is not UTF-8 or alike."""
    for mark, encoding in _MARKS:
        if block.startswith(mark):
            return len(mark), encoding
    even, odd = block[0:200:2], block[1:200:2]
    if len(odd) > 8 and odd.count(0) > 0.9 * len(odd) and even.count(0) < 0.1 * len(even):
        return 0, "utf-16-le"
    if len(odd) > 8 and even.count(0) > 0.9 * len(even) and odd.count(0) < 0.1 * len(odd):
        return 0, "utf-16-be"
    return 0, None
