"""A small writer of Ex01 images, after libewf's "Expert Witness Compression Format version 2 specification" (J. Metz)."""

import hashlib
import struct
import zlib

CHUNK = 64 * 512
DEVICE, CASE, DATA, TABLE, MD5, SHA1, NEXT, DONE = 1, 2, 3, 4, 8, 9, 13, 15
COMPRESSED, CHECKED = 1, 2


def ex01(content, *, packed=True, md5=None):
    """One segment file with the whole disk."""
    file = _File()
    file.section(DEVICE, _text(f"1\nmain\nts\tbp\tph\n{len(content) // 512}\t512\t1\n\n"))
    chunks = [content[at : at + CHUNK] for at in range(0, len(content), CHUNK)]
    case = f"1\nmain\nnm\tcn\ten\tex\ttb\tcp\tsb\na stick\tK-1\tB-1\tS. Example\t{len(chunks)}\t1\t64\n\n"
    file.section(CASE, _text(case))
    start, data, entries = len(file.data), b"", b""
    for chunk in chunks:
        stored, flags = (zlib.compress(chunk), COMPRESSED) if packed else (chunk + _sum(chunk), CHECKED)
        entries += struct.pack("<QLL", start + len(data), len(stored), flags)
        data += stored + bytes(-len(stored) % 16)
    file.section(DATA, data)
    head = struct.pack("<QLL", 0, len(chunks), 0)
    file.section(TABLE, head + _sum(head) + bytes(12) + entries + _sum(entries) + bytes(12))
    digest = hashlib.md5(content).digest() if md5 is None else md5
    file.section(MD5, digest + _sum(digest) + bytes(12))
    file.section(DONE, b"")
    return file.data


class _File:
    """Sections, each followed by what describes it."""

    def __init__(self):
        self.data = b"EVF2\r\n\x81\x00" + struct.pack("<BBHL", 2, 1, 1, 1) + bytes(range(16))
        self._last = 0

    def section(self, kind, body):
        padding = -len(body) % 16
        self.data += body + bytes(padding)
        at = len(self.data)
        size = len(body) + padding
        fixed = struct.pack("<LLQQLL16s12x", kind, 0, self._last, size, 64, padding, bytes(16))
        self.data += fixed + _sum(fixed)
        self._last = at


def _sum(data):
    return struct.pack("<L", zlib.adler32(data))


def _text(text):
    return zlib.compress(b"\xff\xfe" + text.encode("utf-16-le"))
