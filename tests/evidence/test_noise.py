"""What may be encrypted: chance against packers, and how it is told."""

import io
import lzma
import random
import zlib

import pytest
from evidence_walk import opened, walk

from triage.errors import Encrypted, MaybeEncrypted, Unsupported
from triage.evidence.noise import is_noise


def text(size, seed=1):
    dice = random.Random(seed)
    words = [bytes(dice.choices(b"abcdefghijklmnopqrstuvwxyz", k=dice.randint(2, 9))) for _ in range(5000)]
    return b" ".join(dice.choices(words, k=size // 6))[:size]


def noise(data):
    data = data[: len(data) // 512 * 512]
    return is_noise(io.BytesIO(data), len(data))


def test_random_bytes_are_noise():
    dice = random.Random(20)
    assert all(noise(dice.randbytes(size)) for size in [256 << 10, 300 << 10, 1 << 20, 5 << 20] * 5)


@pytest.mark.parametrize(
    "data",
    [
        text(1 << 20),
        zlib.compress(text(4 << 20), 9),
        zlib.compress(random.Random(3).randbytes(1 << 20), 0),  # stored blocks: noise but for a few bytes
        bytes(1 << 20),
        random.Random(4).randbytes(1 << 20) + bytes(1 << 16),
        bytes(512) + random.Random(5).randbytes(1 << 20),
        b"".join(random.Random(6).randbytes(4096) + bytes(64) for _ in range(300)),
        random.Random(7).randbytes(255 << 10),
        bytes(byte | 1 for byte in random.Random(8).randbytes(1 << 20)),
        bytes(value // 2 + number % 128 for number, value in enumerate(random.Random(9).randbytes(1 << 20))),
    ],
    ids=["text", "deflate", "stored", "zeros", "tail", "head", "holes", "small", "odd", "waves"],
)
def test_what_has_structure_is_none(data):
    expected = data.startswith(b"\x78\x01")  # one header in 64 KiB is below what any test of chance can see
    assert noise(data) is expected


def test_sizes_that_are_no_sectors_are_none():
    data = random.Random(1).randbytes((1 << 20) + 1)
    assert not is_noise(io.BytesIO(data), len(data))


def test_lzma_without_a_header_is_the_known_exception():
    packed = lzma.compress(text(6 << 20), format=lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "preset": 6}])
    assert noise(packed[1000:])


def test_a_volume_of_noise_may_be_encrypted_and_another_is_only_unknown(tmp_path):
    for data, family in [(random.Random(2).randbytes(1 << 20), MaybeEncrypted), (text(1 << 20), Unsupported)]:
        (tmp_path / "disk.dd").write_bytes(data)
        ((_, error),) = walk(opened(tmp_path / "disk.dd", tmp_path))[1]
        assert type(error) is family


@pytest.mark.parametrize(
    ("at", "magic", "family", "word"),
    [
        (0, b"\x31\x18\x10\x06", Unsupported, "UBIFS"),
        (0x10034, b"ReIsEr2Fs", Unsupported, "ReiserFS"),
        (0x8000, b"JFS1", Unsupported, "JFS"),
        (0x22000, b"\x0c\xb1\xba\0\0\0\0\0", Unsupported, "ZFS"),
        (0x100000, b"\x0d\xd0\x01\xc0", Unsupported, "VMFS"),
        (3072, b"PRIVHEAD", Unsupported, "LDM"),
        ((2 << 20) - 512, b"GEOM::ELI", Encrypted, "GELI"),
        (3, b"PGPGUARD", Encrypted, "Symantec"),
    ],
)
def test_what_is_not_read_is_named_by_its_signature(at, magic, family, word, tmp_path):
    disk = bytearray(2 << 20)
    disk[at : at + len(magic)] = magic
    (tmp_path / "disk.dd").write_bytes(disk)
    ((_, error),) = walk(opened(tmp_path / "disk.dd", tmp_path))[1]
    assert type(error) is family
    assert word in str(error)
