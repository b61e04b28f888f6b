"""Messages tied to their files: each rule, copies, ambiguity, spaces of a phone, storage roots."""

import pytest
from searched_files import Row, digest_of, ties

from triage.formats.live_paths import LivePath, live_path
from triage.queries import Queries


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/storage/emulated/0/DCIM/a.jpg", ("shared", 0, "dcim/a.jpg")),
        ("/sdcard/DCIM/a.jpg", ("shared", 0, "dcim/a.jpg")),
        ("file:///sdcard/DCIM/a.jpg", ("shared", 0, "dcim/a.jpg")),
        ("/Dump/data/media/10/DCIM/a.jpg", ("shared", 10, "dcim/a.jpg")),
        ("/shared/0/DCIM/a.jpg", ("shared", 0, "dcim/a.jpg")),
        ("/data/data/org.x/files/a", ("app org.x", 0, "files/a")),
        ("/data/user/999/org.x/files/a", ("app org.x", 999, "files/a")),
        ("/apps/org.x/f/a", ("app org.x", 0, "files/a")),
        ("/apps/org.x/ef/a", ("shared", 0, "android/data/org.x/files/a")),
        ("~/Library/SMS/Attachments/1/a.heic", ("library", 0, "sms/attachments/1/a.heic")),
        ("/MediaDomain/Library/SMS/Attachments/1/a.heic", ("library", 0, "sms/attachments/1/a.heic")),
        ("/private/var/mobile/Media/DCIM/a.heic", ("media", 0, "dcim/a.heic")),
        ("/CameraRollDomain/Media/DCIM/a.heic", ("media", 0, "dcim/a.heic")),
        (
            "/private/var/mobile/Containers/Shared/AppGroup/B651B3B1-8FA4-4FD9-B0E4-C6F8F8EBC5FD/Message/a",
            ("container", 0, "message/a"),
        ),
        ("/AppDomainGroup-group.net.x.shared/Message/a", ("container", 0, "message/a")),
        ("/somewhere/else/a.jpg", None),
    ],
)
def test_the_place_on_the_live_device(path: str, place: tuple[str, int, str] | None) -> None:
    assert live_path(path) == (LivePath(*place) if place else None)


PHOTO = "/data/media/0/WhatsApp/Media/WhatsApp Images/IMG.jpg"


@pytest.mark.parametrize(
    ("files", "message", "tie"),
    [
        ([Row(PHOTO)], Row(PHOTO), (PHOTO, "path", 1)),
        ([Row(PHOTO)], Row("/storage/emulated/0/WhatsApp/Media/WhatsApp Images/IMG.jpg"), (PHOTO, "root", 1)),
        ([Row(PHOTO)], Row("Media/WhatsApp Images/IMG.jpg"), (PHOTO, "end", 1)),
        ([Row(PHOTO)], Row("IMG.jpg"), (PHOTO, "name", 1)),
        ([Row("/a/IMG.jpg", size=7), Row("/b/IMG.jpg", size=9)], Row("IMG.jpg", size=9), ("/b/IMG.jpg", "size", 1)),
        ([Row("/a/IMG.jpg", size=7)], Row("IMG.jpg", size=9), None),
        ([Row("/a/IMG.jpg", content=1), Row("/b/IMG.jpg", content=2)], Row("IMG.jpg"), (None, "ambiguous", 2)),
        ([Row("/a/IMG.jpg", content=1), Row("/b/IMG.jpg")], Row("IMG.jpg"), (None, "ambiguous", 2)),
        ([Row("/b/IMG.jpg", content=1), Row("/a/IMG.jpg", content=1)], Row("IMG.jpg"), ("/a/IMG.jpg", "name", 2)),
        ([Row("/x/kept.jpg", content=5), Row(PHOTO, content=6)], Row(PHOTO, content=5), ("/x/kept.jpg", "digest", 1)),
        ([Row("/a/1.jpg", content=5), Row(PHOTO, content=5)], Row(PHOTO, content=5), (PHOTO, "digest", 2)),
        ([Row(PHOTO, content=6)], Row(PHOTO, content=5), (PHOTO, "changed", 1)),
        ([Row("/data/media/10/DCIM/a.jpg")], Row("/storage/emulated/0/DCIM/a.jpg"), None),
        (
            [Row("/data/media/10/DCIM/a.jpg"), Row("/data/media/0/DCIM/a.jpg")],
            Row("DCIM/a.jpg"),
            ("/data/media/0/DCIM/a.jpg", "end", 1),
        ),
        (
            [Row("/a/x/IMG.jpg", deleted=True, content=1), Row("/b/x/IMG.jpg", content=2)],
            Row("x/IMG.jpg"),
            ("/b/x/IMG.jpg", "end", 1),
        ),
        ([Row("/a/x/IMG.jpg", deleted=True)], Row("x/IMG.jpg"), ("/a/x/IMG.jpg", "end", 1)),
        ([Row("/p/IMG.JPG")], Row("q\\p\\img.jpg"), ("/p/IMG.JPG", "end", 1)),
        ([Row("/p/other.jpg")], Row("p/IMG.jpg"), None),
        ([Row("/p/IMG.jpg")], Row(""), None),
    ],
)
def test_rules(tmp_path, files, message, tie) -> None:
    assert ties(tmp_path, files, [message]) == [tie]


def test_the_order_of_examination_changes_nothing(tmp_path) -> None:
    files = [
        Row("/b/IMG.jpg", content=1),
        Row("/a/IMG.jpg", content=1),
        Row(PHOTO, content=3),
        Row("/c/IMG.jpg", content=3),
    ]
    messages = [Row("a/IMG.jpg"), Row("IMG.jpg"), Row("x", content=3), Row("Media/WhatsApp Images/IMG.jpg")]
    there = ties(tmp_path / "1", files, messages)
    back = ties(tmp_path / "2", list(reversed(files)), messages)
    assert there == back
    assert there[2] == ("/c/IMG.jpg", "digest", 2)
    assert digest_of(3) != digest_of(1)


def test_a_match_shows_the_messages_that_carried_any_copy(tmp_path) -> None:
    files = [Row("/a/1.jpg", content=1), Row("/b/2.jpg", content=1), Row("/c/3.jpg", content=3)]
    ties(tmp_path, files, [Row("x/1.jpg", content=1), Row("c/3.jpg")])
    queries = Queries(tmp_path / "case")
    entries = dict(queries.rows(lambda *row: row, "SELECT path, entry_id FROM v_files"))
    told = {
        path: [each.where for each in queries.mentions(entries[path], limit=9)]
        for path in ("/a/1.jpg", "/b/2.jpg", "/c/3.jpg")
    }
    assert told == {"/a/1.jpg": ["m=000"], "/b/2.jpg": ["m=000"], "/c/3.jpg": ["m=001"]}
    assert queries.mention_count(entries["/b/2.jpg"]) == 1
    queries.close()
