"""Serial numbers that makers keep outside of EXIF: FLIR's segment, and what Sony enciphers."""

import io
import random
import struct

import pytest
from corpus import corpus_file

from triage.formats import exif, flir, picture_facts


def thermal(order: str) -> bytes:
    """A file of two records, the second of the camera."""
    head = struct.pack(f"{order}4s16sIII", b"FFF\0", b"CAMCTRL", 101, 64, 2).ljust(64, b"\0")
    rows = struct.pack(f"{order}HHIIII12x", 1, 1, 100, 1, 128, 8) + struct.pack(
        f"{order}HHIIII12x", 0x20, 1, 100, 2, 136, 0x114
    )
    record = bytearray(0x114)
    record[:2] = struct.pack(f"{order}H", 2)
    record[0xD4:0xDA] = b"FIKSI\0"
    record[0x104:0x10E] = b"470000001\0"
    return head + rows + bytes(8) + bytes(record)


@pytest.mark.parametrize("order", "<>")
def test_the_camera_of_a_thermal_picture(order: str) -> None:
    assert flir.camera(thermal(order)) == ("FIKSI", "470000001")


def test_in_a_jpeg_the_segments_are_put_together() -> None:
    data, out = thermal(">"), b"\xff\xd8"
    for number, piece in enumerate((data[:100], data[100:])):
        payload = b"FLIR\0\1" + bytes((number, 1)) + piece
        out += b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload
    facts = picture_facts.read(io.BytesIO(out + b"\xff\xd9"))
    assert facts.camera()["serial"] == "470000001"
    assert {source.name: source.tags for source in facts.sources}["flir"] == {"model": "FIKSI", "serial": "470000001"}


def test_damage() -> None:
    chance, data = random.Random(3), thermal("<")
    for _ in range(500):
        damaged = bytearray(data[: chance.randrange(len(data))])
        for _ in range(4):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        found = flir.camera(bytes(damaged))
        assert found is None or len(found) == 2


@pytest.mark.parametrize(
    ("name", "number"), [("Sony__A6400__DSC00007.JPG", "09000000b60c"), ("Sony__SLT-A57___DSC8833.JPG", "0808c22266")]
)
def test_sony_deciphered_as_exiftool_does(name: str, number: str) -> None:
    with corpus_file("photos", "digicam", name).open("rb") as stream:
        found = exif.read(stream)
    assert found.notes.internal_serial == number
