"""Disks as the system lists them, from notes made by the test in the layout of sysfs."""

from pathlib import Path

import pytest

from triage.evidence.attached import attached


@pytest.fixture
def system(tmp_path):
    def disk(name, **told):
        for place, text in told.items():
            path = tmp_path / "block" / name / place.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n")

    disk("sda", size=1000215216, ro=0, removable=0, device__model="OWN DISK")
    disk(
        "sdb",
        size=62333952,
        ro=0,
        removable=1,
        device__vendor="Contoh",
        device__model="Stick 32",
        device__serial="S-001",
    )
    disk("sdc", size=62333952, ro=1, removable=1, device__model="Blocked")
    disk("sdd", size=0, ro=0, removable=1)
    disk("nvme0n1", size=2048, ro=0, removable=0, device__serial="N-1")
    disk("loop0", size=4096, ro=1)
    disk("zram0", size=4096, ro=0)
    (tmp_path / "mounts").write_text(
        "/dev/sda2 / ext4 rw 0 0\n/dev/sdb1 /media/bukti\\040baru vfat rw 0 0\nproc /proc proc rw 0 0\n/dev/sdbx /no ext4 rw 0 0\n"
    )
    return tmp_path


def test_removable_disks_come_first_and_the_own_last(system):
    found = attached(system=system, mounts=system / "mounts")
    assert [disk.path for disk in found] == [Path(f"/dev/{name}") for name in ("sdb", "sdc", "nvme0n1", "sda")]
    assert [disk.own for disk in found] == [False, False, False, True]


def test_what_the_system_says_of_a_disk(system):
    stick, blocked, drive, _ = attached(system=system, mounts=system / "mounts")
    assert (stick.size, stick.model, stick.serial) == (62333952 * 512, "Contoh Stick 32", "S-001")
    assert (stick.read_only, stick.mounted) == (False, ("/media/bukti baru",))
    assert blocked.read_only
    assert (drive.model, drive.serial, drive.mounted) == ("", "N-1", ())


def test_a_system_that_lists_nothing_has_no_disks(tmp_path):
    assert attached(system=tmp_path, mounts=tmp_path / "none") == ()
