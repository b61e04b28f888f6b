"""Caches of pictures: how many cached pictures are found, tied to their original, and matched with it by fingerprint, by cache and size.

    python bench/thumbcaches.py [PICTURES] [THUMBS.DB or FOLDER OF PHOTOGRAPHS ...]

Built: for each picture a cached one in every store and size that Windows (Vista, 7, 10), Android, iOS, macOS and freedesktop.org write; every second
original is then gone. Its fingerprint is known all the same, as that of a listed picture would be. Stores named on the command line are
opened too, and what is in them is counted; of the photographs in a folder thumbnails of three sizes are made and compared with them.
"""

from __future__ import annotations

import io
import sqlite3
import sys
import tempfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from making import thumbs  # type: ignore[import-not-found]  # noqa: E402  # the builders of the tests
from PIL import Image, ImageOps  # noqa: E402  # after the path is set

from triage.case import Case  # noqa: E402  # after the path is set
from triage.errors import EvidenceError  # noqa: E402  # after the path is set
from triage.formats.picture import decode  # noqa: E402  # after the path is set
from triage.formats.thumbs import thumbs_db  # noqa: E402  # after the path is set
from triage.hashing import pdq  # noqa: E402  # after the path is set
from triage.hashing.nearest import MOST_DISTANCE, bits_between  # noqa: E402  # after the path is set
from triage.queries import Queries  # noqa: E402  # after the path is set
from triage.run import run  # noqa: E402  # after the path is set
from triage.settings import Settings  # noqa: E402  # after the path is set

EXPLORER = "Users/siti/AppData/Local/Microsoft/Windows/Explorer"
WINDOWS = {"Vista": thumbs.VISTA, "7": thumbs.SEVEN, "10": thumbs.TEN}
V2 = "private/var/mobile/Media/PhotoData/Thumbnails/V2/DCIM/100APPLE"
ORIGINAL = "private/var/mobile/Media/DCIM/100APPLE"


