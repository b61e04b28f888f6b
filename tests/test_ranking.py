"""The order: what tells most is read first, everything is read."""

import pytest

from triage.model import Entry, Kind, Locator
from triage.ranking import cutoff, rank


def entry(path, *, kind=Kind.FILE, size=100_000, deleted=False):
    return Entry(locator=Locator(), name=path.rsplit("/", 1)[-1], kind=kind, size=size, deleted=deleted, path=path)


def order(*paths):
    return sorted(paths, key=lambda path: rank(entry(path))[0])


def test_listing_comes_before_any_content():
    assert rank(entry("/a", kind=Kind.FOLDER))[0] < rank(entry("/data/com.whatsapp/databases/msgstore.db"))[0]


def test_databases_then_user_media_then_the_rest_then_the_system():
    paths = ["/data/x/msgstore.db", "/DCIM/Camera/a.jpg", "/a.jpg", "/notes.txt", "/Windows/a.dll"]
    assert order(*reversed(paths)) == paths


@pytest.mark.parametrize("words", ["camera folder", "downloads", "trash", "hidden folder"])
def test_the_reason_is_told(words):
    path = {
        "camera folder": "/DCIM/a.jpg",
        "downloads": "/Users/x/Downloads/a.jpg",
        "trash": "/$Recycle.Bin/a.jpg",
        "hidden folder": "/.secret/a.jpg",
    }[words]
    assert words in rank(entry(path))[1]


def test_deleted_comes_before_live_and_icons_after():
    usual = rank(entry("/a.jpg"))[0]
    assert rank(entry("/a.jpg", deleted=True))[0] < usual < rank(entry("/a.jpg", size=900))[0]


def test_only_quick_leaves_anything_out():
    assert cutoff("full") is None
    quick = cutoff("quick")
    assert rank(entry("/DCIM/a.jpg"))[0] < quick <= rank(entry("/notes.txt"))[0]
