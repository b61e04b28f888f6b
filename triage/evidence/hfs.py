"""Extended attributes of HFS+ that the engine does not hand out: a look-up in the B-tree of the attributes file.

A key holds the file number (4 bytes), the start block (4, zero for the first record) and the name in UTF-16, big-endian, and keys are in
that order with names last; an inline record is 0x10, 8 reserved bytes, the size (4) and the bytes. Source: Apple's Technical Note TN1150 and
`hfs_format.h` of XNU.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from itertools import pairwise
from typing import TYPE_CHECKING

from triage.errors import Malformed, Unsupported

if TYPE_CHECKING:
    from triage.evidence.base import Stream

ATTRIBUTES_FILE = 8  # the number of the attributes file in every HFS+ volume
_DESCRIPTOR = struct.Struct(">IIbBH2x")
_KEY = struct.Struct(">HxxIIH")
_INLINE = struct.Struct(">I8xI")
_LEAF, _INDEX, _INLINE_DATA = -1, 0, 0x10
_DEEPEST = 16
_KEPT = 64

_Key = tuple[int, bytes]


class Attributes:
    """The attributes file of one volume. Nodes are read when they are needed; the last few are kept."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        head = self._read(0, 512)
        self._depth, self._root = struct.unpack_from(">HI", head, 14)
        (self._node_size,) = struct.unpack_from(">H", head, 32)
        if self._node_size < 512 or self._node_size & (self._node_size - 1) or self._depth > _DEEPEST:
            raise Malformed("the tree of extended attributes has a damaged head")
        self._nodes: OrderedDict[int, tuple[int, list[tuple[_Key, bytes]]]] = OrderedDict()

    def value(self, file: int, name: str) -> bytes | None:
        """The bytes of an attribute; None where the file has none of that name. Raises EvidenceError."""
        wanted = (file, name.encode("utf-16-be"))
        number = self._root
        for _ in range(self._depth):
            kind, records = self._node(number)
            before = [body for key, body in records if key <= wanted]
            if kind == _LEAF:
                return next((_content(body) for key, body in records if key == wanted), None)
            if kind != _INDEX or not before:
                return None
            (number,) = _unpacked(">I", before[-1])
        return None

    def _node(self, number: int) -> tuple[int, list[tuple[_Key, bytes]]]:
        node = self._nodes.get(number)
        if node is None:
            node = self._nodes[number] = _parsed(self._read(number * self._node_size, self._node_size))
            if len(self._nodes) > _KEPT:
                self._nodes.popitem(last=False)
        self._nodes.move_to_end(number)
        return node

    def _read(self, offset: int, size: int) -> bytes:
        self._stream.seek(offset)
        data = self._stream.read(size)
        if len(data) < size:
            raise Malformed(f"the tree of extended attributes ends before byte {offset + size}")
        return data


def _parsed(node: bytes) -> tuple[int, list[tuple[_Key, bytes]]]:
    """Kind, and key and rest of each record. Raises Malformed."""
    _, _, kind, _, count = _DESCRIPTOR.unpack_from(node)
    if 2 * (count + 1) > len(node) - _DESCRIPTOR.size:
        raise Malformed("a node of the tree of extended attributes has more records than room")
    places = struct.unpack_from(f">{count + 1}H", node, len(node) - 2 * (count + 1))[::-1]
    return kind, [_record(node[start:end]) for start, end in pairwise(places)]


def _record(data: bytes) -> tuple[_Key, bytes]:
    """A key of another part of a long attribute (start block not 0) gets a name that nothing is called."""
    length, file, start, characters = _unpacked(_KEY.format, data)
    name = data[_KEY.size : _KEY.size + 2 * characters]
    return (file, name if not start else name + b"\xff\xff\xff"), data[2 + length :]


def _content(body: bytes) -> bytes:
    kind, size = _unpacked(_INLINE.format, body)
    if kind != _INLINE_DATA:
        raise Unsupported("the extended attribute is kept in blocks of its own, which is not read")
    if size > len(body) - _INLINE.size:
        raise Malformed("an extended attribute is longer than its record")
    return body[_INLINE.size : _INLINE.size + size]


def _unpacked(form: str, data: bytes) -> tuple[int, ...]:
    try:
        return struct.unpack_from(form, data)
    except struct.error as error:
        raise Malformed("a record of the tree of extended attributes is cut short") from error
