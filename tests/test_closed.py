"""Files that are encrypted, and files that may be."""

import random

import pytest
from corpus import corpus_file
from making.items import item_from_bytes

from triage.closed import closed_content


def told(name, data):
    return [(problem.kind, problem.message) for problem in closed_content(item_from_bytes(name, data))]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"LUKS\xba\xbe\x00\x02" + bytes(600), "LUKS"),
        (b"\xeb\x58\x90-FVE-FS-" + bytes(600), "BitLocker"),
        (bytes.fromhex("03d9a29a67fb4bb5") + bytes(600), "KeePass"),
        (b"Salted__" + bytes(600), "OpenSSL"),
        (b"age-encryption.org/v1\n-> X25519", "age"),
        (b"-----BEGIN PGP MESSAGE-----\n\nabc", "OpenPGP"),
    ],
)
def test_encrypted_files_are_named(data, word):
    ((kind, message),) = told("a.bin", data)
    assert kind == "encrypted"
    assert word in message


def test_an_office_document_with_a_password_is_encrypted():
    path = corpus_file("hostile", "files", "aleph_password_protected.xlsx")
    ((kind, message),) = told(path.name, path.read_bytes())
    assert (kind, "Office" in message) == ("encrypted", True)


def test_a_container_without_a_header_may_be():
    ((kind, message),) = told("liburan.mp4.bak", random.Random(4).randbytes(1 << 20))
    assert kind == "maybe-encrypted"
    assert message.startswith("may be encrypted")


def test_other_files_are_neither():
    assert not told("a.txt", b"catatan " * 100_000)
    assert not told("a.bin", bytes(1 << 20))
    assert not told("a.bin", random.Random(4).randbytes((1 << 20) + 100))
    assert not told("foto.jpg", corpus_file("photos", "pillow", "hopper_orientation_2.jpg").read_bytes())
