"""Headers for pixels that a cache keeps without one, so that every program can show them. The pixels follow as they are stored.

BMP (rows from the top, without padding of the store's own), DDS for blocks of BC7, ASTC's own file header for blocks of 4 x 4. Sources: Microsoft's
BITMAPINFOHEADER, BITMAPV4HEADER and DDS_HEADER_DXT10; Arm's description of the .astc file (mark A).
"""

from __future__ import annotations

import struct

MOST_SIDE = 8192  # pixels
_FILE = struct.Struct("<2sIHHI")
_INFO = struct.Struct("<IiiHHIIiiII")
_DXGI_BC7 = 98


def bmp_555(width: int, height: int) -> bytes:
    """16 bits a pixel, five for each colour, blue lowest. A row takes a multiple of four bytes."""
    size = height * ((width * 2 + 3) & ~3)
    info = _INFO.pack(_INFO.size, width, -height, 1, 16, 0, size, 0, 0, 0, 0)
    return _FILE.pack(b"BM", _FILE.size + len(info) + size, 0, 0, _FILE.size + len(info)) + info


def bmp_32(width: int, height: int, *, blue_first: bool) -> bytes:
    """32 bits a pixel with opacity in the highest byte, blue or red in the lowest."""
    size = height * width * 4
    masks = (0xFF0000, 0xFF00, 0xFF) if blue_first else (0xFF, 0xFF00, 0xFF0000)
    info = _INFO.pack(108, width, -height, 1, 32, 3, size, 0, 0, 0, 0)
    info += struct.pack("<4I4s48x", *masks, 0xFF000000, b"BGRs")
    return _FILE.pack(b"BM", _FILE.size + len(info) + size, 0, 0, _FILE.size + len(info)) + info


def dds_bc7(width: int, height: int, size: int) -> bytes:
    """Blocks of BC7, 16 bytes for 4 x 4 pixels."""
    head = struct.pack("<4s7I44x", b"DDS ", 124, 0x81007, height, width, size, 0, 0)
    head += struct.pack("<II4s5I", 32, 4, b"DX10", 0, 0, 0, 0, 0) + struct.pack("<5I", 0x1000, 0, 0, 0, 0)
    return head + struct.pack("<5I", _DXGI_BC7, 3, 0, 1, 0)


def astc(width: int, height: int) -> bytes:
    """Blocks of ASTC, 16 bytes for 4 x 4 pixels."""
    sides = b"".join(length.to_bytes(3, "little") for length in (width, height, 1))
    return b"\x13\xab\xa1\x5c\x04\x04\x01" + sides
