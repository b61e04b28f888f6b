"""Histories of browsers: every rule on a made file, and public samples as the sqlite3 program shows them."""

import plistlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from corpus import corpus_file
from making import browsers
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.model import Bookmark, Download, Search, Stamp, Visit

SECOND = 1_000_000_000


def found(data: bytes, name: str) -> list:
    item = item_from_bytes(name, data)
    (extractor,) = wanted_by(item)
    return list(extractor.extract(item))


def of(records: list, kind: type) -> list:
    return [each for each in records if isinstance(each, kind)]


def at(seconds: float, resolution: int = 1000) -> Stamp:
    return Stamp(int((browsers.START + seconds) * SECOND), resolution=resolution)


def test_chromium_visits_searches_and_downloads(tmp_path: Path) -> None:
    path = "/data/user/10/com.android.chrome/app_chrome/Default/History"
    records = found(browsers.make_chromium_history(tmp_path / "h").read_bytes(), path)
    typed, link, other = of(records, Visit)
    assert (typed.app, typed.account, typed.url, typed.kind, typed.duration_s) == (
        "Chrome", "user 10", browsers.RESULTS, "typed", 2.5,
    )  # fmt: skip
    assert (typed.visited_at, typed.raw_time) == (at(0), f"{browsers.WEBKIT} us WebKit")
    assert (link.referrer, link.kind, link.origin, link.count) == (browsers.RESULTS, "link", None, 2)
    assert (other.origin, other.kind, other.visited_at, other.title) == ("synced", "unknown (99)", None, None)
    assert [(each.term, each.where) for each in of(records, Search)] == [
        ("pasar", "keyword_search_terms.rowid=1"),
        ("kurir", "content_annotations.visit_id=3"),
    ]
    whole, odd = of(records, Download)
    assert (whole.url, whole.referrer) == ("https://files.example.org/a.zip", "https://example.org/a")
    assert (whole.path, whole.size, whole.received) == ("/storage/emulated/0/Download/a.zip", 20, 10)
    assert (whole.state, whole.mime, whole.started_at) == ("complete", "application/zip", at(0))
    assert (odd.url, odd.path, odd.state, odd.raw_state, odd.referrer) == (
        None, None, "unknown (7)", "7", "https://example.org/tab",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "app", "account"),
    [
        ("/Users/dewi/AppData/Local/Google/Chrome/User Data/Profile 2/History", "Chrome", "dewi / Profile 2"),
        ("/Users/dewi/AppData/Local/Microsoft/Edge/User Data/Default/History", "Edge", "dewi"),
        ("/data/data/com.sec.android.app.sbrowser/app_sbrowser/Default/History", "Samsung Internet", None),
        ("/home/budi/.config/BraveSoftware/Brave-Browser/Default/History", "Brave", "budi"),
        ("/odd/History", "Chromium", None),
    ],
)
def test_the_path_names_browser_and_profile(tmp_path: Path, path: str, app: str, account: str | None) -> None:
    visit = found(browsers.make_chromium_history(tmp_path / "h").read_bytes(), path)[0]
    assert (visit.app, visit.account) == (app, account)


def test_chromium_bookmarks_and_logins(tmp_path: Path) -> None:
    bare, leaf = found(browsers.make_bookmarks(tmp_path / "b").read_bytes(), "Bookmarks")
    assert (bare.url, bare.title, bare.added_at, bare.folder) == ("https://example.net/", None, None, "Bilah")
    assert (leaf.title, leaf.folder, leaf.added_at) == ("Contoh", "Bilah/Simpanan", at(0))
    assert leaf.where == "roots.bookmark_bar.children[1].children[0]"
    login, never = found(browsers.make_login_data(tmp_path / "l").read_bytes(), "Login Data")
    assert (login.identifier, login.service, login.email) == (
        "budi@example.org", "https://example.org/login", "budi@example.org",
    )  # fmt: skip
    assert (never.identifier, never.name) == (None, "never saved")


@pytest.mark.parametrize(("unit", "resolution", "words"), [(1_000_000, 1000, "us"), (1000, 1_000_000, "ms")])
def test_firefox_on_computers_and_phones(tmp_path: Path, unit: int, resolution: int, words: str) -> None:
    records = found(
        browsers.make_places(tmp_path / "p", unit).read_bytes(), "/data/data/org.mozilla.firefox/files/places.sqlite"
    )
    first, second, odd = of(records, Visit)
    assert (first.app, first.kind, first.visited_at) == ("Firefox", "typed", at(0, resolution))
    assert first.raw_time == f"{browsers.START * unit} {words} Unix"
    assert (second.referrer, second.kind) == ("https://example.org/", "reload")
    assert (odd.visited_at, odd.kind, odd.raw_kind) == (None, "unknown (77)", "77")
    (kept,) = of(records, Bookmark)
    assert (kept.title, kept.url, kept.folder) == ("Judul sendiri", "https://example.org/", "menu/Simpanan")
    (fetched,) = of(records, Download)
    assert (fetched.path, fetched.size, fetched.state) == ("file:///home/budi/berkas.zip", 42, "complete")
    assert fetched.ended_at == at(0, 1_000_000)


