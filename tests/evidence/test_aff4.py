"""AFF4: containers built after the standard, and the canonical image of the corpus against the digests stored in it."""

import hashlib
import struct
import zipfile
import zlib

import cramjam
import pytest
from corpus import corpus_file
from making_disks import MEBI, assert_same, assert_survives, raw_bytes

from triage.errors import Encrypted, EvidenceError, Malformed, Unsupported
from triage.evidence.aff4 import Aff4, open_aff4
from triage.evidence.aff4_turtle import SCHEMA, TYPE, Value, statements

CHUNK, IN_BEVY = 32768, 8
VOLUME, IMAGE, MAP, STREAM = (f"aff4://{letter * 8}-0000-4000-8000-{letter * 12}" for letter in "abcd")
METHODS = {
    "snappy": ("http://code.google.com/p/snappy/", lambda data: bytes(cramjam.snappy.compress_raw(data))),
    "lz4": ("https://code.google.com/p/lz4/", lambda data: bytes(cramjam.lz4.compress_block(data, store_size=False))),
    "deflate": ("https://tools.ietf.org/html/rfc1951", lambda data: zlib.compress(data, wbits=-15)),
    "zlib": ("https://www.ietf.org/rfc/rfc1950.txt", zlib.compress),
    "stored": (None, bytes),
}


def _container(
    path, content, entries, size, method="snappy", *, gap="aff4:Zero", kinds="aff4:DiskImage , aff4:Image", extra=""
):
    """A container whose stream has `content` and whose map has `entries` over the targets STREAM and three symbols."""
    resource, pack = METHODS[method]
    packed = f"aff4:compressionMethod <{resource}> ;" if resource else ""
    targets = [STREAM, SCHEMA + "SymbolicStreamFF", SCHEMA + "UnreadableData", "aff4://elsewhere"]
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("container.description", VOLUME)
        for number, start in enumerate(range(0, len(content), CHUNK * IN_BEVY)):
            bevy, index = b"", b""
            for at in range(start, min(start + CHUNK * IN_BEVY, len(content)), CHUNK):
                piece = content[at : at + CHUNK].ljust(CHUNK, b"\0")
                small = pack(piece) if len(pack(piece)) < CHUNK - 16 else piece
                index += struct.pack("<QI", len(bevy), len(small))
                bevy += small
            name = STREAM.replace("://", "%3A%2F%2F")
            file.writestr(f"{name}/{number:08d}", bevy)
            file.writestr(f"{name}/{number:08d}.index", index)
        name = MAP.replace("://", "%3A%2F%2F")
        file.writestr(f"{name}/map", b"".join(struct.pack("<QQQI", *entry) for entry in entries))
        file.writestr(f"{name}/idx", "\n".join(targets) + "\n")
        turtle = f"""@prefix aff4: <http://aff4.org/Schema#> . # dibuat untuk uji
            @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
            <{IMAGE}> a {kinds} ; aff4:dataStream <{MAP}> ; aff4:diskMake "Pabrik \\"A\\"" ;
              aff4:hash "{"0" * 32}"^^aff4:MD5 , "AB{"1" * 38}"^^aff4:SHA1 .
            <{MAP}> a aff4:Map ; aff4:size "{size}"^^xsd:long ; aff4:mapGapDefaultStream {gap} .
            <{STREAM}> a aff4:ImageStream ; {packed} aff4:size {len(content)} ;
              aff4:chunkSize {CHUNK} ; aff4:chunksInSegment {IN_BEVY} . {extra}"""
        file.writestr("information.turtle", turtle, compress_type=zipfile.ZIP_DEFLATED)
    return path


@pytest.mark.parametrize("method", METHODS)
def test_a_map_over_a_stream(tmp_path, method):
    content = raw_bytes(MEBI + 5000)
    entries = [(2 * MEBI, 5000, MEBI, 0), (0, MEBI, 0, 0), (MEBI, 65536, 0, 1)]
    expected = content[:MEBI] + b"\xff" * 65536 + bytes(MEBI - 65536) + content[MEBI:] + bytes(100)
    medium = open_aff4(_container(tmp_path / "disk.aff4", content, entries, len(expected), method))
    assert medium.format == "aff4"
    assert_same(medium, expected)
    assert (medium.stored.md5, medium.stored.sha1) == ("0" * 32, "ab" + "1" * 38)
    assert medium.stored.facts == (("diskMake", 'Pabrik "A"'),)


