"""Cached pictures are entries of their own, tied to their originals by name, number, address or likeness; what is gone is shown as gone."""

import sqlite3
from contextlib import closing

import pytest
from making import thumbs
from making.galleries import ASSET, QUICKLOOK, make_photos, make_windows_search

from triage.case import Case
from triage.run import run
from triage.settings import Settings

EXPLORER = "Users/siti/AppData/Local/Microsoft/Windows/Explorer"
CAMERA = "data/media/0/DCIM/Camera"
STORE = "data/data/com.google.android.providers.media.module/databases"
MOBILE = "private/var/mobile/Media"
PICTURES = "Users/siti/Pictures"


UNKNOWN = "AAAAAAAA-0000-4000-8000-000000000099"
IPHONE = "/private/var/mobile/Media/DCIM/100APPLE/IMG_0001.HEIC"
INDEXED = {
    "a1b2c3d4e5f60718.jpg": ["C:\\Users\\siti\\Pictures\\pantai.jpg", f"/{PICTURES}/pantai.jpg", "id", 0],
    "0102030405060708.jpg": ["D:\\sudah hilang.jpg", None, None, 1],
    f"{ASSET}.bmp": [IPHONE, IPHONE, "id", 0],
    f"{UNKNOWN}.bmp": [None, None, None, 1],
    "1-1200.bmp": [f"/{PICTURES}/pantai.jpg", f"/{PICTURES}/pantai.jpg", "id", 0],
    "2-1200.bmp": ["/Volumes/STIK/b.jpg", None, None, 1],
    "1772000000123.jpg": ["/storage/emulated/0/DCIM/Camera/IMG_4.jpg", f"/{CAMERA}/IMG_4.jpg", "id", 0],
}


def fill(folder):
    """Pictures 1 to 9; 9 is in caches alone."""
    for number, path in {
        1: f"{PICTURES}/satu.jpg",
        2: f"{PICTURES}/dua.jpg",
        3: f"{CAMERA}/IMG_3.jpg",
        4: f"{CAMERA}/IMG_4.jpg",
        5: f"{MOBILE}/DCIM/100APPLE/IMG_0005.JPG",
        6: "home/budi/Gambar/enam tujuh.jpg",
    }.items():
        thumbs.written(folder / path, thumbs.picture(number))
    cache = thumbs.thumbcache(
        {0xAAAA000000000001: thumbs.picture(1, side=256), 0xAAAA000000000009: thumbs.picture(9, side=256)}
    )
    thumbs.written(folder / EXPLORER / "thumbcache_256.db", cache)
    names = {"dua.jpg": thumbs.picture(2, side=96), "hilang.jpg": thumbs.picture(9, side=96)}
    thumbs.written(folder / PICTURES / "Thumbs.db", thumbs.thumbs_db(names))
    thumbs.written(folder / "data/media/0/Pictures/.thumbnails/3.jpg", thumbs.picture(3, side=320))
    thumbs.written(
        folder / "data/media/0/DCIM/.thumbnails/.thumbdata3--1967290299",
        thumbs.thumbdata({4: thumbs.picture(4, side=96)}),
    )
    v2 = folder / MOBILE / "PhotoData/Thumbnails/V2/DCIM/100APPLE"
    thumbs.written(v2 / "IMG_0005.JPG/5005.JPG", thumbs.picture(5, side=320))
    thumbs.written(v2 / "IMG_0009.JPG/5005.JPG", thumbs.picture(9, side=320))
    name = thumbs.freedesktop_name("/home/budi/Gambar/enam tujuh.jpg")
    thumbs.written(folder / "home/budi/.cache/thumbnails/normal" / name, thumbs.picture(6, side=128, kind="PNG"))
    _fill_indexed(folder)
    store = thumbs.written(folder / STORE / "external.db", b"")
    with closing(sqlite3.connect(store)) as database:
        database.execute("CREATE TABLE files (_id INTEGER PRIMARY KEY, _data TEXT, media_type INTEGER)")
        rows = [(number, f"/storage/emulated/0/DCIM/Camera/IMG_{number}.jpg") for number in (3, 4)]
        database.executemany("INSERT INTO files VALUES (?, ?, 1)", rows)
        database.execute(
            "CREATE TABLE thumbnails (_id INTEGER PRIMARY KEY, _data TEXT, image_id INTEGER, kind INTEGER)"
        )
        database.execute(
            "INSERT INTO thumbnails VALUES (1, '/storage/emulated/0/DCIM/.thumbnails/1772000000123.jpg', 4, 1)"
        )
        database.commit()


