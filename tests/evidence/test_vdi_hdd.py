"""VirtualBox and Parallels disks as qemu-img writes them; differencing VDI by hand."""

import struct

import pytest
from making_disks import MEBI, assert_same, assert_survives, qemu, raw_file

from triage.errors import EvidenceError, Malformed, Unsupported
from triage.evidence.hdd import open_hdd
from triage.evidence.vdi import open_vdi

VDI = {"dynamic": (), "fixed": ("-o", "static=on")}


def _vdi(folder, kind="dynamic", size=5 * MEBI + 512):
    source = raw_file(folder, size)
    qemu("convert", "-f", "raw", "-O", "vdi", *VDI[kind], source, folder / "disk.vdi")
    return source.read_bytes()


@pytest.mark.parametrize("kind", VDI)
def test_a_virtualbox_disk_equals_its_source(tmp_path, kind):
    expected = _vdi(tmp_path, kind)
    medium = open_vdi(tmp_path / "disk.vdi")
    assert medium.format == "vdi"
    assert_same(medium, expected)


def test_a_differencing_virtualbox_disk_finds_its_parent_by_identifier(tmp_path):
    expected = bytearray(_vdi(tmp_path, size=5 * MEBI))
    base = (tmp_path / "disk.vdi").read_bytes()
    (tmp_path / "disk.vdi").rename(tmp_path / "lama.vdi")
    child = bytearray(base[:1024])
    struct.pack_into("<I", child, 76, 4)
    child[424:440], child[392:408] = child[392:408], b"anak" * 4
    start, offset = struct.unpack_from("<II", base, 340)
    child = child[:start].ljust(offset, b"\0")
    struct.pack_into("<5I", child, start, 0xFFFFFFFF, 0, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF)
    (tmp_path / "anak.vdi").write_bytes(bytes(child) + b"Z" * MEBI)
    expected[MEBI : 3 * MEBI] = b"Z" * MEBI + bytes(MEBI)
    assert_same(open_vdi(tmp_path / "anak.vdi"), bytes(expected))
    (tmp_path / "lama.vdi").unlink()
    with pytest.raises(Unsupported, match="parent disk"):
        open_vdi(tmp_path / "anak.vdi")


@pytest.mark.parametrize("size", [5 * MEBI + 512, 9 * MEBI])
def test_a_parallels_disk_equals_its_source(tmp_path, size):
    source = raw_file(tmp_path, size)
    qemu("convert", "-f", "raw", "-O", "parallels", source, tmp_path / "disk.hds")
    medium = open_hdd(tmp_path / "disk.hds")
    assert medium.format == "hdd"
    assert_same(medium, source.read_bytes())
    assert list(medium.warnings()) == []


def test_the_older_parallels_disk(tmp_path):
    """Entries count sectors, clusters of 63 sectors; qemu-img is the second reader."""
    content = raw_file(tmp_path, 63 * 512 * 20).read_bytes()
    table, data = [], bytearray()
    for number in range(20):
        piece = content[number * 63 * 512 : (number + 1) * 63 * 512]
        table.append(1 + len(data) // 512 if any(piece) else 0)
        data += piece if any(piece) else b""
    made = struct.pack("<16s5IQIIIQ", b"WithoutFreeSpace", 2, 16, 4, 63, 20, 63 * 20, 0, 0, 0, 0)
    made = (made + struct.pack("<20I", *table)).ljust(512, b"\0") + data
    (tmp_path / "disk.hdd").write_bytes(made)
    assert_same(open_hdd(tmp_path / "disk.hdd"), content)
    qemu("convert", "-f", "parallels", "-O", "raw", tmp_path / "disk.hdd", tmp_path / "second.raw")
    assert (tmp_path / "second.raw").read_bytes() == content


def test_a_parallels_disk_in_use_is_said(tmp_path):
    qemu("convert", "-f", "raw", "-O", "parallels", raw_file(tmp_path), tmp_path / "disk.hds")
    data = bytearray((tmp_path / "disk.hds").read_bytes())
    struct.pack_into("<I", data, 44, 0x746F6E59)
    (tmp_path / "disk.hds").write_bytes(data)
    assert [problem.stage for problem in open_hdd(tmp_path / "disk.hds").warnings()] == ["open"]


@pytest.mark.parametrize(
    ("at", "layout", "value"), [(368, "<Q", 1 << 63), (376, "<I", 12345), (384, "<I", 1), (76, "<I", 9), (68, "<I", 5)]
)
def test_nonsense_virtualbox_headers_are_refused(tmp_path, at, layout, value):
    _vdi(tmp_path)
    data = bytearray((tmp_path / "disk.vdi").read_bytes())
    struct.pack_into(layout, data, at, value)
    (tmp_path / "disk.vdi").write_bytes(data)
    with pytest.raises((Malformed, Unsupported)):
        open_vdi(tmp_path / "disk.vdi")


@pytest.mark.parametrize(("at", "layout", "value"), [(28, "<I", 0), (32, "<I", 1), (36, "<Q", 1 << 60), (16, "<I", 7)])
def test_nonsense_parallels_headers_are_refused(tmp_path, at, layout, value):
    qemu("convert", "-f", "raw", "-O", "parallels", raw_file(tmp_path), tmp_path / "disk.hds")
    data = bytearray((tmp_path / "disk.hds").read_bytes())
    struct.pack_into(layout, data, at, value)
    (tmp_path / "disk.hds").write_bytes(data)
    with pytest.raises(EvidenceError):
        open_hdd(tmp_path / "disk.hds")


def test_cut_files_read_as_far_as_they_go(tmp_path):
    source = raw_file(tmp_path)
    for form, open_it in (("vdi", open_vdi), ("parallels", open_hdd)):
        qemu("convert", "-f", "raw", "-O", form, source, tmp_path / form)
        whole = (tmp_path / form).read_bytes()
        (tmp_path / form).write_bytes(whole[: len(whole) * 2 // 3])
        medium = open_it(tmp_path / form)
        got, expected = medium.read(), bytearray(source.read_bytes())
        damages = medium.take_damage()
        assert damages
        assert damages == tuple(medium.known_damage())
        for damage in damages:
            expected[damage.offset : damage.offset + damage.size] = bytes(damage.size)
        assert got == expected


def test_survives_damage(tmp_path):
    source = raw_file(tmp_path, 3 * MEBI)
    for form, open_it in (("vdi", open_vdi), ("parallels", open_hdd)):
        qemu("convert", "-f", "raw", "-O", form, source, tmp_path / form)
        assert_survives(tmp_path / form, open_it, seeds=6)
        assert_survives(tmp_path / form, open_it, head=1100, flips=10)
