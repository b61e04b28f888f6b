"""Apple disk images: made by hand after the format (no tool here writes them), and those of the corpus."""

import bz2
import lzma
import plistlib
import random
import resource
import struct
import zlib

import lzfse
import pytest
from corpus import corpus_file
from making_disks import MEBI, assert_same, assert_survives, raw_bytes

from triage.errors import Encrypted, EvidenceError, Malformed, Unsupported
from triage.evidence.adc import adc_unpacked
from triage.evidence.dmg import open_dmg
from triage.evidence.lzfse_blocks import lzfse_unpacked


def _adc(data):
    """Literal runs, and one copy at a distance where a piece repeats: enough to exercise all three opcodes."""
    made, at = bytearray(), 0
    while at < len(data):
        run = 1
        while at and run < 67 and at + run < len(data) and data[at + run - 1] == data[at - 1] == data[at + run]:
            run += 1
        if at and run >= 4 and data[at : at + run] == data[at - 1 : at] * run:
            made += struct.pack(">BH", 0x40 | run - 4, 0) if run > 18 or run < 4 else bytes([run - 3 << 2, 0])
            at += run
            continue
        piece = data[at : at + 31]
        made += bytes([0x80 | len(piece) - 1]) + piece
        at += len(piece)
    return bytes(made)


METHODS = {
    "stored": (1, bytes),
    "adc": (0x80000004, _adc),
    "zlib": (0x80000005, zlib.compress),
    "bzip2": (0x80000006, bz2.compress),
    "lzfse": (0x80000007, lzfse.compress),
    "lzma": (0x80000008, lzma.compress),
}
CHUNK = 128 * 512


