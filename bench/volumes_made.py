"""Small volumes that files are written into and deleted from as a person would, for `deleted`: FAT by mtools, the others mounted.

FAT12, FAT16 and FAT32 need mkfs.fat and mtools alone; NTFS ntfs-3g, exFAT exfat-fuse, ext2, ext3 and ext4 the kernel's driver, and all of these
the right to mount. Names are written in lower case, so that FAT keeps a long name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MEBI = 1 << 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A file system: how it is made and, where it is mounted, how."""

    name: str
    mebibytes: int
    make: tuple[str, ...]
    mount: tuple[str, ...] = ()

    def missing(self) -> str:
        """What is missing to build it here; nothing where all is there."""
        tools = [self.make[0], *((self.mount[0],) if self.mount else ("mcopy",))]
        absent = [tool for tool in tools if not shutil.which(tool)]
        if absent:
            return f"{', '.join(absent)} is not installed"
        return "mounting needs rights that are not here" if self.mount and os.geteuid() else ""


_EXT = ("-q", "-F", "-b", "1024")
KINDS = (
    Kind("FAT12", 4, ("mkfs.fat", "-F", "12", "-s", "4")),
    Kind("FAT16", 12, ("mkfs.fat", "-F", "16", "-s", "4")),
    Kind("FAT32", 36, ("mkfs.fat", "-F", "32", "-s", "1")),
    Kind("exFAT", 8, ("mkfs.exfat", "-c", "4096"), ("mount.exfat-fuse",)),
    Kind("NTFS", 12, ("mkntfs", "-F", "-Q", "-q"), ("ntfs-3g", "-o", "compression")),
    Kind("ext2", 8, ("mkfs.ext2", *_EXT), ("mount", "-t", "ext2")),
    Kind("ext3", 12, ("mkfs.ext3", *_EXT), ("mount", "-t", "ext3")),
    Kind("ext4", 12, ("mkfs.ext4", *_EXT), ("mount", "-t", "ext4")),
)


class Volume:
    """A mounted volume; paths are relative and use `/`."""

    def __init__(self, kind: Kind, image: Path) -> None:
        self.kind, self.image = kind, image
        image.write_bytes(b"")
        os.truncate(image, kind.mebibytes * MEBI)
        _run(*kind.make, image)
        self.root = image.with_suffix(".mounted")
        self._open()

    def put(self, path: str, data: bytes) -> None:
        """Write a file, its folders too. Raises OSError where it does not fit."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        with (self.root / path).open("wb") as out:
            out.write(data)

    def many(self, files: dict[str, bytes]) -> None:
        """Write files, one after the other."""
        for path, data in files.items():
            self.put(path, data)

    def remove(self, *paths: str) -> None:
        """Delete files, one after the other."""
        for path in paths:
            (self.root / path).unlink()

    def remove_tree(self, path: str) -> None:
        """Delete a folder with all that is in it."""
        shutil.rmtree(self.root / path)

    def sync(self) -> None:
        """Let what was done reach the image: drivers keep what was written and deleted for a while."""
        self.close()
        self._open()

    def close(self) -> None:
        """All of it is in the image now."""
        os.sync()
        _run("umount", self.root)
        _run("losetup", "-d", self._node)

    def _open(self) -> None:
        self.root.mkdir(exist_ok=True)
        self._node = _run("losetup", "-f", "--show", self.image).strip()
        tool, *options = self.kind.mount
        if tool == "mount":
            _run(tool, *options, self._node, self.root)
        else:
            _run(tool, self._node, self.root, *options)


class FatVolume(Volume):
    """The same without mounting."""

    def put(self, path: str, data: bytes) -> None:
        """Write a file, its folders too. Raises OSError where it does not fit."""
        self.many({path: data})

    def many(self, files: dict[str, bytes]) -> None:
        """Write files, those of one folder at once."""
        stage = self.image.with_suffix(".stage")
        for folder in sorted({path.rpartition("/")[0] for path in files}):
            shutil.rmtree(stage, ignore_errors=True)
            stage.mkdir()
            self._folders(folder)
            for path, data in files.items():
                if path.rpartition("/")[0] == folder:
                    (stage / path.rpartition("/")[2]).write_bytes(data)
            self._mtools("mcopy", *sorted(stage.iterdir()), f"::/{folder}")

    def remove(self, *paths: str) -> None:
        """Delete files."""
        self._mtools("mdel", *(f"::/{path}" for path in paths))

    def remove_tree(self, path: str) -> None:
        """Delete a folder with all that is in it."""
        self._mtools("mdeltree", f"::/{path}")

    def sync(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def _open(self) -> None:
        self._made: set[str] = {""}

    def _folders(self, path: str) -> None:
        if path not in self._made:
            self._folders(path.rpartition("/")[0])
            self._mtools("mmd", f"::/{path}")
            self._made.add(path)

    def _mtools(self, tool: str, *words: object) -> None:
        done = subprocess.run(
            [tool, "-i", str(self.image), *map(str, words)],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "MTOOLS_SKIP_CHECK": "1", "LC_ALL": "C.UTF-8"},
        )
        if done.returncode:
            raise OSError(done.stderr.decode(errors="replace")[-200:])


def made(kind: Kind, image: Path) -> Volume:
    """A new, empty volume."""
    return Volume(kind, image) if kind.mount else FatVolume(kind, image)


def _run(*words: object) -> str:
    done = subprocess.run([str(word) for word in words], check=False, capture_output=True)
    if done.returncode:
        raise OSError(f"{words[0]}: {done.stderr.decode(errors='replace')[-300:]}")
    return done.stdout.decode(errors="replace")