def main() -> None:
    """Build, examine, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 40
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = _build(folder / "disk", count)
        with Case.open_or_create(folder / "case", actor="bench") as case:
            run(case, folder / "disk", exhibit="B-1", settings=Settings(hash_source=False))
        _print(folder / "case", made)
    for path in map(Path, sys.argv[2:]):
        if path.is_dir():
            _photographs(path)
            continue
        with path.open("rb") as stream:
            print(f"{path.name}: {len(list(thumbs_db.cells(stream)))} pictures")


def _photographs(folder: Path) -> None:
    """Real pictures that show enough (quality 50) against thumbnails of them."""
    counts = dict.fromkeys((96, 160, 256), 0)
    total = 0
    for path in sorted(folder.rglob("*")):
        try:
            data = path.read_bytes() if path.is_file() else b""
            seen = pdq.fingerprint(decode(io.BytesIO(data), most_pixels=10**8).brightness)
            image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
        except (EvidenceError, OSError, ValueError, SyntaxError):
            continue
        if seen.quality < pdq.LEAST_QUALITY or min(image.size) < 256:
            continue
        total += 1
        for side in counts:
            counts[side] += bits_between(seen.value, _thumbnail(image, side)) <= MOST_DISTANCE
    print(
        f"{total} photographs: "
        + ", ".join(f"{side} pixels {near / max(1, total):.1%}" for side, near in counts.items())
    )


def _thumbnail(image: Image.Image, side: int) -> bytes:
    small, target = image.copy(), io.BytesIO()
    small.thumbnail((side, side), Image.Resampling.BICUBIC)
    small.save(target, "JPEG", quality=80)
    return pdq.fingerprint(decode(io.BytesIO(target.getvalue()), most_pixels=10**8).brightness).value


def _build(folder: Path, count: int) -> dict[str, list[tuple[str, int]]]:
    """For each cache and size the paths of its pictures, with the number of the scene."""
    made: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for version, number in WINDOWS.items():
        for side in (96, 256):
            store = f"{EXPLORER}/{version}/thumbcache_{side}.db"
            ids = {0xA000000000000000 + at: thumbs.picture(at, side=side) for at in range(count)}
            thumbs.written(folder / store, thumbs.thumbcache(ids, version=number))
            made[f"Windows {version} thumbcache {side}"] = [(f"/{store}/{key:016x}.jpg", key & 0xFFFF) for key in ids]
    names = {f"IMG_{at:04}.JPG": thumbs.picture(at, side=96) for at in range(count)}
    thumbs.written(folder / ORIGINAL / "Thumbs.db", thumbs.thumbs_db(names))
    made["Windows XP Thumbs.db 96"] = [(f"/{ORIGINAL}/Thumbs.db/IMG_{at:04}.JPG", at) for at in range(count)]
    _build_phones(folder, count, made)
    for at in range(0, count, 2):
        thumbs.written(folder / ORIGINAL / f"IMG_{at:04}.JPG", thumbs.picture(at))
    return made


def _build_phones(folder: Path, count: int, made: dict[str, list[tuple[str, int]]]) -> None:
    for at in range(count):
        thumbs.written(folder / V2 / f"IMG_{at:04}.JPG" / "5005.JPG", thumbs.picture(at, side=320))
        made["iOS Thumbnails/V2 320"].append((f"/{V2}/IMG_{at:04}.JPG/5005.JPG", at))
        thumbs.written(folder / f"data/media/0/Pictures/.thumbnails/{at}.jpg", thumbs.picture(at, side=512))
        made["Android .thumbnails 512"].append((f"/data/media/0/Pictures/.thumbnails/{at}.jpg", at))
        name = thumbs.freedesktop_name(f"/{ORIGINAL}/IMG_{at:04}.JPG")
        thumbs.written(folder / "home/x/.cache/thumbnails/normal" / name, thumbs.picture(at, side=128, kind="PNG"))
        made["freedesktop normal 128"].append((f"/home/x/.cache/thumbnails/normal/{name}", at))
    _build_apple(folder, count, made)
    mini = {at: thumbs.picture(at, side=96) for at in range(count)}
    thumbs.written(folder / "data/media/0/DCIM/.thumbnails/.thumbdata3--1967290299", thumbs.thumbdata(mini))
    made["Android thumbdata 96"] = [
        (f"/data/media/0/DCIM/.thumbnails/.thumbdata3--1967290299/{at}.jpg", at) for at in mini
    ]
    cache = "data/media/0/Android/data/com.android.gallery3d/cache/imgcache.0"
    thumbs.written(folder / cache, thumbs.imgcache({at: thumbs.picture(at, side=200) for at in range(count)}))
    made["Android gallery cache 200"] = [(f"/{cache}/image-{at}.jpg", at) for at in range(count)]
    store = thumbs.written(folder / "data/data/com.android.providers.media/databases/external.db", b"")
    with closing(sqlite3.connect(store)) as database:
        database.execute("CREATE TABLE files (_id INTEGER PRIMARY KEY, _data TEXT, media_type INTEGER)")
        rows = [(at, f"/{ORIGINAL}/IMG_{at:04}.JPG") for at in range(count)]
        database.executemany("INSERT INTO files VALUES (?, ?, 1)", rows)
        database.commit()


def _build_apple(folder: Path, count: int, made: dict[str, list[tuple[str, int]]]) -> None:
    """Tables of the photo library, whose assets no Photos.sqlite names here, and QuickLook with names of files."""
    scenes = {at: thumbs.scene(at) for at in range(count)}
    assets = {f"AAAAAAAA-0000-4000-8000-{at:012d}": scene for at, scene in scenes.items()}
    table = "private/var/mobile/Media/PhotoData/Thumbnails/4031.ithmb"
    thumbs.written(folder / table, thumbs.ithmb(assets, side=120))
    made["iOS .ithmb 120"] = [(f"/{table}/{name}.bmp", at) for at, name in enumerate(assets)]
    cache = "private/var/folders/aa/bb/C/com.apple.QuickLook.thumbnailcache"
    small = {at + 1: scene.resize((256, 192)) for at, scene in scenes.items()}
    thumbs.quicklook(folder / cache, small, {at + 1: (f"/{ORIGINAL}", f"IMG_{at:04}.JPG") for at in scenes})
    made["macOS QuickLook 256"] = [(f"/{cache}/thumbnails.data/{at + 1}-256.bmp", at) for at in scenes]


def _print(folder: Path, made: dict[str, list[tuple[str, int]]]) -> None:
    queries = Queries(folder)
    try:
        prints = dict(queries.rows(lambda path, value: (path, value), "SELECT path, fingerprint FROM v_media"))
        links = {
            path: (original, rule)
            for path, original, rule in queries.view_rows("v_caches", ("path", "original_path", "rule"))
        }
    finally:
        queries.close()
    print(
        f"{'cache and longer side':32}{'made':>6}{'found':>7}{'linked of live':>16}{'wrongly':>9}{'within 31 bits':>16}  rules"
    )
    originals: dict[int, bytes] = {}
    for cache, pictures in made.items():
        _line(cache, pictures, prints, links, originals)


def _line(
    cache: str,
    pictures: list[tuple[str, int]],
    prints: dict[str, str],
    links: dict[object, tuple[object, object]],
    originals: dict[int, bytes],
) -> None:
    found = [(path, at) for path, at in pictures if path in prints]
    live = [(path, at) for path, at in found if at % 2 == 0]
    right = [path for path, at in live if links.get(path, ("", ""))[0] == f"/{ORIGINAL}/IMG_{at:04}.JPG"]
    wrong = sum(
        bool(links.get(path, (None, None))[0]) and links[path][0] != f"/{ORIGINAL}/IMG_{at:04}.JPG"
        for path, at in found
    )
    near = sum(
        bits_between(bytes.fromhex(prints[path] or "00" * 32), originals.setdefault(at, _fingerprint(at)))
        <= MOST_DISTANCE
        for path, at in found
    )
    rules = sorted({str(links[path][1]) for path, _ in found if links.get(path, (None, None))[0]})
    share = f"{near}/{len(found)} {near / max(1, len(found)):.0%}"
    print(
        f"{cache:32}{len(pictures):6}{len(found):7}{f'{len(right)}/{len(live)}':>16}{wrong:9}{share:>16}  {', '.join(rules)}"
    )


def _fingerprint(number: int) -> bytes:
    return pdq.fingerprint(decode(io.BytesIO(thumbs.picture(number)), most_pixels=10**8).brightness).value


if __name__ == "__main__":
    main()
