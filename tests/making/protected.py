"""One sample of each kind of protected evidence: what opens it, and a file that is inside. For tests and measurements.

Each maker gets an empty folder and returns the source; it skips visibly where a program of the system is missing.
"""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from making.android_backup import make_android_backup, make_tar
from making.encrypted import luks1_by_qemu, luks2_by_cryptsetup, lvm
from making.ios_backup import make_ios_backup

PASSWORD, WRONG = "kata sandi", "kata salah"
TEXT = b"isi surat yang dirahasiakan\n" * 40


@dataclass(frozen=True)
class Protected:
    """`made` is a function of a folder; `inside` is part of the path of something that is only found when it is open."""

    title: str
    made: Callable[[Path], Path]
    inside: str
    password: str = PASSWORD


def ios(folder):
    return make_ios_backup(folder / "backup", {("HomeDomain", "Library/surat.txt"): TEXT}, password=PASSWORD)


def android(folder):
    path = folder / "backup.ab"
    path.write_bytes(make_android_backup(make_tar({"apps/com.contoh/f/surat.txt": TEXT}), password=PASSWORD))
    return path


def zipped(folder):
    (folder / "surat.txt").write_bytes(TEXT)
    subprocess.run(["zip", "-q", "-P", PASSWORD, "rahasia.zip", "surat.txt"], cwd=folder, check=True, timeout=60)
    return folder / "rahasia.zip"


def luks1(folder):
    (folder / "plain.img").write_bytes(lvm({"surat": TEXT}))
    return luks1_by_qemu(folder / "plain.img", folder / "luks1.img", PASSWORD)


def luks2(folder):
    return luks2_by_cryptsetup(lvm({"surat": TEXT}), folder / "luks2.img", password=PASSWORD)


def luks2_argon(folder):
    how = ("--pbkdf", "argon2id", "--pbkdf-force-iterations", "4", "--pbkdf-memory", "65536", "--pbkdf-parallel", "4")
    return luks2_by_cryptsetup(lvm({"surat": TEXT}), folder / "luks2.img", *how, password=PASSWORD)


BUILT = (
    Protected("iOS backup", ios, "surat.txt"),
    Protected("Android backup (.ab)", android, "surat.txt"),
    Protected("zip", zipped, "surat.txt"),
    Protected("LUKS1 (qemu-img) around LVM", luks1, "whole/luks"),
    Protected("LUKS2, PBKDF2 (cryptsetup) around LVM", luks2, "whole/luks"),
    Protected("LUKS2, Argon2id (cryptsetup) around LVM", luks2_argon, "whole/luks"),
)
