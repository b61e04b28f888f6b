"""qcow2: every variant that qemu-img writes equals its raw source; hostile headers are refused, damage is named."""

import shutil
import struct
import subprocess

import pytest
from making_disks import MEBI, assert_same, assert_survives, qemu, raw_bytes, raw_file

from triage.errors import Encrypted, Malformed, Truncated, Unsupported
from triage.evidence.qcow2 import open_qcow2

VARIANTS = {
    "plain": (),
    "version 2": ("-o", "compat=0.10"),
    "deflate": ("-c",),
    "deflate, version 2": ("-c", "-o", "compat=0.10"),
    "zstd": ("-c", "-o", "compression_type=zstd"),
    "small clusters": ("-o", "cluster_size=512"),
    "small packed clusters": ("-c", "-o", "cluster_size=4096"),
    "large packed clusters": ("-c", "-o", "cluster_size=2M"),
    "subclusters": ("-o", "extended_l2=on"),
    "subclusters, packed": ("-c", "-o", "extended_l2=on,cluster_size=128k"),
    "preallocated": ("-o", "preallocation=full"),
    "lazy reference counts": ("-o", "lazy_refcounts=on"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_equals_its_source(tmp_path, variant):
    source = raw_file(tmp_path, 5 * MEBI + 512)
    qemu("convert", "-f", "raw", "-O", "qcow2", *VARIANTS[variant], source, tmp_path / "disk.qcow2")
    medium = open_qcow2(tmp_path / "disk.qcow2")
    assert medium.format == "qcow2"
    assert_same(medium, source.read_bytes())


@pytest.mark.parametrize("clusters", ["cluster_size=64k", "extended_l2=on"])
def test_reads_through_backing_files_and_zero_clusters(tmp_path, clusters):
    expected = bytearray(raw_bytes(4 * MEBI))
    (tmp_path / "base.raw").write_bytes(expected)
    qemu("create", "-f", "qcow2", "-F", "raw", "-b", "base.raw", tmp_path / "middle.qcow2")
    qemu(
        "create",
        "-f",
        "qcow2",
        "-F",
        "qcow2",
        "-b",
        tmp_path / "middle.qcow2",
        "-o",
        clusters,
        tmp_path / "top.qcow2",
        6 * MEBI,
    )
    if not _written(tmp_path / "middle.qcow2", "write -P 17 131072 200000"):
        pytest.skip("qemu-io is not installed (Debian package qemu-utils)")
    expected[131072 : 131072 + 200000] = b"\x11" * 200000
    _written(tmp_path / "top.qcow2", "write -z 1048576 65536")
    _written(tmp_path / "top.qcow2", "write -P 34 2097152 4096")
    expected[1048576 : 1048576 + 65536] = bytes(65536)
    expected[2097152 : 2097152 + 4096] = b"\x22" * 4096
    assert_same(open_qcow2(tmp_path / "top.qcow2"), bytes(expected) + bytes(2 * MEBI))


def _written(path, command):
    tool = shutil.which("qemu-io")
    if tool is None:
        return False
    subprocess.run([tool, "-c", command, str(path)], check=True, capture_output=True, timeout=60)
    return True


def test_a_separate_data_file_is_read(tmp_path):
    source = raw_file(tmp_path, 2 * MEBI)
    target = tmp_path / "disk.qcow2"
    qemu("convert", "-f", "raw", "-O", "qcow2", "-o", f"data_file={tmp_path / 'disk.data'}", source, target)
    assert_same(open_qcow2(target), source.read_bytes())
    (tmp_path / "disk.data").unlink()
    with pytest.raises(Unsupported, match=r"data file .*disk\.data"):
        open_qcow2(target)


def test_a_backing_file_elsewhere_is_named_not_opened(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside" / "base.raw").write_bytes(raw_bytes(MEBI))
    target = tmp_path / "inside" / "top.qcow2"
    qemu("create", "-f", "qcow2", "-F", "raw", "-b", tmp_path / "outside" / "base.raw", target)
    with pytest.raises(Unsupported, match=r"base\.raw"):
        open_qcow2(target)
    (tmp_path / "inside" / "base.raw").symlink_to(tmp_path / "outside" / "base.raw")
    with pytest.raises(Unsupported, match=r"base\.raw"):
        open_qcow2(target)


def test_a_backing_file_that_leads_back_is_malformed(tmp_path):
    raw = raw_file(tmp_path, MEBI)
    qemu("convert", "-f", "raw", "-O", "qcow2", raw, tmp_path / "a.qcow2")
    qemu("create", "-f", "qcow2", "-F", "qcow2", "-b", "a.qcow2", tmp_path / "b.qcow2")
    qemu("rebase", "-u", "-F", "qcow2", "-b", "b.qcow2", tmp_path / "a.qcow2")
    with pytest.raises(Malformed, match="back to"):
        open_qcow2(tmp_path / "a.qcow2")


def _patched(tmp_path, at, layout, value):
    raw = raw_file(tmp_path, MEBI)
    qemu("convert", "-f", "raw", "-O", "qcow2", raw, tmp_path / "disk.qcow2")
    data = bytearray((tmp_path / "disk.qcow2").read_bytes())
    struct.pack_into(layout, data, at, value)
    (tmp_path / "disk.qcow2").write_bytes(data)
    return tmp_path / "disk.qcow2"


@pytest.mark.parametrize(("method", "name"), [(1, "AES"), (2, "LUKS"), (3, "method 3")])
def test_encrypted_is_named(tmp_path, method, name):
    with pytest.raises(Encrypted, match=name):
        open_qcow2(_patched(tmp_path, 32, ">I", method))


@pytest.mark.parametrize(
    ("at", "layout", "value", "error"),
    [
        (4, ">I", 1, Unsupported),
        (20, ">I", 60, Malformed),
        (24, ">Q", 1 << 63, Malformed),
        (24, ">Q", 0, Malformed),
        (24, ">Q", 1 << 50, Malformed),
        (40, ">Q", 77, Malformed),
        (72, ">Q", 1 << 40, Unsupported),
        (100, ">I", 5, Malformed),
    ],
)
def test_nonsense_headers_are_refused(tmp_path, at, layout, value, error):
    with pytest.raises(error):
        open_qcow2(_patched(tmp_path, at, layout, value))


def test_dirty_and_corrupt_are_said(tmp_path):
    medium = open_qcow2(_patched(tmp_path, 72, ">Q", 3))
    assert [problem.stage for problem in medium.warnings()] == ["open", "open"]


def test_a_damaged_packed_cluster_costs_itself(tmp_path):
    content = raw_bytes(4 * MEBI).replace(bytes(512), b"isi" * 170 + b"##")
    (tmp_path / "source.raw").write_bytes(content)
    qemu("convert", "-c", "-f", "raw", "-O", "qcow2", tmp_path / "source.raw", tmp_path / "disk.qcow2")
    data = bytearray((tmp_path / "disk.qcow2").read_bytes())
    table = struct.unpack_from(">Q", data, struct.unpack_from(">Q", data, 40)[0])[0] & 0x00FFFFFFFFFFFE00
    number = next(at for at in range(8, 64) if struct.unpack_from(">Q", data, table + at * 8)[0] >> 62 & 1)
    position = struct.unpack_from(">Q", data, table + number * 8)[0] & ((1 << 54) - 1)
    data[position : position + 40] = b"\xff" * 40
    (tmp_path / "disk.qcow2").write_bytes(data)
    medium = open_qcow2(tmp_path / "disk.qcow2")
    got = medium.read()
    start, end = number * 65536, (number + 1) * 65536
    assert got == content[:start] + bytes(65536) + content[end:]
    for _ in range(2):
        medium.seek(start)
        assert medium.read(65536) == bytes(65536)
        (damage,) = medium.take_damage()
        assert (damage.offset, damage.size) == (start, 65536)


@pytest.mark.parametrize("options", [(), ("-c",), ("-o", "extended_l2=on"), ("-c", "-o", "compression_type=zstd")])
def test_survives_damage(tmp_path, options):
    source = raw_file(tmp_path, 2 * MEBI)
    qemu("convert", *options, "-f", "raw", "-O", "qcow2", source, tmp_path / "disk.qcow2")
    assert_survives(tmp_path / "disk.qcow2", open_qcow2)
    assert_survives(tmp_path / "disk.qcow2", open_qcow2, head=160, flips=4)


def test_a_cut_file_reads_as_far_as_it_goes(tmp_path):
    content = raw_bytes(4 * MEBI)
    (tmp_path / "source.raw").write_bytes(content)
    qemu("convert", "-f", "raw", "-O", "qcow2", tmp_path / "source.raw", tmp_path / "disk.qcow2")
    whole = (tmp_path / "disk.qcow2").read_bytes()
    (tmp_path / "disk.qcow2").write_bytes(whole[: len(whole) * 3 // 4])
    medium = open_qcow2(tmp_path / "disk.qcow2")
    got = medium.read()
    damages = medium.take_damage()
    assert damages
    for damage in damages:
        assert got[damage.offset : damage.offset + damage.size] == bytes(damage.size)
        content = content[: damage.offset] + bytes(damage.size) + content[damage.offset + damage.size :]
    assert got == content
    (tmp_path / "disk.qcow2").write_bytes(whole[:60])
    with pytest.raises(Truncated):
        open_qcow2(tmp_path / "disk.qcow2")
