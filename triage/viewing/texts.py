"""Bytes as text a person can read: which encoding, and where a page ends."""

from __future__ import annotations

import codecs
from typing import Final

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "latin-1")  # those offered to choose from
SAMPLE = 4096
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNSHOWN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), "·")  # all control characters but tab and line ends


def encoding_of(head: bytes) -> str:
    """The encoding of a text from its first bytes: a mark, else zeros on one side of pairs, else UTF-8 where it fits, else Windows-1252."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    sample = head[:SAMPLE]
    half = len(sample) // 2 or 1
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if sample[first::2].count(0) > half * 0.4 and sample[1 - first :: 2].count(0) < half * 0.1:
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decoded(raw: bytes, encoding: str, *, last: bool) -> tuple[str, int]:
    """The text, control characters and undecodable bytes as a middle dot and U+FFFD, and how many bytes it took.

    A character that `raw` cuts in two is left for the next page unless this is the `last` one.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(raw, final=last)
    left = 0 if last else len(decoder.getstate()[0])
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSHOWN), len(raw) - left
