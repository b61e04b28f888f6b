"""Disks on which files were planted, deleted and partly overwritten, and what of them must be found again.

The file systems are made and changed by their own tools. What must be found follows from the disk itself and not from the
program: a deleted file in one run whose bytes are all still there, and whose sectors The Sleuth Kit's `blkls -l` calls unallocated.
"""

import hashlib
import random
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

from carving_samples import sample
from evidence_walk import tool

from triage.evidence.engine import tsk

SYSTEMS = ("fat32", "ntfs", "ext4")
GUARDED = frozenset({"jpeg", "png", "gif", "sqlite", "zip"})


@dataclass
class Planted:
    """One deleted file: its kind, content, and where it lay as (offset, size) runs."""

    kind: str
    data: bytes
    runs: list = field(default_factory=list)
    whole: bool = False  # still there, in one run, in unallocated space


def make(system, path, count, *, size, scratch, overwritten=0.25, kinds=GUARDED):
    """A disk with `count` files planted; half are deleted, some of those overwritten. Returns the deleted, by name.

    `kinds` are those that are overwritten: by default those in whose middle the structure tells it.
    """
    files = {f"f{number:04}.bin": sample(number, scratch) for number in range(count)}
    _create(system, path, size, {name: data for name, (_, data) in files.items()}, scratch)
    runs = runs_of(path)
    dice = random.Random(f"{system} {count}")
    # in blocks of neighbours too, so that large stretches become free, and single ones between live files
    gone = sorted(name for at, name in enumerate(files) if (at // 7) % 2 or dice.random() < 0.2)
    _delete(system, path, gone, scratch)
    live = {f"n{number}.bin": sample(1000 + number, scratch)[1][:60_000] for number in range(count // 12)}
    _add(system, path, live, scratch)
    planted = {name: Planted(*files[name], runs.get(name, [])) for name in gone}
    _overwrite(path, planted, dice, overwritten, kinds)
    _judge(path, planted)
    return planted


def live_digests(path):
    """SHA-256 of the live files."""
    return {hashlib.sha256(data).digest() for data, _ in _files(path)}


def unallocated_sectors(path):
    """Sectors that `blkls -l` of The Sleuth Kit lists as unallocated."""
    per_block = tsk.FS_Info(tsk.Img_Info(str(path))).info.block_size // 512
    blocks = [int(line.split(b"|")[0]) for line in tool("blkls", "-l", path).splitlines() if line.endswith(b"|f")]
    return {block * per_block + at for block in blocks for at in range(per_block)}


def runs_of(path):
    """Name -> runs (offset, size) of the files in the root folder."""
    file_system = tsk.FS_Info(tsk.Img_Info(str(path)))
    size = file_system.info.block_size
    found = {}
    for file in file_system.open_dir("/"):
        name = file.info.name.name.decode("utf-8", "replace").lower()
        if file.info.meta and name.endswith(".bin"):
            runs = [run for attribute in file if _is_data(attribute.info) for run in attribute]
            found[name] = [(run.addr * size, run.len * size) for run in runs if run.addr]
    return found


def _is_data(info):
    return int(info.type) in {1, 128}  # TSK_FS_ATTR_TYPE_DEFAULT, TSK_FS_ATTR_TYPE_NTFS_DATA


def _files(path):
    file_system = tsk.FS_Info(tsk.Img_Info(str(path)))
    for file in file_system.open_dir("/"):
        meta, label = file.info.meta, file.info.name
        if meta and meta.size and meta.type == tsk.TSK_FS_META_TYPE_REG and label.flags & tsk.TSK_FS_NAME_FLAG_ALLOC:
            yield file.read_random(0, meta.size), label.name


def _overwrite(path, planted, dice, share, kinds):
    """Other data over a cluster or more in the middle of some deleted files, as a later, deleted file leaves it."""
    with path.open("r+b") as disk:
        for item in planted.values():
            if len(item.runs) != 1 or item.runs[0][1] < 16384 or dice.random() > share:
                continue
            if item.kind.split()[0] not in kinds:
                continue
            other = dice.choice((dice.randbytes(8192), b"Ini hanya teks contoh. " * 400, bytes(8192)))[:8192]
            at = dice.randrange(1, item.runs[0][1] // 4096 - 2) * 4096
            disk.seek(item.runs[0][0] + at)
            disk.write(other)


def _judge(path, planted):
    free = unallocated_sectors(path)
    with path.open("rb") as disk:
        for item in planted.values():
            if len(item.runs) != 1:
                continue
            start = item.runs[0][0]
            disk.seek(start)
            there = disk.read(len(item.data)) == item.data
            item.whole = there and free.issuperset(range(start // 512, -(-(start + len(item.data)) // 512)))


def _create(system, path, size, files, scratch):
    path.unlink(missing_ok=True)
    with path.open("wb") as disk:
        disk.truncate(size)
    if system == "fat32":
        tool("mkfs.fat", "-F", "32", "-s", max(1, size // (64 << 20)), path)
    elif system == "ntfs":
        tool("mkntfs", "-F", "-q", path)
    if system != "ext4":
        _add(system, path, files, scratch)
        return
    top = scratch / "top"
    top.mkdir()
    _write(files, top)
    tool("mkfs.ext4", "-q", "-F", "-d", top, path)


def _add(system, path, files, scratch):
    folder = scratch / f"add-{len(list(scratch.iterdir()))}"
    folder.mkdir()
    paths = _write(files, folder)
    if system == "fat32":
        tool("mcopy", "-i", path, *paths, "::")
    elif system == "ntfs":
        with mounted(path, scratch) as top:
            _write(files, top)
    else:
        _debugfs(path, [f"write {each} {each.name}" for each in paths], scratch)


def _delete(system, path, names, scratch):
    if system == "fat32":
        tool("mdel", "-i", path, *(f"::{name}" for name in names))
    elif system == "ntfs":
        with mounted(path, scratch) as top:
            for name in names:
                (top / name).unlink()
    else:
        _debugfs(path, [f"rm {name}" for name in names], scratch)


def _write(files, folder):
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def _debugfs(path, commands, scratch):
    script = scratch / "commands"
    script.write_text("\n".join(commands))
    tool("debugfs", "-w", "-f", script, path)


@contextmanager
def mounted(path, scratch):
    """The volume mounted by ntfs-3g, or a visible skip where that is not possible."""
    import pytest

    top = scratch / "mounted"
    top.mkdir(exist_ok=True)
    try:
        tool("ntfs-3g", path, top)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"ntfs-3g cannot mount here: {error.stderr[-200:]!r}")
    try:
        yield top
    finally:
        tool("umount", top)
        _wait_until_free(path)


def _wait_until_free(path):
    """The file system process writes its last blocks after the mount is gone."""
    for _ in range(100):
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        if f"ntfs-3g {path}" not in listed:
            return
        time.sleep(0.05)
