"""What an F2FS inode says: kind, size, times, flags, and how the rest of its block is divided.

    0    mode, advice, inline flags, owner, links, size, times, flags, parent, name (255 bytes)
    360  923 words: extra attributes (where flagged), then block addresses or inline content, then inline attributes
    4052 five node numbers: two direct, two indirect, one doubly indirect
    4072 footer

Source of the facts: `include/linux/f2fs_fs.h` of the kernel; the space kept for inline attributes depends on the features of the
file system (`flexible_inline_xattr`).
"""

from __future__ import annotations

import stat
import struct

from triage.errors import Malformed
from triage.evidence.f2fs_structures import (
    BLOCK,
    COMPRESSED,
    COMPRESSION,
    FLEXIBLE_INLINE_XATTR,
    INODE_CRTIME,
    NULL,
    RESERVED,
)
from triage.model import Kind, Stamp, Times
from triage.model.entries import NANOSECONDS

WORDS_AT = 360
WORDS = 923
NODE_WORDS = 1018  # addresses in a direct node, node numbers in an indirect one

_HEAD = struct.Struct("<HBBIIIQQqqqIIIIIIIII")  # mode to length of the name, 92 bytes
_NAME_AT = 92
_ROOTS = struct.Struct("<5I")
_ROOTS_AT = WORDS_AT + WORDS * 4
_CREATED = struct.Struct("<qI")
_CREATED_AT = WORDS_AT + 12
_PACKING_AT = WORDS_AT + 32
_INLINE_XATTR, _INLINE_DATA, _INLINE_NAMES, _EXTRA = 0x01, 0x02, 0x04, 0x20
_ENCRYPTED, _ENCRYPTED_NAME = 0x04, 0x08  # advice
_PACKED, _CASEFOLD = 0x4, 0x40000000  # flags
_DEFAULT_XATTR_WORDS = 50
_LAST_SECOND = (1 << 63) // NANOSECONDS - 1  # of a stamp in 64 bits of nanoseconds


class Inode:
    """One inode block. Raises Malformed where its parts do not fit in it. `address` is where the block is."""

    __slots__ = (
        "_advice", "_extra", "_flags", "_head", "_inline", "_xattr",
        "address", "block", "feature", "kind", "links", "mode", "name", "nid", "parent", "size",
    )  # fmt: skip

    def __init__(self, nid: int, address: int, block: bytes, feature: int) -> None:
        head = _HEAD.unpack_from(block)
        self.nid, self.address, self.block, self.feature = nid, address, block, feature
        self._head = head
        self.mode, self._advice, self._inline = head[0], head[1], head[2]
        self.links, self.size, self._flags, self.parent = head[5], head[6], head[17], head[18]
        self.name = block[_NAME_AT : _NAME_AT + min(head[19], 255)]
        self.kind = _KINDS.get(stat.S_IFMT(self.mode), Kind.OTHER)
        self._extra = self._extra_words()
        self._xattr = self._xattr_words()

    @property
    def encrypted(self) -> bool:
        """Content, and names inside if it is a folder, are encrypted by the kernel (fscrypt)."""
        return bool(self._advice & _ENCRYPTED)

    @property
    def name_encrypted(self) -> bool:
        """The name kept in the inode is encrypted."""
        return bool(self._advice & _ENCRYPTED_NAME)

    @property
    def casefolded(self) -> bool:
        """Names inside are looked up without regard to case."""
        return bool(self._flags & _CASEFOLD)

    @property
    def is_link(self) -> bool:
        """A symbolic link."""
        return stat.S_ISLNK(self.mode)

    @property
    def has_inline_data(self) -> bool:
        """The content is in the inode block itself."""
        return bool(self._inline & _INLINE_DATA)

    @property
    def has_inline_names(self) -> bool:
        """The names of a folder are in the inode block itself."""
        return bool(self._inline & _INLINE_NAMES)

    @property
    def inline_at(self) -> int:
        """Where inline content begins in the block: after the extra attributes and one word kept free."""
        return WORDS_AT + 4 * (self._extra + 1)

    @property
    def inline_area(self) -> bytes:
        """The room for inline content."""
        return self.block[self.inline_at : WORDS_AT + 4 * (WORDS - self._xattr)]

    @property
    def packing(self) -> tuple[int, int, bool] | None:
        """Algorithm, blocks of a cluster and whether checksums are kept, of a compressed file. Raises Malformed."""
        if not (self._flags & _PACKED and self.feature & COMPRESSION and self._extra >= 9 and self.kind is Kind.FILE):
            return None
        algorithm, log_cluster, flag = struct.unpack_from("<BBH", self.block, _PACKING_AT)
        if not 2 <= log_cluster <= 8:
            raise Malformed("the compressed file states an impossible cluster size")
        return algorithm, 1 << log_cluster, bool(flag & 1)

    def addresses(self) -> tuple[int, ...]:
        """The block addresses in the inode, those of a compressed file in whole clusters. Raises Malformed."""
        words = self._words()
        packing = self.packing
        return words if packing is None else words[: len(words) - len(words) % packing[1]]

    def roots(self) -> tuple[int, ...]:
        """The five node numbers."""
        return _ROOTS.unpack_from(self.block, _ROOTS_AT)

    def first_byte(self) -> int | None:
        """Offset in the file system of the content's first byte, as far as the inode itself says it."""
        if self.has_inline_data:
            return self.address * BLOCK + self.inline_at
        (first,) = struct.unpack_from("<I", self.block, WORDS_AT + 4 * self._extra)
        if first not in _NO_ADDRESS:
            return int(first) * BLOCK
        return next((each * BLOCK for each in self._words() if each not in _NO_ADDRESS), None)

    def times(self) -> Times:
        """The four times, UTC; a creation time only where the file system keeps one."""
        head = self._head
        born = None
        if self.feature & INODE_CRTIME and self._extra >= 6:
            born = _stamp(*_CREATED.unpack_from(self.block, _CREATED_AT))
        return Times(_stamp(head[10], head[13]), _stamp(head[8], head[11]), _stamp(head[9], head[12]), born)

    def _words(self) -> tuple[int, ...]:
        count = WORDS - self._extra - self._xattr
        return struct.unpack_from(f"<{count}I", self.block, WORDS_AT + 4 * self._extra)

    def _extra_words(self) -> int:
        if not self._inline & _EXTRA:
            return 0
        (size,) = struct.unpack_from("<H", self.block, WORDS_AT)
        if size % 4 or not 4 <= size <= 4 * (WORDS - 1):
            raise Malformed(f"inode {self.nid} states an impossible size of its extra attributes")
        return int(size) // 4

    def _xattr_words(self) -> int:
        if self.feature & FLEXIBLE_INLINE_XATTR and self._extra:
            (words,) = struct.unpack_from("<H", self.block, WORDS_AT + 2)
        else:
            words = _DEFAULT_XATTR_WORDS if self._inline & (_INLINE_XATTR | _INLINE_NAMES) else 0
        if self._extra + 1 + words > WORDS:
            raise Malformed(f"inode {self.nid} keeps more room for attributes than it has")
        return int(words)


_KINDS = {stat.S_IFREG: Kind.FILE, stat.S_IFDIR: Kind.FOLDER}
_NO_ADDRESS = frozenset({NULL, RESERVED, COMPRESSED})


def _stamp(seconds: int, nanoseconds: int) -> Stamp | None:
    """A time; None where it was not set or is none."""
    if not (seconds or nanoseconds) or abs(seconds) > _LAST_SECOND or nanoseconds >= NANOSECONDS:
        return None
    return Stamp(seconds * NANOSECONDS + nanoseconds)
