"""Marks of downloaded files, written after RFC 1740 and the structures of XNU (AppleDouble) and as Windows writes its stream."""

import plistlib
import struct
from datetime import datetime

QUARANTINE = b"0083;5f2b9ae0;Safari;11111111-2222-3333-4444-555555555555"
PICTURE, PAGE = "https://example.org/files/foto.jpg", "https://example.org/album?id=7"
WHERE_FROM = plistlib.dumps([PICTURE, PAGE], fmt=plistlib.FMT_BINARY)
DOWNLOADED = plistlib.dumps([datetime(2020, 8, 6, 5, 52, 0)], fmt=plistlib.FMT_BINARY)  # noqa: DTZ001 - as plistlib wants it
ZONE = f"[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl={PAGE}\r\nHostUrl={PICTURE}\r\n".encode()


def apple_double(attributes: dict[str, bytes], resource: bytes = b"") -> bytes:
    """A `._name` file: Finder information with a table of attributes behind it, then the resource fork."""
    entries, data, names = [], b"", list(attributes)
    table_bytes = sum((11 + len(name) + 1 + 3) & ~3 for name in names)
    start = 26 + 24 + 34 + 36 + table_bytes
    for name, value in attributes.items():
        label = name.encode() + b"\0"
        entry = struct.pack(">IIHB", start + len(data), len(value), 0, len(label)) + label
        entries.append(entry.ljust((len(entry) + 3) & ~3, b"\0"))
        data += value
    table = struct.pack(">4sIIII12xHH", b"ATTR", 0, start + len(data), start, len(data), 0, len(names)) + b"".join(
        entries
    )
    finder = bytes(34) + table + data
    head = struct.pack(">4sI16sH", b"\x00\x05\x16\x07", 0x00020000, b"Mac OS X        ", 2)
    parts = struct.pack(">III", 9, 50, len(finder)) + struct.pack(">III", 2, 50 + len(finder), len(resource))
    return head + parts + finder + resource


def marked() -> bytes:
    """A file with every mark that macOS sets."""
    return apple_double(
        {
            "com.apple.quarantine": QUARANTINE,
            "com.apple.metadata:kMDItemWhereFroms": WHERE_FROM,
            "com.apple.metadata:kMDItemDownloadedDate": DOWNLOADED,
            "com.apple.lastuseddate#PS": bytes(16),
        }
    )
