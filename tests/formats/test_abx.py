"""Android binary XML: every type of value, names of every kind, damage."""

import contextlib
import random

import pytest
from making.phones import AbxWriter, settings_abx

from triage.errors import EvidenceError, Malformed, Truncated
from triage.formats.abx import Element, elements, is_abx


def test_elements():
    writer = AbxWriter()
    writer.start("a", number=-5, big=1 << 40, yes=True, no=False, none=None, real=1.5, raw=b"\x00\xff", text="teks")
    writer.text("isi")
    writer.start("b", number=7)
    writer.end("b")
    writer.end("a")
    data = writer.finished()
    assert is_abx(data)
    assert list(elements(data)) == [
        Element("a", {
            "number": "-5", "big": str(1 << 40), "yes": "true", "no": "false", "none": "", "real": "1.5", "raw": "00ff", "text": "teks",
        }, "isi"),
        Element("b", {"number": "7"}),
    ]  # fmt: skip


def test_bytes_as_the_platform_writes_them():
    """Written out by hand: START_DOCUMENT, <a n="1">, END_TAG, END_DOCUMENT; hexadecimal and Base64 types; a second use of a name."""
    data = b"ABX\0\x10\x32\xff\xff\x00\x01a\x6f\xff\xff\x00\x01n\x00\x00\x00\x01\x33\x00\x00\x11"
    assert list(elements(data)) == [Element("a", {"n": "1"})]
    data = b"ABX\0\x10\x32\xff\xff\x00\x01a\x7f\x00\x00\x00\x00\x00\xff\x33\x00\x00\x11"
    assert list(elements(data)) == [Element("a", {"a": "ff"})]
    data = b"ABX\0\x32\xff\xff\x00\x01a\x5f\x00\x00\x00\x02ab\x3f\xff\xff\x00\x01b\x00\x01\x11"
    assert list(elements(data)) == [Element("a", {"a": "YWI=", "b": "b"})]


@pytest.mark.parametrize("text", ["", "\u00e9\u20ac", "\U0001f600", "a\0b", "\ud800"])
def test_modified_utf_8(text):
    writer = AbxWriter()
    writer.start("a", t=text)
    writer.end("a")
    (element,) = elements(writer.finished())
    assert element.attributes["t"] == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def test_damage():
    for data, error in (
        (b"", Malformed),
        (b"<?xml", Malformed),
        (b"ABX\0", Truncated),
        (b"ABX\0\x32\x00\x05", Malformed),
        (b"ABX\0\x6f\xff\xff\x00\x01a\x00\x00\x00\x00", Malformed),
        (b"ABX\0\x3c", Malformed),
        (b"ABX\0\xe4", Malformed),
        (b"ABX\0\x32\xff\xff\xff\xffa", Truncated),
    ):
        with pytest.raises(error):
            list(elements(data))
    data, chance = settings_abx(), random.Random(2)
    for _ in range(500):
        damaged = bytearray(data)
        damaged[chance.randrange(len(data))] = chance.randrange(256)
        with contextlib.suppress(EvidenceError):
            list(elements(bytes(damaged[: chance.randrange(len(data) + 1)])))
