"""Text and byte arrays out of Java's object serialisation, found without making any object: what WhatsApp's legacy rows hold.

AC ED 00 05, then typed records; a string is 74 and 16 bits of length, a byte array 75 ... with 32 bits. Reference: Java Object
Serialization Specification (mark A for the marks; which field is which is told by what the text looks like).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"\xac\xed\x00\x05"
_STRING = 0x74
MOST_BYTES = 1 << 20


def strings(data: bytes) -> Iterator[str]:
    """Every string object, in order; nothing where it is no serialisation. Lengths are checked, rubbish is passed over."""
    if not data.startswith(MAGIC):
        return
    data = data[:MOST_BYTES]
    at = data.find(bytes([_STRING]), len(MAGIC))
    while at >= 0:
        size = int.from_bytes(data[at + 1 : at + 3], "big")
        raw = data[at + 3 : at + 3 + size]
        text = _text(raw) if len(raw) == size > 0 else None
        if text is not None:
            yield text
        at = data.find(bytes([_STRING]), at + (1 if text is None else 3 + size))


def _text(raw: bytes) -> str | None:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
