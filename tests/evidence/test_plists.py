"""Property lists and archives of objects from hostile hands: values or an EvidenceError."""

import contextlib
import plistlib
import random

import pytest
from making.ios_backup import mbfile

from triage.errors import EvidenceError, Malformed
from triage.evidence.plists import archived, dictionary


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_a_dictionary(form):
    values = {"a": 1, "b": [b"x"], "c": {"d": "\u00e9"}}
    assert dictionary(plistlib.dumps(values, fmt=form)) == values


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"bplist00",
        b"rubbish",
        plistlib.dumps(["no dictionary"]),
        b'<?xml version="1.0" encoding="F-8"?><plist><dict/></plist>',
        b'<!DOCTYPE x [<!ENTITY a "b">]><plist><dict><key>&a;</key><true/></dict></plist>',
        b"<plist><dict><dict/></dict></plist>",
        b"<plist><key>a</key></plist>",
        b"<plist><dict><key>a</key><date>2024-99-99T00:00:00Z</date></dict></plist>",
        b"<plist><dict><key>a</key><integer>lima</integer></dict></plist>",
        b"<plist>" + b"<array>" * 50,
        plistlib.dumps({"a": 1}, fmt=plistlib.FMT_BINARY)[:-8] + b"\xff" * 8,
    ],
)
def test_what_is_no_dictionary(data):
    with pytest.raises(Malformed):
        dictionary(data)


def test_an_array_inside_itself():
    """Object 1 of the list is an array whose only member is itself: read as it stands, never followed without end."""
    objects = [b"\xd1\x01\x02", b"\x51a", b"\xa1\x02"]
    offsets, body = [], b"bplist00"
    for each in objects:
        offsets.append(len(body))
        body += each
    trailer = bytes(6) + b"\x01\x01" + (3).to_bytes(8, "big") + bytes(8) + len(body).to_bytes(8, "big")
    with contextlib.suppress(EvidenceError):
        assert list(dictionary(body + bytes(offsets) + trailer)) == ["a"]


def test_an_archive():
    fields = archived(mbfile("Library/x", 0o100644, 7, wrapped=b"kunci"))
    assert (fields["RelativePath"], fields["Size"], fields["EncryptionKey"]) == ("Library/x", 7, b"kunci")
    for top in ({}, {"root": 5}, {"root": plistlib.UID(99)}, {"root": plistlib.UID(0)}):
        data = plistlib.dumps({"$objects": ["$null"], "$top": top}, fmt=plistlib.FMT_BINARY)
        with pytest.raises(Malformed):
            archived(data)


def test_mutations():
    chance = random.Random(4)
    originals = (mbfile("x", 0o100644, 7), plistlib.dumps({"a": 1, "b": [b"x", {"c": 2.5}]}))
    for number in range(2000):
        damaged = bytearray(originals[number % 2])
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.choice((0, 0x7F, 0xFF, chance.randrange(256)))
        with contextlib.suppress(EvidenceError):
            archived(bytes(damaged))
