"""A phone whose every picture has a known origin: camera, messenger in and out, screenshots, downloads, edited copies, hard cases between.

Fictional devices and people. `make_origin_phone` returns the origin of each picture by its path on the phone.
"""

import io
import sqlite3
from contextlib import closing
from pathlib import Path

from making.photos import MAKE, MODEL, make_photo
from PIL import Image

BUILD_PROP = (
    f"ro.product.manufacturer={MAKE}\nro.product.model={MODEL}\nro.serialno=SN-PHONE-1\nro.build.version.release=14\n"
)
ROOT = "data/media/0"
WHATSAPP = f"{ROOT}/Android/media/com.whatsapp/WhatsApp/Media"
COLUMNS = "_id INTEGER PRIMARY KEY, _data TEXT, _display_name TEXT, media_type INTEGER, owner_package_name TEXT, download_uri TEXT"


def make_origin_phone(folder: Path, *, each: int = 10) -> dict[str, str]:
    """Write the phone below `folder`, `each` pictures of every kind; path to origin."""
    truth: dict[str, str] = {}
    rows: list[tuple[str, str | None, str | None]] = []
    for number in range(each):
        for path, origin, owner, url, data in _pictures(number):
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            truth[f"/{path}"] = origin
            if owner:
                rows.append((path.replace(ROOT, "/storage/emulated/0"), owner, url))
    _media_store(folder / "data/data/com.google.android.providers.media.module/databases", rows)
    (folder / "system").mkdir()
    (folder / "system/build.prop").write_text(BUILD_PROP)
    return truth


def _pictures(n: int):
    """Path, origin, owner in the media database, address it was fetched from, content. Every content is another one."""
    own = make_photo(size=(800, 600), shade=n, taken=f"2026:02:{n % 27 + 1:02} 10:{n % 60:02}:00")
    bare = make_photo(size=(800, 600), shade=n + 40, exif=False)
    other = _with(own, make="Merek Lain", model="ML-9")
    camera = "com.android.camera"
    yield f"{ROOT}/DCIM/Camera/IMG_202602{n % 27 + 1:02}_10{n:02}00.jpg", "made_here", camera, None, own
    yield (
        f"{ROOT}/DCIM/Camera/IMG_202602{n % 27 + 1:02}_11{n:02}00.jpg",
        "made_here",
        None,
        None,
        _with(own, note="tanpa galeri"),
    )
    yield (
        f"{ROOT}/Pictures/Album/IMG_202602{n % 27 + 1:02}_12{n:02}00.jpg",
        "made_here",
        camera,
        None,
        _with(own, note="pindah"),
    )
    yield (
        f"{ROOT}/DCIM/Camera/IMG_202602{n % 27 + 1:02}_13{n:02}00.jpg",
        "made_here",
        camera,
        None,
        _with(bare, note=None),
    )
    yield (
        f"{WHATSAPP}/WhatsApp Images/IMG-202602{n % 27 + 1:02}-WA{n:04}.jpg",
        "received",
        "com.whatsapp",
        None,
        bare + b"1",
    )
    yield f"{WHATSAPP}/WhatsApp Documents/foto {n}.jpg", "received", None, None, _with(own, note="dokumen")
    yield (
        f"{ROOT}/Pictures/Telegram/photo_2026-02-01_10-00-{n:02}.jpg",
        "received",
        "org.telegram.messenger",
        None,
        bare + b"2",
    )
    yield (
        f"{ROOT}/DCIM/Camera/IMG_202602{n % 27 + 1:02}_14{n:02}00.jpg",
        "received",
        "com.android.bluetooth",
        None,
        _with(own, note="bt"),
    )
    yield (
        f"{WHATSAPP}/WhatsApp Images/Sent/IMG-202602{n % 27 + 1:02}-WA9{n:03}.jpg",
        "sent_copy",
        "com.whatsapp",
        None,
        bare + b"3",
    )
    yield (
        f"{ROOT}/DCIM/Screenshots/Screenshot_202602{n % 27 + 1:02}-10{n:02}00.png",
        "screenshot",
        "com.android.systemui",
        None,
        _png(n),
    )
    yield f"{ROOT}/Pictures/Screenshots/tangkapan {n}.png", "screenshot", None, None, _png(n + 100)
    yield (
        f"{ROOT}/Download/gambar-{n}.jpg",
        "downloaded",
        "com.android.chrome",
        f"https://example.org/{n}.jpg",
        bare + b"4",
    )
    yield f"{ROOT}/Download/salinan {n}.jpg", "downloaded", None, None, bare + b"5"
    yield (
        f"{ROOT}/Pictures/Snapseed/IMG_202602{n % 27 + 1:02}_10{n:02}00-01.jpeg",
        "edited",
        None,
        None,
        _with(own, software="Snapseed 2.0"),
    )
    yield (
        f"{ROOT}/DCIM/Camera/IMG_202602{n % 27 + 1:02}_10{n:02}00_edited.jpg",
        "edited",
        None,
        None,
        _with(own, note="edit"),
    )
    yield f"{ROOT}/Pictures/Arsip/kiriman-{n}.jpg", "same_model", None, None, _with(own, note="unit lain")
    yield f"{ROOT}/Pictures/Arsip/DSC_{n:04}.JPG", "another_camera", None, None, other
    yield f"{ROOT}/Pictures/Arsip/acak-{n}.jpg", "unknown", None, None, bare + b"6"


def add_hard_cases(folder: Path, *, each: int = 10) -> dict[str, str]:
    """Pictures whose true origin nothing on the phone tells: a friend's phone of the same model by cable, own pictures stripped and moved."""
    truth: dict[str, str] = {}
    for n in range(each):
        own = make_photo(size=(800, 600), shade=n + 70)
        for path, origin, data in (
            (f"{ROOT}/DCIM/Camera/IMG_20260301_15{n:02}00.jpg", "same_model", _with(own, note="kabel")),
            (
                f"{ROOT}/Pictures/Arsip/bersih-{n}.jpg",
                "made_here",
                make_photo(size=(800, 600), shade=n + 80, exif=False),
            ),
        ):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
            truth[f"/{path}"] = origin
    return truth


def _with(
    data: bytes,
    *,
    make: str | None = None,
    model: str | None = None,
    software: str | None = None,
    note: str | None = None,
) -> bytes:
    """The picture again with other words in its EXIF."""
    with Image.open(io.BytesIO(data)) as image:
        exif = image.getexif()
        for tag, value in ((0x010F, make), (0x0110, model), (0x0131, software), (0x010E, note)):
            if value is not None:
                exif[tag] = value
        target = io.BytesIO()
        image.save(target, "JPEG", exif=exif.tobytes() if len(exif) else b"", quality=88)
    return target.getvalue()


def _png(shade: int) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (540, 1170), (shade % 255, 120, 90)).save(target, "PNG")
    return target.getvalue()


def _media_store(folder: Path, rows) -> None:
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "external.db")) as database:
        database.execute(f"CREATE TABLE files ({COLUMNS})")
        database.executemany(
            "INSERT INTO files VALUES (NULL, ?, ?, 1, ?, ?)",
            [(path, path.rpartition("/")[2], owner, url) for path, owner, url in rows],
        )
        database.commit()
