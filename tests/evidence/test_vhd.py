"""VHD: fixed and dynamic as qemu-img writes them, differencing ones made by hand after the specification."""

import struct

import pytest
from making_disks import MEBI, assert_same, assert_survives, qemu, raw_bytes, raw_file

from triage.errors import EvidenceError, Malformed, Truncated, Unsupported
from triage.evidence.vhd import open_vhd


def _converted(folder, kind, size=5 * MEBI + 512):
    source = raw_file(folder, size)
    qemu("convert", "-f", "raw", "-O", "vpc", "-o", f"subformat={kind},force_size=on", source, folder / "disk.vhd")
    return source.read_bytes()


@pytest.mark.parametrize("kind", ["fixed", "dynamic"])
def test_equals_its_source(tmp_path, kind):
    expected = _converted(tmp_path, kind)
    medium = open_vhd(tmp_path / "disk.vhd")
    assert medium.format == "vhd"
    assert_same(medium, expected)
    assert list(medium.warnings()) == []


def test_rounded_to_a_geometry(tmp_path):
    source = raw_file(tmp_path, 5 * MEBI + 512)
    qemu("convert", "-f", "raw", "-O", "vpc", source, tmp_path / "disk.vhd")
    qemu("convert", "-f", "vpc", "-O", "raw", tmp_path / "disk.vhd", tmp_path / "second.raw")
    assert_same(open_vhd(tmp_path / "disk.vhd"), (tmp_path / "second.raw").read_bytes())


def _checksummed(data, at):
    struct.pack_into(">I", data, at, 0)
    struct.pack_into(">I", data, at, ~sum(data) & 0xFFFFFFFF)
    return bytes(data)


