"""Lists of PDQ fingerprints as text.

One fingerprint a line, 64 hexadecimal digits, which nothing tells from a SHA-256: the operator says which. Beside it may stand its quality,
before or after, and a name. The frames of a clip as vPDQ's programs write them, `frame,quality,fingerprint,second`, are known by
their form; they go under the name of their file, for they are matched together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.hashing.sources.lines import LINE_LIMIT, line_blocks

if TYPE_CHECKING:
    from triage.hashing.intake import Intake
    from triage.hashing.sources.origin import Origin

_PDQ = re.compile(r"[0-9A-Fa-f]{64}\Z")
_FRAME = re.compile(rb"\d{1,9},(?P<quality>\d{1,3}),(?P<pdq>[0-9A-Fa-f]{64}),\d{1,9}(?:\.\d{1,9})?\s*\Z")
_LINE = re.compile(
    rb"(?:(?P<before>\d{1,3})[,;\t ])?(?P<pdq>[0-9A-Fa-f]{64})(?:[,;\t ]\s*(?P<after>\d{1,3})(?=[,;\t ]|\s*\Z))?(?:[,;\t ]+(?P<name>.*))?\Z"
)


def pdq(text: str) -> bytes | None:
    """The fingerprint that a text states, or None."""
    text = text.strip()
    return bytes.fromhex(text) if _PDQ.match(text) else None


def is_frames(text: bytes) -> bool:
    """Whether a text begins with the frames of a clip."""
    first, _, rest = text.partition(b"\n")
    return bool(_FRAME.match(first)) and (not rest or bool(_FRAME.match(rest.partition(b"\n")[0])))


def read_prints(origin: Origin, intake: Intake) -> None:
    """Every line of the source. Raises OSError."""
    clip = re.sub(r"\.vpdq\Z", "", origin.path.stem).encode("utf-8", "surrogateescape")
    number = 0
    with origin.stream() as stream:
        for block in line_blocks(stream):
            for line in block.removesuffix(b"\n").split(b"\n"):
                number += 1
                _take(line.strip(b"\r\n\x00 \t"), number, intake, clip)


def _take(line: bytes, number: int, intake: Intake, clip: bytes) -> None:
    if not line or line[:1] in b"#%":
        return
    if len(line) > LINE_LIMIT:
        intake.refuse(number, f"longer than {LINE_LIMIT:,} bytes")
        return
    frame = _FRAME.match(line)
    match = frame or _LINE.match(line)
    if match is None:
        intake.refuse(number, "no PDQ of 64 hexadecimal digits")
        return
    stated = match["quality"] if frame else (match["before"] or match["after"])
    values = {"pdq": bytes.fromhex(match["pdq"].decode("ascii"))}
    if stated and int(stated) <= 100:
        values["quality"] = bytes([int(stated)])
    intake.add(number, values, name=clip if frame else (match["name"] or b"").strip())
