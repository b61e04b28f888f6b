"""The seventeen base cases of NIST CFTT's test of deleted file recovery, written anew for `deleted`, and three of its single images.

A case is a function that works on a volume and says what must come of it. Sizes and contents are our own, the subject of each case is that of
its number. `lost` files were overwritten: nothing that calls itself their content may come back.
"""

from __future__ import annotations

import os
import random
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from volumes_made import Volume

PIECE = 16 << 10  # of a fragment, a multiple of every cluster here
Fate = Literal["deleted", "lost", "live", "named"]


@dataclass(frozen=True, slots=True)
class Target:
    """A file and what became of it: deleted, lost (deleted and overwritten), live, or only its name is asked for."""

    path: str
    data: bytes
    fate: Fate = "deleted"


@dataclass(frozen=True, slots=True)
class Case:
    """`only`: file systems that it can be made on; all where empty."""

    number: str
    what: str
    act: Callable[[Volume], list[Target]]
    only: tuple[str, ...] = ()


def content(seed: object, size: int) -> bytes:
    """Bytes that occur once."""
    return random.Random(str(seed)).randbytes(size)


def _fill(volume: Volume, pieces: int) -> list[str]:
    """Fill the volume: first so many files of one piece side by side, then whatever fits."""
    names = [f"isi/p{number:03}.bin" for number in range(pieces)]
    volume.many({name: content(name, PIECE) for name in names})
    number = 0
    for size in (1 << 20, 128 << 10, PIECE, 4 << 10):
        with suppress(OSError):
            while number < 4000:
                volume.put(f"isi/r{number:04}.bin", content(number, size))
                number += 1
        with suppress(OSError):
            volume.remove(f"isi/r{number:04}.bin")  # the one that did not fit
    return names


def _fragmented(volume: Volume, parts: int, target: str) -> list[Target]:
    names = _fill(volume, 2 * parts + 1)
    volume.remove(*names[1 : 2 * parts : 2])
    volume.sync()
    data = content(target, parts * PIECE)
    volume.put(target, data)
    volume.sync()
    volume.remove(target)
    return [Target(target, data)]


def _one(volume: Volume) -> list[Target]:
    return _deleted(volume, {"berkas-satu.bin": content("satu", 40_000)})


def _deleted(volume: Volume, files: dict[str, bytes]) -> list[Target]:
    volume.many(files)
    volume.sync()
    volume.remove(*files)
    return [Target(path, data) for path, data in files.items()]


def _names(volume: Volume) -> list[Target]:
    names: tuple[str, ...] = ("catatan_école.txt", "файл.txt", "foto-写真-panjang.txt", "ملف.txt", "gambar_😀.txt")
    if volume.kind.name.startswith("FAT"):
        names = names[:-1]  # mtools cannot name what lies beyond the first 65,536 characters
    return _deleted(volume, {name: content(name, 5000) for name in names})


def _several(volume: Volume) -> list[Target]:
    """Two files whose pieces lie between each other's."""
    names = _fill(volume, 9)
    one, other = content("jalin a", 2 * PIECE), content("jalin b", 2 * PIECE)
    volume.remove(names[1], names[5])
    volume.sync()
    volume.put("jalin-a.bin", one)
    volume.remove(names[3], names[7])
    volume.sync()
    volume.put("jalin-b.bin", other)
    volume.sync()
    volume.remove("jalin-a.bin", "jalin-b.bin")
    return [Target("jalin-a.bin", one), Target("jalin-b.bin", other)]


def _large(volume: Volume) -> list[Target]:
    return _deleted(volume, {"berkas-besar.bin": content("besar", 2 << 20)})


def _overwritten(volume: Volume, count: int) -> list[Target]:
    """Deleted, then every free cluster is written by others."""
    files = {f"berkas-hilang-{number}.bin": content(("hilang", number), 60_000) for number in range(count)}
    found = _deleted(volume, files)
    volume.sync()
    _fill(volume, 0)
    return [Target(each.path, each.data, "lost") for each in found]


def _thousand(volume: Volume) -> list[Target]:
    return _deleted(volume, {f"ribu/berkas-{number:04}.txt": content(number, 1200) for number in range(1000)})


def _thousand_overwritten(volume: Volume) -> list[Target]:
    found = _thousand(volume)
    volume.sync()
    _fill(volume, 0)
    return [Target(each.path, each.data, "lost") for each in found]


def _folder(volume: Volume, *folders: str) -> list[Target]:
    files = {
        f"{folder}/berkas-{name}.bin": content((folder, name), 9000) for folder in folders for name in ("a", "b", "c")
    }
    volume.many(files)
    volume.sync()
    for top in sorted({folder.split("/")[0] for folder in folders}):
        volume.remove_tree(top)
    return [Target(path, data) for path, data in files.items()]


