"""Files that HFS+ keeps compressed (decmpfs) and the engine does not unpack.

Such a file has an empty data fork; its content is in the extended attribute `com.apple.decmpfs` or in the resource fork. The
engine unpacks one of the methods (LZVN); for the others it shows an empty file, which would be a false statement. The
attributes file is therefore searched for the keys of such attributes: after Apple's Technical Note TN1150 a key holds the file
number (4 bytes), the start block (4, zero), the length of the name in characters (2) and the name in UTF-16, big-endian.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.evidence.base import Stream

ATTRIBUTES_FILE = 8  # the number of the attributes file in every HFS+ volume
_NAME = "com.apple.decmpfs"
_TAIL = bytes(4) + len(_NAME).to_bytes(2, "big") + _NAME.encode("utf-16-be")
_KEY = re.compile(b"(.{4})" + re.escape(_TAIL), re.DOTALL)
_BLOCK = 1 << 20


def packed_files(attributes: Stream) -> frozenset[int]:
    """Numbers of the files with a `com.apple.decmpfs` attribute. Raises EvidenceError."""
    found: set[int] = set()
    kept = b""
    while block := attributes.read(_BLOCK):
        text = kept + block
        found.update(int.from_bytes(match[1], "big") for match in _KEY.finditer(text))
        kept = text[-(len(_TAIL) + 4) :]
    return frozenset(found)
