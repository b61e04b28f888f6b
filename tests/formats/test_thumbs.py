"""Stores of cached pictures: built ones, the public sample, and damage."""

import contextlib
import io
import random
import struct
import uuid

import pytest
from corpus import corpus_file
from making import thumbs
from PIL import Image, ImageChops

from triage.errors import EvidenceError
from triage.formats.sqlite import View
from triage.formats.tables import Tables
from triage.formats.thumbs import android, ithmb, quicklook, thumbcache, thumbs_db
from triage.settings import Limits

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


UUIDS = [f"AAAAAAAA-0000-4000-8000-00000000000{number}" for number in range(3)]


def shown(cell, data: bytes) -> Image.Image:
    content = cell.head + b"".join(data[at : at + size] for at, size in cell.pieces)
    assert len(content) == cell.size
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize(("name", "cut"), [("4031.ithmb", False), ("3310.ithmb", True), ("3314.ithmb", True)])
def test_tables_of_apples_photo_library(name: str, cut: bool):
    form = ithmb.form_of(name)
    pictures = {identifier: thumbs.scene(number, (641, 480)) for number, identifier in enumerate(UUIDS)}
    data = thumbs.ithmb(pictures, side=form.side, cut=cut)
    assert len(data) == 4 * form.length
    found = list(ithmb.cells(io.BytesIO(data), form))
    assert [(cell.name, cell.number) for cell in found] == [(f"{UUIDS[at]}.bmp", (0, 2, 3)[at]) for at in range(3)]
    wanted = pictures[UUIDS[2]].copy()
    wanted.thumbnail((form.side, form.side)) if not cut else None
    wanted = wanted.resize((form.side, form.side)) if cut else wanted
    image = shown(found[2], data)
    assert image.size == wanted.size
    assert max(high for _, high in ImageChops.difference(image, wanted).getextrema()) <= 8  # five bits a colour


def test_blocks_of_apples_tables_get_a_header():
    foot = uuid.UUID(UUIDS[0]).bytes + struct.pack("<IIi", 120, 90, 0)
    bc7 = bytes([0x40] + [7] * 15) * (30 * 23)
    for name, ending in (("4532.ithmb", "dds"), ("4531.ithmb", "astc")):
        form = ithmb.form_of(name)
        data = bc7.ljust(form.length - 28, b"\0") + foot
        (cell,) = ithmb.cells(io.BytesIO(data), form)
        assert (cell.name, cell.pieces) == (f"{UUIDS[0]}.{ending}", ((0, len(bc7)),))
        if ending == "dds":
            assert shown(cell, data).size == (120, 90)


@pytest.mark.parametrize("names", [None, {1: ("/Users/siti", "a.jpg"), 2: ("/Users/siti", "b.jpg")}])
def test_pictures_of_quicklook(tmp_path, names):
    pictures = {1: thumbs.scene(1, (64, 48)), 2: thumbs.scene(2, (33, 20))}
    thumbs.quicklook(tmp_path, pictures, names)
    with View(tmp_path / "index.sqlite", "ro", Limits()) as view:
        found = list(quicklook.pictures(Tables(view)))
    data = (tmp_path / "thumbnails.data").read_bytes()
    assert [cell.name for cell in found] == ["1-64.bmp", "2-33.bmp"]
    assert [shown(cell, data).tobytes() for cell in found] == [each.tobytes() for each in pictures.values()]


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (lambda stream: ithmb.cells(stream, ithmb.FORMS[4132]), thumbs.ithmb({UUIDS[0]: thumbs.scene(1)}, side=64)),
        (thumbcache.cells, thumbs.thumbcache(SMALL)),
        (thumbs_db.cells, thumbs.thumbs_db({f"{number}.jpg": data for number, data in SMALL.items()})),
        (android.thumbdata, thumbs.thumbdata(SMALL)),
        (android.blobs, thumbs.imgcache(SMALL)),
    ],
    ids=["ithmb", "thumbcache", "thumbs-db", "thumbdata", "blobs"],
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
