"""Shared preferences in both forms, and what is none."""

import pytest
from corpus import corpus_file
from making.phones import AbxWriter

from triage.errors import LimitReached
from triage.formats.shared_prefs import MOST_BYTES, preferences

XML = b"""<?xml version='1.0' encoding='utf-8' standalone='yes' ?>
<map>
    <string name="push_name">Budi &amp; Siti</string>
    <int name="version" value="7" />
    <boolean name="open" value="true" />
    <set name="many"><string>a</string></set>
    <string name="empty"></string>
    <string name="push_name">later</string>
</map>"""


def test_xml() -> None:
    assert preferences(XML) == ({"push_name": "Budi & Siti", "version": "7", "open": "true", "empty": ""}, None)


def test_binary_xml() -> None:
    xml = AbxWriter()
    xml.start("map")
    xml.start("string", name="push_name")
    xml.text("Budi")
    xml.end("string")
    xml.start("int", name="version", value="7")
    xml.end("int")
    xml.end("map")
    assert preferences(xml.finished()) == ({"push_name": "Budi", "version": "7"}, None)


def test_what_was_read_before_the_damage_is_kept() -> None:
    found, error = preferences(XML[:120])
    assert found == {"push_name": "Budi & Siti"}
    assert error is not None
    assert preferences(b"\0\1\2")[0] == {}
    with pytest.raises(LimitReached):
        preferences(bytes(MOST_BYTES + 1))


def test_a_public_sample() -> None:
    found, error = preferences(corpus_file("chats", "iped", "test_whatsAppPreferences.xml").read_bytes())
    assert (error, found["registration_jid"], found["push_name"], found["ph"]) == (
        None,
        "554499887766",
        "Mr. Roboto",
        "4499887766",
    )
