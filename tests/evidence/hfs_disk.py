"""A small HFS+ volume for tests, written after Apple's Technical Note TN1150: files with forks, flags and extended attributes.

One leaf node in each B-tree, so a dozen files at most. Compressed contents (decmpfs) are laid out as the headers of XNU describe;
zlib and the reference implementation of LZFSE (which packs short data as LZVN) make the packed bytes.
"""

import struct
import zlib

import lzfse

BLOCK = 4096
NODE = 8192
UF_COMPRESSED = 0x20
PIECE = 65536  # bytes of content in one compressed piece of a resource fork


def volume(files, *, name="Data"):
    """`files`: {name: (data, resource fork, {attribute: bytes}, owner flags)}. The bytes of the whole volume."""
    area = [bytes(BLOCK)]  # block 0: the headers
    records, attributes = [], []
    for number, (label, (data, resource, extra, flags)) in enumerate(files.items(), 16):
        forks = _placed(area, data) + _placed(area, resource)
        records.append((2, label, _file(number, forks, flags, extra)))
        records.append((number, "", struct.pack(">hhI", 4, 0, 2) + _text(label)))
        attributes += [(number, key, value) for key, value in extra.items()]
    records.append((1, name, _folder(2, len(files))))
    records.append((2, "", struct.pack(">hhI", 3, 0, 1) + _text(name)))
    catalog = _placed(area, _tree([(_catalog_key(*key), value) for *key, value in sorted(records, key=_order)], 516))
    extra = _placed(area, _tree([(_attribute_key(*key), _inline(value)) for *key, value in sorted(attributes)], 266))
    overflow = _placed(area, _tree([], 10))
    allocation = _placed(area, b"\xff" * BLOCK)
    blocks = len(area) + 1
    header = _header(len(files), blocks, (allocation, overflow, catalog, extra, bytes(80)))
    area[0] = (bytes(1024) + header).ljust(BLOCK, b"\0")
    return b"".join(area) + (bytes(BLOCK - 1024) + header).ljust(BLOCK, b"\0")


def packed(kind, data):
    """(attribute `com.apple.decmpfs`, resource fork) of a content: even kinds keep the packed bytes in the fork."""
    header = struct.pack("<4sIQ", b"fpmc", kind, len(data))
    if kind % 2:
        return header + _pack(kind, data), b""
    pieces = [_pack(kind, data[at : at + PIECE]) for at in range(0, len(data), PIECE)]
    return header, _zlib_fork(pieces) if kind == 4 else _plain_fork(pieces)


def _pack(kind, data):
    if kind == 1:
        return data
    if kind in (3, 4):
        return zlib.compress(data)
    if kind in (9, 10):
        return b"\xcc" + data
    made = lzfse.compress(data)
    if kind in (11, 12):
        return made
    if made[:4] != b"bvxn":  # the reference packs as LZVN only what is short and can be packed
        return b"\x06" + data
    return made[12 : 12 + struct.unpack_from("<I", made, 8)[0]]


def _zlib_fork(pieces):
    """The fork of kind 4: a resource of type cmpf whose data has a table of places and sizes, then the pieces."""
    table, at = struct.pack("<I", len(pieces)), 4 + 8 * len(pieces)
    for piece in pieces:
        table += struct.pack("<II", at, len(piece))
        at += len(piece)
    data = struct.pack(">I", len(table) + sum(map(len, pieces))) + table + b"".join(pieces)
    return struct.pack(">4I", 256, 256 + len(data), len(data), 50).ljust(256, b"\0") + data + bytes(50)


def _plain_fork(pieces):
    """The fork of the other even kinds: where each piece starts and where the last one ends, then the pieces."""
    at = 4 * (len(pieces) + 1)
    places = [at]
    for piece in pieces:
        at += len(piece)
        places.append(at)
    return struct.pack(f"<{len(places)}I", *places) + b"".join(pieces)


def _placed(area, data):
    """Append the blocks of a fork; returns its 80 bytes of description."""
    count = -(-len(data) // BLOCK)
    start = len(area)
    area += [data[at * BLOCK : (at + 1) * BLOCK].ljust(BLOCK, b"\0") for at in range(count)]
    return struct.pack(">QIIII", len(data), BLOCK, count, start if count else 0, count).ljust(80, b"\0")


def _file(number, forks, flags, extra):
    head = struct.pack(">hHII5I", 2, 6 if extra else 2, 0, number, *[3_700_000_000] * 5)
    return head + struct.pack(">IIBBHI", 0, 0, 0, flags, 0o100644, 1) + bytes(40) + forks


def _folder(number, valence):
    head = struct.pack(">hHII5I", 1, 2, valence, number, *[3_700_000_000] * 5)
    return head + struct.pack(">IIBBHI", 0, 0, 0, 0, 0o40755, 1) + bytes(40)


def _text(text):
    return struct.pack(">H", len(text)) + text.encode("utf-16-be")


def _order(record):
    return record[0], record[1].lower()


def _catalog_key(parent, label):
    key = struct.pack(">I", parent) + _text(label)
    return struct.pack(">H", len(key)) + key


def _attribute_key(number, label):
    key = struct.pack(">HII", 0, number, 0) + _text(label)
    return struct.pack(">H", len(key)) + key


def _inline(value):
    record = struct.pack(">IQI", 0x10, 0, len(value)) + value
    return record + b"\0" * (len(record) % 2)


def _tree(records, longest):
    """A header node and one leaf node (none where there is no record)."""
    depth = root = 1 if records else 0
    rest = struct.pack(">HIBBI", 0, NODE, 0, 0xCF, 6) + bytes(64)
    head = struct.pack(">HIIIIHHII", depth, root, len(records), root, root, NODE, longest, 2, 1 - root) + rest
    bits = bytes([0xC0]).ljust(NODE - 14 - 106 - 128 - 8, b"\0")
    nodes = _node(1, 0, [head, bytes(128), bits])
    return nodes + (_node(-1, 1, [key + value for key, value in records]) if records else bytes(NODE))


def _node(kind, height, records):
    body, places = struct.pack(">IIbBHH", 0, 0, kind, height, len(records), 0), []
    for record in records:
        places.append(len(body))
        body += record
    places.append(len(body))
    offsets = struct.pack(f">{len(places)}H", *reversed(places))
    assert len(body) + len(offsets) <= NODE
    return body.ljust(NODE - len(offsets), b"\0") + offsets


def _header(files, blocks, forks):
    head = struct.pack(">2sHI4sI4I", b"H+", 4, 0x100, b"10.0", 0, *[3_700_000_000] * 4)
    head += struct.pack(">8I", files, 0, BLOCK, blocks, 0, 0, BLOCK, BLOCK)
    return head + struct.pack(">IIQ", 16 + files, 1, 1) + bytes(32) + b"".join(forks)