def test_gaps_and_what_was_not_acquired(tmp_path):
    content = raw_bytes(MEBI)
    entries = [(65536, 65536, 0, 0), (131072, 512, 0, 2), (131584, 512, 0, 3)]
    path = _container(tmp_path / "disk.aff4", content, entries, 133120, gap="aff4:SymbolicStream2a")
    medium = open_aff4(path)
    assert medium.read() == b"*" * 65536 + content[:65536] + bytes(1024) + b"*" * 1024
    unread, elsewhere = medium.take_damage()
    assert (unread.offset, unread.size, unread.why) == (131072, 512, "the imaging tool could not read this area")
    assert (elsewhere.offset, elsewhere.size) == (131584, 512)


def test_a_damaged_chunk_costs_itself(tmp_path):
    content = (b"kata yang berulang %d " * 90000)[:MEBI]
    path = _container(tmp_path / "disk.aff4", content, [(0, MEBI, 0, 0)], MEBI, "zlib")
    data = bytearray(path.read_bytes())
    at = data.index(zlib.compress(content[:CHUNK]))
    data[at : at + 10] = b"\xff" * 10
    path.write_bytes(data)
    medium = open_aff4(path)
    assert medium.read() == bytes(CHUNK) + content[CHUNK:]
    assert [(damage.offset, damage.size) for damage in medium.take_damage()] == [(0, CHUNK)]


@pytest.mark.parametrize("method", ["snappy", "lz4"])
def test_survives_damage(tmp_path, method):
    path = _container(tmp_path / "disk.aff4", raw_bytes(MEBI), [(0, MEBI, 0, 0)], MEBI, method)
    assert_survives(path, open_aff4, seeds=20, flips=30)


def test_what_is_not_read_is_named(tmp_path):
    path = tmp_path / "disk.aff4"
    small = (bytes(512), [(0, 512, 0, 0)], 512)
    with pytest.raises(Unsupported, match="AFF4-L"):
        open_aff4(_container(path, *small, kinds="aff4:FileImage"))
    with pytest.raises(Encrypted):
        open_aff4(_container(path, *small, extra="<aff4://x> a aff4:EncryptedStream ."))
    second = "<aff4://y> a aff4:DiskImage ; aff4:dataStream <aff4://z> ."
    with pytest.raises(Unsupported, match="2 disk images"):
        open_aff4(_container(path, *small, extra=second))
    with pytest.raises(Malformed, match="Turtle"):
        open_aff4(_container(path, *small, extra="<aff4://x> a [ ] ."))
    with pytest.raises(Malformed, match="impossible size"):
        open_aff4(_container(path, *small[:2], 1 << 59))


def test_the_turtle_that_is_needed():
    found = statements('@prefix : <aff4://v> .\n: a aff4:ZipVolume ; aff4:stored "a; b." , "x"@id , 7 , <aff4://q> .')
    assert found["aff4://v"][TYPE] == [Value(SCHEMA + "ZipVolume")]
    assert [value.text for value in found["aff4://v"][SCHEMA + "stored"]] == ["a; b.", "x", "7", "aff4://q"]
    for text in ("<a>", "<a> a", "<a> a <b>", '<a> a "', "a a a", "<a> <b> <c> <d> .", "x:y a <b> .", "."):
        with pytest.raises(EvidenceError):
            statements(text)


def test_the_stream_of_the_canonical_image_has_its_stored_digests():
    medium = open_aff4(corpus_file("images", "aff4", "dfvfs_Base-Linear.aff4"))
    assert medium.size == 268435456
    assert ("diskSerial", "SGAT5060001234") in medium.stored.facts
    (name,) = medium._streams
    stream = Aff4(medium._volume, name, name)
    content = stream.read()
    assert hashlib.md5(content).hexdigest() == stream.stored.md5 == "d5825dc1152a42958c8219ff11ed01a3"
    assert hashlib.sha1(content).hexdigest() == stream.stored.sha1 == "fbac22cca549310bc5df03b7560afcf490995fbb"
    assert medium.take_damage() == stream.take_damage() == ()


def test_a_logical_image_of_the_corpus_is_named():
    with pytest.raises(Unsupported, match="AFF4-L"):
        open_aff4(corpus_file("images", "aff4", "dfvfs_dream.aff4"))
