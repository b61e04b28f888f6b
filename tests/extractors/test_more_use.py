"""Screen Time, Digital Wellbeing, tabs, older Firefox, Samsung Internet: every rule on made databases."""

from pathlib import Path

from making import more_use
from making.browsers import START
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.model import Bookmark, Search, Visit


def found(path: Path, name: str, extractor: str) -> list:
    item = item_from_bytes(name, path.read_bytes())
    (chosen,) = [each for each in wanted_by(item) if each.name == extractor]
    return list(chosen.extract(item))


def seconds(stamp) -> int | None:
    return None if stamp is None else stamp.ns // 1_000_000_000 - START


def test_screen_time(tmp_path: Path) -> None:
    app, domain, lost, told, picked = found(
        more_use.make_screen_time(tmp_path / "s"), "RMAdminStore-Local.sqlite", "apple-screen-time"
    )
    assert (app.identifier, app.duration_s, app.account, app.name) == (
        "ph.telegra.Telegraph", 600, "Rina Fiksi", "iPhone contoh",
    )  # fmt: skip
    assert seconds(app.started_at) == 0
    assert (domain.identifier, domain.kind) == ("example.org", "domain used in that hour")
    assert (lost.identifier, lost.duration_s, lost.started_at) == ("org.example", 5, None)
    assert [(each.kind, each.count) for each in (told, picked)] == [
        ("notifications in that hour", 12),
        ("pick-ups in that hour", 3),
    ]


def test_wellbeing(tmp_path: Path) -> None:
    path = "/data/data/com.google.android.apps.wellbeing/databases/app_usage"
    first, second, odd, site = found(more_use.make_wellbeing(tmp_path / "w"), path, "android-wellbeing")
    assert (first.identifier, first.kind, seconds(first.started_at)) == ("com.whatsapp", "activity resumed", 0)
    assert (second.kind, seconds(second.started_at)) == ("activity paused", 5)
    assert (odd.identifier, odd.kind, odd.started_at) == (None, "unknown (99)", None)
    assert (site.identifier, site.name) == ("com.android.chrome", "example.org")


def test_tabs(tmp_path: Path) -> None:
    plain, private, grouped, closed, cloud = found(more_use.make_tabs(tmp_path / "t"), "SafariTabs.db", "safari-tabs")
    assert (plain.url, plain.kind, seconds(plain.visited_at)) == ("https://example.org/", "tab", 0)
    assert (private.url, private.kind, private.visited_at) == ("https://example.net/", "private tab", None)
    assert (grouped.kind, seconds(grouped.visited_at)) == ("private tab", 0)
    assert (closed.deleted, closed.kind, closed.visited_at) == ("closed", "tab", None)
    assert (cloud.account, cloud.origin, seconds(cloud.visited_at)) == ("iPad contoh", "synced", 0)


def test_old_firefox(tmp_path: Path) -> None:
    path = "/data/data/org.mozilla.firefox/files/mozilla/ab.default/browser.db"
    rows = found(more_use.make_old_firefox(tmp_path / "f"), path, "firefox-old")
    visits = [each for each in rows if isinstance(each, Visit)]
    assert [(each.where, each.url, each.kind, seconds(each.visited_at), each.deleted) for each in visits] == [
        ("visits._id=1", "https://example.org/", "link", 0, None),
        ("visits._id=2", "https://example.org/", "unknown (99)", None, None),
        ("visits._id=3", None, "typed", 0, None),
        ("history._id=2", "https://example.net/", None, 0, None),
        ("history._id=3", "https://example.com/", None, 0, "deleted in the history"),
    ]
    assert visits[1].origin == "synced"
    (mark,) = [each for each in rows if isinstance(each, Bookmark)]
    assert (mark.url, mark.folder, seconds(mark.added_at)) == ("https://example.org/", "Seluler", 0)
    (word,) = [each for each in rows if isinstance(each, Search)]
    assert (word.term, seconds(word.searched_at)) == ("pasar", 0)


def test_samsung_internet(tmp_path: Path) -> None:
    path = "/data/data/com.sec.android.app.sbrowser/databases/SBrowser.db"
    kept, gone, secret, plain, saved = found(more_use.make_samsung_internet(tmp_path / "b"), path, "samsung-internet")
    assert (kept.url, seconds(kept.added_at), kept.deleted) == ("https://example.org/", 0, None)
    assert (gone.deleted, gone.added_at) == ("deleted", None)
    assert (secret.kind, secret.title, seconds(secret.visited_at)) == ("private tab", "Rahasia", 0)
    assert (plain.kind, plain.visited_at) == ("tab", None)
    assert (saved.folder, saved.title) == ("saved pages", "Disimpan")
