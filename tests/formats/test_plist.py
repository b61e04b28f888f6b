"""Property lists and keyed archives: made with plistlib, and Apple's own from public samples."""

import plistlib
from datetime import datetime

import pytest
from corpus import corpus_file

from triage.errors import EvidenceError, LimitReached, Malformed
from triage.formats.plist import archive_or_none, loaded, unarchived

UID = plistlib.UID


def archive(*objects: object, top: dict[str, object] | None = None) -> bytes:
    value = {
        "$archiver": "NSKeyedArchiver",
        "$version": 100000,
        "$top": top or {"root": UID(1)},
        "$objects": ["$null", *objects],
    }
    return plistlib.dumps(value, fmt=plistlib.FMT_BINARY)


def test_arrays_dictionaries_dates_urls_and_other_classes() -> None:
    data = archive(
        {"NS.keys": [UID(2), UID(3)], "NS.objects": [UID(4), UID(5)], "$class": UID(6)},
        "satu", "dua",
        {"NS.objects": [UID(2), UID(0), UID(7)]},
        {"NS.time": 0.5},
        {"$classname": "NSDictionary"},
        {"NS.base": UID(0), "NS.relative": UID(2), "name": UID(3), "$class": UID(8)},
        {"$classname": "NSURL"},
    )  # fmt: skip
    assert unarchived(data) == {
        "satu": ["satu", None, "satu"],
        "dua": datetime.fromisoformat("2001-01-01T00:00:00.500000"),
    }


def test_an_object_of_another_class_keeps_its_fields_and_its_name() -> None:
    data = archive({"title": UID(2), "count": 3, "$class": UID(3)}, "Judul", {"$classname": "Note"})
    assert unarchived(data) == {"title": "Judul", "count": 3, "$class": "Note"}


def test_an_object_inside_itself_ends() -> None:
    assert unarchived(archive({"NS.objects": [UID(1), UID(2)]}, "x")) == [None, "x"]


def test_several_entry_points_and_plain_lists() -> None:
    assert unarchived(archive("a", "b", top={"one": UID(1), "two": UID(2)})) == {"one": "a", "two": "b"}
    assert unarchived(plistlib.dumps({"a": [1, b"x"]})) == {"a": [1, b"x"]}


def test_what_multiplies_is_bounded() -> None:
    """Each object refers to the next one ten times: a thousand million values from a few hundred bytes."""
    doubling = [{"NS.objects": [UID(number + 1)] * 10} for number in range(1, 10)]
    with pytest.raises(LimitReached):
        unarchived(archive(*doubling, "x"))
    assert archive_or_none(archive(*doubling, "x")) is None


def test_what_is_no_property_list() -> None:
    for data in (b"", b"bplist00", b"bplist00" + b"\xff" * 40, b"<?xml version='1.0'?><plist>"):
        with pytest.raises(Malformed):
            loaded(data)
    assert archive_or_none(b"x") is None
    assert archive_or_none("text") is None


def test_apple_archives_by_field() -> None:
    """Titles and addresses as plutil shows them in the same files."""
    url = unarchived(corpus_file("chats", "imessage_blobs", "url_message", "URL.plist").read_bytes())
    assert url["richLinkMetadata"]["originalURL"] == "https://chrissardegna.com"
    place = unarchived(corpus_file("chats", "imessage_blobs", "shared_placemark", "SharedPlacemark.plist").read_bytes())
    assert place["richLinkMetadata"]["title"] == "Cherry Cove Avalon CA 90704 United States"


def test_every_damaged_archive_ends_with_our_error() -> None:
    data = archive({"NS.keys": [UID(2)], "NS.objects": [UID(3)]}, "a", {"NS.time": 1e300})
    for at in range(len(data)):
        for value in (0, 0x7F, 0xFF):
            try:
                unarchived(data[:at] + bytes([value]) + data[at + 1 :])
            except EvidenceError:
                continue