def test_safari(tmp_path: Path) -> None:
    first, second, orphan, gone = found(browsers.make_safari_history(tmp_path / "s").read_bytes(), "History.db")
    assert (first.url, first.title, first.visited_at, first.origin) == ("https://example.org/", "Contoh", at(0.5), None)
    assert (second.referrer, second.origin, second.kind) == ("https://example.org/", "synced", "not loaded")
    assert (orphan.url, orphan.title, orphan.origin) == (None, "yatim", "unknown (5)")
    assert (gone.deleted, gone.url, gone.visited_at) == ("history cleared", "https://example.com/hapus", at(100))


def test_safari_lists() -> None:
    plain, read, page, fetched = found(browsers.safari_lists(), "Bookmarks.plist")
    assert (plain.title, plain.folder, plain.added_at) == ("Contoh", None, None)
    assert (read.folder, read.added_at, read.where) == ("Simpanan", at(0), "Children[1].Children[0]")
    assert (page.url, page.visited_at, page.count) == ("https://example.com/", at(0.5), 3)
    assert (fetched.path, fetched.size, fetched.received) == ("~/Downloads/a.zip", 20, 10)


SAMPLES = (
    "plaso_chrome_History-57.0.2987.133", "plaso_chrome_History-59.0.3071.86", "hindsight_01_History", "hindsight_10_History",
    "dissect_edge-history.sqlite", "dissect_chromium-history-win.sqlite",
)  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES)
def test_chromium_samples_agree_with_sqlite3(sample: str) -> None:
    path = corpus_file("phones", "browser", sample)
    records = found(path.read_bytes(), "History")
    assert of(records, Visit) + of(records, Search) + of(records, Download) == records
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as database:
        visits = database.execute(
            "SELECT v.id, u.url, u.title, v.visit_time FROM visits v LEFT JOIN urls u ON u.id = v.url ORDER BY v.id"
        ).fetchall()
        assert [
            (
                int(each.where.rpartition("=")[2]),
                each.url,
                each.title or "",
                each.visited_at.ns // 1000 + 11_644_473_600_000_000,
            )
            for each in of(records, Visit)
        ] == [(number, url, title or "", time) for number, url, title, time in visits]
        downloads = database.execute("SELECT id, received_bytes, total_bytes FROM downloads ORDER BY id").fetchall()
        assert [
            (int(each.where.rpartition("=")[2]), each.received, each.size) for each in of(records, Download)
        ] == downloads
        assert all(each.url and each.path for each in of(records, Download))
        if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'keyword_search_terms'").fetchone():
            terms = [row[0] for row in database.execute("SELECT term FROM keyword_search_terms ORDER BY rowid")]
            assert [each.term for each in of(records, Search)][: len(terms)] == terms


def test_an_old_download_is_in_unix_seconds() -> None:
    records = found(corpus_file("phones", "browser", "hindsight_01_History").read_bytes(), "History")
    assert [each.started_at.ns for each in of(records, Download)] == [1370406510 * SECOND, 1370406654 * SECOND]


def test_firefox_sample_agrees_with_sqlite3() -> None:
    path = corpus_file("phones", "browser", "plaso_firefox_places.sqlite")
    records = found(path.read_bytes(), "places.sqlite")
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as database:
        visits = database.execute(
            "SELECT p.url, v.visit_date FROM moz_historyvisits v JOIN moz_places p ON p.id = v.place_id ORDER BY v.id"
        ).fetchall()
        kept = database.execute(
            "SELECT b.id, p.url, b.dateAdded FROM moz_bookmarks b JOIN moz_places p ON p.id = b.fk ORDER BY b.id"
        ).fetchall()
    assert [(each.url, each.visited_at.ns // 1000) for each in of(records, Visit)] == visits
    assert [
        (int(each.where.rpartition("=")[2]), each.url, each.added_at.ns // 1000) for each in of(records, Bookmark)
    ] == kept
    assert len(of(records, Bookmark)) > 50


@pytest.mark.parametrize("sample", ["iped_test_history.plist", "plaso_plist_History.plist"])
def test_safari_history_lists_are_complete(sample: str) -> None:
    data = corpus_file("phones", "browser", sample).read_bytes()
    rows = plistlib.loads(data)["WebHistoryDates"]
    visits = found(data, sample)
    assert [(each.url, each.title, each.count) for each in visits] == [
        (row[""], row.get("title"), row["visitCount"]) for row in rows
    ]
    assert [round(each.visited_at.ns / SECOND - 978_307_200, 1) for each in visits] == [
        float(row["lastVisitedDate"]) for row in rows
    ]


def test_safari_bookmarks_are_complete() -> None:
    data = corpus_file("phones", "browser", "iped_test_bookmarks.plist").read_bytes()

    def leaves(rows: list) -> list[str]:
        return [
            url
            for row in rows
            for url in ([row["URLString"]] if "URLString" in row else leaves(row.get("Children", [])))
        ]

    assert [each.url for each in found(data, "x.plist")] == leaves(plistlib.loads(data)["Children"])
