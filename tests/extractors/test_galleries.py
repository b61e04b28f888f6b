"""What galleries say of pictures: values written down by hand beside the fixtures."""

from pathlib import Path

import pytest
from making import galleries
from making.browsers import START
from making.items import item_from_bytes

from triage.errors import Malformed
from triage.extractors import EXTRACTORS
from triage.model import Problem, Stamp

MS, SECOND = 1_000_000, 1_000_000_000
DATA = "/data/data/com.google.android.providers.media.module/databases"


def found(data: bytes, path: str, name: str):
    extractor = next(each for each in EXTRACTORS if each.name == name)
    item = item_from_bytes(path, data)
    assert extractor.wants(item)
    return list(extractor.extract(item))


def test_media_store_of_android_11(tmp_path: Path) -> None:
    rows = found(galleries.make_media_store(tmp_path / "x").read_bytes(), f"{DATA}/external.db", "android-gallery")
    camera, received, trashed, fetched = rows
    assert (camera.owner, camera.album, camera.favourite, camera.kind) == (
        "com.android.camera",
        "Camera",
        True,
        "picture",
    )
    assert camera.taken_at == Stamp(START * SECOND, resolution=MS)
    assert camera.modified_at == Stamp((START + 1) * SECOND, resolution=SECOND)
    assert (received.owner, received.taken_at, received.trashed) == ("com.whatsapp", None, False)
    assert (trashed.kind, trashed.trashed, trashed.deleted, trashed.duration_s) == ("video", True, "trashed", 61.5)
    assert trashed.expires_at == Stamp((START + 99) * SECOND, resolution=SECOND)
    assert (fetched.url, fetched.referrer) == ("https://example.org/foto.png", "https://example.org/")
    assert camera.where == "files._id=1"


def test_media_store_before_android_10(tmp_path: Path) -> None:
    (row,) = found(
        galleries.make_old_media_store(tmp_path / "x").read_bytes(), f"{DATA}/external-abc.db", "android-gallery"
    )
    assert (row.latitude, row.longitude, row.owner, row.trashed) == (-7.6079, 110.2038, None, None)


def test_another_external_db_is_not_taken_for_it(tmp_path: Path) -> None:
    android = next(each for each in EXTRACTORS if each.name == "android-gallery")
    data = galleries.make_media_store(tmp_path / "x").read_bytes()
    assert not android.wants(item_from_bytes("/data/data/org.example.catatan/databases/external.db", data))


def test_samsung(tmp_path: Path) -> None:
    path = "/data/data/com.samsung.android.providers.trash/databases/trash.db"
    hidden, screen, first, broken, common = found(
        galleries.make_samsung(tmp_path / "x").read_bytes(), path, "samsung-gallery"
    )
    assert (hidden.hidden, hidden.owner, hidden.latitude) == (True, "com.sec.android.app.camera", None)
    assert (screen.origin, screen.url) == ("screen of com.android.chrome", "https://example.org/halaman")
    assert (first.original_name, first.trashed_at, first.latitude) == (
        f"{galleries.CAMERA}/20260224_100000.jpg",
        Stamp(START * SECOND, resolution=MS),
        -6.2,
    )
    assert (broken.trashed, broken.path, broken.trashed_at) == (True, None, None)
    assert (common.editor, common.app, common.original_name) == (
        "com.sec.android.app.myfiles",
        "Samsung trash",
        f"{galleries.CAMERA}/x.jpg",
    )


def test_google_photos(tmp_path: Path) -> None:
    data = galleries.make_google_photos(tmp_path / "x").read_bytes()
    local, trashed, remote, shared, trash = found(data, "/gphotos-1.db", "google-gallery")
    assert (local.kind, local.latitude, local.taken_at) == ("picture", -6.2, Stamp(START * SECOND, resolution=MS))
    assert (trashed.kind, trashed.deleted, trashed.duration_s) == ("video", "trashed", 1.5)
    assert (remote.url, remote.shared, remote.identifier) == ("https://example.org/c", "cloud", "k3")
    assert shared.shared == "shared with the account"
    assert (trash.path, trash.original_name) == (
        "/data/data/com.google.android.apps.photos/files/trash_files/e-123",
        f"{galleries.CAMERA}/e.jpg",
    )


