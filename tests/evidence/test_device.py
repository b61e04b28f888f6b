"""Disks themselves as sources: a loop device where the system lets us have one, else the smallest seams."""

import errno
import subprocess

import pytest
from evidence_walk import by_path, content, fat_image, walk

from triage.errors import Unreadable, UserError
from triage.evidence import open_evidence, recognise, source_files
from triage.evidence.device import Device, DeviceFacts, _sysfs
from triage.evidence.streams import FileStream
from triage.settings import Limits


def loop(image, *options):
    """A loop device over an image; a visible skip where that is not allowed here."""
    try:
        done = subprocess.run(["losetup", *options, "-f", "--show", image], capture_output=True, check=True, timeout=20)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no loop devices here")
    return done.stdout.decode().strip()


@pytest.fixture
def attached(tmp_path):
    names = []

    def attach(image, *options):
        names.append(loop(image, *options))
        return type(tmp_path)(names[-1])

    yield attach
    for name in names:
        subprocess.run(["losetup", "-d", name], check=False, timeout=20)


def opened(path, scratch, **more):
    return open_evidence(path, limits=Limits(), scratch=scratch, **more)


def test_a_read_only_device_is_the_disk(attached, tmp_path):
    image = fat_image(tmp_path / "card.dd", {"note.txt": b"a fictional note"})
    device = attached(image, "-r")
    assert recognise(device) == "device"
    assert source_files(device) == (device,)
    evidence = opened(device, tmp_path)
    assert content(evidence, by_path(walk(evidence)[0])["/note.txt"]) == b"a fictional note"
    assert evidence.root().size == image.stat().st_size
    assert evidence.stated()["write protection"] == "read-only"
    assert evidence.verify({"md5": "0" * 32}).length == image.stat().st_size
    evidence.close()


def test_a_device_that_may_be_written_to_is_refused_with_advice(attached, tmp_path):
    image = fat_image(tmp_path / "card.dd", {"note.txt": b"a fictional note"})
    before = image.read_bytes()
    device = attached(image)
    with pytest.raises(UserError, match="blockdev --setro") as refused:
        opened(device, tmp_path)
    assert "--allow-writable" in str(refused.value)
    evidence = opened(device, tmp_path, allow_writable=True)
    assert evidence.stated()["write protection"] == "writable, allowed by the examiner"
    assert "/note.txt" in by_path(walk(evidence)[0])
    evidence.close()
    assert image.read_bytes() == before


class Failing(FileStream):
    """A disk with a bad stretch, or one that is pulled."""

    bad, number = (0, 0), errno.EIO

    def _at(self, offset, size):
        if offset < self.bad[1] and offset + size > self.bad[0]:
            raise Unreadable("cannot be read") from OSError(self.number, "failed")
        return super()._at(offset, size)


def failing(path, bad, number=errno.EIO):
    path.write_bytes(b"\xaa" * 40_000)
    stream = Failing(path)
    stream.bad, stream.number = bad, number
    return Device(stream, DeviceFacts(40_000, read_only=True, facts=()))


def test_sectors_that_cannot_be_read_are_zeros_and_damage(tmp_path):
    device = failing(tmp_path / "disk", (9000, 9010))
    data = device.read()
    assert data == b"\xaa" * 8192 + bytes(4096) + b"\xaa" * (40_000 - 12_288)
    (damage,) = device.take_damage()
    assert (damage.offset, damage.size) == (8192, 4096)


def test_a_disk_that_was_pulled_is_no_damage(tmp_path):
    with pytest.raises(Unreadable):
        failing(tmp_path / "disk", (9000, 9010), errno.ENODEV).read()
    gone = failing(tmp_path / "other", (9000, 9010))
    (tmp_path / "other").unlink()
    with pytest.raises(Unreadable):
        gone.read()


def test_make_model_and_serial_come_from_the_system(tmp_path):
    disk = tmp_path / "devices" / "sdx"
    (disk / "device").mkdir(parents=True)
    (disk / "sdx1").mkdir()
    (disk / "device" / "vendor").write_text("ACME    \n")
    (disk / "device" / "model").write_text("Stick 3000 \n")
    (disk / "serial").write_text("0001\n")
    (disk / "sdx1" / "partition").write_text("1\n")
    block = tmp_path / "dev"
    block.mkdir()
    (block / "8:0").symlink_to(disk)
    (block / "8:1").symlink_to(disk / "sdx1")
    whole = [("vendor", "ACME"), ("model", "Stick 3000"), ("serial", "0001")]
    assert list(_sysfs(block / "8:0")) == whole
    assert list(_sysfs(block / "8:1")) == [("partition", "1"), *whole]
    assert list(_sysfs(block / "8:2")) == []
