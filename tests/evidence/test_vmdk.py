"""VMware disks: every kind that qemu-img writes, hand-made split ones, deltas; damage is named, not fatal."""

import re
import shutil
import struct
import subprocess
import zlib

import pytest
from making_disks import MEBI, assert_same, assert_survives, qemu, raw_bytes, raw_file

from triage.errors import Encrypted, EvidenceError, Malformed, Unsupported
from triage.evidence.vmdk import open_vmdk

KINDS = ("monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat", "streamOptimized")


@pytest.mark.parametrize("kind", KINDS)
def test_equals_its_source(tmp_path, kind):
    source = raw_file(tmp_path, 5 * MEBI + 512)
    qemu("convert", "-f", "raw", "-O", "vmdk", "-o", f"subformat={kind}", source, tmp_path / "disk.vmdk")
    medium = open_vmdk(tmp_path / "disk.vmdk")
    assert medium.format == "vmdk"
    assert_same(medium, source.read_bytes())
    assert list(medium.warnings()) == []


@pytest.mark.parametrize("option", ["zeroed_grain=on", "compat6=on", "hwversion=6"])
def test_options_of_sparse_disks(tmp_path, option):
    source = raw_file(tmp_path)
    qemu("convert", "-f", "raw", "-O", "vmdk", "-o", option, source, tmp_path / "disk.vmdk")
    assert_same(open_vmdk(tmp_path / "disk.vmdk"), source.read_bytes())


def _split_disk(folder):
    """Four extents of four kinds, as one descriptor names them; with the expected content."""
    contents = [raw_bytes(size, seed) for seed, size in enumerate((2 * MEBI, MEBI, MEBI, MEBI + 65536))]
    for number in (0, 3):
        (folder / "part.raw").write_bytes(contents[number])
        qemu("convert", "-f", "raw", "-O", "vmdk", folder / "part.raw", folder / f"disk-s{number}.vmdk")
    (folder / "disk-f1.vmdk").write_bytes(bytes(1024) + contents[1])
    contents[2] = bytes(MEBI)
    (folder / "disk.vmdk").write_text(
        '# Disk DescriptorFile\nversion=1\nCID=1234abcd\nparentCID=ffffffff\ncreateType="custom"\n'
        'RW 4096 SPARSE "C:\\Maya\\disk-s0.vmdk"\nRW 2048 FLAT "disk-f1.vmdk" 2\nRW 2048 ZERO\n'
        'RW 2176 SPARSE "disk-s3.vmdk"\n'
    )
    return contents


def test_extents_of_several_kinds_are_joined(tmp_path):
    contents = _split_disk(tmp_path)
    assert_same(open_vmdk(tmp_path / "disk.vmdk"), b"".join(contents))


def test_a_missing_extent_is_a_gap(tmp_path):
    contents = _split_disk(tmp_path)
    (tmp_path / "disk-f1.vmdk").unlink()
    medium = open_vmdk(tmp_path / "disk.vmdk")
    (damage,) = medium.known_damage()
    assert (damage.offset, damage.size) == (2 * MEBI, MEBI)
    assert "disk-f1.vmdk" in damage.why
    assert medium.read() == contents[0] + bytes(2 * MEBI) + contents[3]
    assert [(met.offset, met.size) for met in medium.take_damage()] == [(2 * MEBI, MEBI)]
    (tmp_path / "disk-s0.vmdk").unlink()
    (tmp_path / "disk-s3.vmdk").unlink()
    with pytest.raises(Unsupported, match=r"disk-s0\.vmdk"):
        open_vmdk(tmp_path / "disk.vmdk")