def _table(content, first, kind, pack, data):
    """One part: chunks of 64 KiB, zero ones as zero or unused in turn."""
    entries, crc = b"", 0
    for number, at in enumerate(range(0, len(content), CHUNK)):
        piece = content[at : at + CHUNK]
        sectors = len(piece) // 512
        if any(piece) or number % 2:
            packed = pack(piece) if any(piece) else b""
            entries += struct.pack(">IIQQQQ", kind if packed else 0, 0, at // 512, sectors, len(data), len(packed))
            data += packed
            crc = zlib.crc32(piece, crc)
        else:
            entries += struct.pack(">IIQQQQ", 2, 0, at // 512, sectors, 0, 0)
    entries += struct.pack(">IIQQQQ", 0x7FFFFFFE, 0, 0, 0, 0, 0) + struct.pack(
        ">IIQQQQ", 0xFFFFFFFF, 0, len(content) // 512, 0, 0, 0
    )
    head = struct.pack(">4sIQQQII24x", b"mish", 1, first, len(content) // 512, 0, 0, 0)
    head += struct.pack(">III124x", 2, 32, crc)
    return head + struct.pack(">I", len(entries) // 40) + entries, crc


def _dmg(path, content, method="zlib", *, fork=False):
    kind, pack = METHODS[method]
    data = bytearray()
    split = len(content) // 1024 * 512
    made = [
        _table(part, first // 512, kind, pack, data) for part, first in ((content[:split], 0), (content[split:], split))
    ]
    master = zlib.crc32(b"".join(struct.pack(">I", crc) for _, crc in made))
    tables = [table for table, _ in made]
    if fork:
        parts = _resource_fork(tables)
    else:
        blkx = [{"Name": f"bagian {number}", "Data": table, "ID": str(number)} for number, table in enumerate(tables)]
        parts = plistlib.dumps({"resource-fork": {"blkx": blkx}})
    places = (len(data), len(parts), 0, 0) if fork else (0, 0, len(data), len(parts))
    trailer = struct.pack(">4sIIIQQQQQII16x", b"koly", 4, 512, 1, 0, 0, len(data), places[0], places[1], 1, 1)
    trailer += bytes(136) + struct.pack(">QQ120x", places[2], places[3])
    trailer += struct.pack(">III124xIQ12x", 2, 32, master, 1, len(content) // 512)
    assert len(trailer) == 512
    path.write_bytes(bytes(data) + parts + trailer)


def _resource_fork(tables):
    content = b"".join(struct.pack(">I", len(table)) + table for table in tables)
    references, at = b"", 0
    for number, table in enumerate(tables):
        references += struct.pack(">hHII", number, 0xFFFF, at, 0)
        at += 4 + len(table)
    types = struct.pack(">H4sHH", 0, b"blkx", len(tables) - 1, 10)
    mapped = bytes(24) + struct.pack(">HH", 28, 28 + len(types) + len(references)) + types + references
    return struct.pack(">IIII", 16, 16 + len(content), len(content), len(mapped)) + content + mapped


@pytest.mark.parametrize("method", METHODS)
def test_every_packing_equals_its_source(tmp_path, method):
    content = raw_bytes(3 * MEBI + 512)
    _dmg(tmp_path / "disk.dmg", content, method)
    medium = open_dmg(tmp_path / "disk.dmg")
    assert medium.format == "dmg"
    assert_same(medium, content)
    assert list(medium.warnings()) == []
    assert list(medium.verify()) == []


def test_parts_in_a_resource_fork(tmp_path):
    content = raw_bytes(2 * MEBI)
    _dmg(tmp_path / "disk.dmg", content, fork=True)
    assert_same(open_dmg(tmp_path / "disk.dmg"), content)
    assert_survives(tmp_path / "disk.dmg", open_dmg, seeds=4)


@pytest.mark.parametrize(
    ("packed", "expected"),
    [
        (bytes.fromhex("83fed600bb"), "fed600bb"),  # 4 literal bytes
        (bytes.fromhex("80aa0400"), "aaaaaaaaaa"),  # a copy of 4 bytes at distance 1
        (bytes.fromhex("81abcd420001"), "abcd" * 4),  # a copy of 6 bytes at distance 2
    ],
)
def test_adc_by_hand(packed, expected):
    assert adc_unpacked(packed, len(expected) // 2).hex() == expected


def test_bad_adc_is_malformed():
    for packed in (b"", b"\x04\x00", b"\x80", b"\x81a"):
        with pytest.raises(Malformed):
            adc_unpacked(packed, 5)


def test_lzfse_that_claims_too_much_is_refused_before_it_is_unpacked():
    packed = lzfse.compress(bytes(4 << 20))
    with pytest.raises(Malformed):
        lzfse_unpacked(packed, 1 << 20)
    one = bytearray(lzfse.compress(raw_bytes(100_000)))
    assert lzfse_unpacked(bytes(one), 100_000) == raw_bytes(100_000)
    for seed in range(200):
        dice, changed = random.Random(seed), bytearray(packed[:400])
        for _ in range(5):
            changed[dice.randrange(400)] ^= 1 << dice.randrange(8)
        with pytest.raises(Malformed):
            lzfse_unpacked(bytes(changed), 1 << 20)


def test_lzfse_that_makes_more_than_it_claims_takes_no_memory_for_it():
    """A block that claims 77 bytes and makes a million: what the wrapper would unpack as far as it goes."""
    lying = bytearray(lzfse.compress(bytes(64 << 20)))
    struct.pack_into("<I", lying, 4, 77)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Malformed):
        lzfse_unpacked(bytes(lying), 77)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4096  # KiB


def test_lzfse_by_the_wrapper_believes_no_block_that_claims_another_size(monkeypatch):
    monkeypatch.setattr("triage.evidence.lzfse_blocks._DECODE", None)
    one = bytearray(lzfse.compress(raw_bytes(100_000)))
    assert lzfse_unpacked(bytes(one), 100_000) == raw_bytes(100_000)
    struct.pack_into("<I", one, 4, 77)
    with pytest.raises(Malformed):
        lzfse_unpacked(bytes(one), 100_000)


def test_a_damaged_chunk_costs_itself_and_verification_says_which_part(tmp_path):
    content = raw_bytes(2 * MEBI, seed=11)
    _dmg(tmp_path / "disk.dmg", content)
    data = bytearray((tmp_path / "disk.dmg").read_bytes())
    first = next(at for at in range(0, len(content), CHUNK) if any(content[at : at + CHUNK]))
    data[0:30] = b"\xff" * 30
    (tmp_path / "disk.dmg").write_bytes(data)
    medium = open_dmg(tmp_path / "disk.dmg")
    assert medium.read() == content[:first] + bytes(CHUNK) + content[first + CHUNK :]
    assert [(damage.offset, damage.size) for damage in medium.take_damage()] == [(first, CHUNK)]
    (problem,) = medium.verify()
    assert "bagian 0" in problem.message


def test_a_damaged_table_is_said(tmp_path):
    _dmg(tmp_path / "disk.dmg", raw_bytes(MEBI))
    data = (tmp_path / "disk.dmg").read_bytes()
    changed = data[:-512] + data[-512:-152] + b"\1\2\3\4" + data[-148:]
    assert len(changed) == len(data)
    (tmp_path / "disk.dmg").write_bytes(changed)
    (problem,) = open_dmg(tmp_path / "disk.dmg").warnings()
    assert "checksum over the tables" in problem.message


def test_what_is_not_read_is_named(tmp_path):
    path = tmp_path / "disk.dmg"
    path.write_bytes(b"encrcdsa" + bytes(4096))
    with pytest.raises(Encrypted):
        open_dmg(path)
    path.write_bytes(bytes(4096) + b"cdsaencr")
    with pytest.raises(Encrypted):
        open_dmg(path)
    METHODS["other"] = (0x80000009, bytes)
    try:
        _dmg(path, raw_bytes(MEBI), "other")
    finally:
        del METHODS["other"]
    with pytest.raises(Unsupported, match="0x80000009"):
        open_dmg(path)
    _dmg(path, raw_bytes(MEBI))
    data = bytearray(path.read_bytes())
    struct.pack_into(">I", data, len(data) - 512 + 60, 3)
    path.write_bytes(data)
    with pytest.raises(Unsupported, match="3 segments"):
        open_dmg(path)


@pytest.mark.parametrize(
    "plist",
    [
        b"<plist>",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cccc">]><plist><dict><key>a</key><string>&b;</string></dict></plist>',
        plistlib.dumps({"resource-fork": {"blkx": [{"Data": b"mish"}]}}),
        plistlib.dumps({"resource-fork": {"blkx": 5}}),
        plistlib.dumps({"resource-fork": {"blkx": []}}).replace(b"UTF-8", b"UVF-8"),
        plistlib.dumps({"resource-fork": []}),
        b"<plist>" + b"<array>" * 5000,
    ],
)
def test_nonsense_lists_are_malformed(tmp_path, plist):
    _dmg(tmp_path / "disk.dmg", raw_bytes(MEBI))
    trailer = bytearray((tmp_path / "disk.dmg").read_bytes()[-512:])
    struct.pack_into(">QQ", trailer, 216, 0, len(plist))
    (tmp_path / "disk.dmg").write_bytes(plist + trailer)
    with pytest.raises(Malformed):
        open_dmg(tmp_path / "disk.dmg")


@pytest.mark.parametrize(("at", "value"), [(492, 1 << 60), (224, 1 << 40), (216, 1 << 62), (24, 1 << 63)])
def test_nonsense_trailers(tmp_path, at, value):
    _dmg(tmp_path / "disk.dmg", raw_bytes(MEBI))
    data = bytearray((tmp_path / "disk.dmg").read_bytes())
    struct.pack_into(">Q", data, len(data) - 512 + at, value)
    (tmp_path / "disk.dmg").write_bytes(data)
    try:
        medium = open_dmg(tmp_path / "disk.dmg")
    except EvidenceError:
        assert at != 24
        return
    assert at == 24
    assert medium.read() == bytes(MEBI)
    assert medium.take_damage()


@pytest.mark.parametrize("method", ["zlib", "lzfse", "bzip2", "lzma", "adc"])
def test_survives_damage(tmp_path, method):
    _dmg(tmp_path / "disk.dmg", raw_bytes(MEBI), method)
    assert_survives(tmp_path / "disk.dmg", open_dmg, seeds=10, flips=20)
    whole = (tmp_path / "disk.dmg").read_bytes()
    for cut in (600, 5000, len(whole) // 2):  # the middle is missing, the trailer is there
        (tmp_path / "disk.dmg").write_bytes(whole[:cut] + whole[-512:])
        assert_survives(tmp_path / "disk.dmg", open_dmg, seeds=0)


@pytest.mark.parametrize(
    "parts", [("dfvfs", "hfsplus_zlib.dmg"), ("keramics", "hfsplus_bzip2.dmg"), ("keramics", "hfsplus_zlib.dmg")]
)
def test_checksums_of_real_images_fit(parts):
    medium = open_dmg(corpus_file("images", *parts))
    assert list(medium.warnings()) == []
    assert list(medium.verify()) == []
