"""The typedstream of iMessage against public samples, whose text is in their names and in the bytes themselves."""

import unicodedata

import pytest
from corpus import corpus_file

from triage.errors import EvidenceError, Malformed, Truncated
from triage.formats.typedstream import attributed, text_or_none


def sample(name: str) -> bytes:
    return corpus_file("chats", "imessage_blobs", "streamtyped", name).read_bytes()


def test_one_stretch() -> None:
    found = attributed(sample("AttributedBodyTextOnly"))
    assert found.text == "Noter test"
    assert [(run.start, run.length, run.attributes) for run in found.runs] == [
        (0, 10, {"__kIMMessagePartAttributeName": 0})
    ]


def test_text_and_attachments_in_turn() -> None:
    found = attributed(sample("MultiPart"))
    assert [found.stretch(run) for run in found.runs] == ["\ufffc", "test 1", "\ufffc", "test 2 ", "\ufffc", "test 3"]
    names = [run.attributes.get("__kIMFileTransferGUIDAttributeName") for run in found.runs]
    tail = "F0668F79-20C2-49C9-A87F-1B007ABB0CED"
    assert names == [f"at_0_{tail}", None, f"at_2_{tail}", None, f"at_4_{tail}", None]
    assert [run.attributes["__kIMMessagePartAttributeName"] for run in found.runs] == list(range(6))


def test_text_beyond_the_first_plane_and_none() -> None:
    assert unicodedata.normalize("NFKC", attributed(sample("WeirdText")).text) == "hello world"
    assert attributed(sample("Blank")).text == ""
    assert text_or_none(sample("Blank")) is None


def test_what_is_none() -> None:
    with pytest.raises(Malformed):
        attributed(b"bplist00")
    with pytest.raises(Truncated):
        attributed(sample("AttributedBodyTextOnly")[:100])
    assert text_or_none(b"") is None
    assert text_or_none("text") is None


def test_every_damage_ends_with_our_error() -> None:
    data = sample("AttributedBodyTextOnly")
    for at in range(len(data)):
        for value in (0, 0x40, 0x5B, 0x7F, 0x81, 0x84, 0x86, 0x92, 0xFF):
            try:
                attributed(data[:at] + bytes([value]) + data[at + 1 :])
            except EvidenceError:
                continue
