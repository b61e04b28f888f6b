"""Packed contents: every packing, alone and in rows, damaged, bombs, inside archives; each compared with the tool that made it."""

import bz2
import gzip
import io
import lzma
import random
import subprocess
import tarfile
import zipfile

import pytest
import zstandard
from corpus import corpus_file
from evidence_walk import by_path, content, opened, tool, walk

from triage.errors import EvidenceError, LimitReached, Truncated
from triage.evidence.lz4_frames import linked_block
from triage.evidence.packings import PACKINGS, packing_of, unpacked_pieces
from triage.model import Problem

WORDS = b" ".join(b"%d words of a fictional letter" % number for number in range(4000))
MIXED = WORDS + bytes(300_000) + random.Random(7).randbytes(70_000) + b"end"
MADE = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
    "lz4": lambda data: tool("lz4", "-c", "-", input=data),
    "lz4 linked": lambda data: tool("lz4", "-BD", "-B4", "-BX", "--content-size", "-c", "-", input=data),
}


def unpacked(data):
    return b"".join(piece for piece, _ in unpacked_pieces(io.BytesIO(data), packing_of(data[:16])))


def zipped(path, name, data):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("beside.txt", b"beside")
        archive.writestr(name, data)
    return path


def listed(path, scratch, name, **limits):
    """The members of the packed file `name` in a zip, and the problems of listing it."""
    evidence = opened(path, scratch, **limits)
    entry = by_path(walk(evidence)[0])[f"/{name}"]
    found = list(evidence.children(entry))
    return (
        evidence,
        [each for each in found if not isinstance(each, Problem)],
        [each for each in found if isinstance(each, Problem)],
    )


@pytest.mark.parametrize("kind", MADE)
def test_every_packing_gives_back_what_was_packed(kind):
    packed = MADE[kind](MIXED)
    assert packing_of(packed[:16]) == kind.split()[0]
    assert unpacked(packed) == MIXED
    assert unpacked(MADE[kind](b"")) == b""


@pytest.mark.parametrize("kind", MADE)
def test_several_in_a_row_are_one_content_and_zeros_behind_are_padding(kind):
    assert unpacked(MADE[kind](MIXED) + MADE[kind](b"more") + bytes(512)) == MIXED + b"more"


@pytest.mark.parametrize("kind", MADE)
def test_packed_data_that_break_off_are_truncated_and_what_came_before_is_sound(kind):
    packed, pieces = MADE[kind](MIXED), []
    with pytest.raises(Truncated, match="too early"):
        pieces.extend(piece for piece, _ in unpacked_pieces(io.BytesIO(packed[:-7]), packing_of(packed[:16])))
    assert MIXED.startswith(b"".join(pieces))


@pytest.mark.parametrize("kind", MADE)
def test_changed_packed_data_give_pieces_or_an_error_of_ours(kind):
    packed, rng = MADE[kind](MIXED), random.Random(3)
    for _ in range(60):
        changed = bytearray(packed)
        for _ in range(3):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        word = kind.split()[0]
        try:
            for piece, _ in unpacked_pieces(io.BytesIO(bytes(changed)), word):
                assert len(piece) <= 33 << 20
        except EvidenceError:
            pass


def test_a_changed_checksum_of_gzip_is_noticed():
    packed = bytearray(gzip.compress(MIXED))
    packed[-8] ^= 1
    with pytest.raises(EvidenceError, match="checksum"):
        unpacked(bytes(packed))


@pytest.mark.parametrize("name", ["test_compat_mac-1.tar.Z", "test_read_format_gtar_filename_eucjp.tar.Z"])
def test_what_compress_made_is_what_gzip_unpacks(name):
    path = corpus_file("hostile", "archives", name)
    assert unpacked(path.read_bytes()) == tool("gzip", "-dc", path)