@pytest.mark.parametrize(("table", "number"), [("ZASSET", 28), ("ZGENERICASSET", 26)])
def test_photo_library_of_apple(tmp_path: Path, table: str, number: int) -> None:
    data = galleries.make_photos(tmp_path / "x", table=table, number=number).read_bytes()
    camera, saved, trashed, screen = found(data, "/Media/PhotoData/Photos.sqlite", "apple-gallery")
    assert (camera.title, camera.caption, saved.caption) == ("Candi", "ulang tahun di rumah", None)
    assert (camera.album, camera.faces, camera.origin) == (
        "Keluarga, Liburan",
        2,
        "back camera of this system (ZIMPORTEDBY 1)",
    )
    assert (camera.path, camera.latitude) == ("/private/var/mobile/Media/DCIM/100APPLE/IMG_0001.HEIC", -7.6079)
    assert (camera.shared, camera.views, camera.favourite) == ("2 times", 5, True)
    assert (saved.owner, saved.origin, saved.original_name, saved.hidden, saved.latitude) == (
        "net.whatsapp.WhatsApp",
        "another app (ZIMPORTEDBY 3)",
        "kiriman.jpg",
        True,
        None,
    )
    assert (trashed.trashed, trashed.deleted, trashed.editor, trashed.duration_s) == (
        True,
        "trashed",
        "com.apple.mobileslideshow",
        12.5,
    )
    assert (screen.kind, screen.origin, screen.faces) == ("screenshot", "saved on the device (ZSAVEDASSETTYPE 3)", None)


def test_a_library_of_another_kind_is_told(tmp_path: Path) -> None:
    data = galleries.database(tmp_path / "x", "CREATE TABLE lain (a);").read_bytes()
    (problem,) = found(data, "/Photos.sqlite", "apple-gallery")
    assert isinstance(problem, Problem)
    assert problem.kind == "unsupported"


def test_windows_search_gives_each_thumbnail_its_file(tmp_path: Path) -> None:
    data = galleries.make_windows_search(tmp_path / "x").read_bytes()
    first, second = found(data, "/ProgramData/Microsoft/Search/Windows.db", "windows-search")
    assert (first.identifier, first.path, first.name) == (
        "a1b2c3d4e5f60718",
        r"C:\Users\siti\Pictures\pantai.jpg",
        "pantai.jpg",
    )
    assert (first.size, first.mime, first.modified_at.ns) == (1234, "image/jpeg", galleries.START * 10**9)
    assert (second.identifier, second.path, second.size) == ("0102030405060708", r"D:\sudah hilang.jpg", None)


def test_an_index_of_search_that_is_no_database_is_damaged() -> None:
    with pytest.raises(Malformed):
        found(bytes(4) + b"\xef\xcd\xab\x89" + bytes(8192), "/x/Windows.edb", "windows-search")


def test_quicklook_says_which_files_the_finder_showed(tmp_path: Path) -> None:
    galleries.make_quicklook(tmp_path / "index.sqlite")
    data = (tmp_path / "index.sqlite").read_bytes()
    first, second = found(data, f"{galleries.QUICKLOOK}/index.sqlite", "apple-quicklook")
    assert (first.path, first.identifier, first.views) == ("/Users/siti/Pictures/a.jpg", "1", 3)
    assert second.path == "/Volumes/STIK/b.jpg"


def test_android_until_2_3_and_thumbnails_with_names_of_their_own(tmp_path: Path) -> None:
    data = galleries.database(
        tmp_path / "x",
        """CREATE TABLE images (_id INTEGER PRIMARY KEY, _data TEXT, _size INTEGER, datetaken INTEGER);
        CREATE TABLE video (_id INTEGER PRIMARY KEY, _data TEXT);
        CREATE TABLE thumbnails (_id INTEGER PRIMARY KEY, _data TEXT, image_id INTEGER, kind INTEGER);
        INSERT INTO images VALUES (5, '/mnt/sdcard/DCIM/a.jpg', 9, NULL);
        INSERT INTO video VALUES (6, '/mnt/sdcard/DCIM/b.3gp');
        INSERT INTO thumbnails VALUES (1, '/mnt/sdcard/DCIM/.thumbnails/1299999999999.jpg', 5, 1), (2, NULL, 5, 3), (3, '/x/7.jpg', 99, 1);""",
    ).read_bytes()
    picture, clip, thumbnail = found(data, f"{DATA}/external-1a2b.db", "android-gallery")
    assert (picture.kind, picture.path, picture.size, clip.kind) == ("picture", "/mnt/sdcard/DCIM/a.jpg", 9, "video")
    assert (thumbnail.app, thumbnail.identifier, thumbnail.path) == (
        "Android thumbnails",
        "1299999999999",
        "/mnt/sdcard/DCIM/a.jpg",
    )
