"""VHDX: as qemu-img writes it, differencing by hand, and with a log that qemu-img replays as the second tool."""

import shutil
import struct
import uuid

import pytest
from making_disks import MEBI, assert_same, assert_survives, qemu, raw_bytes, raw_file

from triage.errors import EvidenceError, Malformed, Unsupported
from triage.evidence.vhdx import open_vhdx
from triage.evidence.vhdx_structures import crc32c

VARIANTS = {
    "dynamic": "subformat=dynamic",
    "fixed": "subformat=fixed",
    "blocks of 1 MiB": "block_size=1M",
    "blocks of 64 MiB": "block_size=64M",
    "no zero state": "block_state_zero=off",
    "a large log": "log_size=4M",
}


def _vhdx(folder, option="subformat=dynamic", size=5 * MEBI + 512):
    source = raw_file(folder, size)
    qemu("convert", "-f", "raw", "-O", "vhdx", "-o", option, source, folder / "disk.vhdx")
    return source.read_bytes()


@pytest.mark.parametrize("variant", VARIANTS)
def test_equals_its_source(tmp_path, variant):
    expected = _vhdx(tmp_path, VARIANTS[variant])
    medium = open_vhdx(tmp_path / "disk.vhdx")
    assert medium.format == "vhdx"
    assert_same(medium, expected)
    assert list(medium.warnings()) == []


def test_checksum_of_the_format():
    assert crc32c(b"123456789") == 0xE3069283  # the check value of CRC-32C


def _checksummed(data):
    struct.pack_into("<I", data, 4, 0)
    struct.pack_into("<I", data, 4, crc32c(bytes(data)))
    return bytes(data)


def _table_offset(data):
    for at in (0x30000 + 16, 0x30000 + 48):
        if data[at : at + 16] == uuid.UUID("2dc27766-f623-4200-9d64-115e9bfd4a08").bytes_le:
            return struct.unpack_from("<Q", data, at + 16)[0]
    raise AssertionError


def _with_log(path, changes, *, spoil=0, wrap=False):
    """Write log entries (each a list of place -> page or number of zero bytes) and mark the log as not replayed."""
    data = bytearray(path.read_bytes())
    length, offset = struct.unpack_from("<IQ", data, 0x10000 + 68)
    identity = uuid.UUID(int=0x51).bytes_le
    position = tail = length - 4096 if wrap else 0
    for number, entry in enumerate(changes):
        made = bytearray(4096)
        for at, (place, change) in enumerate(entry.items()):
            if isinstance(change, int):
                descriptor = struct.pack("<4sIQQQ", b"zero", 0, change, place, 7 + number)
            else:
                descriptor = b"desc" + change[-4:] + change[:8] + struct.pack("<QQ", place, 7 + number)
                made += b"data" + struct.pack("<I", 0) + change[8:-4] + struct.pack("<I", 7 + number)
            made[64 + at * 32 : 96 + at * 32] = descriptor
        struct.pack_into("<4sIIIQII", made, 0, b"loge", 0, len(made), tail, 7 + number, len(entry), 0)
        made[32:48] = identity
        struct.pack_into("<QQ", made, 48, len(data), len(data))
        made = bytearray(_checksummed(made))
        if spoil == number + 1:
            made[100] ^= 1
        for at in range(0, len(made), 4096):
            data[offset + position : offset + position + 4096] = made[at : at + 4096]
            position = (position + 4096) % length
    for start in (0x10000, 0x20000):
        header = bytearray(data[start : start + 4096])
        header[48:64] = identity
        data[start : start + 4096] = _checksummed(header)
    path.write_bytes(data)


def _moved_blocks(path):
    """A log that exchanges the first two blocks, and the disk as it then is."""
    data = path.read_bytes()
    table = _table_offset(data)
    page = bytearray(data[table : table + 4096])
    first, second = page[:8], page[8:16]
    page[:16] = second + first
    return table, bytes(page)