def _activity(volume: Volume) -> list[Target]:
    """Files come and go; what was deleted last must be there, what was written after it may have taken the place of what went before."""
    chance, live = random.Random(7), {}
    for number in range(60):
        name = f"acak/berkas-{number:03}.bin"
        live[name] = content(number, chance.randrange(500, 30_000))
        volume.put(name, live[name])
        if number % 3 == 2:
            gone = chance.choice(sorted(live))
            volume.remove(gone)
            del live[gone]
    volume.sync()
    last = sorted(live)[:5]
    found = [Target(name, live.pop(name)) for name in last]
    volume.remove(*last)
    return found + [Target(name, data, "live") for name, data in sorted(live.items())]


def _other_objects(volume: Volume) -> list[Target]:
    """What else a file system has: a stream beside the content (NTFS), a second name and a link (ext)."""
    data = content("objek", 7000)
    volume.put("objek.bin", data)
    if volume.kind.name == "NTFS":
        os.setxattr(volume.root / "objek.bin", "user.kedua", content("kedua", 3000))
        volume.sync()
        volume.remove("objek.bin")
        return [Target("objek.bin", data), Target("objek.bin:kedua", content("kedua", 3000))]
    os.link(volume.root / "objek.bin", volume.root / "nama-lain.bin")
    (volume.root / "taut.lnk").symlink_to("objek.bin")
    volume.sync()
    volume.remove("taut.lnk", "nama-lain.bin")
    return [Target("objek.bin", data, "live"), Target("taut.lnk", b"", "named"), Target("nama-lain.bin", b"", "named")]


def _each_object(volume: Volume) -> list[Target]:
    files = {
        "berkas-hidup.bin": content("hidup", 4000),
        "map/berkas-dalam.bin": content("dalam", 4000),
        "berkas-mati.bin": content("mati", 4000),
    }
    volume.many(files)
    volume.sync()
    volume.remove("berkas-mati.bin")
    return [
        Target("berkas-hidup.bin", files["berkas-hidup.bin"], "live"),
        Target("map/berkas-dalam.bin", files["map/berkas-dalam.bin"], "live"),
        Target("berkas-mati.bin", b"", "named"),
    ]


def _list_many(volume: Volume) -> list[Target]:
    files = {f"banyak/berkas-{number:04}.txt": content(number, 600) for number in range(1500)}
    volume.many(files)
    return [Target(path, data, "live") for path, data in files.items()]


def _list_deep(volume: Volume) -> list[Target]:
    path = "/".join(f"t{number:02}" for number in range(30)) + "/berkas-dasar.bin"
    volume.put(path, content("dasar", 3000))
    return [Target(path, content("dasar", 3000), "live")]


def _packed(volume: Volume) -> list[Target]:
    (volume.root / "padat").mkdir()
    os.setxattr(volume.root / "padat", "system.ntfs_attrib", (0x810).to_bytes(4, "little"))
    return _deleted(volume, {"padat/teks.txt": b"kalimat yang berulang-ulang\n" * 4000})


def _inside_record(volume: Volume) -> list[Target]:
    return _deleted(volume, {"kecil.txt": content("kecil", 200)})


def _recycled(volume: Volume) -> list[Target]:
    """Moved to the bin as Windows does: another name in a folder of its own, nothing deleted."""
    place, data = "$Recycle.Bin/S-1-5-21-1-2-3-1001", content("bin", 6000)
    volume.put(f"{place}/$RABC123.txt", data)
    return [Target(f"{place}/$RABC123.txt", data, "live")]


_WITH_OBJECTS = ("NTFS", "ext2", "ext3", "ext4")
CASES = (
    Case("DFR-01", "one file in one piece", _one),
    Case("DFR-02", "one file in two fragments", lambda volume: _fragmented(volume, 2, "berkas-dua.bin")),
    Case("DFR-03", "one file in many fragments", lambda volume: _fragmented(volume, 7, "berkas-tujuh.bin")),
    Case("DFR-04", "names beyond ASCII", _names),
    Case("DFR-05", "fragmented files between each other", _several),
    Case("DFR-06", "one large file", _large),
    Case("DFR-07", "one overwritten file", lambda volume: _overwritten(volume, 1)),
    Case("DFR-08", "several overwritten files", lambda volume: _overwritten(volume, 6)),
    Case("DFR-09", "1,000 files, none overwritten", _thousand),
    Case("DFR-10", "1,000 files, overwritten", _thousand_overwritten),
    Case("DFR-11", "one deleted folder", lambda volume: _folder(volume, "map")),
    Case("DFR-12", "folders in folders, deleted", lambda volume: _folder(volume, "atas", "atas/tengah", "lain")),
    Case("DFR-13", "random activity", _activity),
    Case("DFR-14", "other objects of the file system", _other_objects, _WITH_OBJECTS),
    Case("DFR-15", "a list of one of each object", _each_object),
    Case("DFR-16", "a list of many files", _list_many),
    Case("DFR-17", "a list of deep paths", _list_deep),
    Case("DFR-N1", "a file compressed by NTFS", _packed, ("NTFS",)),
    Case("DFR-N2", "a file inside its record", _inside_record, ("NTFS",)),
    Case("DFR-R1", "a file in the recycle bin", _recycled, ("NTFS",)),
)  # fmt: skip