def test_a_delta_disk_reads_through_its_parent(tmp_path):
    tool = shutil.which("qemu-io")
    if tool is None:
        pytest.skip("qemu-io is not installed (Debian package qemu-utils)")
    source = raw_file(tmp_path)
    expected = bytearray(source.read_bytes())
    qemu("convert", "-f", "raw", "-O", "vmdk", source, tmp_path / "base.vmdk")
    qemu("create", "-f", "vmdk", "-F", "vmdk", "-b", tmp_path / "base.vmdk", tmp_path / "delta.vmdk")
    subprocess.run(
        [tool, "-c", "write -P 51 1048576 70000", str(tmp_path / "delta.vmdk")], check=True, capture_output=True
    )
    expected[1048576 : 1048576 + 70000] = b"\x33" * 70000
    medium = open_vmdk(tmp_path / "delta.vmdk")
    assert_same(medium, bytes(expected))
    assert list(medium.warnings()) == []
    (tmp_path / "base.vmdk").rename(tmp_path / "other.vmdk")
    with pytest.raises(Unsupported, match=r"base\.vmdk"):
        open_vmdk(tmp_path / "delta.vmdk")


def test_a_stream_without_its_end_is_read_by_its_markers(tmp_path):
    source = raw_file(tmp_path)
    expected = source.read_bytes()
    qemu("convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", source, tmp_path / "disk.vmdk")
    whole = bytearray((tmp_path / "disk.vmdk").read_bytes())
    footer = bytes(whole[:512])
    struct.pack_into("<Q", whole, 56, (1 << 64) - 1)  # qemu-img names the directory here, VMware in a footer
    ended = bytes(whole) + struct.pack("<QII496x", 1, 0, 3) + footer + bytes(512)
    (tmp_path / "disk.vmdk").write_bytes(ended)
    assert_same(open_vmdk(tmp_path / "disk.vmdk"), expected)
    qemu("convert", "-f", "vmdk", "-O", "raw", tmp_path / "disk.vmdk", tmp_path / "second.raw")
    assert (tmp_path / "second.raw").read_bytes() == expected
    (tmp_path / "disk.vmdk").write_bytes(bytes(whole) + struct.pack("<QII496x", 0, 0, 0))
    assert_same_but_said(open_vmdk(tmp_path / "disk.vmdk"), expected)
    (tmp_path / "disk.vmdk").write_bytes(whole[: len(whole) * 2 // 3])
    medium = open_vmdk(tmp_path / "disk.vmdk")
    got = medium.read()
    start = min(damage.offset for damage in medium.take_damage())
    assert start > MEBI
    assert got == expected[:start] + bytes(len(expected) - start)
    (known,) = medium.known_damage()
    assert known.offset + known.size == len(expected)


def assert_same_but_said(medium, expected):
    assert_same(medium, expected)
    assert [problem.kind for problem in medium.warnings()] == ["truncated"]


def _esx(folder, content):
    """A sparse extent as ESX Server writes it: grains of one sector, tables of 4096 entries."""
    sectors = len(content) // 512
    tables = (sectors + 4095) // 4096
    made = bytearray(2048) + bytearray(((tables * 4 + 511) // 512) * 512)
    struct.pack_into("<4s7I", made, 0, b"COWD", 1, 3, sectors, 1, 4, tables, 0)
    for table in range(tables):
        struct.pack_into("<I", made, 2048 + table * 4, len(made) // 512)
        made += bytes(16384)
    positions = {}
    for sector in range(sectors):
        piece = content[sector * 512 : sector * 512 + 512]
        if piece != bytes(512):
            positions[sector] = len(made) // 512
            made += piece
    for sector, position in positions.items():
        table = struct.unpack_from("<I", made, 2048 + sector // 4096 * 4)[0] * 512
        struct.pack_into("<I", made, table + sector % 4096 * 4, position)
    (folder / "disk-delta.vmdk").write_bytes(made)
    (folder / "disk.vmdk").write_text(
        f'# Disk DescriptorFile\nCID=00000001\nparentCID=ffffffff\ncreateType="vmfsSparse"\n'
        f'RW {sectors} VMFSSPARSE "disk-delta.vmdk"\n'
    )


def test_sparse_extents_of_esx(tmp_path):
    content = raw_bytes(5 * MEBI)
    _esx(tmp_path, content)
    assert_same(open_vmdk(tmp_path / "disk.vmdk"), content)
    qemu("convert", "-f", "vmdk", "-O", "raw", tmp_path / "disk.vmdk", tmp_path / "second.raw")
    assert (tmp_path / "second.raw").read_bytes() == content


def test_what_is_not_read_is_named(tmp_path):
    descriptor = '# Disk DescriptorFile\nCID=1\nparentCID=ffffffff\ncreateType="{}"\nRW 2048 {} "x.vmdk"\n{}'
    (tmp_path / "x.vmdk").write_bytes(bytes(MEBI))
    (tmp_path / "disk.vmdk").write_text(descriptor.format("seSparse", "SESPARSE", ""))
    with pytest.raises(Unsupported, match="SESPARSE"):
        open_vmdk(tmp_path / "disk.vmdk")
    (tmp_path / "disk.vmdk").write_text(descriptor.format("monolithicFlat", "FLAT", 'encryptionKeys = "vmware:key"\n'))
    with pytest.raises(Encrypted):
        open_vmdk(tmp_path / "disk.vmdk")
    (tmp_path / "disk.vmdk").write_text("# Disk DescriptorFile\nCID=1\n")
    with pytest.raises(Malformed):
        open_vmdk(tmp_path / "disk.vmdk")


def test_a_path_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(MEBI))
    text = '# Disk DescriptorFile\nCID=1\nparentCID=ffffffff\nRW 2048 FLAT "{}" 0\n'
    for name in ("../secret.bin", "..\\secret.bin", str(tmp_path / "secret.bin"), "..", ""):
        (tmp_path / "inside" / "disk.vmdk").write_text(text.format(name))
        with pytest.raises(Unsupported):
            open_vmdk(tmp_path / "inside" / "disk.vmdk")


@pytest.mark.parametrize(
    ("at", "layout", "value"), [(12, "<Q", 1 << 62), (20, "<Q", 3), (20, "<Q", 1 << 40), (44, "<I", 0)]
)
def test_nonsense_headers_are_refused(tmp_path, at, layout, value):
    source = raw_file(tmp_path, MEBI)
    qemu("convert", "-f", "raw", "-O", "vmdk", source, tmp_path / "disk.vmdk")
    data = bytearray((tmp_path / "disk.vmdk").read_bytes())
    struct.pack_into(layout, data, at, value)
    (tmp_path / "disk.vmdk").write_bytes(data)
    with pytest.raises(EvidenceError):
        open_vmdk(tmp_path / "disk.vmdk")


def test_a_damaged_grain_costs_itself(tmp_path):
    source = raw_file(tmp_path)
    expected = bytearray(source.read_bytes())
    qemu("convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", source, tmp_path / "disk.vmdk")
    data = bytearray((tmp_path / "disk.vmdk").read_bytes())
    marker = (
        next(hit for hit in re.finditer(b"\x78[\x01\x9c\xda]", bytes(data)) if hit.start() % 512 == 12).start() - 12
    )
    sector, size = struct.unpack_from("<QI", data, marker)
    zlib.decompress(data[marker + 12 : marker + 12 + size])
    data[marker + 20] ^= 0x55
    data[marker + 12 + size - 1] ^= 0x55
    (tmp_path / "disk.vmdk").write_bytes(data)
    expected[sector * 512 : sector * 512 + 65536] = bytes(65536)
    medium = open_vmdk(tmp_path / "disk.vmdk")
    assert medium.read() == bytes(expected)
    assert [(damage.offset, damage.size) for damage in medium.take_damage()] == [(sector * 512, 65536)]


@pytest.mark.parametrize("kind", ["monolithicSparse", "streamOptimized"])
def test_survives_damage(tmp_path, kind):
    source = raw_file(tmp_path, 2 * MEBI)
    qemu("convert", "-f", "raw", "-O", "vmdk", "-o", f"subformat={kind}", source, tmp_path / "disk.vmdk")
    assert_survives(tmp_path / "disk.vmdk", open_vmdk)
    assert_survives(tmp_path / "disk.vmdk", open_vmdk, head=2048, flips=10)


def test_a_mutated_descriptor_is_survived(tmp_path):
    _split_disk(tmp_path)
    assert_survives(tmp_path / "disk.vmdk", open_vmdk, seeds=40, flips=3)
