"""How values are written for a person. Pure functions over text and numbers; no Qt here.

Names and messages come from evidence and are hostile: characters that are invisible, that turn the direction of
writing or that move the cursor are written out, so that what is seen is what is there.
"""

from __future__ import annotations

import re

LONGEST = 400  # characters of one evidence text in one line of the interface
BODY = 4000  # characters of one message body

_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_KEPT_IN_BODY = "\n\t\u200c\u200d\ufe0e\ufe0f"  # lines, and what joins or selects letters and pictographs
_DECIMAL = {"id": (".", ","), "en": (",", ".")}
_SIZES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def shown(text: str, *, limit: int = LONGEST) -> str:
    """Evidence text in one line: what is invisible is written as [U+202E], a byte that is no text as [0xFF]."""
    clear = _HIDDEN.sub(_named, text[:limit])
    return clear if len(text) <= limit else f"{clear}… (+{len(text) - limit})"


def shown_body(text: str, *, limit: int = BODY) -> str:
    """A message body: lines and joined pictographs stay, everything else as in `shown`."""
    body = text.replace("\r\n", "\n")
    clear = _HIDDEN.sub(lambda match: match[0] if match[0] in _KEPT_IN_BODY else _named(match), body[:limit])
    return clear if len(body) <= limit else f"{clear}… (+{len(body) - limit})"


def number(value: float, language: str, *, digits: int = 0) -> str:
    """1.234.567 in Indonesian, 1,234,567 in English."""
    thousands, decimal = _DECIMAL[language]
    text = f"{value:,.{digits}f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def size(value: int | None, language: str) -> str:
    """Bytes in binary units; nothing where the evidence does not say."""
    if value is None:
        return ""
    scaled, unit = float(value), 0
    while abs(scaled) >= 1024 and unit < len(_SIZES) - 1:
        scaled, unit = scaled / 1024, unit + 1
    return f"{number(scaled, language, digits=1 if unit else 0)} {_SIZES[unit]}"


def duration(seconds: float, language: str) -> str:
    """Seconds as 45 s, 3 min 20 s, 2 h 5 min (dtk, mnt, jam in Indonesian)."""
    second, minute, hour = ("dtk", "mnt", "jam") if language == "id" else ("s", "min", "h")
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} {second}"
    if whole < 3600:
        return f"{whole // 60} {minute} {whole % 60} {second}"
    return f"{whole // 3600} {hour} {whole % 3600 // 60} {minute}"


def _named(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # PEP 383: a byte of a name that is no valid text
        return f"[0x{code - 0xDC00:02X}]"
    return f"[U+{code:04X}]"
