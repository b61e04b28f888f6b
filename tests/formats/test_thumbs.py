"""Stores of cached pictures: built ones, the public sample, and damage."""

import contextlib
import io
import random

import pytest
from corpus import corpus_file
from making import thumbs

from triage.errors import EvidenceError
from triage.formats.thumbs import android, thumbcache, thumbs_db

SMALL = {number: thumbs.picture(number, side=96) for number in (1, 2, 3)}


def contents(reader, data: bytes) -> dict[str, bytes]:
    stream = io.BytesIO(data)
    return {cell.name: b"".join(data[at : at + size] for at, size in cell.pieces) for cell in reader(stream)}


@pytest.mark.parametrize("version", [thumbs.VISTA, thumbs.SEVEN, 30, thumbs.TEN])
def test_thumbcache(version):
    pictures = {0xA0B0C0D0E0F00000 + number: data for number, data in SMALL.items()}
    data = thumbs.thumbcache(pictures, version=version)
    assert contents(thumbcache.cells, data) == {f"{number:016x}.jpg": data for number, data in pictures.items()}


def test_thumbcache_goes_on_behind_damage():
    data = bytearray(thumbs.thumbcache(SMALL, version=thumbs.SEVEN))
    first = data.index(b"CMMM", 8)
    data[first + 4 : first + 8] = b"\xff\xff\xff\x7f"
    assert len(contents(thumbcache.cells, bytes(data))) >= 1


def test_thumbs_db_of_xp_names_the_originals():
    large = thumbs.picture(7, side=300)  # more than 4,096 bytes: in sectors of its own
    assert len(large) > 4096
    pictures = {"liburan.jpg": SMALL[1], "Pantai indah.JPG": large, "kecil.jpg": SMALL[2]}
    assert contents(thumbs_db.cells, thumbs.thumbs_db(pictures)) == pictures


def test_thumbs_db_of_later_windows_has_ids():
    data = thumbs.compound([("256_8af375c39d65d23f", SMALL[1]), ("SummaryInformation", b"x" * 100)])
    assert thumbs_db.is_thumbs_db(io.BytesIO(data))
    assert contents(thumbs_db.cells, data) == {"256_8af375c39d65d23f.jpg": SMALL[1]}


def test_another_compound_file_is_none():
    assert not thumbs_db.is_thumbs_db(io.BytesIO(thumbs.compound([("WordDocument", b"x" * 5000)])))


def test_thumbs_db_of_the_corpus():
    """Sizes as the streams of the file have them, less the header of 24 bytes."""
    data = corpus_file("phones", "windows", "be_Iphone_Thumbs.db").read_bytes()
    found = contents(thumbs_db.cells, data)
    assert {name: len(value) for name, value in found.items()} == {
        "256_8af375c39d65d23f.jpg": 4816,
        "256_f23a3a8e56457bc9.jpg": 15107,
    }
    assert all(value.startswith(b"\xff\xd8\xff") and value.endswith(b"\xff\xd9") for value in found.values())


def test_thumbdata_and_gallery_cache_of_android():
    assert contents(android.thumbdata, thumbs.thumbdata(SMALL)) == {
        f"{number}.jpg": data for number, data in SMALL.items()
    }
    assert contents(android.blobs, thumbs.imgcache(SMALL)) == {
        f"image-{number}.jpg": data for number, data in SMALL.items()
    }


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (thumbcache.cells, thumbs.thumbcache(SMALL)),
        (thumbs_db.cells, thumbs.thumbs_db({f"{number}.jpg": data for number, data in SMALL.items()})),
        (android.thumbdata, thumbs.thumbdata(SMALL)),
        (android.blobs, thumbs.imgcache(SMALL)),
    ],
    ids=["thumbcache", "thumbs-db", "thumbdata", "blobs"],
)
def test_damage(reader, data):
    chance = random.Random(5)
    for number in range(150):
        damaged = bytearray(data)
        if number % 4 == 0:
            del damaged[chance.randrange(len(damaged)) :]
        for _ in range(chance.randint(1, 10)):
            if damaged:
                damaged[chance.randrange(min(len(damaged), 2048))] = chance.randrange(256)
        with contextlib.suppress(EvidenceError):
            for cell in reader(io.BytesIO(bytes(damaged))):
                assert all(offset >= 0 and size > 0 for offset, size in cell.pieces)
