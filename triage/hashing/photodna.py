"""PhotoDNA values: 144 bytes that a licensed program computed. They are kept with their list and written out with it.

Sigap computes none, which needs licensed code, and so has nothing to compare them with.
"""

from __future__ import annotations

import base64
import binascii
import re

_BASE64, _HEX = 192, 288  # characters


def photodna(text: str) -> bytes | None:
    """The value from base64 or hexadecimal; None where the text is of another length or neither."""
    text = text.strip()
    try:
        if len(text) == _BASE64:
            return base64.b64decode(text, validate=True)
        if len(text) == _HEX and re.fullmatch("[0-9A-Fa-f]+", text):
            return bytes.fromhex(text)
    except (binascii.Error, ValueError):
        return None
    return None