def _fill_indexed(folder):
    """Caches whose originals a database names: Windows Search, the photo library, QuickLook, Android's older thumbnails."""
    index = thumbs.written(folder / "ProgramData/Microsoft/Search/Windows.db", b"")
    make_windows_search(index, size=len(thumbs.picture(11)))
    cached = {0xA1B2C3D4E5F60718: thumbs.picture(11, side=256), 0x0102030405060708: thumbs.picture(12, side=256)}
    thumbs.written(folder / EXPLORER / "thumbcache_768.db", thumbs.thumbcache(cached))
    thumbs.written(folder / PICTURES / "pantai.jpg", thumbs.picture(11))
    make_photos(thumbs.written(folder / MOBILE / "PhotoData/Photos.sqlite", b""))
    thumbs.written(folder / MOBILE / "DCIM/100APPLE/IMG_0001.HEIC", thumbs.picture(13))
    table = thumbs.ithmb({ASSET: thumbs.scene(13), UNKNOWN: thumbs.scene(14)}, side=120)
    thumbs.written(folder / MOBILE / "PhotoData/Thumbnails/4031.ithmb", table)
    names = {1: (f"/{PICTURES}", "pantai.jpg"), 2: ("/Volumes/STIK", "b.jpg")}
    thumbs.quicklook(folder / QUICKLOOK[1:], {1: thumbs.scene(11), 2: thumbs.scene(15)}, names)
    thumbs.written(folder / "data/media/0/DCIM/.thumbnails/1772000000123.jpg", thumbs.picture(4, side=320))


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("caches")
    fill(folder / "disk")
    with Case.open_or_create(folder / "case", actor="tester") as opened:
        run(opened, folder / "disk", exhibit="B-1", settings=Settings(workers=1, hash_source=False))
        yield opened


def test_every_cached_picture_is_tied_to_its_original(case):
    rows = case._database.execute("SELECT path, original_path, rule, gone FROM v_caches ORDER BY path").fetchall()
    found = {path.rpartition("/")[2] if "V2" not in path else path.split("/")[-2]: row for path, *row in rows}
    assert {name: row for name, row in found.items() if name not in INDEXED} == {
        "aaaa000000000001.jpg": [f"/{PICTURES}/satu.jpg", "likeness", 0],
        "aaaa000000000009.jpg": [None, None, 1],
        "dua.jpg": [f"/{PICTURES}/dua.jpg", "name", 0],
        "hilang.jpg": [None, None, 1],
        "3.jpg": [f"/{CAMERA}/IMG_3.jpg", "id", 0],
        "4.jpg": [f"/{CAMERA}/IMG_4.jpg", "id", 0],
        "IMG_0005.JPG": [f"/{MOBILE}/DCIM/100APPLE/IMG_0005.JPG", "name", 0],
        "IMG_0009.JPG": [None, None, 1],
        thumbs.freedesktop_name("/home/budi/Gambar/enam tujuh.jpg"): ["/home/budi/Gambar/enam tujuh.jpg", "uri", 0],
    }


def test_a_database_names_the_original_also_where_it_is_gone(case):
    rows = case._database.execute("SELECT path, original, original_path, rule, gone FROM v_caches").fetchall()
    found = {path.rpartition("/")[2]: row for path, *row in rows}
    assert {name: found[name] for name in INDEXED} == INDEXED


def test_cached_pictures_are_hashed_and_fingerprinted_like_any_other(case):
    rows = case._database.execute(
        "SELECT f.sha256, m.fingerprint FROM v_caches c JOIN v_files f USING (entry_id) JOIN v_media m USING (entry_id)"
    ).fetchall()
    assert len(rows) == 9 + len(INDEXED)
    assert all(digest and fingerprint for digest, fingerprint in rows)


def test_what_the_cache_says_of_a_picture_that_is_gone_is_kept(case):
    row = case._database.execute("SELECT cache, original FROM v_caches WHERE original LIKE '%hilang%'").fetchone()
    assert row == ("Windows Thumbs.db", f"/{PICTURES}/hilang.jpg")
    row = case._database.execute("SELECT original FROM v_caches WHERE path LIKE '%IMG_0009%'").fetchone()
    assert row == ("DCIM/100APPLE/IMG_0009.JPG",)


def test_a_match_inside_a_cache_says_that_the_original_is_gone(case):
    database = case._database
    entries = dict(database.execute("SELECT path, entry_id FROM v_caches").fetchall())
    for path, entry in entries.items():
        database.execute(
            "INSERT INTO hit (entry_id, list, list_version, list_kind, how, value, explanation) VALUES (?, 'x', '1', 'notable', 'exact', ?, '')",
            (entry, path),
        )
    rows = database.execute("SELECT value, cache, original_gone FROM v_hits WHERE original_gone").fetchall()
    assert {(path.split("/")[-2], cache) for path, cache, _ in rows} == {
        ("thumbcache_256.db", "Windows thumbcache"),
        ("Thumbs.db", "Windows Thumbs.db"),
        ("IMG_0009.JPG", "iOS thumbnails"),
        ("thumbcache_768.db", "Windows thumbcache"),
        ("4031.ithmb", "iOS thumbnail table"),
        ("thumbnails.data", "macOS QuickLook"),
    }
    database.execute("DELETE FROM hit")
