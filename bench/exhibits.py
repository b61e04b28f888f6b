"""Small exhibits of every kind of source, made here: E01, F2FS, Android backup, iTunes backup (encrypted), UFDR, zip in zip in tar.

Contents are those of the tests (`tests/making`); what needs a program that is missing is left out and said.
"""

from __future__ import annotations

import importlib
import io
import lzma
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.assets import resource

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "sandi-contoh"
TESTS = Path(__file__).resolve().parents[1] / "tests"


def exhibits(folder: Path) -> Iterator[Path]:
    """The sources, each made when it is asked for."""
    sys.path.insert(0, str(TESTS))
    files = _contents(folder)
    yield from _e01(folder)
    yield from _f2fs(folder, files)
    yield _written(folder / "ponsel.ab", _android(files))
    yield _ios(folder / "cadangan", files)
    yield _written(folder / "laporan.ufdr", _making("ufdr").make_ufdr(_making("ufdr").whole_report(), files.items()))
    inner = _zip({"dalam.zip": _zip(files), "catatan.txt": b"arsip di dalam arsip"})
    yield _written(folder / "arsip.tar", _making("android_backup").make_tar({"luar.zip": inner, **files}))


def _making(name: str) -> Any:  # noqa: ANN401  # modules of the tests have no types
    return importlib.import_module(f"making.{name}")


def _contents(folder: Path) -> dict[str, bytes]:
    """Databases and photographs by name."""
    place = folder / "contents"
    place.mkdir()
    databases, photos = _making("databases"), _making("photos")
    databases.make_msgstore(place / "msgstore.db")
    databases.make_mmssms(place / "mmssms.db")
    databases.make_calllog(place / "calllog.db")
    for number in range(12):
        (place / f"IMG_{number:04}.jpg").write_bytes(photos.make_photo(size=(64 + number, 48)))
    return {path.name: path.read_bytes() for path in sorted(place.iterdir())}


def _e01(folder: Path) -> Iterator[Path]:
    if not shutil.which("ewfacquire"):
        print("no E01: ewfacquire is missing (apt-get install ewf-tools)")
        return
    raw, target = folder / "laptop.raw", folder / "laptop"
    with lzma.open(resource("demo", "laptop.img.xz")) as packed, raw.open("wb") as out:
        shutil.copyfileobj(packed, out)
    command = ["ewfacquire", "-q", "-u", "-f", "encase6", "-c", "deflate:fast", "-t", target, "-l", folder / "log", raw]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    raw.unlink()
    yield folder / "laptop.E01"


def _f2fs(folder: Path, files: dict[str, bytes]) -> Iterator[Path]:
    if not (shutil.which("mkfs.f2fs") and shutil.which("sload.f2fs")):
        print("no F2FS: mkfs.f2fs or sload.f2fs is missing (apt-get install f2fs-tools)")
        return
    tree, image = folder / "tree", folder / "userdata.img"
    for name, data in files.items():
        path = tree / "media" / "0" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    with image.open("wb") as out:
        out.truncate(64 << 20)
    subprocess.run(["mkfs.f2fs", "-q", "-f", str(image)], check=True, capture_output=True)
    subprocess.run(["sload.f2fs", "-f", str(tree), str(image)], check=True, capture_output=True)
    yield image


def _android(files: dict[str, bytes]) -> bytes:
    backup = _making("android_backup")
    inner = backup.make_tar({f"apps/id.contoh/f/{name}": data for name, data in files.items()})
    made: bytes = backup.make_android_backup(inner, password=PASSWORD)
    return made


def _ios(folder: Path, files: dict[str, bytes]) -> Path:
    placed = {("CameraRollDomain", f"Media/DCIM/100APPLE/{name}"): data for name, data in files.items()}
    made: Path = _making("ios_backup").make_ios_backup(folder, placed, password=PASSWORD)
    return made


def _zip(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 3, 1, 10, 11, 12)), data)
    return target.getvalue()


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