@pytest.mark.parametrize("wrap", [False, True])
def test_a_log_is_applied_in_memory_as_qemu_replays_it(tmp_path, wrap):
    expected = _vhdx(tmp_path, "block_size=1M", 5 * MEBI)
    path = tmp_path / "disk.vhdx"
    table, page = _moved_blocks(path)
    _with_log(path, [{table: 4096}, {table: page}], wrap=wrap)
    before = path.read_bytes()
    medium = open_vhdx(path)
    got = medium.read()
    assert got == expected[MEBI : 2 * MEBI] + expected[:MEBI] + expected[2 * MEBI :]
    assert "log was applied" in next(medium.warnings()).message
    medium.close()
    assert path.read_bytes() == before
    shutil.copy(path, tmp_path / "second.vhdx")
    qemu("check", "-r", "all", tmp_path / "second.vhdx")
    qemu("convert", "-f", "vhdx", "-O", "raw", tmp_path / "second.vhdx", tmp_path / "second.raw")
    assert got == (tmp_path / "second.raw").read_bytes()


@pytest.mark.parametrize("spoil", [1, 2])
def test_a_damaged_log_is_said_and_not_applied_in_part(tmp_path, spoil):
    """The second entry counts from the first on: one damaged entry breaks the sequence."""
    expected = _vhdx(tmp_path, "block_size=1M", 5 * MEBI)
    table, page = _moved_blocks(tmp_path / "disk.vhdx")
    _with_log(tmp_path / "disk.vhdx", [{table + 4096: 4096}, {table: page}], spoil=spoil)
    medium = open_vhdx(tmp_path / "disk.vhdx")
    assert medium.read() == expected
    assert next(medium.warnings()).kind == "malformed"


def test_the_header_with_the_higher_number_counts(tmp_path):
    expected = _vhdx(tmp_path)
    data = bytearray((tmp_path / "disk.vhdx").read_bytes())
    numbers = [struct.unpack_from("<Q", data, at + 8)[0] for at in (0x10000, 0x20000)]
    current = (0x10000, 0x20000)[numbers.index(max(numbers))]
    data[current : current + 4096] = bytes(4096)
    (tmp_path / "disk.vhdx").write_bytes(data)
    assert open_vhdx(tmp_path / "disk.vhdx").read() == expected
    data[0x10000:0x21000] = bytes(0x11000)
    (tmp_path / "disk.vhdx").write_bytes(data)
    with pytest.raises(Malformed, match="headers"):
        open_vhdx(tmp_path / "disk.vhdx")


