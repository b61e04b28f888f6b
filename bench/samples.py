"""Sources to damage: every image and packed phone dump of the corpus, unpacked, and small disks built here.

The built disks hold the same seeded files under FAT12/16/32, exFAT, NTFS, ext2, ext3, ext4 and F2FS where the tools are there, and
one of them in every container of `containers`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import containers
import truth

if TYPE_CHECKING:
    from collections.abc import Iterator

MEBI = 1 << 20
LARGEST = 256 * MEBI
Sample = tuple[str, tuple[Path, ...]]  # a name, and the files of the source, the one to open first

_SYSTEMS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("FAT12", 2, ("mkfs.fat", "-F", "12")),
    ("FAT16", 16, ("mkfs.fat", "-F", "16")),
    ("FAT32", 40, ("mkfs.fat", "-F", "32")),
    ("exFAT", 8, ("mkfs.exfat",)),
    ("NTFS", 8, ("mkntfs", "-F", "-Q", "-q")),
    ("ext2", 8, ("mkfs.ext2", "-q", "-F")),
    ("ext3", 8, ("mkfs.ext3", "-q", "-F")),
    ("ext4", 8, ("mkfs.ext4", "-q", "-F", "-O", "inline_data")),
    ("F2FS", 64, ("mkfs.f2fs", "-q", "-f")),
)


def corpus_samples(corpus: Path, folder: Path, only: str = "") -> Iterator[Sample]:
    """Every file below `images` and `phones` and every image below `hostile/fs`, unpacked where it is only wrapped."""
    for top in ("images", "hostile/fs", "phones"):
        found = [path for path in (corpus / top).rglob("*") if path.is_file() and only in str(path)]
        for stored in sorted(found, key=lambda path: (path.stat().st_size, path)):
            yield from _of(corpus, stored, folder)


def built_samples(folder: Path, only: str = "") -> Iterator[Sample]:
    """Small disks of every file system that can be made here, then one disk in every container."""
    for name, mebibytes, command in _SYSTEMS:
        if only in f"built/{name}" and shutil.which(command[0]):
            yield f"built/{name}", (_system(folder, name, mebibytes, command),)
    wanted = [packing for packing in containers.packings() if only in f"built/{packing.name}"]
    if wanted and shutil.which("mkfs.ext4"):
        raw = containers.disk(folder, 6)
        for packing in wanted:
            if source := containers.built(packing, raw, folder):
                others = (path for path in sorted(source.parent.iterdir()) if path.suffix != ".log")
                yield f"built/{packing.name}", (source, *(path for path in others if path != source))


def _of(corpus: Path, stored: Path, folder: Path) -> Iterator[Sample]:
    told = corpus / "truth" / f"{stored.relative_to(corpus)}.json"
    name = str(stored.relative_to(corpus))
    if told.exists() and _size(told) > LARGEST:
        print(f"{name}: left out, its images have more than {LARGEST // MEBI} MiB")
    elif told.exists() and (images := list(truth.unpacked(corpus, told, folder))):
        for path, image in images:
            yield (name if len(images) == 1 else f"{name}:{image['name']}"), (path,)
            if path.parent == folder:
                path.unlink(missing_ok=True)
    elif told.exists() or not name.startswith("hostile"):  # beside hostile images lie notes about them
        yield name, (stored,)


def _size(told: Path) -> int:
    images = json.loads(told.read_text(encoding="utf-8")).get("images", [])
    return sum(image.get("raw_bytes") or 0 for image in images)


def _system(folder: Path, name: str, mebibytes: int, command: tuple[str, ...]) -> Path:
    tree, image = folder / "tree", folder / f"{name}.img"
    containers.files(tree, MEBI)
    with image.open("wb") as out:
        out.truncate(mebibytes * MEBI)
    populate = ("-d", str(tree)) if "ext" in command[0] else ()
    subprocess.run([*command, *populate, str(image)], check=True, capture_output=True)
    if not populate:
        _fill(image, tree, name)
    shutil.rmtree(tree)
    return image


def _fill(image: Path, tree: Path, name: str) -> None:
    """Put the files in, where the tools for it are there; else the file system stays empty."""
    if name.startswith("FAT") and shutil.which("mcopy"):
        _run("mcopy", "-s", "-i", image, *sorted(tree.iterdir()), "::/")
    elif name == "NTFS" and shutil.which("ntfscp"):
        for path in sorted(tree.rglob("*.bin")):
            _run("ntfscp", "-q", image, path, path.name)
    elif name == "F2FS" and shutil.which("sload.f2fs"):
        _run("sload.f2fs", "-f", tree, image)


def _run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
