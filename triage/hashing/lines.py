"""Text of unknown origin as whole lines in UTF-8, in bounded memory.

UTF-8 with and without a byte order mark, and UTF-16 with one. Other encodings pass as they are: digests are ASCII in
all of them, and names keep their bytes.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

BLOCK = 1 << 20
LINE_LIMIT = 1 << 16


def line_blocks(stream: BinaryIO, seen: Callable[[bytes], object]) -> Iterator[bytes]:
    """Blocks of whole lines; only the last may lack its line feed. `seen` is given every byte of the source once.

    A line longer than `LINE_LIMIT` may be cut short, but never below `LINE_LIMIT` + 1 bytes: whoever parses can tell.
    """
    rest, skipping = b"", False
    for block in _decoded(stream, seen):
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


def _decoded(stream: BinaryIO, seen: Callable[[bytes], object]) -> Iterator[bytes]:
    block = stream.read(BLOCK)
    decoder = None
    for mark, name in ((codecs.BOM_UTF8, ""), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if block.startswith(mark):
            seen(mark)
            block = block[len(mark) :]
            decoder = codecs.getincrementaldecoder(name)("replace") if name else None
            break
    while block:
        seen(block)
        yield decoder.decode(block).encode("utf-8", "replace") if decoder else block
        block = stream.read(BLOCK)