class Codes:
    """Codes in groups of eight of one width, as `compress` writes them."""

    def __init__(self):
        self.width, self.made, self._group = 9, b"", []

    def put(self, code):
        self._group.append(code)
        if len(self._group) == 8:
            self.fill()

    def fill(self, *, full=True):
        if self._group:
            whole = sum(code << self.width * at for at, code in enumerate(self._group))
            self.made += whole.to_bytes(self.width if full else -(-self.width * len(self._group) // 8), "little")
            self._group.clear()


def lzw(data, most):
    """A small packer in the form of `compress` that never clears the table."""
    codes, table, held = Codes(), {bytes((value,)): value for value in range(256)}, b""
    for value in data:
        longer = held + bytes((value,))
        if longer in table:
            held = longer
            continue
        codes.put(table[held])
        held = longer[-1:]
        if len(table) == 1 << codes.width and codes.width < most:
            codes.fill()
            codes.width += 1
        if len(table) < 1 << most:
            table[longer] = len(table)
    codes.put(table[held])
    codes.fill(full=False)
    return b"\x1f\x9d" + bytes((most,)) + codes.made


@pytest.mark.parametrize("most", [10, 12, 16])
def test_compress_without_clearing_agrees_with_gzip(most):
    data = WORDS + bytes(50_000) + random.Random(5).randbytes(3000)
    packed = lzw(data, most)
    assert subprocess.run(["gzip", "-dc"], input=packed, capture_output=True, check=False).stdout == data
    assert unpacked(packed) == data
    pieces = [packed[at : at + 7] for at in range(0, len(packed), 7)]
    engine = PACKINGS["z"].engine()
    assert b"".join(piece for part in pieces for piece in engine.feed(part)) == data


def test_a_block_of_lz4_that_copies_from_nowhere_is_damage():
    with pytest.raises(EvidenceError, match="damaged"):
        linked_block(b"\x10a\xff\xff\x00", b"", 1 << 16)
    assert linked_block(b"\x1fa\x01\x00\x00\x10b", b"", 1 << 16) == b"a" * 20 + b"b"


def test_the_member_has_the_name_and_time_that_gzip_stored(tmp_path):
    held = io.BytesIO()
    with gzip.GzipFile("../letters/June.txt", "wb", fileobj=held, mtime=1_700_000_000) as file:
        file.write(WORDS)
    packed = held.getvalue().replace(b"June.txt", b"../J.txt")  # the library stores the last part alone
    evidence, (member,), problems = listed(zipped(tmp_path / "a.zip", "old.gz", packed), tmp_path, "old.gz")
    assert (member.name, member.size, problems) == ("J.txt", len(WORDS), [])
    assert member.path == "/old.gz/J.txt"
    assert member.times.modified.ns == 1_700_000_000 * 10**9
    assert content(evidence, member) == WORDS
    evidence.close()


@pytest.mark.parametrize(
    ("name", "kind", "inner"),
    [
        ("a.TXT.bz2", "bz2", "a.TXT"),
        ("b.txz", "xz", "b.tar"),
        ("c", "zst", "c.unpacked"),
        (".lz4", "lz4", ".lz4.unpacked"),
    ],
)
def test_other_members_have_the_name_of_the_packed_file_without_its_ending(name, kind, inner, tmp_path):
    evidence, (member,), _ = listed(zipped(tmp_path / "a.zip", name, MADE[kind](WORDS)), tmp_path, name)
    assert (member.name, content(evidence, member)) == (inner, WORDS)
    evidence.close()


def test_a_packed_tar_is_listed_and_read_through_both(tmp_path):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:xz") as archive:
        info = tarfile.TarInfo("in/letter.txt")
        info.size = len(WORDS)
        archive.addfile(info, io.BytesIO(WORDS))
    path = zipped(tmp_path / "a.zip", "b.tar.xz", held.getvalue())
    evidence, (member,), _ = listed(path, tmp_path, "b.tar.xz")
    _, letter = list(evidence.children(member))
    assert letter.path == "/b.tar.xz/b.tar/in/letter.txt"
    assert content(evidence, letter) == WORDS
    assert [step.scheme for step in letter.locator.steps] == ["zip", "xz", "tar"]
    fresh = opened(path, tmp_path)
    stream = fresh.open(letter.locator)
    assert stream.read() == WORDS
    for each in (stream, evidence, fresh):
        each.close()


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst"])
def test_a_member_that_breaks_off_is_kept_as_far_as_it_goes(kind, tmp_path):
    data = random.Random(9).randbytes(3 << 20)
    packed = MADE[kind](data)
    path = zipped(tmp_path / "a.zip", "x.bin", packed[: len(packed) * 2 // 3])
    evidence, (member,), (problem,) = listed(path, tmp_path, "x.bin")
    assert problem.kind == "truncated"
    assert "too early" in problem.message
    kept = content(evidence, member)
    assert member.size == len(kept) > 100_000
    assert data.startswith(kept)
    evidence.close()


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst", "lz4"])
def test_bombs_end_at_the_limits(kind, tmp_path):
    path = zipped(tmp_path / "a.zip", "bomb", MADE[kind](bytes(96 << 20)))
    evidence = opened(path, tmp_path, inflation_ratio=100)
    entry = by_path(walk(evidence)[0])["/bomb"]
    with pytest.raises(LimitReached, match="100 times"):
        list(evidence.children(entry))
    evidence.close()
    small = opened(path, tmp_path, scratch_copy_bytes=1 << 20, memory_copy_bytes=1 << 10)
    with pytest.raises(LimitReached, match="1048576 bytes"):
        list(small.children(entry))
    small.close()
    assert [each.name for each in tmp_path.iterdir()] == ["a.zip"]


def test_packed_inside_packed_ends_at_the_depth(tmp_path):
    data = WORDS
    for _ in range(6):
        data = gzip.compress(data)
    evidence, members, _ = listed(zipped(tmp_path / "a.zip", "p.gz", data), tmp_path, "p.gz")
    depth = 2
    while True:
        try:
            members = list(evidence.children(members[0]))
            depth += 1
        except LimitReached:
            break
    assert depth == 5  # the zip and four of gzip
    evidence.close()


def test_a_packed_letter_as_source_is_an_archive_of_one(tmp_path):
    path = tmp_path / "letter.txt.gz"
    path.write_bytes(MADE["gz"](WORDS))
    evidence = opened(path, tmp_path / "scratch")
    (member,), problems = walk(evidence)
    assert (evidence.format, member.path, problems) == ("gz", "/letter.txt", [])
    assert content(evidence, member) == WORDS
    evidence.close()
