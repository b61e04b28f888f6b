"""Disks for the tests of the image containers: made here, converted by qemu-img, compared whole by digest."""

import hashlib
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from triage.errors import EvidenceError

MEBI = 1 << 20


def raw_bytes(size: int = 5 * MEBI, seed: int = 7) -> bytes:
    """Random, repetitive and zero stretches of uneven lengths."""
    dice = random.Random(seed)
    made = bytearray()
    while len(made) < size:
        length = dice.choice((512, 4096, 70_000, 300_000))
        kind = dice.randrange(4)
        if kind == 0:
            made += dice.randbytes(length)
        elif kind == 1:
            made += (b"kata yang berulang %6d " % dice.randrange(999_999)) * (length // 25 + 1)
        else:
            made += bytes(length)
    return bytes(made[:size])


def raw_file(folder: Path, size: int = 5 * MEBI, seed: int = 7) -> Path:
    path = folder / "source.raw"
    path.write_bytes(raw_bytes(size, seed))
    return path


def qemu(*arguments: object) -> None:
    """Run qemu-img, or skip visibly where it is not installed."""
    tool = shutil.which("qemu-img")
    if tool is None:
        pytest.skip("qemu-img is not installed (Debian package qemu-utils)")
    subprocess.run([tool, *map(str, arguments)], check=True, capture_output=True, timeout=60)


def digest(stream, chunk: int = 1_000_003) -> str:
    """Of the whole disk, read in uneven pieces."""
    stream.seek(0)
    running = hashlib.sha256()
    while data := stream.read(chunk):
        running.update(data)
    return running.hexdigest()


def assert_same(medium, expected: bytes, seed: int = 3) -> None:
    """Size, every byte in sequence, and a few hundred scattered reads."""
    assert medium.size == len(expected)
    assert digest(medium) == hashlib.sha256(expected).hexdigest()
    dice = random.Random(seed)
    for _ in range(200):
        at, size = dice.randrange(len(expected)), dice.choice((1, 511, 512, 4096, 70_001))
        medium.seek(at)
        assert medium.read(size) == expected[at : at + size]
    assert medium.take_damage() == ()
    assert list(medium.known_damage()) == []


def assert_survives(path: Path, open_it, *, seeds: int = 12, head: int | None = None, flips: int = 60) -> int:
    """Cut and flipped copies: an EvidenceError or a readable disk, nothing else. The number that could be opened."""
    whole = path.read_bytes()
    return sum(_survives(path, variant, open_it) for variant in _variants(whole, seeds, head or len(whole), flips))


def _variants(whole: bytes, seeds: int, head: int, flips: int):
    for share in (0.1, 0.25, 0.5, 0.75, 0.9, 0.999):
        yield whole[: int(len(whole) * share)]
    for cut in (0, 1, 63, 511, 512, 1024, 4096, 65536):
        yield whole[:cut]
    for seed in range(seeds):
        dice, changed = random.Random(seed), bytearray(whole)
        for _ in range(flips):
            changed[dice.randrange(min(head, len(changed)))] ^= 1 << dice.randrange(8)
        yield bytes(changed)


def _survives(path: Path, content: bytes, open_it) -> bool:
    copy = path.with_name("hostile" + path.suffix)
    copy.write_bytes(content)
    try:
        medium = open_it(copy)
    except EvidenceError:
        return False
    try:
        for at in (*range(0, min(medium.size, 8 * MEBI), MEBI // 2), max(0, medium.size - 4096)):
            medium.seek(at)
            want = min(65_537, medium.size - at)
            assert len(medium.read(want)) == want
        for damage in (*medium.known_damage(), *medium.take_damage()):
            assert 0 <= damage.offset < damage.offset + damage.size <= medium.size
            assert damage.problem().message
    except EvidenceError:
        pass
    finally:
        medium.close()
    return True