def _differencing(folder, base_name, sectors, size):
    """A child of `base.vhd` that holds these sectors: number -> content; blocks of 2 MiB."""
    base = (folder / "base.vhd").read_bytes()
    footer = bytearray(base[-512:])
    identity = bytes(footer[68:84])
    struct.pack_into(">Q", footer, 16, 512)
    struct.pack_into(">I", footer, 60, 4)
    footer[68:84] = b"anak" * 4
    footer = _checksummed(footer, 64)
    blocks = (size + 2 * MEBI - 1) // (2 * MEBI)
    header = bytearray(1024)
    struct.pack_into(">8sQQIII", header, 0, b"cxsparse", (1 << 64) - 1, 1536, 0x10000, blocks, 2 * MEBI)
    header[40:56] = identity
    header[64 : 64 + len(base_name) * 2] = base_name.encode("utf-16-be")
    table = [0xFFFFFFFF] * blocks
    body = bytearray()
    for number in sorted({sector // 4096 for sector in sectors}):
        table[number] = (1536 + 512 + len(body)) // 512
        block = bytearray(512 + 2 * MEBI)
        for sector, content in sectors.items():
            if sector // 4096 == number:
                within = sector % 4096
                block[within // 8] |= 0x80 >> within % 8
                block[512 + within * 512 : 1024 + within * 512] = content
        body += block
    packed = struct.pack(f">{blocks}I", *table).ljust(512, b"\xff")
    (folder / "anak.vhd").write_bytes(footer + _checksummed(header, 36) + packed + body + footer)


@pytest.mark.parametrize("kind", ["fixed", "dynamic"])
@pytest.mark.parametrize("name", ["base.vhd", "C:\\Mesin\\base.vhd"])
def test_a_differencing_disk_reads_through_its_parent(tmp_path, kind, name):
    expected = bytearray(_converted(tmp_path, kind, 5 * MEBI))
    (tmp_path / "disk.vhd").rename(tmp_path / "base.vhd")
    sectors = {number: bytes([65 + number % 26]) * 512 for number in (0, 1, 7, 4095, 4096, 5000, 10239)}
    _differencing(tmp_path, name, sectors, 5 * MEBI)
    for number, content in sectors.items():
        expected[number * 512 : number * 512 + 512] = content
    medium = open_vhd(tmp_path / "anak.vhd")
    assert_same(medium, bytes(expected))
    assert list(medium.warnings()) == []
    (tmp_path / "base.vhd").unlink()
    with pytest.raises(Unsupported, match=r"base\.vhd"):
        open_vhd(tmp_path / "anak.vhd")


def test_another_parent_is_said(tmp_path):
    _converted(tmp_path, "dynamic", 5 * MEBI)
    (tmp_path / "disk.vhd").rename(tmp_path / "base.vhd")
    _differencing(tmp_path, "base.vhd", {}, 5 * MEBI)
    _converted(tmp_path, "dynamic", 5 * MEBI)
    (tmp_path / "disk.vhd").rename(tmp_path / "base.vhd")
    (problem,) = open_vhd(tmp_path / "anak.vhd").warnings()
    assert "not the one" in problem.message


def test_the_copy_at_the_start_replaces_a_lost_footer(tmp_path):
    expected = _converted(tmp_path, "dynamic", 5 * MEBI)
    whole = (tmp_path / "disk.vhd").read_bytes()
    (tmp_path / "disk.vhd").write_bytes(whole[:-512])
    assert open_vhd(tmp_path / "disk.vhd").read() == expected
    (tmp_path / "disk.vhd").write_bytes(whole[:-512] + b"conectix" + bytes(504))
    assert open_vhd(tmp_path / "disk.vhd").read() == expected


def test_a_cut_file_reads_as_far_as_it_goes(tmp_path):
    expected = _converted(tmp_path, "dynamic", 5 * MEBI)
    whole = (tmp_path / "disk.vhd").read_bytes()
    (tmp_path / "disk.vhd").write_bytes(whole[: 2048 + 512 + 2 * MEBI + 512 + MEBI])
    medium = open_vhd(tmp_path / "disk.vhd")
    got = medium.read()
    assert got == expected[: 3 * MEBI] + bytes(2 * MEBI)
    assert [(damage.offset, damage.size) for damage in medium.known_damage()] == [(3 * MEBI, 2 * MEBI)]
    assert [(damage.offset, damage.size) for damage in medium.take_damage()] == [(3 * MEBI, 2 * MEBI)]


@pytest.mark.parametrize(
    ("at", "layout", "value", "error"),
    [
        (48, ">Q", 1 << 63, Malformed),
        (48, ">Q", 0, Malformed),
        (60, ">I", 9, Unsupported),
        (16, ">Q", 1 << 60, Truncated),
    ],
)
def test_nonsense_footers_are_refused(tmp_path, at, layout, value, error):
    _converted(tmp_path, "dynamic", MEBI)
    data = bytearray((tmp_path / "disk.vhd").read_bytes())
    for start in (0, len(data) - 512):
        struct.pack_into(layout, data, start + at, value)
    (tmp_path / "disk.vhd").write_bytes(data)
    with pytest.raises(error):
        open_vhd(tmp_path / "disk.vhd")


@pytest.mark.parametrize(
    ("at", "layout", "value"), [(28, ">I", 1), (28, ">I", 0xFFFFFFFF), (32, ">I", 77), (0, ">Q", 1)]
)
def test_nonsense_headers_are_refused_or_survived(tmp_path, at, layout, value):
    _converted(tmp_path, "dynamic")
    data = bytearray((tmp_path / "disk.vhd").read_bytes())
    struct.pack_into(layout, data, 512 + at, value)
    (tmp_path / "disk.vhd").write_bytes(data)
    try:
        open_vhd(tmp_path / "disk.vhd").close()
    except EvidenceError:
        return
    assert value == 0xFFFFFFFF


@pytest.mark.parametrize("kind", ["fixed", "dynamic"])
def test_survives_damage(tmp_path, kind):
    _converted(tmp_path, kind, 3 * MEBI)
    assert_survives(tmp_path / "disk.vhd", open_vhd, seeds=6)
    assert_survives(tmp_path / "disk.vhd", open_vhd, head=2560, flips=10)


def test_a_mutated_differencing_disk_is_survived(tmp_path):
    _converted(tmp_path, "dynamic", 3 * MEBI)
    (tmp_path / "disk.vhd").rename(tmp_path / "base.vhd")
    _differencing(tmp_path, "base.vhd", {5: b"x" * 512, 4099: b"y" * 512}, 3 * MEBI)
    assert_survives(tmp_path / "anak.vhd", open_vhd, head=3072, flips=6)


def test_random_bytes_are_refused(tmp_path):
    (tmp_path / "disk.vhd").write_bytes(raw_bytes(MEBI))
    with pytest.raises(Truncated):
        open_vhd(tmp_path / "disk.vhd")