def _differencing(folder, base_name, sectors):
    """A child of the dynamic `base.vhdx` with blocks of 1 MiB: block 1 in part, block 3 whole."""
    data = bytearray((folder / "base.vhdx").read_bytes()[: 4 * MEBI])
    base = max((struct.unpack_from("<Q", data, at + 8)[0], at) for at in (0x10000, 0x20000))[1]
    link = uuid.UUID(bytes_le=bytes(data[base + 32 : base + 48]))
    for at in (0x10000, 0x20000):
        header = bytearray(data[at : at + 4096])
        header[32:48] = b"anak" * 4
        data[at : at + 4096] = _checksummed(header)
    metadata = next(
        struct.unpack_from("<Q", data, at + 16)[0]
        for at in (0x30000 + 16, 0x30000 + 48)
        if data[at : at + 16] == uuid.UUID("8b7ca206-4790-4b9a-b8fe-575f050f886e").bytes_le
    )
    (count,) = struct.unpack_from("<H", data, metadata + 10)
    for at in range(metadata + 32, metadata + 32 + count * 32, 32):
        if data[at : at + 16] == uuid.UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b").bytes_le:
            (offset,) = struct.unpack_from("<I", data, at + 16)
            struct.pack_into("<I", data, metadata + offset + 4, 2)
    locator = bytearray(
        uuid.UUID("b04aefb7-d19e-4a81-b789-25b8e9445913").bytes_le + struct.pack("<HH", 0, 2) + bytes(24)
    )
    for number, (key, value) in enumerate({"parent_linkage": f"{{{link}}}", "relative_path": base_name}.items()):
        places = []
        for text in (key, value):
            places.append((len(locator), len(text) * 2))
            locator += text.encode("utf-16-le")
        struct.pack_into("<IIHH", locator, 20 + number * 12, places[0][0], places[1][0], places[0][1], places[1][1])
    at = metadata + 32 + count * 32
    data[at : at + 16] = uuid.UUID("a8d35f2d-b30b-454d-abf7-d3d84834ab0c").bytes_le
    struct.pack_into("<III", data, at + 16, 0x18000, len(locator), 4)
    struct.pack_into("<H", data, metadata + 10, count + 1)
    data[metadata + 0x18000 : metadata + 0x18000 + len(locator)] = locator
    table = _table_offset(data)
    data[table : table + 8 * 4097] = bytes(8 * 4097)
    struct.pack_into("<Q", data, table + 8, 4 << 20 | 7)
    struct.pack_into("<Q", data, table + 24, 5 << 20 | 6)
    struct.pack_into("<Q", data, table + 8 * 4096, 6 << 20 | 6)
    block, bitmap = bytearray(b"?" * MEBI), bytearray(MEBI)
    for sector, content in sectors.items():
        block[sector * 512 : sector * 512 + 512] = content
        bitmap[(2048 + sector) // 8] |= 1 << (2048 + sector) % 8
    (folder / "anak.vhdx").write_bytes(bytes(data) + bytes(block) + b"W" * MEBI + bytes(bitmap))


@pytest.mark.parametrize("name", ["base.vhdx", ".\\base.vhdx"])
def test_a_differencing_disk_reads_through_its_parent(tmp_path, name):
    expected = bytearray(_vhdx(tmp_path, "block_size=1M", 5 * MEBI))
    (tmp_path / "disk.vhdx").rename(tmp_path / "base.vhdx")
    sectors = {number: bytes([65 + number % 26]) * 512 for number in (0, 1, 9, 700, 2047)}
    _differencing(tmp_path, name, sectors)
    expected[3 * MEBI : 4 * MEBI] = b"W" * MEBI
    for number, content in sectors.items():
        expected[MEBI + number * 512 : MEBI + number * 512 + 512] = content
    medium = open_vhdx(tmp_path / "anak.vhdx")
    assert_same(medium, bytes(expected))
    assert list(medium.warnings()) == []
    assert_survives(tmp_path / "anak.vhdx", open_vhdx, seeds=4)
    (tmp_path / "base.vhdx").unlink()
    with pytest.raises(Unsupported, match=r"base\.vhdx"):
        open_vhdx(tmp_path / "anak.vhdx")


def test_a_cut_file_reads_as_far_as_it_goes(tmp_path):
    expected = _vhdx(tmp_path, "block_size=1M", 8 * MEBI)
    whole = (tmp_path / "disk.vhdx").read_bytes()
    (tmp_path / "disk.vhdx").write_bytes(whole[: len(whole) * 3 // 4])
    medium = open_vhdx(tmp_path / "disk.vhdx")
    got, wanted = medium.read(), bytearray(expected)
    damages = medium.take_damage()
    assert damages
    assert {damage.offset for damage in damages} == {damage.offset for damage in medium.known_damage()}
    for damage in damages:
        wanted[damage.offset : damage.offset + damage.size] = bytes(damage.size)
    assert got == wanted


def test_survives_damage(tmp_path):
    _vhdx(tmp_path, "block_size=1M", 2 * MEBI)
    path = tmp_path / "disk.vhdx"
    assert_survives(path, open_vhdx, seeds=4)
    table, page = _moved_blocks(path)
    _with_log(path, [{table: 4096}, {table: page}])
    data = bytearray(path.read_bytes())
    for start in (0x10000, 0x20000, 0x30000, 0x100000, 0x200000, 0x300000):
        for seed in range(6):
            changed = bytearray(data)
            for flip in range(8):
                changed[start + (seed * 37 + flip * 211) % 2048] ^= 1 << (seed + flip) % 8
            path.write_bytes(changed)
            try:
                medium = open_vhdx(path)
                medium.read(3 * MEBI)
                list(medium.known_damage())
            except EvidenceError:
                continue


def test_random_bytes_are_refused(tmp_path):
    (tmp_path / "disk.vhdx").write_bytes(b"vhdxfile" + raw_bytes(MEBI))
    with pytest.raises(EvidenceError):
        open_vhdx(tmp_path / "disk.vhdx")
