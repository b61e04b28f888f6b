"""F2FS images for tests: made by mkfs.f2fs and sload.f2fs, and changed byte by byte after the layout the kernel publishes."""

import io
import os
import random
import struct
import zlib
from pathlib import Path

from evidence_walk import tool

from triage.errors import EvidenceError
from triage.evidence.f2fs import F2fs
from triage.evidence.streams import FileStream
from triage.model import Kind, Locator, Problem, Step
from triage.settings import Limits

NS = 1_000_000_000
WITHIN = Locator((Step("volume", "p1", 0),))

BLOCK, SEGMENT = 4096, 512


def crc(data, seed=0xF2F52010):
    return zlib.crc32(data, seed ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def make(path, tree, *features, size=64 << 20):
    """An image of a folder. Skips where the tools are not installed."""
    with path.open("wb") as file:
        file.truncate(size)
    tool("mkfs.f2fs", "-q", *features, path)
    tool("sload.f2fs", "-f", tree, path)
    return path


def make_small(folder):
    """A little image to be changed: a file of some blocks, an inline one, a folder, a long name."""
    top = folder / "top"
    (top / "sub").mkdir(parents=True)
    (top / "holiday.jpg").write_bytes(random.Random(3).randbytes(20_000))
    (top / "note.txt").write_bytes(b"meet at the harbour")
    (top / "sub" / "inner.txt").write_bytes(b"inner" * 2000)
    (top / "other-file-with-a-long-name.bin").write_bytes(b"other" * 4000)
    return make(folder / "small.img", top, "-O", "extra_attr,compression")


def layer(source, offset=0, **limits):
    stream = FileStream(source) if isinstance(source, Path) else io.BytesIO(bytes(source))
    return F2fs(stream, offset, Limits(**limits))


def walk(system):
    """All entries by path (deleted ones listed apart) and all problems."""
    found, deleted, problems, left = {}, [], [], list(system.children(WITHIN, None))
    while left:
        each = left.pop(0)
        if isinstance(each, Problem):
            problems.append(each)
            continue
        if each.deleted:
            deleted.append(each)
        else:
            found[each.path] = each
        if each.kind is Kind.FOLDER:
            try:
                for child in system.children(WITHIN, each.locator.steps[-1]):
                    left.append(child)  # noqa: PERF402 - what came before an error counts
            except EvidenceError as error:
                problems.append(error)
    return found, deleted, problems


def read(system, entry):
    return system.open(entry.locator.steps[-1]).read()


class Disk:
    """An image in memory, with what the kernel would do to it when files are deleted, packed or encrypted."""

    def __init__(self, path):
        self.data = bytearray(Path(path).read_bytes())
        at = 1024
        (self.checkpoint,) = struct.unpack_from("<I", self.data, at + 76)
        self.sit, self.nat, _, self.main = struct.unpack_from("<4I", self.data, at + 80)
        (self.sit_segments,) = struct.unpack_from("<I", self.data, at + 56)

    def save(self, path):
        path.write_bytes(self.data)
        return path

    def word(self, at, value=None, form="<I"):
        if value is not None:
            struct.pack_into(form, self.data, at, value)
        return struct.unpack_from(form, self.data, at)[0]

    @property
    def pack(self):
        """Byte offset of the newer checkpoint pack."""
        packs = [(self.checkpoint + at) * BLOCK for at in (0, SEGMENT)]
        return max(packs, key=lambda at: self.word(at, form="<Q"))

    @property
    def tail(self):
        return self.pack + (self.word(self.pack + 136) - 1) * BLOCK

    def seal(self, **words):
        """Set words of the checkpoint by offset (`w132=...`), write its second copy and both checksums."""
        head = self.pack
        for name, value in words.items():
            self.word(head + int(name[1:]), value)
        block = self.data[head : head + BLOCK]
        at = struct.unpack_from("<I", block, 164)[0]
        total = crc(block[:at])
        total = crc(block[at + 4 :], total) if at < BLOCK - 4 else total
        struct.pack_into("<I", block, at, total)
        self.data[head : head + BLOCK] = block
        self.data[self.tail : self.tail + BLOCK] = block

    def bitmaps(self):
        """Byte offsets of the SIT and NAT bitmaps of a plain checkpoint."""
        return self.pack + 192, self.pack + 192 + self.word(self.pack + 156)

    def nat_entries(self, nid):
        """Byte offsets of the current and the other table entry of a node."""
        number, at = divmod(nid, 455)
        first = (self.nat + 2 * number - number % SEGMENT) * BLOCK + at * 9
        second = first + SEGMENT * BLOCK
        bit = self.data[self.bitmaps()[1] + number // 8] & 0x80 >> number % 8
        return (second, first) if bit else (first, second)

    def journal(self):
        """Byte offset of the NAT journal."""
        head, flags = self.pack, self.word(self.pack + 132)
        if flags & 4:
            return head + self.word(head + 140) * BLOCK
        return self.tail - (6 if flags & 0x21 else 3) * BLOCK + 3584

    def node(self, nid):
        """Byte offset of a node's block."""
        start = self.journal()
        for at in range(start + 2, start + 2 + 13 * self.word(start, form="<H"), 13):
            if self.word(at) == nid:
                return self.word(at + 9) * BLOCK
        return self.word(self.nat_entries(nid)[0] + 5) * BLOCK

    def flush_journal(self):
        """What the journal says goes into both copies of the table."""
        start = self.journal()
        for at in range(start + 2, start + 2 + 13 * self.word(start, form="<H"), 13):
            for entry in self.nat_entries(self.word(at)):
                self.data[entry : entry + 9] = self.data[at + 4 : at + 13]
        self.word(start, 0, "<H")

    def slot(self, name, folder=3):
        """Byte offsets of the block of names of a folder that holds a name, of the slot, and the slot's number."""
        inode = self.node(folder)
        extra = self.word(inode + 360, form="<H") if self.data[inode + 3] & 0x20 else 0
        for at in range(inode + 360 + extra, inode + 4052, 4):
            block = self.word(at) * BLOCK
            if not 0 < block < len(self.data):
                continue
            found = self.data.find(os.fsencode(name), block + 2384, block + BLOCK)
            if found >= 0:
                number = (found - block - 2384) // 8
                return block, block + 30 + 11 * number, number
        raise AssertionError(f"no such name: {name}")

    def ino(self, name, folder=3):
        return self.word(self.slot(name, folder)[1] + 4)

    def remove_name(self, name, folder=3):
        block, slot, number = self.slot(name, folder)
        for at in range(number, number + (self.word(slot + 8, form="<H") + 7) // 8):
            self.data[block + at // 8] &= ~(1 << at % 8)

    def free_node(self, nid):
        """The current table entry becomes empty; the other copy keeps the former place."""
        self.flush_journal()
        current, other = self.nat_entries(nid)
        self.data[other : other + 9] = self.data[current : current + 9]
        self.word(current + 5, 0)

    def free_blocks(self):
        """No block is in use any more, for the whole main area."""
        for copy in (0, self.sit_segments // 2 * SEGMENT):
            start = (self.sit + copy) * BLOCK
            self.data[start : start + BLOCK] = bytes(BLOCK)
        head, flags = self.pack, self.word(self.pack + 132)
        journal = self.journal() + 507 if flags & 4 else self.journal() + 2 * BLOCK
        self.word(journal, 0, "<H")
        return head
